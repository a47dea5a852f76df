//! One command: read, looked at, carried out and counted.

use std::borrow::Cow;

use crate::smtp::bytes::{decode, encode};
use crate::smtp::command::{is_header, words, Verb, Word};
use crate::smtp::framing::End;
use crate::smtp::policy::{Note, Policy};
use crate::smtp::printable::{escape, head, printable};
use crate::smtp::release::Change;
use crate::smtp::session::state::Reason;
use crate::smtp::session::{Handled, Refused, Session};
use crate::smtp::settings::{BareNewline, Settings, Tls};

impl Session {
    /// Reads and answers one command; false when none has arrived.
    pub(super) fn read_command(&mut self, policy: &dyn Policy) -> bool {
        let settings = policy.settings();
        if let Some((bytes, end)) = self.facts.probing.resume() {
            self.facts.trail.forget();
            self.answer(&bytes, end, policy);
            return true;
        }
        if self.statistics.errors >= settings.hard_error_limit {
            self.state.hang_up(Some(Reason::TooManyErrors));
            let text = format!("421 4.7.0 {} Error: too many errors", settings.myhostname);
            self.reply(text, policy);
            return true;
        }
        let strict = self.bare_newline != BareNewline::Allow;
        let limit = settings.line_length_limit;
        let read = if settings.release.has(Change::LongCommandsAreCut) {
            self.framing.command(limit, strict)
        } else {
            let line = self.framing.line(limit, strict);
            line.map(|(line, end)| (line.to_vec(), end))
        };
        let Some((bytes, end)) = read else {
            return false;
        };
        self.watch.hear(&bytes, End::CrLf, false, &mut self.todo);
        self.history.hear(&bytes);
        self.facts.trail.forget();
        self.answer(&bytes, end, policy);
        self.framing.reuse(bytes);
        true
    }

    fn answer(&mut self, bytes: &[u8], end: End, policy: &dyn Policy) {
        let settings = policy.settings();
        // A command ends at a NUL, as a text does in C.
        let end_of_text = bytes.iter().position(|&b| b == 0);
        let (said, rest) = bytes.split_at(end_of_text.unwrap_or(bytes.len()));
        let printed;
        let mut bytes = bytes;
        if end == End::Cut {
            let shown = printable(&decode(said), '?', settings.smtputf8);
            // Where it is shown to the log, what cannot be printed is gone for good.
            printed = [&encode(&shown), rest].concat();
            bytes = &printed;
            self.note(Note::warning(format!(
                "{}: request longer than {}: {}...",
                self.facts.client.named(),
                settings.line_length_limit,
                head(&shown, 30)
            )));
        }
        let text = decode(&bytes[..bytes.len() - rest.len()]);
        if end == End::BareLf && self.bare_newline == BareNewline::Reject {
            let note = self.facts.decision("reject", "bare <LF> received");
            self.note(note);
            self.reply_to_bare_newline(policy);
            self.state.hang_up(None);
            return;
        }
        let is_utf8 = match (&text, end_of_text) {
            (Cow::Borrowed(_), None) => true,
            _ => std::str::from_utf8(bytes).is_ok(),
        };
        if settings.smtputf8 && !is_utf8 {
            self.reply("500 5.5.2 Error: bad UTF-8 syntax", policy);
            self.count_malformed(settings);
            return;
        }
        let own;
        let (text, bytes) = match self.filtered(&text, policy) {
            Err(()) => return,
            Ok(None) => (text, bytes),
            Ok(Some(new)) => {
                own = encode(&new);
                (Cow::Owned(new), &own[..])
            }
        };
        let line = words(&text);
        let Some(first) = line.first() else {
            self.reply("500 5.5.2 Error: bad syntax", policy);
            self.count_malformed(settings);
            return;
        };
        let is_noop = policy.is_noop_command(first.text);
        if self.listed(is_noop) {
            self.reply("250 2.0.0 Ok", policy);
            self.statistics.junk(settings.junk_command_limit);
            return;
        }
        let verb = Verb::of(first.text, settings.release);
        self.statistics.receive(verb);
        if verb == Verb::Unknown {
            self.facts.command = verb.name();
            if is_header(first.text) || self.listed(policy.is_forbidden_command(first.text)) {
                let shown = match settings.release.has(Change::EscapedCommand) {
                    true => escape(bytes),
                    false => text.clone().into_owned(),
                };
                self.note(Note::warning(format!(
                    "non-SMTP command from {}: {}",
                    self.facts.client.named(),
                    head(&shown, 100)
                )));
                self.reply("221 2.7.0 Error: I can break rules, too. Goodbye.", policy);
                self.state.hang_up(None);
                return;
            }
        }
        if let Some(denied) = self.access_denied.clone().filter(|_| verb != Verb::Quit) {
            if denied.get(1..3) == Some("21") {
                self.reply(denied, policy);
                return;
            }
            let text = format!(
                "503 5.7.0 Error: access denied for {}",
                self.facts.client.named()
            );
            self.reply(text, policy);
            self.statistics.errors += 1;
            return;
        }
        if verb == Verb::Unknown {
            if let Some(refusal) = self.refused_by_milter(&[first.text], policy) {
                self.statistics.errors += 1;
                return self.reply(refusal, policy);
            }
            let code = match settings.release.has(Change::UnknownIs500) {
                true => "500",
                false => "502",
            };
            self.reply(
                format!("{code} 5.5.2 Error: command not recognized"),
                policy,
            );
            self.statistics.errors += 1;
            return;
        }
        if settings.tls == Tls::Encrypt && !self.facts.tls && !verb.is_allowed_before_tls() {
            self.reply("530 5.7.0 Must issue a STARTTLS command first", policy);
            self.statistics.errors += 1;
            return;
        }
        self.facts.command = verb.name();
        if self.facts.protocol != "ESMTP" || verb.must_be_last() {
            if settings.forbid_unauth_pipelining {
                if self.spoke_too_early(policy) {
                    return;
                }
            } else {
                self.note_early_talk(settings);
            }
        }
        let planned = self.todo.len();
        let done = self.execute(verb, &line, &text, policy);
        if self.puts_off(planned, verb, (bytes, end)) {
            return;
        }
        self.settle(verb, done, settings);
    }

