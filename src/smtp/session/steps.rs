//! One step of a session: what its state asks for.

use crate::smtp::policy::{Note, Policy};
use crate::smtp::session::auth::response_limit;
use crate::smtp::session::content::Rules;
use crate::smtp::session::state::{Cause, Next, Reason};
use crate::smtp::session::Session;
use crate::smtp::settings::BareNewline;
use crate::smtp::tls::Told;

impl Session {
    /// One step of the session; false when it has to wait.
    pub(super) fn advance(&mut self, policy: &dyn Policy) -> bool {
        if self.proceed(policy) {
            return true;
        }
        let timeout = self.timeout(policy);
        if self.framing.has_ended() {
            self.break_off(Reason::LostConnection);
        } else if self.facts.now >= self.last_activity() + timeout {
            // In the middle of a handshake nothing could be read.
            if self.state.awaits_handshake() {
                self.lose_handshake("Connection timed out");
                self.lose(Reason::LostConnection);
                return true;
            }
            self.break_off(Reason::Timeout);
            let host = &policy.settings().myhostname;
            self.reply(format!("421 4.4.2 {host} Error: timeout exceeded"), policy);
        } else {
            return false;
        }
        true
    }

    /// Does what the state asks for; false when more has to come for that.
    fn proceed(&mut self, policy: &dyn Policy) -> bool {
        let settings = policy.settings();
        match self.state.next() {
            Next::Command if self.facts.tls && self.telling.requires() => self.abort(policy),
            Next::Command => return self.read_command(policy),
            Next::Banner if settings.wrapper && !self.facts.tls => self.wrap(policy),
            Next::Banner => {
                self.state.resume(Cause::Banner);
                self.welcome(policy);
            }
            Next::Content(content) => {
                let rules = Rules::of(settings, self.bare_newline);
                let is_complete =
                    content.read(&mut self.framing, rules, &mut self.watch, &mut self.todo);
                let overflows = content.has_overflowed();
                self.facts.size = content.size;
                let complete = is_complete.then(|| std::mem::take(content));
                self.note_overflow(overflows);
                let Some(content) = complete else {
                    return !self.todo.is_empty();
                };
                self.state.resume(Cause::EndOfData);
                self.end_data(content, policy);
            }
            Next::Chunk(chunk) => {
                if !chunk.read(&mut self.framing, &mut self.transaction.chunking) {
                    return false;
                }
                let chunk = std::mem::take(chunk);
                self.state.resume(Cause::EndOfChunk);
                self.end_chunk(chunk, policy);
            }
            Next::Response(mechanism) => {
                let strict = self.bare_newline != BareNewline::Allow;
                let limit = response_limit(settings);
                let Some((response, end)) = self.framing.command(limit, strict) else {
                    return false;
                };
                let mechanism = std::mem::take(mechanism);
                self.state.resume(Cause::Response);
                self.respond(mechanism, &response, end, policy);
            }
            Next::Handshake => match noise(self.framing.unread()) {
                Some(what) => self.refuse_handshake(what),
                None => return false,
            },
            Next::Farewell(reason) => {
                self.say_farewell(reason, policy);
                self.state.close();
            }
            Next::Nothing => return false,
        }
        true
    }

    /// The handshake that is waited for has failed: what OpenSSL says of that.
    pub fn refuse_handshake(&mut self, problem: &str) {
        if self.state.awaits_handshake() {
            self.lose_handshake("-1");
            self.note(Note::warning(format!("TLS library problem: {problem}")));
            self.lose(Reason::LostConnection);
        }
    }

    /// Writes into the log what is told of TLS.
    pub(super) fn tell(&mut self, notes: Told) {
        notes
            .into_iter()
            .for_each(|text| self.note(Note::info(text)));
    }

    fn lose_handshake(&mut self, why: &str) {
        self.tell(self.telling.of_failure());
        let from = self.facts.client.namaddr();
        self.note(Note::info(format!("SSL_accept error from {from}: {why}")));
    }

    /// The client has gone, or says nothing. A command that waits for more from it, and was
    /// counted as accepted when it began, has not been carried out.
    fn break_off(&mut self, reason: Reason) {
        if self.state.awaits_handshake() {
            self.lose_handshake("lost connection");
        }
        self.lose(reason);
    }

    fn lose(&mut self, reason: Reason) {
        let unfinished = self.state.unfinished();
        self.keep_unfinished();
        self.state.lose(reason);
        if let Some(verb) = unfinished {
            self.statistics.take_back(verb);
        }
    }
}

