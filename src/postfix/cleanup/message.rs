//! cleanup: what becomes of a message between its last dot and the queue. Addresses are
//! rewritten, aliases expanded, content is checked, headers that are missing are added. It only
//! computes, so that smtpd can ask what cleanup would say before anything is stored.

use std::borrow::Cow;

use crate::files::sorted::Sorted;
use crate::postfix::address::resolve::Resolver;
use crate::postfix::cleanup::checks::{Action, Checks};
use crate::postfix::cleanup::mime::{pieces, Fault, Piece, Rules};
use crate::postfix::cleanup::rewriting::{Rewriting, Trouble};
use crate::smtp::address::quote_local_info;
use crate::smtp::bytes::{decode, encode};
use crate::smtp::envelope::{Cleaned, Effect, ForwardPath};
use crate::time::Time;

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
    pub recipients: Vec<ForwardPath>,
    /// They are those of the headers (`sendmail -t`), and so come after them.
    pub is_extracted: bool,
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

/// The work on one message.
pub(super) struct Work<'a> {
    pub(super) cleanup: &'a Cleanup<'a>,
    pub(super) arrival: &'a Arrival<'a>,
    pub(super) done: Cleaned,
    /// Header and body, as far as they are written.
    pub(super) text: Vec<u8>,
    /// Addresses are rewritten and copies sent.
    pub(super) maps: bool,
    /// The content is looked at, and its characters are.
    filters: bool,
    /// Tables have a say about the content.
    pub(super) checks: bool,
    /// The recipients that are remembered, so that none comes twice (`duplicate_filter_limit`).
    pub(super) been_here: Sorted<()>,
    /// The last recipient, as it was before aliases.
    pub(super) recipient: Option<String>,
    /// `Resent-`, where the message has been sent on by hand.
    pub(super) resent: &'static str,
    pub(super) seen: Vec<String>,
    pub(super) hops: u64,
    pub(super) copies: Vec<String>,
    pub(super) trouble: Option<Trouble>,
    /// How often virtual aliases have been asked.
    pub(super) asked: usize,
    pub(super) reason: Option<String>,
    pub(super) has_too_many_hops: bool,
    /// What is wrong with its form.
    faults: Vec<Fault>,
}

impl Cleanup<'_> {
    /// Does all of it.
    pub fn clean(&self, arrival: &Arrival) -> Cleaned {
        let has = |effect| arrival.effects.contains(&effect);
        let is_outside = arrival.source == Source::Outside;
        let filters = is_outside && !has(Effect::Unchecked);
        let mut work = Work {
            cleanup: self,
            arrival,
            maps: !has(Effect::Unmapped),
            filters,
            done: Cleaned::default(),
            text: Vec::with_capacity(arrival.content.len() + 512),
            checks: filters && !self.checks.is_empty(),
            been_here: Sorted::default(),
            recipient: None,
            resent: "",
            seen: Vec::new(),
            hops: 0,
            copies: Vec::new(),
            trouble: None,
            asked: 0,
            reason: None,
            has_too_many_hops: false,
            faults: Vec::new(),
        };
        work.sender();
        for recipient in &arrival.recipients {
            work.recipient(recipient);
        }
        let last = work.recipient.take_if(|_| arrival.is_extracted);
        work.effects();
        work.content();
        work.recipient = last.or(work.recipient);
        let always = &self.rewriting.always_bcc;
        if is_outside && work.maps && !always.is_empty() && work.recipient.is_some() {
            work.copy(always);
        }
        for copy in std::mem::take(&mut work.copies) {
            work.copy(&copy);
        }
        work.finish()
    }
}

impl Work<'_> {
    pub(super) fn is_good(&self) -> bool {
        let is_refused = self.trouble.is_some() || self.reason.is_some() || self.has_too_many_hops;
        // What is thrown away is not written.
        !is_refused && !self.done.discard
    }

    fn content(&mut self) {
        let arrival = self.arrival;
        let other = Rules::default();
        let rules = match self.filters {
            true => &self.cleanup.checks.rules,
            false => &other,
        };
        let (start, refused) = self.characters(arrival.start.as_bytes());
        pieces(&start, rules, &mut |piece| match piece {
            Piece::Header(class, header) => self.header(class, &header),
            Piece::Fault(fault, at) => self.fault(fault, &at),
            _ => {}
        });
        self.refuse(refused);
        let (stripped, refused) = self.characters(arrival.content);
        // A header is complete when the line after it has been taken.
        let mut waiting: Vec<Piece> = Vec::new();
        let take = |work: &mut Self, waiting: &mut Vec<Piece>| {
            for piece in waiting.drain(..) {
                match piece {
                    Piece::Header(class, header) => work.header(class, &header),
                    Piece::EndOfHeaders => work.end_of_headers(),
                    Piece::Body(offset, line) => work.body(offset, line),
                    Piece::Encoded(..) => {}
                    Piece::Fault(fault, at) => work.fault(fault, &at),
                }
            }
        };
        pieces(&stripped, rules, &mut |piece| {
            if piece != Piece::EndOfHeaders {
                take(self, &mut waiting);
            }
            waiting.push(piece);
            if matches!(waiting.last(), Some(Piece::Body(..))) {
                take(self, &mut waiting);
            }
        });
        match refused {
            // Of one that is given up, no line comes that would complete its last header.
            None if arrival.effects.contains(&Effect::Unfinished) => {}
            None => take(self, &mut waiting),
            refused => self.refuse(refused),
        }
        if !self.text.ends_with(b"\n") {
            self.text.push(b'\n');
        }
        if let (true, Some(fault)) = (self.is_good(), self.faults.iter().min()) {
            self.reason = Some(format!("5.6.0 {}", fault.words()));
        }
    }

    /// A text without the characters that are not wanted, and the line that has one which is refused.
    fn characters<'t>(&self, text: &'t [u8]) -> (Cow<'t, [u8]>, Option<Vec<u8>>) {
        match self.filters {
            true => self.cleanup.checks.characters(text),
            false => (text.into(), None),
        }
    }

    fn refuse(&mut self, line: Option<Vec<u8>>) {
        if let Some(line) = line.filter(|_| self.is_good()) {
            let what = Action::Reject("5.7.1 disallowed character".into());
            self.act(Ok(Some(what)), "content", &decode(&line));
        }
    }

    /// Something is wrong with the message's form, which is said once and refused at its end.
    fn fault(&mut self, fault: Fault, at: &[u8]) {
        if self.is_good() && !self.faults.contains(&fault) {
            self.faults.push(fault);
            let at = &at[..at.len().min(100)];
            let to = self.recipient.as_deref().unwrap_or("unknown");
            let text = format!(
                "{}: reject: mime-error {}: {} from {}; from=<{}> to=<{}>",
                self.arrival.id,
                fault.words(),
                decode(at),
                self.arrival.origin,
                quote_local_info(&self.done.sender),
                quote_local_info(to)
            );
            self.done.notes.push(text);
        }
    }

    pub(super) fn put(&mut self, line: &[u8]) {
        if self.is_good() {
            self.text.extend_from_slice(line);
            self.text.push(b'\n');
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

    fn finish(mut self) -> Cleaned {
        self.done.text = self.text.into();
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