    /// Counts a command that has been carried out.
    fn settle(&mut self, verb: Verb, done: Handled, settings: &Settings) {
        match done {
            // Postfix starts its session over before it would count.
            Ok(()) if verb == Verb::Xclient => {}
            Ok(()) => self.statistics.accept(verb),
            Err(Refused) => self.statistics.errors += 1,
        }
        if verb.is_junk() {
            self.statistics.junk(settings.junk_command_limit);
        }
    }

    /// Counts a line that is no command at all.
    fn count_malformed(&mut self, settings: &Settings) {
        self.statistics.errors += 1;
        if settings.release.has(Change::MalformedCounts) {
            self.facts.command = Verb::Unknown.name();
            self.statistics.receive(Verb::Unknown);
        }
    }

    fn execute(&mut self, verb: Verb, line: &[Word], text: &str, policy: &dyn Policy) -> Handled {
        match verb {
            Verb::Helo => self.helo(line, policy),
            Verb::Ehlo => self.ehlo(line, policy),
            Verb::Starttls => self.starttls(line, policy),
            Verb::Auth => self.auth(line, policy),
            Verb::Mail => self.mail(line, policy),
            Verb::Rcpt => self.rcpt(line, policy),
            Verb::Data => self.data(line, policy),
            Verb::Bdat => self.bdat(line, text, policy),
            Verb::Rset => {
                if line.len() != 1 {
                    return self.refuse("501 5.5.4 Syntax: RSET", policy);
                }
                self.tell_postmaster(false, None, policy);
                self.reset();
                self.accept("250 2.0.0 Ok", policy)
            }
            Verb::Noop => self.accept("250 2.0.0 Ok", policy),
            Verb::Vrfy => self.vrfy(line, policy),
            Verb::Etrn => self.etrn(line, policy),
            Verb::Xclient => self.xclient(line, policy),
            Verb::Xforward => self.xforward(line, policy),
            Verb::Quit => {
                self.reply("221 2.0.0 Bye", policy);
                self.state.hang_up(None);
                Ok(())
            }
            Verb::Help if self.facts.release.has(Change::Help) => self.accept(HELP, policy),
            Verb::Help | Verb::Unknown => Err(Refused),
        }
    }
}

const HELP: &str = "214 2.0.0 Commands: AUTH BDAT DATA EHLO ETRN HELO HELP MAIL NOOP QUIT RCPT RSET STARTTLS VRFY XCLIENT XFORWARD";
