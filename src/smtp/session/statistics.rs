//! What is counted: commands, for the log; errors and junk, for the limits.

use std::fmt::Write;

use crate::smtp::command::Verb;

/// The counts of a session.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    /// Accepted and received, for each verb.
    commands: [(u32, u32); Verb::ALL.len()],
    /// Errors since a message was accepted (`smtpd_soft_error_limit`, `smtpd_hard_error_limit`).
    pub errors: usize,
    /// Junk commands since a message was accepted (`smtpd_junk_command_limit`).
    junk: usize,
    /// AUTH exchanges that have begun.
    pub exchanges: u32,
    /// Whom Dovecot has named last.
    pub sasl_name: Option<String>,
}

impl Statistics {
    /// A command has come.
    pub fn receive(&mut self, verb: Verb) {
        self.commands[verb as usize].1 += 1;
    }

    /// It has not come yet.
    // In the light build no command waits.
    #[allow(dead_code)]
    pub fn forget(&mut self, verb: Verb) {
        let received = &mut self.commands[verb as usize].1;
        *received = received.saturating_sub(1);
    }

    /// It was accepted.
    pub fn accept(&mut self, verb: Verb) {
        self.commands[verb as usize].0 += 1;
    }

    /// A command that was counted as accepted when it began was not carried out.
    pub fn take_back(&mut self, verb: Verb) {
        let accepted = &mut self.commands[verb as usize].0;
        *accepted = accepted.saturating_sub(1);
    }

    /// A command that was counted as accepted when it began turns out refused.
    pub fn correct(&mut self, verb: Verb) {
        self.take_back(verb);
        self.errors += 1;
    }

    /// A command that does nothing for mail; beyond the limit it is an error.
    pub fn junk(&mut self, limit: usize) {
        if self.junk > limit {
            self.errors += 1;
        }
        self.junk += 1;
    }

    /// A message was accepted.
    pub fn forgive(&mut self) {
        self.errors = 0;
        self.junk = 0;
    }

    /// ` helo=1 mail=1/2 quit=1 commands=3/4`: accepted and, where it differs, received.
    pub fn write(&self, text: &mut String) {
        let (mut accepted, mut received) = (0, 0);
        for (verb, (good, all)) in Verb::ALL.iter().zip(self.commands) {
            if all == 0 {
                continue;
            }
            text.push(' ');
            let start = text.len();
            text.push_str(verb.name());
            text[start..].make_ascii_lowercase();
            push_number(text, '=', good);
            if good != all {
                push_number(text, '/', all);
            }
            accepted += good;
            received += all;
        }
        text.push_str(" commands");
        push_number(text, '=', accepted);
        if accepted != received || received == 0 {
            push_number(text, '/', received);
        }
    }
}

/// Adds a count, which is nearly always of one digit.
fn push_number(text: &mut String, before: char, number: u32) {
    text.push(before);
    match char::from_digit(number, 10) {
        Some(digit) => text.push(digit),
        // Writing into a text cannot fail.
        None => {
            let _ = write!(text, "{number}");
        }
    }
}
