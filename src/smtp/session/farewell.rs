//! The end of a session: why, and the last words in the log.

use crate::smtp::policy::{Note, Policy};
use crate::smtp::release::Change;
use crate::smtp::session::action::Action;
use crate::smtp::session::state::Reason;
use crate::smtp::session::Session;

impl Session {
    /// The last words in the log.
    pub(super) fn say_farewell(&mut self, reason: Option<Reason>, policy: &dyn Policy) {
        let settings = policy.settings();
        if !self.extended.xclient {
            // anvil is told that the client has gone, unless nobody counts it.
            let exempt = policy.is_exempt_from_rates(&self.facts.client);
            self.listed(exempt);
        }
        let from = self.facts.client.named();
        let mut text = self.facts.client.after(&["disconnect from "]);
        if settings.release.has(Change::CommandCounts) {
            self.statistics.write(&mut text);
        }
        let farewell = Note::info(text);
        let after = self.facts.command;
        if let Some(reason) = reason {
            let text = match after {
                // What has come of a line, or of the next command, counts after BDAT only.
                "DATA content" | "BDAT content" => Some(format!(
                    "{} after {} ({} bytes) from {from}",
                    reason.text(),
                    &after[..4],
                    self.facts.size
                        + match after {
                            "BDAT content" =>
                                self.framing.unread().len() + self.transaction.chunking.unfinished(),
                            _ => 0,
                        } as u64
                )),
                "END-OF-MESSAGE" if reason == Reason::LostConnection => None,
                _ => Some(format!("{} after {after} from {from}", reason.text())),
            };
            if let Some(mut text) = text {
                if settings.release.has(Change::LossNamesQueueId) {
                    let id = self.facts.queue_id.as_deref().unwrap_or("NOQUEUE");
                    text = format!("{id}: {text}");
                }
                self.note(Note::info(text));
            }
        }
        self.tell_postmaster(true, reason.map(Reason::text), policy);
        self.note(farewell);
        self.act(Action::Close);
    }
}
