//! `telnet://`: what comes is shown, what is typed is sent.

use crate::smtp::bytes::decode;
use crate::workstation::programs::curl::dialogue::Dialogue;
use crate::workstation::programs::io::{Read, Take};
use crate::workstation::programs::machine::Machine;
use crate::workstation::screen::Voice;

/// How many times something is sent before others have their turn.
const AT_ONCE: usize = 500;

/// How much it reads at once where nobody types.
const BUFFER: Take = Take {
    most: 16_384,
    until: None,
};

impl Dialogue {
    /// What the server has said, whatever it means.
    pub(super) fn show(&mut self, bytes: &[u8], at: &mut Machine) {
        let text = decode(bytes);
        match self.plan.given.value("output") {
            Some(_) => self.report.body(&text, at),
            None => at.say(Voice::Server, &text),
        }
    }

    /// Sends what is read; waits after its end until the server, or --max-time, ends it.
    pub(super) fn relay(&mut self, at: &mut Machine) -> Option<i32> {
        if let Some(end) = self.plan.timeout.map(|span| self.begun + span) {
            if at.world.now() >= end {
                self.fail(28, "Time-out", at);
                return self.advance(at);
            }
            at.wake_at(end, false);
        }
        let types = at.is_terminal(0);
        for _ in 0..AT_ONCE {
            // At a keyboard the next line is read when the last one has been answered.
            if types && !at.world.is_quiet() {
                return None;
            }
            match at.read_input(if types { Take::LINE } else { BUFFER }) {
                Read::Bytes(bytes) => {
                    if let Some(connection) = self.connection {
                        at.world.send(connection, &bytes);
                    }
                }
                Read::Wait | Read::End | Read::Fault(_) => return None,
            }
        }
        None
    }
}
