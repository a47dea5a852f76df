//! What cleanup does to the envelope: addresses are rewritten, aliases expanded, copies added.

use crate::postfix::cleanup::message::{Source, Work};
use crate::postfix::cleanup::rewriting::{Place, Report};
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::retry::Retry;
use crate::smtp::envelope::{ForwardPath, Notify};

/// How many recipients are remembered (`duplicate_filter_limit`). After so many, one that comes twice
/// stays, as with the real cleanup(8).
const DUPLICATES: usize = 1_000;

impl Work<'_> {
    /// An address of the envelope or of a header, complete and rewritten.
    pub(super) fn address(&mut self, address: &str, place: Place) -> String {
        if !self.maps {
            return address.into();
        }
        let mut report = Report::default();
        let rewriting = self.cleanup.rewriting;
        let new = rewriting.address(address, place, self.cleanup.resolver, &mut report);
        self.take(report);
        new
    }

    /// Tells why a table cannot be asked.
    pub(super) fn complain(&mut self, retry: &Retry) {
        let lines = retry.warnings.lines().iter();
        let lines = lines.map(|line| format!("warning: {line}"));
        self.done.notes.extend(lines);
    }

    pub(super) fn take(&mut self, report: Report) {
        if let Some(retry) = &report.retry {
            self.complain(retry);
        }
        let warnings = report.warnings.into_iter();
        // The order of a warning and its queue ID is that of the log.
        self.done
            .notes
            .extend(warnings.map(|w| format!("warning: {}: {w}", self.arrival.id)));
        self.trouble = self.trouble.or(report.trouble);
    }

    pub(super) fn note(&mut self, text: String) {
        self.done.notes.push(format!("{}: {text}", self.arrival.id));
    }

    pub(super) fn sender(&mut self) {
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
        if self.arrival.source != Source::Outside || !self.maps {
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

    pub(super) fn copy(&mut self, address: &str) {
        let address = self.cleanup.resolver.rewrite(address);
        let address = self.address(&address, Place::EnvelopeRecipient);
        let copy = ForwardPath {
            dsn_original: String::new(),
            // Nobody hears of what becomes of it.
            notify: Some(Notify {
                never: true,
                ..Notify::default()
            }),
            ..ForwardPath::new(&address)
        };
        self.add(copy, &address);
    }

    pub(super) fn recipient(&mut self, recipient: &ForwardPath) {
        let resolver = self.cleanup.resolver;
        let address = match recipient.address.as_str() {
            "" => resolver.rewrite(&resolver.empty_address),
            given => resolver.rewrite(given),
        };
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

    /// Whether a recipient comes for the first time, as far as that is remembered.
    fn is_new(&mut self, recipient: String) -> bool {
        if self.been_here.contains(&recipient) {
            return false;
        }
        if self.been_here.len() < DUPLICATES {
            self.been_here.insert(recipient, ());
        }
        true
    }

    /// Puts a recipient into the envelope, or what virtual aliases make of it, each once.
    fn add(&mut self, mut recipient: ForwardPath, address: &str) {
        let mut report = Report {
            asked: self.asked,
            ..Report::default()
        };
        let (rewriting, resolver) = (self.cleanup.rewriting, self.cleanup.resolver);
        let targets = match self.maps {
            true => rewriting.expand(address, resolver, &mut report),
            false => vec![address.to_string()],
        };
        self.asked = report.asked;
        self.take(report);
        let is_expanded = targets.len() > 1 || targets.first().is_some_and(|t| t != address);
        if let (true, Some(notify)) = (is_expanded, &mut recipient.notify) {
            if notify.success {
                self.done.expanded.push(ForwardPath {
                    address: address.into(),
                    ..recipient.clone()
                });
                let notify = recipient.notify.get_or_insert_default();
                notify.success = false;
                notify.never = !notify.failure && !notify.delay;
            }
        }
        for target in targets {
            let new = ForwardPath {
                address: target,
                ..recipient.clone()
            };
            let (original, dsn_original) = (&new.original, &new.dsn_original);
            let notify = new.notify.map_or(0, |n| {
                [n.never, n.success, n.failure, n.delay]
                    .into_iter()
                    .fold(1, |bits, bit| 2 * bits + u8::from(bit))
            });
            let known = format!("{dsn_original}\n{notify}\n{original}\n{}", new.address);
            if self.is_new(fold(&known)) {
                self.done.recipients.push(new);
            }
        }
    }
}

fn fold_eq(a: &str, b: &str) -> bool {
    fold(a) == fold(b)
}
