//! The size of a queue file: records of a type, a length and a text, one for each fact of the
//! envelope and each line of the message. `message_size_limit` holds for the whole file, which is
//! why a server with a limit of 1000 bytes takes no message of 500.

use crate::postfix::address::resolve::Resolver;
use crate::postfix::cleanup::mime::{pieces, Piece, Rules};
use crate::postfix::cleanup::received::received;
use crate::postfix::queue::file::is_long;
use crate::smtp::envelope::{Body, Message, Notify, Recipient, Ret};

/// Where a message was received.
#[derive(Clone, Copy, Debug)]
pub struct Receiver<'a> {
    /// `myhostname`.
    pub hostname: &'a str,
    /// `mail_name`.
    pub mail_name: &'a str,
    /// The address and port that the client has connected to.
    pub address: (&'a str, u16),
    /// The longest line that is stored as one record, `line_length_limit`.
    pub line_limit: usize,
    /// The user's name stands in `Received:` (`smtpd_sasl_authenticated_header`).
    pub names_user: bool,
    /// Headers that are not stored (`message_drop_headers`).
    pub dropped: &'a [String],
}

/// Adds up records.
#[derive(Default)]
struct Size(u64);

impl Size {
    /// A record: its type, its length in groups of seven bits, its text.
    fn record(&mut self, length: usize) {
        let groups = match length {
            0..128 => 1,
            128..16_384 => 2,
            _ => 3,
        };
        self.0 += 1 + groups + length as u64;
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.record(name.len() + 1 + value.len());
    }
}

/// More than the queue file can have, in bytes: most messages are far from any limit, and need not
/// be looked at closely.
pub fn bound(message: &Message) -> u64 {
    // No record takes three times its line, and no line of a command is longer than 2048 bytes, of
    // which a few stand in the envelope more than once.
    let lines = message.prepend.iter().map(String::len).sum::<usize>() + message.content.len();
    3 * lines as u64 + 8_192 * (4 + message.recipients.len()) as u64
}

/// The size in bytes of the queue file that Postfix 3.7 would write.
///
/// Headers that cleanup adds for a client on this host are counted; what it would do to the
/// addresses in headers is not.
pub fn size(message: &Message, receiver: &Receiver, resolver: &Resolver) -> u64 {
    let mut size = Size::default();
    let is_local = message.origin.client.addr == receiver.address.0;
    // Six numbers of 15 digits, and two times of arrival.
    size.record(95);
    size.record(17);
    size.attribute("create_time", "1795538835");
    let sender = resolver.rewrite(&message.sender);
    for line in envelope(message, receiver, is_local, &sender).lines() {
        size.record(line.split_once(": ").map_or(0, |(_, text)| text.len()));
    }
    if message.body.is_some() || is_8bit(&message.content) {
        // The envelope has it, if BODY= has said it, and the content in any case.
        size.attribute("encoding", "8bit");
    }
    // cleanup writes the same recipient once.
    let flags = |n: Notify| [n.never, n.success, n.failure, n.delay];
    let key = |r: &&Recipient| (r.address.clone(), r.original.1.clone(), r.notify.map(flags));
    let mut recipients: Vec<&Recipient> = message.recipients.iter().collect();
    recipients.sort_by_cached_key(key);
    recipients.dedup();
    for recipient in recipients {
        if recipient.notify.is_some() {
            size.attribute("notify_flags", "1");
        }
        let (kind, original) = &recipient.original;
        size.record("dsn_orig_rcpt=;".len() + kind.len() + original.len());
        size.record(recipient.address.len());
        size.record(resolver.rewrite(&recipient.address).len());
    }
    // The marks before the message, after it, and at the end.
    (0..3).for_each(|_| size.record(0));
    let header = received(message, receiver.hostname, receiver.mail_name);
    for line in header
        .lines()
        .chain(message.prepend.iter().map(String::as_str))
    {
        size.record(line.len());
    }
    if let Some(sasl) = message.origin.sasl.as_ref().filter(|_| receiver.names_user) {
        size.record("\t(Authenticated sender: )".len() + sasl.username.len());
    }
    content(&mut size, message, receiver, is_local, &sender);
    size.0
}

