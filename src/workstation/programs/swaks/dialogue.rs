//! The transaction: what is sent, and what each reply leads to.

use std::collections::VecDeque;
use std::time::Duration;

use crate::network::{ConnectionId, Event, World};
use crate::postfix::delivery::certificate::Certificate;
use crate::smtp::bytes::{decode, encode};
use crate::smtp::reply::take_reply;
use crate::time::{millis, Time};
use crate::workstation::programs::address::addresses;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::swaks::dump::body;
use crate::workstation::programs::swaks::plan::Plan;
use crate::workstation::programs::swaks::transcript::{dump, readable, Kind, Transcript};

/// What a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Banner,
    /// EHLO or LHLO.
    Ehlo,
    Helo,
    Xclient,
    Tls,
    /// A step of AUTH; whether it is the last.
    Auth(bool),
    Mail,
    Rcpt,
    Data,
    Content,
    Quit,
}

/// Which greeting it is, and the status where it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Greeting {
    First = 22,
    AfterTls = 32,
    AfterXclient = 34,
}

/// A transaction at work.
#[derive(Debug)]
pub(super) struct Dialogue {
    pub(super) plan: Plan,
    pub(super) shown: Transcript,
    connection: Option<ConnectionId>,
    is_connected: bool,
    heard: Vec<u8>,
    unsent: Vec<u8>,
    /// What is awaited, in order.
    awaited: VecDeque<Stage>,
    /// What was refused since it last listened.
    refused: Vec<Stage>,
    since: Time,
    pub(super) greeting: Greeting,
    /// What the server offers.
    pub(super) offers: Vec<String>,
    pub(super) has_tried_tls: bool,
    pub(super) types: VecDeque<(String, String)>,
    pub(super) base: String,
    pub(super) steps: VecDeque<String>,
    recipients: VecDeque<String>,
    all: usize,
    failed: usize,
    more: usize,
    drops: bool,
    has_quit: bool,
    status: i32,
    ended: bool,
}

impl Dialogue {
    /// Connects.
    pub(super) fn new(plan: Plan, mut shown: Transcript, at: &mut Machine) -> Dialogue {
        let (server, port) = (&plan.server, plan.port);
        shown.add(Kind::Info, &format!("Trying {server}:{port}..."));
        let wants_six = plan.given.has("6");
        let found = addresses(at.world, at.host, server);
        let address = found
            .into_iter()
            .find(|a| a.contains(':') == wants_six || !wants_six);
        let connection = address.map(|address| at.world.connect(at.host, &address, port));
        let recipients: VecDeque<String> = plan.to.split(',').map(str::to_string).collect();
        let mut dialogue = Dialogue {
            connection,
            is_connected: false,
            heard: Vec::new(),
            unsent: Vec::new(),
            awaited: VecDeque::new(),
            refused: Vec::new(),
            since: at.world.now(),
            greeting: Greeting::First,
            offers: Vec::new(),
            has_tried_tls: false,
            types: VecDeque::new(),
            base: String::new(),
            steps: VecDeque::new(),
            all: recipients.len(),
            recipients,
            failed: 0,
            more: 0,
            drops: false,
            has_quit: false,
            status: 0,
            ended: false,
            plan,
            shown,
        };
        if dialogue.connection.is_none() {
            dialogue.no_connection("getaddrinfo: Name or service not known");
        }
        dialogue
    }

    fn info(&mut self, text: &str) {
        self.shown.add(Kind::Info, text);
    }

    pub(super) fn error(&mut self, text: &str) {
        self.shown.add(Kind::Error, text);
    }

    fn end(&mut self, status: i32) {
        (self.status, self.ended) = (status, true);
    }

    fn no_connection(&mut self, why: &str) {
        let (server, port) = (&self.plan.server, self.plan.port);
        let text = format!("Error connecting to {server}:{port}:\n\tIO::Socket::INET6: {why}");
        self.error(&text);
        self.end(2);
    }

