//! A server that runs: what it knows, and what sessions do to it.

use std::sync::Arc;
use std::time::Duration;

use crate::files::Files;
use crate::postfix::access::{Neighbours, Verified};
use crate::postfix::address::resolve::Resolver;
use crate::postfix::config::main_cf::{Config, Fatal, EVERY_PROGRAM};
use crate::postfix::log::last::Last;
use crate::postfix::log::line::Line;
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::make_tables;

use crate::postfix::server::build::Built;
use crate::postfix::server::full::faults::build;
use crate::postfix::server::full::{Daemons, Queue, Services, Statistics, Wording};
use crate::postfix::server::processes::Processes;
use crate::postfix::server::rates::{Connections, Rates};
use crate::smtp::client::Client;
use crate::smtp::envelope::Message;
use crate::smtp::policy::{Crash, Note};
use crate::smtp::printable::printable;
use crate::smtp::session::Action;
use crate::smtp::settings::Settings;
use crate::time::Time;

/// The number of the first process.
const FIRST_PID: u32 = 1_201;

/// What does not start without them: `postfix start` itself, or what it runs.
const DOWN: [&str; 3] = [EVERY_PROGRAM, "postconf", "master"];

/// A person with an account on a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The login name.
    pub name: String,
    /// The password for AUTH; none means that AUTH fails.
    pub password: Option<String>,
}

/// A mail server: its configuration, and what has happened to it.
#[derive(Clone, Debug)]
pub struct Server {
    /// main.cf as it was read.
    pub config: Config,
    /// The files of the host.
    pub files: Files,
    /// The people who have accounts.
    pub users: Vec<User>,
    /// The addresses of the host.
    pub addresses: Vec<String>,
    /// The port that it listens on.
    pub port: u16,
    /// The last messages that have been accepted.
    pub accepted: Last<Arc<Message>, 1_000>,
    /// What waits to be delivered.
    pub queue: Queue,
    /// It has been stopped (`postfix stop`): nobody is served, and the queue waits.
    pub is_stopped: bool,
    /// What answers on the host beside its Postfix.
    pub neighbours: Neighbours,
    /// How it says what it says, where that is not as Postfix does.
    pub wording: Wording,
    /// What probes have found out about addresses.
    // The light build sends none.
    #[allow(dead_code)]
    pub(in crate::postfix) verified: Verified,
    pub(in crate::postfix) anvil: Statistics,
    /// The end of mail.log.
    pub log: Last<Line, 50_000>,
    pub(super) built: Built,
    /// What is wrong with main.cf, and which program does not start with it.
    pub(super) fault: Option<Fatal>,
    /// What the programs say of the configuration when they start.
    pub(super) warnings: Vec<Note>,
    /// What master offers on the network.
    pub(super) services: Services,
    pub(super) next_inode: u64,
    pub(super) processes: Processes,
    pub(super) daemons: Daemons,
    pub(super) rates: Rates,
    pub(super) connections: Connections,
}

/// What has become of a client that has connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// This process serves it.
    Served(u32),
    /// No process does: it is connected and hears nothing, until this time at least.
    Waits(Time),
}

/// What all messages of the archive may have in bytes.
const ARCHIVE: usize = 64 << 20;

impl Server {
    /// A server by its main.cf, with its host's files, accounts and addresses.
    ///
    /// # Errors
    /// A main.cf that Postfix would refuse to run with.
    pub fn new(
        main_cf: &str,
        files: Files,
        users: Vec<User>,
        addresses: Vec<String>,
    ) -> Result<Server, Fatal> {
        let mut server = Server::run(main_cf, files, users, addresses)?;
        match server.fault.take() {
            None => Ok(server),
            Some(fatal) => Err(after(&server.warnings, fatal)),
        }
    }

