//! A program that goes on: telnet, nc, ping, less.

use std::fmt::Debug;

use crate::workstation::answer::Document;
use crate::workstation::programs::machine::Machine;

/// A program that is polled whenever something may have happened: a line was typed, bytes have
/// come, time has passed.
pub trait Job: Debug {
    /// Goes on as far as possible; its exit status once it has ended.
    fn poll(&mut self, at: &mut Machine) -> Option<i32>;

    /// A signal has come ([`crate::workstation::programs::io::signal`]); whether it deals with that
    /// itself. One that does not is ended by it.
    fn signal(&mut self, _signal: u8, _at: &mut Machine) -> bool {
        false
    }

    /// Ctrl-], which telnet knows.
    fn escape(&mut self, _at: &mut Machine) {}

    /// The file that is being edited, if this is an editor.
    fn document(&self) -> Option<&Document> {
        None
    }

    /// The prompt that is shown, if any.
    fn prompt(&self) -> Option<String> {
        None
    }
}
