//! What Dovecot says where the Cyrus library says something else (`smtpd_sasl_type = dovecot`).

use crate::smtp::sasl::mechanism::{BAD_PROTOCOL, NO_MECHANISM};
use crate::smtp::sasl::turn::Turn;

/// What Postfix writes where Dovecot gives no reason.
pub const NO_REASON: &str = "(reason unavailable)";

/// What has come of an exchange, in Dovecot's words, or whether that was the first step.
pub fn words(name: &str, turn: Turn, is_first: bool) -> Turn {
    let (reason, username) = match turn {
        // It has PLAIN and LOGIN.
        _ if name.eq_ignore_ascii_case("CRAM-MD5") => (NO_MECHANISM.into(), None),
        Turn::Failure {
            reason,
            username,
            detail,
        } => match reason.as_str() {
            NO_MECHANISM => (reason, None),
            BAD_PROTOCOL if detail.is_empty() => (reason, None),
            _ if reason.starts_with("another step") => (BAD_PROTOCOL.into(), None),
            _ => (NO_REASON.into(), username),
        },
        turn => return turn,
    };
    let reason = match reason.as_str() {
        NO_MECHANISM => "Invalid authentication mechanism",
        BAD_PROTOCOL if is_first => "Invalid base64 data in initial response",
        BAD_PROTOCOL => "Invalid base64 data in continued response",
        other => other,
    };
    Turn::Failure {
        reason: reason.into(),
        username,
        detail: String::new(),
    }
}
