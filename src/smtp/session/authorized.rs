//! What clients may do that are authorized: XCLIENT, XFORWARD and XVERP. Attributes count from left
//! to right, so those before a malformed one have taken effect. `passing` and `milters` are the other
//! things that only the full build's session does.

mod kept;
mod milters;
mod passing;
mod waiting;

use crate::smtp::envelope::Delimiters;
pub use kept::Passed;
pub(super) use kept::{Heard, Waiting};

use std::sync::Arc;

use crate::smtp::client::NameStatus;
use crate::smtp::command::Word;
use crate::smtp::envelope::Sasl;
use crate::smtp::hostname::{is_hostname, is_ipv4, is_ipv6};
use crate::smtp::policy::{Amended, Policy};
use crate::smtp::printable::{neuter, printable};
use crate::smtp::release::Change;
use crate::smtp::session::greeting::UNSAFE;
use crate::smtp::session::parameters::value;
use crate::smtp::session::{Handled, Refused, Session};
use crate::smtp::settings::Settings;
use crate::smtp::xtext::xtext_decode;

const UNAVAILABLE: &str = "[UNAVAILABLE]";
const TEMPORARY: &str = "[TEMPUNAVAIL]";

/// `name=value`, decoded and made printable.
fn attribute(word: &str, utf8: bool) -> Result<(&str, String), &'static str> {
    match word.split_once('=') {
        Some((_, value)) if value.len() > 255 => Err("501 5.5.4 Error: attribute value too long"),
        Some((name, value)) if !value.is_empty() => {
            let value = xtext_decode(value).unwrap_or_else(|| value.into());
            Ok((name, printable(&value, '?', utf8)))
        }
        _ => Err("501 5.5.4 Error: attribute=value expected"),
    }
}

/// How addresses are read.
#[derive(Clone, Copy, Default)]
struct Rules {
    /// IPv6 addresses are addresses here.
    ipv6: bool,
    /// Unsafe characters are masked.
    neutered: bool,
}

impl Rules {
    fn of(settings: &Settings) -> Rules {
        let normalized = settings.release.has(Change::NormalizedAddresses);
        Rules {
            ipv6: settings.ipv6 || !normalized,
            neutered: normalized,
        }
    }
}

fn malformed(name: &str, value: &str) -> String {
    format!("501 5.5.4 Bad {name} syntax: {value}")
}

fn is_unavailable(value: &str) -> bool {
    value.eq_ignore_ascii_case(UNAVAILABLE)
}

/// A port number, as far as it is looked at.
fn port(name: &str, value: &str) -> Result<String, String> {
    if is_unavailable(value) {
        Ok("unknown".into())
    } else if value.len() <= 5 && value.bytes().all(|b| b.is_ascii_digit()) {
        Ok(value.into())
    } else {
        Err(malformed(name, value))
    }
}

/// An address without its tag, in the usual notation.
fn address(name: &str, value: &str, rules: Rules) -> Result<String, String> {
    if is_unavailable(value) {
        return Ok("unknown".into());
    }
    let value = match rules.neutered {
        true => neuter(value, UNSAFE, '?'),
        false => value.to_string(),
    };
    let bare = match value.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("IPv6:") => &value[5..],
        _ => &value,
    };
    if (rules.ipv6 && is_ipv6(bare)) || (bare == value && is_ipv4(bare)) {
        let parsed = bare.parse::<std::net::IpAddr>();
        Ok(parsed.map_or_else(|_| bare.into(), |a| a.to_canonical().to_string()))
    } else {
        Err(malformed(name, &value))
    }
}