/// What stands in front of the recipients, as postcat shows it.
pub fn envelope(message: &Message, receiver: &Receiver, is_local: bool, sender: &str) -> String {
    let origin = &message.origin;
    let client = &origin.client;
    let context = if is_local { "local" } else { "remote" };
    let mut text = format!(
        "log_ident={}\nrewrite_context={context}\n",
        message.queue_id
    );
    if let Some(sasl) = &origin.sasl {
        let (method, user) = (&sasl.method, &sasl.username);
        text.push_str(&format!("sasl_method={method}\nsasl_username={user}\n"));
    }
    if let Some(sender) = &message.auth_sender {
        text.push_str(&format!("sasl_sender={sender}\n"));
    }
    if let Some(id) = &message.envid {
        text.push_str(&format!("envelope_id={id}\n"));
    }
    match &message.ret {
        Some(Ret::Full) => text.push_str("ret_flags=1\n"),
        Some(Ret::Headers) => text.push_str("ret_flags=2\n"),
        None => {}
    }
    text.push_str("sender\n");
    match message.body {
        Some(Body::EightBitMime) => text.push_str("encoding=8bit\n"),
        Some(Body::SevenBit) => text.push_str("encoding=7bit\n"),
        None => {}
    }
    text.push_str(&format!(
        "log_client_name={name}\nlog_client_address={addr}\nlog_client_port={port}\n\
         log_message_origin={called}\nlog_helo_name={helo}\nlog_protocol_name={protocol}\n\
         client_name={name}\nreverse_client_name={}\nclient_address={addr}\nclient_port={port}\n\
         server_address={}\nserver_port={}\nhelo_name={helo}\nprotocol_name={protocol}\n\
         client_address_type=2\n",
        client.reverse_name,
        receiver.address.0,
        receiver.address.1,
        name = client.name,
        addr = client.addr,
        port = client.port,
        helo = origin.helo.as_deref().unwrap_or(""),
        protocol = origin.protocol,
        called = client.named(),
    ));
    let mut shown = String::new();
    for line in text.lines().filter(|line| !line.ends_with('=')) {
        let (kind, line) = match line {
            "sender" => ("sender", sender),
            line => ("named_attribute", line),
        };
        shown.push_str(&format!("{kind}: {line}\n"));
    }
    if let Some(delimiters) = &message.verp {
        shown.push_str(&format!("verp_delimiters: {delimiters}\n"));
    }
    shown
}

/// The lines of the message, and those that cleanup adds.
fn content(size: &mut Size, message: &Message, receiver: &Receiver, is_local: bool, sender: &str) {
    let text = message.content.strip_suffix(b"\n");
    let lines = text.map(|text| text.split(|&b| b == b'\n'));
    let mut missing = vec!["Message-Id:", "Date:", "From:"];
    let mut in_header = true;
    let mut is_dropped = false;
    for line in lines.into_iter().flatten() {
        if in_header && !is_header_line(line) {
            in_header = false;
            if !line.is_empty() {
                size.record(0);
            }
        }
        if in_header {
            missing.retain(|name| !starts_with(line, name));
            if !line.starts_with(b" ") && !line.starts_with(b"\t") {
                let is_it =
                    |name: &String| starts_with(line, name) && line.get(name.len()) == Some(&b':');
                is_dropped = receiver.dropped.iter().any(is_it);
            }
            if is_dropped {
                continue;
            }
        }
        let pieces = line.len() / receiver.line_limit.max(1);
        (0..pieces).for_each(|_| size.record(receiver.line_limit));
        size.record(line.len() - pieces * receiver.line_limit);
    }
    if is_local {
        for name in missing {
            size.record(match name {
                "Message-Id:" => {
                    let stamp = if is_long(&message.queue_id) { 0 } else { 15 };
                    "Message-Id: <@>".len()
                        + stamp
                        + message.queue_id.len()
                        + receiver.hostname.len()
                }
                "Date:" => "Date: Tue, 24 Nov 2026 16:47:15 +0000 (UTC)".len(),
                _ if sender.is_empty() => "From: MAILER-DAEMON".len(),
                _ => "From: ".len() + sender.len(),
            });
        }
    }
}

