//! The count of commands at the end of a session.

use std::fmt::Write;

use crate::smtp::command::Verb;
use crate::smtp::session::Session;

impl Session {
    /// ` helo=1 mail=1/2 quit=1 commands=3/4`: accepted and, where it differs, received.
    pub(super) fn statistics(&self, text: &mut String) {
        let (mut accepted, mut received) = (0, 0);
        for (verb, (good, all)) in Verb::ALL.iter().zip(self.counts) {
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
