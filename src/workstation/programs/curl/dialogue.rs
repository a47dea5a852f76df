//! The session: what is sent, and what each reply leads to.

use std::collections::VecDeque;
use std::time::Duration;

use crate::network::{ConnectionId, Event};
use crate::smtp::bytes::encode;
use crate::smtp::reply::take_reply;
use crate::time::{micros, millis, Time};
use crate::workstation::programs::address::addresses;
use crate::workstation::programs::curl::login::Login;
use crate::workstation::programs::curl::plan::Plan;
use crate::workstation::programs::curl::report::Report;
use crate::workstation::programs::machine::Machine;

/// What a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Connecting,
    Banner,
    Ehlo,
    Helo,
    Tls,
    Handshake,
    /// AUTH, and the step of it that comes next.
    Auth(usize),
    Mail,
    Rcpt,
    Data,
    Content,
    Command,
    /// What is said is no concern of curl's.
    Raw,
    Quit,
}

/// How long curl waits for a reply.
const RESPONSE: Duration = Duration::from_secs(120);

/// A session at work.
#[derive(Debug)]
pub(super) struct Dialogue {
    pub(super) plan: Plan,
    pub(super) report: Report,
    pub(super) connection: Option<ConnectionId>,
    pub(super) address: String,
    pub(super) stage: Stage,
    pub(super) heard: Vec<u8>,
    pub(super) begun: Time,
    pub(super) since: Time,
    pub(super) offers: String,
    pub(super) is_encrypted: bool,
    pub(super) login: Login,
    pub(super) mechanism: &'static str,
    pub(super) is_logged_in: bool,
    pub(super) recipients: VecDeque<String>,
    pub(super) accepted: usize,
    pub(super) sent: Option<(usize, usize)>,
    pub(super) code: u32,
    /// The status and what is wrong, once that is known.
    pub(super) fault: (i32, String),
    pub(super) ended: bool,
}

/// An address without its brackets.
pub(super) fn bare(address: &str) -> &str {
    let inside = address.strip_prefix('<').unwrap_or(address);
    inside.strip_suffix('>').unwrap_or(inside)
}

impl Dialogue {
    /// Connects.
    pub(super) fn new(plan: Plan, at: &mut Machine) -> Dialogue {
        let given = &plan.given;
        let report = Report::new(given, plan.message.is_some(), at);
        report.begin(at);
        let found = addresses(at.world, at.host, &plan.host);
        let six = given.has("ipv6");
        let four = given.has("ipv4");
        let fits = |a: &&String| a.contains(':') == six || !(six || four);
        let address = found.iter().find(fits).cloned().unwrap_or_default();
        let login = Login {
            user: plan.user.clone().unwrap_or_default(),
            password: plan.password.clone(),
            has_token: given.has("oauth2-bearer"),
            actor: given.value("sasl-authzid").unwrap_or("").into(),
        };
        let recipients = given
            .all("mail-rcpt")
            .map(|r| bare(r).to_string())
            .collect();
        let mut dialogue = Dialogue {
            connection: None,
            stage: Stage::Connecting,
            heard: Vec::new(),
            begun: at.world.now(),
            since: at.world.now(),
            offers: String::new(),
            is_encrypted: false,
            login,
            mechanism: "",
            is_logged_in: false,
            recipients,
            accepted: 0,
            sent: None,
            code: 0,
            fault: (0, String::new()),
            ended: false,
            address,
            report,
            plan,
        };
        if dialogue.address.is_empty() {
            let text = format!("Could not resolve host: {}", dialogue.plan.host);
            dialogue.fail(6, &text, at);
            return dialogue;
        }
        let place = match dialogue.address.contains(':') {
            true => format!("[{}]", dialogue.address),
            false => dialogue.address.clone(),
        };
        let text = format!("  Trying {place}:{}...", dialogue.plan.port);
        dialogue.report.info(&text, at);
        let (address, port) = (dialogue.address.clone(), dialogue.plan.port);
        dialogue.connection = Some(at.world.connect(at.host, &address, port));
        dialogue
    }

    /// Gives up the connection.
    pub(super) fn abandon(&mut self, world: &mut crate::network::World) {
        if let Some(connection) = self.connection.take() {
            world.close(connection);
        }
    }

    /// A fault that ends it at once.
    pub(super) fn fail(&mut self, status: i32, text: &str, at: &mut Machine) {
        self.fault = (status, text.into());
        self.report.info(text, at);
        self.close(at);
    }

    /// The end, with the connection closed.
    pub(super) fn close(&mut self, at: &mut Machine) {
        self.meter(at);
        self.report.info("Closing connection 0", at);
        self.abandon(at.world);
        self.finish(at);
    }

    fn meter(&mut self, at: &mut Machine) {
        let took = micros(at.world.now() - self.begun);
        self.report.end(self.sent, took, at);
    }

    fn finish(&mut self, at: &mut Machine) {
        let code = format!("{:03}", self.code);
        let took = micros(at.world.now() - self.begun);
        let facts = [
            ("http_code", code.clone()),
            ("response_code", code),
            ("exitcode", self.fault.0.to_string()),
            ("errormsg", self.fault.1.clone()),
            (
                "url",
                self.plan.given.urls.first().cloned().unwrap_or_default(),
            ),
            (
                "size_upload",
                self.sent.map_or(0, |sent| sent.0).to_string(),
            ),
            ("remote_ip", self.address.clone()),
            ("remote_port", self.plan.port.to_string()),
            (
                "time_total",
                format!("{}.{:06}", took / 1_000_000, took % 1_000_000),
            ),
        ];
        self.report.finish(&self.fault.1, self.fault.0, &facts, at);
        self.ended = true;
    }

