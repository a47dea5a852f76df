//! `reject_unverified_sender` and `reject_unverified_recipient`: what probes have found out decides.

use crate::postfix::access::checker::Checker;
use crate::postfix::access::full::verified::Result;
use crate::postfix::access::judgement::{Cause, Status, Subject};
use crate::postfix::access::restriction::{Takes, Word};

/// The restrictions.
pub(super) static WORDS: [Word; 2] = [
    Word::new("reject_unverified_sender", Takes::Nothing, |c, _| {
        c.of_sender(|c, sender| Ok(c.unverified(sender, Subject::Sender)))
    }),
    Word::new("reject_unverified_recipient", Takes::Nothing, |c, _| {
        c.of_recipient(|c, recipient| Ok(c.unverified(recipient, Subject::Recipient)))
    }),
];

impl Checker<'_> {
    fn unverified(&mut self, address: &str, subject: Subject) -> Status {
        let manner = &self.access.lookups.manner;
        let (result, mut why, wants) =
            self.ground
                .verified
                .ask(address, &manner.terms, self.facts.now);
        let probe = &mut self.verdict.probe;
        if wants && probe.wait.is_none() && !probe.addresses.iter().any(|a| a == address) {
            probe.addresses.push(address.into());
        }
        let (probing, command) = (&self.facts.probing, self.facts.command);
        if result.is_none() && probing.may_wait(command, address, manner.polls) {
            let wait = || (address.to_string(), manner.delay);
            probe.wait.get_or_insert_with(wait);
            return Status::Dunno;
        }
        let answers = &manner.answers[usize::from(subject == Subject::Recipient)];
        let code = match result {
            Some(Result::Good) => return Status::Dunno,
            Some(Result::Bad) => answers.reject_code,
            Some(Result::Unsure) | None => answers.defer_code,
        };
        if code >= 400 && !answers.reason.is_empty() {
            why.clone_from(&answers.reason);
        }
        let dsn = match subject {
            Subject::Sender => ["4.1.7", "5.1.7"],
            _ => ["4.1.1", "5.1.1"],
        };
        let reason =
            |what: &str| format!("<{address}>: {} rejected: {what}: {why}", subject.name());
        match code / 100 {
            4 => self.defer_if_permit(answers.defers, code, dsn[0], &reason("unverified address")),
            5 => self.reject(
                Cause::Policy,
                code,
                dsn[1],
                &reason("undeliverable address"),
            ),
            _ => Status::Dunno,
        }
    }
}
