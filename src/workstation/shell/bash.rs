//! The shell as a process. What it is about stands on a stack of frames, so that it can be left at
//! any point and gone on with later; nothing in here calls itself for what a script nests.

use std::rc::Rc;

use crate::time::Time;
use crate::workstation::line::history::History;

use crate::workstation::programs::io::{signal, State as Stand};
use crate::workstation::shell::assign::Assign;
use crate::workstation::shell::expand::Done;
use crate::workstation::shell::job::Job;
use crate::workstation::shell::parser::INSIDE;
use crate::workstation::shell::source::Source;
use crate::workstation::shell::state::State;
use crate::workstation::shell::syntax::{Text, Tree, What};
use crate::workstation::shell::variable::Variable;
use crate::workstation::system::kernel::Body;
use crate::workstation::system::kernel::Kernel;
use crate::workstation::system::open::Handle;

/// How deep functions may call each other.
pub const CALLS: u32 = 400;

/// Where the stack is cut back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwind {
    /// Out of so many loops.
    Break(u32),
    /// To the next turn of the loop so many out.
    Continue(u32),
    /// Out of a function or a file.
    Return,
    /// Out of the shell.
    Exit,
    /// To where commands are read: the rest of this one is dropped.
    Abort,
}

/// What something on the stack is.
#[derive(Debug)]
pub enum Kind {
    /// Commands are read and run.
    Source(Box<Source>),
    /// A command.
    Node(Tree, Data),
    /// A function is being called.
    Call(Box<Call>),
    /// The output of a command is read, for a word.
    Capture(Handle, u32, Vec<u8>),
    /// A trap runs; the status there was before.
    Trap(i32),
}

/// What a command has to remember.
#[derive(Debug)]
pub enum Data {
    /// Nothing.
    None,
    /// A status.
    Status(i32),
    /// What a loop goes through.
    Words(Vec<Rc<str>>),
    /// What a `case` is about, and where it is: arm and pattern.
    Case(Rc<[char]>, usize, usize),
    /// Processes that it waits for, and how they have ended.
    Wait(Vec<(u32, Option<Stand>)>),
    /// A simple command.
    Simple(Box<Simple>),
}

/// How one of the shell's own commands has ended.
pub enum Outcome {
    /// With a status.
    Done(i32),
    /// It waits, and is called again.
    Waits,
    /// It has read something, and is called again.
    Again,
    /// What it has put on the stack decides.
    Pushed,
    /// Something else runs in the shell's place.
    Becomes(Box<dyn Body>),
}

/// A command of the shell's own: it gets all words, its name first.
pub type Builtin = fn(&mut Bash, &[Rc<str>], &mut Kernel) -> Outcome;

/// What a simple command has come to.
#[derive(Debug, Default)]
pub struct Simple {
    /// The command and its arguments.
    pub words: Vec<Rc<str>>,
    /// The assignments before it.
    pub assigns: Vec<Assign>,
    /// Arrays that are given to `declare` and its like, by the name in its words.
    pub lists: Vec<Assign>,
    /// Variables as they were before the assignments.
    pub before: Vec<(Rc<str>, Option<Variable>)>,
    /// What one of the shell's own has read so far.
    pub bytes: Vec<u8>,
    /// Until when it waits.
    pub until: Option<Time>,
    /// A signal has come that a trap was for.
    pub trapped: Option<u8>,
    pub(super) builtin: Option<Builtin>,
    pub(super) pids: Vec<(u32, Option<Stand>)>,
    pub(super) has_begun: bool,
}

impl Simple {
    /// Whether it is one of the shell's own that waits for something.
    pub fn is_waiting(&self) -> bool {
        self.builtin.is_some() && self.has_begun
    }
}

/// A function that is being called.
#[derive(Debug)]
pub struct Call {
    /// The arguments there were before.
    pub arguments: Rc<Vec<Text>>,
    /// Variables that are as they were when it ends.
    pub locals: Vec<(Rc<str>, Option<Variable>)>,
    /// It is a function, and not a file.
    pub is_function: bool,
}

/// One thing on the stack.
#[derive(Debug)]
pub struct Frame {
    /// What it is.
    pub kind: Kind,
    /// How far it has come.
    pub at: usize,
    /// Commands inside its words that have run.
    pub done: Vec<Done>,
    /// Descriptors as they were before its redirections.
    pub saved: Vec<(i32, Option<Handle>)>,
    /// How many of its redirections have been made.
    pub redirected: usize,
    /// A connection that is being opened.
    pub connecting: Option<Handle>,
    /// Its failure does not end the shell (`set -e`).
    pub is_condition: bool,
}

