//! The files that a Debian machine has before anybody has touched it.
//!
//! `debian.txt` lists them as `ls -l` does, each with its lines indented below it; a link has
//! its target there. The part `[mail]` comes with the package of Postfix.

use crate::files::node::{Kind, Node};
use crate::files::Files;

const STOCK: &str = include_str!("debian.txt");

/// The first number of people's accounts (`FIRST_UID` of adduser.conf).
const FIRST_UID: usize = 1000;

/// What is particular to one machine.
#[derive(Clone, Copy, Debug)]
pub struct Machine<'a> {
    /// Its name, which may have a domain: `mail.example.org`.
    pub host: &'a str,
    /// `/etc/mailname`, where Postfix is installed.
    pub mail_name: Option<&'a str>,
    /// The people with accounts.
    pub users: &'a [&'a str],
    /// Who looks after the machine (`sudo`, `adm`).
    pub admin: &'a str,
}

/// Puts the files of a fresh machine beside those that are there; what is there stays.
///
/// ```
/// use smtp_terminal::files::debian::{furnish, Machine};
/// use smtp_terminal::files::Files;
/// let mut files = Files::default();
/// files.insert("/etc/mailname", "mine\n");
/// furnish(&mut files, &Machine { host: "mx.example.org", mail_name: Some("x"), users: &["asha"], admin: "asha" });
/// assert_eq!(files.get("/etc/hostname"), Some("mx\n"));
/// assert_eq!(files.get("/etc/mailname"), Some("mine\n"));
/// assert_eq!(files.node("/home/asha").unwrap().uid, 1000);
/// assert_eq!(files.node("/var/spool/postfix/maildrop").unwrap().permissions(), "drwx-wx--T");
/// ```
pub fn furnish(files: &mut Files, machine: &Machine) {
    let host = machine.host.split('.').next().unwrap_or(machine.host);
    let names = match machine.host == host {
        true => host.to_string(),
        false => format!("{} {host}", machine.host),
    };
    let mut passwd = String::new();
    let mut group = String::new();
    if machine.mail_name.is_some() {
        passwd.push_str("postfix:x:102:108::/var/spool/postfix:/usr/sbin/nologin\n");
        group.push_str("postfix:x:108:\npostdrop:x:109:\n");
    }
    for (i, user) in machine.users.iter().enumerate() {
        let uid = FIRST_UID + i;
        passwd.push_str(&format!("{user}:x:{uid}:{uid}::/home/{user}:/bin/bash\n"));
        group.push_str(&format!("{user}:x:{uid}:\n"));
    }
    let words = [
        ("@host@", host),
        ("@names@", &names),
        ("@fqdn@", machine.host),
        ("@mailname@", machine.mail_name.unwrap_or("")),
        ("@passwd@\n", &passwd),
        ("@group@\n", &group),
        ("@admins@", machine.admin),
    ];
    for (path, node) in stock(machine.mail_name.is_some(), &words) {
        // What the scenario has written gets the owner and the permissions that it has on Debian.
        match files.node_mut(&path) {
            Some(there) if there.kind == node.kind => {
                (there.mode, there.uid, there.gid) = (node.mode, node.uid, node.gid);
            }
            Some(_) => {}
            None => files.put(path, node),
        }
    }
    let mut shadow = String::new();
    for line in files.get("/etc/passwd").unwrap_or("").lines() {
        let name = line.split(':').next().unwrap_or("");
        let secret = match machine.users.contains(&name) {
            true => "$y$j9T$1cQ2lTfBJp0zCYvHnW3p20$",
            false => "*",
        };
        shadow.push_str(&format!("{name}:{secret}:19800:0:99999:7:::\n"));
    }
    if let Some(node) = files.node_mut("/etc/shadow").filter(|n| n.text == "\n") {
        node.text = shadow;
    }
    for user in machine.users {
        let home = format!("/home/{user}");
        if files.node(&home).is_none() {
            // As adduser makes it.
            files.put(
                &home,
                Node {
                    mode: 0o700,
                    ..Node::directory()
                },
            );
        }
        files.own(&home);
    }
}

/// The text of a file that Debian's packages bring, as it is in the list.
pub fn text(path: &str) -> String {
    let mut nodes = stock(true, &[]).into_iter();
    nodes
        .find(|(name, _)| name == path)
        .map_or(String::new(), |(_, node)| node.text)
}

/// Whether the list has such a thing, by the sign that `ls -l` has for its kind, in this place.
pub fn has(path: &str, kind: char) -> bool {
    let mut lines = STOCK.lines().filter(|line| line.starts_with(kind));
    lines.any(|line| line.rsplit(' ').next() == Some(path))
}

/// The nodes of the list, with what is particular put in.
fn stock(has_mail: bool, words: &[(&str, &str)]) -> Vec<(String, Node)> {
    let mut nodes: Vec<(String, Node)> = Vec::new();
    for line in STOCK.lines() {
        match (line.strip_prefix('\t'), nodes.last_mut()) {
            (Some(text), Some((_, node))) => {
                node.text.push_str(text);
                node.text.push('\n');
            }
            _ if line == "[mail]" && !has_mail => break,
            _ => nodes.extend(head(line)),
        }
    }
    for (_, node) in &mut nodes {
        for (word, text) in words {
            if node.text.contains(word) {
                node.text = node.text.replace(word, text);
            }
        }
        if node.kind == Kind::Link {
            node.text.truncate(node.text.trim_end().len());
        }
    }
    nodes
}

/// A line such as `drwxrwsr-x root mail /var/mail`.
fn head(line: &str) -> Option<(String, Node)> {
    let mut words = line.split(' ');
    let (permissions, owner) = (words.next()?, words.next()?);
    let (group, path) = (words.next()?, words.next()?);
    let kind = match permissions.as_bytes().first()? {
        b'd' => Kind::Directory,
        b'l' => Kind::Link,
        b'c' => Kind::Device,
        _ => Kind::File,
    };
    let mut mode = 0;
    for (place, letter) in permissions.chars().skip(1).enumerate() {
        let (bit, special) = (0o400 >> place, 0o4000 >> (place / 3));
        mode |= match letter {
            '-' => 0,
            'S' | 'T' => special,
            's' | 't' => bit | special,
            _ => bit,
        };
    }
    let node = Node {
        kind,
        mode,
        uid: number(owner),
        gid: number(group),
        ..Node::file("")
    };
    Some((path.to_string(), node))
}

/// The numbers of the owners and groups that the list names.
fn number(name: &str) -> u32 {
    match name {
        "tty" => 5,
        "mail" => 8,
        "shadow" => 42,
        "postfix" => 102,
        "ssl-cert" => 107,
        "postdrop" => 109,
        _ => 0,
    }
}