    /// Gives up the connection.
    pub(super) fn abandon(&mut self, world: &mut World) {
        if let Some(connection) = self.connection.take() {
            world.close(connection);
        }
    }

    /// Goes on as far as possible; the exit status at the end.
    pub(super) fn advance(&mut self, at: &mut Machine) -> Option<i32> {
        loop {
            if self.ended {
                self.abandon(at.world);
                return Some(self.status);
            }
            let event = self.connection.and_then(|c| at.world.receive(c));
            let Some(event) = event else {
                break;
            };
            match event {
                Event::Connected => {
                    self.is_connected = true;
                    let text = format!("Connected to {}.", self.plan.server);
                    self.info(&text);
                    if !self.plan.proxy.is_empty() {
                        let line = format!("PROXY {}", self.plan.proxy);
                        self.shown.add(Kind::Sent, &line);
                        self.unsent.extend(encode(&(line + "\r\n")));
                        self.flush(at.world);
                    }
                    self.since = at.world.now();
                    match self.connection.filter(|_| self.plan.tls_on_connect) {
                        Some(connection) => at.world.handshake(connection),
                        None => self.awaited.push_back(Stage::Banner),
                    }
                }
                Event::Refused => self.no_connection("connect: Connection refused"),
                Event::TimedOut => self.no_connection("connect: timeout"),
                Event::TlsStarted => {
                    self.shown.is_encrypted = true;
                    self.info("TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256");
                    self.info("TLS no local certificate set");
                    let shown = at.world.certificate(self.connection, &self.plan.server);
                    let text = format!("TLS peer DN=\"{}\"", Certificate::line(&shown.subject));
                    self.info(&text);
                    if self.plan.tls_on_connect {
                        if !self.leaves_after("tls", at.world) {
                            self.awaited.push_back(Stage::Banner);
                        }
                    } else {
                        self.after_tls(at.world);
                    }
                }
                Event::Data(_) if self.plan.tls_on_connect && !self.shown.is_encrypted => {
                    self.error("TLS startup failed (connect(): error:0A00010B:SSL routines::wrong version number)");
                    self.end(29);
                }
                Event::Data(bytes) => {
                    if self.plan.given.has("show-raw-text") {
                        self.shown.add(Kind::HeardRaw, &dump(&bytes));
                    }
                    self.heard.extend_from_slice(&bytes);
                    while let Some(reply) = take_reply(&mut self.heard).filter(|_| !self.ended) {
                        self.hear(&reply, at.world);
                    }
                }
                Event::Closed => {
                    let left = decode(&self.heard).replace('\r', "");
                    if !left.is_empty() {
                        self.shown.add(Kind::Refused, left.trim_end_matches('\n'));
                    }
                    if !self.awaited.is_empty() || self.plan.tls_on_connect {
                        self.error("Remote host closed connection unexpectedly.");
                        let own = self.has_quit.then_some(self.status);
                        self.end(own.filter(|s| *s != 0).unwrap_or(6));
                    }
                }
            }
        }
        if self.awaited.is_empty() && self.is_connected && !self.plan.tls_on_connect {
            return None;
        }
        // Nobody waits for ever.
        let until = self.since + Duration::from_secs(self.plan.timeout);
        if self.plan.timeout == 0 || at.world.now() < until {
            if self.plan.timeout > 0 {
                at.wake_at(until, false);
            }
            return None;
        }
        if !self.is_connected {
            self.no_connection("connect: timeout");
        } else if self.awaited.is_empty() {
            self.error("TLS startup failed (connect(): error:00000000:lib(0)::reason(0))");
            self.end(29);
        } else {
            let text = format!(
                "Timeout ({} secs) waiting for server response",
                self.plan.timeout
            );
            self.hear(&text, at.world);
        }
        self.advance(at)
    }

