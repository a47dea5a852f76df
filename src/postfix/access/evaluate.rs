//! One question of a session's: which lists are tried for it, in which order, what earlier ones
//! left behind, and how one list is gone through.

use crate::postfix::access::checker::{Checker, Ground};
use crate::postfix::access::guard::MOST_NESTED;
use crate::postfix::access::judgement::{Abort, Cause, Check, Status, Subject};
use crate::postfix::access::lists::{AccessControl, Place};
use crate::postfix::access::restriction::{Call, Takes};
use crate::postfix::access::words::find;
use crate::smtp::policy::{Crash, Facts, Question, Verdict};

impl AccessControl {
    /// Answers one question of a session's.
    pub fn check(&self, question: Question, facts: &Facts, ground: Ground) -> Verdict {
        let mut checker = Checker::new(self, facts, ground);
        let status = match question {
            Question::Client => checker.client(),
            Question::Helo(name) => checker.helo(name),
            Question::Sender(address) => checker.sender(address),
            Question::Recipient(address) => checker.recipient(address),
            Question::Data => checker.data(Place::Data, "DATA", Subject::Data),
            Question::EndOfData => {
                checker.data(Place::EndOfData, "END-OF-MESSAGE", Subject::EndOfData)
            }
            Question::Etrn(domain) => checker.etrn(domain),
            Question::Size(size) => checker.size(size),
            Question::Room => Status::Dunno,
        };
        checker.memory.discard = checker.discard;
        checker.verdict.memory = Some(checker.memory);
        checker.verdict.refusal = (status == Status::Reject).then_some(checker.text);
        checker.verdict.trail = Some(checker.facts.trail);
        checker.verdict
    }
}

