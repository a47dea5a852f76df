//! The logs of all servers.

use crate::network::World;

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The host that wrote it.
    pub host: String,
    /// The line.
    pub text: String,
    /// The queue ID of the message that it is about, where anything is known of it.
    pub id: Option<String>,
}

/// How much of each log is shown: a front end draws all of it.
const SHOWN: usize = 1_000;

/// The ends of the logs of all servers, in order of time.
pub fn log(world: &World) -> Vec<Logged> {
    let mut found = Vec::new();
    for host in &world.hosts {
        let Some(server) = &host.server else {
            continue;
        };
        let mut known: Vec<&str> = server.queue.history.ids().collect();
        known.sort_unstable();
        let end = server.log.len().saturating_sub(SHOWN);
        found.extend(server.log.iter().skip(end).map(|line| {
            let id = line.note.text.split(": ").next();
            let logged = Logged {
                host: host.name.clone(),
                text: line.to_string(),
                id: id
                    .filter(|id| known.binary_search(id).is_ok())
                    .map(str::to_string),
            };
            (line.at, logged)
        }));
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, line)| line).collect()
}
