//! What `smtpd_reject_footer` adds to a refusal.

use crate::smtp::policy::Policy;
use crate::smtp::reply::{Reply, Text};
use crate::smtp::session::{Action, Session};

impl Session {
    /// The reply with this text, and with a footer if it refuses.
    pub(super) fn with_footer(&mut self, text: Text, policy: &dyn Policy) -> Reply {
        if !text.starts_with(['4', '5']) {
            return Reply::from(text);
        }
        let footer = &policy.settings().reject_footer;
        if !footer.is_empty() {
            if let Some(whole) = self.footed(&text, footer, policy) {
                return Reply::of_lines(&whole);
            }
        }
        // What a table says may have several lines.
        match text.as_bytes().contains(&b'\n') {
            true => Reply::of_lines(&text),
            false => Reply::from(text),
        }
    }

    /// Adds the footer's lines, each with the codes of the reply (`\c` starts it on the same line);
    /// `None` where one is malformed.
    fn footed(&mut self, text: &str, footer: &str, policy: &dyn Policy) -> Option<String> {
        let (code, rest) = text.split_once(' ')?;
        let status = rest
            .split(' ')
            .next()
            .filter(|w| w.bytes().filter(|&b| b == b'.').count() == 2 && w.starts_with(['4', '5']));
        let mut out = text.to_string();
        let (mut same_line, footer) = match footer.strip_prefix("\\c") {
            Some(rest) => (true, rest),
            None => (false, footer),
        };
        for line in footer.split("\\n") {
            let (line, notes) = policy.reject_footer(line, &self.facts);
            for note in notes {
                self.act(Action::Note(note));
            }
            if !std::mem::take(&mut same_line) {
                out.push_str(&format!("\r\n{code} "));
                if let Some(status) = status {
                    out.push_str(&format!("{status} "));
                }
            }
            out.push_str(&line?);
        }
        Some(out)
    }
}
