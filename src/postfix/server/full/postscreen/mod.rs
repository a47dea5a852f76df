//! postscreen: who connects is looked at before an smtpd serves it. It has to wait for the greeting,
//! lists are asked about it, and it may have to speak to an engine that takes no mail.
//!
//! `rules` is what main.cf says, `memory` what is known of clients, `lists` what lists say of them;
//! `early` are the tests before the greeting, `engine` and `commands` those after it, and `offence` is
//! what becomes of who fails one.

mod commands;
mod early;
mod engine;
mod lists;
pub(in crate::postfix::server) mod memory;
mod offence;
pub(in crate::postfix::server) mod rules;
mod served;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::dns::Dns;
use crate::postfix::log::line::span;
use crate::postfix::server::full::imap::{serves, Imap};
use crate::postfix::server::full::postscreen::lists::Score;
use crate::postfix::server::full::postscreen::memory::{due, is_new, Memory, Stamps};
use crate::postfix::server::full::postscreen::rules::{Rules, DENIED};
use crate::postfix::server::running::Server;
use crate::postfix::server::{Exchanged, Screened};
use crate::smtp::client::Client;
use crate::smtp::policy::{Amended, Facts, Note};
use crate::smtp::reply::{with_footer, Reply};
use crate::smtp::session::Session;
use crate::time::Time;

/// The tests before the greeting, a bit each: who speaks too early, and who is in lists.
const EARLY: u8 = 0b00011;
const GREET: u8 = 0b00001;
const LISTED: u8 = 0b00010;

/// Those after it.
const DEEP: u8 = 0b11100;

/// A failure that is no test's: at this address nobody is let in.
const VETO: u8 = 1 << (DENIED + 1);

/// How long master waits before it starts another process that does not start.
const THROTTLE_TIME: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It is on its way.
    Away,
    New,
    Early,
    Deep,
    Handshake,
}

/// A client that postscreen looks at.
#[derive(Debug)]
pub struct Screen {
    rules: Arc<Rules>,
    service: usize,
    /// The client as the log calls it, and where it has connected.
    from: String,
    to: (String, u16),
    stage: Stage,
    now: Time,
    /// When the stage began, and when it ends by itself.
    since: Time,
    until: Option<Time>,
    input: VecDeque<u8>,
    /// The part of a command that has come.
    line: Vec<u8>,
    has_hung_up: bool,
    exchanged: Vec<Exchanged>,
    /// Tests that are before it, that it has passed and failed, and those over which nothing more is
    /// said.
    todo: u8,
    pass: u8,
    fail: u8,
    done: u8,
    is_new: bool,
    /// smtpd does not get it.
    stays: bool,
    /// It is told its last reply at the next command.
    is_last: bool,
    score: Score,
    facts: Facts,
    /// What its recipients are refused with, and what it hears at the end.
    refusal: String,
    last: String,
    commands: usize,
    /// It is Dovecot that it has connected to.
    imap: Option<Box<Imap>>,
    /// The last command, as the log names it.
    after: &'static str,
    discarded: Vec<String>,
}

impl Server {
    /// A client that has connected to a service at an address and a port, where postscreen is to look
    /// at it first.
    pub fn screen(&self, service: usize, client: &Client, at: (&str, u16)) -> Option<Screen> {
        let imap = match self.services.offered.get(service.checked_sub(1)?) {
            Some(_) => None,
            None => {
                let own = serves(&self.neighbours, at.1);
                let is_pop = own.is_some_and(|own| own.domain == "pop3");
                Some(Box::new(Imap::new(client, at.0, is_pop)))
            }
        };
        let offered = self.services.offered.get(service - 1);
        let rules = match offered {
            Some(offered) => Arc::clone(offered.screen.as_ref()?),
            None => Arc::new(Rules::new(self.config.clone(), &self.files, &|_, _| false)),
        };
        Some(Screen {
            service,
            from: format!("[{}]:{}", client.addr, client.port),
            to: (at.0.into(), at.1),
            stage: Stage::Away,
            now: Time::default(),
            since: Time::default(),
            until: None,
            input: VecDeque::new(),
            line: Vec::new(),
            has_hung_up: false,
            exchanged: Vec::new(),
            todo: 0,
            pass: 0,
            fail: 0,
            done: 0,
            is_new: false,
            stays: false,
            is_last: false,
            score: Score::default(),
            facts: Session::new(client.clone()).facts().clone(),
            refusal: "450 4.3.2 Service currently unavailable".into(),
            last: "421 4.3.2 Service currently unavailable".into(),
            commands: 0,
            imap,
            after: "CONNECT",
            discarded: Vec::new(),
            rules,
        })
    }

