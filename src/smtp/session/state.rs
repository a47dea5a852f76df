//! What the next bytes are, and how a session comes from one state to another. No other file moves
//! it.
//!
//! # The theory
//!
//! A session is always in one of eight states, and each keeps what only it needs (RFC 5321 section
//! 4.1.4, section 3.8 for the ends, and Postfix's smtpd). [`TRANSITIONS`] has every way from one to
//! another:
//!
//! | state        | the next bytes are                    | left by |
//! |--------------|---------------------------------------|---------|
//! | `Connecting` | not to be sent before the banner      | the banner, or a refusal in its place |
//! | `Command`    | a command line                        | DATA, BDAT, AUTH or STARTTLS that is accepted; QUIT, 421 and all other replies that hang up |
//! | `Content`    | a line of the message                 | a lone dot |
//! | `Chunk`      | so many bytes of the message          | the last of them |
//! | `Exchange`   | the client's response to a challenge  | a response; another challenge leads back |
//! | `Handshake`  | the client's part of a TLS handshake  | its success |
//! | `Closing`    | not read any more                     | the last words in the log |
//! | `Closed`     | not read any more                     | nothing |
//!
//! Whoever waits for bytes may lose the client, or patience, and is `Closing` then.
//!
//! Apart from that a session may be *greeted* (HELO or EHLO was accepted), *in a transaction*
//! (MAIL was accepted) and have *recipients* (RCPT was accepted); Postfix keeps the three
//! apart, which is why MAIL works without HELO and RCPT can be refused without ending the
//! transaction. What each command demands of them:
//!
//! | command    | greeted                  | in a transaction | recipients |
//! |------------|--------------------------|------------------|------------|
//! | HELO, EHLO | ends the transaction     |                  |            |
//! | MAIL       | if `smtpd_helo_required` | must not be      |            |
//! | RCPT       |                          | must be          |            |
//! | DATA, BDAT |                          | must be          | one at least |
//! | AUTH, ETRN, XCLIENT, XFORWARD | if `smtpd_helo_required` (AUTH, ETRN) | must not be |     |
//! | RSET       |                          | ends it          |            |
//! | STARTTLS   | forgets it               | ends it          |            |

use crate::smtp::command::Verb;
use crate::smtp::policy::{Note, Policy};
use crate::smtp::sasl::Mechanism;
use crate::smtp::session::content::{Chunk, Content};
use crate::smtp::session::farewell::Reason;
use crate::smtp::session::Session;

/// What the next bytes are.
#[derive(Debug)]
enum State {
    Connecting,
    Command,
    Content(Content),
    Chunk(Chunk),
    Exchange(Mechanism),
    Handshake,
    Closing(Option<Reason>),
    Closed,
}

/// What moves a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Cause {
    Banner,
    Data,
    Bdat,
    Challenge,
    Starttls,
    EndOfData,
    EndOfChunk,
    Response,
    Secured,
    HangUp,
    Loss,
    Farewell,
}

/// Every way from one state to another: from, why, to.
pub const TRANSITIONS: [(&str, Cause, &str); 16] = [
    ("Connecting", Cause::Banner, "Command"),
    ("Command", Cause::Data, "Content"),
    ("Content", Cause::EndOfData, "Command"),
    ("Command", Cause::Bdat, "Chunk"),
    ("Chunk", Cause::EndOfChunk, "Command"),
    ("Command", Cause::Challenge, "Exchange"),
    ("Exchange", Cause::Response, "Command"),
    ("Command", Cause::Starttls, "Handshake"),
    ("Handshake", Cause::Secured, "Command"),
    ("Command", Cause::HangUp, "Closing"),
    ("Command", Cause::Loss, "Closing"),
    ("Content", Cause::Loss, "Closing"),
    ("Chunk", Cause::Loss, "Closing"),
    ("Exchange", Cause::Loss, "Closing"),
    ("Handshake", Cause::Loss, "Closing"),
    ("Closing", Cause::Farewell, "Closed"),
];

/// The state that a session is in.
#[derive(Debug)]
pub(super) struct Current(State);

impl Current {
    /// Where every session starts.
    pub fn start() -> Current {
        Current(State::Connecting)
    }

    /// Whether nothing is read any more.
    pub fn has_hung_up(&self) -> bool {
        matches!(self.0, State::Closing(_) | State::Closed)
    }

    /// Whether nothing will be said any more.
    pub fn is_closed(&self) -> bool {
        matches!(self.0, State::Closed)
    }

