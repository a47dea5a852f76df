//! Milters see each command (MILTER_README), once the session itself has nothing against it.

use std::sync::Arc;

use crate::smtp::command::Word;
use crate::smtp::envelope::Effect;
use crate::smtp::policy::{Crash, Note, Policy};
use crate::smtp::session::greeting::joined;
use crate::smtp::session::{Handled, Refused, Session};

impl Session {
    /// The banner, or what a Milter has instead of it; nothing where the process has died.
    pub(in crate::smtp::session) fn first_words(&mut self, policy: &dyn Policy) -> Option<String> {
        let settings = policy.settings();
        let refusal = self.refused_by_milter(&["CONNECT"], policy);
        let refusal = refusal.unwrap_or_default();
        let host = &settings.myhostname;
        Some(if refusal.starts_with("fatal: ") {
            return None;
        } else if refusal.starts_with('5') {
            format!("554 {host} ESMTP not accepting connections")
        } else if refusal.starts_with("421") {
            format!("421 {host} Service unavailable - try again later")
        } else {
            ["220 ", &settings.banner].concat()
        })
    }

    /// Tells the Milters of something; the reply that refuses it, after a line in the log. What is said
    /// to the connection or its greeting is said to all that follows.
    pub(in crate::smtp::session) fn refused_by_milter(
        &mut self,
        said: &[&str],
        policy: &dyn Policy,
    ) -> Option<String> {
        let command = self.facts.command;
        let answer = match self.extended.heard.answer.clone() {
            Some(answer) => answer,
            None => {
                let (warnings, answer) = policy.milter(&said.concat(), &self.facts);
                for warning in warnings {
                    self.note(Note::warning(warning));
                }
                answer
            }
        };
        if answer.is_empty() {
            return None;
        }
        if answer.starts_with("fatal: ") {
            self.note(Note::info(answer.clone()));
            self.die(Crash::Exit);
            return Some(answer);
        }
        if matches!(command, "CONNECT" | "HELO" | "EHLO") {
            self.extended.heard.answer = Some(answer.clone());
        }
        let (what, why, effect) = match answer.as_str() {
            "hold" => ("hold", "milter triggers HOLD action", Some(Effect::Hold)),
            "discard" => (
                "discard",
                "milter triggers DISCARD action",
                Some(Effect::Discard),
            ),
            reply => ("reject", reply, None),
        };
        self.note(self.facts.decision(&["milter-", what].concat(), why));
        match effect {
            None => {
                self.history.judge(true);
                Some(answer)
            }
            Some(effect) => {
                if self.is_in_transaction() && !self.extended.heard.effects.contains(&effect) {
                    self.extended.heard.effects.push(effect);
                }
                None
            }
        }
    }

    /// The same of a recipient.
    pub(in crate::smtp::session) fn recipient_refused_by_milter(
        &mut self,
        address: &Arc<str>,
        said: &str,
        policy: &dyn Policy,
    ) -> Option<String> {
        let first = self.facts.recipient.replace(address.clone());
        let refusal = self.refused_by_milter(&["RCPT TO:", said], policy);
        self.facts.recipient = first;
        refusal
    }

    /// What a Milter has said to all that follows.
    pub(in crate::smtp::session) fn refused_by_now(&self) -> Option<String> {
        let answer = self.extended.heard.answer.clone();
        answer.filter(|answer| answer.starts_with(['4', '5']))
    }

    /// The same where `454` is all that may be said of what is to be tried again (AUTH, STARTTLS).
    pub(in crate::smtp::session) fn put_off_by_now(&self) -> Option<String> {
        let refusal = self.refused_by_now()?;
        Some(match refusal.starts_with('4') {
            true => "454 4.3.0 Try again later".into(),
            false => refusal,
        })
    }

    /// The same of HELO and EHLO, which are refused with 421 alone; whether all else will be.
    pub(in crate::smtp::session) fn greeted_by_milter(
        &mut self,
        words: &[Word],
        policy: &dyn Policy,
    ) -> Result<bool, Refused> {
        let name = joined(words);
        // Its log has the name as it was written.
        let own = self.facts.helo.replace(name.as_str().into());
        let refusal = self.refused_by_milter(&["HELO ", &name], policy);
        self.facts.helo = own;
        match refusal {
            Some(reply) if reply.starts_with("421") => {
                let refused: Handled = self.refuse(reply, policy);
                refused.map(|()| true)
            }
            reply => Ok(reply.is_some_and(|reply| reply.starts_with('5'))),
        }
    }
}
