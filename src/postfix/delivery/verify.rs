//! verify(8): sends probes, and remembers what comes of them. A probe is a message like any other,
//! which nobody delivers (ADDRESS_VERIFICATION_README), as one of `sendmail -bv` is.

use std::sync::Arc;

use crate::postfix::access::full::verified::Result;
use crate::postfix::cleanup::message::{Arrival, Source};
use crate::postfix::delivery::report::{delivery_line, Agent};
use crate::postfix::queue::file::{Addressee, QueueFile, Trace};
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::postfix::server::Server;
use crate::smtp::envelope::ForwardPath;
use crate::time::Time;

/// What smtpd cannot do without.
const DAEMONS: [&str; 2] = ["trivial-rewrite", "cleanup"];

impl Server {
    /// Finds out whether mail to an address can be delivered.
    pub(in crate::postfix) fn probe(&mut self, address: &str, now: Time) {
        if address.contains('\0') {
            return self.resolve_for_smtpd(address, now);
        }
        if let Some(daemon) = DAEMONS.into_iter().find(|own| *own == address) {
            return self.call(daemon, now);
        }
        if !std::mem::replace(&mut self.verified.has_begun, true) {
            let text = "cache btree:/var/lib/postfix/verify_cache full cleanup: retained=0 dropped=0 entries";
            self.log_as("verify", now, text.into());
        }
        let terms = *self.terms();
        self.verified.begin(address, &terms, now);
        let id = self.new_queue_id(now);
        let (host, name) = (&self.settings().myhostname, self.mail_name());
        let start = format!(
            "Received: by {host} ({name})\n\tid {id}; {}\n",
            now.header_date()
        );
        let sender = self.verify_sender().to_string();
        let cleaned = self.cleanup().clean(&Arrival {
            is_extracted: false,
            id: &id,
            at: now,
            source: Source::Inside,
            is_own: true,
            sender: &sender,
            recipients: vec![ForwardPath {
                dsn_original: String::new(),
                ..ForwardPath::new(address)
            }],
            start,
            content: &[],
            origin: String::new(),
            evidence: String::new(),
            effects: &[],
            full_name: "",
        });
        let file = QueueFile {
            trace: Trace::Probe,
            ..self.file(Arc::clone(&id), now, &cleaned, now)
        };
        self.enter(file, now);
    }

    /// What would come of a delivery on this host: it is tried on a copy of everything.
    pub(super) fn rehearse(&mut self, file: &QueueFile, place: usize, transport: &str, now: Time) {
        let mut copy = self.clone();
        let stored = self.queue.file(&file.id);
        let known = stored.map_or(0, |f| f.recipients.len());
        let mut found: Vec<(Addressee, Outcome)> = Vec::new();
        let program = match transport {
            "local" => {
                copy.deliver_here(file, place, now);
                let after = copy.queue.file(&file.id).map(|f| f.recipients.as_slice());
                let after = after.unwrap_or_default().iter().enumerate();
                for (_, recipient) in after.filter(|(at, _)| *at >= known || *at == place) {
                    if let Some(reason) = recipient.reason.clone() {
                        found.push((recipient.clone(), reason));
                    }
                }
                "local"
            }
            _ => {
                if let Some(recipient) = file.recipients.get(place) {
                    let (outcome, _) = copy.put_into_virtual(file, recipient, now);
                    found.push((recipient.clone(), outcome));
                }
                "virtual"
            }
        };
        let agent = Agent::own(program, program);
        for (recipient, outcome) in found {
            let outcome = self.tried(file.trace, outcome);
            self.note_attempt(&file.id, &recipient.address, &agent, &outcome, None, now);
            let delay = now - file.arrival;
            let (to, was) = (&recipient.address, &recipient.original);
            let line = delivery_line(
                &file.id,
                to,
                was,
                &outcome,
                &agent,
                [delay, Default::default()],
            );
            self.log_as(program, now, line);
            if let Some(file) = self.queue.file_mut(&file.id) {
                file.recipients.push(Addressee {
                    is_done: true,
                    is_note: true,
                    reason: Some(outcome),
                    ..recipient
                });
            }
        }
        let file = self.queue.file_mut(&file.id);
        if let Some(stored) = file.and_then(|f| f.recipients.get_mut(place)) {
            (stored.is_done, stored.reason) = (true, None);
        }
    }

    /// What a probe has come to, for the log.
    pub(super) fn tried(&self, trace: Trace, outcome: Outcome) -> Outcome {
        let mut outcome = outcome.probed();
        let is_failure = outcome.status != Status::Sent;
        if trace == Trace::Probe && is_failure && !self.terms().keeps_failures {
            outcome.action = "undeliverable-but-not-cached";
        }
        outcome
    }

    /// Remembers what a probe has come to: of the address that was asked for, and of what it has become.
    pub(super) fn verify(&mut self, file: &QueueFile, now: Time) {
        let terms = *self.terms();
        for recipient in &file.recipients {
            let Some(outcome) = &recipient.reason else {
                continue;
            };
            let result = match outcome.status {
                Status::Sent => Result::Good,
                Status::Deferred => Result::Unsure,
                Status::Bounced => Result::Bad,
            };
            for address in [&recipient.original, &recipient.address] {
                self.verified
                    .note(address, result, &outcome.why, &terms, now);
            }
        }
    }
}
