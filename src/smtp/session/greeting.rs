//! HELO, EHLO and STARTTLS.

use crate::smtp::command::{Verb, Word};
use crate::smtp::policy::{InDoubt, Note, Policy, Question, Rate};
use crate::smtp::printable::{escape, neuter, printable};
use crate::smtp::release::Change;
use crate::smtp::reply::Reply;
use crate::smtp::session::state::Reason;
use crate::smtp::session::{Action, Handled, Session};
use crate::smtp::settings::{discarding, BareNewline, Settings, Tls};

/// Characters that must not reach the log in a name that the client chose.
pub(super) const UNSAFE: &str = " <>()\\\";@";

/// The words after the first, joined with single spaces.
pub(super) fn joined(words: &[Word]) -> String {
    let words: Vec<&str> = words.iter().map(|w| w.text).collect();
    words.join(" ")
}

impl Session {
    /// Says in the log who has come, and greets it.
    pub(super) fn welcome(&mut self, policy: &dyn Policy) {
        if !self.facts.tls {
            self.announce();
        }
        if self.lacks_mechanisms(policy) {
            return;
        }
        let client = self.facts.client.clone();
        let notes = self.extended.authorize(policy, &client);
        notes.into_iter().for_each(|note| self.note(note));
        self.facts.release = policy.settings().release;
        self.connect(policy);
    }

    fn announce(&mut self) {
        let text = self.facts.client.after(&["connect from "]);
        self.note(Note::info(text));
    }

    /// TLS before everything else (`smtpd_tls_wrappermode`).
    pub(super) fn wrap(&mut self, policy: &dyn Policy) {
        self.announce();
        self.state.expect_wrapper();
        let settings = policy.settings();
        self.telling = settings.telling;
        if !settings.tls_certificate {
            let from = self.facts.client.namaddr();
            let service = &settings.service;
            self.note(Note::warning(format!(
                "Wrapper-mode request dropped from {from} for service {service}. TLS context \
                 initialization failed. For details see earlier warnings in your logs."
            )));
            return self.state.drop();
        }
        self.tell(self.telling.of_wait(&self.facts.client));
    }

    /// Sends away a client without a certificate, as all are here, after its handshake (`smtpd_tls_req_ccert`).
    pub(super) fn abort(&mut self, policy: &dyn Policy) {
        let from = self.facts.client.namaddr();
        let text = format!("NOQUEUE: abort: TLS from {from}: No client certificate presented");
        self.note(Note::info(text));
        let host = &policy.settings().myhostname;
        let reply = format!("421 4.7.1 {host} Error: No client certificate presented");
        self.reply(reply, policy);
        // Whoever has gone does not hear that.
        let is_gone = self.framing.has_ended();
        if is_gone {
            self.statistics.correct(Verb::Starttls);
        }
        self.state
            .hang_up(is_gone.then_some(Reason::LostConnection));
    }

    /// The greeting, or a refusal instead of it.
    pub(super) fn connect(&mut self, policy: &dyn Policy) {
        let settings = policy.settings();
        if settings.bare_newline != BareNewline::Allow {
            let is_exception = policy.is_bare_newline_exception(&self.facts.client);
            if !self.listed(is_exception) {
                self.bare_newline = settings.bare_newline;
            }
        }
        if settings.forbid_unauth_pipelining && self.spoke_too_early(policy) {
            return;
        } else if !settings.forbid_unauth_pipelining {
            self.note_early_talk(settings);
        }
        let is_counted = !self.extended.xclient && {
            let exempt = policy.is_exempt_from_rates(&self.facts.client);
            !self.listed(exempt)
        };
        if is_counted {
            self.act(Action::Count(Rate::Connection));
            let client = &self.facts.client;
            let count = policy.connections(client);
            let rate = policy.rate(Rate::Connection, client, self.facts.now);
            let too_many =
                settings.connection_count_limit > 0 && count > settings.connection_count_limit;
            let too_fast =
                settings.connection_rate_limit > 0 && rate > settings.connection_rate_limit;
            if too_many || too_fast {
                let (what, number) = if too_many {
                    ("concurrency", count)
                } else {
                    ("rate", rate)
                };
                let note = Note::warning(format!(
                    "Connection {what} limit exceeded: {number} from {} for service {}",
                    client.named(),
                    settings.service
                ));
                let text = format!(
                    "421 4.7.0 {} Error: too many connections from {}",
                    settings.myhostname, client.addr
                );
                self.note(note);
                self.reply(text, policy);
                self.state.hang_up(None);
                return;
            }
        }
        let discarded = policy.discarded_ehlo_keywords(&self.facts.client);
        self.extended.doubts.keywords = discarded.is_err();
        self.discarded = discarded.unwrap_or_else(|InDoubt(notes)| {
            notes.into_iter().for_each(|note| self.note(note));
            settings.discard_ehlo.clone()
        });
        if !settings.delay_reject {
            if let Some(refusal) = self.ask(Question::Client, policy) {
                self.reply(refusal.clone(), policy);
                self.access_denied = Some(refusal);
                self.statistics.errors += 1;
                return;
            }
        }
        if let Some(text) = self.first_words(policy) {
            self.reply(text, policy);
        }
    }

