//! Commands inside words: they run beside the shell, and what they print becomes part of the word.

use crate::workstation::programs::io::{Read, State as Stand, Take};
use crate::workstation::shell::bash::*;
use crate::workstation::shell::expand::{Expanded, Expander, Stop};
use crate::workstation::shell::place::Place;
use crate::workstation::shell::state::State;
use crate::workstation::shell::syntax::{Tree, What};
use crate::workstation::shell::variable::ELEMENT;
use crate::workstation::system::kernel::{Kernel, Step, LINE};
use crate::workstation::system::open::pipe;
use std::rc::Rc;

/// Characters of words that are as much work as a line on the terminal.
const CHARACTERS: usize = 2 * LINE;

/// What a command may print into a word.
const CAPTURE: usize = 4 << 20;

/// What all variables may hold, in bytes, before a shell is out of memory.
const MEMORY: usize = 16 << 20;

impl Bash {
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
    pub(super) fn expand_with(
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
        let mut expander = Expander::new(&mut self.state, Place::of(k), &done);
        let stop = act(&mut expander).err();
        // Who goes through long texts has shorter turns.
        let work = expander.length / CHARACTERS;
        let assigned = expander.length + expander.undo.len() * ELEMENT;
        let complaints = std::mem::take(&mut expander.complaints);
        let stop = match stop {
            None => {
                if let Some(status) = expander.last_status() {
                    self.substituted = Some(status);
                }
                k.os.system.printed += work;
                for text in complaints {
                    self.complain(&text, k);
                }
                // Only after so much may there be too much: what there is need not be counted before.
                self.state.grown += assigned;
                if self.state.grown > MEMORY {
                    self.state.grown = 0;
                    if self.state.variables.size() > MEMORY {
                        self.fail("xrealloc: cannot allocate memory", true, k);
                        return Err(Changed);
                    }
                }
                return Ok(());
            }
            Some(stop) => stop,
        };
        let seen = match &stop {
            Stop::Command(_) | Stop::Path(..) => Some(expander.take_back()),
            _ => None,
        };
        k.os.system.printed += work;
        if let Some(frame) = self.frames.get_mut(top) {
            frame.done = done;
        }
        if matches!(stop, Stop::Fatal(_) | Stop::Fault(_) | Stop::Number(_)) {
            for text in complaints {
                self.complain(&text, k);
            }
        }
        match (stop, seen) {
            (Stop::Command(tree), Some(seen)) => self.capture(seen, tree, k),
            (Stop::Path(tree, reads), Some(seen)) => self.open_path(seen, tree, reads, k),
            (Stop::Fatal(text), _) => self.fail(&text, true, k),
            (Stop::Fault(text), _) => self.fail(&text, false, k),
            (Stop::Number(text), _) => {
                self.fail(&text, false, k);
                if self.state.is_command {
                    self.cut(Unwind::Exit, 1);
                }
            }
            _ => {}
        }
        Err(Changed)
    }

    /// What a command inside a word has come to.
    pub(super) fn add_done(&mut self, text: &str, status: i32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.done.push((text.into(), status));
        }
    }

    /// Starts a part of this shell; its number.
    pub fn fork(&mut self, mut bash: Bash, k: &mut Kernel) -> Option<u32> {
        bash.state.level += self.level() - self.state.level;
        let pid = k.os.fork(Box::new(bash));
        if pid.is_none() {
            self.complain("fork: retry: Resource temporarily unavailable", k);
            self.complain("fork: Resource temporarily unavailable", k);
            self.cut(Unwind::Abort, 254);
        }
        pid
    }

    pub(super) fn capture(&mut self, mut seen: State, tree: Option<Tree>, k: &mut Kernel) {
        seen.level += 1;
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
    pub(super) fn open_path(
        &mut self,
        seen: State,
        tree: Option<Tree>,
        reads: bool,
        k: &mut Kernel,
    ) {
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
                // Nobody waits for it.
                child.parent = 1;
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

    pub(super) fn step_capture(&mut self, k: &mut Kernel) -> Step {
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
pub(super) fn reading(tree: Tree) -> Tree {
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
