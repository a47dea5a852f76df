//! smtp: hands a message to another host (RFC 5321 section 4.1 from the client's side), sans I/O.
//!
//! A [`Transfer`] says what it wants ([`Wish`]) and is told what came of it ([`Told`]): hosts are
//! tried in the order of their preference until one speaks, then the message goes command by
//! command, and each recipient gets an [`Outcome`].

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::dns::Dns;
use crate::postfix::delivery::exchanger::{exchangers, Exchanger};
use crate::postfix::queue::file::{Addressee, Outcome, QueueFile, Status};
use crate::smtp::address::quote_local;
use crate::smtp::envelope::Ret;
use crate::smtp::policy::Note;
use crate::smtp::reply::take_reply;
use crate::time::Time;

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
}

/// What a transfer is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The connection is open.
    Connected,
    /// The port is closed.
    Refused,
    /// Nobody answers.
    TimedOut,
    /// Bytes from the host.
    Data(Vec<u8>),
    /// TLS is up.
    TlsStarted,
    /// The host has closed the connection.
    Closed,
}

/// What the last command was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connect,
    Banner,
    Ehlo,
    Helo,
    StartTls,
    Handshake,
    Mail,
    Rcpt(usize),
    Data,
    Content,
    Over,
}

impl Stage {
    /// As the log names it: `in reply to …`.
    fn name(self) -> &'static str {
        match self {
            Stage::Mail => "MAIL FROM command",
            Stage::Rcpt(_) => "RCPT TO command",
            Stage::Data => "DATA command",
            Stage::Content => "end of DATA command",
            Stage::StartTls => "STARTTLS command",
            Stage::Ehlo => "EHLO command",
            Stage::Helo => "HELO command",
            _ => "greeting",
        }
    }

    /// What was going on when a host fell silent.
    fn activity(self) -> &'static str {
        match self {
            Stage::Banner | Stage::Connect => "receiving the initial server greeting",
            Stage::Mail => "sending MAIL FROM",
            Stage::Rcpt(_) => "sending RCPT TO",
            Stage::Data => "sending DATA command",
            Stage::Content => "sending end of data -- message may be sent more than once",
            _ => "performing the EHLO handshake",
        }
    }
}

/// How STARTTLS is used (`smtp_tls_security_level`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// Never.
    #[default]
    None,
    /// Where it is offered.
    May,
    /// Always.
    Encrypt,
}

/// The delivery of one queue file to one next hop.
#[derive(Debug)]
pub struct Transfer {
    /// The queue ID.
    pub id: Arc<str>,
    file: QueueFile,
    /// Places of the recipients, and whether the host has accepted them.
    recipients: Vec<(usize, bool)>,
    helo: String,
    tls: Tls,
    is_encrypted: bool,
    untried: VecDeque<Exchanger>,
    host: Option<Exchanger>,
    stage: Stage,
    heard: Vec<u8>,
    offers: Vec<String>,
    wishes: VecDeque<Wish>,
    begun: Time,
    connected: Option<Time>,
    mailed: Option<Time>,
    now: Time,
}

impl Transfer {
    /// Looks the next hop up and begins with the first host.
    pub fn begin(
        file: QueueFile,
        places: Vec<usize>,
        nexthop: &str,
        helo: &str,
        tls: Tls,
        dns: &Dns,
        now: Time,
    ) -> Transfer {
        let mut transfer = Transfer {
            id: file.id.clone(),
            file,
            recipients: places.into_iter().map(|p| (p, false)).collect(),
            helo: helo.into(),
            tls,
            is_encrypted: false,
            untried: VecDeque::new(),
            host: None,
            stage: Stage::Connect,
            heard: Vec::new(),
            offers: Vec::new(),
            wishes: VecDeque::new(),
            begun: now,
            connected: None,
            mailed: None,
            now,
        };
        match exchangers(nexthop, dns) {
            Ok(hosts) => {
                transfer.untried = hosts.into();
                transfer.try_next(None);
            }
            Err(outcome) => transfer.fail_all(&outcome),
        }
        transfer
    }

