//! The envelope of a message beside its headers: what the server goes by, and what a reader sees.

use crate::network::World;
use crate::postfix::lookup::maps::Locality;
use crate::postfix::queue::text::split;
use crate::smtp::address::{internal, parse, Token};
use crate::smtp::bytes::decode;
use crate::smtp::envelope::Message;

/// A message's envelope and headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// The queue ID of a message that was accepted; empty while it is being written.
    pub id: String,
    /// The server.
    pub host: String,
    /// The two side by side.
    pub pairs: Vec<Pair>,
    /// The headers as they were typed.
    pub headers: Vec<(String, String)>,
}

/// An address of the envelope and what the headers say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// `MAIL FROM` or `RCPT TO`.
    pub command: &'static str,
    /// The address in the envelope; empty where the envelope has none.
    pub envelope: String,
    /// The header, `To`, empty where no header names it.
    pub name: String,
    /// The address in the header.
    pub header: String,
    /// How they differ, and what that means; nothing where they agree.
    pub difference: Option<&'static str>,
}

const SENDER: &str =
    "A reader sees the header; bounces go to the envelope. Nobody compares the two.";
const NO_FROM: &str = "No From: header says who wrote it.";
const HIDDEN: &str = "Gets it although no header names it, as Bcc does.";
const NAMED_ONLY: &str = "Named in a header and gets nothing: only RCPT decides.";
const BCC: &str = "Sent as a header; Postfix takes Bcc: out again, and only RCPT decides.";

/// The message that is being written, or the last one that the same server has accepted.
pub fn envelope(world: &World) -> Option<Compared> {
    let watched = world.watched();
    if let Some((watched, message)) = watched.and_then(|w| Some((w, w.message?))) {
        let host = &watched.conversation.server.name;
        return Some(compare(world, message, watched.content, host));
    }
    let host = match watched {
        Some(watched) => watched.conversation.server.name.clone(),
        None => String::new(),
    };
    let accepted = |name: &str| {
        let server = world.host(name)?.server.as_ref()?;
        server.accepted.last().cloned()
    };
    let (host, message) = match accepted(&host) {
        Some(message) => (host, message),
        None => world.hosts.iter().find_map(|h| {
            let message = accepted(&h.name)?;
            Some((h.name.clone(), message))
        })?,
    };
    let mut found = compare(world, &message, &message.content, &host);
    found.id = message.queue_id.to_string();
    Some(found)
}

fn compare(world: &World, message: &Message, content: &[u8], host: &str) -> Compared {
    let server = world.host(host).and_then(|host| host.server.as_ref());
    let origin = server.map_or("", |server| server.resolver().origin());
    let complete = |address: &str| match address.contains('@') || address.is_empty() {
        true => address.to_string(),
        false => format!("{address}@{origin}"),
    };
    let is_same = |a: &str, b: &str| complete(a).eq_ignore_ascii_case(&complete(b));
    let headers: Vec<(String, String)> = headers(content);
    let mut named: Vec<(&str, String)> = Vec::new();
    for wanted in ["From", "To", "Cc", "Bcc"] {
        for (_, value) in headers
            .iter()
            .filter(|(n, _)| n.eq_ignore_ascii_case(wanted))
        {
            named.extend(
                addresses(value)
                    .into_iter()
                    .map(|address| (wanted, address)),
            );
        }
    }
    let (mut from, mut to): (Vec<_>, Vec<_>) = named.into_iter().partition(|(n, _)| *n == "From");
    let mut pairs = Vec::new();
    let at = from.iter().position(|(_, a)| is_same(a, &message.sender));
    let (name, header) = match at.or((!from.is_empty()).then_some(0)) {
        Some(at) => from.remove(at),
        None => ("", String::new()),
    };
    pairs.push(Pair {
        command: "MAIL FROM",
        envelope: message.sender.to_string(),
        name: name.into(),
        difference: match name {
            "" => Some(NO_FROM),
            _ if at.is_none() => Some(SENDER),
            _ => None,
        },
        header,
    });
    for recipient in &message.recipients {
        let at = to.iter().position(|(_, a)| is_same(a, &recipient.address));
        let (name, header) = match at {
            Some(at) => to.remove(at),
            None => ("", String::new()),
        };
        pairs.push(Pair {
            command: "RCPT TO",
            envelope: recipient.address.to_string(),
            name: name.into(),
            header,
            difference: match name {
                "" => Some(HIDDEN),
                "Bcc" => Some(BCC),
                _ => None,
            },
        });
    }
    let left = to.into_iter().map(|(name, header)| Pair {
        command: "RCPT TO",
        envelope: String::new(),
        name: name.into(),
        header,
        difference: match name {
            "Bcc" => Some(BCC),
            _ => Some(NAMED_ONLY),
        },
    });
    pairs.extend(left);
    Compared {
        id: String::new(),
        host: host.into(),
        pairs,
        headers,
    }
}

/// The headers of what has come so far; the last line may be half a header.
fn headers(content: &[u8]) -> Vec<(String, String)> {
    let (headers, _) = split(content);
    let pair = |header: &&[u8]| {
        let header = decode(header);
        let (name, value) = header.split_once(':')?;
        Some((name.to_string(), value.trim().replace('\n', " ")))
    };
    headers.iter().filter_map(pair).collect()
}

/// The addresses in the value of a header.
fn addresses(value: &str) -> Vec<String> {
    let tokens = parse(value);
    let address = |token: &Token| match token {
        Token::Address(tokens) => Some(internal(tokens, false)),
        _ => None,
    };
    tokens.iter().filter_map(address).collect()
}