    /// Lets postscreen look at a client, whenever something has come of it or its
    /// [deadline](Screen::deadline) is there: what is said, in order, and what becomes of it.
    pub fn look(
        &mut self,
        screen: &mut Screen,
        dns: &Dns,
        now: Time,
    ) -> (Vec<Exchanged>, Screened) {
        screen.now = now;
        if let Some(mut imap) = screen.imap.take() {
            let screened = screen.serve(self, &mut imap);
            screen.imap = Some(imap);
            return (std::mem::take(&mut screen.exchanged), screened);
        }
        let screened = match screen.stage {
            Stage::Away => Screened::Waits,
            Stage::New => screen.begin(self, dns),
            Stage::Early => screen.wait(self),
            Stage::Deep => screen.converse(self),
            Stage::Handshake => screen.wait_for_tls(self),
        };
        (std::mem::take(&mut screen.exchanged), screened)
    }

    /// A client is gone, and postscreen does not hear of it.
    pub fn forget(&mut self, screen: &Screen) {
        self.memory(screen.service).leave(&screen.facts.client.addr);
    }

    /// What the postscreen of a service remembers.
    fn memory(&mut self, service: usize) -> &mut Memory {
        let all = &mut self.daemons.screens;
        if all.len() <= service {
            all.resize_with(service + 1, Memory::default);
        }
        &mut all[service]
    }
}

impl Screen {
    /// The client is there.
    pub fn arrive(&mut self) {
        self.stage = Stage::New;
    }

