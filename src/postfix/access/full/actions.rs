//! What an access table says is to be done (Postfix's access(5)).

use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::{Cause, Check, Status, Subject};
use crate::postfix::access::parameters::Code;
use crate::postfix::access::refusal::split_dsn;
use crate::postfix::config::syntax::split_list;
use crate::smtp::command::is_header;
use crate::smtp::envelope::Effect;
use crate::smtp::release::Change;

impl Checker<'_> {
    /// Carries out what a table says.
    pub(super) fn result(
        &mut self,
        table: &str,
        value: &str,
        key: &str,
        name: &str,
        subject: Subject,
    ) -> Check {
        let (action, text) = match value.find([' ', '\t']) {
            Some(space) => (&value[..space], value[space..].trim_start()),
            None => (value, ""),
        };
        let what = subject.name();
        let reason = |text: &str, default: &str| {
            let text = if text.is_empty() { default } else { text };
            format!("<{name}>: {what} rejected: {text}")
        };
        let upper = action.to_ascii_uppercase();
        let is_new = matches!(upper.as_str(), "INFO" | "BCC");
        let status = match upper.as_str() {
            // Which is taken for the name of a restriction, then.
            _ if is_new && !self.ground.settings.release.has(Change::AccessInfo) => {
                return self.restrictions(table, value, name, subject);
            }
            "DUNNO" => Status::Dunno,
            "REJECT" | "DEFER" => {
                let is_reject = action.eq_ignore_ascii_case("REJECT");
                let (default, code) = match is_reject {
                    true => ("5.7.1", Code::AccessMapReject),
                    false => ("4.7.1", Code::AccessMapDefer),
                };
                let (dsn, text) = split_dsn(default, text);
                let dsn = self.fix_dsn(dsn, subject);
                let code = self.access.code(code);
                self.reject(Cause::Policy, code, &dsn, &reason(text, "Access denied"))
            }
            "INFO" | "WARN" => {
                self.log(&action.to_ascii_lowercase(), text);
                Status::Dunno
            }
            "FILTER" | "HOLD" | "DISCARD" | "REDIRECT" | "BCC" => self.effect(
                &action.to_ascii_uppercase(),
                text,
                table,
                key,
                name,
                subject,
            ),
            "DEFER_IF_PERMIT" => {
                let (dsn, text) = split_dsn("4.7.1", text);
                let dsn = self.fix_dsn(dsn, subject);
                let code = self.access.code(Code::AccessMapDefer);
                self.defer_if_permit(false, code, &dsn, &reason(text, "Service unavailable"))
            }
            "DEFER_IF_REJECT" => {
                let (dsn, text) = split_dsn("4.7.1", text);
                let dsn = self.fix_dsn(dsn, subject);
                let code = self.access.code(Code::AccessMapDefer);
                self.defer_if_reject(code, &dsn, &reason(text, "Service unavailable"));
                Status::Dunno
            }
            "PREPEND" => {
                if self.is_too_early("PREPEND", table) {
                } else if self.facts.command == "END-OF-MESSAGE" {
                    self.warn(format!(
                        "access table {table}: action PREPEND must be used before smtpd_end_of_data_restrictions"
                    ));
                } else if !is_header(text) && !text.split(' ').next().is_some_and(is_header) {
                    self.warn(format!(
                        "access table {table} entry \"{key}\" requires header: text"
                    ));
                } else {
                    self.verdict.prepend.push(text.into());
                }
                Status::Dunno
            }
            "OK" | "RELAY" => self.permit(action, subject, name, &format!("from {table}")),
            _ if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) => {
                self.permit(action, subject, name, &format!("from {table}"))
            }
            _ if action.len() == 3
                && !text.is_empty()
                && action.starts_with(['4', '5'])
                && action.bytes().all(|b| b.is_ascii_digit()) =>
            {
                let default = if action.starts_with('4') {
                    "4.7.1"
                } else {
                    "5.7.1"
                };
                let (dsn, text) = split_dsn(default, text);
                let dsn = self.fix_dsn(dsn, subject);
                let code = action.parse().unwrap_or(450);
                self.reject(Cause::Policy, code, &dsn, &reason(text, "Access denied"))
            }
            _ => return self.restrictions(table, value, name, subject),
        };
        Ok(status)
    }

    /// Restrictions that stand in a table.
    fn restrictions(&mut self, table: &str, value: &str, name: &str, subject: Subject) -> Check {
        if value.contains(':') {
            self.warn(format!(
                "access table {table} has entry with lookup table: {value}"
            ));
            self.warn("do not specify lookup tables inside SMTPD access maps");
            self.warn("define a restriction class and specify its name instead.");
            return Err(self.server_error());
        }
        if self.recursion > 100 {
            self.warn(format!(
                "access table {table} entry {value} causes unreasonable recursion"
            ));
            return Err(self.server_error());
        }
        let words = split_list(value);
        if words.is_empty() {
            self.warn(format!(
                "access table {table} entry {value} has empty value"
            ));
            return Ok(Status::Ok);
        }
        // The limit above is the one of lists that tables bring in.
        let nested = std::mem::take(&mut self.nested);
        let status = self.generic(&words, name, subject);
        self.nested = nested;
        status
    }

    /// Actions on a message need one: without `smtpd_delay_reject` there is none yet.
    fn is_too_early(&mut self, action: &str, table: &str) -> bool {
        let early = self.facts.sender.is_none();
        if early {
            self.warn(format!(
                "access table {table}: with smtpd_delay_reject=no, action {action} is always skipped in Client host or Helo command restrictions"
            ));
        }
        early
    }

    fn effect(
        &mut self,
        action: &str,
        text: &str,
        table: &str,
        key: &str,
        name: &str,
        subject: Subject,
    ) -> Status {
        // What is for cleanup to do.
        if self.access.lookups.is_proxied {
            self.warn(format!(
                "access table {table}: with smtpd_proxy_filter specified, action {action} is unavailable"
            ));
            return Status::Dunno;
        }
        if self.facts.command == "ETRN" {
            self.warn(format!(
                "access table {table}: action {action} is unavailable in smtpd_etrn_restrictions"
            ));
            return Status::Dunno;
        }
        if self.is_too_early(action, table) {
            return Status::Dunno;
        }
        let what = subject.name();
        let lower = action.to_ascii_lowercase();
        let (effect, log) = match action {
            "FILTER" if text.is_empty() => {
                self.warn(format!(
                    "access table {table} entry \"{key}\" has FILTER entry without value"
                ));
                return Status::Dunno;
            }
            "FILTER" if !text.contains(':') => {
                self.warn(format!(
                    "access table {table} entry \"{key}\" requires transport:destination"
                ));
                return Status::Dunno;
            }
            "REDIRECT" | "BCC" if !text.contains('@') => {
                self.warn(format!(
                    "access table {table} entry \"{key}\" requires user@domain target"
                ));
                return Status::Dunno;
            }
            "FILTER" => (
                Effect::Filter(text.into()),
                format!("triggers FILTER {text}"),
            ),
            "REDIRECT" => (
                Effect::Redirect(text.into()),
                format!("triggers REDIRECT {text}"),
            ),
            "BCC" => (Effect::Bcc(text.into()), format!("triggers BCC {text}")),
            _ => {
                let effect = if action == "HOLD" {
                    Effect::Hold
                } else {
                    Effect::Discard
                };
                let said = if text.is_empty() {
                    format!("triggers {action} action")
                } else {
                    text.to_string()
                };
                (effect, said)
            }
        };
        let is_hold = effect == Effect::Hold;
        if !is_hold || !self.memory.hold {
            self.memory.hold |= is_hold;
            self.log(&lower, &format!("<{name}>: {what} {log}"));
            self.verdict.effects.push(effect);
        }
        if action == "DISCARD" {
            self.discard = true;
            return self.permit(action, subject, name, &format!("from {table}"));
        }
        Status::Dunno
    }
}
