//! MAIL and RCPT: the envelope.

use std::borrow::Cow;
use std::sync::Arc;

use crate::smtp::address::extract;
use crate::smtp::bytes::encode;
use crate::smtp::command::Word;
use crate::smtp::envelope::{Body, Message, Notify, Origin, Recipient, Ret};
use crate::smtp::policy::{Note, Policy, Question, Rate};
use crate::smtp::printable::{head, printable};
use crate::smtp::release::Change;
use crate::smtp::session::{Action, Failed, Outcome, Session};
use crate::smtp::xtext::{uxtext_decode, xtext_decode};

/// The message in the making.
#[derive(Debug)]
pub(super) struct Transaction {
    pub message: Box<Message>,
}

/// The parameters of MAIL (RFC 5321 section 4.1.1.11 and the extensions).
#[derive(Default)]
struct MailParameters {
    body: Option<Body>,
    ret: Option<Ret>,
    envid: Option<String>,
    verp: bool,
}

/// A value after `NAME=`, whatever the case of the name.
fn value<'a>(word: &'a str, name: &str) -> Option<&'a str> {
    let start = word.get(..name.len())?;
    start
        .eq_ignore_ascii_case(name)
        .then(|| &word[name.len()..])
}

impl Session {
    pub(super) fn mail(&mut self, line: &[Word], policy: &dyn Policy) -> Outcome {
        let settings = policy.settings();
        self.facts.smtputf8 = false;
        if settings.helo_required && self.facts.helo.is_none() {
            return self.refuse("503 5.5.1 Error: send HELO/EHLO first", policy);
        }
        if self.is_in_transaction() {
            return self.refuse("503 5.5.1 Error: nested MAIL command", policy);
        }
        if self.is_chunking() {
            return self.refuse("503 5.5.1 Error: MAIL after BDAT", policy);
        }
        if line.len() < 3 || !line[1].text.eq_ignore_ascii_case("from:") {
            return self.refuse("501 5.5.4 Syntax: MAIL FROM:<address>", policy);
        }
        if let Some(count) = self.exceeds(Rate::Message, settings.message_rate_limit, policy) {
            let client = self.facts.client.clone();
            let text = format!("450 4.7.1 Error: too much mail from {}", client.addr);
            self.reply(text, policy);
            self.note(Note::warning(format!(
                "Message delivery request rate limit exceeded: {count} from {} for service smtp",
                client.named()
            )));
            return Err(Failed);
        }
        let parameters = &line[3..];
        let utf8_offered = settings.smtputf8 && !self.is_discarded("SMTPUTF8");
        self.facts.smtputf8 = utf8_offered
            && parameters
                .iter()
                .any(|w| w.text.eq_ignore_ascii_case("SMTPUTF8"));
        let sender = line[2]
            .closed
            .then(|| self.address(line[2].text, true, settings.strict_envelopes, policy))
            .flatten();
        let Some(sender) = sender else {
            return self.refuse("501 5.1.7 Bad sender address syntax", policy);
        };
        let sender: Arc<str> = match policy.verify_sender(&sender) {
            Some(own) => own.into(),
            None => sender,
        };
        let parameters = self.mail_parameters(parameters, utf8_offered, policy)?;
        self.facts.sender = Some(sender);
        let refusal = self.ask(Question::Size(self.declared_size), policy);
        let sender = self.facts.sender.take().unwrap_or_default();
        if let Some(refusal) = refusal {
            return self.refuse(refusal, policy);
        }
        if parameters.verp && sender.is_empty() {
            return self.refuse("503 5.5.4 Error: XVERP requires non-null sender", policy);
        }
        if !settings.delay_reject {
            self.facts.sender = Some(sender.clone());
            let refusal = self.ask(Question::Sender(&sender), policy);
            self.facts.sender = None;
            if let Some(refusal) = refusal {
                self.reset_mail();
                return self.refuse(refusal, policy);
            }
        }
        if settings.strict_smtputf8 && !self.facts.smtputf8 && !sender.is_ascii() {
            let text = "553 5.6.7 Must declare SMTPUTF8 to send unicode address";
            return self.refuse(text, policy);
        }
        if let Some(refusal) = self.ask(Question::Room, policy) {
            self.reset_mail();
            return self.refuse(refusal, policy);
        }
        self.facts.sender = Some(sender.clone());
        self.transaction = Some(Transaction {
            message: Box::new(Message {
                arrival: self.facts.now,
                sender,
                body: parameters.body,
                smtputf8: self.facts.smtputf8,
                ret: parameters.ret,
                envid: parameters.envid,
                auth_sender: self.facts.sasl_sender.clone(),
                origin: self.origin(),
                queue_id: Arc::default(),
                recipients: Vec::new(),
                prepend: Vec::new(),
                effects: Vec::new(),
                content: Vec::new(),
                size: 0,
            }),
        });
        if !settings.delay_open {
            self.open_queue_file(policy);
        }
        self.accept("250 2.1.0 Ok", policy)
    }

