//! A message as cleanup stores it: the `Received:` header first, addresses in headers made
//! complete, headers that are missing put after those that are there.

use crate::postfix::cleanup::received;
use crate::postfix::resolve::Resolver;
use crate::smtp::address::{internal, parse, quote_local, Token};
use crate::smtp::envelope::Message;
use crate::smtp::text::{decode, encode};
use crate::time::Time;

/// Headers that cleanup does not keep (`message_drop_headers`).
const DROPPED: [&str; 4] = ["bcc", "content-length", "resent-bcc", "return-path"];

/// Headers in which it makes addresses complete, for clients of its own.
const ADDRESSES: [&str; 7] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "errors-to",
    "mail-followup-to",
];

/// Who stores a message.
#[derive(Clone, Copy, Debug)]
pub struct Store<'a> {
    /// `myhostname`.
    pub hostname: &'a str,
    /// `mail_name`.
    pub mail_name: &'a str,
    /// Completes addresses.
    pub resolver: &'a Resolver,
    /// The client is one of this host's own (`local_header_rewrite_clients`): its headers are
    /// completed.
    pub is_own: bool,
}

/// A stored message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Header and body, lines ended by LF.
    pub text: Vec<u8>,
    /// The value of its `Message-Id:`, `<>` where it has none.
    pub message_id: String,
}

/// The name of a header line in lower case.
pub fn header_name(line: &[u8]) -> Option<String> {
    let colon = line.iter().position(|&b| b == b':')?;
    let name = line[..colon].trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    is_name.then(|| String::from_utf8_lossy(name).to_ascii_lowercase())
}

/// The logical header lines of a message, each with its continuation lines, and what follows.
pub fn split(content: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let mut headers = Vec::new();
    let mut rest = content;
    while header_name(rest.split(|&b| b == b'\n').next().unwrap_or(b"")).is_some() {
        let mut end = 0;
        loop {
            let line = rest[end..].iter().position(|&b| b == b'\n');
            end = line.map_or(rest.len(), |at| end + at + 1);
            if !matches!(rest.get(end), Some(b' ' | b'\t')) {
                break;
            }
        }
        headers.push(&rest[..end]);
        rest = &rest[end..];
    }
    (headers, rest)
}

impl Store<'_> {
    /// What smtpd hands over, stored.
    pub fn message(&self, message: &Message) -> Stored {
        let mut start = received(message, self.hostname, self.mail_name);
        message.prepend.iter().for_each(|line| {
            start.push_str(line);
            start.push('\n');
        });
        let (id, sender) = (&message.queue_id, &message.sender);
        self.text(start, &message.content, id, sender, message.arrival)
    }

    /// Stores a text behind lines that are not looked at.
    pub fn text(&self, start: String, content: &[u8], id: &str, sender: &str, at: Time) -> Stored {
        let mut text = encode(&start);
        let (headers, body) = split(content);
        let mut message_id = None;
        let mut missing = vec!["message-id", "date", "from"];
        for header in headers {
            let name = header_name(header).unwrap_or_default();
            missing.retain(|m| *m != name);
            if DROPPED.contains(&name.as_str()) {
                continue;
            }
            if name == "message-id" {
                let value = decode(header).into_owned();
                let value = value.split_once(':').map_or("", |(_, v)| v).trim();
                message_id.get_or_insert(value.to_string());
            }
            match ADDRESSES
                .contains(&name.as_str())
                .then(|| self.completed(header))
            {
                Some(Some(completed)) => text.extend_from_slice(&encode(&completed)),
                _ => text.extend_from_slice(header),
            }
            if !text.ends_with(b"\n") {
                text.push(b'\n');
            }
        }
        if self.is_own {
            for name in missing {
                let line = match name {
                    "message-id" => {
                        let own = format!("<{}.{id}@{}>", compact(at), self.hostname);
                        let line = format!("Message-Id: {own}\n");
                        message_id = Some(own);
                        line
                    }
                    "date" => format!("Date: {}\n", at.header_date()),
                    _ if sender.is_empty() => "From: MAILER-DAEMON\n".into(),
                    _ => format!("From: {}\n", quote_local(&self.resolver.rewrite(sender))),
                };
                text.extend_from_slice(&encode(&line));
            }
        }
        if !body.is_empty() && !body.starts_with(b"\n") {
            text.push(b'\n');
        }
        text.extend_from_slice(body);
        if !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        Stored {
            text,
            message_id: message_id.unwrap_or_else(|| "<>".into()),
        }
    }

    /// A header with its addresses made complete, or `None` where they are.
    fn completed(&self, header: &[u8]) -> Option<String> {
        if !self.is_own {
            return None;
        }
        let header = decode(header);
        let (name, value) = header.split_once(':')?;
        let mut tokens = parse(value.trim());
        let mut changed = false;
        for token in &mut tokens {
            if let Token::Address(inner) = token {
                let before = internal(inner, false);
                let after = self.resolver.rewrite(&before);
                changed |= after != before;
                *inner = vec![Token::Atom(quote_local(&after))];
            } else if let Token::Quoted(text) = token {
                // What was in quotes stays in quotes.
                let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
                *token = Token::Atom(format!("\"{escaped}\""));
            }
        }
        changed.then(|| format!("{name}: {}\n", internal(&tokens, true)))
    }
}

/// `20261124223006`.
fn compact(at: Time) -> String {
    let c = at.calendar();
    format!(
        "{}{:02}{:02}{:02}{:02}{:02}",
        c.year, c.month, c.day, c.hour, c.minute, c.second
    )
}

/// The size that qmgr and mailq give: that of the records of the text in a queue file.
///
/// ```
/// use smtp_terminal::postfix::mail::stored::size;
/// assert_eq!(size(b"Subject: x\n\ny\n"), 17);
/// ```
pub fn size(text: &[u8]) -> u64 {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let record = |line: &[u8]| {
        let groups = match line.len() {
            0..128 => 1,
            128..16_384 => 2,
            _ => 3,
        };
        (1 + groups + line.len()) as u64
    };
    text.split(|&b| b == b'\n').map(record).sum()
}
