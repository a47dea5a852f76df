//! What waits in the queues.

use crate::network::World;
use crate::postfix::queue::file::Place;
use crate::postfix::queue::text::size;

/// A message that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The host that it waits on.
    pub host: String,
    /// Its queue ID.
    pub id: String,
    /// `active`, `deferred`, `hold` or `incoming`.
    pub state: &'static str,
    /// Its size, as mailq gives it.
    pub size: u64,
    /// Its sender.
    pub sender: String,
    /// Whom it is for, and why it waits.
    pub recipients: Vec<(String, String)>,
    /// Seconds until it is tried again.
    pub due_in: Option<u64>,
}

/// All messages that wait on any host.
pub fn queues(world: &World) -> Vec<Waiting> {
    let mut found = Vec::new();
    for host in &world.hosts {
        let files = host.server.iter().flat_map(|s| &s.queue.files);
        found.extend(files.map(|file| {
            let left = file.recipients.iter().filter(|r| !r.is_done);
            let reason = |r: &crate::postfix::queue::file::Addressee| {
                r.reason.as_ref().map_or(String::new(), |o| o.why.clone())
            };
            Waiting {
                host: host.name.clone(),
                id: file.id.to_string(),
                state: file.place.name(),
                size: size(&file.text),
                sender: match file.sender.as_str() {
                    "" => "MAILER-DAEMON".into(),
                    sender => sender.into(),
                },
                recipients: left.map(|r| (r.address.clone(), reason(r))).collect(),
                due_in: (file.place == Place::Deferred).then(|| (file.due - world.now()).as_secs()),
            }
        }));
    }
    found
}