    fn flush(&mut self, world: &mut World) {
        let bytes = std::mem::take(&mut self.unsent);
        if let Some(connection) = self.connection.filter(|_| !bytes.is_empty()) {
            if self.plan.given.has("show-raw-text") {
                self.shown.add(Kind::SentRaw, &dump(&bytes));
            }
            world.send(connection, &bytes);
        }
        self.since = world.now();
    }

    /// Sends a line, of which something else may be shown; at once, unless what follows goes with it.
    pub(super) fn send(
        &mut self,
        stage: Stage,
        line: &str,
        shown: Option<&str>,
        waits: bool,
        world: &mut World,
    ) {
        self.shown.add(Kind::Sent, shown.unwrap_or(line));
        self.unsent.extend(encode(line));
        self.unsent.extend(b"\r\n");
        self.awaited.push_back(stage);
        if waits {
            self.flush(world);
            if self.drops {
                self.drop_it();
            }
        }
    }

    pub(super) fn drop_it(&mut self) {
        self.info("Dropping connection");
        self.end(0);
    }

    /// Whether the transaction ends after a step.
    pub(super) fn leaves_after(&mut self, step: &str, world: &mut World) -> bool {
        if self.ended || self.has_quit {
            return true;
        }
        if self.plan.ends[1] == step {
            self.drop_it();
        } else if self.plan.ends[0] == step {
            self.quit(0, world);
        } else {
            return false;
        }
        true
    }

    pub(super) fn quit(&mut self, status: i32, world: &mut World) {
        if self.has_quit || self.ended {
            return;
        }
        self.has_quit = true;
        self.status = status;
        self.send(Stage::Quit, "QUIT", None, true, world);
    }

    /// The step at which it may drop the connection before it has read the reply.
    pub(super) fn may_drop(&mut self, step: &str) {
        self.drops |= self.plan.ends[2] == step;
    }

    /// A reply, or what stands for one.
    fn hear(&mut self, reply: &str, world: &mut World) {
        let Some(stage) = self.awaited.pop_front() else {
            return;
        };
        let code = match stage {
            Stage::Banner | Stage::Tls | Stage::Xclient => "220",
            Stage::Data => "354",
            Stage::Auth(true) => "235",
            Stage::Auth(false) => "334",
            Stage::Quit => "221",
            _ => "250",
        };
        let reply = reply.replace('\r', "");
        let reply = reply.trim_end_matches('\n');
        let is_last = |line: &str| {
            line.strip_prefix(code)
                .is_some_and(|rest| rest.starts_with(' '))
        };
        let is_good = reply.split('\n').any(is_last);
        if let Some(lapse) = self.plan.given.value("show-time-lapse") {
            let took = millis(world.now() - self.since);
            let text = match lapse.is_empty() {
                true => format!("response in {}.{:03}s", took / 1_000, took % 1_000),
                false => format!("response in {}s", took / 1_000),
            };
            self.info(&text);
            self.since = world.now();
        }
        let kind = if is_good { Kind::Heard } else { Kind::Refused };
        match (stage, self.plan.given.has("auth-plaintext")) {
            (Stage::Auth(_), true) => self.shown.add(kind, &readable(reply)),
            _ => self.shown.add(kind, reply),
        }
        if !is_good {
            self.refused.push(stage);
        }
        if !self.awaited.is_empty() {
            return;
        }
        for refused in std::mem::take(&mut self.refused) {
            match refused {
                Stage::Mail => self.quit(23, world),
                Stage::Rcpt => {
                    self.failed += 1;
                    if self.failed == self.all {
                        self.quit(24, world);
                    }
                }
                _ => {}
            }
        }
        if stage != Stage::Quit && (self.has_quit || self.ended) {
            return;
        }
        self.go_on(stage, is_good, reply, world);
    }