/// A shell.
#[derive(Debug)]
pub struct Bash {
    /// What it knows.
    pub state: State,
    /// What it is about, the innermost last.
    pub frames: Vec<Frame>,
    /// The stack is being cut back.
    pub unwind: Option<Unwind>,
    /// What runs in the background.
    pub jobs: Vec<Job>,
    /// Signals that traps wait for.
    pub signals: Vec<u8>,
    /// Ctrl-C has been pressed.
    pub is_interrupted: bool,
    /// How deep builtins have called each other (`command`).
    pub nested: usize,
    /// The status of the last command inside a word, where an assignment takes it over.
    pub substituted: Option<i32>,
    /// The trap for the end has run.
    pub has_left: bool,
    /// It has warned that there are stopped jobs.
    pub has_warned: bool,
    /// It is part of another shell's command.
    pub is_subshell: bool,
    /// What was typed before in the shell in which this one stands.
    pub outer: Option<History>,
    /// How deep the stack was below the last command whose redirection failed.
    pub unopened: usize,
}

/// The frame on top has changed, or something was put on it.
pub struct Changed;

impl Bash {
    /// A shell that knows something and is about nothing yet.
    pub fn new(state: State) -> Bash {
        Bash {
            state,
            frames: Vec::new(),
            unwind: None,
            jobs: Vec::new(),
            signals: Vec::new(),
            is_interrupted: false,
            nested: 0,
            substituted: None,
            has_left: false,
            has_warned: false,
            is_subshell: false,
            outer: None,
            unopened: 0,
        }
    }

    /// A part of this shell, for a command that runs beside it.
    pub fn subshell(mut state: State, tree: &Tree) -> Bash {
        // Traps are the shell's own; what it ignores its parts ignore too.
        let kept = state
            .traps
            .iter()
            .filter(|(_, text)| text.is_empty())
            .cloned();
        let kept = Rc::new(kept.collect());
        let whole = std::mem::replace(&mut state.traps, kept);
        state.shown_traps.get_or_insert(whole);
        let monitor = State::bit("monitor").unwrap_or(0);
        state.turn(monitor, false);
        let mut bash = Bash::new(state);
        bash.is_subshell = true;
        // A list of one is that one.
        let tree = match &tree.what {
            What::Sequence(items) if items.len() == 1 && tree.redirects.is_empty() => items
                .iter()
                .find(|(_, behind)| !behind)
                .map_or(tree, |(t, _)| t),
            _ => tree,
        };
        bash.push_node(tree, false);
        bash
    }

    /// Puts something on the stack.
    pub fn push(&mut self, kind: Kind, is_condition: bool) {
        let outer = self.frames.last().is_some_and(|f| f.is_condition);
        self.frames.push(Frame {
            kind,
            at: 0,
            done: Vec::new(),
            saved: Vec::new(),
            redirected: 0,
            connecting: None,
            is_condition: is_condition || outer,
        });
    }

    /// Puts a command on the stack.
    pub fn push_node(&mut self, tree: &Tree, is_condition: bool) {
        self.push(Kind::Node(tree.clone(), Data::None), is_condition);
    }

    /// Says something on the error output, in the shell's name.
    pub fn complain(&mut self, text: &str, k: &mut Kernel) {
        let name = format!("{}: ", self.state.name);
        let prefix = match text.starts_with(INSIDE) {
            true => String::new(),
            false => self.state.prefix(),
        };
        let text = format!("{prefix}{text}\n").replace(INSIDE, &name);
        // There may be nobody to hear it.
        let _ = k.write(2, &text);
    }

    /// Cuts the stack back, with a status.
    pub fn cut(&mut self, unwind: Unwind, status: i32) {
        self.state.status = status;
        self.unwind = Some(unwind);
    }

    /// A mistake that keeps a command from being run.
    pub(super) fn fail(&mut self, text: &str, is_fatal: bool, k: &mut Kernel) {
        if !text.is_empty() {
            self.complain(text, k);
        }
        let talks = self.state.is_interactive;
        match is_fatal && !talks || self.is_subshell {
            true => {
                let is_whole = is_fatal && self.state.is_command && !self.is_subshell;
                self.cut(Unwind::Exit, if is_whole { 127 } else { 1 });
            }
            false => self.cut(Unwind::Abort, 1),
        }
    }

