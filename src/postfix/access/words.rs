//! The restrictions by name.

use crate::postfix::access::lists::LISTS;
use crate::postfix::access::{Abort, Cause, Check, Checker, Status, Subject};
#[cfg(feature = "full")]
use crate::postfix::config::main_cf::split_list;
#[cfg(feature = "full")]
use crate::smtp::release::Change;

impl Checker<'_> {
    /// A restriction with an old name, which later releases refuse.
    #[cfg(feature = "full")]
    pub(super) fn old_name(&mut self, word: &str) -> Result<(), Abort> {
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
    /// Evaluates a list of restrictions.
    pub(super) fn generic(&mut self, words: &[String], name: &str, subject: Subject) -> Check {
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
    pub(super) fn one(
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

    pub(super) fn unknown(&mut self, word: &str) -> Check {
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

/// Splits restriction lists that stand in access tables.
#[cfg(feature = "full")]
pub(super) fn words_of(text: &str) -> Vec<String> {
    split_list(text)
}
