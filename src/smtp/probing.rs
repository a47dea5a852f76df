//! Addresses that nobody has asked for before (ADDRESS_VERIFICATION_README): a probe is sent, and the
//! command waits for what comes of it. Then it is carried out again, from its first word.

use std::time::Duration;

use crate::smtp::framing::End;

/// Commands that may wait: they have done nothing before they ask.
const WAITING: [&str; 7] = ["HELO", "EHLO", "MAIL", "RCPT", "VRFY", "ETRN", "DATA"];

/// What a session knows of probes while it carries out one command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probing {
    /// What has been asked for in vain, as often as it was.
    asked: Vec<String>,
    /// The command that waits.
    command: Option<(Vec<u8>, End)>,
}

/// An address that is to be probed. Without a domain it is the name of a daemon that has to be there; a
/// sender and a NUL stand before one that is only resolved.
pub type Address = String;

/// An address that is to be asked for again, and after how long.
pub type Wait = (String, Duration);

/// What a question has to do with probes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// What is to be probed.
    pub addresses: Vec<String>,
    /// There is no answer yet: this address is to be asked for again after so long.
    pub wait: Option<Wait>,
}

impl Probing {
    /// Whether an address may be waited for in a command, after so many questions at most.
    pub fn may_wait(&self, command: &str, address: &str, most: usize) -> bool {
        let asked = self.asked.iter().filter(|a| *a == address).count();
        WAITING.contains(&command) && asked + 1 < most
    }

    /// A command that waits is carried out now; else the answers to the last one are forgotten.
    pub(in crate::smtp) fn resume(&mut self) -> Option<(Vec<u8>, End)> {
        let command = self.command.take();
        if command.is_none() {
            self.asked.clear();
        }
        command
    }

    /// An address is waited for; a daemon has none.
    pub(in crate::smtp) fn note(&mut self, address: String) {
        self.asked.push(address);
    }

    /// It is a daemon that is waited for, which may never come.
    pub(in crate::smtp) fn is_stuck(&self) -> bool {
        self.command.is_some() && self.asked.last().is_some_and(String::is_empty)
    }

    /// A daemon has not come for an hour (`ipc_timeout`).
    pub(in crate::smtp) fn is_tired(&self) -> bool {
        self.asked.len() >= 60
    }

    /// The command is to be carried out again.
    pub(in crate::smtp) fn defer(&mut self, bytes: &[u8], end: End) {
        self.command = Some((bytes.to_vec(), end));
    }
}

impl Probe {
    /// Takes what it says.
    pub(in crate::smtp) fn take(&mut self) -> (Vec<String>, Option<Wait>) {
        (std::mem::take(&mut self.addresses), self.wait.take())
    }
}
