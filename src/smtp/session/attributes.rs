//! What XCLIENT and XFORWARD say of the client that they speak for.

use super::greeting::UNSAFE;
use super::proxy::Forwarded;
use super::{Failed, Outcome, Session};
use crate::smtp::command::Word;
use crate::smtp::hostname::{is_hostname, is_ipv4, is_ipv6};
use crate::smtp::policy::{NameStatus, Policy, Sasl};
use crate::smtp::text::{neuter, printable, xtext_decode};

const UNAVAILABLE: &str = "[UNAVAILABLE]";
const TEMPORARY: &str = "[TEMPUNAVAIL]";

impl Session {
    /// The attributes of XCLIENT or XFORWARD, or a refusal.
    fn attributes(
        &mut self,
        verb: &str,
        line: &[Word],
        policy: &dyn Policy,
    ) -> Result<Vec<(String, String)>, Failed> {
        let utf8 = policy.settings().smtputf8;
        let mut attributes = Vec::new();
        for word in &line[1..] {
            match word.text.split_once('=') {
                Some((_, value)) if value.len() > 255 => {
                    self.pending(attributes, verb, policy)?;
                    self.reply("501 5.5.4 Error: attribute value too long", policy);
                    return Err(Failed);
                }
                Some((name, value)) if !value.is_empty() => {
                    let value = xtext_decode(value).unwrap_or_else(|| value.into());
                    attributes.push((name.to_ascii_uppercase(), printable(&value, '?', utf8)));
                }
                _ => {
                    self.pending(attributes, verb, policy)?;
                    self.reply("501 5.5.4 Error: attribute=value expected", policy);
                    return Err(Failed);
                }
            }
        }
        Ok(attributes)
    }

    /// Attributes are judged from left to right, so those before a malformed one come first.
    fn pending(
        &mut self,
        attributes: Vec<(String, String)>,
        verb: &str,
        policy: &dyn Policy,
    ) -> Outcome {
        for (name, value) in attributes {
            if let Some(refusal) = fault(verb, &name, &value) {
                return self.refuse(refusal, policy);
            }
        }
        Ok(())
    }

    pub(super) fn set_client(&mut self, line: &[Word], policy: &dyn Policy) -> Outcome {
        let attributes = self.attributes("XCLIENT", line, policy)?;
        let mut client = self.facts.client.clone();
        let (mut helo, mut protocol, mut login) = (None, None, None);
        for (name, value) in attributes {
            if let Some(refusal) = fault("XCLIENT", &name, &value) {
                return self.refuse(refusal, policy);
            }
            let status = match value.to_ascii_uppercase().as_str() {
                UNAVAILABLE => NameStatus::Permanent,
                TEMPORARY => NameStatus::Temporary,
                _ => NameStatus::Ok,
            };
            let known = |value: &str| {
                if status == NameStatus::Ok {
                    value.to_string()
                } else {
                    "unknown".into()
                }
            };
            match name.as_str() {
                "NAME" => {
                    client.name = known(&value);
                    client.name_status = status;
                    if status == NameStatus::Ok {
                        client.reverse_name = value;
                        client.reverse_status = status;
                    }
                }
                "REVERSE_NAME" => {
                    client.reverse_name = known(&value);
                    client.reverse_status = status;
                }
                "ADDR" => client.addr = known(bare_address(&value)),
                "PORT" => client.port = known(&value),
                "HELO" => {
                    helo = Some((status == NameStatus::Ok).then(|| neuter(&value, UNSAFE, '?')))
                }
                "PROTO" if value.eq_ignore_ascii_case("ESMTP") => protocol = Some("ESMTP"),
                "PROTO" => protocol = Some("SMTP"),
                "LOGIN" if status == NameStatus::Ok => login = Some(value),
                _ => {}
            }
        }
        self.facts.client = client.clone();
        self.extended.authorize(policy, &client);
        self.facts.helo = helo.flatten();
        self.facts.protocol = protocol.unwrap_or("SMTP");
        self.facts.sasl = login.map(|username| Sasl {
            method: "XCLIENT".into(),
            username,
        });
        self.reset();
        // The session starts over for the client that it now has.
        self.connect(policy);
        Ok(())
    }

    pub(super) fn set_forwarded(&mut self, line: &[Word], policy: &dyn Policy) -> Outcome {
        let attributes = self.attributes("XFORWARD", line, policy)?;
        let mut forwarded = self.extended.forwarded.take().unwrap_or(Forwarded {
            name: "unknown".into(),
            addr: "unknown".into(),
            ident: String::new(),
        });
        let mut outcome = None;
        for (name, value) in attributes {
            outcome = fault("XFORWARD", &name, &value);
            if outcome.is_some() {
                break;
            }
            let unavailable = value.eq_ignore_ascii_case(UNAVAILABLE);
            let value = neuter(&value, UNSAFE, '?');
            let known = |value: &str| {
                if unavailable {
                    "unknown".to_string()
                } else {
                    value.into()
                }
            };
            match name.as_str() {
                "NAME" => forwarded.name = known(&value),
                "ADDR" => forwarded.addr = known(bare_address(&value)),
                "IDENT" => forwarded.ident = if unavailable { String::new() } else { value },
                _ => {}
            }
        }
        self.extended.forwarded = Some(forwarded);
        match outcome {
            Some(refusal) => self.refuse(refusal, policy),
            None => self.accept("250 2.0.0 Ok", policy),
        }
    }
}

fn bare_address(value: &str) -> &str {
    match value.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("IPv6:") => &value[5..],
        _ => value,
    }
}

/// The refusal of an attribute, if it is malformed or unknown.
fn fault(verb: &str, name: &str, value: &str) -> Option<String> {
    let upper = value.to_ascii_uppercase();
    let unavailable =
        upper == UNAVAILABLE || (upper == TEMPORARY && verb == "XCLIENT" && name.ends_with("NAME"));
    let neutered = neuter(value, UNSAFE, '?');
    let good = match (verb, name) {
        (_, "NAME") | ("XCLIENT", "REVERSE_NAME") => is_hostname(value),
        (_, "ADDR") | ("XCLIENT", "DESTADDR") => {
            let bare = bare_address(value);
            is_ipv6(bare) || (bare == value && is_ipv4(value))
        }
        (_, "PORT") | ("XCLIENT", "DESTPORT") => {
            value.len() <= 5 && value.bytes().all(|b| b.is_ascii_digit())
        }
        ("XCLIENT", "HELO") => value.len() <= 255,
        ("XCLIENT", "PROTO") => matches!(upper.as_str(), "SMTP" | "ESMTP"),
        ("XFORWARD", "PROTO") => value.len() <= 64,
        ("XFORWARD", "SOURCE") => matches!(upper.as_str(), "LOCAL" | "REMOTE"),
        ("XCLIENT", "LOGIN") | ("XFORWARD", "HELO" | "IDENT") => true,
        _ => return Some(format!("501 5.5.4 Bad {verb} attribute name: {name}")),
    };
    let may_be_unavailable = !(verb == "XCLIENT" && name == "PROTO");
    if good || (unavailable && may_be_unavailable) {
        return None;
    }
    let shown = if name == "ADDR" || name == "DESTADDR" {
        neutered
    } else {
        value.to_string()
    };
    Some(format!("501 5.5.4 Bad {name} syntax: {shown}"))
}