    fn mail_parameters(
        &mut self,
        words: &[Word],
        utf8_offered: bool,
        policy: &dyn Policy,
    ) -> Result<MailParameters, Failed> {
        let takes_auth = self.mechanisms(policy.settings()).is_some()
            || self.facts.release.has(Change::AuthParameter);
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
                        self.declared_size = size.unsigned_abs();
                        None
                    }
                    (true, Err(_)) => {
                        // Postfix notes a size that it cannot hold as -1, which passes all limits.
                        self.declared_size = 0;
                        Some("552 5.3.4 Message size exceeds file system imposed limit")
                    }
                }
            } else if utf8_offered && word.eq_ignore_ascii_case("SMTPUTF8") {
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
                found.verp = true;
                verp.err()
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
                return Err(Failed);
            };
            if let Some(refusal) = refusal {
                self.reply(refusal, policy);
                return Err(Failed);
            }
        }
        Ok(found)
    }

    /// `XVERP` or `XVERP==+` from a client that may use it.
    #[cfg(feature = "full")]
    fn verp(&self, word: &str, policy: &dyn Policy) -> Option<Result<(), &'static str>> {
        let rest = value(word, "XVERP")?;
        let delimiters = match rest.strip_prefix('=') {
            Some(delimiters) => Some(delimiters),
            None if rest.is_empty() => None,
            None => return None,
        };
        if !policy.is_authorized("XVERP", &self.facts.client) {
            return None;
        }
        let filter = &policy.settings().verp_delimiter_filter;
        let good = delimiters.is_none_or(|d| d.len() == 2 && d.chars().all(|c| filter.contains(c)));
        Some(
            good.then_some(())
                .ok_or("501 5.5.4 Error: XVERP needs two characters from -=+"),
        )
    }

    /// A light build refuses to start where anybody may use XVERP.
    #[cfg(not(feature = "full"))]
    fn verp(&self, _: &str, _: &dyn Policy) -> Option<Result<(), &'static str>> {
        None
    }

    pub(super) fn rcpt(&mut self, line: &[Word], policy: &dyn Policy) -> Outcome {
        let settings = policy.settings();
        if !self.is_in_transaction() {
            return self.refuse("503 5.5.1 Error: need MAIL command", policy);
        }
        if self.is_chunking() {
            return self.refuse("503 5.5.1 Error: RCPT after BDAT", policy);
        }
        if line.len() < 3 || !line[1].text.eq_ignore_ascii_case("to:") {
            return self.refuse("501 5.5.4 Syntax: RCPT TO:<address>", policy);
        }
        self.count_recipient(policy)?;
        let address = line[2]
            .closed
            .then(|| self.address(line[2].text, false, settings.strict_envelopes, policy))
            .flatten();
        let Some(address) = address else {
            return self.refuse("501 5.1.3 Bad recipient address syntax", policy);
        };
        let (notify, original) = self.rcpt_parameters(&line[3..], policy)?;
        if settings.recipient_limit > 0 && self.facts.recipient_count >= settings.recipient_limit {
            self.reply("452 4.5.3 Error: too many recipients", policy);
            self.overshoot += 1;
            return if self.overshoot <= settings.recipient_overshoot_limit {
                Ok(())
            } else {
                Err(Failed)
            };
        }
        if settings.strict_smtputf8 && !self.facts.smtputf8 && !address.is_ascii() {
            let text = "553 5.6.7 Must declare SMTPUTF8 to send unicode address";
            return self.refuse(text, policy);
        }
        let address: Arc<str> = match policy.verify_sender(&address) {
            Some(own) => own.into(),
            None => {
                if let Some(refusal) = self.ask_about_recipient(&address, policy) {
                    return self.refuse(refusal, policy);
                }
                address
            }
        };
        self.open_queue_file(policy);
        self.facts.recipient_count += 1;
        if self.facts.recipient.is_none() {
            self.facts.recipient = Some(address.clone());
        }
        if let Some(transaction) = &mut self.transaction {
            let said = line[2].text;
            let said = said
                .strip_prefix('<')
                .and_then(|s| s.strip_suffix('>'))
                .unwrap_or(said);
            let original = original.unwrap_or_else(|| {
                let said = match said == &*address {
                    true => Arc::clone(&address),
                    false => said.into(),
                };
                (Cow::Borrowed("rfc822"), said)
            });
            transaction.message.recipients.push(Recipient {
                address,
                notify,
                original,
            });
        }
        self.accept("250 2.1.5 Ok", policy)
    }

    /// Asks with the recipient in question in place of the first one.
    pub(super) fn ask_about_recipient(
        &mut self,
        address: &Arc<str>,
        policy: &dyn Policy,
    ) -> Option<String> {
        if address.eq_ignore_ascii_case("postmaster") {
            return None;
        }
        let first = self.facts.recipient.replace(Arc::clone(address));
        let refusal = self.ask(Question::Recipient(address), policy);
        self.facts.recipient = first;
        refusal
    }

    pub(super) fn count_recipient(&mut self, policy: &dyn Policy) -> Outcome {
        let limit = policy.settings().recipient_rate_limit;
        let Some(count) = self.exceeds(Rate::Recipient, limit, policy) else {
            return Ok(());
        };
        let client = self.facts.client.clone();
        self.note(Note::warning(format!(
            "Recipient address rate limit exceeded: {count} from {} for service smtp",
            client.named()
        )));
        let text = format!("450 4.7.1 Error: too many recipients from {}", client.addr);
        self.refuse(text, policy)
    }

    #[allow(clippy::type_complexity)]
    fn rcpt_parameters(
        &mut self,
        words: &[Word],
        policy: &dyn Policy,
    ) -> Result<(Option<Notify>, Option<(Cow<'static, str>, Arc<str>)>), Failed> {
        let (mut notify, mut original) = (None, None);
        let no_dsn = "501 5.7.1 DSN support is disabled";
        let utf8_known = policy.settings().release.has(Change::Utf8Orcpt);
        for word in words {
            let word = word.text;
            let refusal = if let Some(list) = value(word, "NOTIFY=") {
                let parsed = Notify::parse(list);
                if self.is_discarded("DSN") {
                    Some(no_dsn)
                } else if notify.is_some() || parsed.is_none() {
                    let words = list.split([',', ' ', '\t', '\r', '\n']);
                    // A second one is not even read.
                    let mut odd = words.filter(|w| notify.is_none() && !w.is_empty());
                    if let Some(odd) = odd.find(|w| !Notify::knows(w)) {
                        self.note(Note::warning(format!(
                            "unknown DSN NOTIFY command value \"{odd}\" in \"{list}\""
                        )));
                    }
                    Some("501 5.5.4 Error: Bad NOTIFY parameter syntax")
                } else {
                    notify = parsed;
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
                } else if original.is_some() || parsed.is_none() {
                    Some("501 5.5.4 Error: Bad ORCPT parameter syntax")
                } else {
                    original = parsed;
                    None
                }
            } else {
                self.reply(format!("555 5.5.4 Unsupported option: {word}"), policy);
                return Err(Failed);
            };
            if let Some(refusal) = refusal {
                self.reply(refusal, policy);
                return Err(Failed);
            }
        }
        Ok((notify, original))
    }

    /// The address in an argument, or `None` after a line in the log.
    pub(super) fn address(
        &mut self,
        argument: &str,
        may_be_empty: bool,
        strict: bool,
        policy: &dyn Policy,
    ) -> Option<Arc<str>> {
        let utf8 = self.facts.smtputf8;
        let address = extract(argument, strict).ok().filter(|a| {
            (may_be_empty || !a.is_empty())
                && !(strict && a.starts_with('@'))
                && (a.is_empty() || policy.is_address(a, &self.facts, utf8))
        });
        if address.is_none() {
            self.note(Note::warning(format!(
                "Illegal address syntax from {} in {} command: {}",
                self.facts.client.named(),
                self.facts.command,
                printable(argument, '?', policy.settings().smtputf8)
            )));
        }
        address.map(Arc::from)
    }

    /// Opens a queue file at the first recipient and says so in the log.
    fn open_queue_file(&mut self, policy: &dyn Policy) {
        if self.facts.queue_id.is_some() {
            return;
        }
        let id = policy.queue_id(self.facts.now);
        let mut text = self.facts.client.after(&[&id, ": client="]);
        if let Some(sasl) = &self.facts.sasl {
            text.push_str(&format!(
                ", sasl_method={}, sasl_username={}",
                sasl.method, sasl.username
            ));
        }
        if let Some(sender) = &self.facts.sasl_sender {
            text.push_str(&format!(", sasl_sender={sender}"));
        }
        text.push_str(&self.extended.origin_of_mail());
        self.act(Action::Open(id.clone()));
        self.note(Note::info(text));
        self.facts.queue_id = Some(id);
    }

    /// What the `Received:` header will say about the client.
    fn origin(&self) -> Origin {
        Origin {
            helo: self.facts.helo.clone(),
            client: Arc::clone(&self.facts.client),
            protocol: self.facts.protocol,
            tls: self.facts.tls,
            sasl_username: self.facts.sasl.as_ref().map(|s| s.username.clone()),
        }
    }
}

/// The first bytes of a text for a log line.
pub(super) fn shown(text: &str, bytes: usize) -> String {
    String::from_utf8_lossy(&encode(head(text, bytes))).into_owned()
}
