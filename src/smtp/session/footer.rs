//! What `smtpd_reject_footer` adds to a refusal.

use crate::smtp::policy::Policy;
use crate::smtp::reply::{Reply, Text};
use crate::smtp::session::Session;

impl Session {
    /// The reply with this text, and with a footer if it refuses.
    pub(super) fn with_footer(&self, text: Text, policy: &dyn Policy) -> Reply {
        if !text.starts_with(['4', '5']) {
            return Reply::from(text);
        }
        if !policy.settings().reject_footer.is_empty() {
            return with_footer(&text, &policy.reject_footer(&self.facts));
        }
        // What a table says may have several lines.
        match text.as_bytes().contains(&b'\n') {
            true => Reply::of_lines(&text),
            false => Reply::from(text),
        }
    }
}

/// Adds the footer's lines, each with the codes of the reply (`\c` starts it on the same line).
fn with_footer(text: &str, footer: &str) -> Reply {
    let Some((code, rest)) = text.split_once(' ') else {
        return Reply::of_lines(text);
    };
    let status = rest
        .split(' ')
        .next()
        .filter(|w| w.bytes().filter(|&b| b == b'.').count() == 2 && w.starts_with(['4', '5']));
    let mut out = text.to_string();
    let (same_line, footer) = match footer.strip_prefix("\\c") {
        Some(rest) => (true, rest),
        None => (false, footer),
    };
    for (i, line) in footer.split("\\n").enumerate() {
        if i == 0 && same_line {
            out.push_str(line);
        } else {
            out.push_str(&format!("\r\n{code} "));
            if let Some(status) = status {
                out.push_str(&format!("{status} "));
            }
            out.push_str(line);
        }
    }
    Reply::of_lines(&out)
}
