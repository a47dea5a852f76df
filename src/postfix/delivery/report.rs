//! What a delivery agent reports about a recipient, as it stands in the log.

use std::time::Duration;

use crate::postfix::log::line::span;
use crate::postfix::queue::file::{Outcome, Status};
use crate::smtp::address::quote_local;

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
    let status = match outcome.status {
        Status::Sent => "sent",
        Status::Deferred => "deferred",
        Status::Bounced => "bounced",
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
