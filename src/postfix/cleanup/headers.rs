//! What cleanup does to headers: those that carry addresses are rewritten, those that are missing
//! added, a few dropped.

use crate::postfix::cleanup::message::Work;
use crate::postfix::cleanup::mime::Class;
use crate::postfix::cleanup::rewriting::Place;
use crate::postfix::queue::file::is_long;
use crate::postfix::queue::text::header_name;
use crate::smtp::address::{internal, parse, quote_local, scan, unquote_local, written, Token};
use crate::smtp::bytes::{decode, encode};
use crate::smtp::command::is_header;
use crate::smtp::envelope::Body;
use crate::smtp::printable::{head, printable};
use crate::time::Time;

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

/// How much may stand beside an address, in bytes.
const BESIDE: usize = 250;

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
        let value = header.get(name.len() + 1..).unwrap_or("").trim_start();
        if name == "content-transfer-encoding"
            && self.cleanup.checks.sees_encoding
            && ["8bit", "binary"]
                .iter()
                .any(|own| own.eq_ignore_ascii_case(value))
        {
            self.done.body = Some(Body::EightBitMime);
        }
        if class != Class::Primary {
            return self.put(&encode(&header));
        }
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
        let dropped = &self.cleanup.checks.dropped;
        if dropped.iter().any(|own| own.eq_ignore_ascii_case(&name)) {
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
            let Token::Address(inner) = token else {
                continue;
            };
            // Postfix writes a blank behind a comma.
            let parts = inner.split(|token| *token == Token::Op(','));
            let parts: Vec<String> = parts.map(|part| written(part, false, true)).collect();
            let before = parts.join(", ");
            // What a stranger left incomplete is in a domain that does not exist.
            let rewriting = self.cleanup.rewriting;
            let domain = (!self.arrival.is_own).then_some(rewriting.remote_domain.as_str());
            let mut after = self.cleanup.resolver.rewrite_written(&before, domain);
            // Tables see it as its words are written.
            let address = unquote_local(&written(&scan(&after), true, true));
            if !address.is_empty() {
                let new = self.address(&address, place);
                if new != address {
                    after = quote_local(&new);
                }
            }
            has_changed |= after != before;
            *inner = scan(&after);
        }
        if !has_changed {
            return None;
        }
        let mut text = format!("{}: ", &header[..name]);
        self.externalize(&mut text, &tokens);
        let mut lines = text.split('\n');
        // As many addresses as fit stand on a line; a tab counts for nothing.
        let mut out = lines.next().unwrap_or("").to_string();
        let mut length = out.len();
        for line in lines {
            if length + 1 + line.len() < FOLD {
                out.push(' ');
                length += 1 + line.len();
            } else {
                out.push('\n');
                if !line.starts_with([' ', '\t']) {
                    out.push('\t');
                }
                length = line.len();
            }
            out.push_str(line);
        }
        Some(out)
    }

    /// Writes the value of a header, an address on a line. Where there is too much beside an
    /// address only that is left, because other programs had too little room for the rest.
    fn externalize(&mut self, text: &mut String, tokens: &[Token]) {
        let mut start = text.len();
        let mut address: Option<&[Token]> = None;
        let mut length = 0;
        for (i, token) in tokens.iter().enumerate() {
            let next = tokens.get(i + 1);
            match token {
                Token::Op(',') => {
                    self.strip(text, start, address, length);
                    text.push_str(",\n");
                    (start, address, length) = (text.len(), None, 0);
                    continue;
                }
                Token::Address(inner) => {
                    let whole = quote_local(&internal(inner, true));
                    (address, length) = (Some(inner.as_slice()), whole.len());
                    text.push_str(&whole);
                }
                token => {
                    if (token, next) == (&Token::Op('<'), Some(&Token::Op('>'))) {
                        (address, length) = (Some(&[][..]), 0);
                    }
                    text.push_str(&written(std::slice::from_ref(token), false, true));
                }
            }
            if next.is_some_and(|next| token.is_apart_from(next)) {
                text.push(' ');
            }
        }
        self.strip(text, start, address, length);
    }

    fn strip(&mut self, text: &mut String, start: usize, address: Option<&[Token]>, length: usize) {
        let Some(address) = address.filter(|_| text.len() - length > start + BESIDE) else {
            return;
        };
        let all = text.get(start..).unwrap_or("");
        let head = printable(&head(all, 100), '?', true);
        let text_of_note = format!("warning: stripping too many comments from address: {head}...");
        self.done.notes.push(text_of_note);
        text.truncate(start);
        text.push('<');
        if !address.is_empty() {
            text.push_str(&quote_local(&internal(address, true)));
        }
        text.push('>');
    }

    pub(super) fn end_of_headers(&mut self) {
        if !self.is_good() {
            return;
        }
        let resent = self.resent;
        let at = self.arrival.at;
        let lower = resent.to_ascii_lowercase();
        let rewriting = self.cleanup.rewriting;
        let adds =
            self.arrival.is_own || rewriting.adds_headers || !rewriting.remote_domain.is_empty();
        let lacks =
            |work: &Work, name: &str| adds && !work.seen.contains(&format!("{lower}{name}"));
        if lacks(self, "message-id") {
            let id = &self.arrival.id;
            let stamp = match is_long(id) {
                true => String::new(),
                false => compact(at) + ".",
            };
            let own = format!("<{stamp}{id}@{}>", self.cleanup.hostname);
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
        let visible = ["to", "cc", "resent-to", "resent-cc"];
        let undisclosed = &rewriting.undisclosed;
        if adds
            && !undisclosed.is_empty()
            && !self.seen.iter().any(|n| visible.contains(&n.as_str()))
        {
            match is_header(undisclosed) {
                true => self.put(&encode(undisclosed)),
                false => self.done.notes.push(format!(
                    "warning: bad undisclosed_recipients_header header text \"{undisclosed}\" -- \
                     need \"headername: headervalue\""
                )),
            }
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
