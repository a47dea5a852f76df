//! A message that is being written.

use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::postfix::sendmail::hand_in;

/// A message that is being written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) to: String,
    pub(super) subject: Option<String>,
    pub(super) cc: String,
    pub(super) bcc: String,
    pub(super) from: String,
    /// Headers that an option or an answer adds.
    pub(super) more: String,
    pub(super) body: String,
    /// Its text has been written; copies are asked for.
    pub(super) is_written: bool,
    /// Ctrl-C has been pressed once.
    pub(super) is_interrupted: bool,
}

/// Gives a message to sendmail.
pub(super) fn send(draft: &Draft, at: &mut Machine) {
    let mut text = String::new();
    let subject = draft.subject.clone().unwrap_or_default();
    for (name, value) in [
        ("From", &draft.from),
        ("To", &draft.to),
        ("Subject", &subject),
        ("Cc", &draft.cc),
        ("Bcc", &draft.bcc),
    ] {
        if !value.is_empty() {
            text.push_str(&format!("{name}: {value}\n"));
        }
    }
    if !draft.more.contains("MIME-Version") {
        text.push_str(&draft.more);
        text.push_str("MIME-Version: 1.0\nContent-Type: text/plain; charset=\"UTF-8\"\nContent-Transfer-Encoding: 8bit\n");
    } else {
        text.push_str(&draft.more);
    }
    text.push_str(&format!("\n{}", draft.body));
    let mut options = vec!["-i", "-t"];
    if !draft.from.is_empty() {
        options.extend(["-f", &draft.from]);
    }
    // What it says goes nowhere: mail does not wait for it.
    let _ = hand_in(&options, Some(&text), at);
}
