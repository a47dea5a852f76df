//! AUTH (RFC 4954).

use std::time::Duration;

use crate::smtp::bytes::decode;
use crate::smtp::command::{Verb, Word};
use crate::smtp::envelope::Sasl;
use crate::smtp::framing::End;
use crate::smtp::passwords::failures;
use crate::smtp::policy::{Crash, Note, Policy, Rate};
use crate::smtp::printable::{head, printable};
use crate::smtp::release::Change;
use crate::smtp::sasl::{self, Mechanism, Step, Turn, GENERIC_FAILURE};
use crate::smtp::session::action::Todo;
use crate::smtp::session::{Handled, Session};
use crate::smtp::settings::{Mechanisms, Settings};

impl Session {
    /// The mechanisms to offer now, if any.
    pub(super) fn mechanisms<'a>(&self, settings: &'a Settings) -> Option<&'a Mechanisms> {
        let active = settings.sasl && (self.facts.tls || !settings.tls_auth_only);
        let list = &settings.sasl_mechanisms[usize::from(self.facts.tls)];
        active.then_some(list)
    }

    /// Whether AUTH is to be offered and nothing is there for it, of which the process dies.
    pub(super) fn lacks_mechanisms(&mut self, policy: &dyn Policy) -> bool {
        let mechanisms = self.mechanisms(policy.settings());
        if mechanisms.is_none_or(|known| !known.offered.is_empty()) {
            return false;
        }
        let notes = policy.no_mechanisms();
        let is_dead = !notes.is_empty();
        notes.into_iter().for_each(|note| self.note(note));
        if is_dead {
            self.die(Crash::Exit);
        }
        is_dead
    }

    pub(super) fn auth(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        let settings = policy.settings();
        if let Some(count) = self.exceeds(Rate::Auth, settings.auth_rate_limit, policy) {
            let client = self.facts.client.clone();
            self.note(Note::warning(format!(
                "AUTH command rate limit exceeded: {count} from {} for service {}",
                client.named(),
                settings.service
            )));
            let text = format!(
                "450 4.7.1 Error: too many AUTH commands from {}",
                client.addr
            );
            return self.refuse(text, policy);
        }
        if settings.helo_required && self.facts.helo.is_none() {
            return self.refuse("503 5.5.1 Error: send HELO/EHLO first", policy);
        }
        let Some(mechanisms) = self
            .mechanisms(settings)
            .filter(|_| !self.is_discarded("AUTH"))
        else {
            return self.refuse("503 5.5.1 Error: authentication not enabled", policy);
        };
        if self.is_in_transaction() {
            return self.refuse("503 5.5.1 Error: MAIL transaction in progress", policy);
        }
        if let Some(refusal) = self.put_off_by_now() {
            return self.refuse(refusal, policy);
        }
        if self.facts.sasl.is_some() {
            return self.refuse("503 5.5.1 Error: already authenticated", policy);
        }
        if !(2..=3).contains(&line.len()) {
            return self.refuse("501 5.5.4 Syntax: AUTH mechanism", policy);
        }
        if settings.passwords.is_dovecot() && mechanisms.offered.is_empty() {
            // It has gone since the session began.
            let failure = Note::warning(format!(
                "{}: SASL {} authentication failed: (reason unavailable), sasl_username=(unavailable)",
                self.facts.client.named(),
                head(line[1].text, 100)
            ));
            let warning = policy.no_mechanisms().into_iter().take(1);
            warning.chain([failure]).for_each(|note| self.note(note));
            let text = "454 4.7.0 Temporary authentication failure: (reason unavailable)";
            return self.refuse(text, policy);
        }
        // A second exchange with the Cyrus library starts with a new handle, which has forgotten AUTH=
        // of MAIL.
        if self.statistics.exchanges > 0 && !settings.passwords.is_dovecot() {
            self.facts.sasl_sender = None;
        }
        self.statistics.exchanges += 1;
        let is_empty = |text: &str| settings.passwords.is_dovecot() && text == "=";
        let initial = line
            .get(2)
            .map(|w| if is_empty(w.text) { "" } else { w.text });
        let (mechanism, turn) = sasl::start(
            line[1].text,
            initial,
            mechanisms.plaintext,
            self.facts.now,
            policy,
        );
        let step = Step {
            name: mechanism.name(),
            said: initial.unwrap_or_default(),
            is_first: true,
        };
        let turn = (settings.sasl_words)(&step, turn, &mut self.statistics.sasl_name);
        self.go_on(mechanism, turn, policy)
    }

    /// Gives the next challenge, or the result. AUTH has been counted as accepted by the time
    /// a later response fails.
    fn go_on(&mut self, mechanism: Mechanism, turn: Turn, policy: &dyn Policy) -> Handled {
        let utf8 = policy.settings().smtputf8;
        let release = policy.settings().release;
        match turn {
            Turn::Challenge(challenge) => {
                self.reply(format!("334 {challenge}"), policy);
                self.state.expect_response(mechanism);
                Ok(())
            }
            Turn::Success(username) => {
                self.facts.sasl = Some(Sasl {
                    method: printable(mechanism.name(), '?', utf8),
                    username: printable(&username, '?', utf8),
                });
                self.accept("235 2.7.0 Authentication successful", policy)
            }
            Turn::Failure {
                reason,
                username,
                detail,
            } => {
                failures(&detail).for_each(|text| self.note(Note::warning(text)));
                if reason.starts_with('(') {
                    // Dovecot lets who does not know the password wait (`auth_failure_delay`).
                    self.plan(Todo::Sleep(Duration::from_secs(2)));
                }
                let named = head(username.as_deref().unwrap_or("(unavailable)"), 100);
                let named = match release.has(Change::SaslUsername) {
                    true => format!(", sasl_username={named}"),
                    false => String::new(),
                };
                self.note(Note::warning(format!(
                    "{}: SASL {} authentication failed: {reason}{named}",
                    self.facts.client.named(),
                    head(mechanism.name(), 100),
                )));
                let may_pass = release.has(Change::TemporaryAuthFailure);
                let said = if reason == GENERIC_FAILURE && may_pass {
                    "454 4.7.0 Temporary authentication failure"
                } else {
                    "535 5.7.8 Error: authentication failed"
                };
                let text = format!("{said}: {reason}");
                self.refuse(text, policy)
            }
        }
    }

    /// Goes on with a response.
    pub(super) fn respond(
        &mut self,
        mechanism: Mechanism,
        bytes: &[u8],
        end: End,
        policy: &dyn Policy,
    ) {
        self.history.hear(bytes);
        self.watch.hear(bytes, End::CrLf, false, &mut self.todo);
        let settings = policy.settings();
        let response = bytes
            .split(|&b| b == 0)
            .next()
            .map(decode)
            .unwrap_or_default();
        if end == End::Cut {
            let shown = printable(&response, '?', settings.smtputf8);
            self.note(Note::warning(format!(
                "{}: request longer than {}: {}...",
                self.facts.client.named(),
                response_limit(settings),
                head(&shown, 30)
            )));
        }
        let handled = if end == End::Cut && settings.release.has(Change::SaslResponseLimit) {
            self.refuse("500 5.5.6 SASL response limit exceeded", policy)
        } else if response == "*" {
            self.note(Note::warning(format!(
                "{}: SASL {} authentication aborted",
                self.facts.client.named(),
                mechanism.name()
            )));
            self.refuse("501 5.7.0 Authentication aborted", policy)
        } else {
            let (mechanism, turn) = sasl::next(mechanism, &response, policy);
            let step = Step {
                name: mechanism.name(),
                said: &response,
                is_first: false,
            };
            let turn = (settings.sasl_words)(&step, turn, &mut self.statistics.sasl_name);
            self.go_on(mechanism, turn, policy)
        };
        if handled.is_err() {
            self.statistics.correct(Verb::Auth);
        }
    }
}

/// How long a response may be.
pub(super) fn response_limit(settings: &Settings) -> usize {
    match settings.release.has(Change::SaslResponseLimit) {
        true => settings.sasl_response_limit,
        false => settings.line_length_limit,
    }
}
