//! What main.cf makes of what is said: `smtpd_command_filter` of a command, `smtpd_reject_footer` and its
//! maps of a refusal.

mod history;

use crate::smtp::envelope::Effect;
use crate::smtp::framing::Framing;
use crate::smtp::policy::{Amended, Policy};
use crate::smtp::reply::{with_footer, Reply, Text};
use crate::smtp::session::content::Chunking;
use crate::smtp::session::state::Next;
use crate::smtp::session::{Action, Session};

pub(super) use history::History;
pub use history::{Report, Reported};

impl Session {
    /// What stands in the place of a command, if anything does.
    ///
    /// # Errors
    /// That cannot be said; the session is over.
    pub(super) fn filtered(
        &mut self,
        text: &str,
        policy: &dyn Policy,
    ) -> Result<Option<String>, ()> {
        let (new, mut notes) = policy.amend(Amended::Command, text, &self.facts);
        let doubt = notes.pop_if(|_| new.is_none());
        notes.into_iter().for_each(|note| self.note(note));
        let Some(doubt) = doubt else {
            return Ok(new);
        };
        let doubt = doubt.text.trim_start_matches("warning: ");
        let _ = self.local_data_error(doubt.into(), policy);
        Err(())
    }

    /// An address that is accepted only because of an old default is noted.
    pub(super) fn note_undeclared(&mut self, address: &str, policy: &dyn Policy) {
        let (_, notes) = policy.amend(Amended::Undeclared, address, &self.facts);
        notes.into_iter().for_each(|note| self.note(note));
    }

    /// The reply with this text, and with a footer if it refuses.
    pub(super) fn with_footer(&mut self, text: Text, policy: &dyn Policy) -> Reply {
        if !text.starts_with(['4', '5']) {
            return Reply::from(text);
        }
        let (footer, notes) = policy.amend(Amended::Refusal, &text, &self.facts);
        notes.into_iter().for_each(|note| self.note(note));
        let whole = footer.and_then(|footer| self.footed(&text, &footer, policy));
        if let Some(whole) = whole {
            return Reply::of_lines(&whole);
        }
        // What a table says may have several lines.
        match text.as_bytes().contains(&b'\n') {
            true => Reply::of_lines(&text),
            false => Reply::from(text),
        }
    }

    /// Adds the footer's lines; `None` where one is malformed.
    fn footed(&mut self, text: &str, footer: &str, policy: &dyn Policy) -> Option<String> {
        with_footer(text, footer, &mut |line| {
            let (line, notes) = policy.amend(Amended::Footer, line, &self.facts);
            for note in notes {
                self.act(Action::Note(note));
            }
            line
        })
    }

    /// The queue file is closed before its message is complete: cleanup has looked at what came.
    pub(super) fn give_up(&mut self, content: &[u8], policy: &dyn Policy) {
        let Some(message) = &self.transaction.message else {
            return;
        };
        if self.transaction.is_passing {
            return;
        }
        let mut message = message.clone();
        message.queue_id = self.facts.queue_id.clone().unwrap_or_default();
        message.content = content.to_vec();
        message.effects.push(Effect::Unfinished);
        if let Err((_, notes)) = policy.cleanup(&message) {
            notes.into_iter().for_each(|note| self.note(note));
        }
    }

    /// The client is lost, and what has come of a message after DATA is to be given up.
    pub(super) fn keep_unfinished(&mut self) {
        if let Next::Content(content) = self.state.next() {
            let content = std::mem::take(content);
            self.transaction.chunking = Chunking::Receiving(content, Framing::default());
        }
    }

    /// A part of the session has come to an end: the postmaster is told of it, if something went
    /// wrong, and what was said is forgotten; not yet, where it is the end of a command and little
    /// was said. A message that has come in chunks, and not to its end, is given up.
    pub(super) fn tell_postmaster(
        &mut self,
        is_over: bool,
        reason: Option<&'static str>,
        policy: &dyn Policy,
    ) {
        if let Chunking::Receiving(content, _) = &mut self.transaction.chunking {
            let content = std::mem::take(&mut content.bytes);
            self.give_up(&content, policy);
        }
        let (wanted, threshold) = policy.notices();
        let told = self.history.take(if is_over { 0 } else { threshold });
        if let Some((classes, lines)) = told.filter(|(classes, _)| classes.has(wanted)) {
            self.act(Action::Report(Box::new(Report {
                classes,
                client: self.facts.client.namaddr(),
                lines,
                reason,
            })));
        }
    }
}
