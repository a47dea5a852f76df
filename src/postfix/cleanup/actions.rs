//! What cleanup does with a line that a table has a say about, and what access tables have asked for.

use crate::postfix::cleanup::checks::{Action, Failed};
use crate::postfix::cleanup::message::Work;
use crate::postfix::cleanup::rewriting::Trouble;
use crate::smtp::address::quote_local_info;
use crate::smtp::bytes::encode;
use crate::smtp::envelope::Effect;
use crate::smtp::printable::head;

impl Work<'_> {
    /// Does what a table says to a line; gives the line as it is now, or `None` where it is
    /// dropped.
    pub(super) fn act(
        &mut self,
        asked: Result<Option<Action>, Failed>,
        kind: &str,
        line: &str,
    ) -> Option<String> {
        let action = match asked {
            Ok(Some(action)) => action,
            Ok(None) => return Some(line.into()),
            Err((name, retry)) => {
                self.complain(&retry);
                let text = format!(
                    "warning: {}: {name} map lookup problem -- message not accepted, try again later",
                    self.arrival.id
                );
                self.done.notes.push(text);
                self.trouble.get_or_insert(Trouble::Table);
                return Some(line.into());
            }
        };
        let mut log = |what: &str, text: &str| {
            let mut note = format!(
                "{what}: {kind} {} from {};",
                head(line, 200),
                self.arrival.origin
            );
            note.push_str(&format!(" from=<{}>", quote_local_info(&self.done.sender)));
            if let Some(recipient) = &self.recipient {
                note.push_str(&format!(" to=<{}>", quote_local_info(recipient)));
            }
            note.push_str(&self.arrival.evidence);
            if !text.is_empty() {
                note.push_str(&format!(": {text}"));
            }
            self.done.notes.push(format!("{}: {note}", self.arrival.id));
        };
        match action {
            Action::Keep => {}
            Action::Ignore => return None,
            Action::Mistake(text) => self.done.notes.push(format!("warning: {text}")),
            Action::Reject(mut text) => {
                if text.starts_with('2') {
                    text.replace_range(..1, "4");
                }
                log("reject", &text);
                self.reason = Some(text);
                self.checks = false;
            }
            Action::Warn(text) => log("warning", &text),
            Action::Info(text) => log("info", &text),
            Action::Filter(text) => {
                log("filter", &text);
                self.done.filter = Some(text);
            }
            Action::Pass(text) => {
                log("pass", &text);
                self.checks = false;
            }
            Action::Discard(text) => {
                log("discard", &text);
                self.done.discard = true;
                self.checks = false;
            }
            Action::Hold(text) => {
                if !self.done.hold && !self.done.discard {
                    log("hold", &text);
                    self.done.hold = true;
                }
            }
            Action::Prepend(text) => {
                log("prepend", &text);
                self.put(&encode(&text));
            }
            Action::Replace(text) => {
                log("replace", &text);
                return Some(text);
            }
            Action::Redirect(text) => {
                log("redirect", &text);
                self.done.redirect = Some(text);
                self.checks = false;
            }
            Action::Bcc(text) => {
                log("bcc", &text);
                self.copies.push(text);
            }
            Action::Strip(text) => {
                log("strip", &text);
                return None;
            }
        }
        Some(line.into())
    }

    /// What smtpd's access tables have asked for.
    pub(super) fn effects(&mut self) {
        for effect in self.arrival.effects {
            match effect {
                Effect::Hold => self.done.hold = true,
                Effect::Discard => self.done.discard = true,
                Effect::Filter(to) => self.done.filter = Some(to.clone()),
                Effect::Redirect(to) => self.done.redirect = Some(to.clone()),
                Effect::Bcc(to) => self.copies.push(to.clone()),
                // These have been seen before.
                Effect::Unmapped | Effect::Unchecked | Effect::Unfinished => {}
            }
        }
    }
}
