//! One session of an SMTP server, from the banner to the last reply.

mod answer;
#[cfg(feature = "full")]
mod attributes;
mod auth;
mod command;
mod content;
mod extension;
mod greeting;
mod parameters;
mod proxy;
mod state;
mod statistics;
mod transaction;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::smtp::client::Client;
use crate::smtp::command::Verb;
use crate::smtp::envelope::{Cleaned, Message};
use crate::smtp::framing::Framing;
use crate::smtp::policy::{Crash, Facts, Memory, Note, Policy, Rate, Triplet};
use crate::smtp::release;
use crate::smtp::reply::Reply;
use crate::smtp::settings::BareNewline;
use crate::time::Time;
use content::Chunking;
use state::{Reason, State};
use transaction::Transaction;

/// What the session wants to have done. Actions are to be applied in order, each before the
/// next is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send this to the client.
    Reply(Reply),
    /// Write this line to the log.
    Note(Note),
    /// A queue file has been opened under this ID.
    Open(Arc<str>),
    /// Put this message into the queue, with what cleanup has made of it.
    Enqueue(Arc<Message>, Option<Box<Cleaned>>),
    /// Count this event against the client's limits.
    Count(Rate),
    /// From here on both sides speak TLS.
    StartTls,
    /// Greylisting has seen these.
    Remember(Triplet),
    /// The process that serves the session dies; the connection ends with it.
    Crash(Crash),
    /// End the connection.
    Close,
}

/// An action, or a pause before the ones that follow.
#[derive(Debug)]
enum Step {
    Do(Action),
    Sleep(Duration),
}

/// One session. Feed it with [`receive`](Session::receive) and drain it with
/// [`poll`](Session::poll) until that gives `None`.
///
/// ```
/// use smtp_terminal::smtp::client::Client;
/// use smtp_terminal::smtp::policy::AcceptAll;
/// use smtp_terminal::smtp::session::{Action, Session};
/// use smtp_terminal::time::Time;
///
/// let policy = AcceptAll::default();
/// let mut session = Session::new(Client::new("penguinpower", "10.25.0.57", 40000));
/// session.receive(b"HELO penguinpower\r\nQUIT\r\n");
/// let mut replies = String::new();
/// while let Some(action) = session.poll(Time(0), &policy) {
///     if let Action::Reply(reply) = action {
///         replies.push_str(&reply.to_string());
///     }
/// }
/// assert_eq!(replies, "220 localhost ESMTP Postfix\r\n250 localhost\r\n221 2.0.0 Bye\r\n");
/// ```
#[derive(Debug)]
pub struct Session {
    facts: Facts,
    state: State,
    transaction: Option<Transaction>,
    framing: Framing,
    todo: VecDeque<Step>,
    /// A pause that has begun ends here.
    asleep_until: Option<Time>,
    started: bool,
    finished: bool,
    hanging_up: bool,
    /// The last bytes came in, or the last reply went out, at this time.
    last_activity: Time,
    heard: bool,
    eof: bool,
    reason: Option<Reason>,
    /// The reply that refused the client at the connection.
    access_denied: Option<String>,
    errors: usize,
    junk: usize,
    overshoot: usize,
    chunking: Chunking,
    /// `smtpd_forbid_bare_newline`, as it is for this client.
    bare_newline: BareNewline,
    /// `SIZE=` of the last MAIL, which outlives a refusal.
    declared_size: u64,
    /// Keywords that are not offered to this client.
    discarded: Vec<String>,
    /// AUTH has been tried.
    auth_used: bool,
    extended: proxy::Extended,
    /// Accepted and received, for each verb.
    counts: [(u32, u32); Verb::ALL.len()],
}

/// Done, or counted as an error.
type Outcome = Result<(), Failed>;

/// A command was refused; the reply has been given.
struct Failed;

impl Session {
    /// A session with a client that has just connected. The banner comes with the first poll.
    pub fn new(client: Client) -> Session {
        Session {
            facts: Facts {
                client: Arc::new(client),
                helo: None,
                protocol: "SMTP",
                sender: None,
                recipient: None,
                recipient_count: 0,
                size: 0,
                queue_id: None,
                tls: false,
                sasl: None,
                sasl_sender: None,
                command: "CONNECT",
                smtputf8: false,
                improper_pipelining: false,
                memory: Memory::default(),
                now: Time::default(),
                release: release::CURRENT,
            },
            state: State::Command,
            transaction: None,
            framing: Framing::new(),
            todo: VecDeque::with_capacity(8),
            asleep_until: None,
            started: false,
            finished: false,
            hanging_up: false,
            last_activity: Time::default(),
            heard: false,
            eof: false,
            reason: None,
            access_denied: None,
            errors: 0,
            junk: 0,
            overshoot: 0,
            chunking: Chunking::None,
            bare_newline: BareNewline::Allow,
            declared_size: 0,
            discarded: Vec::new(),
            auth_used: false,
            extended: proxy::Extended::default(),
            counts: Default::default(),
        }
    }

    /// Bytes from the client, cut in any way.
    pub fn receive(&mut self, bytes: &[u8]) {
        if !matches!(self.state, State::Closed) {
            self.framing.receive(bytes);
            self.heard = true;
        }
    }

    /// The handshake that STARTTLS had asked for has been completed.
    pub fn start_tls(&mut self) {
        if matches!(self.state, State::Handshake) {
            self.state = State::Command;
        }
    }

    /// The client has gone; what it sent before is still read.
    pub fn disconnect(&mut self) {
        self.eof = true;
    }

    /// What the session knows: for an inspector or a log.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Whether the session makes the client wait before it goes on.
    pub fn is_pausing(&self) -> bool {
        matches!(self.todo.front(), Some(Step::Sleep(_)))
    }

    /// Whether a message is being received.
    pub fn is_receiving_content(&self) -> bool {
        matches!(self.state, State::Content(_) | State::Chunk(_))
    }

    /// Whether the session has ended and all its actions have been given.
    pub fn is_over(&self) -> bool {
        self.finished && self.todo.is_empty()
    }

    /// When to poll again if nothing arrives: the end of a pause or of the server's patience.
    pub fn deadline(&self, policy: &dyn Policy) -> Option<Time> {
        if self.is_over() {
            return None;
        }
        self.asleep_until
            .or(Some(self.last_activity + policy.settings().timeout))
    }

    /// The next thing to do, or `None` when the session waits for bytes or for time to pass.
    pub fn poll(&mut self, now: Time, policy: &dyn Policy) -> Option<Action> {
        self.facts.now = now;
        if std::mem::take(&mut self.heard) || !self.started {
            self.last_activity = now;
        }
        loop {
            match self.todo.pop_front() {
                Some(Step::Do(action)) => return Some(action),
                Some(Step::Sleep(span)) => {
                    let until = *self.asleep_until.get_or_insert(now + span);
                    if now < until {
                        self.todo.push_front(Step::Sleep(span));
                        return None;
                    }
                    self.asleep_until = None;
                    self.last_activity = now;
                }
                None if self.finished => return None,
                None => {
                    if !self.advance(policy) {
                        return None;
                    }
                }
            }
        }
    }
}
