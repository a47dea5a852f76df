//! One question of a session's: which lists are tried for it, and what earlier ones left behind.

use crate::dns::Dns;
use crate::postfix::access::{AccessControl, Cause, Check, Status, Subject};
use crate::postfix::address::resolve::Resolver;
use crate::smtp::policy::{Deferral, Facts, Memory, Question, Verdict};
#[cfg(feature = "full")]
use crate::smtp::release::Change;

impl AccessControl {
    /// Answers one question of a session's.
    pub fn check(
        &self,
        question: Question,
        facts: &Facts,
        resolver: &Resolver,
        dns: &Dns,
    ) -> Verdict {
        let mut checker = Checker {
            access: self,
            resolver,
            dns,
            facts: facts.clone(),
            memory: facts.memory.clone(),
            deferring: false,
            defer_if_reject: None,
            warn_if_reject: 0,
            recursion: 0,
            sender_checked: false,
            recipient_checked: false,
            discard: facts.memory.discard,
            text: String::new(),
            verdict: Verdict::default(),
            etrn: None,
        };
        let status = match question {
            Question::Client => checker.client(),
            Question::Helo(name) => checker.helo(name),
            Question::Sender(address) => checker.sender(address),
            Question::Recipient(address) => checker.recipient(address),
            Question::Data => checker.data("smtpd_data_restrictions", "DATA", Subject::Data),
            Question::EndOfData => checker.data(
                "smtpd_end_of_data_restrictions",
                "END-OF-MESSAGE",
                Subject::EndOfData,
            ),
            Question::Etrn(domain) => checker.etrn(domain),
            Question::Size(size) => checker.size(size),
            Question::Room => Status::Dunno,
        };
        checker.memory.discard = checker.discard;
        checker.verdict.memory = Some(checker.memory);
        checker.verdict.refusal = (status == Status::Reject).then_some(checker.text);
        checker.verdict
    }
}

/// One evaluation.
pub(super) struct Checker<'a> {
    pub(super) access: &'a AccessControl,
    pub(super) resolver: &'a Resolver,
    pub(super) dns: &'a Dns,
    pub(super) facts: Facts,
    pub(super) memory: Memory,
    /// `defer_if_permit` is in force.
    pub(super) deferring: bool,
    pub(super) defer_if_reject: Option<Deferral>,
    /// The depth at which `warn_if_reject` was met, or 0.
    pub(super) warn_if_reject: usize,
    pub(super) recursion: usize,
    pub(super) sender_checked: bool,
    pub(super) recipient_checked: bool,
    pub(super) discard: bool,
    /// The text of the last rejection.
    pub(super) text: String,
    pub(super) verdict: Verdict,
    pub(super) etrn: Option<String>,
}

impl Checker<'_> {
    pub(super) fn client(&mut self) -> Status {
        self.deferring = false;
        let named = self.facts.client.namaddr();
        let status = self.evaluate("smtpd_client_restrictions", &named, Subject::Client);
        self.memory.by_client = self.deferring;
        status
    }

    pub(super) fn helo(&mut self, name: &str) -> Status {
        let before = self.facts.helo.replace(name.into());
        self.deferring = self.memory.by_client;
        let status = self.evaluate("smtpd_helo_restrictions", name, Subject::Helo);
        self.memory.by_helo = self.deferring;
        self.facts.helo = before;
        status
    }

    pub(super) fn sender(&mut self, address: &str) -> Status {
        let before = self.facts.sender.replace(address.into());
        self.deferring = self.memory.by_client || self.memory.by_helo;
        self.sender_checked = false;
        let mut status = self.evaluate("smtpd_sender_restrictions", address, Subject::Sender);
        self.memory.by_sender = self.deferring;
        if self.access.flag("smtpd_reject_unlisted_sender")
            && status != Status::Reject
            && !self.sender_checked
            && !self.discard
            && !address.is_empty()
        {
            status = self.settle(|c| c.unlisted_sender(address));
        }
        self.facts.sender = before;
        status
    }

    pub(super) fn recipient(&mut self, address: &str) -> Status {
        self.recipient_checked = false;
        if self.access.flag("smtpd_delay_reject") {
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
        let mut lists = ["smtpd_relay_restrictions", "smtpd_recipient_restrictions"];
        if !self
            .access
            .flag("smtpd_relay_before_recipient_restrictions")
        {
            lists.swap(0, 1);
        }
        let mut status = Status::Dunno;
        self.reset();
        for list in lists {
            status = self.run(list, address, Subject::Recipient);
            if status == Status::Reject {
                break;
            }
        }
        status = self.apply_deferral(status);
        if self.access.flag("smtpd_reject_unlisted_recipient")
            && status != Status::Reject
            && !self.recipient_checked
            && !self.discard
        {
            status = self.settle(|c| c.unlisted_recipient(address));
        }
        status
    }

    pub(super) fn data(&mut self, list: &str, command: &str, subject: Subject) -> Status {
        self.deferring = false;
        let status = self.evaluate(list, command, subject);
        self.apply_deferral(status)
    }

    pub(super) fn etrn(&mut self, domain: &str) -> Status {
        self.etrn = Some(domain.into());
        if self.access.flag("smtpd_delay_reject") {
            let helo = self.facts.helo.clone();
            if self.client() == Status::Reject
                || helo.is_some_and(|h| self.helo(&h) == Status::Reject)
            {
                return Status::Reject;
            }
        }
        self.deferring = self.memory.by_client || self.memory.by_helo;
        let status = self.evaluate("smtpd_etrn_restrictions", domain, Subject::Etrn);
        self.apply_deferral(status)
    }

    pub(super) fn size(&mut self, size: u64) -> Status {
        let limit = self.access.config.reader().number("message_size_limit");
        if limit > 0 && size > limit {
            self.reject(
                Cause::Policy,
                552,
                "5.3.4",
                "Message size exceeds fixed limit",
            );
            return Status::Reject;
        }
        Status::Dunno
    }

    /// Whether the release that is shown has a change.
    #[cfg(feature = "full")]
    pub(super) fn has(&self, change: Change) -> bool {
        self.facts.release.has(change)
    }

    pub(super) fn reset(&mut self) {
        self.recursion = 0;
        self.warn_if_reject = 0;
        self.defer_if_reject = None;
    }

    pub(super) fn evaluate(&mut self, list: &str, name: &str, subject: Subject) -> Status {
        self.reset();
        self.run(list, name, subject)
    }

    pub(super) fn run(&mut self, list: &str, name: &str, subject: Subject) -> Status {
        let words = self.access.list(list).unwrap_or_default().to_vec();
        self.settle(|c| c.generic(&words, name, subject))
    }

    pub(super) fn settle(&mut self, check: impl FnOnce(&mut Self) -> Check) -> Status {
        check(self).unwrap_or(Status::Reject)
    }

    /// A deferral in force turns anything but a rejection into its own.
    pub(super) fn apply_deferral(&mut self, status: Status) -> Status {
        match self.memory.deferral.clone() {
            Some(deferral) if self.deferring && status != Status::Reject => self.reject(
                Cause::Policy,
                deferral.code,
                &deferral.dsn,
                &deferral.reason,
            ),
            _ => status,
        }
    }
}
