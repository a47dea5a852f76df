//! The queue as files below /var/spool/postfix, for whoever looks there (`find … -type f`, `ls -R`).

use crate::files::node::Node;
use crate::files::who::Who;
use crate::network::World;
use crate::postfix::queue::file::{Place, QueueFile};
use crate::smtp::bytes::decode;

/// Where queue files lie.
const SPOOL: &str = "/var/spool/postfix";

/// Programs that look into folders.
const LOOKING: [&str; 6] = ["du", "find", "ls", "stat", "tree", "wc"];

/// Where a queue file lies, below the spool. Only some folders have folders of their own
/// (`hash_queue_names`).
pub fn place(file: &QueueFile) -> String {
    let hash = match (file.place, file.id.get(..1)) {
        (Place::Deferred, Some(first)) => format!("{first}/"),
        _ => String::new(),
    };
    format!("{}/{hash}{}", file.place.name(), file.id)
}

/// So much of a message is in its file there.
const LARGEST: usize = 65_536;

/// Before a program that looks into folders runs on a host, its queue is there. The files hold the
/// message alone: `postcat` shows what else is in a queue file.
pub fn show(world: &mut World, host: &str, program: &str) {
    if !LOOKING.contains(&program) {
        return;
    }
    let host = world.hosts.iter_mut().find(|h| h.name == host);
    let Some(server) = host.and_then(|h| h.server.as_deref_mut()) else {
        return;
    };
    let wanted: Vec<(String, String)> = server
        .queue
        .files
        .iter()
        .filter(|file| !file.place.name().is_empty())
        .map(|file| {
            let text = file.text.get(..file.text.len().min(LARGEST)).unwrap_or(&[]);
            (
                format!("{SPOOL}/{}", place(file)),
                decode(text).into_owned(),
            )
        })
        .collect();
    let is_queued = |path: &str| {
        let rest = path.strip_prefix(SPOOL).unwrap_or("");
        let folder = rest.split('/').nth(1).unwrap_or("");
        matches!(
            folder,
            "incoming" | "active" | "deferred" | "hold" | "maildrop"
        )
    };
    let there = server.files.iter().map(|(path, _)| path);
    let gone: Vec<String> = there
        .filter(|path| is_queued(path) && !wanted.iter().any(|(w, _)| w == path))
        .map(str::to_string)
        .collect();
    for path in gone {
        server.files.remove(&path);
    }
    let passwd = server.files.get("/etc/passwd").unwrap_or("");
    let owner = Who::named("postfix", passwd, "").map_or((0, 0), |who| (who.uid, who.gid));
    for (path, text) in wanted {
        if !server.files.contains(&path) {
            let mut node = Node::file(&text);
            node.mode = 0o700;
            (node.uid, node.gid) = owner;
            server.files.put(path, node);
        }
    }
}
