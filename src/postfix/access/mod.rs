//! Access control: the smtpd_*_restrictions lists, evaluated by Postfix's rules
//! (SMTPD_ACCESS_README).
//!
//! A list is tried from left to right; the first restriction that says OK or REJECT decides.
//! `defer_if_permit` and `defer_if_reject` change what a later decision means,
//! `warn_if_reject` turns a rejection into a line in the log.

#[cfg(feature = "full")]
mod dnsbl;
#[cfg(feature = "full")]
pub mod greylist;
mod host;
mod lists;
#[cfg(feature = "full")]
mod login;
#[cfg(feature = "full")]
mod mx_backup;
mod recipient;
#[cfg(feature = "full")]
mod tables;

use crate::dns::Dns;
use crate::postfix::address::resolve::Resolver;
#[cfg(feature = "full")]
use crate::postfix::config::syntax::split_list;
use crate::postfix::lookup::retry::Retry;
use crate::smtp::policy::{Deferral, Facts, Memory, Note, Question, Verdict};
use crate::smtp::printable::printable;
#[cfg(feature = "full")]
use crate::smtp::release::Change;

use lists::LISTS;
pub use lists::{mynetworks, AccessControl};

/// What one restriction says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Dunno,
    Ok,
    Reject,
}

/// A rejection that ends all evaluation at once: a table that cannot be asked, or a mistake
/// in the configuration.
struct Abort;

type Check = Result<Status, Abort>;

/// Who or what is judged, as a reply names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "full"), allow(dead_code))]
enum Subject {
    Client,
    ReverseClient,
    Helo,
    Sender,
    Recipient,
    Etrn,
    Data,
    EndOfData,
    SaslLogin,
}

impl Subject {
    fn name(self) -> &'static str {
        match self {
            Subject::Client => "Client host",
            Subject::ReverseClient => "Unverified Client host",
            Subject::Helo => "Helo command",
            Subject::Sender => "Sender address",
            Subject::Recipient => "Recipient address",
            Subject::Etrn => "Etrn command",
            Subject::Data => "Data command",
            Subject::EndOfData => "End-of-data",
            Subject::SaslLogin => "SASL login name",
        }
    }
}

/// Why something is rejected; the server's own troubles are never softened to warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Policy,
    Server,
}

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
struct Checker<'a> {
    access: &'a AccessControl,
    resolver: &'a Resolver,
    dns: &'a Dns,
    facts: Facts,
    memory: Memory,
    /// `defer_if_permit` is in force.
    deferring: bool,
    defer_if_reject: Option<Deferral>,
    /// The depth at which `warn_if_reject` was met, or 0.
    warn_if_reject: usize,
    recursion: usize,
    sender_checked: bool,
    recipient_checked: bool,
    discard: bool,
    /// The text of the last rejection.
    text: String,
    verdict: Verdict,
    etrn: Option<String>,
}

