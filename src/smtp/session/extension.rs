//! VRFY, ETRN, and Postfix's own XCLIENT and XFORWARD.

use super::greeting::{joined, UNSAFE};
use super::{Failed, Outcome, Session};
use crate::smtp::command::Word;
use crate::smtp::hostname::{is_hostname, is_ipv4, is_ipv6, is_mailhost_literal};
use crate::smtp::policy::{Client, Flush, NameStatus, Note, Policy, Question, Sasl};
use crate::smtp::text::{head, neuter, printable, xtext_decode};

/// What XCLIENT and XFORWARD may do and have done.
#[derive(Debug, Default)]
pub(super) struct Extended {
    pub xclient: bool,
    pub xforward: bool,
    /// The client that XFORWARD speaks for.
    pub forwarded: Option<Forwarded>,
}

/// What XFORWARD has said about the real client.
#[derive(Debug)]
pub(super) struct Forwarded {
    name: String,
    addr: String,
    ident: String,
}

impl Extended {
    pub fn authorize(&mut self, policy: &dyn Policy, client: &Client) {
        self.xclient = policy.is_authorized("XCLIENT", client);
        self.xforward = policy.is_authorized("XFORWARD", client);
    }

    /// `, orig_queue_id=…, orig_client=…` for the line that opens a queue file.
    pub fn origin_of_mail(&self) -> String {
        let mut text = String::new();
        if let Some(forwarded) = &self.forwarded {
            if !forwarded.ident.is_empty() {
                text.push_str(&format!(", orig_queue_id={}", forwarded.ident));
            }
            if forwarded.addr != "unknown" {
                text.push_str(&format!(
                    ", orig_client={}[{}]",
                    forwarded.name, forwarded.addr
                ));
            } else if forwarded.name != "unknown" {
                text.push_str(&format!(", orig_client={}", forwarded.name));
            }
        }
        text
    }
}

const UNAVAILABLE: &str = "[UNAVAILABLE]";
const TEMPORARY: &str = "[TEMPUNAVAIL]";

impl Session {
    pub(super) fn vrfy(&mut self, line: &[Word], policy: &dyn Policy) -> Outcome {
        let settings = policy.settings();
        if settings.disable_vrfy {
            return self.refuse("502 5.5.1 VRFY command is disabled", policy);
        }
        let mut arguments = &line[1..];
        let utf8_offered = settings.smtputf8 && !self.is_discarded("SMTPUTF8", policy);
        let mut utf8 = false;
        if let Some((last, before)) = arguments.split_last() {
            if utf8_offered && last.text.eq_ignore_ascii_case("SMTPUTF8") {
                arguments = before;
                utf8 = true;
            }
        }
        if arguments.is_empty() {
            let option = if settings.smtputf8 { " [SMTPUTF8]" } else { "" };
            return self.refuse(format!("501 5.5.4 Syntax: VRFY address{option}"), policy);
        }
        self.count_recipient(policy)?;
        let argument = joined(arguments);
        let before = std::mem::replace(&mut self.facts.smtputf8, utf8);
        let address = self.address(&argument, false, false, policy);
        self.facts.smtputf8 = before;
        let Some(address) = address else {
            return self.refuse("501 5.1.3 Bad recipient address syntax", policy);
        };
        if !utf8 && settings.strict_smtputf8 && !address.is_ascii() {
            self.reset_mail();
            let text = "553 5.6.7 Must declare SMTPUTF8 to send unicode address";
            return self.refuse(text, policy);
        }
        self.facts.smtputf8 = before || utf8;
        let refusal = self.ask_about_recipient(&address, policy);
        self.facts.smtputf8 = before;
        match refusal {
            Some(refusal) => self.refuse(refusal, policy),
            None => self.accept(format!("252 2.0.0 {argument}"), policy),
        }
    }

    pub(super) fn etrn(&mut self, line: &[Word], policy: &dyn Policy) -> Outcome {
        if policy.settings().helo_required && self.facts.helo.is_none() {
            return self.refuse("503 Error: send HELO/EHLO first", policy);
        }
        if self.is_in_transaction() {
            return self.refuse("503 Error: MAIL transaction in progress", policy);
        }
        let [_, domain] = line else {
            return self.refuse("500 Syntax: ETRN domain", policy);
        };
        let domain = domain.text.strip_prefix(['@', '#']).unwrap_or(&domain.text);
        if !is_hostname(domain) && !is_mailhost_literal(domain) {
            return self.refuse("501 Error: invalid parameter syntax", policy);
        }
        if let Some(refusal) = self.ask(Question::Etrn(domain), policy) {
            return self.refuse(refusal, policy);
        }
        let from = self.facts.client.namaddr();
        match policy.flush(domain) {
            Flush::Ok => self.accept("250 Queuing started", policy),
            Flush::Deny => {
                let text = format!("reject: ETRN {}... from {from}", head(domain, 100));
                self.note(Note::warning(text));
                self.refuse(format!("459 <{domain}>: service unavailable"), policy)
            }
            Flush::Bad => {
                let text = format!("bad ETRN {}... from {from}", head(domain, 100));
                self.note(Note::warning(text));
                self.refuse("458 Unable to queue messages", policy)
            }
        }
    }

    /// What XCLIENT and XFORWARD have in common: the attributes, or a refusal.
    fn attributes(
        &mut self,
        verb: &str,
        authorized: bool,
        line: &[Word],
        policy: &dyn Policy,
    ) -> Result<Vec<(String, String)>, Failed> {
        let refusal = if self.is_in_transaction() {
            "503 5.5.1 Error: MAIL transaction in progress".to_string()
        } else if line.len() < 2 {
            format!("501 5.5.4 Syntax: {verb} attribute=value...")
        } else if !authorized {
            "550 5.7.0 Error: insufficient authorization".into()
        } else {
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
            return Ok(attributes);
        };
        self.reply(refusal, policy);
        Err(Failed)
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

    pub(super) fn xclient(&mut self, line: &[Word], policy: &dyn Policy) -> Outcome {
        let attributes = self.attributes("XCLIENT", self.extended.xclient, line, policy)?;
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

    pub(super) fn xforward(&mut self, line: &[Word], policy: &dyn Policy) -> Outcome {
        let attributes = self.attributes("XFORWARD", self.extended.xforward, line, policy)?;
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
