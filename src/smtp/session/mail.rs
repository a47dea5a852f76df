//! MAIL and RCPT: the envelope.

use std::borrow::Cow;
use std::sync::Arc;

use crate::smtp::address::extract;
use crate::smtp::command::Word;
use crate::smtp::envelope::{Message, Origin, Recipient};
use crate::smtp::policy::{Note, Policy, Question, Rate};
use crate::smtp::printable::printable;
use crate::smtp::session::transaction::Transaction;
use crate::smtp::session::{Action, Handled, Refused, Session};

impl Session {
    /// Ends the transaction, if there is one.
    pub(super) fn reset(&mut self) {
        self.reset_mail();
        self.facts.recipient = None;
        self.facts.recipient_count = 0;
        self.transaction.overshoot = 0;
    }

    /// Forgets the sender and all that came with MAIL, and closes the queue file.
    pub(super) fn reset_mail(&mut self) {
        self.transaction = Transaction {
            overshoot: self.transaction.overshoot,
            ..Transaction::default()
        };
        self.facts.sender = None;
        self.facts.queue_id = None;
        self.facts.size = 0;
        self.facts.smtputf8 = false;
        self.facts.sasl_sender = None;
        self.extended.forwarded = None;
        self.facts.memory.discard = false;
        self.facts.memory.hold = false;
        self.extended.heard.clear();
    }

    pub(super) fn is_in_transaction(&self) -> bool {
        self.facts.sender.is_some()
    }

    pub(super) fn mail(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
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
                "Message delivery request rate limit exceeded: {count} from {} for service {}",
                client.named(),
                settings.service
            )));
            return Err(Refused);
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
        let parameters = self.mail_parameters(parameters, utf8_offered, policy)?;
        self.facts.sender = Some(sender);
        let refusal = self.ask(Question::Size(self.transaction.declared_size), policy);
        let sender = self.facts.sender.take().unwrap_or_default();
        if let Some(refusal) = refusal {
            return self.refuse(refusal, policy);
        }
        let sender: Arc<str> = match policy.verify_sender(&sender) {
            Some(own) => own.into(),
            None => sender,
        };
        if parameters.verp.is_some() && sender.is_empty() {
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
        if self.is_undeclared(&sender, policy) {
            let text = "553 5.6.7 Must declare SMTPUTF8 to send unicode address";
            return self.refuse(text, policy);
        }
        if let Some(refusal) = self.ask(Question::Room, policy) {
            self.reset_mail();
            return self.refuse(refusal, policy);
        }
        self.facts.sender = Some(sender.clone());
        let said = line[2].text;
        if let Some(refusal) = self.refused_by_milter(&["MAIL FROM:", said], policy) {
            self.reset_mail();
            return self.refuse(refusal, policy);
        }
        self.transaction.message = Some(Box::new(Message {
            arrival: self.facts.now,
            sender,
            body: parameters.body,
            smtputf8: self.facts.smtputf8,
            ret: parameters.ret,
            envid: parameters.envid,
            verp: parameters.verp,
            auth_sender: self.facts.sasl_sender.clone(),
            origin: self.origin(),
            queue_id: Arc::default(),
            recipients: Vec::new(),
            prepend: Vec::new(),
            effects: policy.effects(),
            content: Vec::new(),
            size: 0,
        }));
        if !settings.delay_open {
            if let Err(refused) = self.open_queue_file(policy) {
                self.reset_mail();
                return Err(refused);
            }
        }
        self.accept("250 2.1.0 Ok", policy)
    }

    pub(super) fn rcpt(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
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
        let parameters = self.rcpt_parameters(&line[3..], policy)?;
        if settings.recipient_limit > 0 && self.facts.recipient_count >= settings.recipient_limit {
            self.reply("452 4.5.3 Error: too many recipients", policy);
            self.transaction.overshoot += 1;
            return if self.transaction.overshoot <= settings.recipient_overshoot_limit {
                Ok(())
            } else {
                Err(Refused)
            };
        }
        if self.is_undeclared(&address, policy) {
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
        let refusal = self.recipient_refused_by_milter(&address, line[2].text, policy);
        if let Some(refusal) = refusal {
            return self.refuse(refusal, policy);
        }
        self.open_queue_file(policy)?;
        self.facts.recipient_count += 1;
        if self.facts.recipient.is_none() {
            self.facts.recipient = Some(address.clone());
        }
        if let Some(message) = &mut self.transaction.message {
            let said = line[2].text;
            let said = said
                .strip_prefix('<')
                .and_then(|s| s.strip_suffix('>'))
                .unwrap_or(said);
            let original = parameters.original.unwrap_or_else(|| {
                let said = match said == &*address {
                    true => Arc::clone(&address),
                    false => said.into(),
                };
                (Cow::Borrowed("rfc822"), said)
            });
            message.recipients.push(Recipient {
                address,
                notify: parameters.notify,
                original,
            });
        }
        self.accept("250 2.1.5 Ok", policy)
    }

    /// Whether an address has to be refused because nobody has said SMTPUTF8.
    fn is_undeclared(&mut self, address: &str, policy: &dyn Policy) -> bool {
        let is_undeclared = !self.facts.smtputf8 && !address.is_ascii();
        let is_strict = policy.settings().strict_smtputf8;
        if is_undeclared && !is_strict {
            self.note_undeclared(address, policy);
        }
        is_undeclared && is_strict
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

    pub(super) fn count_recipient(&mut self, policy: &dyn Policy) -> Handled {
        let limit = policy.settings().recipient_rate_limit;
        let Some(count) = self.exceeds(Rate::Recipient, limit, policy) else {
            return Ok(());
        };
        let client = self.facts.client.clone();
        self.note(Note::warning(format!(
            "Recipient address rate limit exceeded: {count} from {} for service {}",
            client.named(),
            policy.settings().service
        )));
        let text = format!("450 4.7.1 Error: too many recipients from {}", client.addr);
        self.refuse(text, policy)
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
    fn open_queue_file(&mut self, policy: &dyn Policy) -> Handled {
        let is_open = self.facts.queue_id.is_some() || self.transaction.is_passing;
        if is_open && !std::mem::take(&mut self.transaction.is_closed) {
            return Ok(());
        }
        let is_passing = self.open_filter(policy)?;
        let id = match is_passing {
            true => "NOQUEUE".into(),
            false => policy.queue_id(self.facts.now),
        };
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
        self.transaction.is_passing = is_passing;
        if !is_passing {
            self.act(Action::Open(id.clone()));
            self.facts.queue_id = Some(id);
        }
        self.note(Note::info(text));
        Ok(())
    }

    /// What the `Received:` header will say about the client.
    fn origin(&self) -> Origin {
        Origin {
            helo: self.facts.helo.clone(),
            client: Arc::clone(&self.facts.client),
            protocol: self.facts.protocol,
            tls: self.facts.tls,
            agreed: self.facts.agreed.clone(),
            sasl: self.facts.sasl.clone(),
        }
    }
}
