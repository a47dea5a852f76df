//! How a session speaks: replies with their delays and footers, notes for the log, and the
//! questions that come before them.

use std::time::Duration;

use crate::smtp::policy::{Note, Policy, Question, Rate};
use crate::smtp::reply::{Reply, Text};
use crate::smtp::session::{Action, Failed, Outcome, Session, Step};
use crate::smtp::settings::Settings;

impl Session {
    pub(super) fn act(&mut self, action: Action) {
        self.step(Step::Do(action));
    }

    /// A process that has died says and does nothing more.
    fn step(&mut self, step: Step) {
        if !self.finished {
            self.todo.push_back(step);
        }
    }

    pub(super) fn note(&mut self, note: Note) {
        self.act(Action::Note(note));
    }

    pub(super) fn accept(&mut self, text: impl Into<Text>, policy: &dyn Policy) -> Outcome {
        self.reply(text, policy);
        Ok(())
    }

    pub(super) fn refuse(&mut self, text: impl Into<Text>, policy: &dyn Policy) -> Outcome {
        self.reply(text, policy);
        Err(Failed)
    }

    /// Asks the policy, and lets its answer take effect.
    pub(super) fn ask(&mut self, question: Question, policy: &dyn Policy) -> Option<String> {
        let verdict = policy.check(question, &self.facts);
        for note in verdict.notes {
            self.note(note);
        }
        if verdict.sleep > 0 {
            self.step(Step::Sleep(Duration::from_secs(verdict.sleep)));
        }
        if let Some(triplet) = verdict.triplet {
            self.act(Action::Remember(triplet));
        }
        if let Some(crash) = verdict.crash {
            self.act(Action::Crash(crash));
            self.act(Action::Close);
            self.finished = true;
        }
        if let Some(memory) = verdict.memory {
            self.facts.memory = memory;
        }
        if let Some(transaction) = &mut self.transaction {
            transaction.message.effects.extend(verdict.effects);
            transaction.message.prepend.extend(verdict.prepend);
        }
        verdict.refusal
    }

    /// Whether an event of this kind is one too many; says so in the log.
    pub(super) fn exceeds(
        &mut self,
        rate: Rate,
        limit: usize,
        policy: &dyn Policy,
    ) -> Option<usize> {
        if limit == 0 || self.extended.xclient || policy.is_exempt_from_rates(&self.facts.client) {
            return None;
        }
        self.act(Action::Count(rate));
        // The action is applied after this step, so this event is not counted yet.
        let count = policy.rate(rate, &self.facts.client, self.facts.now);
        (count > limit).then_some(count)
    }

    pub(super) fn reply_to_bare_newline(&mut self, policy: &dyn Policy) {
        let settings = policy.settings();
        let text = format!(
            "{} 5.5.2 {} Error: bare <LF> received",
            settings.bare_newline_code, settings.myhostname
        );
        self.reply(text, policy);
    }

    /// Gives a reply: later, once the client has made too many errors.
    pub(super) fn reply(&mut self, text: impl Into<Text>, policy: &dyn Policy) {
        self.say(text.into(), policy);
    }

    // Once for all kinds of text.
    fn say(&mut self, text: Text, policy: &dyn Policy) {
        let settings = policy.settings();
        #[cfg(feature = "full")]
        if text.starts_with(['4', '5']) && !settings.reject_footer.is_empty() {
            let footer = policy.reject_footer(&self.facts);
            return self.send(with_footer(&text, &footer), settings);
        }
        self.send(Reply::from(text), settings);
    }

    pub(super) fn send(&mut self, mut reply: Reply, settings: &Settings) {
        if settings.soft_bounce {
            reply.soften();
        }
        if self.errors >= settings.soft_error_limit && !settings.error_sleep.is_zero() {
            self.step(Step::Sleep(settings.error_sleep));
        }
        if reply.ends_session() {
            self.hanging_up = true;
        }
        self.act(Action::Reply(reply));
    }
}

/// Adds the footer's lines, each with the codes of the reply (`\c` starts it on the same line).
#[cfg(feature = "full")]
fn with_footer(text: &str, footer: &str) -> Reply {
    let Some((code, rest)) = text.split_once(' ') else {
        return Reply::from(text.to_string());
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
    Reply::from(out)
}