    /// The next wish; `None` while it waits for the host.
    pub fn poll(&mut self) -> Option<Wish> {
        self.wishes.pop_front()
    }

    fn try_next(&mut self, failure: Option<Outcome>) {
        match self.untried.pop_front() {
            Some(host) => {
                self.host = Some(host.clone());
                (self.stage, self.connected) = (Stage::Connect, None);
                self.offers.clear();
                self.heard.clear();
                self.is_encrypted = false;
                self.wishes.push_back(Wish::Connect(host));
            }
            None => {
                let nobody = || Outcome::new(Status::Deferred, "4.4.1", "no mail server to try");
                self.host = self.host.take().filter(|_| self.connected.is_some());
                self.fail_all(&failure.unwrap_or_else(nobody));
            }
        }
    }

    /// `mx.gmail.com[10.25.9.1]`.
    fn named(&self) -> String {
        let host = self.host.as_ref();
        host.map_or(String::new(), |h| format!("{}[{}]", h.name, h.addr))
    }

    /// Tells what has come.
    pub fn tell(&mut self, told: Told, now: Time) {
        self.now = now;
        match told {
            Told::Connected => {
                (self.stage, self.connected) = (Stage::Banner, Some(now));
            }
            Told::Refused | Told::TimedOut => {
                let why = match told {
                    Told::Refused => "Connection refused",
                    _ => "Connection timed out",
                };
                let port = self.host.as_ref().map_or(25, |h| h.port);
                let text = format!("connect to {}:{port}: {why}", self.named());
                self.wishes.push_back(Wish::Note(Note {
                    program: "smtp",
                    text: text.clone(),
                }));
                self.connected = None;
                self.try_next(Some(Outcome::new(Status::Deferred, "4.4.1", text)));
            }
            Told::Closed if self.stage != Stage::Over => {
                let why = format!(
                    "lost connection with {} while {}",
                    self.named(),
                    self.stage.activity()
                );
                let outcome = Outcome::new(Status::Deferred, "4.4.2", why);
                match self.stage {
                    Stage::Banner | Stage::Ehlo | Stage::Helo => {
                        let note = Note {
                            program: "smtp",
                            text: format!("{}: {}", self.id, outcome.why),
                        };
                        self.wishes.push_back(Wish::Note(note));
                        self.try_next(Some(outcome));
                    }
                    _ => self.fail_all(&outcome),
                }
            }
            Told::Closed => {}
            Told::TlsStarted => {
                self.is_encrypted = true;
                self.say(Stage::Ehlo, format!("EHLO {}", self.helo));
            }
            Told::Data(bytes) => {
                self.heard.extend_from_slice(&bytes);
                while let Some(reply) = take_reply(&mut self.heard) {
                    self.answer(&reply);
                }
            }
        }
    }

    fn say(&mut self, stage: Stage, line: String) {
        self.stage = stage;
        let mut bytes = crate::smtp::bytes::encode(&line);
        bytes.extend_from_slice(b"\r\n");
        self.wishes.push_back(Wish::Send(bytes));
    }

    fn offers(&self, keyword: &str) -> bool {
        self.offers
            .iter()
            .any(|o| o.split(' ').next() == Some(keyword))
    }

