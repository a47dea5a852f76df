//! What there is to see of the mail of a world beside the terminal: mailboxes, queues, the log and
//! the way of a message. Each view is data; a front end draws it. Everything in them can be got by
//! a command too, which each view names.

use crate::network::World;
use crate::postfix::cleanup::headers::{size, split};
use crate::postfix::delivery::mailbox::entries;
use crate::postfix::queue::file::Place;
use crate::smtp::bytes::{decode, encode};
use crate::smtp::envelope::Recipient;

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
    /// The command that shows the same.
    pub fn command(&self) -> String {
        let command = match self.path.ends_with('/') {
            true => format!("ls {}new", self.path),
            false => format!("cat {}", self.path),
        };
        format!("ssh {}@{}, then {command}", self.user, self.host)
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
                domain: server.config.get("myorigin"),
                letters: letters.iter().map(|l| Letter::parse(l)).collect(),
                path,
            });
        }
    }
    found
}

/// The main.cf of each server, with its host.
pub fn configurations(world: &World) -> Vec<(String, String)> {
    let server = |host: &crate::network::Host| {
        let text = host.server.as_ref()?.files.get(MAIN_CF)?;
        Some((host.name.clone(), text.to_string()))
    };
    world.hosts.iter().filter_map(server).collect()
}

/// Writes the main.cf of a host and lets its server read it.
///
/// # Errors
/// What Postfix says of a mistake; the text is kept, and the server goes on as before.
pub fn configure(world: &mut World, host: &str, text: &str) -> Result<(), String> {
    let mut hosts = world.hosts.iter_mut();
    let found = hosts.find(|h| h.name == host);
    match found.and_then(|h| h.server.as_mut()) {
        Some(server) => {
            server.files.insert(MAIN_CF, decode(text.as_bytes()));
            server.reload().map_err(|fatal| fatal.to_string())
        }
        None => Ok(()),
    }
}

const MAIN_CF: &str = "/etc/postfix/main.cf";

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
        let files = host.server.iter().flat_map(|s| &s.mail.files);
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
                let copies = messages.flat_map(|s| &s.queue).filter(|m| {
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
        .find_map(|h| h.server.as_ref().filter(|s| !s.queue.is_empty()))?;
    first.queue.last().map(|m| m.queue_id.to_string())
}
