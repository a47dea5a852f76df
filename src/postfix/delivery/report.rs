//! What a delivery agent reports about a recipient, as it stands in the log.

use std::sync::Arc;
use std::time::Duration;

use crate::postfix::access::refusal::split_dsn;
use crate::postfix::log::line::span;
use crate::postfix::lookup::fold::fold;
use crate::postfix::queue::history::{Happened, Next};
use crate::postfix::queue::outcome::{Outcome, Status, SOFT};
use crate::postfix::server::Server;
use crate::smtp::address::quote_local;
use crate::time::Time;

/// Where a line about a delivery comes from.
pub(in crate::postfix) struct Agent<'a> {
    pub program: &'static str,
    pub relay: &'a str,
    pub spans: [Duration; 2],
}

impl Agent<'_> {
    pub(in crate::postfix) fn own(program: &'static str, relay: &'static str) -> Agent<'static> {
        Agent {
            program,
            relay,
            spans: [Duration::ZERO; 2],
        }
    }
}

/// What recipients are sorted by.
pub(super) fn by_domain(address: &str) -> String {
    let (user, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    fold(domain) + "\0" + user
}

impl Server {
    /// `TRANSPORT_destination_recipient_limit`, or that for all.
    pub(super) fn recipient_limit(&self, transport: &str) -> usize {
        let own = format!("{transport}_destination_recipient_limit");
        let all = "default_destination_recipient_limit";
        let name = if self.config.is_set(&own) { &own } else { all };
        let limit = self.config.get(name).parse().unwrap_or(50);
        if limit == 0 {
            usize::MAX
        } else {
            limit
        }
    }

    /// An outcome as the filter of its program leaves it; with `soft_bounce` nothing fails for good.
    pub(super) fn filtered(
        &mut self,
        mut outcome: Outcome,
        program: &'static str,
        now: Time,
    ) -> Outcome {
        for warning in self.routes().filters.sift(&mut outcome, program) {
            self.log_as(program, now, format!("warning: {warning}"));
        }
        if outcome.status == Status::Bounced && self.settings().soft_bounce {
            outcome.status = Status::Deferred;
            outcome.dsn.replace_range(..1, "4");
            outcome.action = SOFT;
        }
        outcome
    }

    /// Remembers an attempt.
    pub(super) fn note_attempt(
        &mut self,
        id: &Arc<str>,
        recipient: &str,
        agent: &Agent,
        outcome: &Outcome,
        next: Option<Next>,
        now: Time,
    ) {
        let what = Happened::Tried {
            recipient: recipient.into(),
            relay: agent.relay.into(),
            outcome: outcome.clone(),
            next,
        };
        self.queue.history.note(id, what, now);
    }
}

/// `to=<…>, relay=…, delay=…, delays=…, dsn=…, status=… (…)`, of a delay and how much of it was spent in the
/// active queue.
pub(in crate::postfix) fn delivery_line(
    id: &str,
    address: &str,
    original: &str,
    outcome: &Outcome,
    agent: &Agent,
    [delay, waited]: [Duration; 2],
) -> String {
    let was = match original.is_empty() || original.eq_ignore_ascii_case(address) {
        true => String::new(),
        false => format!(", orig_to=<{}>", external(original)),
    };
    let status = match outcome.action {
        own if own == SOFT || own.contains("deliverable") => own,
        _ => outcome.status.name(),
    };
    let [connect, send] = agent.spans;
    let before = delay.saturating_sub(waited + connect + send);
    format!(
        "{id}: to=<{}>{was}, relay={}, delay={}, delays={}/{}/{}/{}, dsn={}, status={status} ({})",
        external(address),
        agent.relay,
        span(delay),
        span(before),
        span(waited),
        span(connect),
        span(send),
        outcome.dsn,
        outcome.why
    )
}

pub(super) fn external(address: &str) -> String {
    match address {
        "" => String::new(),
        _ => quote_local(address),
    }
}

/// What discard, error and retry say of a recipient by the text that is their place: the outcome, who
/// says it, and what is warned of.
pub(super) fn by_text(transport: &str, text: &str) -> (Outcome, &'static str, Option<String>) {
    let (status, default, program, whose) = match transport {
        "discard" => (Status::Sent, "2.0.0", "discard", "sent"),
        "error" => (Status::Bounced, "5.0.0", "error", "bounce_append"),
        _ => (Status::Deferred, "4.0.0", "error", "defer_append"),
    };
    let (dsn, why) = match split_dsn(default, text) {
        (dsn, "") if program == "discard" => (dsn, "discarded"),
        given => given,
    };
    // A code of another class is none.
    let is_good = dsn.starts_with(&default[..1]);
    let warning = format!("warning: {whose}: ignoring dsn code \"{dsn}\"");
    let outcome = Outcome::new(status, if is_good { dsn } else { default }, why);
    (outcome, program, Some(warning).filter(|_| !is_good))
}
