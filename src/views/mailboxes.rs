//! The mailboxes of everyone with an account, and what a header is for.

use crate::network::World;
use crate::postfix::delivery::mailbox::{count as letters, entries};
use crate::postfix::lookup::maps::Locality;
use crate::postfix::queue::text::split;
use crate::postfix::server::{Server, User};
use crate::smtp::bytes::{decode, encode};

/// The mailbox of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Whose it is.
    pub user: String,
    /// The host that it is on.
    pub host: String,
    /// The domain of that host's mail.
    pub domain: String,
    /// Its file.
    pub path: String,
    /// What is in it, oldest first.
    pub letters: Vec<Letter>,
}

impl Mailbox {
    /// The commands that show the same.
    pub fn commands(&self) -> [String; 2] {
        let command = match self.path.ends_with('/') {
            true => format!("ls {}new", self.path),
            false => format!("cat {}", self.path),
        };
        [format!("ssh {}@{}", self.user, self.host), command]
    }
}

/// A message in a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Names and values of its headers.
    pub headers: Vec<(String, String)>,
    /// What follows them.
    pub body: String,
    /// As it stands in the file.
    pub source: String,
}

impl Letter {
    fn parse(source: &str) -> Letter {
        // In a folder the line that an mbox has is missing.
        let text = match source.split_once('\n') {
            Some((first, rest)) if first.starts_with("From ") => rest,
            _ => source,
        };
        let bytes = encode(text);
        let (headers, body) = split(&bytes);
        let pair = |header: &&[u8]| {
            let header = decode(header);
            let (name, value) = header.split_once(':')?;
            Some((name.to_string(), value.trim().to_string()))
        };
        Letter {
            headers: headers.iter().filter_map(pair).collect(),
            body: decode(body).trim_start_matches('\n').to_string(),
            source: source.into(),
        }
    }

    /// The value of a header, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }
}

/// How many messages all mailboxes hold, which is shown more often than what they are.
pub fn count(world: &World) -> usize {
    let servers = world.hosts.iter().filter_map(|host| host.server.as_ref());
    let of = |server: &Server, user: &User| {
        let path = server.routes().mailbox(&user.name);
        match path.ends_with('/') {
            true => server
                .files
                .iter()
                .filter(|(p, _)| p.starts_with(&path))
                .count(),
            false => letters(server.files.get(&path).unwrap_or("")),
        }
    };
    servers
        .flat_map(|server| server.users.iter().map(move |user| of(server, user)))
        .sum()
}

/// The mailboxes of everyone with an account.
pub fn mailboxes(world: &World) -> Vec<Mailbox> {
    let mut found = Vec::new();
    for host in &world.hosts {
        let Some(server) = &host.server else {
            continue;
        };
        for user in &server.users {
            let path = server.routes().mailbox(&user.name);
            let letters = match path.ends_with('/') {
                true => {
                    let files = server.files.iter().filter(|(p, _)| p.starts_with(&path));
                    files.map(|(_, text)| text.to_string()).collect()
                }
                false => entries(server.files.get(&path).unwrap_or("")),
            };
            found.push(Mailbox {
                user: user.name.clone(),
                host: host.name.clone(),
                domain: server.resolver().origin().into(),
                letters: letters.iter().map(|l| Letter::parse(l)).collect(),
                path,
            });
        }
    }
    found
}

/// What a header is for, in a few words.
///
/// ```
/// use smtp_terminal::views::explanation;
/// assert!(explanation("Received").is_some());
/// assert_eq!(explanation("X-Odd"), None);
/// ```
pub fn explanation(header: &str) -> Option<&'static str> {
    Some(match header.to_ascii_lowercase().as_str() {
        "return-path" => "The sender of the envelope (MAIL FROM): a bounce would go here.",
        "x-original-to" => "The recipient of the envelope (RCPT TO), before aliases.",
        "delivered-to" => "The address that the last server delivered to.",
        "received" => "A server's stamp: from whom, by whom, when. The newest is on top.",
        "message-id" => "The name of this message; no other message has it.",
        "date" => "When it was written, as its sender says.",
        "from" => "Who wrote it, as its sender says; nobody has checked.",
        "to" => "Whom it is for, as its sender says; the envelope alone decides.",
        "cc" => "Who gets a copy, as its sender says.",
        "subject" => "What it is about.",
        "reply-to" => "Where answers are to go.",
        "auto-submitted" => "A machine wrote it, so no machine should answer.",
        "mime-version" | "content-type" | "content-transfer-encoding" => {
            "How the body is to be read."
        }
        _ => return None,
    })
}