/// The bytes that a record of TLS begins with.
const RECORD: usize = 5;

/// What OpenSSL says of a client that does not speak TLS, once it has seen five bytes of it. The
/// second byte of each record is a 3.
pub fn noise(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.get(..RECORD).filter(|start| start[1] != 3)?;
    let web = [b"GET ", b"POST", b"HEAD", b"PUT "];
    Some(match web.iter().any(|verb| start.starts_with(*verb)) {
        true => "error:0A00009C:SSL routines::http request:../ssl/record/ssl3_record.c:341:",
        false if start == b"CONNE" => {
            "error:0A00009B:SSL routines::https proxy request:../ssl/record/ssl3_record.c:344:"
        }
        false => {
            "error:0A00010B:SSL routines::wrong version number:../ssl/record/ssl3_record.c:350:"
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::smtp::client::Client;
    use crate::smtp::policy::{AcceptAll, Crash, Facts, Question, Verdict};
    use crate::smtp::session::TRANSITIONS;
    use crate::smtp::settings::{Settings, Tls};

    /// A server that a question may kill.
    struct Mortal {
        settings: Settings,
        kills: fn(Question) -> bool,
    }

    impl Policy for Mortal {
        fn settings(&self) -> &Settings {
            &self.settings
        }

        fn check(&self, question: Question, _: &Facts) -> Verdict {
            Verdict {
                crash: (self.kills)(question).then_some(Crash::Stack),
                ..Verdict::default()
            }
        }
    }

    /// The changes of state in a session that is fed byte by byte, and then loses its client.
    fn changes(said: &str, kills: fn(Question) -> bool) -> Vec<(&'static str, &'static str)> {
        let mut settings = AcceptAll::default().settings;
        settings.wrapper = said.starts_with(['!', '-']);
        settings.delay_reject = false;
        settings.sasl = true;
        settings.sasl_mechanisms[0].plaintext = true;
        settings.tls = Tls::May;
        settings.tls_certificate = true;
        let policy = Mortal { settings, kills };
        let mut session = Session::new(Client::new("penguinpower", "10.25.0.57", 40_000));
        let mut seen = vec![session.state()];
        let mut bytes = said.bytes();
        while !session.state.is_closed() {
            let went_on = session.advance(&policy);
            session.todo.clear();
            seen.push(session.state());
            if went_on {
                continue;
            }
            match bytes.next() {
                Some(b'!') => {
                    session.start_tls();
                    seen.push(session.state());
                }
                Some(byte) => session.receive(&[byte]),
                None => session.disconnect(),
            }
        }
        seen.dedup();
        let changes = seen.windows(2).flat_map(|pair| match (pair[0], pair[1]) {
            // What has come to its end is judged in the same step.
            (from @ ("Connecting" | "Content" | "Chunk"), to @ "Closed") => {
                vec![(from, "Command"), ("Command", to)]
            }
            change => vec![change],
        });
        changes.collect()
    }

    #[test]
    fn every_transition_is_made_and_no_other() {
        let envelope = "MAIL FROM:<a@b>\nRCPT TO:<c@d>\n";
        let mut seen = BTreeSet::new();
        for said in [
            "QUIT\n".to_string(),
            "NOOP\n".to_string(),
            format!("{envelope}DATA\nx\n.\nQUIT\n"),
            format!("{envelope}DATA\nx\n"),
            format!("{envelope}BDAT 4\nabcdBDAT 4 LAST\nabcdQUIT\n"),
            format!("{envelope}BDAT 4\nabc"),
            "AUTH LOGIN\n*\n".to_string(),
            "AUTH LOGIN\nYQ==\n".to_string(),
            "STARTTLS\n!QUIT\n".to_string(),
            "STARTTLS\n".to_string(),
            "!QUIT\n".to_string(),
            "-----\n".to_string(),
        ] {
            seen.extend(changes(&said, |_| false));
            let killers: [fn(Question) -> bool; 4] = [
                |question| matches!(question, Question::Client),
                |question| matches!(question, Question::Recipient(_)),
                |question| matches!(question, Question::Data),
                |question| matches!(question, Question::EndOfData),
            ];
            seen.extend(killers.iter().flat_map(|kills| changes(&said, *kills)));
        }
        let known = TRANSITIONS.map(|(from, _, to)| (from, to));
        assert_eq!(seen, BTreeSet::from(known));
    }
}
