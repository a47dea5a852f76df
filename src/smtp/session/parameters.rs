//! The parameters of MAIL and RCPT (RFC 5321 section 4.1.1.11 and the extensions).

use std::borrow::Cow;
use std::sync::Arc;

use crate::smtp::command::Word;
use crate::smtp::envelope::Delimiters;
use crate::smtp::envelope::{Body, Notify, Ret};
use crate::smtp::policy::{Note, Policy};
use crate::smtp::printable::printable;
use crate::smtp::release::Change;
use crate::smtp::session::{Refused, Session};
use crate::smtp::xtext::{uxtext_decode, xtext_decode};

/// The parameters of MAIL.
#[derive(Default)]
pub(super) struct MailParameters {
    pub body: Option<Body>,
    pub ret: Option<Ret>,
    pub envid: Option<String>,
    pub verp: Option<Delimiters>,
}

/// The parameters of RCPT (RFC 3461 section 4).
#[derive(Default)]
pub(super) struct RcptParameters {
    pub notify: Option<Notify>,
    /// `ORCPT=`: a type and a decoded address.
    pub original: Option<(Cow<'static, str>, Arc<str>)>,
}

/// A value after `NAME=`, whatever the case of the name.
pub(super) fn value<'a>(word: &'a str, name: &str) -> Option<&'a str> {
    let start = word.get(..name.len())?;
    start
        .eq_ignore_ascii_case(name)
        .then(|| &word[name.len()..])
}

impl Session {
    pub(super) fn mail_parameters(
        &mut self,
        words: &[Word],
        utf8_offered: bool,
        policy: &dyn Policy,
    ) -> Result<MailParameters, Refused> {
        let takes_auth = self.mechanisms(policy.settings()).is_some()
            || self.facts.release.has(Change::AuthParameter);
        let requires_tls = self.facts.release.has(Change::RequireTls)
            && self.facts.tls
            && !self.is_discarded("REQUIRETLS");
        let mut found = MailParameters::default();
        let no_dsn = "501 5.7.1 DSN support is disabled";
        for word in words {
            let word = word.text;
            let refusal = if word.eq_ignore_ascii_case("BODY=8BITMIME") {
                found.body = Some(Body::EightBitMime);
                None
            } else if word.eq_ignore_ascii_case("BODY=7BIT") {
                found.body = Some(Body::SevenBit);
                None
            } else if let Some(size) = value(word, "SIZE=") {
                let digits = !size.is_empty() && size.bytes().all(|b| b.is_ascii_digit());
                match (digits, size.parse::<i64>()) {
                    (false, _) => Some("501 5.5.4 Bad message size syntax"),
                    (true, Ok(size)) => {
                        self.transaction.declared_size = size.unsigned_abs();
                        None
                    }
                    (true, Err(_)) => {
                        // Postfix notes a size that it cannot hold as -1, which passes all limits.
                        self.transaction.declared_size = 0;
                        Some("552 5.3.4 Message size exceeds file system imposed limit")
                    }
                }
            } else if utf8_offered && word.eq_ignore_ascii_case("SMTPUTF8")
                || requires_tls && word.eq_ignore_ascii_case("REQUIRETLS")
            {
                None
            } else if let Some(auth) = value(word, "AUTH=").filter(|_| takes_auth) {
                if self.facts.sasl_sender.is_some() {
                    Some("503 5.5.4 Error: multiple AUTH= options")
                } else {
                    let utf8 = policy.settings().smtputf8;
                    self.facts.sasl_sender = (auth != "<>").then(|| printable(auth, '?', utf8));
                    None
                }
            } else if let Some(verp) = self.verp(word, policy) {
                found.verp = Some(verp?);
                None
            } else if let Some(ret) = value(word, "RET=") {
                let ret = match ret.to_ascii_uppercase().as_str() {
                    "FULL" => Some(Ret::Full),
                    "HDRS" => Some(Ret::Headers),
                    _ => None,
                };
                if self.is_discarded("DSN") {
                    Some(no_dsn)
                } else if found.ret.is_some() || ret.is_none() {
                    Some("501 5.5.4 Bad RET parameter syntax")
                } else {
                    found.ret = ret;
                    None
                }
            } else if let Some(envid) = value(word, "ENVID=") {
                let envid = xtext_decode(envid)
                    .filter(|e| !e.is_empty() && e.bytes().all(|b| (b' '..=b'~').contains(&b)));
                if self.is_discarded("DSN") {
                    Some(no_dsn)
                } else if found.envid.is_some() || envid.is_none() {
                    Some("501 5.5.4 Bad ENVID parameter syntax")
                } else {
                    found.envid = envid;
                    None
                }
            } else {
                self.reply(format!("555 5.5.4 Unsupported option: {word}"), policy);
                return Err(Refused);
            };
            if let Some(refusal) = refusal {
                self.reply(refusal, policy);
                return Err(Refused);
            }
        }
        Ok(found)
    }

    pub(super) fn rcpt_parameters(
        &mut self,
        words: &[Word],
        policy: &dyn Policy,
    ) -> Result<RcptParameters, Refused> {
        let mut found = RcptParameters::default();
        let no_dsn = "501 5.7.1 DSN support is disabled";
        let utf8_known = policy.settings().release.has(Change::Utf8Orcpt);
        for word in words {
            let word = word.text;
            let refusal = if let Some(list) = value(word, "NOTIFY=") {
                let parsed = Notify::parse(list);
                if self.is_discarded("DSN") {
                    Some(no_dsn)
                } else if found.notify.is_some() || parsed.is_none() {
                    let words = list.split([',', ' ', '\t', '\r', '\n']);
                    // A second one is not even read.
                    let mut odd = words.filter(|w| found.notify.is_none() && !w.is_empty());
                    if let Some(odd) = odd.find(|w| !Notify::knows(w)) {
                        self.note(Note::warning(format!(
                            "unknown DSN NOTIFY command value \"{odd}\" in \"{list}\""
                        )));
                    }
                    Some("501 5.5.4 Error: Bad NOTIFY parameter syntax")
                } else {
                    found.notify = parsed;
                    None
                }
            } else if let Some(coded) = value(word, "ORCPT=") {
                let parsed = coded.split_once(';').filter(|(kind, _)| !kind.is_empty());
                let parsed = parsed.and_then(|(kind, address)| {
                    let address = if utf8_known && kind.eq_ignore_ascii_case("utf-8") {
                        uxtext_decode(address)?
                    } else {
                        xtext_decode(address)?
                    };
                    Some((Cow::Owned(kind.to_string()), address.into()))
                });
                if self.is_discarded("DSN") {
                    Some(no_dsn)
                } else if found.original.is_some() || parsed.is_none() {
                    Some("501 5.5.4 Error: Bad ORCPT parameter syntax")
                } else {
                    found.original = parsed;
                    None
                }
            } else {
                self.reply(format!("555 5.5.4 Unsupported option: {word}"), policy);
                return Err(Refused);
            };
            if let Some(refusal) = refusal {
                self.reply(refusal, policy);
                return Err(Refused);
            }
        }
        Ok(found)
    }
}