    /// The client has said something.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.input.extend(bytes);
    }

    /// The client has hung up.
    pub fn hang_up(&mut self) {
        self.has_hung_up = true;
    }

    /// Whether it has.
    pub fn has_hung_up(&self) -> bool {
        self.has_hung_up
    }

    /// When it goes on although its client says nothing.
    pub fn deadline(&self) -> Option<Time> {
        self.until
    }

    /// Whether the client has to wait.
    pub fn is_pausing(&self) -> bool {
        matches!(self.stage, Stage::New | Stage::Early)
            && self.until.is_some_and(|until| until > self.now)
    }

    /// Whether it waits for a handshake.
    pub fn awaits_handshake(&self) -> bool {
        self.stage == Stage::Handshake && !self.facts.tls
    }

    /// What the client has said that nobody has read.
    pub fn unread(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.input).into()
    }

    fn log(&self, server: &mut Server, text: String) {
        server.log_as("postscreen", self.now, text);
    }

    /// Writes a line that ends with the client.
    fn log_from(&self, server: &mut Server, text: &str) {
        self.log(server, format!("{text} {}", self.from));
    }

    /// What is known of the client.
    fn stamps<'s>(&self, server: &'s mut Server) -> &'s mut Stamps {
        let memory = server.memory(self.service);
        &mut memory.present(&self.facts.client.addr).stamps
    }

    /// It has passed a test, which is believed for so many seconds.
    fn pass(&mut self, server: &mut Server, test: usize, seconds: u64) {
        self.pass |= 1 << test;
        let until = self.now.seconds() + seconds;
        if let Some(stamp) = self.stamps(server).get_mut(test) {
            *stamp = until;
        }
    }

    /// A client has connected.
    fn begin(&mut self, server: &mut Server, dns: &Dns) -> Screened {
        let rules = Arc::clone(&self.rules);
        if let Some(why) = &rules.fault {
            return self.wait_for_process(server, why);
        }
        let client = Arc::clone(&self.facts.client);
        let now = self.now;
        server.clean_cache(self.service, &rules, now);
        let (address, port) = &self.to;
        let text = format!("CONNECT from {} to [{address}]:{port}", self.from);
        self.log(server, text);
        let present = server.memory(self.service).present(&client.addr);
        present.connections += 1;
        let connections = present.connections;
        let limit = rules
            .number("client_connection_count_limit")
            .max(0)
            .unsigned_abs();
        if limit > 0 && connections as u64 > limit {
            let text = format!(
                "NOQUEUE: reject: CONNECT from {}: too many connections",
                self.from
            );
            self.log(server, text);
            return self.drop(server, "421 4.7.0 Error: too many connections");
        }
        let admitted = server.admits(&rules, &client.addr, now);
        if let Some(is_allowed) = admitted {
            let called = rules.called(is_allowed);
            self.log_from(server, &format!("{called}LISTED"));
            if is_allowed {
                return self.conclude(server);
            }
            let why = "5.3.2 Service currently unavailable";
            if let Some(end) = self.punish(server, DENIED, [why; 2]) {
                return end;
            }
        }
        let found = server.memory(self.service).recall(&client.addr);
        let is_alone = connections == 1;
        let stamps = *match (found.filter(|_| is_alone && self.fail == 0), is_alone) {
            (Some(found), _) => {
                let stamps = self.stamps(server);
                *stamps = found;
                stamps
            }
            (None, true) => {
                let stamps = self.stamps(server);
                *stamps = Stamps::default();
                stamps
            }
            (None, false) => self.stamps(server),
        };
        self.is_new = is_new(&stamps);
        self.todo = due(&stamps, now.seconds(), rules.made);
        if found.is_some() && is_alone && self.fail | self.todo == 0 {
            self.log_from(server, "PASS OLD");
            return self.conclude(server);
        }
        let (address, _) = &self.to;
        if !rules
            .interfaces
            .has_client(address, address)
            .unwrap_or(false)
        {
            self.fail |= VETO;
            self.stays = true;
            let called = rules.called(true);
            self.log_from(server, &format!("{called}LIST VETO"));
        }
        if self.todo & EARLY != 0 {
            self.look_early(server, dns)
        } else if self.todo & DEEP != 0 || self.stays {
            self.speak(server)
        } else {
            self.conclude(server)
        }
    }

    /// No process of postscreen lives long enough to look at the client.
    fn wait_for_process(&mut self, server: &mut Server, why: &str) -> Screened {
        if self.has_hung_up {
            return Screened::Closed;
        }
        if self.until.is_none_or(|until| until <= self.now) {
            let program = "postscreen";
            self.log(server, format!("fatal: {why}"));
            let pid = server.writer(program, 0);
            server.daemons.end(program);
            let path = "/usr/lib/postfix/sbin/postscreen";
            for text in [
                format!("warning: process {path} pid {pid} exit status 1"),
                format!("warning: {path}: bad command startup -- throttling"),
            ] {
                let (program, master) = ("master", server.writer("master", pid));
                server.write(self.now, master, Note { program, text });
            }
            self.until = Some(self.now + THROTTLE_TIME);
        }
        Screened::Waits
    }

    /// The connection comes to its end, or smtpd gets it.
    fn conclude(&mut self, server: &mut Server) -> Screened {
        if self.fail != 0 {
            self.pass = 0;
        }
        let client = Arc::clone(&self.facts.client);
        if self.pass != 0 {
            if self.pass == self.todo {
                let present = server.memory(self.service).present(&client.addr);
                let is_new = self.is_new && !std::mem::replace(&mut present.was_new, true);
                self.log_from(server, if is_new { "PASS NEW" } else { "PASS OLD" });
            }
            if !self.rules.text("cache_map").is_empty() {
                let made = self.rules.made;
                server.memory(self.service).keep(&client.addr, made);
            }
        }
        if !self.stays {
            if self.rules.others[0] {
                server.memory(self.service).leave(&client.addr);
                return Screened::Passed;
            }
            let service = self.rules.shared().get("smtpd_service_name");
            self.log(
                server,
                format!(
                "warning: cannot connect to service private/{service}: No such file or directory"
            ),
            );
            if self.todo & GREET != 0 {
                self.is_last = true;
                self.stays = true;
                self.last = "421 4.3.2 No system resources".into();
                return self.speak(server);
            }
            self.reply("421 4.3.2 All server ports are busy".into());
        } else {
            if !self.has_hung_up {
                let last = std::mem::take(&mut self.last);
                self.reply(last);
            }
            self.log_from(server, "DISCONNECT");
            if self.facts.tls {
                server.log_as("tlsproxy", self.now, format!("DISCONNECT {}", self.from));
            }
        }
        server.memory(self.service).leave(&client.addr);
        Screened::Closed
    }

    /// The client has hung up before its time.
    fn lose(&mut self, server: &mut Server) -> Screened {
        let after = span(self.now - self.since);
        let tests = match self.stage {
            Stage::Early => "before",
            _ => "after",
        };
        let text = format!(
            "HANGUP after {after} from {} in tests {tests} SMTP handshake",
            self.from
        );
        self.log(server, text);
        self.stays = true;
        self.has_hung_up = true;
        self.conclude(server)
    }

    /// Tells the client something; of a refusal main.cf has a say.
    fn reply(&mut self, text: String) {
        let mut reply = Reply::from(text);
        if reply.is_refusal() {
            let config = self.rules.shared();
            let host = config.get("myhostname");
            let (text, said) = (reply.text().to_string(), &self.rules.said);
            if config.flag("soft_bounce") {
                reply.soften();
            }
            if let (Some(footer), _) = said.amend(Amended::Refusal, &text, &self.facts, &host) {
                let mut line = |line: &str| said.amend(Amended::Footer, line, &self.facts, &host).0;
                if let Some(whole) = with_footer(reply.text(), &footer, &mut line) {
                    reply = Reply::of_lines(&whole);
                }
            }
        }
        self.exchanged.push(Exchanged::Reply(reply));
    }
}

impl Server {
    /// A postscreen cleans its cache when it starts, and after a while again.
    fn clean_cache(&mut self, service: usize, rules: &Rules, now: Time) {
        let (map, interval) = (
            rules.text("cache_map"),
            rules.seconds("cache_cleanup_interval"),
        );
        let memory = self.memory(service);
        let before = memory.cleaned;
        let is_due = |last: Time| now - last >= Duration::from_secs(interval) && interval > 0;
        if !before.is_none_or(is_due) {
            return;
        }
        memory.cleaned = Some(now);
        let since = now
            .seconds()
            .saturating_sub(rules.seconds("cache_retention_time"));
        let [retained, dropped] = memory.clean(since, rules.made);
        if before.is_none() {
            for note in &rules.notes {
                let Note { program, text } = note.clone();
                self.log_as(program, now, text);
            }
        }
        if interval > 0 && !map.is_empty() {
            self.log_as(
                "postscreen",
                now,
                format!("cache {map} full cleanup: retained={retained} dropped={dropped} entries"),
            );
        }
    }
}