    /// All went well: the connection is kept until curl itself ends, which says QUIT and not a word of it.
    pub(super) fn succeed(&mut self, at: &mut Machine) {
        self.meter(at);
        let text = format!("Connection #0 to host {} left intact", self.plan.host);
        self.report.info(&text, at);
        if let Some(connection) = self.connection {
            at.world.send(connection, b"QUIT\r\n");
        }
        self.finish(at);
    }

    /// A fault after which it takes its leave.
    pub(super) fn refuse(&mut self, status: i32, text: &str, at: &mut Machine) {
        self.fault = (status, text.into());
        self.report.info(text, at);
        self.meter(at);
        self.send(Stage::Quit, "QUIT", at);
    }

    pub(super) fn send(&mut self, stage: Stage, line: &str, at: &mut Machine) {
        if self.is_encrypted {
            self.report.moved(5, true, at);
        }
        self.report.said(line, true, at);
        if self.is_encrypted {
            self.report.moved(5, false, at);
        }
        if let Some(connection) = self.connection {
            at.world.send(connection, &encode(&format!("{line}\r\n")));
        }
        self.stage = stage;
        self.since = at.world.now();
    }

    /// Goes on as far as possible; the exit status at the end.
    pub(super) fn advance(&mut self, at: &mut Machine) -> Option<i32> {
        loop {
            if self.ended {
                self.abandon(at.world);
                return Some(self.fault.0);
            }
            let event = self.connection.and_then(|c| at.world.receive(c));
            let Some(event) = event else {
                break;
            };
            match event {
                Event::Connected => {
                    let Plan { host, port, .. } = &self.plan;
                    let text = format!("Connected to {host} ({}) port {port} (#0)", self.address);
                    self.report.info(&text, at);
                    self.since = at.world.now();
                    match self.plan.wrapped {
                        true => self.shake_hands(at),
                        false if self.plan.raw => self.stage = Stage::Raw,
                        false => self.stage = Stage::Banner,
                    }
                }
                Event::Refused | Event::TimedOut => {
                    let is_refused = matches!(event, Event::Refused);
                    self.no_connection(is_refused, at);
                }
                Event::TlsStarted => self.encrypted(at),
                Event::Data(_) if self.stage == Stage::Handshake => {
                    let text = "OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number";
                    self.fail(35, text, at);
                }
                Event::Data(bytes) if self.stage == Stage::Raw => self.show(&bytes, at),
                Event::Data(bytes) => {
                    self.heard.extend_from_slice(&bytes);
                    while !self.ended {
                        let Some(mut reply) = take_reply(&mut self.heard) else {
                            break;
                        };
                        self.since = at.world.now();
                        // The blank behind a code with nothing after it is part of the line.
                        if reply.len() == 3 {
                            reply.push(' ');
                        }
                        self.report.said(&reply, false, at);
                        self.hear(&reply, at);
                    }
                }
                Event::Closed if self.stage == Stage::Quit => self.leave(at),
                Event::Closed if self.stage == Stage::Raw => self.close(at),
                Event::Closed => self.fail(56, "response reading failed (errno: 0)", at),
            }
        }
        if self.stage == Stage::Raw {
            return self.relay(at);
        }
        self.watch(at)
    }

    /// Looks at the clock: nobody waits for ever.
    fn watch(&mut self, at: &mut Machine) -> Option<i32> {
        let now = at.world.now();
        let mut until = self.since + RESPONSE;
        let mut text = "server response timeout".to_string();
        let took = millis(now - self.begun);
        if self.stage == Stage::Connecting {
            until = self.begun + self.plan.patience.unwrap_or(Duration::from_secs(300));
            let Plan { host, port, .. } = &self.plan;
            text = format!(
                "Failed to connect to {host} port {port} after {took} ms: Timeout was reached"
            );
        }
        if let Some(end) = self
            .plan
            .timeout
            .map(|t| self.begun + t)
            .filter(|end| *end < until)
        {
            until = end;
            if self.stage != Stage::Connecting {
                text =
                    format!("Operation timed out after {took} milliseconds with 0 bytes received");
            }
        }
        if now < until {
            at.wake_at(until, false);
            return None;
        }
        self.fail(28, &text, at);
        self.advance(at)
    }

    fn no_connection(&mut self, is_refused: bool, at: &mut Machine) {
        let (why, status, end) = match is_refused {
            true => ("Connection refused", 7, "Couldn't connect to server"),
            false => ("Connection timed out", 28, "Timeout was reached"),
        };
        let took = millis(at.world.now() - self.begun);
        let Plan { host, port, .. } = &self.plan;
        let first = format!("connect to {} port {port} failed: {why}", self.address);
        let text = format!("Failed to connect to {host} port {port} after {took} ms: {end}");
        self.report.info(&first, at);
        self.fail(status, &text, at);
    }

    pub(super) fn leave(&mut self, at: &mut Machine) {
        self.report.info("Closing connection 0", at);
        self.abandon(at.world);
        self.finish(at);
    }
}
