//! smtp: hands a message to another host (RFC 5321 section 4.1 from the client's side), sans I/O.
//!
//! A [`Transfer`] says what it wants ([`Wish`]) and is told what came of it ([`Event`]): hosts are
//! tried in the order of their preference until one speaks, then the message goes command by
//! command, and each recipient gets an [`Outcome`].

mod auth;
mod awaited;
mod checks;
mod dialogue;
mod generic;
mod heard;
pub mod security;
mod way;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::postfix::delivery::certificate::Certificate;
use crate::postfix::delivery::exchanger::{Exchanger, Step};
use crate::postfix::queue::file::QueueFile;
use crate::postfix::queue::lineage::Lineage;
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::smtp::connection::Event;
use crate::smtp::policy::Note;
use crate::smtp::reply::take_reply;
use crate::smtp::tls::USUAL;
use crate::time::Time;
use awaited::Awaited;
pub use generic::rewrite;
use security::{Level, Tls};
pub use way::{Secret, Way};

/// What a transfer wants next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// A connection.
    Connect(Exchanger),
    /// These bytes sent.
    Send(Vec<u8>),
    /// The connection closed.
    Hangup,
    /// A line written to the log.
    Note(Note),
    /// This outcome for a recipient, by its place in the queue file.
    Settle(usize, Outcome),
    /// Nothing more: every recipient has its outcome.
    Done,
    /// The client's part of a handshake.
    Handshake,
    /// Nothing more: it ends without a word about any recipient, perhaps after it was told of them.
    Die(bool),
}

/// The delivery of one queue file to one next hop.
#[derive(Debug)]
pub struct Transfer {
    /// The queue ID.
    pub id: Arc<str>,
    /// The service of master.cf that does it: `smtp`, `relay`.
    pub transport: String,
    /// The next hop.
    pub destination: String,
    file: QueueFile,
    /// Places of the recipients, and whether the host has accepted them.
    recipients: Vec<(usize, bool)>,
    /// Those that the next host gets, and what the last one had against them.
    kept: Vec<usize>,
    failure: Option<Outcome>,
    /// How many hosts of a destination have come as far as MAIL.
    sessions: usize,
    way: Arc<Way>,
    /// What there is for AUTH, by a host's name.
    secrets: Vec<(String, Secret)>,
    /// The name and the password that a challenge is answered with.
    secret: [String; 2],
    is_encrypted: bool,
    /// How much TLS it gets.
    level: Level,
    /// The certificate that the host shows, and what is wrong with it, by OpenSSL's number.
    met: Option<(Certificate, u32)>,
    untried: VecDeque<Step>,
    host: Option<Exchanger>,
    awaited: Awaited,
    /// What the replies after that will answer, where several commands were sent at once.
    further: VecDeque<Awaited>,
    heard: Vec<u8>,
    offers: Vec<String>,
    wishes: VecDeque<Wish>,
    begun: Time,
    connected: Option<Time>,
    mailed: Option<Time>,
    now: Time,
}

/// What TLS before the greeting needs besides.
const NEEDED: &str = "\"smtp_tls_security_level = encrypt\" (or stronger)";

impl Transfer {
    /// Begins with the first of the steps that lead to a host.
    pub fn begin(
        file: QueueFile,
        places: Vec<usize>,
        (transport, destination): (String, String),
        steps: Vec<Step>,
        way: (Arc<Way>, Vec<(String, Secret)>),
        now: Time,
    ) -> Transfer {
        let mut transfer = Transfer {
            id: file.id.clone(),
            transport,
            destination,
            file,
            recipients: places.into_iter().map(|p| (p, false)).collect(),
            kept: Vec::new(),
            failure: None,
            sessions: 0,
            way: way.0,
            secrets: way.1,
            secret: Default::default(),
            is_encrypted: false,
            level: Level::default(),
            met: None,
            untried: steps.into(),
            host: None,
            awaited: Awaited::Connect,
            further: VecDeque::new(),
            heard: Vec::new(),
            offers: Vec::new(),
            wishes: VecDeque::new(),
            begun: now,
            connected: None,
            mailed: None,
            now,
        };
        transfer.level = transfer.way.tls.of(&transfer.destination);
        match transfer.way.fatal.clone() {
            Some(fatal) => {
                transfer.note(format!("fatal: {fatal}"));
                transfer.recipients.clear();
                transfer.awaited = Awaited::Over;
                transfer.wishes.push_back(Wish::Die(false));
            }
            None => transfer.try_next(None),
        }
        transfer
    }