/// Whether a header, of the message or of one of its parts, says so.
fn is_8bit(content: &[u8]) -> bool {
    const NAME: &str = "content-transfer-encoding:";
    let mut found = false;
    pieces(content, &Rules::default(), &mut |piece| {
        let Piece::Header(_, header) = piece else {
            return;
        };
        let value = header
            .get(NAME.len()..)
            .filter(|_| starts_with(&header, NAME));
        let value = value.unwrap_or_default().trim_ascii_start();
        found |= [&b"8bit"[..], b"binary"]
            .iter()
            .any(|own| own.eq_ignore_ascii_case(value));
    });
    found
}

/// A name, a colon, and anything; or the continuation of the line before.
fn is_header_line(line: &[u8]) -> bool {
    match line.iter().position(|&b| b == b':') {
        _ if line.starts_with(b" ") || line.starts_with(b"\t") => true,
        Some(colon) => colon > 0 && line[..colon].iter().all(u8::is_ascii_graphic),
        None => false,
    }
}

fn starts_with(line: &[u8], name: &str) -> bool {
    line.get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;
    use crate::postfix::config::main_cf::Config;
    use crate::postfix::lookup::tables::Tables;
    use crate::smtp::client::Client;
    use crate::smtp::envelope::Origin;

    /// The size of a message from a client on this host.
    fn size_of(protocol: &str, helo: &str, sender: &str, to: &[&str], content: &str) -> u64 {
        let config = Config::parse("myhostname = smtp.safeer.in\nmydomain = safeer.in").unwrap();
        let files = Files::default();
        let resolver = Resolver::new(&config, &[], &mut Tables::new(&config, &files));
        let protocol = if protocol == "SMTP" { "SMTP" } else { "ESMTP" };
        let message = Message {
            queue_id: "F3A8F996010".into(),
            sender: sender.into(),
            recipients: to
                .iter()
                .map(|address| Recipient {
                    address: (*address).into(),
                    notify: None,
                    original: ("rfc822".into(), (*address).into()),
                })
                .collect(),
            origin: Origin {
                helo: Some(helo.into()),
                client: Client::new("localhost", "127.0.0.1", 47830).into(),
                protocol,
                ..Origin::default()
            },
            content: content.into(),
            ..Message::default()
        };
        let receiver = Receiver {
            hostname: "smtp.safeer.in",
            mail_name: "Postfix",
            address: ("127.0.0.1", 20_025),
            line_limit: 2_048,
            names_user: false,
            dropped: &[],
        };
        size(&message, &receiver, &resolver)
    }

    /// The sizes of files in the hold queue of a real Postfix 3.7.11.
    #[test]
    fn sizes_are_those_of_real_queue_files() {
        let one: &[&str] = &["c@d.com"];
        assert_eq!(size_of("SMTP", "x", "a@b.com", one, ""), 880);
        assert_eq!(size_of("SMTP", "x", "a@b.com", one, "xxxxxxxxxx\n"), 894);
        assert_eq!(
            size_of("SMTP", "x", "a@b.com", one, "Subject: x\n\ny\n"),
            897
        );
        assert_eq!(size_of("SMTP", "xx", "a@b.com", one, ""), 883);
        assert_eq!(size_of("SMTP", "x", "aa@b.com", one, ""), 882);
        assert_eq!(size_of("SMTP", "x", "a@b.com", &["cc@d.com"], ""), 884);
        let two: &[&str] = &["c@d.com", "e@f.com"];
        assert_eq!(size_of("SMTP", "x", "a@b.com", two, ""), 914);
        assert_eq!(size_of("SMTP", "x", "", one, ""), 879);
        assert_eq!(size_of("ESMTP", "x", "a@b.com", one, ""), 883);
    }
}
