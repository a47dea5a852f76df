//! cleanup: what becomes of a message between its last dot and the queue. Addresses are
//! rewritten, aliases expanded, content is checked, headers that are missing are added. It only
//! computes, so that smtpd can ask what cleanup would say before anything is stored.

use crate::postfix::address::resolve::Resolver;
use crate::postfix::cleanup::checks::{Action, Checks};
use crate::postfix::cleanup::headers::header_name;
use crate::postfix::cleanup::mime::{pieces, Class, Piece};
use crate::postfix::cleanup::rewriting::{Place, Report, Rewriting, Trouble};
use crate::postfix::queue::file::{Addressee, Outcome, Status};
use crate::smtp::address::{parse, quote_local, quote_local_info, Token};
use crate::smtp::bytes::{decode, encode};
use crate::smtp::envelope::Effect;
use crate::smtp::printable::head;
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

/// Where a message comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// smtpd or pickup: everything is done to it.
    Outside,
    /// bounce, or local on its way elsewhere: only addresses are rewritten.
    Inside,
}

/// Who cleans.
#[derive(Clone, Copy, Debug)]
pub struct Cleanup<'a> {
    /// `myhostname`.
    pub hostname: &'a str,
    /// Completes addresses.
    pub resolver: &'a Resolver,
    /// Rewrites them.
    pub rewriting: &'a Rewriting,
    /// Looks at content.
    pub checks: &'a Checks,
    /// `hopcount_limit`.
    pub hopcount_limit: u64,
}

/// A message as cleanup gets it.
#[derive(Clone, Debug)]
pub struct Arrival<'a> {
    /// Its queue ID.
    pub id: &'a str,
    /// When it came.
    pub at: Time,
    /// Where it comes from.
    pub source: Source,
    /// The client is one of this host's own (`local_header_rewrite_clients`).
    pub is_own: bool,
    /// The sender, in internal form.
    pub sender: &'a str,
    /// The name of the person who hands it in, for a `From:` that is missing.
    pub full_name: &'a str,
    /// The recipients.
    pub recipients: Vec<Addressee>,
    /// The headers that stand first, `Received:` among them.
    pub start: String,
    /// The message.
    pub content: &'a [u8],
    /// The client for the log: `name[address]`, or `local`.
    pub origin: String,
    /// ` proto=SMTP helo=<name>` for the log.
    pub evidence: String,
    /// What smtpd's access tables ask for.
    pub effects: &'a [Effect],
}

/// A message as cleanup leaves it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// The sender, in internal form.
    pub sender: String,
    /// The recipients.
    pub recipients: Vec<Addressee>,
    /// Header and body, lines ended by LF.
    pub text: Vec<u8>,
    /// Lines for the log, without the queue ID.
    pub notes: Vec<String>,
    /// The reply of smtpd's, where the message is not taken.
    pub refusal: Option<String>,
    /// It waits for the administrator.
    pub hold: bool,
    /// It is taken and thrown away.
    pub discard: bool,
    /// It goes to this address instead.
    pub redirect: Option<String>,
    /// It goes through this filter, `transport:destination`.
    pub filter: Option<String>,
}

/// The work on one message.
struct Work<'a> {
    cleanup: &'a Cleanup<'a>,
    arrival: &'a Arrival<'a>,
    done: Cleaned,
    /// The content is looked at.
    checks: bool,
    /// The last recipient, as it was before aliases.
    recipient: Option<String>,
    /// `Resent-`, where the message has been sent on by hand.
    resent: &'static str,
    seen: Vec<String>,
    hops: u64,
    copies: Vec<String>,
    trouble: Option<Trouble>,
    reason: Option<String>,
    has_too_many_hops: bool,
}

impl Cleanup<'_> {
    /// Whether a message is taken for certain, which costs less to know than to do all of it: no
    /// table has a say, and few hosts have had it.
    pub fn is_safe(&self, content: &[u8]) -> bool {
        let mut hops = 1;
        for line in content.split(|&b| b == b'\n').take_while(|l| !l.is_empty()) {
            let name = line.get(..9).unwrap_or_default();
            hops += u64::from(name.eq_ignore_ascii_case(b"Received:"));
        }
        hops < self.hopcount_limit && self.checks.is_empty() && self.rewriting.is_empty()
    }

    /// Does all of it.
    pub fn clean(&self, arrival: &Arrival) -> Cleaned {
        let mut work = Work {
            cleanup: self,
            arrival,
            done: Cleaned::default(),
            checks: arrival.source == Source::Outside,
            recipient: None,
            resent: "",
            seen: Vec::new(),
            hops: 0,
            copies: Vec::new(),
            trouble: None,
            reason: None,
            has_too_many_hops: false,
        };
        work.sender();
        for recipient in &arrival.recipients {
            work.recipient(recipient);
        }
        work.effects();
        work.content();
        let always = &self.rewriting.always_bcc;
        if arrival.source == Source::Outside && !always.is_empty() && work.recipient.is_some() {
            work.copy(always);
        }
        for copy in std::mem::take(&mut work.copies) {
            work.copy(&copy);
        }
        work.finish()
    }
}

