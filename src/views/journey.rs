//! The way of a message.

use crate::network::World;
use crate::smtp::bytes::decode;
use crate::smtp::envelope::Recipient;
use crate::views::log;

/// One stop on the way of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The place: a host, or a mailbox.
    pub place: String,
    /// What happened there.
    pub what: String,
    /// `sent`, `deferred`, `bounced` or `accepted`.
    pub state: String,
}

/// The way of a message, from its queue ID: over other hosts to mailboxes, or back.
pub fn journey(world: &World, id: &str) -> Vec<Stop> {
    let mut stops = Vec::new();
    let mut left = vec![id.to_string()];
    let mut seen: Vec<String> = Vec::new();
    let lines = log(world);
    while let Some(id) = left.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id.clone());
        for line in lines.iter().filter(|l| l.id.as_deref() == Some(&id)) {
            let Some((_, text)) = line.text.split_once(&format!("{id}: ")) else {
                continue;
            };
            let mut stop = |what: String, state: &str| {
                stops.push(Stop {
                    place: line.host.clone(),
                    what,
                    state: state.into(),
                });
            };
            if let Some(client) = text.strip_prefix("client=") {
                stop(format!("took it from {client} as {id}"), "accepted");
            } else if let Some((to, rest)) =
                text.strip_prefix("to=<").and_then(|t| t.split_once('>'))
            {
                let status = rest.split("status=").nth(1).unwrap_or("");
                let (state, why) = status.split_once(' ').unwrap_or((status, ""));
                let relay = rest
                    .split("relay=")
                    .nth(1)
                    .and_then(|r| r.split(',').next());
                let through = match relay {
                    None | Some("none" | "local" | "virtual") => String::new(),
                    Some(relay) => format!(" through {relay}"),
                };
                stop(format!("{state} to {to}{through} {why}"), state);
                if let Some(next) = why.split("forwarded as ").nth(1) {
                    left.push(next.trim_end_matches(')').to_string());
                }
                // Another server has another name for it, and may not say which.
                let came = format!(" id {id}");
                let messages = world.hosts.iter().filter_map(|h| h.server.as_ref());
                let copies = messages.flat_map(|s| &s.accepted).filter(|m| {
                    let to = |r: &Recipient| r.address.eq_ignore_ascii_case(to);
                    decode(&m.content).contains(&came) && m.recipients.iter().any(to)
                });
                left.extend(copies.map(|m| m.queue_id.to_string()));
            } else if let Some((what, next)) = text.split_once(" notification: ") {
                stop(
                    format!("sent the {what} notification {next} back"),
                    "bounced",
                );
                left.push(next.into());
            }
        }
    }
    stops
}

/// The queue ID of the message that the first server with any has accepted last.
pub fn latest(world: &World) -> Option<String> {
    let first = world
        .hosts
        .iter()
        .find_map(|h| h.server.as_ref().filter(|s| !s.accepted.is_empty()))?;
    first.accepted.last().map(|m| m.queue_id.to_string())
}
