//! What cleanup does to headers: those that carry addresses are rewritten, those that are missing
//! added, a few dropped.

use crate::postfix::cleanup::message::Work;
use crate::postfix::cleanup::mime::Class;
use crate::postfix::cleanup::rewriting::Place;
use crate::postfix::queue::text::header_name;
use crate::smtp::address::{parse, quote_local, Token};
use crate::smtp::bytes::{decode, encode};
use crate::time::Time;

/// Headers that cleanup does not keep (`message_drop_headers`).
pub const DROPPED: [&str; 4] = ["bcc", "content-length", "resent-bcc", "return-path"];

/// Headers with the address of somebody who sends.
const SENDERS: [&str; 9] = [
    "from",
    "sender",
    "reply-to",
    "errors-to",
    "mail-followup-to",
    "disposition-notification-to",
    "return-receipt-to",
    "resent-from",
    "resent-sender",
];

/// Headers with addresses of recipients.
const RECIPIENTS: [&str; 6] = [
    "to",
    "cc",
    "apparently-to",
    "resent-to",
    "resent-cc",
    "resent-reply-to",
];

/// How many columns of addresses that were rewritten stand on a line.
const FOLD: usize = 70;

impl Work<'_> {
    pub(super) fn header(&mut self, class: Class, header: &[u8]) {
        if !self.is_good() {
            return;
        }
        let mut header = decode(header).into_owned();
        let mut name = header_name(&encode(&header)).unwrap_or_default();
        self.hops += u64::from(name == "received");
        if self.checks {
            let asked = self.cleanup.checks.header(class, &header);
            match self.act(asked, "header", &header) {
                Some(kept) if kept == header => {}
                Some(new) => {
                    name = header_name(&encode(&new)).unwrap_or_default();
                    header = new;
                }
                None => return,
            }
        }
        if class != Class::Primary {
            return self.put(&encode(&header));
        }
        let value = header.get(name.len() + 1..).unwrap_or("").trim_start();
        if matches!(name.as_str(), "message-id" | "resent-message-id") {
            self.note(format!("{name}={value}"));
        }
        self.seen.push(name.clone());
        if name == "received" && self.hops >= self.cleanup.hopcount_limit {
            let text = format!("{}: message rejected: hopcount exceeded", self.arrival.id);
            self.done.notes.push(format!("warning: {text}"));
            self.has_too_many_hops = true;
        }
        if name.starts_with("resent-") {
            self.resent = "Resent-";
        }
        let place = match name.as_str() {
            n if SENDERS.contains(&n) => Some(Place::HeaderSender),
            n if RECIPIENTS.contains(&n) => Some(Place::HeaderRecipient),
            _ => None,
        };
        if DROPPED.contains(&name.as_str()) {
            return;
        }
        let is_rewritten = self.arrival.is_own || !self.cleanup.rewriting.remote_domain.is_empty();
        match place.filter(|_| is_rewritten) {
            Some(place) => {
                let new = self.rewritten(&header, name.len(), place).unwrap_or(header);
                self.put(&encode(&new));
            }
            None => self.put(&encode(&header)),
        }
    }

    /// A header with its addresses rewritten, or `None` where none has changed.
    fn rewritten(&mut self, header: &str, name: usize, place: Place) -> Option<String> {
        let mut tokens = parse(header.get(name + 1..)?);
        let mut has_changed = false;
        for token in &mut tokens {
            if let Token::Address(inner) = token {
                let before = crate::smtp::address::internal(inner, false);
                let mut after = self.complete(&before);
                has_changed |= after != before;
                if !after.is_empty() {
                    let new = self.address(&after, place);
                    has_changed |= new != after;
                    after = new;
                }
                *inner = vec![Token::Atom(quote_local(&after))];
            } else if let Token::Quoted(text) = token {
                // What was in quotes stays in quotes.
                let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
                *token = Token::Atom(format!("\"{escaped}\""));
            }
        }
        if !has_changed {
            return None;
        }
        let mut text = format!("{}: ", &header[..name]);
        let mut start = 0;
        let items: Vec<&[Token]> = tokens.split(|t| *t == Token::Op(',')).collect();
        for (i, item) in items.iter().enumerate() {
            let mut shown = crate::smtp::address::internal(item, true);
            if i + 1 < items.len() {
                shown.push(',');
            }
            if i > 0 {
                // As many as fit stand on a line; a tab counts for nothing.
                match text.len() - start + 1 + shown.len() < FOLD {
                    true => text.push(' '),
                    false => {
                        text.push_str("\n\t");
                        start = text.len();
                    }
                }
            }
            text.push_str(&shown);
        }
        Some(text)
    }

    /// An address in a header, made complete.
    fn complete(&self, address: &str) -> String {
        let resolver = self.cleanup.resolver;
        match self.arrival.is_own {
            true => resolver.rewrite(address),
            false if address.is_empty() || address.contains('@') => address.into(),
            // What a stranger left incomplete is in a domain that does not exist.
            false => format!("{address}@{}", self.cleanup.rewriting.remote_domain),
        }
    }

    pub(super) fn end_of_headers(&mut self) {
        if !self.is_good() {
            return;
        }
        let resent = self.resent;
        let at = self.arrival.at;
        let lower = resent.to_ascii_lowercase();
        let lacks = |work: &Work, name: &str| {
            let adds = work.arrival.is_own || !work.cleanup.rewriting.remote_domain.is_empty();
            adds && !work.seen.contains(&format!("{lower}{name}"))
        };
        if lacks(self, "message-id") {
            let own = format!(
                "<{}.{}@{}>",
                compact(at),
                self.arrival.id,
                self.cleanup.hostname
            );
            self.put(format!("{resent}Message-Id: {own}").as_bytes());
            self.note(format!("{lower}message-id={own}"));
            self.seen.push(format!("{lower}message-id"));
        }
        if !self.seen.iter().any(|n| n == "message-id") {
            self.note("message-id=<>".into());
        }
        if lacks(self, "date") {
            self.put(format!("{resent}Date: {}", at.header_date()).as_bytes());
        }
        if lacks(self, "from") {
            let sender = match self.done.sender.as_str() {
                "" => "MAILER-DAEMON".to_string(),
                sender => quote_local(sender),
            };
            let from = match self.arrival.full_name {
                name if !name.is_empty() && !self.done.sender.is_empty() => {
                    let is_special = |c: char| "%!()<>@,;:\\\".[]".contains(c);
                    match name.contains(is_special) {
                        true => format!("\"{}\" <{sender}>", name.replace('"', "\\\"")),
                        false => format!("{name} <{sender}>"),
                    }
                }
                _ => sender,
            };
            self.put(&encode(&format!("{resent}From: {from}")));
        }
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
