//! What a restriction says: a refusal, a deferral, a permission, or an error of the server's own,
//! each with its line for the log.

use crate::postfix::access::{Abort, Cause, Checker, Status, Subject};
use crate::postfix::lookup::table::Retry;
use crate::smtp::policy::{Deferral, Note};
use crate::smtp::printable::printable;

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
    pub(super) fn reject(&mut self, cause: Cause, code: u16, dsn: &str, reason: &str) -> Status {
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
    pub(super) fn defer_if_permit(
        &mut self,
        immediate: bool,
        code: u16,
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
    pub(super) fn defer_if_reject(&mut self, code: u16, dsn: &str, reason: &str) {
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
        #[cfg(feature = "full")]
        for warning in retry.warnings {
            self.warn(warning);
        }
        #[cfg(not(feature = "full"))]
        let _ = retry;
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
        let listed = |l: &String| l.eq_ignore_ascii_case(action) || l == "static:all";
        if !self.deferring && self.access.log_permit.iter().any(listed) {
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
pub(super) fn split_dsn<'a>(default: &'a str, text: &'a str) -> (&'a str, &'a str) {
    let first = text.split([' ', '\t']).next().unwrap_or("");
    if is_dsn(first) {
        (first, text[first.len()..].trim_start())
    } else {
        (default, text.trim_start())
    }
}