    fn answer(&mut self, reply: &str) {
        let good = reply.starts_with('2');
        match self.stage {
            Stage::Banner if good => self.say(Stage::Ehlo, format!("EHLO {}", self.helo)),
            Stage::Banner => {
                // Another host of the domain may be in a better mood.
                let why = format!(
                    "host {} refused to talk to me: {}",
                    self.named(),
                    flat(reply)
                );
                let mut outcome = self.refusal(reply, why);
                outcome.status = Status::Deferred;
                outcome.dsn.replace_range(..1, "4");
                self.wishes.push_back(Wish::Send(b"QUIT\r\n".to_vec()));
                self.wishes.push_back(Wish::Hangup);
                self.try_next(Some(outcome));
            }
            Stage::Ehlo if good => {
                self.offers = reply
                    .lines()
                    .skip(1)
                    .filter_map(|l| l.get(4..))
                    .map(str::to_ascii_uppercase)
                    .collect();
                match (self.is_encrypted, self.tls, self.offers("STARTTLS")) {
                    (false, Tls::May | Tls::Encrypt, true) => {
                        self.say(Stage::StartTls, "STARTTLS".into())
                    }
                    (false, Tls::Encrypt, false) => {
                        let why = format!(
                            "TLS is required, but was not offered by host {}",
                            self.named()
                        );
                        self.fail_all(&Outcome::new(Status::Deferred, "4.7.4", why));
                    }
                    _ => self.mail(),
                }
            }
            Stage::Ehlo if reply.starts_with('5') => {
                self.say(Stage::Helo, format!("HELO {}", self.helo))
            }
            Stage::Helo if good => self.mail(),
            Stage::StartTls if good => self.stage = Stage::Handshake,
            Stage::StartTls if self.tls == Tls::May => self.mail(),
            Stage::Mail if good => self.rcpt(0),
            Stage::Rcpt(n) => {
                if good {
                    if let Some(recipient) = self.recipients.get_mut(n) {
                        recipient.1 = true;
                    }
                } else {
                    let outcome = self.said(reply);
                    if let Some((place, _)) = self.recipients.get(n) {
                        self.wishes.push_back(Wish::Settle(*place, outcome));
                    }
                }
                self.rcpt(n + 1);
            }
            Stage::Data if reply.starts_with('3') => self.content(),
            Stage::Content if good => {
                let outcome = Outcome {
                    status: Status::Sent,
                    dsn: code(reply),
                    why: flat(reply),
                    remote: Some((
                        self.host.as_ref().map_or(String::new(), |h| h.name.clone()),
                        flat(reply),
                    )),
                    action: "",
                };
                self.settle_accepted(&outcome);
                self.quit();
            }
            Stage::Data | Stage::Content => {
                let outcome = self.said(reply);
                self.settle_accepted(&outcome);
                self.quit();
            }
            Stage::Over | Stage::Connect | Stage::Handshake => {}
            _ => {
                let outcome = self.said(reply);
                self.fail_all(&outcome);
            }
        }
    }

    fn mail(&mut self) {
        self.mailed = Some(self.now);
        let mut line = format!("MAIL FROM:<{}>", external(&self.file.sender));
        if self.offers("SIZE") {
            line.push_str(&format!(
                " SIZE={}",
                crate::postfix::cleanup::headers::size(&self.file.text)
            ));
        }
        if self.file.is_8bit && self.offers("8BITMIME") {
            line.push_str(" BODY=8BITMIME");
        }
        if self.offers("DSN") {
            match self.file.ret {
                Some(Ret::Full) => line.push_str(" RET=FULL"),
                Some(Ret::Headers) => line.push_str(" RET=HDRS"),
                None => {}
            }
            if let Some(envid) = &self.file.envid {
                line.push_str(&format!(" ENVID={}", xtext(envid)));
            }
        }
        self.say(Stage::Mail, line);
    }

    fn rcpt(&mut self, n: usize) {
        let place = self.recipients.get(n).map(|r| r.0);
        match place.and_then(|p| self.file.recipients.get(p)).cloned() {
            Some(recipient) => {
                let line = self.rcpt_line(&recipient);
                self.say(Stage::Rcpt(n), line);
            }
            None if self.recipients.iter().any(|r| r.1) => self.say(Stage::Data, "DATA".into()),
            None => self.quit(),
        }
    }