    fn go_on(&mut self, stage: Stage, is_good: bool, reply: &str, world: &mut World) {
        match stage {
            Stage::Quit => {
                self.info("Connection closed with remote host.");
                self.ended = true;
            }
            Stage::Banner if !is_good => self.quit(21, world),
            Stage::Banner => {
                if !self.leaves_after("connect", world) {
                    self.greet(Greeting::First, world);
                }
            }
            Stage::Ehlo if !is_good && self.plan.protocol == "esmtp" => {
                let line = format!("HELO {}", self.plan.helo);
                self.send(Stage::Helo, &line, None, true, world);
            }
            Stage::Ehlo | Stage::Helo if !is_good => self.quit(self.greeting as i32, world),
            Stage::Ehlo | Stage::Helo => {
                self.offers.clear();
                if stage == Stage::Ehlo {
                    let lines = reply.split('\n').filter_map(|line| line.get(4..));
                    self.offers = lines.map(str::to_string).collect();
                }
                self.greeted(world);
            }
            Stage::Xclient if !is_good => {
                self.error("XCLIENT attempted but failed.  Exiting");
                match self.plan.given.has("xclient-optional") {
                    true => self.after_xclient(world),
                    false => self.quit(33, world),
                }
            }
            Stage::Xclient => self.xclient(world),
            Stage::Tls if is_good => self.connection.iter().for_each(|c| world.handshake(*c)),
            Stage::Tls => {
                self.error("STARTTLS attempted but failed");
                match self.plan.tls_optional {
                    1 => self.after_tls(world),
                    _ => self.end(29),
                }
            }
            Stage::Auth(_) if !is_good => self.next_type(true, world),
            Stage::Auth(true) => self.after_auth(world),
            Stage::Auth(false) => self.prove(reply, world),
            Stage::Mail => self.after_mail(world),
            Stage::Rcpt => self.next_recipient(world),
            Stage::Data if !is_good => self.quit(25, world),
            Stage::Data => self.content(world),
            Stage::Content if self.more > 0 => {
                self.more -= 1;
                self.awaited.push_back(Stage::Content);
            }
            Stage::Content => match is_good {
                _ if self.leaves_after("dot", world) => {}
                true => self.quit(0, world),
                false => self.quit(26, world),
            },
        }
    }

    pub(super) fn after_auth(&mut self, world: &mut World) {
        if self.leaves_after("auth", world) {
            return;
        }
        self.may_drop("mail");
        let mut line = format!("MAIL FROM:<{}>", self.plan.from);
        if self.plan.given.has("prdr") {
            if self.offer("PRDR").is_none() {
                self.error("Host did not advertise PRDR support");
                return self.quit(30, world);
            }
            line.push_str(" PRDR");
        }
        let waits = !self.pipelines();
        self.send(Stage::Mail, &line, None, waits, world);
        if !waits {
            self.after_mail(world);
        }
    }

    fn pipelines(&self) -> bool {
        self.plan.given.has("pipeline") && self.offer("PIPELINING").is_some()
    }

    fn after_mail(&mut self, world: &mut World) {
        if !self.leaves_after("mail", world) {
            self.may_drop("rcpt");
            self.next_recipient(world);
        }
    }

    fn next_recipient(&mut self, world: &mut World) {
        let waits = !self.pipelines();
        while let Some(to) = self.recipients.pop_front() {
            self.send(Stage::Rcpt, &format!("RCPT TO:<{to}>"), None, waits, world);
            if waits {
                return;
            }
        }
        if !self.leaves_after("rcpt", world) {
            self.may_drop("data");
            self.send(Stage::Data, "DATA", None, true, world);
        }
    }

    fn content(&mut self, world: &mut World) {
        if self.plan.ends[1] == "data" {
            return self.drop_it();
        }
        self.may_drop("dot");
        if self.plan.protocol == "lmtp" {
            self.more = (self.all - self.failed.min(self.all)).saturating_sub(1);
        }
        let data = body(&self.plan);
        let brief = match self.plan.given.has("suppress-data") {
            true => Some(format!(
                "{} lines sent",
                data.trim_end_matches('\n').split('\n').count()
            )),
            false => None,
        };
        self.send(Stage::Content, &data, brief.as_deref(), true, world);
    }
}