    /// As [`TRANSITIONS`] has it.
    pub fn name(&self) -> &'static str {
        match self.0 {
            State::Connecting => "Connecting",
            State::Command => "Command",
            State::Content(_) => "Content",
            State::Chunk(_) => "Chunk",
            State::Exchange(_) => "Exchange",
            State::Handshake => "Handshake",
            State::Closing(_) => "Closing",
            State::Closed => "Closed",
        }
    }

    /// The command that has been accepted already and waits for more, if there is one.
    fn unfinished(&self) -> Option<Verb> {
        match self.0 {
            State::Content(_) => Some(Verb::Data),
            State::Chunk(_) => Some(Verb::Bdat),
            State::Exchange(_) => Some(Verb::Auth),
            State::Handshake => Some(Verb::Starttls),
            State::Connecting | State::Command | State::Closing(_) | State::Closed => None,
        }
    }

    fn change(&mut self, cause: Cause, to: State) {
        let from = self.name();
        self.0 = to;
        debug_assert!(
            TRANSITIONS.contains(&(from, cause, self.name())),
            "{from} to {} by {cause:?}",
            self.name()
        );
    }

    /// DATA was accepted.
    pub fn expect_content(&mut self) {
        self.change(Cause::Data, State::Content(Content::default()));
    }

    /// BDAT was understood.
    pub fn expect_chunk(&mut self, chunk: Chunk) {
        self.change(Cause::Bdat, State::Chunk(chunk));
    }

    /// AUTH has challenged the client.
    pub fn expect_response(&mut self, mechanism: Mechanism) {
        self.change(Cause::Challenge, State::Exchange(mechanism));
    }

    /// STARTTLS was accepted.
    pub fn expect_handshake(&mut self) {
        self.change(Cause::Starttls, State::Handshake);
    }

    /// The handshake has been completed.
    pub fn secure(&mut self) {
        if matches!(self.0, State::Handshake) {
            self.change(Cause::Secured, State::Command);
        }
    }

    /// The last reply has been given, or is about to be.
    pub fn hang_up(&mut self, reason: Option<Reason>) {
        if !self.has_hung_up() {
            self.change(Cause::HangUp, State::Closing(reason));
        }
    }
}

impl Session {
    /// One step of the session; false when it has to wait.
    pub(super) fn advance(&mut self, policy: &dyn Policy) -> bool {
        if self.proceed(policy) {
            return true;
        }
        let timeout = policy.settings().timeout;
        if self.framing.has_ended() {
            self.break_off(Reason::LostConnection);
        } else if self.facts.now >= self.last_activity() + timeout {
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
        match &mut self.state.0 {
            State::Connecting => {
                self.state.change(Cause::Banner, State::Command);
                self.welcome(policy);
            }
            State::Command => return self.read_command(policy),
            State::Content(content) => {
                let mut content = std::mem::take(content);
                if !self.read_content(&mut content, policy) {
                    self.state.0 = State::Content(content);
                    return !self.todo.is_empty();
                }
                self.state.change(Cause::EndOfData, State::Command);
                self.end_data(content, policy);
            }
            State::Chunk(chunk) => {
                let mut chunk = std::mem::take(chunk);
                if !self.read_chunk(&mut chunk) {
                    self.state.0 = State::Chunk(chunk);
                    return false;
                }
                self.state.change(Cause::EndOfChunk, State::Command);
                self.end_chunk(chunk, policy);
            }
            State::Exchange(mechanism) => {
                let mechanism = std::mem::take(mechanism);
                let Some((response, end)) = self.read_response(policy) else {
                    self.state.0 = State::Exchange(mechanism);
                    return false;
                };
                self.state.change(Cause::Response, State::Command);
                self.respond(mechanism, &response, end, policy);
            }
            State::Handshake if self.framing.unread().is_empty() => return false,
            State::Handshake => {
                self.state.change(Cause::Secured, State::Command);
                return self.read_command(policy);
            }
            State::Closing(reason) => {
                let reason = *reason;
                self.say_farewell(reason, policy.settings());
                self.state.change(Cause::Farewell, State::Closed);
            }
            State::Closed => return false,
        }
        true
    }

    /// The client has gone, or says nothing. A command that waits for more from it, and was
    /// counted as accepted when it began, has not been carried out.
    fn break_off(&mut self, reason: Reason) {
        let unfinished = self.state.unfinished();
        self.state.change(Cause::Loss, State::Closing(Some(reason)));
        if unfinished == Some(Verb::Starttls) {
            let why = match reason {
                Reason::Timeout => "Connection timed out",
                _ => "lost connection",
            };
            let from = self.facts.client.namaddr();
            self.note(Note::info(format!("SSL_accept error from {from}: {why}")));
        }
        if let Some(verb) = unfinished {
            self.statistics.take_back(verb);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::smtp::client::Client;
    use crate::smtp::policy::AcceptAll;
    use crate::smtp::settings::Tls;

    /// The changes of state in a session that is fed byte by byte, and then loses its client.
    fn changes(said: &str) -> Vec<(&'static str, &'static str)> {
        let mut policy = AcceptAll::default();
        policy.settings.sasl = true;
        policy.settings.sasl_mechanisms[0].plaintext = true;
        policy.settings.tls = Tls::May;
        policy.settings.tls_certificate = true;
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
                Some(b'!') => session.start_tls(),
                Some(byte) => session.receive(&[byte]),
                None => session.disconnect(),
            }
        }
        seen.dedup();
        seen.windows(2).map(|pair| (pair[0], pair[1])).collect()
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
        ] {
            seen.extend(changes(&said));
        }
        let known = TRANSITIONS.map(|(from, _, to)| (from, to));
        assert_eq!(seen, BTreeSet::from(known));
    }
}
