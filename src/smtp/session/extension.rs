//! VRFY and ETRN.

use crate::smtp::command::Word;
use crate::smtp::hostname::{is_hostname, is_mailhost_literal};
use crate::smtp::policy::{InDoubt, Note, Policy, Question};
use crate::smtp::printable::head;
use crate::smtp::session::greeting::joined;
use crate::smtp::session::{Handled, Session};

impl Session {
    pub(super) fn vrfy(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        let settings = policy.settings();
        if settings.disable_vrfy {
            return self.refuse("502 5.5.1 VRFY command is disabled", policy);
        }
        let mut arguments = &line[1..];
        let utf8_offered = settings.smtputf8 && !self.is_discarded("SMTPUTF8");
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
        if let Some(refusal) = self.refused_by_now() {
            return self.refuse(refusal, policy);
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

    pub(super) fn etrn(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        if policy.settings().helo_required && self.facts.helo.is_none() {
            return self.refuse("503 Error: send HELO/EHLO first", policy);
        }
        if let Some(refusal) = self.refused_by_now() {
            return self.refuse(refusal, policy);
        }
        if self.is_in_transaction() {
            return self.refuse("503 Error: MAIL transaction in progress", policy);
        }
        let [_, domain] = line else {
            return self.refuse("500 Syntax: ETRN domain", policy);
        };
        let domain = domain.text.strip_prefix(['@', '#']).unwrap_or(domain.text);
        if !is_hostname(domain) && !is_mailhost_literal(domain) {
            return self.refuse("501 Error: invalid parameter syntax", policy);
        }
        if let Some(refusal) = self.ask(Question::Etrn(domain), policy) {
            return self.refuse(refusal, policy);
        }
        let from = self.facts.client.namaddr();
        match policy.flush(domain) {
            Ok(true) => self.accept("250 Queuing started", policy),
            Ok(false) => {
                let text = format!("reject: ETRN {}... from {from}", head(domain, 100));
                self.note(Note::warning(text));
                self.refuse(format!("459 <{domain}>: service unavailable"), policy)
            }
            Err(InDoubt(notes)) => {
                notes.into_iter().for_each(|note| self.note(note));
                self.note(Note::warning("unable to talk to fast flush service"));
                self.refuse("458 Unable to queue messages", policy)
            }
        }
    }
}
