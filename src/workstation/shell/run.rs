//! The shell as the system sees it: it goes on by a step, gets signals, has a prompt.

use crate::workstation::programs::io::signal;
use crate::workstation::shell::bash::*;
use crate::workstation::system::kernel::Kernel;
use crate::workstation::system::kernel::{Body, Completion, Step};

/// How many frames there may be: functions that call themselves end here.
const FRAMES: usize = 4_000;

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
                false => {
                    if let Some(outer) = self.outer.take() {
                        *k.os.history = outer;
                    }
                    Step::Ended(self.state.status)
                }
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
