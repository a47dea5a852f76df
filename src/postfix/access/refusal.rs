//! What a restriction says: a refusal, a deferral, a permission, or an error of the server's own,
//! each with its line for the log.

use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::{Abort, Cause, Status, Subject};
use crate::postfix::lookup::retry::Retry;
use crate::smtp::policy::{Deferral, Note};
use crate::smtp::printable::{head, printable};

impl Checker<'_> {
    pub(super) fn note(&mut self, note: Note) {
        self.verdict.notes.push(note);
    }

    pub(super) fn warn(&mut self, text: impl AsRef<str>) {
        self.note(Note::warning(text));
    }

    pub(super) fn log(&mut self, what: &str, text: &str) {
        let note = self.facts.decision(what, text);
        self.note(note);
    }

    /// Rejects, or only says so under `warn_if_reject`.
    pub(super) fn reject(&mut self, cause: Cause, code: i32, dsn: &str, reason: &str) -> Status {
        let warn_only = self.warn_if_reject > 0 && cause == Cause::Policy;
        let mut text = format!("{code} {dsn} {reason}");
        let is_code = (400..600).contains(&code);
        if !is_code || !is_dsn(dsn) {
            let what = match is_code {
                true => "DSN detail code",
                false => "SMTP reply code",
            };
            self.warn(format!("{what} configuration error: {text}"));
            text = "450 4.7.1 Service unavailable".into();
        }
        text = printable(&head(&text, 510), ' ', self.ground.settings.smtputf8);
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
        if self.ground.settings.soft_bounce && text.starts_with('5') {
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
        match warn_only {
            true => Status::Dunno,
            false => Status::Reject,
        }
    }

    /// `defer_if_permit`: a 4xx reply in place of a later acceptance.
    pub(super) fn defer_if_permit(
        &mut self,
        immediate: bool,
        code: i32,
        dsn: &str,
        reason: &str,
    ) -> Status {
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
    pub(super) fn defer_if_reject(&mut self, code: i32, dsn: &str, reason: &str) {
        self.defer_if_reject.get_or_insert_with(|| Deferral {
            code,
            dsn: dsn.into(),
            reason: reason.into(),
        });
    }

    /// A table could not be asked.
    pub(super) fn retry(&mut self, name: &str) -> Abort {
        let reason = format!("<{name}>: Temporary lookup failure");
        self.reject(Cause::Server, 451, "4.3.0", &reason);
        Abort
    }

    /// The configuration makes no sense.
    pub(super) fn server_error(&mut self) -> Abort {
        self.reject(Cause::Server, 451, "4.3.5", "Server configuration error");
        Abort
    }

    /// Logs why a table could not be asked.
    pub(super) fn failed(&mut self, retry: Retry) {
        for warning in retry.warnings.lines() {
            let mut note = Note::warning(warning);
            note.program = retry.daemon.unwrap_or(note.program);
            self.note(note);
        }
    }

    pub(super) fn found<T>(&mut self, name: &str, result: Result<T, Retry>) -> Result<T, Abort> {
        result.map_err(|retry| {
            self.failed(retry);
            self.retry(name)
        })
    }

    /// OK, with a line in the log where `smtpd_log_access_permit_actions` asks for it.
    pub(super) fn permit(
        &mut self,
        action: &str,
        subject: Subject,
        name: &str,
        why: &str,
    ) -> Status {
        // What is overruled later is not logged.
        let is_listed = match self.access.log_permit.has_name(action) {
            _ if self.deferring => false,
            Ok(is_listed) => is_listed,
            Err(retry) => {
                self.failed(retry);
                false
            }
        };
        if is_listed {
            // Without a reason the space before it stays.
            let text = format!("action={action} for {}={name} {why}", subject.name());
            self.log("permit", &text);
        }
        Status::Ok
    }
}

/// Whether a text is an enhanced status code (RFC 3463): class, subject, detail.
pub(super) fn is_dsn(text: &str) -> bool {
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
pub(in crate::postfix) fn split_dsn<'a>(default: &'a str, text: &'a str) -> (&'a str, &'a str) {
    let first = text.split([' ', '\t']).next().unwrap_or("");
    if is_dsn(first) {
        (first, text[first.len()..].trim_start())
    } else {
        (default, text.trim_start())
    }
}