impl Session {
    pub(super) fn set_client(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        let utf8 = policy.settings().smtputf8;
        let mut given = Given {
            rules: Rules::of(policy.settings()),
            may_login: policy.settings().release.has(Change::XclientLogin),
            destination: policy.settings().release.has(Change::XclientDestination),
            ..Given::default()
        };
        let before = self.facts.client.namaddr();
        for word in &line[1..] {
            let said = attribute(word.text, utf8)
                .map_err(String::from)
                .and_then(|(name, value)| self.set_attribute(name, value, &mut given));
            if let Err(refusal) = said {
                // The log goes on calling the client what it was called.
                Arc::make_mut(&mut self.facts.client).called = Some(before.into());
                self.reply(refusal, policy);
                return Err(Refused);
            }
        }
        self.tell_postmaster(true, None, policy);
        if given.name {
            let (called, _) = policy.amend(Amended::Client, "", &self.facts);
            Arc::make_mut(&mut self.facts.client).called = called.map(Arc::from);
        }
        let client = self.facts.client.clone();
        let notes = self.extended.authorize_client(policy, &client);
        notes.into_iter().for_each(|note| self.note(note));
        if !given.helo {
            self.facts.helo = None;
        }
        if !given.protocol {
            self.facts.protocol = "SMTP";
        }
        if !given.login {
            self.facts.sasl = None;
        }
        self.statistics.sasl_name = None;
        self.reset();
        // The session starts over for the client that it now has.
        self.connect(policy);
        Ok(())
    }

    /// STARTTLS forgets who has logged in; a name that XCLIENT has given stays where nobody can.
    pub(super) fn forget_login(&mut self, settings: &Settings) {
        if self.mechanisms(settings).is_some() {
            self.facts.sasl = None;
        }
        self.statistics.sasl_name = None;
    }

    fn set_attribute(
        &mut self,
        name: &str,
        value: String,
        given: &mut Given,
    ) -> Result<(), String> {
        given.name |= ["NAME", "ADDR", "PORT"]
            .iter()
            .any(|n| n.eq_ignore_ascii_case(name));
        let client = Arc::make_mut(&mut self.facts.client);
        let status = match value.to_ascii_uppercase().as_str() {
            UNAVAILABLE => NameStatus::Permanent,
            TEMPORARY => NameStatus::Temporary,
            _ => NameStatus::Ok,
        };
        let upper = name.to_ascii_uppercase();
        match upper.as_str() {
            "NAME" | "REVERSE_NAME" => {
                if status == NameStatus::Ok && !is_hostname(&value) {
                    return Err(malformed(&upper, &value));
                }
                let known: Arc<str> = match status {
                    NameStatus::Ok => value.into(),
                    _ => "unknown".into(),
                };
                if upper == "NAME" {
                    client.name = Arc::clone(&known);
                    client.name_status = status;
                }
                if upper == "REVERSE_NAME" || status == NameStatus::Ok {
                    client.reverse_name = known;
                    client.reverse_status = status;
                }
            }
            "ADDR" => client.addr = address(&upper, &value, given.rules)?,
            "PORT" => client.port = port(&upper, &value)?,
            "HELO" => {
                self.facts.helo =
                    (!is_unavailable(&value)).then(|| neuter(&value, UNSAFE, '?').into());
                given.helo = true;
            }
            "PROTO" => {
                self.facts.protocol = match value.to_ascii_uppercase().as_str() {
                    "SMTP" => "SMTP",
                    "ESMTP" => "ESMTP",
                    _ => return Err(malformed(&upper, &value)),
                };
                given.protocol = true;
            }
            "LOGIN" if given.may_login && is_unavailable(&value) => {}
            "LOGIN" if given.may_login => {
                self.facts.sasl = Some(Sasl {
                    method: "XCLIENT".into(),
                    username: value,
                });
                given.login = true;
            }
            "DESTADDR" if given.destination => {
                address(&upper, &value, given.rules)?;
            }
            "DESTPORT" if given.destination => {
                port(&upper, &value)?;
            }
            _ => return Err(format!("501 5.5.4 Bad XCLIENT attribute name: {name}")),
        }
        Ok(())
    }

