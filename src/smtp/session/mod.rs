//! One session of an SMTP server, from the banner to the last reply.
//!
//! What a session is made of knows no session:
//!
//! | file          | holds                                                               |
//! |---------------|---------------------------------------------------------------------|
//! | `state`       | its states, what each of them keeps, and every way between them     |
//! | `transaction` | what the transaction in progress has come to                        |
//! | `content`     | a message while it comes in, after DATA or in chunks                |
//! | `statistics`  | what is counted                                                     |
//! | `extended`    | what XCLIENT and XFORWARD may do, and have done                     |
//! | `watch`       | lines, for those who watch                                          |
//! | `action`      | what it wants to have done                                          |
//!
//! What it does knows all of that, and is known by nobody:
//!
//! | file          | does                                                                |
//! |---------------|---------------------------------------------------------------------|
//! | `steps`       | one step: what the state asks for                                   |
//! | `command`     | reads, carries out and counts a command                             |
//! | `greeting`    | the banner, HELO, EHLO, STARTTLS                                    |
//! | `mail`        | MAIL and RCPT; `parameters` are theirs                              |
//! | `data`        | DATA, BDAT and the end of a message                                 |
//! | `auth`        | AUTH                                                                |
//! | `extension`   | VRFY and ETRN                                                       |
//! | `proxy`       | XCLIENT and XFORWARD: who may; `authorized` (its twin in the light build: `unauthorized`) says what |
//! | `answer`      | replies, notes and questions; `amended` (`as_said`) is what main.cf makes of commands and refusals |
//! | `farewell`    | the last words in the log                                           |

mod action;
#[cfg_attr(not(feature = "full"), path = "as_said.rs")]
mod amended;
mod answer;
mod auth;
#[cfg_attr(not(feature = "full"), path = "unauthorized.rs")]
mod authorized;
mod command;
mod content;
mod data;
mod extended;
mod extension;
mod farewell;
mod greeting;
mod mail;
mod parameters;
mod proxy;
mod state;
mod statistics;
mod steps;
mod transaction;
mod watch;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::smtp::client::Client;
use crate::smtp::envelope::Message;
use crate::smtp::framing::Framing;
use crate::smtp::policy::{Facts, Memory, Policy};
use crate::smtp::release;
pub use crate::smtp::session::action::Action;
use crate::smtp::session::action::Todo;
use crate::smtp::session::amended::History;
pub use crate::smtp::session::amended::Report;
pub use crate::smtp::session::authorized::Passed;
use crate::smtp::session::authorized::Waiting;
use crate::smtp::session::extended::Extended;
use crate::smtp::session::state::Current;
pub use crate::smtp::session::state::{Cause, Demand, DEMANDS, TRANSITIONS};
use crate::smtp::session::statistics::Statistics;
pub use crate::smtp::session::steps::noise;
use crate::smtp::session::transaction::Transaction;
use crate::smtp::session::watch::Watch;
use crate::smtp::settings::BareNewline;
use crate::smtp::tls::Telling;
use crate::smtp::trail::Trail;
use crate::time::Time;

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
    state: Current,
    transaction: Transaction,
    framing: Framing,
    todo: VecDeque<Todo>,
    /// A pause that has begun ends here.
    asleep_until: Option<Time>,
    /// The last bytes came in, or the last reply went out, at this time; `None` if that was since
    /// the last poll.
    active_at: Option<Time>,
    statistics: Statistics,
    /// The reply that refused the client at the connection.
    access_denied: Option<String>,
    /// `smtpd_forbid_bare_newline`, as it is for this client.
    bare_newline: BareNewline,
    /// Keywords that are not offered to this client.
    discarded: Vec<String>,
    extended: Extended,
    /// What is told of TLS.
    telling: Telling,
    watch: Watch,
    waiting: Waiting<Todo>,
    history: History,
}

/// Done, or counted as an error.
type Handled = Result<(), Refused>;