    /// Ends the session with the refusal of a client that did not wait for its turn.
    pub(super) fn spoke_too_early(&mut self, policy: &dyn Policy) -> bool {
        let settings = policy.settings();
        let early = !self.facts.improper_pipelining && self.note_early_talk(settings);
        if early {
            self.reply("554 5.5.0 Error: SMTP protocol synchronization", policy);
            self.state.hang_up(None);
        }
        early
    }

    /// Whether bytes wait that should not be here yet; says so in the log the first time.
    pub(super) fn note_early_talk(&mut self, settings: &Settings) -> bool {
        if self.facts.improper_pipelining || self.framing.unread().is_empty() {
            return false;
        }
        let unread = self.framing.unread();
        let shown = match settings.release.has(Change::EarlyTalkIsShown) {
            true => format!(": {}", escape(&unread[..unread.len().min(100)])),
            false => String::new(),
        };
        self.note(Note::info(format!(
            "improper command pipelining after {} from {}{shown}",
            self.facts.command,
            self.facts.client.named()
        )));
        self.facts.improper_pipelining = true;
        true
    }

    pub(super) fn helo(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        self.greet(line, "HELO", policy)?;
        self.greeted_by_milter(&line[1..], policy)?;
        self.start_over(policy);
        if !matches!(self.facts.protocol, "SMTP" | "ESMTP") {
            self.facts.protocol = "SMTP";
        }
        let text = ["250 ", &policy.settings().myhostname].concat();
        self.accept(text, policy)
    }

    pub(super) fn ehlo(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        self.greet(line, "EHLO", policy)?;
        let is_refused = self.greeted_by_milter(&line[1..], policy)?;
        self.start_over(policy);
        if is_refused {
            self.facts.protocol = "ESMTP";
            let lines = [policy.settings().myhostname.as_str(), "ENHANCEDSTATUSCODES"];
            self.send(Reply::lines(250, lines), policy.settings());
            return Ok(());
        }
        self.facts.protocol = "ESMTP";
        let discarded = self.discarded.clone();
        if let Some(text) = discarding(&discarded) {
            self.note(Note::info(text));
        }
        // Only who speaks TLS is offered AUTH, perhaps, and Postfix looks for it after the handshake.
        if self.facts.tls && self.lacks_mechanisms(policy) {
            return Ok(());
        }
        let client = self.facts.client.namaddr();
        if self.extended.doubts.keywords {
            let doubt = format!("don't know what EHLO features to announce to {client}");
            return self.local_data_error(doubt, policy);
        }
        match self.keywords(policy, &discarded) {
            Ok(keywords) => {
                self.send(Reply::lines(250, keywords), policy.settings());
                Ok(())
            }
            Err((keyword, InDoubt(notes))) => {
                notes.into_iter().for_each(|note| self.note(note));
                let doubt =
                    format!("don't know if EHLO feature {keyword} should be announced to {client}");
                self.local_data_error(doubt, policy)
            }
        }
    }

    /// A greeting ends what was before it.
    fn start_over(&mut self, policy: &dyn Policy) {
        self.tell_postmaster(false, None, policy);
        self.reset();
    }

    /// What HELO and EHLO have in common.
    fn greet(&mut self, line: &[Word], verb: &str, policy: &dyn Policy) -> Handled {
        if line.len() < 2 {
            return self.refuse(format!("501 Syntax: {verb} hostname"), policy);
        }
        if let ([_, name], true) = (line, policy.settings().delay_reject) {
            // Nearly all names are plain.
            let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
            if name.text.bytes().all(is_plain) {
                self.facts.helo = Some(name.text.into());
                return Ok(());
            }
        }
        let name = joined(&line[1..]);
        if !policy.settings().delay_reject {
            let before = self.facts.helo.replace(name.as_str().into());
            let refusal = self.ask(Question::Helo(&name), policy);
            self.facts.helo = before;
            if let Some(refusal) = refusal {
                return self.refuse(refusal, policy);
            }
        }
        let name = printable(&name, '?', policy.settings().smtputf8);
        self.facts.helo = Some(neuter(&name, UNSAFE, '?').into());
        Ok(())
    }

