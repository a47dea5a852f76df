//! The logs of all servers.

use crate::network::World;

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The host that wrote it.
    pub host: String,
    /// Which of the servers that is, and which line of its log this one.
    pub place: (usize, usize),
    /// The line.
    pub text: String,
    /// The queue ID of the message that it is about, where anything is known of it.
    pub id: Option<String>,
    /// Where queue IDs stand in the line of which anything is known, in bytes.
    pub links: Vec<std::ops::Range<usize>>,
}

/// How much of each log is shown: a front end draws all of it.
const SHOWN: usize = 1_000;

/// The shortest queue ID.
const SHORTEST: usize = 6;

/// The ends of the logs of all servers, in order of time.
pub fn log(world: &World) -> Vec<Logged> {
    let mut found = Vec::new();
    let servers = || {
        world
            .hosts
            .iter()
            .filter_map(|h| Some((h, h.server.as_ref()?)))
    };
    // A host names the queue ID of another in `queued as`.
    let mut all: Vec<&str> = servers().flat_map(|(_, s)| s.queue.history.ids()).collect();
    all.sort_unstable();
    all.dedup();
    for (number, (host, server)) in servers().enumerate() {
        let mut known: Vec<&str> = server.queue.history.ids().collect();
        known.sort_unstable();
        let end = server.log.len().saturating_sub(SHOWN);
        let lines = server.log.iter().enumerate().skip(end);
        found.extend(lines.map(|(place, line)| {
            let id = line.note.text.split(": ").next();
            let text = line.to_string();
            let logged = Logged {
                host: host.name.clone(),
                place: (number, place),
                id: id
                    .filter(|id| known.binary_search(id).is_ok())
                    .map(str::to_string),
                links: links(&text, &all),
                text,
            };
            (line.at, logged)
        }));
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, line)| line).collect()
}

fn links(text: &str, known: &[&str]) -> Vec<std::ops::Range<usize>> {
    let mut links = Vec::new();
    let mut begun = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_ascii_alphanumeric() {
            begun.get_or_insert(at);
            continue;
        }
        let Some(start) = begun.take().filter(|start| at - start >= SHORTEST) else {
            continue;
        };
        let word = text.get(start..at).unwrap_or_default();
        if known.binary_search(&word).is_ok() {
            links.push(start..at);
        }
    }
    links
}