/// A command was refused; the reply has been given.
struct Refused;

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
                agreed: Default::default(),
                sasl: None,
                sasl_sender: None,
                command: "CONNECT",
                smtputf8: false,
                improper_pipelining: false,
                memory: Memory::default(),
                probing: Default::default(),
                now: Time::default(),
                release: release::CURRENT,
                trail: Trail::default(),
            },
            state: Current::start(),
            transaction: Transaction::default(),
            framing: Framing::new(),
            todo: VecDeque::with_capacity(8),
            asleep_until: None,
            active_at: None,
            statistics: Statistics::default(),
            access_denied: None,
            bare_newline: BareNewline::Allow,
            discarded: Vec::new(),
            extended: Extended::default(),
            telling: Telling::default(),
            watch: Watch::default(),
            waiting: Waiting::default(),
            history: Default::default(),
        }
    }

    /// Bytes from the client, cut in any way.
    pub fn receive(&mut self, bytes: &[u8]) {
        if !self.state.has_hung_up() {
            self.framing.receive(bytes);
            self.active_at = None;
        }
    }

    /// From here on there is an [`Action::Line`] for each line of the client's, and what
    /// restrictions say is remembered (full build).
    pub fn watch(&mut self) {
        self.watch.begin();
        self.facts.trail.begin();
    }

    /// The handshake that STARTTLS had asked for has been completed, or the one before the banner;
    /// where none is waited for, nothing happens.
    pub fn start_tls(&mut self) {
        self.start_tls_as("");
    }

    /// The same, with what was agreed on in the words of Postfix's log (full build).
    pub fn start_tls_as(&mut self, agreed: &str) {
        if self.state.awaits_handshake() {
            let (notes, told) = self
                .telling
                .of_success(&self.facts.client, self.facts.now, agreed);
            self.facts.agreed = told;
            self.tell(notes);
            self.facts.tls = true;
            self.state.secure();
        }
    }

    /// Whether the client's part of a handshake is waited for.
    pub fn awaits_handshake(&self) -> bool {
        self.state.awaits_handshake()
    }

    /// Whether TLS comes before the banner, and has not come yet.
    pub fn is_wrapped(&self) -> bool {
        self.state.is_wrapped()
    }

    /// The client has gone; what it sent before is still read.
    pub fn disconnect(&mut self) {
        self.framing.end();
    }

    /// What the session knows: for an inspector or a log.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The name of the state that it is in, as [`TRANSITIONS`] has it.
    pub fn state(&self) -> &'static str {
        self.state.name()
    }

    /// The message in the making, once MAIL has been accepted, with the recipients so far.
    pub fn message(&self) -> Option<&Message> {
        self.transaction.message.as_deref()
    }

    /// As much of its content as has come after DATA, lines ended by LF.
    pub fn content(&self) -> &[u8] {
        self.state.content().map_or(&[], |content| &content.bytes)
    }

    /// Whether the session makes the client wait before it goes on.
    pub fn is_pausing(&self) -> bool {
        matches!(self.todo.front(), Some(Todo::Sleep(_))) && !self.facts.probing.is_stuck()
    }

    /// Whether a message is coming in.
    pub fn is_receiving(&self) -> bool {
        matches!(self.facts.command, "DATA content" | "BDAT content")
    }

    /// How much it holds of what has come and has not been answered, in bytes.
    pub fn holds(&self) -> usize {
        let message = match self.is_receiving() {
            true => usize::try_from(self.facts.size).unwrap_or(usize::MAX),
            false => 0,
        };
        let unfinished = self.transaction.chunking.unfinished();
        message.saturating_add(self.framing.unread().len() + unfinished)
    }

    /// Whether the session has ended and all its actions have been given.
    pub fn is_over(&self) -> bool {
        self.state.is_closed() && self.todo.is_empty()
    }

    /// When to poll again if nothing arrives: the end of a pause or of the server's patience.
    pub fn deadline(&self, policy: &dyn Policy) -> Option<Time> {
        if self.is_over() {
            return None;
        }
        self.asleep_until
            .or(Some(self.last_activity() + self.timeout(policy)))
    }

    /// How long the client may say nothing now.
    fn timeout(&self, policy: &dyn Policy) -> Duration {
        let own = self.telling.timeout;
        let own = own.filter(|_| self.state.awaits_handshake());
        own.unwrap_or(policy.settings().timeout)
    }

    fn last_activity(&self) -> Time {
        self.active_at.unwrap_or(self.facts.now)
    }

    /// The next thing to do, or `None` when the session waits for bytes or for time to pass.
    pub fn poll(&mut self, now: Time, policy: &dyn Policy) -> Option<Action> {
        self.facts.now = now;
        self.active_at.get_or_insert(now);
        loop {
            match self.todo.pop_front() {
                Some(Todo::Act(action)) => return Some(action),
                Some(Todo::Sleep(span)) => {
                    let until = *self.asleep_until.get_or_insert(now + span);
                    if now < until {
                        self.todo.push_front(Todo::Sleep(span));
                        return None;
                    }
                    self.asleep_until = None;
                    self.active_at = Some(now);
                }
                None if self.state.is_closed() => return None,
                None => {
                    if !self.advance(policy) {
                        return None;
                    }
                }
            }
        }
    }
}
