//! The files that a mail system's administrator and its people look at, without a shell.

use crate::network::World;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its host.
    pub host: String,
    /// Its path.
    pub path: String,
    /// How many bytes it has.
    pub size: usize,
}

/// How many are shown of each host.
const SHOWN: usize = 200;

/// How much of a file is shown, in bytes.
const LONGEST: usize = 64 << 10;

/// Whether a file is one of those.
fn is_shown(path: &str) -> bool {
    let whole = ["/etc/aliases", "/etc/mailname"];
    path.starts_with("/etc/postfix/")
        || whole.contains(&path)
        || path.starts_with("/var/mail/")
        || path.contains("/Maildir/")
        || path.ends_with("/.forward")
}

/// The configuration and the mail of each server.
pub fn files(world: &World) -> Vec<Entry> {
    let mut found = Vec::new();
    for host in &world.hosts {
        let Some(server) = &host.server else {
            continue;
        };
        let all = server.files.iter().filter(|(path, _)| is_shown(path));
        found.extend(all.take(SHOWN).map(|(path, text)| Entry {
            host: host.name.clone(),
            path: path.into(),
            size: text.len(),
        }));
    }
    found
}

/// The beginning of a file.
pub fn file<'a>(world: &'a World, host: &str, path: &str) -> Option<&'a str> {
    let server = world.host(host)?.server.as_ref()?;
    let text = server.files.get(path).filter(|_| is_shown(path))?;
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end)
}
