//! What a session keeps of Milters, of the filter before the queue and of probes.

use crate::smtp::envelope::{Effect, Message};

/// A message for the filter before the queue.
pub type Passed = Box<Message>;

/// What Milters have said.
#[derive(Debug, Default)]
pub(in crate::smtp::session) struct Heard {
    /// For the whole session.
    pub(super) answer: Option<String>,
    /// What they ask to be done with the message.
    pub(super) effects: Vec<Effect>,
}

impl Heard {
    /// A message is over.
    pub fn clear(&mut self) {
        self.effects.clear();
    }

    /// What is to be done with the message that has not begun (`smtpd_delay_reject = no`).
    pub fn keep(&mut self, effects: Vec<Effect>) {
        self.effects.extend(effects);
    }

    /// What is to be done with the message.
    pub fn give(&mut self, effects: &mut Vec<Effect>) {
        effects.append(&mut self.effects);
    }
}

/// What is done instead of what a command has planned, if it waits for what comes of a probe.
#[derive(Debug)]
pub(in crate::smtp::session) struct Waiting<T>(pub(super) Option<Vec<T>>);

impl<T> Default for Waiting<T> {
    fn default() -> Waiting<T> {
        Waiting(None)
    }
}