    /// There is a process for it only now.
    pub fn begins(&mut self, now: Time) {
        (self.begun, self.now) = (now, now);
    }

    /// Where it wants connections to an address to come from; empty for wherever.
    pub fn comes_from(&self, addr: &str) -> &str {
        &self.way.bound[usize::from(addr.contains(':'))]
    }

    /// How long it waits for a host to answer its call.
    pub fn patience(&self) -> Duration {
        self.way.patience
    }

    /// How many messages have come of the same one as the message that is handed over.
    pub fn lineage(&self) -> Lineage {
        self.file.lineage.clone()
    }

    /// The next wish; `None` while it waits for the host.
    pub fn poll(&mut self) -> Option<Wish> {
        // The next host comes when all has been told of this one.
        if self.wishes.is_empty() && self.awaited == Awaited::Over && !self.recipients.is_empty() {
            if let Some(failure) = self.failure.take() {
                self.try_next(Some(failure));
            }
        }
        self.wishes.pop_front()
    }

    /// Goes on to the next host; `failure` is what the last one has come to.
    fn try_next(&mut self, mut failure: Option<Outcome>) {
        while let Some(step) = self.untried.pop_front() {
            match step {
                Step::Try(host) if self.level.is_bad => {
                    std::mem::take(&mut self.level.notes)
                        .into_iter()
                        .for_each(|text| self.note(text));
                    let why = "client TLS configuration problem";
                    self.note(format!(
                        "warning: TLS policy lookup for {}/{}: {why}",
                        self.destination, host.name
                    ));
                    self.host = None;
                    failure = Some(Outcome::new(Status::Deferred, "4.7.5", why));
                }
                Step::Try(host) => {
                    std::mem::take(&mut self.level.notes)
                        .into_iter()
                        .for_each(|text| self.note(text));
                    self.host = Some(host.clone());
                    (self.awaited, self.connected) = (Awaited::Connect, None);
                    self.offers.clear();
                    self.further.clear();
                    self.heard.clear();
                    self.is_encrypted = false;
                    return self.wishes.push_back(Wish::Connect(host));
                }
                Step::Site => self.sessions = 0,
                Step::Smtps if self.way.wrapper => {}
                Step::Smtps => self.note(format!(
                    "SMTPS wrappermode (TCP port 465) requires setting \"smtp_tls_wrappermode = yes\", and {NEEDED}"
                )),
                Step::Say(text) => self.note(text),
                Step::Miss(notes, outcome) => {
                    notes.into_iter().for_each(|text| self.note(text));
                    self.host = None;
                    failure = Some(outcome);
                }
                Step::Die(lines) => {
                    lines.into_iter().for_each(|text| self.note(text));
                    // Nothing is known of them.
                    self.recipients.clear();
                    self.awaited = Awaited::Over;
                    return self.wishes.push_back(Wish::Die(true));
                }
            }
        }
        let why = "server unavailable or unable to receive mail";
        let nobody = || Outcome::new(Status::Deferred, "4.3.0", why);
        self.host = self.host.take().filter(|_| self.connected.is_some());
        self.fail_all(&failure.unwrap_or_else(nobody));
    }

    /// A handshake before the greeting, where there is one; elsewhere the port may want it.
    fn wrap(&mut self) {
        match (self.way.wrapper, self.level.tls) {
            (true, Tls::Encrypt | Tls::Verify) => self.wishes.push_back(Wish::Handshake),
            (true, _) => {
                self.note(format!("warning: smtp_tls_wrappermode requires {NEEDED}"));
                self.wishes.push_back(Wish::Hangup);
                self.connected = None;
                self.try_next(None);
            }
            _ => {}
        }
    }

    /// The host shows this certificate; what is wrong with it, by OpenSSL's number.
    pub fn meets(&mut self, certificate: Certificate, fault: u32) {
        self.met = Some((certificate, fault));
    }