    /// The lines of the reply to EHLO, in Postfix's order, or the first that cannot be decided.
    fn keywords(
        &self,
        policy: &dyn Policy,
        discarded: &[String],
    ) -> Result<Vec<String>, (&'static str, InDoubt)> {
        let settings = policy.settings();
        let client = &self.facts.client;
        let mut lines = vec![settings.myhostname.clone()];
        let mut offer = |keyword: &str, line: String| {
            if !discarded.iter().any(|d| d == keyword) {
                lines.push(line);
            }
        };
        offer("PIPELINING", "PIPELINING".into());
        offer(
            "SIZE",
            match settings.message_size_limit {
                0 => "SIZE".into(),
                limit => format!("SIZE {limit}"),
            },
        );
        if !settings.disable_vrfy {
            offer("VRFY", "VRFY".into());
        }
        offer("ETRN", "ETRN".into());
        if settings.tls != Tls::None && !self.facts.tls {
            offer("STARTTLS", "STARTTLS".into());
        }
        let is_discarded = |keyword: &str| discarded.iter().any(|d| d == keyword);
        if let Some(mechanisms) = self.mechanisms(settings).map(|m| &m.offered) {
            if !is_discarded("AUTH")
                && !policy.is_sasl_exception(client).map_err(|e| ("AUTH", e))?
            {
                offer("AUTH", format!("AUTH {mechanisms}"));
                if settings.broken_sasl_clients {
                    offer("AUTH", format!("AUTH={mechanisms}"));
                }
            }
        }
        if !is_discarded("VERP")
            && policy
                .is_authorized("XVERP", client)
                .map_err(|e| ("XVERP", e))?
        {
            offer("VERP", "XVERP".into());
        }
        let doubts = &self.extended.doubts;
        for (is_doubtful, keyword) in [(doubts.xclient, "XCLIENT"), (doubts.xforward, "XFORWARD")] {
            if is_doubtful && !is_discarded(keyword) {
                return Err((keyword, InDoubt::default()));
            }
        }
        if self.extended.xclient {
            offer(
                "XCLIENT",
                format!(
                    "XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT{}{}",
                    if settings.release.has(Change::XclientLogin) {
                        " LOGIN"
                    } else {
                        ""
                    },
                    if settings.release.has(Change::XclientDestination) {
                        " DESTADDR DESTPORT"
                    } else {
                        ""
                    }
                ),
            );
        }
        if self.extended.xforward {
            offer(
                "XFORWARD",
                "XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT".into(),
            );
        }
        offer("ENHANCEDSTATUSCODES", "ENHANCEDSTATUSCODES".into());
        offer("8BITMIME", "8BITMIME".into());
        offer("DSN", "DSN".into());
        if settings.smtputf8 {
            offer("SMTPUTF8", "SMTPUTF8".into());
        }
        if settings.release.has(Change::Chunking) {
            offer("CHUNKING", "CHUNKING".into());
        }
        if settings.release.has(Change::RequireTls) && self.facts.tls {
            offer("REQUIRETLS", "REQUIRETLS".into());
        }
        Ok(lines)
    }

    pub(super) fn is_discarded(&self, keyword: &str) -> bool {
        self.discarded.iter().any(|d| d == keyword)
    }

    pub(super) fn starttls(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        let settings = policy.settings();
        if line.len() != 1 {
            return self.refuse("501 5.5.4 Syntax: STARTTLS", policy);
        }
        if let Some(refusal) = self.put_off_by_now() {
            return self.refuse(refusal, policy);
        }
        if self.facts.tls {
            return self.refuse("554 5.5.1 Error: TLS already active", policy);
        }
        if settings.tls == Tls::None || self.is_discarded("STARTTLS") {
            return self.refuse("502 5.5.1 Error: command not implemented", policy);
        }
        if !settings.tls_certificate {
            return self.refuse("454 4.7.0 TLS not available due to local problem", policy);
        }
        if self
            .exceeds(Rate::NewTls, settings.tls_rate_limit, policy)
            .is_some()
        {
            let from = self.facts.client.namaddr();
            self.note(Note::warning(format!(
                "Refusing STARTTLS request from {from} for service {}",
                settings.service
            )));
            let text = format!("454 4.7.0 Error: too many new TLS sessions from {from}");
            return self.refuse(text, policy);
        }
        self.reply("220 2.0.0 Ready to start TLS", policy);
        self.act(Action::StartTls);
        // RFC 3207 section 4.2: what was learnt in the clear is forgotten.
        self.framing.clear();
        self.facts.helo = None;
        self.reset();
        self.forget_login(settings);
        self.facts.tls = true;
        self.state.expect_handshake();
        self.telling = settings.telling;
        self.tell(self.telling.of_wait(&self.facts.client));
        Ok(())
    }
}