    /// The same by any main.cf. One that `postfix start` refuses leaves the mail system down; with
    /// another, those programs do not start that refuse it (see [`fault`](Server::fault)).
    ///
    /// # Errors
    /// This build has not what main.cf asks for.
    pub fn run(
        main_cf: &str,
        mut files: Files,
        users: Vec<User>,
        addresses: Vec<String>,
    ) -> Result<Server, Fatal> {
        let (config, unread) = match Config::parse(main_cf) {
            Ok(config) => (config, None),
            Err(fatal) => (Config::default(), Some(fatal)),
        };
        files.insert("/etc/postfix/main.cf", main_cf);
        let accounts = users.iter().map(|u| format!("{} x\n", fold(&u.name)));
        let system = "root x\npostmaster x\nnobody x\n".to_string();
        files.insert(
            "passwd.byname",
            accounts.chain([system]).collect::<String>(),
        );
        // As Debian's package writes it.
        let domain = config.get("mydomain") + "\n";
        files.insert_new("/etc/mailname", domain);
        files.insert_new("/etc/aliases", "postmaster:    root\n");
        make_tables(&config, &mut files);
        let mut warnings = Vec::new();
        let (built, fault) = build(&config, &files, &addresses, &mut warnings)?;
        let mut fault = unread.or(fault);
        let services = match Services::new(&config, &files, &addresses, None) {
            Ok(services) => services,
            Err(fatal) => {
                fault.get_or_insert(fatal);
                Services::default()
            }
        };
        let is_down = |fatal: &Fatal| DOWN.contains(&fatal.program);
        let mut server = Server {
            config,
            files,
            users,
            addresses,
            port: 25,
            accepted: Default::default(),
            queue: Default::default(),
            is_stopped: fault.as_ref().is_some_and(is_down),
            neighbours: Default::default(),
            wording: Default::default(),
            verified: Default::default(),
            anvil: Default::default(),
            log: Default::default(),
            built,
            fault,
            warnings,
            services,
            next_inode: 0x265_CB0,
            processes: Processes::new(FIRST_PID),
            daemons: Default::default(),
            rates: Rates::default(),
            connections: Connections::default(),
        };
        server.daemons.forget(&server.warnings, &server.files);
        Ok(server)
    }

    /// Reads main.cf again from the host's files, as `postfix reload` does. Whoever connects after
    /// that waits in vain where smtpd does not start with it (see [`fault`](Server::fault)).
    ///
    /// # Errors
    /// A main.cf that no program starts with; the old one stays in force.
    pub fn reload(&mut self) -> Result<(), Fatal> {
        let text = self
            .files
            .get("/etc/postfix/main.cf")
            .unwrap_or("")
            .to_string();
        let config = Config::parse(&text)?;
        let mut warnings = Vec::new();
        let (built, fault) = build(&config, &self.files, &self.addresses, &mut warnings)?;
        match fault {
            Some(fatal) if fatal.program == EVERY_PROGRAM => return Err(fatal),
            fault => self.fault = fault,
        }
        let before = Some(&self.services).filter(|_| !self.is_stopped);
        self.services = Services::new(&config, &self.files, &self.addresses, before)?;
        self.built = built;
        self.config = config;
        self.warnings = warnings;
        self.processes.replace();
        self.daemons.forget(&self.warnings, &self.files);
        if self.is_stopped {
            // master starts again, too, and knows of nothing that has failed.
            self.processes.unthrottle();
        }
        self.retry_stalled(self.is_stopped);
        Ok(())
    }

    /// Which accounts the host has, by name: local(8) and smtpd(8) know them at once.
    pub fn set_accounts(&mut self, names: &[&str]) {
        let mut text = String::from("postmaster x\n");
        for name in names {
            text.push_str(&fold(name));
            text.push_str(" x\n");
        }
        self.files.insert("passwd.byname", text);
        self.build_again();
    }