    /// Takes the frame on top away; its redirections are undone.
    pub fn pop(&mut self, k: &mut Kernel) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        for (descriptor, before) in frame.saved.into_iter().rev() {
            k.os.me_mut().redirect(descriptor, before);
        }
        match frame.kind {
            Kind::Call(call) => {
                for (name, before) in call.locals.into_iter().rev() {
                    self.state.variables.restore(&name, before);
                }
                self.state.arguments = call.arguments;
                self.state.calls -= 1;
            }
            Kind::Node(_, Data::Simple(simple)) => {
                for (name, before) in simple.before.into_iter().rev() {
                    self.state.variables.restore(&name, before);
                }
            }
            Kind::Trap(status) => self.state.status = status,
            _ => {}
        }
    }

    /// The command on top is done: with `set -e` a failure ends the shell.
    pub fn finish(&mut self, status: i32, k: &mut Kernel) {
        self.state.status = status;
        let counts = self.frames.last().is_some_and(|f| !f.is_condition);
        self.pop(k);
        if status != 0 && counts && self.unwind.is_none() {
            if let Some(text) = self.state.trap("ERR") {
                self.push(Kind::Trap(status), true);
                self.push(
                    Kind::Source(Box::new(Source::trap(&text, self.state.line))),
                    true,
                );
            } else if self.state.is_on("errexit") {
                self.cut(Unwind::Exit, status);
            }
        }
    }

    /// One frame less on the way out.
    pub(super) fn unwind(&mut self, unwind: Unwind, k: &mut Kernel) {
        let Some(frame) = self.frames.last_mut() else {
            self.unwind = None;
            return;
        };
        let is_loop = matches!(
            &frame.kind,
            Kind::Node(tree, _) if matches!(tree.what, What::Loop { .. } | What::For { .. } | What::Count(..))
        );
        match (unwind, &mut frame.kind) {
            (Unwind::Break(1), _) if is_loop => {
                self.unwind = None;
                self.pop(k);
            }
            (Unwind::Continue(1), _) if is_loop => self.unwind = None,
            (Unwind::Break(n), _) if is_loop => {
                self.unwind = Some(Unwind::Break(n - 1));
                self.pop(k);
            }
            (Unwind::Continue(n), _) if is_loop => {
                self.unwind = Some(Unwind::Continue(n - 1));
                self.pop(k);
            }
            // Loops do not reach over calls.
            (Unwind::Break(_) | Unwind::Continue(_), Kind::Call(_)) => self.unwind = None,
            (Unwind::Return, Kind::Call(_)) => self.unwind = None,
            (Unwind::Abort, Kind::Source(source)) if source.goes_on() => {
                source.forget();
                frame.at = 0;
                self.unwind = None;
            }
            _ => self.pop(k),
        }
    }

    /// A signal that has come for a shell that is about something.
    pub(super) fn next_trap(&mut self, k: &mut Kernel) -> bool {
        if self.signals.is_empty() {
            return false;
        }
        // A command that runs is waited for.
        let runs = match self.frames.last() {
            Some(Frame {
                kind: Kind::Node(tree, data),
                at,
                ..
            }) => match (&tree.what, data) {
                (_, Data::Wait(_)) => true,
                (What::Simple { .. }, Data::Simple(simple)) => !simple.is_waiting(),
                (What::Simple { .. }, _) => *at > 0,
                _ => false,
            },
            Some(Frame {
                kind: Kind::Capture(..),
                ..
            }) => true,
            _ => false,
        };
        if runs {
            return false;
        }
        let number = self.signals.remove(0);
        let name = signal::NAMES.get(usize::from(number).wrapping_sub(1));
        let Some(text) = name.and_then(|name| self.state.trap(name)) else {
            return false;
        };
        let _ = k;
        let status = self.state.status;
        self.push(Kind::Trap(status), false);
        self.push(
            Kind::Source(Box::new(Source::trap(&text, self.state.line))),
            false,
        );
        true
    }

    /// The trap for the end, once.
    pub(super) fn leave(&mut self) -> bool {
        if std::mem::replace(&mut self.has_left, true) {
            return false;
        }
        let Some(text) = self.state.trap("EXIT").filter(|t| !t.is_empty()) else {
            return false;
        };
        let status = self.state.status;
        self.push(Kind::Trap(status), false);
        self.push(Kind::Source(Box::new(Source::trap(&text, 1))), false);
        true
    }
}
