//! One session of an SMTP server, from the banner to the last reply.
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

mod answer;
#[cfg(feature = "full")]
mod attributes;
mod auth;
mod content;
mod extension;
mod greeting;
mod proxy;
mod transaction;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use crate::smtp::bytes::decode;
use crate::smtp::client::Client;
use crate::smtp::command::is_header;
use crate::smtp::command::{words, Verb, Word};
use crate::smtp::envelope::Message;
use crate::smtp::framing::{End, Framing};
use crate::smtp::policy::{Facts, Memory, Note, Policy, Question, Rate};
use crate::smtp::printable::{escape, head, printable};
use crate::smtp::release::{self, Change};
use crate::smtp::reply::Reply;
use crate::smtp::sasl::Mechanism;
use crate::smtp::settings::{BareNewline, Settings, Tls};
use crate::time::Time;
use content::{Chunk, Chunking, Content};
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
    /// Put this message into the queue.
    Enqueue(Box<Message>),
    /// Count this event against the client's limits.
    Count(Rate),
    /// From here on both sides speak TLS.
    StartTls,
    /// End the connection.
    Close,
}

/// An action, or a pause before the ones that follow.
#[derive(Debug)]
enum Step {
    Do(Action),
    Sleep(Duration),
}

/// What the next bytes are.
#[derive(Debug)]
enum State {
    Command,
    Content(Content),
    Chunk(Chunk),
    Exchange(Mechanism),
    Handshake,
    Closed,
}