impl Checker<'_> {
    fn client(&mut self) -> Status {
        self.deferring = false;
        let named = self.facts.client.namaddr();
        let status = self.evaluate("smtpd_client_restrictions", &named, Subject::Client);
        self.memory.by_client = self.deferring;
        status
    }

    fn helo(&mut self, name: &str) -> Status {
        let before = self.facts.helo.replace(name.into());
        self.deferring = self.memory.by_client;
        let status = self.evaluate("smtpd_helo_restrictions", name, Subject::Helo);
        self.memory.by_helo = self.deferring;
        self.facts.helo = before;
        status
    }

    fn sender(&mut self, address: &str) -> Status {
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

    fn recipient(&mut self, address: &str) -> Status {
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

    fn data(&mut self, list: &str, command: &str, subject: Subject) -> Status {
        self.deferring = false;
        let status = self.evaluate(list, command, subject);
        self.apply_deferral(status)
    }

    fn etrn(&mut self, domain: &str) -> Status {
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

    fn size(&mut self, size: u64) -> Status {
        let limit = self.access.config.size("message_size_limit");
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
    fn has(&self, change: Change) -> bool {
        self.facts.release.has(change)
    }

    /// A restriction with an old name, which later releases refuse.
    #[cfg(feature = "full")]
    fn old_name(&mut self, word: &str) -> Result<(), Abort> {
        let instead = match word {
            "permit_naked_ip_address" => "\"permit_mynetworks\" or \"permit_sasl_authenticated\"",
            "reject_maps_rbl" => "\"reject_rbl_client domain-name\"",
            "check_relay_domains" => "\"reject_unauth_destination\"",
            _ => return Ok(()),
        };
        if !self.has(Change::RestrictionsRemoved) {
            return Ok(());
        }
        let name = self.access.text("mail_name");
        self.warn(format!(
            "support for restriction \"{word}\" has been removed in {name} 3.9; instead, specify {instead}"
        ));
        Err(self.server_error())
    }

    fn reset(&mut self) {
        self.recursion = 0;
        self.warn_if_reject = 0;
        self.defer_if_reject = None;
    }

    fn evaluate(&mut self, list: &str, name: &str, subject: Subject) -> Status {
        self.reset();
        self.run(list, name, subject)
    }

    fn run(&mut self, list: &str, name: &str, subject: Subject) -> Status {
        let words = self.access.list(list).unwrap_or_default().to_vec();
        self.settle(|c| c.generic(&words, name, subject))
    }

    fn settle(&mut self, check: impl FnOnce(&mut Self) -> Check) -> Status {
        check(self).unwrap_or(Status::Reject)
    }

    /// A deferral in force turns anything but a rejection into its own.
    fn apply_deferral(&mut self, status: Status) -> Status {
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

    fn note(&mut self, note: Note) {
        self.verdict.notes.push(note);
    }

    fn warn(&mut self, text: impl AsRef<str>) {
        self.note(Note::warning(text));
    }

    fn log(&mut self, what: &str, text: &str) {
        let note = self.facts.decision(what, text);
        self.note(note);
    }

    /// Rejects, or only says so under `warn_if_reject`.
    fn reject(&mut self, cause: Cause, code: u16, dsn: &str, reason: &str) -> Status {
        let warn_only = self.warn_if_reject > 0 && cause == Cause::Policy;
        let mut text = format!("{code} {dsn} {reason}");
        if !(400..600).contains(&code) || !is_dsn(dsn) {
            let what = if is_dsn(dsn) {
                "SMTP reply code"
            } else {
                "DSN detail code"
            };
            self.warn(format!("{what} configuration error: {text}"));
            text = "450 4.7.1 Service unavailable".into();
        }
        text = crate::smtp::printable::head(&text, 510).to_string();
        text = printable(&text, ' ', self.access.flag("smtputf8_enable"));
        if !warn_only && text.starts_with('5') {
            if let Some(deferral) = self.defer_if_reject.take() {
                self.warn_if_reject = 0;
                return self.reject(
                    Cause::Policy,
                    deferral.code,
                    &deferral.dsn,
                    &deferral.reason,
                );
            }
        }
        if self.access.flag("soft_bounce") && text.starts_with('5') {
            text.replace_range(0..1, "4");
        }
        let class = text[..1].to_string();
        text.replace_range(4..5, &class);
        self.log(
            if warn_only {
                "reject_warning"
            } else {
                "reject"
            },
            &text,
        );
        self.text = text;
        if warn_only {
            Status::Dunno
        } else {
            Status::Reject
        }
    }

    /// `defer_if_permit`: a 4xx reply in place of a later acceptance.
    fn defer_if_permit(&mut self, immediate: bool, code: u16, dsn: &str, reason: &str) -> Status {
        if self.warn_if_reject > 0 || immediate {
            return self.reject(Cause::Policy, code, dsn, reason);
        }
        if !self.deferring {
            self.deferring = true;
            self.memory.deferral = Some(Deferral {
                code,
                dsn: dsn.into(),
                reason: reason.into(),
            });
        }
        Status::Dunno
    }

    /// `defer_if_reject`: a 4xx reply in place of a later 5xx.
    fn defer_if_reject(&mut self, code: u16, dsn: &str, reason: &str) {
        self.defer_if_reject.get_or_insert_with(|| Deferral {
            code,
            dsn: dsn.into(),
            reason: reason.into(),
        });
    }

    /// A table could not be asked.
    fn retry(&mut self, name: &str) -> Abort {
        let reason = format!("<{name}>: Temporary lookup failure");
        self.reject(Cause::Server, 451, "4.3.0", &reason);
        Abort
    }

    /// The configuration makes no sense.
    fn server_error(&mut self) -> Abort {
        self.reject(Cause::Server, 451, "4.3.5", "Server configuration error");
        Abort
    }

    /// Logs why a table could not be asked.
    fn failed(&mut self, retry: Retry) {
        for warning in retry.warnings.lines() {
            self.warn(warning);
        }
    }

    fn found<T>(&mut self, name: &str, result: Result<T, Retry>) -> Result<T, Abort> {
        result.map_err(|retry| {
            self.failed(retry);
            self.retry(name)
        })
    }

    /// OK, with a line in the log where `smtpd_log_access_permit_actions` asks for it.
    fn permit(&mut self, action: &str, subject: Subject, name: &str, why: &str) -> Status {
        let listed = |l: &String| l.eq_ignore_ascii_case(action) || l == "static:all";
        if !self.deferring && self.access.log_permit.iter().any(listed) {
            // Without a reason the space before it stays.
            let text = format!("action={action} for {}={name} {why}", subject.name());
            self.log("permit", &text);
        }
        Status::Ok
    }

    /// Evaluates a list of restrictions.
    fn generic(&mut self, words: &[String], name: &str, subject: Subject) -> Check {
        let depth = self.recursion;
        self.recursion += 1;
        let mut status = Status::Dunno;
        let mut i = 0;
        while i < words.len() && !self.discard {
            let word = words[i].as_str();
            if word.eq_ignore_ascii_case("warn_if_reject") {
                if self.warn_if_reject == 0 {
                    self.warn_if_reject = self.recursion;
                }
                i += 1;
                continue;
            }
            let mut word = word.to_ascii_lowercase();
            if words[i].contains(':') {
                // A bare table stands for the check_ restriction of its list.
                let Some(default) = default_check(subject) else {
                    self.warn(format!(
                        "specify one of (check_client_access, check_reverse_client_hostname_access, check_helo_access, check_sender_access, check_recipient_access, check_etrn_access) before {} restriction \"{}\"",
                        subject.name(), words[i]
                    ));
                    return Err(self.server_error());
                };
                word = default.into();
            } else {
                i += 1;
            }
            let (said, used) = self.one(&word, &words[i..], words, name, subject)?;
            i += used;
            status = said;
            if self.warn_if_reject >= self.recursion {
                self.warn_if_reject = 0;
            }
            if status != Status::Dunno || (self.deferring && self.defer_if_reject.is_some()) {
                break;
            }
        }
        self.recursion = depth;
        if self.warn_if_reject >= self.recursion {
            self.warn_if_reject = 0;
        }
        Ok(status)
    }

    /// Evaluates one restriction: what it says, and how many arguments it took.
    fn one(
        &mut self,
        word: &str,
        rest: &[String],
        words: &[String],
        name: &str,
        subject: Subject,
    ) -> Result<(Status, usize), Abort> {
        let argument = rest.first().map(String::as_str);
        #[cfg(feature = "full")]
        self.old_name(word)?;
        if word.starts_with("check_")
            && word != "check_relay_domains"
            && word != "check_policy_service"
            && word != "check_recipient_maps"
        {
            let Some(table) = argument.filter(|a| a.contains(':')) else {
                let shown = argument.unwrap_or("");
                self.warn(format!(
                    "restriction {word}: bad argument \"{shown}\": need maptype:mapname"
                ));
                return Err(self.server_error());
            };
            #[cfg(feature = "full")]
            if let Some(status) = self.check_table(word, table, name, subject)? {
                return Ok((status, 1));
            }
            let _ = table;
            return self.unknown(word).map(|s| (s, 0));
        }
        #[cfg(feature = "full")]
        if let Some(status) = self.dns_list(word, argument)? {
            return Ok(status);
        }
        if let Some(status) = self.host(word, name, subject)? {
            return Ok((status, 0));
        }
        if let Some(status) = self.address(word)? {
            return Ok((status, 0));
        }
        #[cfg(feature = "full")]
        if let Some(status) = self.login(word)? {
            return Ok((status, 0));
        }
        #[cfg(feature = "full")]
        if let Some(status) = self.mx(word)? {
            return Ok((status, 0));
        }
        let ignored = |c: &mut Self| {
            if let Some(next) = argument {
                c.warn(format!("restriction `{next}' after `{word}' is ignored"));
            }
        };
        let what = subject.name();
        let status = match word {
            "permit" => {
                let status = self.permit(word, subject, name, "");
                ignored(self);
                status
            }
            "defer" => {
                let code = self.access.code("defer_code");
                let quiet = self.warn_if_reject > 0;
                let reason = format!("<{name}>: {what} rejected: Try again later");
                let status = self.reject(Cause::Policy, code, "4.3.2", &reason);
                if !quiet {
                    ignored(self);
                }
                status
            }
            "reject" => {
                let code = self.access.code("reject_code");
                let quiet = self.warn_if_reject > 0;
                let reason = format!("<{name}>: {what} rejected: Access denied");
                let status = self.reject(Cause::Policy, code, "5.7.1", &reason);
                if !quiet {
                    ignored(self);
                }
                status
            }
            "reject_unauth_pipelining" => {
                if self.facts.improper_pipelining {
                    let reason = format!(
                        "<{name}>: {what} rejected: Improper use of SMTP command pipelining"
                    );
                    self.reject(Cause::Policy, 503, "5.5.0", &reason)
                } else {
                    Status::Dunno
                }
            }
            "defer_if_permit" => {
                let reason = format!("<{name}>: {what} rejected: defer_if_permit requested");
                self.defer_if_permit(false, 450, "4.7.0", &reason)
            }
            "defer_if_reject" => {
                let reason = format!("<{name}>: {what} rejected: defer_if_reject requested");
                self.defer_if_reject(450, "4.7.0", &reason);
                Status::Dunno
            }
            "sleep" => {
                let Some(seconds) = argument.and_then(|a| a.parse::<u64>().ok()) else {
                    self.warn("restriction sleep must be followed by number");
                    return Err(self.server_error());
                };
                self.verdict.sleep += seconds;
                return Ok((Status::Dunno, 1));
            }
            "check_policy_service" => {
                self.warn("check_policy_service is not modelled: no policy server answers");
                return Err(self.server_error());
            }
            _ => {
                let class = self.access.list(word).filter(|_| !LISTS.contains(&word));
                match class.map(<[String]>::to_vec) {
                    Some(list) => self.generic(&list, name, subject)?,
                    None => {
                        let written = words.iter().find(|w| w.eq_ignore_ascii_case(word));
                        let written = written.map_or(word, String::as_str).to_string();
                        return self.unknown(&written).map(|s| (s, 0));
                    }
                }
            }
        };
        Ok((status, 0))
    }

    fn unknown(&mut self, word: &str) -> Check {
        self.warn(format!("unknown smtpd restriction: \"{word}\""));
        Err(self.server_error())
    }
}

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

/// Whether a text is an enhanced status code (RFC 3463): class, subject, detail.
fn is_dsn(text: &str) -> bool {
    let mut parts = text.split('.');
    let class = parts.next().is_some_and(|c| matches!(c, "2" | "4" | "5"));
    let mut number = || {
        parts
            .next()
            .is_some_and(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    };
    class && number() && number() && parts.next().is_none()
}

/// An enhanced status code at the start of a text, or the default, and the rest.
fn split_dsn<'a>(default: &'a str, text: &'a str) -> (&'a str, &'a str) {
    let first = text.split([' ', '\t']).next().unwrap_or("");
    if is_dsn(first) {
        (first, text[first.len()..].trim_start())
    } else {
        (default, text.trim_start())
    }
}

/// Splits restriction lists that stand in access tables.
#[cfg(feature = "full")]
fn words_of(text: &str) -> Vec<String> {
    split_list(text)
}
