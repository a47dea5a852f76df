//! What a delivery agent reports about a recipient, as it stands in the log.

use std::sync::Arc;
use std::time::Duration;

use crate::postfix::log::line::span;
use crate::postfix::queue::history::{Happened, Next};
use crate::postfix::queue::outcome::Outcome;
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

impl Server {
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

/// `to=<…>, relay=…, delay=…, delays=…, dsn=…, status=… (…)`.
pub(in crate::postfix) fn delivery_line(
    id: &str,
    address: &str,
    original: &str,
    outcome: &Outcome,
    agent: &Agent,
    delay: Duration,
) -> String {
    let was = match original.is_empty() || original.eq_ignore_ascii_case(address) {
        true => String::new(),
        false => format!(", orig_to=<{}>", external(original)),
    };
    let status = match outcome.action {
        probed @ ("deliverable" | "undeliverable") => probed,
        _ => outcome.status.name(),
    };
    let [connect, send] = agent.spans;
    let before = delay.saturating_sub(connect + send);
    format!(
        "{id}: to=<{}>{was}, relay={}, delay={}, delays={}/0/{}/{}, dsn={}, status={status} ({})",
        external(address),
        agent.relay,
        span(delay),
        span(before),
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

/// The code at the start of an error transport's text.
pub(super) fn split_code(text: &str, class: char) -> (String, String) {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let is_code =
        word.split('.').count() == 3 && word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match is_code {
        true => (format!("{class}{}", &word[1..]), rest.into()),
        false => (format!("{class}.0.0"), text.into()),
    }
}
