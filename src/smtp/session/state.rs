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
//! | `Connecting` | not to be sent before the banner      | the banner, or a refusal in its place; a handshake before it |
//! | `Command`    | a command line                        | DATA, BDAT, AUTH or STARTTLS that is accepted; QUIT, 421 and all other replies that hang up |
//! | `Content`    | a line of the message                 | a lone dot |
//! | `Chunk`      | so many bytes of the message          | the last of them |
//! | `Exchange`   | the client's response to a challenge  | a response; another challenge leads back |
//! | `Handshake`  | the client's part of a TLS handshake  | its success |
//! | `Closing`    | not read any more                     | the last words in the log |
//! | `Closed`     | not read any more                     | nothing |
//!
//! Whoever waits for bytes may lose the client, or patience, and is `Closing` then. The process
//! itself may die of a question that a configuration has no end for, and is `Closed` at once: all
//! questions are asked in `Command`, those about a message once it has come.
//!
//! Apart from that a session may be *greeted* (HELO or EHLO was accepted), *in a transaction*
//! (MAIL was accepted) and have *recipients* (RCPT was accepted); Postfix keeps the three
//! apart, which is why MAIL works without HELO and RCPT can be refused without ending the
//! transaction. HELO and EHLO end a transaction, as RSET does; STARTTLS ends it and forgets the
//! greeting. What the other commands demand is [`DEMANDS`].

use crate::smtp::command::Verb;
use crate::smtp::sasl::Mechanism;
use crate::smtp::session::content::{Chunk, Content};

/// What the next bytes are.
#[derive(Debug)]
enum State {
    Connecting,
    Command,
    Content(Content),
    Chunk(Chunk),
    Exchange(Mechanism),
    /// Whether it comes before the banner (`smtpd_tls_wrappermode`).
    Handshake(bool),
    Closing(Option<Reason>),
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
    pub fn text(self) -> &'static str {
        match self {
            Reason::LostConnection => "lost connection",
            Reason::Timeout => "timeout",
            Reason::TooManyErrors => "too many errors",
        }
    }
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
    Wrapper,
    EndOfData,
    EndOfChunk,
    Response,
    Secured,
    HangUp,
    Loss,
    Farewell,
    Death,
}

impl Cause {
    /// What that is, for a picture: `DATA`, `the last dot`.
    pub fn words(self) -> &'static str {
        match self {
            Cause::Banner => "the banner",
            Cause::Data => "DATA",
            Cause::Bdat => "BDAT",
            Cause::Challenge => "AUTH",
            Cause::Starttls => "STARTTLS",
            Cause::Wrapper => "TLS first",
            Cause::EndOfData => "a lone dot",
            Cause::EndOfChunk => "its last byte",
            Cause::Response => "a response",
            Cause::Secured => "TLS is on",
            Cause::HangUp => "QUIT, 421",
            Cause::Loss => "client lost",
            Cause::Farewell => "last words",
            Cause::Death => "process died",
        }
    }
}

/// What a command demands of the session (RFC 5321 section 4.1.4); all others may come at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The command.
    pub verb: Verb,
    /// HELO or EHLO before it, where `smtpd_helo_required` says so.
    pub greeting: bool,
    /// A transaction must be open; else it must not be.
    pub transaction: bool,
    /// A recipient must have been accepted.
    pub recipients: bool,
}

const fn demand(verb: Verb, greeting: bool, transaction: bool, recipients: bool) -> Demand {
    Demand {
        verb,
        greeting,
        transaction,
        recipients,
    }
}

/// The demands of all commands that have any.
pub const DEMANDS: [Demand; 6] = [
    demand(Verb::Mail, true, false, false),
    demand(Verb::Rcpt, false, true, false),
    demand(Verb::Data, false, true, true),
    demand(Verb::Bdat, false, true, true),
    demand(Verb::Auth, true, false, false),
    demand(Verb::Etrn, true, false, false),
];