impl Work<'_> {
    /// An address of the envelope or of a header, complete and rewritten.
    fn address(&mut self, address: &str, place: Place) -> String {
        let mut report = Report::default();
        let rewriting = self.cleanup.rewriting;
        let new = rewriting.address(address, place, self.cleanup.resolver, &mut report);
        self.take(report);
        new
    }

    fn take(&mut self, report: Report) {
        let warnings = report.warnings.into_iter();
        // The order of a warning and its queue ID is that of the log.
        self.done
            .notes
            .extend(warnings.map(|w| format!("warning: {}: {w}", self.arrival.id)));
        self.trouble = self.trouble.or(report.trouble);
    }

    fn note(&mut self, text: String) {
        self.done.notes.push(format!("{}: {text}", self.arrival.id));
    }

    fn sender(&mut self) {
        let resolver = self.cleanup.resolver;
        let mut sender = resolver.rewrite(self.arrival.sender);
        if fold_eq(&sender, &resolver.rewrite("MAILER-DAEMON")) {
            sender.clear();
        }
        if !sender.is_empty() {
            sender = self.address(&sender, Place::EnvelopeSender);
        }
        self.done.sender = sender;
        if !self.done.sender.is_empty() {
            let sender = self.done.sender.clone();
            self.copy_for(&sender, true);
        }
    }

    /// sender_bcc_maps and recipient_bcc_maps.
    fn copy_for(&mut self, address: &str, is_sender: bool) {
        if self.arrival.source != Source::Outside {
            return;
        }
        let mut report = Report::default();
        let (rewriting, resolver) = (self.cleanup.rewriting, self.cleanup.resolver);
        let copy = rewriting.copy_to(address, is_sender, resolver, &mut report);
        self.take(report);
        if let Some(copy) = copy {
            self.copy(&copy);
        }
    }

    fn copy(&mut self, address: &str) {
        let address = self.cleanup.resolver.rewrite(address);
        let address = self.address(&address, Place::EnvelopeRecipient);
        let copy = Addressee {
            dsn_original: String::new(),
            ..Addressee::new(&address)
        };
        self.add(copy, &address);
    }

    fn recipient(&mut self, recipient: &Addressee) {
        let address = self.cleanup.resolver.rewrite(&recipient.address);
        let address = self.address(&address, Place::EnvelopeRecipient);
        let mut addressee = recipient.clone();
        if addressee.original.is_empty() {
            addressee.original = recipient.address.clone();
        }
        if addressee.dsn_original.is_empty() {
            addressee.dsn_original = format!("rfc822;{address}");
        }
        self.add(addressee, &address);
        self.recipient = Some(address.clone());
        if !address.is_empty() {
            self.copy_for(&address, false);
        }
    }

    /// Puts a recipient into the envelope, or what virtual aliases make of it, each once.
    fn add(&mut self, mut recipient: Addressee, address: &str) {
        let mut report = Report::default();
        let (rewriting, resolver) = (self.cleanup.rewriting, self.cleanup.resolver);
        let targets = rewriting.expand(address, resolver, &mut report);
        self.take(report);
        let is_expanded = targets.len() > 1 || targets.first().is_some_and(|t| t != address);
        if let (true, Some(notify)) = (is_expanded, &mut recipient.notify) {
            if notify.success {
                self.done.recipients.push(Addressee {
                    address: address.into(),
                    is_done: true,
                    is_note: true,
                    reason: Some(Outcome {
                        action: "expanded",
                        ..Outcome::new(Status::Sent, "2.0.0", "alias expanded")
                    }),
                    ..recipient.clone()
                });
                let notify = recipient.notify.get_or_insert_default();
                notify.success = false;
                notify.never = !notify.failure && !notify.delay;
            }
        }
        for target in targets {
            let new = Addressee {
                address: target,
                ..recipient.clone()
            };
            let is_same = |r: &&Addressee| {
                !r.is_done
                    && fold_eq(&r.address, &new.address)
                    && fold_eq(&r.original, &new.original)
                    && fold_eq(&r.dsn_original, &new.dsn_original)
                    && r.notify == new.notify
            };
            if self.done.recipients.iter().find(is_same).is_none() {
                self.done.recipients.push(new);
            }
        }
    }

    fn is_good(&self) -> bool {
        let is_refused = self.trouble.is_some() || self.reason.is_some() || self.has_too_many_hops;
        // What is thrown away is not written.
        !is_refused && !self.done.discard
    }

    fn content(&mut self) {
        for line in pieces(self.arrival.start.as_bytes()) {
            if let Piece::Header(class, header) = line {
                self.header(class, &header);
            }
        }
        for piece in pieces(self.arrival.content) {
            match piece {
                Piece::Header(class, header) => self.header(class, &header),
                Piece::EndOfHeaders => self.end_of_headers(),
                Piece::Body(offset, line) => self.body(offset, line),
            }
        }
        if !self.done.text.ends_with(b"\n") {
            self.done.text.push(b'\n');
        }
    }

    fn put(&mut self, line: &[u8]) {
        if self.is_good() {
            self.done.text.extend_from_slice(line);
            self.done.text.push(b'\n');
        }
    }

    fn header(&mut self, class: Class, header: &[u8]) {
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

    fn end_of_headers(&mut self) {
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

    fn body(&mut self, offset: u64, line: &[u8]) {
        if !self.is_good() {
            return;
        }
        if !self.checks {
            return self.put(line);
        }
        let text = decode(line);
        let asked = self.cleanup.checks.body(offset, &text);
        match self.act(asked, "body", &text) {
            Some(kept) if kept == text => self.put(line),
            Some(new) => self.put(&encode(&new)),
            None => {}
        }
    }

    /// Does what a table says to a line; gives the line as it is now, or `None` where it is
    /// dropped.
    fn act(
        &mut self,
        asked: Result<Option<Action>, &'static str>,
        kind: &str,
        line: &str,
    ) -> Option<String> {
        let action = match asked {
            Ok(Some(action)) => action,
            Ok(None) => return Some(line.into()),
            Err(name) => {
                let text = format!(
                    "warning: {}: {name} map lookup problem -- message not accepted, try again later",
                    self.arrival.id
                );
                self.done.notes.push(text);
                self.trouble.get_or_insert(Trouble::Table);
                return Some(line.into());
            }
        };
        let mut log = |what: &str, text: &str| {
            let mut note = format!(
                "{what}: {kind} {} from {};",
                head(line, 200),
                self.arrival.origin
            );
            note.push_str(&format!(" from=<{}>", quote_local_info(&self.done.sender)));
            if let Some(recipient) = &self.recipient {
                note.push_str(&format!(" to=<{}>", quote_local_info(recipient)));
            }
            note.push_str(&self.arrival.evidence);
            if !text.is_empty() {
                note.push_str(&format!(": {text}"));
            }
            self.done.notes.push(format!("{}: {note}", self.arrival.id));
        };
        match action {
            Action::Keep => {}
            Action::Ignore => return None,
            Action::Mistake(text) => self.done.notes.push(format!("warning: {text}")),
            Action::Reject(mut text) => {
                if text.starts_with('2') {
                    text.replace_range(..1, "4");
                }
                log("reject", &text);
                self.reason = Some(text);
                self.checks = false;
            }
            Action::Warn(text) => log("warning", &text),
            Action::Info(text) => log("info", &text),
            Action::Filter(text) => {
                log("filter", &text);
                self.done.filter = Some(text);
            }
            Action::Pass(text) => {
                log("pass", &text);
                self.checks = false;
            }
            Action::Discard(text) => {
                log("discard", &text);
                self.done.discard = true;
                self.checks = false;
            }
            Action::Hold(text) => {
                if !self.done.hold && !self.done.discard {
                    log("hold", &text);
                    self.done.hold = true;
                }
            }
            Action::Prepend(text) => {
                log("prepend", &text);
                self.put(&encode(&text));
            }
            Action::Replace(text) => {
                log("replace", &text);
                return Some(text);
            }
            Action::Redirect(text) => {
                log("redirect", &text);
                self.done.redirect = Some(text);
                self.checks = false;
            }
            Action::Bcc(text) => {
                log("bcc", &text);
                self.copies.push(text);
            }
            Action::Strip(text) => {
                log("strip", &text);
                return None;
            }
        }
        Some(line.into())
    }

    /// What smtpd's access tables have asked for.
    fn effects(&mut self) {
        for effect in self.arrival.effects {
            match effect {
                Effect::Hold => self.done.hold = true,
                Effect::Discard => self.done.discard = true,
                Effect::Filter(to) => self.done.filter = Some(to.clone()),
                Effect::Redirect(to) => self.done.redirect = Some(to.clone()),
                Effect::Bcc(to) => self.copies.push(to.clone()),
            }
        }
    }

    fn finish(mut self) -> Cleaned {
        let reason = self.reason.as_deref();
        self.done.refusal = match (self.trouble, reason) {
            (_, Some(reason)) if reason.starts_with('4') => Some(format!("451 {reason}")),
            (Some(Trouble::Expansion), _) => Some("451 4.6.0 Alias expansion error".into()),
            _ if self.has_too_many_hops => Some("554 5.4.0 Error: too many hops".into()),
            (_, Some(reason)) => Some(format!("550 {reason}")),
            (Some(Trouble::Table), _) => Some("451 4.3.0 Error: queue file write error".into()),
            (None, None) => None,
        };
        self.done
    }
}

fn fold_eq(a: &str, b: &str) -> bool {
    crate::postfix::lookup::fold::fold(a) == crate::postfix::lookup::fold::fold(b)
}

/// `20261124223006`.
fn compact(at: Time) -> String {
    let c = at.calendar();
    format!(
        "{}{:02}{:02}{:02}{:02}{:02}",
        c.year, c.month, c.day, c.hour, c.minute, c.second
    )
}