    pub(super) fn set_forwarded(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        let (utf8, rules) = (policy.settings().smtputf8, Rules::of(policy.settings()));
        let mut forwarded = self.extended.forwarded.take().unwrap_or_default();
        let (mut of_client, mut of_name) = (false, false);
        let mut refusal = None;
        for word in &line[1..] {
            let said =
                attribute(word.text, utf8)
                    .map_err(String::from)
                    .and_then(|(name, value)| {
                        let upper = name.to_ascii_uppercase();
                        let known = if is_unavailable(&value) {
                            "unknown".into()
                        } else {
                            neuter(&value, UNSAFE, '?')
                        };
                        match upper.as_str() {
                            "NAME" if !is_hostname(&known) => {
                                return Err(malformed(&upper, &known))
                            }
                            "NAME" => forwarded.name = known,
                            "ADDR" => forwarded.addr = address(&upper, &value, rules)?,
                            "PORT" => {
                                port(&upper, &value)?;
                            }
                            "HELO" => {}
                            "PROTO" if value.len() > 64 => return Err(malformed(&upper, &value)),
                            "PROTO" => {}
                            "IDENT" if is_unavailable(&value) => forwarded.ident = String::new(),
                            "IDENT" => forwarded.ident = known,
                            "SOURCE" => {
                                let domains = ["LOCAL", "REMOTE", UNAVAILABLE];
                                if !domains.iter().any(|d| d.eq_ignore_ascii_case(&value)) {
                                    return Err(malformed(&upper, &value));
                                }
                            }
                            _ => {
                                return Err(format!(
                                    "501 5.5.4 Bad XFORWARD attribute name: {name}"
                                ))
                            }
                        }
                        of_client |= !matches!(upper.as_str(), "IDENT" | "SOURCE");
                        of_name |= matches!(upper.as_str(), "NAME" | "ADDR" | "PORT");
                        Ok(())
                    });
            if let Err(why) = said {
                refusal = Some(why);
                break;
            }
        }
        if refusal.is_none() {
            forwarded.has_client |= of_client;
            if of_name {
                forwarded.namaddr = match forwarded.addr.as_str() {
                    "unknown" => forwarded.name.clone(),
                    addr => format!("{}[{addr}]", forwarded.name),
                };
            }
        }
        self.extended.forwarded = Some(forwarded);
        match refusal {
            Some(refusal) => self.refuse(refusal, policy),
            None => self.accept("250 2.0.0 Ok", policy),
        }
    }

    /// `XVERP` or `XVERP==+` from a client that may use it.
    /// What stands between the addresses then.
    pub(super) fn verp(
        &mut self,
        word: &str,
        policy: &dyn Policy,
    ) -> Option<Result<Delimiters, Refused>> {
        let rest = value(word, "XVERP")?;
        let delimiters = match rest.strip_prefix('=') {
            Some(delimiters) => Some(delimiters),
            None if rest.is_empty() => None,
            None => return None,
        };
        let is_authorized = policy.is_authorized("XVERP", &self.facts.client);
        if !self.listed(is_authorized) {
            return None;
        }
        let known = policy.settings().verp_delimiters.split_at_checked(2);
        let (own, filter) = known.unwrap_or_default();
        let delimiters = delimiters.unwrap_or(own);
        let good = delimiters.len() == 2 && delimiters.chars().all(|c| filter.contains(c));
        let text = || format!("501 5.5.4 Error: XVERP needs two characters from {filter}");
        Some(match good {
            true => Ok(delimiters.into()),
            false => Err(self.refuse(text(), policy).err().unwrap_or(Refused)),
        })
    }
}

/// What an XCLIENT has named, and so does not start over.
#[derive(Default)]
struct Given {
    rules: Rules,
    /// Whether a user may be named.
    may_login: bool,
    /// Whether the server's own address may be named.
    destination: bool,
    name: bool,
    helo: bool,
    protocol: bool,
    login: bool,
}