/// Every way from one state to another: from, why, to.
pub const TRANSITIONS: [(&str, Cause, &str); 19] = [
    ("Connecting", Cause::Banner, "Command"),
    ("Connecting", Cause::Wrapper, "Handshake"),
    ("Handshake", Cause::Secured, "Connecting"),
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
    ("Command", Cause::Death, "Closed"),
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
            State::Handshake(_) => "Handshake",
            State::Closing(_) => "Closing",
            State::Closed => "Closed",
        }
    }

    /// The message that is coming in after DATA.
    pub fn content(&self) -> Option<&Content> {
        match &self.0 {
            State::Content(content) => Some(content),
            _ => None,
        }
    }

    /// What comes next.
    pub fn next(&mut self) -> Next<'_> {
        match &mut self.0 {
            State::Connecting => Next::Banner,
            State::Command => Next::Command,
            State::Content(content) => Next::Content(content),
            State::Chunk(chunk) => Next::Chunk(chunk),
            State::Exchange(mechanism) => Next::Response(mechanism),
            State::Handshake(_) => Next::Handshake,
            State::Closing(reason) => Next::Farewell(*reason),
            State::Closed => Next::Nothing,
        }
    }

    /// The command that has been accepted already and waits for more, if there is one.
    pub fn unfinished(&self) -> Option<Verb> {
        match self.0 {
            State::Content(_) => Some(Verb::Data),
            State::Chunk(_) => Some(Verb::Bdat),
            State::Exchange(_) => Some(Verb::Auth),
            State::Handshake(false) => Some(Verb::Starttls),
            State::Connecting
            | State::Command
            | State::Handshake(_)
            | State::Closing(_)
            | State::Closed => None,
        }
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
        self.change(Cause::Starttls, State::Handshake(false));
    }

    /// TLS comes before everything else.
    pub fn expect_wrapper(&mut self) {
        self.change(Cause::Wrapper, State::Handshake(true));
    }

    /// What a state waited for has come: commands again.
    pub fn resume(&mut self, cause: Cause) {
        self.change(cause, State::Command);
    }

    /// Whether a handshake is waited for that comes before the banner.
    pub fn is_wrapped(&self) -> bool {
        matches!(self.0, State::Handshake(true))
    }

    /// Whether a handshake is waited for.
    pub fn awaits_handshake(&self) -> bool {
        matches!(self.0, State::Handshake(_))
    }

    /// The handshake has been completed.
    pub fn secure(&mut self) {
        match self.0 {
            State::Handshake(true) => self.change(Cause::Secured, State::Connecting),
            State::Handshake(false) => self.resume(Cause::Secured),
            _ => {}
        }
    }

    /// The last reply has been given, or is about to be.
    pub fn hang_up(&mut self, reason: Option<Reason>) {
        if !self.has_hung_up() {
            self.change(Cause::HangUp, State::Closing(reason));
        }
    }

    /// The client has gone, or says nothing.
    pub fn lose(&mut self, reason: Reason) {
        self.change(Cause::Loss, State::Closing(Some(reason)));
    }

    /// The client is sent away without a word.
    pub fn drop(&mut self) {
        self.change(Cause::Loss, State::Closing(None));
    }

    /// The last words are in the log.
    pub fn close(&mut self) {
        self.change(Cause::Farewell, State::Closed);
    }

    /// The process that serves the session has died.
    pub fn die(&mut self) {
        self.change(Cause::Death, State::Closed);
    }

    fn change(&mut self, cause: Cause, to: State) {
        // What was about to happen when the process died does not.
        if self.is_closed() {
            return;
        }
        let from = self.name();
        self.0 = to;
        debug_assert!(
            TRANSITIONS.contains(&(from, cause, self.name())),
            "{from} to {} by {cause:?}",
            self.name()
        );
    }
}

/// What comes next, with what the state keeps for it.
#[derive(Debug)]
pub(super) enum Next<'a> {
    Banner,
    Command,
    Content(&'a mut Content),
    Chunk(&'a mut Chunk),
    Response(&'a mut Mechanism),
    Handshake,
    Farewell(Option<Reason>),
    Nothing,
}
