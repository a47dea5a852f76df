//! What the next bytes are, and how a session comes from one state to another.
//!
//! # The theory
//!
//! A session is always in one of six states, and only the code in this file moves it from one
//! to another (RFC 5321 section 4.1.4 and Postfix's smtpd):
//!
//! | state     | what the next bytes are      | left by                                   |
//! |-----------|------------------------------|-------------------------------------------|
//! | `Command` | a command line               | `DATA` → `Content`, `BDAT` → `Chunk`, `AUTH` → `Exchange`, `QUIT`, 421 or too many errors → `Closed` |
//! | `Content` | a line of the message        | a lone dot → `Command`                    |
//! | `Chunk`   | so many bytes of the message | the last byte → `Command`                 |
//! | `Exchange`| a response of the client's   | success, failure or `*` → `Command`       |
//! | `Handshake` | the client's part of a TLS handshake | its success, or bytes → `Command` |
//! | `Closed`  | nothing                      |                                           |
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
use crate::smtp::release::Change;
use crate::smtp::sasl::Mechanism;
use crate::smtp::session::content::{Chunk, Content};
use crate::smtp::session::{Action, Session};
use crate::smtp::settings::Settings;

/// What the next bytes are.
#[derive(Debug)]
pub(super) enum State {
    Command,
    Content(Content),
    Chunk(Chunk),
    Exchange(Mechanism),
    Handshake,
    Closed,
}

/// Why a session ended without QUIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    LostConnection,
    Timeout,
    TooManyErrors,
}

impl Reason {
    fn text(self) -> &'static str {
        match self {
            Reason::LostConnection => "lost connection",
            Reason::Timeout => "timeout",
            Reason::TooManyErrors => "too many errors",
        }
    }
}

impl Session {
    /// One step of the session; false when it has to wait.
    pub(super) fn advance(&mut self, policy: &dyn Policy) -> bool {
        if !self.started {
            self.started = true;
            let text = self.facts.client.after(&["connect from "]);
            self.note(Note::info(text));
            self.extended.authorize(policy, &self.facts.client);
            self.facts.release = policy.settings().release;
            self.connect(policy);
            return true;
        }
        if self.hanging_up {
            self.state = State::Closed;
        }
        let went_on = if matches!(self.state, State::Command) {
            self.read_command(policy)
        } else {
            self.proceed(policy)
        };
        if went_on {
            return true;
        }
        if self.eof {
            self.break_off(Reason::LostConnection);
            self.state = State::Closed;
            return true;
        }
        if self.facts.now >= self.last_activity + policy.settings().timeout {
            self.break_off(Reason::Timeout);
            let text = format!(
                "421 4.4.2 {} Error: timeout exceeded",
                policy.settings().myhostname
            );
            self.reply(text, policy);
            self.state = State::Closed;
            return true;
        }
        false
    }

    /// One step in any state; false when it has to wait.
    fn proceed(&mut self, policy: &dyn Policy) -> bool {
        match std::mem::replace(&mut self.state, State::Command) {
            State::Command => self.read_command(policy),
            State::Content(content) => self.read_content(content, policy),
            State::Chunk(chunk) => self.read_chunk(chunk, policy),
            State::Exchange(mechanism) => self.read_response(mechanism, policy),
            State::Handshake if self.framing.unread().is_empty() => {
                self.state = State::Handshake;
                false
            }
            State::Handshake => self.read_command(policy),
            State::Closed => {
                self.state = State::Closed;
                self.finish(policy.settings());
                true
            }
        }
    }

    /// The client has gone, or says nothing. A command that waits for more from it, and was
    /// counted as accepted when it began, has not been carried out.
    fn break_off(&mut self, reason: Reason) {
        self.reason = Some(reason);
        let unfinished = match self.state {
            State::Handshake => {
                let why = match reason {
                    Reason::Timeout => "Connection timed out",
                    _ => "lost connection",
                };
                let from = self.facts.client.namaddr();
                self.note(Note::info(format!("SSL_accept error from {from}: {why}")));
                Verb::Starttls
            }
            State::Content(_) => Verb::Data,
            State::Chunk(_) => Verb::Bdat,
            State::Exchange(_) => Verb::Auth,
            State::Command | State::Closed => return,
        };
        self.counts[unfinished as usize].0 -= 1;
    }

    /// The last words in the log.
    fn finish(&mut self, settings: &Settings) {
        let from = self.facts.client.named();
        let mut text = self.facts.client.after(&["disconnect from "]);
        if settings.release.has(Change::CommandCounts) {
            self.statistics(&mut text);
        }
        let farewell = Note::info(text);
        let after = self.facts.command;
        if let Some(reason) = self.reason {
            let text = match after {
                // What has come of a line, or of the next command, counts after BDAT only.
                "DATA content" | "BDAT content" => Some(format!(
                    "{} after {} ({} bytes) from {from}",
                    reason.text(),
                    &after[..4],
                    self.facts.size
                        + match after {
                            "BDAT content" => self.framing.unread().len() + self.chunked(),
                            _ => 0,
                        } as u64
                )),
                "END-OF-MESSAGE" if reason == Reason::LostConnection => None,
                _ => Some(format!("{} after {after} from {from}", reason.text())),
            };
            if let Some(mut text) = text {
                if settings.release.has(Change::LossNamesQueueId) {
                    let id = self.facts.queue_id.as_deref().unwrap_or("NOQUEUE");
                    text = format!("{id}: {text}");
                }
                self.note(Note::info(text));
            }
        }
        self.note(farewell);
        self.act(Action::Close);
        self.finished = true;
    }
}