    /// Whether the certificate is good enough, which is said in the log.
    fn believes(&mut self) -> bool {
        let host = self.host.as_ref().map_or("", |h| &h.name);
        let port = self.host.as_ref().map_or(25, |h| h.port);
        let place = format!("{}:{port}", self.named());
        let (fault, issuer, has_name) = match &self.met {
            Some((shown, fault)) => {
                let has_name = self.level.takes(shown, host, &self.destination);
                (*fault, shown.issuer.clone(), has_name)
            }
            None => (18, String::new(), false),
        };
        let must = self.level.tls == Tls::Verify;
        let failed = format!("certificate verification failed for {place}");
        match fault {
            _ if !must => {}
            0 if has_name => {}
            0 => self.note(format!("server {failed}: num=62:hostname mismatch")),
            10 => self.note(format!("server {failed}: certificate has expired")),
            20 => {
                let issuer = Certificate::line(&issuer);
                self.note(format!("{failed}: untrusted issuer {issuer}"));
            }
            _ => self.note(format!("{failed}: self-signed certificate")),
        }
        if self.way.is_logged {
            let word = match fault {
                0 if must && has_name => "Verified",
                0 if !must => "Trusted",
                _ => "Untrusted",
            };
            let what = "TLS connection established to";
            self.note(format!("{word} {what} {place}: {USUAL}"));
        }
        !must || (fault == 0 && has_name)
    }

    fn note(&mut self, text: String) {
        let program = "smtp";
        self.wishes.push_back(Wish::Note(Note { program, text }));
    }

    /// `mx.gmail.com[10.25.9.1]`.
    fn named(&self) -> String {
        let host = self.host.as_ref();
        host.map_or(String::new(), |h| format!("{}[{}]", h.name, h.addr))
    }

    /// Tells what has come.
    pub fn tell(&mut self, told: Event, now: Time) {
        self.now = now;
        match told {
            Event::Connected => {
                (self.awaited, self.connected) = (Awaited::Banner, Some(now));
                self.wrap();
            }
            Event::Refused | Event::TimedOut => {
                let why = match told {
                    Event::Refused => "Connection refused",
                    _ => "Connection timed out",
                };
                let port = self.host.as_ref().map_or(25, |h| h.port);
                let text = format!("connect to {}:{port}: {why}", self.named());
                self.note(text.clone());
                self.connected = None;
                self.try_next(Some(Outcome::new(Status::Deferred, "4.4.1", text)));
            }
            Event::Closed if self.awaited != Awaited::Over => {
                let why = format!(
                    "lost connection with {} while {}",
                    self.named(),
                    self.awaited.activity()
                );
                let outcome = Outcome::new(Status::Deferred, "4.4.2", why);
                match self.awaited {
                    Awaited::Banner | Awaited::Ehlo | Awaited::Helo => {
                        self.note(format!("{}: {}", self.id, outcome.why));
                        self.try_next(Some(outcome));
                    }
                    _ => self.fail_all(&outcome),
                }
            }
            Event::Closed => {}
            Event::TlsStarted => {
                self.is_encrypted = true;
                if !self.believes() {
                    self.wishes.push_back(Wish::Send(b"QUIT\r\n".to_vec()));
                    self.wishes.push_back(Wish::Hangup);
                    let why = "Server certificate not verified";
                    return self.try_next(Some(Outcome::new(Status::Deferred, "4.7.5", why)));
                }
                if self.awaited == Awaited::Banner {
                    return;
                }
                self.say(Awaited::Ehlo, format!("EHLO {}", self.way.helo));
            }
            Event::Data(_) if self.way.wrapper && !self.is_encrypted => {
                if self.awaited != Awaited::Over {
                    let port = self.host.as_ref().map_or(25, |h| h.port);
                    self.note(format!("SSL_connect error to {}:{port}: -1", self.named()));
                    let what =
                        "TLS library problem: error:0A00010B:SSL routines::wrong version number";
                    self.note(format!("warning: {what}:../ssl/record/ssl3_record.c:350:"));
                    let why = "Cannot start TLS: handshake failure";
                    self.wishes.push_back(Wish::Hangup);
                    self.try_next(Some(Outcome::new(Status::Deferred, "4.7.5", why)));
                }
            }
            Event::Data(bytes) => {
                self.heard.extend_from_slice(&bytes);
                while let Some(reply) = take_reply(&mut self.heard) {
                    match self.taken(reply) {
                        Some(reply) => self.answer(&reply),
                        None => self.fail_all(&self.data_error()),
                    }
                }
            }
        }
    }

    /// The other end, as the log names it: `mx.gmail.com[10.25.9.1]:25`, or `none`.
    pub fn relay(&self) -> String {
        match self.host.as_ref().filter(|_| self.connected.is_some()) {
            Some(host) => format!("{}:{}", self.named(), host.port),
            None => "none".into(),
        }
    }

    /// How long it took to connect, and to hand the message over.
    pub fn spans(&self) -> [Duration; 2] {
        let mailed = self.mailed.unwrap_or(self.now);
        [mailed - self.begun, self.now - mailed]
    }
}
