//! The logs of all servers.

use crate::network::World;

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The host that wrote it.
    pub host: String,
    /// The line.
    pub text: String,
    /// The queue ID that it is about.
    pub id: Option<String>,
}

/// The logs of all servers, in order of time.
pub fn log(world: &World) -> Vec<Logged> {
    let mut found = Vec::new();
    for host in &world.hosts {
        let lines = host.server.iter().flat_map(|s| &s.log);
        found.extend(lines.map(|line| {
            let id = line.note.text.split(": ").next().filter(|id| is_id(id));
            let logged = Logged {
                host: host.name.clone(),
                text: line.to_string(),
                id: id.map(str::to_string),
            };
            (line.at, logged)
        }));
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, line)| line).collect()
}

fn is_id(word: &str) -> bool {
    word.len() >= 6
        && word
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b))
}