    /// Looks anew at what the host has, with main.cf as it was read.
    pub(in crate::postfix::server) fn build_again(&mut self) {
        let again = build(&self.config, &self.files, &self.addresses, &mut Vec::new());
        if let Ok((built, _)) = again {
            self.built = built;
        }
    }

    /// Why a program does not start: smtpd, or `postfix start`.
    pub fn fault(&self) -> Option<&Fatal> {
        self.fault.as_ref()
    }

    /// Whether a session is open.
    pub fn is_busy(&self) -> bool {
        self.connections.is_busy()
    }

    /// Lets the numbers of queue files and processes begin elsewhere.
    pub fn renumber(&mut self, number: u64) {
        self.next_inode = number.wrapping_add(0x200_000);
        self.processes = Processes::new(FIRST_PID + (number % 20_000) as u32);
    }

    /// What Postfix would warn about in this configuration.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        self.warnings.iter().map(|note| note.text.as_str())
    }

    /// The settings that sessions obey.
    pub fn settings(&self) -> &Settings {
        &self.built.settings
    }

    /// How addresses are completed and resolved.
    pub fn resolver(&self) -> &Resolver {
        &self.built.resolver
    }

    /// A client has connected: the process that will serve it. What the look-up of its name
    /// had to say goes into the log.
    pub fn accept(&mut self, client: &Client, notes: &[Note], now: Time) -> Accepted {
        self.accept_at(0, client, notes, now)
    }

    /// The same at a service, by its place (see [`listens`](Server::listens)).
    pub fn accept_at(
        &mut self,
        service: usize,
        client: &Client,
        notes: &[Note],
        now: Time,
    ) -> Accepted {
        self.restart("smtpd", now);
        let pid = match self.processes.take(service) {
            Some(pid) => pid,
            None => match self.start(service, now) {
                Ok(pid) => pid,
                Err(until) => return Accepted::Waits(until),
            },
        };
        self.connections.open(&client.addr);
        for note in notes {
            self.write(now, pid, note.clone());
        }
        Accepted::Served(pid)
    }

    /// Starts a process of smtpd before there is a client, for a front end that wants to know what
    /// it says.
    pub fn stand_by(&mut self, now: Time) {
        if let Ok(pid) = self.start(0, now) {
            self.processes.wait(pid);
        }
    }

    /// Starts a process of smtpd, unless it would not live; when to try again.
    fn start(&mut self, service: usize, now: Time) -> Result<u32, Time> {
        if let Some(until) = self.processes.throttled_until(service, now) {
            return Err(until);
        }
        let pid = self.processes.start(service);
        let (built, fault, warnings) = match self.own(service) {
            Some(own) => (&own.built, &own.fault, &own.warnings),
            None => (&self.built, &self.fault, &self.warnings),
        };
        let is_endless = built.access.is_endless;
        let fault = fault.clone().filter(|fatal| fatal.program == "smtpd");
        let own = |note: &&Note| matches!(note.program, "smtpd" | "proxymap");
        let warnings: Vec<Note> = warnings.iter().filter(own).cloned().collect();
        for warning in warnings {
            let writer = self.writer(warning.program, pid);
            self.write(now, writer, warning);
        }
        if let Some(fatal) = fault {
            for warning in &fatal.warnings {
                self.write(now, pid, Note::warning(warning));
            }
            self.write(now, pid, Note::info(fatal.to_string()));
            // It waits for a second before it is gone, so that it does not come back too soon.
            return Err(self.die(pid, "exit status 1", now + Duration::from_secs(1)));
        }
        if is_endless {
            return Err(self.crash(pid, Crash::Stack, now));
        }
        Ok(pid)
    }

    /// A process dies of what a session has asked.
    fn crash(&mut self, pid: u32, crash: Crash, now: Time) -> Time {
        match crash {
            Crash::Stack => self.die(pid, "killed by signal 11", now),
            Crash::Exit => self.die(pid, "exit status 1", now + Duration::from_secs(1)),
            Crash::Watchdog => {
                self.write(now, pid, Note::info("fatal: watchdog timeout"));
                self.die(pid, "exit status 1", now)
            }
        }
    }

    /// The process that writes a line which a session has brought about.
    pub(super) fn writer(&mut self, program: &'static str, session: u32) -> u32 {
        match program {
            "smtpd" => session,
            _ => {
                let own = self.daemons.process(program, &mut self.processes);
                own.unwrap_or(session)
            }
        }
    }

    /// A process is gone: until when no other is started.
    fn die(&mut self, pid: u32, how: &str, now: Time) -> Time {
        let (notes, until) = self.processes.die(pid, how, now);
        for note in notes {
            let master = self.writer(note.program, pid);
            self.write(now, master, note);
        }
        until
    }

    /// A session has ended; its process waits for the next one, where it lives.
    pub fn release(&mut self, client: &Client, pid: u32) {
        self.connections.close(&client.addr);
        self.processes.give(pid);
    }

    /// Leaves so many messages in the queue, and no more than so many bytes of them, for a front end
    /// that delivers none.
    pub fn forget_all_but(&mut self, most: usize, bytes: usize) {
        self.thin_out(most, bytes);
        let size = |m: &Arc<Message>| m.content.len();
        while self.accepted.len() > most || self.accepted.iter().map(size).sum::<usize>() > bytes {
            self.accepted.forget();
        }
    }

    /// Applies an action of a session's to queue, log and counts.
    pub fn apply(&mut self, action: &Action, client: &Client, pid: u32, now: Time) {
        match action {
            Action::Note(note) => {
                let pid = self.writer(note.program, pid);
                self.serves(note.program, pid, now);
                if self.daemons.is_news(pid, note) {
                    self.write(now, pid, note.clone());
                }
            }
            // Queue files are named after the inode that they take.
            Action::Open(_) => {
                self.restart("cleanup", now);
                self.next_inode += 0x11;
            }
            Action::Enqueue(message, cleaned) => {
                self.accepted.push(Arc::clone(message));
                let bytes = |m: &Arc<Message>| m.content.len();
                while self.accepted.iter().map(bytes).sum::<usize>() > ARCHIVE {
                    self.accepted.forget();
                }
                self.enqueue(message, cleaned.as_deref(), pid, now);
            }
            Action::Count(rate) => {
                let value = self
                    .rates
                    .count(*rate, &client.addr, now, self.built.rate_unit());
                let open = self.connections.of(&client.addr);
                self.anvil.note(*rate, value, open, &client.addr, now);
            }
            Action::Remember(triplet) => self.remember(triplet, &client.addr, now),
            Action::Probe(address) => self.probe(address, now),
            Action::Report(report) => self.report(report, now),
            Action::Crash(crash) => {
                self.crash(pid, *crash, now);
            }
            Action::Close => self.anvil.leave(now),
            Action::Reply(reply) => self.replied(reply, now),
            Action::Line { .. } | Action::StartTls | Action::Pass(..) => {}
        }
    }

    /// Writes a line to the log, in which no control character gets through.
    pub fn write(&mut self, at: Time, pid: u32, mut note: Note) {
        let built = self.built_of(pid);
        note.text = printable(&note.text, '?', built.settings.smtputf8);
        let (host, name) = (self.log_host(built), built.log_name.clone());
        self.log.push(Line {
            at,
            host,
            name,
            pid,
            note,
        });
    }
}

/// What smtpd would not start with, after what it warns of before.
fn after(notes: &[Note], fatal: Fatal) -> Fatal {
    let own = notes.iter().filter(|note| note.program == "smtpd");
    let text = |note: &Note| {
        let text = note.text.strip_prefix("warning: ");
        text.unwrap_or(&note.text).to_string()
    };
    Fatal {
        warnings: own.map(text).chain(fatal.warnings).collect(),
        ..fatal
    }
}