impl Checker<'_> {
    fn client(&mut self) -> Status {
        self.deferring = false;
        let named = self.facts.client.namaddr();
        let status = self.evaluate(Place::Client, &named, Subject::Client);
        self.memory.by_client = self.deferring;
        status
    }

    fn helo(&mut self, name: &str) -> Status {
        let before = self.facts.helo.replace(name.into());
        self.deferring = self.memory.by_client;
        let status = self.evaluate(Place::Helo, name, Subject::Helo);
        self.memory.by_helo = self.deferring;
        self.facts.helo = before;
        status
    }

    fn sender(&mut self, address: &str) -> Status {
        let before = self.facts.sender.replace(address.into());
        self.deferring = self.memory.by_client || self.memory.by_helo;
        self.memory.sender_checked = false;
        let mut status = self.evaluate(Place::Sender, address, Subject::Sender);
        self.memory.by_sender = self.deferring;
        if self.access.parameters.reject_unlisted_sender
            && status != Status::Reject
            && !self.memory.sender_checked
            && !self.discard
            && !address.is_empty()
        {
            status = self.settle(|c| c.unlisted_sender(address));
            self.implied("smtpd_reject_unlisted_sender", address, status);
        }
        self.facts.sender = before;
        status
    }

    fn recipient(&mut self, address: &str) -> Status {
        self.memory.recipient_checked = false;
        if self.ground.settings.delay_reject {
            let helo = self.facts.helo.clone();
            let sender = self.facts.sender.clone();
            if self.client() == Status::Reject
                || helo.is_some_and(|h| self.helo(&h) == Status::Reject)
                || sender.is_some_and(|s| self.sender(&s) == Status::Reject)
            {
                return Status::Reject;
            }
        }
        self.deferring = self.memory.by_sender;
        let mut places = [Place::Relay, Place::Recipient];
        if !self.access.relay_first() {
            places.swap(0, 1);
        }
        let mut status = Status::Dunno;
        self.reset();
        for place in places {
            status = self.run(place, address, Subject::Recipient);
            self.uses_old_relay(place, status, address);
            if status == Status::Reject {
                break;
            }
        }
        status = self.apply_deferral(status);
        if self.access.parameters.reject_unlisted_recipient
            && status != Status::Reject
            && !self.memory.recipient_checked
            && !self.discard
        {
            status = self.settle(|c| c.unlisted_recipient(address));
            self.implied("smtpd_reject_unlisted_recipient", address, status);
        }
        status
    }

    fn data(&mut self, place: Place, command: &str, subject: Subject) -> Status {
        self.deferring = false;
        let status = self.evaluate(place, command, subject);
        self.apply_deferral(status)
    }

    fn etrn(&mut self, domain: &str) -> Status {
        self.etrn = Some(domain.into());
        if self.ground.settings.delay_reject {
            let helo = self.facts.helo.clone();
            if self.client() == Status::Reject
                || helo.is_some_and(|h| self.helo(&h) == Status::Reject)
            {
                return Status::Reject;
            }
        }
        self.deferring = self.memory.by_client || self.memory.by_helo;
        let status = self.evaluate(Place::Etrn, domain, Subject::Etrn);
        let status = self.apply_deferral(status);
        if status != Status::Reject {
            self.uses_old_flush(domain);
        }
        status
    }

    fn size(&mut self, size: u64) -> Status {
        let limit = self.ground.settings.message_size_limit;
        if limit > 0 && size > limit {
            self.reject(
                Cause::Policy,
                552,
                "5.3.4",
                "Message size exceeds fixed limit",
            );
            self.implied("message_size_limit", "the size", Status::Reject);
            return Status::Reject;
        }
        Status::Dunno
    }

    fn reset(&mut self) {
        self.recursion = 0;
        self.warn_if_reject = 0;
        self.defer_if_reject = None;
    }

    fn evaluate(&mut self, place: Place, name: &str, subject: Subject) -> Status {
        self.reset();
        self.run(place, name, subject)
    }

    fn run(&mut self, place: Place, name: &str, subject: Subject) -> Status {
        let words = self.access.words(place);
        self.enter(place);
        self.settle(|c| c.generic(words, name, subject))
    }

    /// Evaluates a list of restrictions.
    pub(super) fn generic(&mut self, words: &[String], name: &str, subject: Subject) -> Check {
        let depth = self.recursion;
        self.recursion += 1;
        let mut status = Status::Dunno;
        let mut rest = words;
        while let Some((first, behind)) = rest.split_first().filter(|_| !self.discard) {
            if first.eq_ignore_ascii_case("warn_if_reject") {
                if self.warn_if_reject == 0 {
                    self.warn_if_reject = self.recursion;
                }
                rest = behind;
                continue;
            }
            let mut word = first.as_str();
            if word.contains(':') {
                // A bare table stands for the check_ restriction of its list.
                let Some(default) = default_check(subject) else {
                    self.warn(format!(
                        "specify one of (check_client_access, check_reverse_client_hostname_access, check_helo_access, check_sender_access, check_recipient_access, check_etrn_access) before {} restriction \"{word}\"",
                        subject.name()
                    ));
                    return Err(self.server_error());
                };
                word = default;
            } else {
                rest = behind;
            }
            let next = rest.first().map(String::as_str);
            let call = Call {
                word,
                next,
                name,
                subject,
            };
            let asked = self.mark(&call);
            let outcome = self.one(&call);
            self.tell(asked, &call, &outcome);
            let (said, has_taken) = outcome?;
            rest = rest.get(usize::from(has_taken)..).unwrap_or_default();
            status = said;
            if self.warn_if_reject >= self.recursion {
                self.warn_if_reject = 0;
            }
            if status != Status::Dunno || (self.deferring && self.defer_if_reject.is_some()) {
                break;
            }
        }
        self.pass_over(rest, name);
        self.recursion = depth;
        if self.warn_if_reject >= self.recursion {
            self.warn_if_reject = 0;
        }
        Ok(status)
    }

    fn settle(&mut self, check: impl FnOnce(&mut Self) -> Check) -> Status {
        check(self).unwrap_or(Status::Reject)
    }

    /// A deferral in force turns anything but a rejection into its own.
    fn apply_deferral(&mut self, status: Status) -> Status {
        match self.memory.deferral.clone() {
            Some(deferral) if self.deferring && status != Status::Reject => {
                self.implied("defer_if_permit", "an earlier step", Status::Reject);
                self.reject(
                    Cause::Policy,
                    deferral.code,
                    &deferral.dsn,
                    &deferral.reason,
                )
            }
            _ => status,
        }
    }

    /// Does what a restriction says; also whether it took what follows it.
    fn one(&mut self, call: &Call) -> Result<(Status, bool), Abort> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(self.crash(Crash::Watchdog));
        }
        let Some(word) = find(call.word, self.ground.settings.release) else {
            return self.class(call).map(|status| (status, false));
        };
        // Postfix shows the word itself where nothing follows it.
        let next = call.next.unwrap_or(call.word);
        let problem = match word.takes {
            Takes::Nothing => return (word.run)(self, call).map(|status| (status, false)),
            Takes::Domain if call.next.is_none() => {
                let word = call.word;
                self.warn(format!("restriction {word} requires domain name argument"));
                return Ok((Status::Dunno, false));
            }
            Takes::Table if !next.contains(':') => {
                format!("bad argument \"{next}\": need maptype:mapname")
            }
            Takes::Number if !next.bytes().all(|b| b.is_ascii_digit()) => {
                "must be followed by number".into()
            }
            Takes::Service if !next.contains(':') => "must be followed by transport:server".into(),
            _ => return (word.run)(self, call).map(|status| (status, true)),
        };
        let separator = if word.takes == Takes::Table { ":" } else { "" };
        self.warn(format!("restriction {}{separator} {problem}", word.name));
        Err(self.server_error())
    }

    /// A restriction class, by its very name.
    fn class(&mut self, call: &Call) -> Check {
        let access = self.access;
        let word = call.word;
        let Some((_, words)) = access.classes.iter().find(|(name, _)| name == word) else {
            self.warn(format!("unknown smtpd restriction: \"{word}\""));
            return Err(self.server_error());
        };
        // More classes inside one another than there are: one of them is inside itself.
        self.nested += 1;
        if self.nested > access.classes.len() || self.recursion > MOST_NESTED {
            return Err(self.crash(Crash::Stack));
        }
        let status = self.generic(words, call.name, call.subject);
        self.nested -= 1;
        status
    }

    /// The process dies here, and with it the evaluation.
    pub(super) fn crash(&mut self, crash: Crash) -> Abort {
        self.verdict.crash = Some(crash);
        Abort
    }
}

/// Restrictions for one question, at most: Postfix would go on for hours, until its watchdog
/// (`daemon_timeout`) ends the process.
const MOST_STEPS: usize = 10_000;

/// The restriction that a bare table in a list stands for.
fn default_check(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Client => Some("check_client_access"),
        Subject::Helo => Some("check_helo_access"),
        Subject::Sender => Some("check_sender_access"),
        Subject::Recipient => Some("check_recipient_access"),
        Subject::Etrn => Some("check_etrn_access"),
        _ => None,
    }
}
