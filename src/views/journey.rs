//! The way of a message.

use crate::network::World;
use crate::postfix::queue::history::{Happened, Hop, Next};

/// One stop on the way of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The host.
    pub place: String,
    /// What happened there.
    pub what: String,
    /// `sent`, `deferred`, `bounced`, `accepted`, `expanded` or `stopped`.
    pub state: &'static str,
}

/// How many stops are shown. A message that goes round has more, and they are all alike.
const SHOWN: usize = 300;

/// The way of a message, from its queue ID: over other hosts to mailboxes, or back.
pub fn journey(world: &World, id: &str) -> Vec<Stop> {
    let mut stops = Vec::new();
    // A queue ID is a name on one host alone.
    let known = world.hosts.iter().find(|host| {
        let server = host.server.as_ref();
        server.is_some_and(|s| s.queue.history.knows(id))
    });
    let mut left: Vec<(String, String)> = Vec::new();
    left.extend(known.map(|host| (host.name.clone(), id.to_string())));
    let mut seen: Vec<(String, String)> = Vec::new();
    while let Some(next) = left.pop() {
        if seen.contains(&next) || stops.len() >= SHOWN {
            continue;
        }
        seen.push(next.clone());
        let (place, id) = next;
        let server = world.host(&place).and_then(|host| host.server.as_ref());
        for hop in server.iter().flat_map(|s| s.queue.history.of(&id)) {
            let (state, what) = told(hop);
            stops.push(Stop {
                place: place.clone(),
                what,
                state,
            });
            left.extend(leads_to(hop, &place));
        }
    }
    stops
}

/// What is to be said of a hop: its state, and the words.
fn told(hop: &Hop) -> (&'static str, String) {
    let id = &hop.id;
    match &hop.what {
        Happened::Taken { from } => ("accepted", format!("took it from {from} as {id}")),
        Happened::Expanded { recipient, into } => (
            "expanded",
            format!("{recipient} stands for {}", into.join(", ")),
        ),
        Happened::Tried {
            recipient,
            relay,
            outcome,
            ..
        } => {
            let state = outcome.status.name();
            let through = match relay.as_str() {
                "none" | "local" | "virtual" => String::new(),
                relay => format!(" through {relay}"),
            };
            let why = &outcome.why;
            (state, format!("{state} to {recipient}{through} ({why})"))
        }
        Happened::Told { notice, id } => ("bounced", format!("sent the {notice} {id} back")),
        Happened::Stopped => {
            let why = "held it, because too many messages have come of one";
            ("stopped", why.into())
        }
    }
}

/// The message that a hop has made of this one: its host, and its queue ID there.
fn leads_to(hop: &Hop, place: &str) -> Option<(String, String)> {
    match &hop.what {
        Happened::Tried { next, .. } => match next.as_ref()? {
            Next::Queue(id) => Some((place.into(), id.to_string())),
            Next::Host { host, id } => Some((host.clone(), id.to_string())),
            Next::File(_) => None,
        },
        Happened::Told { id, .. } => Some((place.into(), id.to_string())),
        _ => None,
    }
}

/// The queue ID of the message that the first server with any has accepted last.
pub fn latest(world: &World) -> Option<String> {
    let first = world
        .hosts
        .iter()
        .find_map(|h| h.server.as_ref().filter(|s| !s.accepted.is_empty()))?;
    first.accepted.last().map(|m| m.queue_id.to_string())
}
