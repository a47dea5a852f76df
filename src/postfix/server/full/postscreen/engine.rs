//! The engine that speaks SMTP and takes no mail: how it reads, and what it tests meanwhile.

use std::time::Duration;

use crate::postfix::server::full::postscreen::offence::PROTOCOL;
use crate::postfix::server::full::postscreen::{Screen, Stage, DEEP, GREET};
use crate::postfix::server::running::Server;
use crate::postfix::server::{Exchanged, Screened};
use crate::smtp::bytes::decode;
use crate::smtp::command::{is_header, Verb};
use crate::smtp::printable::{escape, head, printable};

/// The tests after the greeting, by their places.
const PIPELINING: usize = 2;
const NO_COMMAND: usize = 3;
const BARE: usize = 4;

/// So much of what is wrong is shown, in bytes.
const SHOWN: usize = 100;

impl Screen {
    /// The engine begins to speak.
    pub(super) fn speak(&mut self, server: &mut Server) -> Screened {
        self.stage = Stage::Deep;
        self.since = self.now;
        if self.is_last {
            self.todo &= !DEEP;
        } else if self.fail != 0 {
            self.todo |= DEEP;
        }
        // Who has spoken has to be told nothing.
        if self.fail & GREET == 0 {
            let banner = self.rules.shared().get("smtpd_banner");
            self.reply(format!("220 {banner}"));
        }
        self.start_clock();
        self.converse(server)
    }

    /// The client has some time for its next command.
    pub(super) fn start_clock(&mut self) {
        let patience = self.rules.seconds("command_time_limit");
        self.until = Some(self.now + Duration::from_secs(patience));
    }

    /// Whether a test is made now.
    fn tests(&self, test: usize) -> bool {
        self.todo & !self.done & 1 << test != 0
    }

    /// Reads what has come.
    pub(super) fn converse(&mut self, server: &mut Server) -> Screened {
        let limit = self.rules.shared().count("line_length_limit");
        while let Some(byte) = self.input.pop_front() {
            if self.line.len() >= limit && self.line.last() != Some(&b'\r') {
                self.log_limit(server, "LENGTH", self.after);
                return self.drop_busy(server);
            }
            if byte != b'\n' {
                self.line.push(byte);
                continue;
            }
            if self.line.pop_if(|last| *last == b'\r').is_none() && self.tests(BARE) {
                let said = self.line.get(..SHOWN).unwrap_or(&self.line);
                let text = format!("BARE NEWLINE from {} after {}", self.from, escape(said));
                self.log(server, text);
                if let Some(end) = self.offend(server, BARE, PROTOCOL) {
                    return end;
                }
            }
            let mut line = std::mem::take(&mut self.line);
            // A command ends at a NUL, as a text does in C.
            line.truncate(line.iter().position(|b| *b == 0).unwrap_or(line.len()));
            if let Some(end) = self.command(server, &line) {
                return end;
            }
            if self.stage == Stage::Handshake {
                return Screened::Waits;
            }
            self.start_clock();
        }
        if self.has_hung_up {
            return self.lose(server);
        }
        if self.until.is_some_and(|until| self.now >= until) {
            let text = format!("COMMAND TIME LIMIT from {} after {}", self.from, self.after);
            self.log(server, text);
            let host = self.rules.shared().get("myhostname");
            return self.drop(server, &format!("421 4.4.2 {host} Error: timeout exceeded"));
        }
        Screened::Waits
    }

    fn log_limit(&self, server: &mut Server, what: &str, after: &str) {
        let text = format!("COMMAND {what} LIMIT from {} after {after}", self.from);
        self.log(server, text);
    }

    /// Sends the client away without a reproach.
    fn drop_busy(&mut self, server: &mut Server) -> Screened {
        let host = self.rules.shared().get("myhostname");
        let last = format!("421 {host} Service unavailable - try again later");
        self.drop(server, &last)
    }

    /// One command: tested, counted and answered; `Some` where it was the last.
    fn command(&mut self, server: &mut Server, line: &[u8]) -> Option<Screened> {
        let mut text = decode(line).into_owned();
        let new = self.rules.said.filter.as_ref().and_then(|filter| {
            let key = text.trim_start_matches([' ', '\t']);
            filter.get(key).ok()?.map(|new| new.into_owned())
        });
        if let Some(new) = new {
            let (was, is) = (head(&text, SHOWN), head(&new, SHOWN));
            let told = format!("{}: replacing command \"{was}\" with \"{is}\"", self.from);
            self.log(server, told);
            text = new;
        }
        self.exchanged.push(Exchanged::Line(text.clone()));
        let whole = text.trim_start_matches(' ');
        let (word, rest) = whole.split_once(' ').unwrap_or((whole, ""));
        let utf8 = self.rules.shared().flag("smtputf8_enable");
        let release = server.settings().release;
        let verb = match Verb::of(word, release) {
            Verb::Help => Verb::Unknown,
            verb => verb,
        };
        let after = std::mem::replace(
            &mut self.after,
            match verb {
                Verb::Unknown => "UNIMPLEMENTED",
                verb => verb.name(),
            },
        );
        if self.is_last && verb != Verb::Quit {
            return Some(self.conclude(server));
        }
        let shown = printable(word, '?', utf8);
        if verb == Verb::Unknown && self.tests(NO_COMMAND) {
            let is_text = std::str::from_utf8(line).is_ok() || !utf8;
            let is_forbidden = || self.rules.forbidden.has_name(word).unwrap_or(false);
            if is_header(word) || !is_text || is_forbidden() {
                let rest = escape(&crate::smtp::bytes::encode(&head(rest, SHOWN)));
                let (from, shown) = (&self.from, head(&shown, SHOWN));
                let text = format!("NON-SMTP COMMAND from {from} after {after}: {shown} {rest}");
                self.log(server, text);
                let last = "5.7.0 Error: I can break rules, too. Goodbye.";
                let end = self.offend(server, NO_COMMAND, last);
                if end.is_some() {
                    return end;
                }
            }
        }
        if verb != Verb::Bdat && self.tests(PIPELINING) && !self.input.is_empty() {
            let next: Vec<u8> = self.input.iter().copied().take(SHOWN).collect();
            let (from, shown) = (&self.from, head(&shown, SHOWN));
            let text = format!(
                "COMMAND PIPELINING from {from} after {shown}: {}",
                escape(&next)
            );
            self.log(server, text);
            let end = self.offend(server, PIPELINING, PROTOCOL);
            if end.is_some() {
                return end;
            }
        }
        if verb == Verb::Rcpt {
            // Whoever comes as far has passed; it may still fail.
            for test in [BARE, NO_COMMAND, PIPELINING] {
                let bit = 1 << test;
                if self.todo & !(self.pass | self.fail) & bit != 0 {
                    self.pass(server, test, self.rules.ttl(test));
                }
            }
        }
        self.commands += 1;
        let most = self.rules.number("command_count_limit").unsigned_abs();
        if self.commands as u64 > most && verb != Verb::Quit {
            self.log_limit(server, "COUNT", after);
            return Some(self.drop_busy(server));
        }
        self.answer(server, verb, rest)
    }
}