/// Why a session ended without QUIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
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

    /// One step of the session; false when it has to wait.
    fn advance(&mut self, policy: &dyn Policy) -> bool {
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

    /// The greeting, or a refusal instead of it.
    fn connect(&mut self, policy: &dyn Policy) {
        let settings = policy.settings();
        self.discarded = policy.discarded_ehlo_keywords(&self.facts.client);
        if !policy.is_bare_newline_exception(&self.facts.client) {
            self.bare_newline = settings.bare_newline;
        }
        if settings.forbid_unauth_pipelining && self.spoke_too_early(policy) {
            return;
        } else if !settings.forbid_unauth_pipelining {
            self.note_early_talk(settings);
        }
        if !self.extended.xclient && !policy.is_exempt_from_rates(&self.facts.client) {
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
                    "Connection {what} limit exceeded: {number} from {} for service smtp",
                    client.named()
                ));
                let text = format!(
                    "421 4.7.0 {} Error: too many connections from {}",
                    settings.myhostname, client.addr
                );
                self.note(note);
                self.reply(text, policy);
                self.state = State::Closed;
                return;
            }
        }
        if !settings.delay_reject {
            if let Some(refusal) = self.ask(Question::Client, policy) {
                self.reply(refusal.clone(), policy);
                self.access_denied = Some(refusal);
                self.errors += 1;
                return;
            }
        }
        self.reply(["220 ", &settings.banner].concat(), policy);
    }

    /// Ends the session with the refusal of a client that did not wait for its turn.
    fn spoke_too_early(&mut self, policy: &dyn Policy) -> bool {
        let settings = policy.settings();
        let early = !self.facts.improper_pipelining && self.note_early_talk(settings);
        if early {
            self.reply("554 5.5.0 Error: SMTP protocol synchronization", policy);
            self.state = State::Closed;
        }
        early
    }

    /// Whether bytes wait that should not be here yet; says so in the log the first time.
    fn note_early_talk(&mut self, settings: &Settings) -> bool {
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

    /// ` helo=1 mail=1/2 quit=1 commands=3/4`: accepted and, where it differs, received.
    fn statistics(&self, text: &mut String) {
        let (mut accepted, mut received) = (0, 0);
        for (verb, (good, all)) in Verb::ALL.iter().zip(self.counts) {
            if all == 0 {
                continue;
            }
            text.push(' ');
            let start = text.len();
            text.push_str(verb.name());
            text[start..].make_ascii_lowercase();
            push_number(text, '=', good);
            if good != all {
                push_number(text, '/', all);
            }
            accepted += good;
            received += all;
        }
        text.push_str(" commands");
        push_number(text, '=', accepted);
        if accepted != received || received == 0 {
            push_number(text, '/', received);
        }
    }

    /// Reads and answers one command; false when none has arrived.
    fn read_command(&mut self, policy: &dyn Policy) -> bool {
        let settings = policy.settings();
        if self.errors >= settings.hard_error_limit {
            self.reason = Some(Reason::TooManyErrors);
            let text = format!("421 4.7.0 {} Error: too many errors", settings.myhostname);
            self.reply(text, policy);
            self.state = State::Closed;
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
        self.answer(&bytes, end, policy);
        self.framing.reuse(bytes);
        true
    }

    fn answer(&mut self, bytes: &[u8], end: End, policy: &dyn Policy) {
        let settings = policy.settings();
        // A command ends at a NUL, as a text does in C.
        let end_of_text = bytes.iter().position(|&b| b == 0);
        let text = decode(&bytes[..end_of_text.unwrap_or(bytes.len())]);
        if end == End::Cut {
            let shown = printable(&text, '?', settings.smtputf8);
            self.note(Note::warning(format!(
                "{}: request longer than {}: {}...",
                self.facts.client.named(),
                settings.line_length_limit,
                head(&shown, 30)
            )));
        }
        if end == End::BareLf && self.bare_newline == BareNewline::Reject {
            let note = self.facts.decision("reject", "bare <LF> received");
            self.note(note);
            self.reply_to_bare_newline(policy);
            self.state = State::Closed;
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
        let line = words(&text);
        let Some(first) = line.first() else {
            self.reply("500 5.5.2 Error: bad syntax", policy);
            self.count_malformed(settings);
            return;
        };
        if policy.is_noop_command(first.text) {
            self.reply("250 2.0.0 Ok", policy);
            self.count_junk(settings);
            return;
        }
        let verb = Verb::of(first.text, settings.release);
        self.counts[verb as usize].1 += 1;
        if verb == Verb::Unknown {
            self.facts.command = verb.name();
            if is_header(first.text) || policy.is_forbidden_command(first.text) {
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
                self.state = State::Closed;
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
            self.errors += 1;
            return;
        }
        if verb == Verb::Unknown {
            let code = match settings.release.has(Change::UnknownIs500) {
                true => "500",
                false => "502",
            };
            self.reply(
                format!("{code} 5.5.2 Error: command not recognized"),
                policy,
            );
            self.errors += 1;
            return;
        }
        if settings.tls == Tls::Encrypt && !self.facts.tls && !verb.is_allowed_before_tls() {
            self.reply("530 5.7.0 Must issue a STARTTLS command first", policy);
            self.errors += 1;
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
        let done = self.execute(verb, &line, &text, policy);
        self.settle(verb, done, settings);
    }

    /// Counts a command that has been carried out.
    fn settle(&mut self, verb: Verb, done: Outcome, settings: &Settings) {
        match done {
            // Postfix starts its session over before it would count.
            Ok(()) if verb == Verb::Xclient => {}
            Ok(()) => self.counts[verb as usize].0 += 1,
            Err(Failed) => self.errors += 1,
        }
        if verb.is_junk() {
            self.count_junk(settings);
        }
    }

    /// Counts a line that is no command at all.
    fn count_malformed(&mut self, settings: &Settings) {
        self.errors += 1;
        if settings.release.has(Change::MalformedCounts) {
            self.facts.command = Verb::Unknown.name();
            self.counts[Verb::Unknown as usize].1 += 1;
        }
    }

    fn count_junk(&mut self, settings: &Settings) {
        if self.junk > settings.junk_command_limit {
            self.errors += 1;
        }
        self.junk += 1;
    }

    fn execute(&mut self, verb: Verb, line: &[Word], text: &str, policy: &dyn Policy) -> Outcome {
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
                self.state = State::Closed;
                Ok(())
            }
            // From Postfix 3.9 on, which a light build does not show.
            #[cfg(feature = "full")]
            Verb::Help => self.accept(HELP, policy),
            #[cfg(not(feature = "full"))]
            Verb::Help => Err(Failed),
            Verb::Unknown => Err(Failed),
        }
    }

    /// Ends the transaction, if there is one.
    fn reset(&mut self) {
        self.reset_mail();
        self.facts.recipient = None;
        self.facts.recipient_count = 0;
        self.overshoot = 0;
    }

    /// Forgets the sender and all that came with MAIL, and closes the queue file.
    fn reset_mail(&mut self) {
        self.transaction = None;
        self.facts.sender = None;
        self.facts.queue_id = None;
        self.facts.size = 0;
        self.facts.smtputf8 = false;
        self.chunking = Chunking::None;
        self.declared_size = 0;
        self.facts.sasl_sender = None;
        self.extended.forwarded = None;
        self.facts.memory.discard = false;
        self.facts.memory.hold = false;
    }

    fn is_in_transaction(&self) -> bool {
        self.facts.sender.is_some()
    }
}

#[cfg(feature = "full")]
const HELP: &str = "214 2.0.0 Commands: AUTH BDAT DATA EHLO ETRN HELO HELP MAIL NOOP QUIT RCPT RSET STARTTLS VRFY XCLIENT XFORWARD";

/// Adds a count, which is nearly always of one digit.
fn push_number(text: &mut String, before: char, number: u32) {
    text.push(before);
    match char::from_digit(number, 10) {
        Some(digit) => text.push(digit),
        // Writing into a text cannot fail.
        None => {
            let _ = write!(text, "{number}");
        }
    }
}
