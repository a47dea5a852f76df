//! The shell as a process. What it is about stands on a stack of frames, so that it can be left at
//! any point and gone on with later; nothing in here calls itself for what a script nests.

use std::rc::Rc;

use crate::workstation::programs::io::{signal, Read, State as Stand, Take};
use crate::workstation::shell::expand::{Done, Expanded, Expander, Place, Stop};
use crate::workstation::shell::job::Job;
use crate::workstation::shell::simple::Simple;
use crate::workstation::shell::source::Source;
use crate::workstation::shell::state::State;
use crate::workstation::shell::syntax::{Text, Tree, What};
use crate::workstation::shell::variable::Variable;
use crate::workstation::system::kernel::Kernel;
use crate::workstation::system::open::{pipe, Handle};
use crate::workstation::system::process::{Body, Completion, Step};

/// How many frames there may be: functions that call themselves end here.
const FRAMES: usize = 4_000;

/// How deep functions may call each other.
pub const CALLS: u32 = 400;

/// What a command may print into a word.
const CAPTURE: usize = 4 << 20;

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
    Case(Vec<char>, usize, usize),
    /// Processes that it waits for, and how they have ended.
    Wait(Vec<(u32, Option<Stand>)>),
    /// A simple command.
    Simple(Box<Simple>),
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
    /// The status of the last command inside a word, where an assignment takes it over.
    pub substituted: Option<i32>,
    /// The trap for the end has run.
    pub has_left: bool,
    /// It has warned that there are stopped jobs.
    pub has_warned: bool,
    /// It is part of another shell's command.
    pub is_subshell: bool,
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
            substituted: None,
            has_left: false,
            has_warned: false,
            is_subshell: false,
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
        state.traps = Rc::new(kept.collect());
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
        let text = format!("{}{text}\n", self.state.prefix());
        // There may be nobody to hear it.
        let _ = k.write(2, &text);
    }

    /// Cuts the stack back, with a status.
    pub fn cut(&mut self, unwind: Unwind, status: i32) {
        self.state.status = status;
        self.unwind = Some(unwind);
    }

    /// A mistake that keeps a command from being run.
    fn fail(&mut self, text: &str, is_fatal: bool, k: &mut Kernel) {
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

    /// Expands words of the command on top. Where a command inside them has to run first it is put
    /// on the stack, and this is asked again.
    pub fn expand<T>(
        &mut self,
        k: &mut Kernel,
        act: impl FnOnce(&mut Expander) -> Expanded<T>,
    ) -> Result<T, Changed> {
        let (mut act, mut found) = (Some(act), None);
        let mut once = |e: &mut Expander| {
            if let Some(act) = act.take() {
                found = Some(act(e)?);
            }
            Ok(())
        };
        self.expand_with(k, &mut once)?;
        found.ok_or(Changed)
    }

    /// The same, once for all types: what comes of it would stand in the bundle for each again.
    fn expand_with(
        &mut self,
        k: &mut Kernel,
        act: &mut dyn FnMut(&mut Expander) -> Expanded<()>,
    ) -> Result<(), Changed> {
        let top = self.frames.len().saturating_sub(1);
        let done = self
            .frames
            .get_mut(top)
            .map(|f| std::mem::take(&mut f.done));
        let done = done.unwrap_or_default();
        let me = k.os.me();
        let (host, directory) = (me.host.clone(), me.directory.clone());
        let who = k.who();
        let place = Place {
            files: crate::workstation::programs::files::files(k.world, &host),
            who: &who,
            directory: &directory,
            now: k.world.now(),
        };
        let mut expander = Expander::new(&mut self.state, place, &done);
        let stop = act(&mut expander).err();
        let complaints = std::mem::take(&mut expander.complaints);
        let stop = match stop {
            None => {
                if let Some(status) = expander.last_status() {
                    self.substituted = Some(status);
                }
                for text in complaints {
                    self.complain(&text, k);
                }
                return Ok(());
            }
            Some(stop) => stop,
        };
        let seen = match &stop {
            Stop::Command(_) | Stop::Path(..) => Some(expander.take_back()),
            _ => None,
        };
        if let Some(frame) = self.frames.get_mut(top) {
            frame.done = done;
        }
        if matches!(stop, Stop::Fatal(_) | Stop::Fault(_)) {
            for text in complaints {
                self.complain(&text, k);
            }
        }
        match (stop, seen) {
            (Stop::Command(tree), Some(seen)) => self.capture(seen, tree, k),
            (Stop::Path(tree, reads), Some(seen)) => self.open_path(seen, tree, reads, k),
            (Stop::Fatal(text), _) => self.fail(&text, true, k),
            (Stop::Fault(text), _) => self.fail(&text, false, k),
            _ => {}
        }
        Err(Changed)
    }

    /// What a command inside a word has come to.
    fn add_done(&mut self, text: &str, status: i32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.done.push((text.into(), status));
        }
    }

    /// Starts a part of this shell; its number.
    pub fn fork(&mut self, bash: Bash, k: &mut Kernel) -> Option<u32> {
        let pid = k.os.fork(Box::new(bash));
        if pid.is_none() {
            self.complain("fork: retry: Resource temporarily unavailable", k);
            self.complain("fork: Resource temporarily unavailable", k);
            self.cut(Unwind::Abort, 254);
        }
        pid
    }

    fn capture(&mut self, seen: State, tree: Option<Tree>, k: &mut Kernel) {
        let Some(tree) = tree else {
            return self.add_done("", 0);
        };
        let (reads, writes) = pipe();
        let Some(pid) = self.fork(Bash::subshell(seen, &reading(tree)), k) else {
            return;
        };
        if let Some(child) = k.os.process(pid) {
            child.redirect(1, Some(writes));
        }
        self.push(Kind::Capture(reads, pid, Vec::new()), true);
    }

    /// `<(…)`: a path whose text a command writes.
    fn open_path(&mut self, seen: State, tree: Option<Tree>, reads: bool, k: &mut Kernel) {
        let (read, written) = pipe();
        let (mine, theirs, theirs_at) = match reads {
            true => (read, written, 1),
            false => (written, read, 0),
        };
        if let Some(tree) = tree {
            let Some(pid) = self.fork(Bash::subshell(seen, &tree), k) else {
                return;
            };
            if let Some(child) = k.os.process(pid) {
                child.redirect(theirs_at, Some(theirs));
            }
        }
        let me = k.os.me_mut();
        let number = (10..=63)
            .rev()
            .find(|n| me.open(*n).is_none())
            .unwrap_or(63);
        let before = me.redirect(number, Some(mine));
        if let Some(frame) = self.frames.last_mut() {
            frame.saved.push((number, before));
        }
        self.add_done(&format!("/dev/fd/{number}"), 0);
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
    fn unwind(&mut self, unwind: Unwind, k: &mut Kernel) {
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
    fn next_trap(&mut self, k: &mut Kernel) -> bool {
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
    fn leave(&mut self) -> bool {
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

    fn step_capture(&mut self, k: &mut Kernel) -> Step {
        let Some(Frame {
            kind: Kind::Capture(handle, pid, bytes),
            ..
        }) = self.frames.last_mut()
        else {
            return Step::Went;
        };
        let pid = *pid;
        match handle.read(Take::ALL, k.world) {
            Read::Bytes(more) => {
                bytes.extend(more);
                if bytes.len() > CAPTURE {
                    bytes.clear();
                    self.fail("xrealloc: cannot allocate memory", false, k);
                }
                return Step::Went;
            }
            Read::Wait => return Step::Waits,
            Read::End | Read::Fault(_) => {}
        }
        use crate::workstation::programs::io::Io;
        let status = match k.os.state(pid) {
            Some(Stand::Running | Stand::Stopped(_)) => return Step::Waits,
            Some(stand) => stand.status(),
            None => 0,
        };
        let mut bytes = std::mem::take(bytes);
        let length = bytes.len();
        bytes.retain(|b| *b != 0);
        let has_nul = bytes.len() < length;
        while bytes.last() == Some(&b'\n') {
            bytes.pop();
        }
        let text = crate::smtp::bytes::decode(&bytes).into_owned();
        if has_nul {
            self.complain(
                "warning: command substitution: ignored null byte in input",
                k,
            );
        }
        self.pop(k);
        self.add_done(&text, status);
        Step::Went
    }
}

/// `$(<file)` is `$(cat file)`.
fn reading(tree: Tree) -> Tree {
    use crate::workstation::shell::syntax::{Node, Redirect};
    let What::Sequence(items) = &tree.what else {
        return tree;
    };
    let [(one, false)] = items.as_slice() else {
        return tree;
    };
    let What::Simple { assigns, words } = &one.what else {
        return tree;
    };
    match one.redirects.as_slice() {
        [only] if only.operator == "<" && assigns.is_empty() && words.is_empty() => Rc::new(Node {
            line: one.line,
            what: What::Simple {
                assigns: Vec::new(),
                words: vec!["cat".into()],
            },
            redirects: vec![Redirect {
                descriptor: None,
                variable: None,
                operator: "<",
                target: only.target.clone(),
                document: only.document.clone(),
            }],
        }),
        _ => tree,
    }
}

impl Body for Bash {
    fn step(&mut self, k: &mut Kernel) -> Step {
        if std::mem::take(&mut self.is_interrupted) {
            if !k.os.screen.is_at_line_start() {
                // There may be nobody to see it.
                let _ = k.write(2, "\n");
            }
            self.cut(Unwind::Abort, 130);
        }
        if let Some(unwind) = self.unwind {
            self.unwind(unwind, k);
            return Step::Went;
        }
        if self.next_trap(k) {
            return Step::Went;
        }
        if self.frames.len() > FRAMES {
            self.fail("maximum nesting level exceeded", false, k);
            return Step::Went;
        }
        let Some(frame) = self.frames.last_mut() else {
            return match self.leave() {
                true => Step::Went,
                false => Step::Ended(self.state.status),
            };
        };
        match &mut frame.kind {
            Kind::Source(_) => self.step_source(k),
            Kind::Node(..) => self.step_node(k),
            Kind::Capture(..) => self.step_capture(k),
            Kind::Call(_) | Kind::Trap(_) => {
                self.pop(k);
                Step::Went
            }
        }
    }

    fn signal(&mut self, number: u8, k: &mut Kernel) -> bool {
        let name = signal::NAMES.get(usize::from(number).wrapping_sub(1));
        match name.and_then(|name| self.state.trap(name)) {
            Some(text) if text.is_empty() => return true,
            Some(_) => {
                self.signals.push(number);
                return true;
            }
            None => {}
        }
        if !self.state.is_interactive || self.is_subshell {
            return false;
        }
        match number {
            signal::INT => {
                let _ = k;
                self.is_interrupted = true;
                true
            }
            signal::TSTP | signal::QUIT | signal::TERM | 21 | 22 => true,
            _ => false,
        }
    }

    fn is_shell(&self) -> bool {
        true
    }

    fn prompt(&self) -> Option<String> {
        let Some(Frame {
            kind: Kind::Source(source),
            at: 1,
            ..
        }) = self.frames.last()
        else {
            return None;
        };
        source.shown_prompt()
    }

    fn complete(&mut self, line: &str, k: &mut Kernel) -> Option<Completion> {
        Some(self.completion(line, k))
    }
}