    fn rcpt_line(&self, recipient: &Addressee) -> String {
        let mut line = format!("RCPT TO:<{}>", external(&recipient.address));
        if self.offers("DSN") {
            if let Some(notify) = recipient.notify {
                let words = [
                    (notify.never, "NEVER"),
                    (notify.success, "SUCCESS"),
                    (notify.failure, "FAILURE"),
                    (notify.delay, "DELAY"),
                ];
                let words: Vec<&str> = words.iter().filter(|w| w.0).map(|w| w.1).collect();
                line.push_str(&format!(" NOTIFY={}", words.join(",")));
            }
            if let Some((kind, address)) = recipient.dsn_original.split_once(';') {
                line.push_str(&format!(" ORCPT={kind};{}", xtext(address)));
            }
        }
        line
    }

    /// Sends the message, dots stuffed (RFC 5321 section 4.5.2).
    fn content(&mut self) {
        let mut bytes = Vec::with_capacity(self.file.text.len() + 64);
        let text = self
            .file
            .text
            .strip_suffix(b"\n")
            .unwrap_or(&self.file.text);
        for line in text.split(|&b| b == b'\n') {
            if line.starts_with(b".") {
                bytes.push(b'.');
            }
            bytes.extend_from_slice(line);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b".\r\n");
        self.stage = Stage::Content;
        self.wishes.push_back(Wish::Send(bytes));
    }

    fn quit(&mut self) {
        self.stage = Stage::Over;
        self.wishes.push_back(Wish::Send(b"QUIT\r\n".to_vec()));
        self.wishes.push_back(Wish::Hangup);
        self.wishes.push_back(Wish::Done);
    }

    fn settle_accepted(&mut self, outcome: &Outcome) {
        for (place, accepted) in &self.recipients {
            if *accepted {
                self.wishes.push_back(Wish::Settle(*place, outcome.clone()));
            }
        }
    }

    /// The same for all that have no outcome yet.
    fn fail_all(&mut self, outcome: &Outcome) {
        let open = self.connected.is_some() && self.stage != Stage::Over;
        for (place, _) in std::mem::take(&mut self.recipients) {
            self.wishes.push_back(Wish::Settle(place, outcome.clone()));
        }
        if open {
            return self.quit();
        }
        self.stage = Stage::Over;
        self.wishes.push_back(Wish::Done);
    }

    /// A refusal in the host's words.
    fn said(&self, reply: &str) -> Outcome {
        let why = format!(
            "host {} said: {} (in reply to {})",
            self.named(),
            flat(reply),
            self.stage.name()
        );
        self.refusal(reply, why)
    }

    fn refusal(&self, reply: &str, why: String) -> Outcome {
        let status = match reply.starts_with('5') {
            true => Status::Bounced,
            false => Status::Deferred,
        };
        let host = self.host.as_ref().map_or(String::new(), |h| h.name.clone());
        Outcome {
            status,
            dsn: code(reply),
            why,
            remote: Some((host, flat(reply))),
            action: "",
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

/// The enhanced status code of a reply, or what its code stands for.
fn code(reply: &str) -> String {
    let class = reply.get(..1).unwrap_or("4");
    let word = reply
        .get(4..)
        .and_then(|r| r.split([' ', '\n']).next())
        .unwrap_or("");
    let is_code = word.starts_with(class)
        && word.split('.').count() == 3
        && word
            .split('.')
            .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    match is_code {
        true => word.into(),
        false => format!("{class}.0.0"),
    }
}

fn flat(reply: &str) -> String {
    reply.replace('\n', " ")
}

fn external(address: &str) -> String {
    match address {
        "" => String::new(),
        _ => quote_local(address),
    }
}

/// RFC 3461 section 4.
fn xtext(text: &str) -> String {
    let mut out = String::new();
    for b in text.bytes() {
        match b {
            b'!'..=b'~' if b != b'+' && b != b'=' => out.push(char::from(b)),
            _ => out.push_str(&format!("+{b:02X}")),
        }
    }
    out
}
