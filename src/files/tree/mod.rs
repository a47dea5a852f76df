//! The files of a host: nodes by their whole path, in order of path, so that what a directory
//! holds stands together behind it.
//!
//! Two doors lead here. Daemons and scenarios use paths and texts ([`Files::get`],
//! [`Files::insert`]) and may do everything. What a learner does has a user ([`Who`]) and is
//! refused where Unix refuses it (`calls`).

mod calls;

use crate::files::node::{Kind, Node};
use crate::files::sorted::Sorted;
use crate::files::who::Who;
use crate::time::Time;

/// The files of a host.
///
/// ```
/// use smtp_terminal::files::Files;
/// let mut files = Files::default();
/// files.insert("/etc/mailname", "safeer.in\n");
/// assert_eq!(files.get("/etc/mailname"), Some("safeer.in\n"));
/// assert_eq!(files.names("/etc"), ["mailname"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    nodes: Sorted<Node>,
    /// What files that are written now get as their time.
    pub now: Time,
    /// The number of the user who may do here what root may, without sudo; 0 where there is none.
    pub administrator: u32,
    bytes: usize,
}

/// The directory that holds a path, and its name there.
fn split(path: &str) -> (&str, &str) {
    match path.rsplit_once('/') {
        Some(("", name)) => ("/", name),
        Some((parent, name)) => (parent, name),
        None => ("", path),
    }
}

/// A path from the root, without `.`, `..` and empty parts.
///
/// ```
/// use smtp_terminal::files::tree::absolute;
/// assert_eq!(absolute("/home/asha", "../bob/./mail//new"), "/home/bob/mail/new");
/// ```
pub fn absolute(directory: &str, path: &str) -> String {
    let whole = match path.starts_with('/') {
        true => path.to_string(),
        false => format!("{directory}/{path}"),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

// The door of daemons and scenarios.
impl Files {
    /// The text of a file, over links.
    pub fn get(&self, path: &str) -> Option<&str> {
        let node = self.nodes.get(path)?;
        match node.kind {
            Kind::File => Some(&node.text),
            Kind::Link => {
                let to = self.follow(path, &Who::ROOT).ok()?;
                let node = self.nodes.get(&to)?;
                (node.kind == Kind::File).then_some(node.text.as_str())
            }
            _ => None,
        }
    }

    /// Whether there is a file of this path.
    pub fn contains(&self, path: &str) -> bool {
        self.get(path).is_some()
    }

    /// Writes a file; gives the text that was there. A new one belongs to whom its place says:
    /// to a user below a home or in /var/mail, else to root.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) -> Option<String> {
        let (path, text) = (path.into(), text.into());
        // A table such as `passwd.byname` has a name and no path.
        let path = match path.starts_with('/') {
            true => self.follow(&path, &Who::ROOT).unwrap_or(path),
            false => path,
        };
        self.bytes += text.len();
        let now = self.now;
        if let Some(node) = self.nodes.get_mut(&path) {
            node.written = now;
            let before = std::mem::replace(&mut node.text, text);
            self.bytes = self.bytes.saturating_sub(before.len());
            return Some(before);
        }
        let node = self.owned(&path, Node::file(text));
        self.put(path, node);
        None
    }

    /// Writes a file that is not there yet.
    pub fn insert_new(&mut self, path: impl Into<String>, text: impl Into<String>) {
        let path = path.into();
        if !self.nodes.contains(&path) {
            self.insert(path, text);
        }
    }

    /// Puts anything in a place, with the directories that lead to it.
    pub fn put(&mut self, path: impl Into<String>, mut node: Node) {
        let path = path.into();
        let mut parent = split(&path).0;
        while parent.starts_with('/') && !self.nodes.contains(parent) {
            let mut directory = self.owned(parent, Node::directory());
            directory.written = self.now;
            self.nodes.insert(parent.to_string(), directory);
            parent = split(parent).0;
        }
        node.written = self.now;
        self.nodes.insert(path, node);
    }

    /// What has been written at no known time has been written now.
    pub fn date(&mut self) {
        let all: Vec<String> = self.nodes.iter().map(|(path, _)| path.clone()).collect();
        for path in all {
            let node = self.nodes.get_mut(&path);
            if let Some(node) = node.filter(|n| n.written == Time::default()) {
                node.written = self.now;
            }
        }
    }

    /// Takes a file away; gives its text.
    pub fn remove(&mut self, path: &str) -> Option<String> {
        let node = self.nodes.remove(path)?;
        self.bytes = self.bytes.saturating_sub(node.text.len());
        Some(node.text)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All files with their texts, in order of path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.nodes.iter().filter(|(_, n)| n.kind == Kind::File);
        files.map(|(path, node)| (path.as_str(), node.text.as_str()))
    }

    /// A node as it stands there; links are not followed.
    pub fn node(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path)
    }

    /// The same, to be changed.
    pub fn node_mut(&mut self, path: &str) -> Option<&mut Node> {
        self.nodes.get_mut(path)
    }

    /// Whether there is a directory of this path, over links.
    pub fn is_directory(&self, path: &str) -> bool {
        let node = self.follow(path, &Who::ROOT).ok();
        path == "/"
            || node
                .and_then(|p| self.nodes.get(&p))
                .is_some_and(Node::is_directory)
    }

    /// The names in a directory, in order.
    pub fn names(&self, directory: &str) -> Vec<&str> {
        let below = match directory {
            "/" => "/".to_string(),
            directory => format!("{directory}/"),
        };
        let all = self.nodes.below(&below).iter();
        all.filter_map(|(path, _)| path.strip_prefix(below.as_str()))
            .filter(|name| !name.is_empty() && !name.contains('/'))
            .collect()
    }

    /// Gives a path, and what is below it and root's, to whoever owns such a place.
    pub fn own(&mut self, path: &str) {
        self.give(path, None);
    }

    /// The same, to a user and a group where they are named.
    pub fn give(&mut self, path: &str, to: Option<(u32, u32)>) {
        let below = format!("{path}/");
        let whose = |p: &String, node: &Node| (p == path || p.starts_with(&below)) && node.uid == 0;
        let all = self.nodes.iter().filter(|(p, node)| whose(p, node));
        let paths: Vec<String> = all.map(|(path, _)| path.clone()).collect();
        for path in paths {
            if let Some(node) = self.nodes.remove(&path) {
                let mut node = self.owned(&path, node);
                if let Some((uid, gid)) = to {
                    (node.uid, node.gid) = (uid, gid);
                }
                self.nodes.insert(path, node);
            }
        }
    }

    /// A new node belongs to whoever owns the home that it is in, and a mailbox to its user.
    fn owned(&self, path: &str, mut node: Node) -> Node {
        let name = |text: &'static str| self.get(text).unwrap_or("");
        let user = |rest: &str| {
            let user = rest.split('/').next().unwrap_or(rest);
            Who::named(user, name("/etc/passwd"), "")
        };
        if let Some(who) = path.strip_prefix("/home/").and_then(user) {
            (node.uid, node.gid) = (who.uid, who.gid);
        } else if let Some(who) = path.strip_prefix("/var/mail/").and_then(user) {
            (node.uid, node.gid, node.mode) = (who.uid, 8, 0o600);
        } else if path.starts_with("/root") && node.is_directory() {
            node.mode = 0o700;
        }
        node
    }
}
