//! What Dovecot says where the Cyrus library says something else (`smtpd_sasl_type = dovecot`).
//!
//! Postfix has itself an opinion of a mechanism and of the letters of a response; all else is asked of Dovecot,
//! whose answer names a user or none. Whom a failure names in the log is who was named last.

use crate::smtp::passwords::is_username;
use crate::smtp::sasl::mechanism::{BAD_PROTOCOL, NO_MECHANISM};
use crate::smtp::sasl::turn::{Step, Turn};

/// What Postfix writes where Dovecot gives no reason.
pub const NO_REASON: &str = "(reason unavailable)";

/// What has come of a step, in Dovecot's words; `last` is whom it has named last.
pub fn words(step: &Step, turn: Turn, last: &mut Option<String>) -> Turn {
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
    let reason = match turn {
        Turn::Failure { reason, .. } if reason == NO_MECHANISM => {
            "Invalid authentication mechanism"
        }
        Turn::Success(name) => return Turn::Success(name.to_ascii_lowercase()),
        Turn::Failure {
            reason,
            username,
            detail,
        } => {
            let is_base64 = reason != BAD_PROTOCOL || !detail.is_empty();
            let is_base64 = is_base64 && !reason.starts_with("another step");
            let is_own = !is_base64 && !step.said.bytes().all(is_letter);
            if !is_own {
                *last = username.map(|name| written(&name));
            }
            match is_base64 {
                true => NO_REASON,
                false if step.is_first => "Invalid base64 data in initial response",
                false => "Invalid base64 data in continued response",
            }
        }
        turn => return turn,
    };
    Turn::Failure {
        reason: reason.into(),
        username: last.clone(),
        detail: String::new(),
    }
}

/// A name as it comes to Postfix: in small letters if it is one, and else with signs for what its protocol is
/// written with, which Postfix does not print.
fn written(name: &str) -> String {
    if is_username(name) {
        return name.to_ascii_lowercase();
    }
    let marks = [("\u{1}", "?1"), ("\t", "?t"), ("\n", "?n"), ("\r", "?r")];
    let replaced = |name: String, (from, to): (&str, &str)| name.replace(from, to);
    marks.into_iter().fold(name.into(), replaced)
}
