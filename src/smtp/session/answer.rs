//! How a session speaks: replies with their delays and footers, notes for the log, and the
//! questions that come before them.

use std::time::Duration;

use crate::smtp::policy::{Crash, InDoubt, Listed, Note, Policy, Question, Rate};
use crate::smtp::reply::{Reply, Text};
use crate::smtp::session::action::{Action, Todo};
use crate::smtp::session::{Handled, Refused, Session};
use crate::smtp::settings::Settings;

impl Session {
    pub(super) fn act(&mut self, action: Action) {
        self.plan(Todo::Act(action));
    }

    /// A process that has died says and does nothing more.
    pub(super) fn plan(&mut self, todo: Todo) {
        if !self.state.is_closed() {
            self.todo.push_back(todo);
        }
    }

    pub(super) fn note(&mut self, note: Note) {
        self.act(Action::Note(note));
    }

    pub(super) fn accept(&mut self, text: impl Into<Text>, policy: &dyn Policy) -> Handled {
        self.reply(text, policy);
        Ok(())
    }

    pub(super) fn refuse(&mut self, text: impl Into<Text>, policy: &dyn Policy) -> Handled {
        self.reply(text, policy);
        Err(Refused)
    }

    /// Asks the policy, and lets its answer take effect.
    pub(super) fn ask(&mut self, question: Question, policy: &dyn Policy) -> Option<String> {
        let mut verdict = policy.check(question, &self.facts);
        let (probes, wait) = verdict.probe.take();
        if let Some(wait) = wait {
            return self.wait_for(wait, probes);
        }
        for address in probes {
            self.act(Action::Probe(address));
        }
        for note in verdict.notes {
            self.note(note);
        }
        if verdict.sleep > 0 {
            self.plan(Todo::Sleep(Duration::from_secs(verdict.sleep)));
        }
        if let Some(triplet) = verdict.triplet {
            self.act(Action::Remember(triplet));
        }
        if let Some(crash) = verdict.crash {
            self.die(crash);
        }
        if let Some(memory) = verdict.memory {
            self.facts.memory = memory;
        }
        if let Some(trail) = verdict.trail {
            self.facts.trail = trail;
        }
        match &mut self.transaction.message {
            Some(message) => {
                message.effects.extend(verdict.effects);
                message.prepend.extend(verdict.prepend);
            }
            None => self.extended.heard.keep(verdict.effects),
        }
        self.history.judge(verdict.refusal.is_some());
        verdict.refusal
    }

    /// The process dies.
    pub(super) fn die(&mut self, crash: Crash) {
        self.act(Action::Crash(crash));
        self.act(Action::Close);
        self.state.die();
    }

    /// What a list says; one that cannot be asked says no, and the log says why.
    pub(super) fn listed(&mut self, answer: Listed) -> bool {
        answer.unwrap_or_else(|InDoubt(notes)| {
            for note in notes {
                self.note(note);
            }
            false
        })
    }

    /// Ends the session, because a list that decides cannot be asked.
    pub(super) fn local_data_error(&mut self, doubt: String, policy: &dyn Policy) -> Handled {
        self.note(Note::warning(doubt));
        let host = &policy.settings().myhostname;
        let reply = format!("421 4.3.0 {host} Server local data error");
        self.note(Note::info(format!(
            "{}: reject: {} from {}: {reply}",
            self.facts.queue_id.as_deref().unwrap_or("NOQUEUE"),
            self.facts.command,
            self.facts.client.namaddr()
        )));
        self.state.hang_up(None);
        self.refuse(reply, policy)
    }

    /// Whether an event of this kind is one too many; says so in the log.
    pub(super) fn exceeds(
        &mut self,
        rate: Rate,
        limit: usize,
        policy: &dyn Policy,
    ) -> Option<usize> {
        if limit == 0 || self.extended.xclient {
            return None;
        }
        let exempt = policy.is_exempt_from_rates(&self.facts.client);
        if self.listed(exempt) {
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
        let reply = self.with_footer(text, policy);
        self.send(reply, policy.settings());
    }

    pub(super) fn send(&mut self, mut reply: Reply, settings: &Settings) {
        // What is said of a command that waits is not said.
        if self.is_waiting() {
            return;
        }
        if settings.soft_bounce {
            reply.soften();
        }
        if self.statistics.errors >= settings.soft_error_limit && !settings.error_sleep.is_zero() {
            self.plan(Todo::Sleep(settings.error_sleep));
        }
        if reply.ends_session() {
            self.state.hang_up(None);
        }
        self.history.say(&reply, self.facts.command);
        self.facts.trail.answered(self.facts.command, &reply);
        self.act(Action::Reply(reply));
    }
}
