//! A command that waits for what comes of a probe (`address_verify_poll_delay`).

use crate::smtp::command::Verb;
use crate::smtp::framing::End;
use crate::smtp::probing::Wait;
use crate::smtp::session::action::Todo;
use crate::smtp::session::{Action, Session};

/// What stands for a reply that is not given.
const WAIT: &str = "250 2.0.0 Ok";

impl Session {
    /// There is no answer yet: what the command says is not said, and later it is carried out again.
    pub(in crate::smtp::session) fn wait_for(
        &mut self,
        (address, span): Wait,
        probes: Vec<String>,
    ) -> Option<String> {
        let has_gone = self.framing.has_ended() || self.facts.probing.is_tired();
        let gives_up = address.is_empty() && has_gone;
        self.facts.probing.note(address);
        let probes = probes.into_iter().map(Action::Probe);
        let mut plan: Vec<Todo> = probes.map(Todo::Act).collect();
        plan.push(match gives_up {
            true => Todo::Act(Action::Close),
            false => Todo::Sleep(span),
        });
        if gives_up {
            self.state.die();
        }
        self.waiting.0 = Some(plan);
        Some(WAIT.into())
    }

    /// Whether the command waits, so that nothing of it is said.
    pub(in crate::smtp::session) fn is_waiting(&self) -> bool {
        self.waiting.0.is_some()
    }

    /// Whether the command waits; then what it has planned since `planned` is not done.
    pub(in crate::smtp::session) fn puts_off(
        &mut self,
        planned: usize,
        verb: Verb,
        (bytes, end): (&[u8], End),
    ) -> bool {
        let Some(instead) = self.waiting.0.take() else {
            return false;
        };
        self.todo.truncate(planned);
        self.todo.extend(instead);
        self.statistics.forget(verb);
        self.facts.probing.defer(bytes, end);
        true
    }
}
