//! The host side of a session: a main.cf made into settings, lists and tables, and the actions
//! of sessions applied to queue and log.

mod build;
mod policy;
mod rates;

#[cfg(feature = "full")]
pub mod wording;

use std::sync::Arc;
use std::time::Duration;

use crate::dns::Dns;
use crate::postfix::address::resolve::Resolver;
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::log::line::Line;
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::table::Files;
#[cfg(feature = "full")]
use crate::postfix::queue::size::Receiver;
use crate::smtp::client::Client;
use crate::smtp::envelope::Message;
use crate::smtp::policy::Note;
use crate::smtp::printable::printable;
use crate::smtp::session::Action;
use crate::smtp::settings::Settings;
use crate::time::Time;

use build::Built;
pub use policy::View;
use rates::{Count, RATE_TIME_UNIT};

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
    /// Messages that have been accepted.
    pub queue: Vec<Message>,
    /// What waits to be delivered.
    #[cfg(feature = "full")]
    pub mail: crate::postfix::queue::file::Queue,
    /// It has been stopped (`postfix stop`): nobody is served, and the queue waits.
    #[cfg(feature = "full")]
    pub is_stopped: bool,
    /// How long a newcomer is kept waiting by greylisting, where there is any.
    #[cfg(feature = "full")]
    pub greylist: Option<Duration>,
    /// How it says what it says, where that is not as Postfix does.
    #[cfg(feature = "full")]
    pub wording: crate::postfix::server::wording::Wording,
    #[cfg(feature = "full")]
    pub(in crate::postfix) anvil: crate::postfix::log::anvil::Statistics,
    /// mail.log.
    pub log: Vec<Line>,
    built: Built,
    warnings: Vec<String>,
    next_inode: u64,
    next_pid: u32,
    free_pids: Vec<u32>,
    rates: Vec<Count>,
    /// The processes of the daemons behind smtpd.
    #[cfg(feature = "full")]
    daemons: Vec<(&'static str, u32)>,
    /// Open connections by client address.
    connections: Vec<(String, usize)>,
}

impl Server {
    /// A server by its main.cf, with its host's files, accounts and addresses.
    ///
    /// # Errors
    /// A main.cf that Postfix would refuse to run with.
    pub fn new(
        main_cf: &str,
        mut files: Files,
        users: Vec<User>,
        addresses: Vec<String>,
    ) -> Result<Server, Fatal> {
        let config = Config::parse(main_cf)?;
        files.insert("/etc/postfix/main.cf", main_cf);
        let accounts = users.iter().map(|u| format!("{} x\n", fold(&u.name)));
        let system = "root x\npostmaster x\nnobody x\n".to_string();
        files.insert(
            "passwd.byname",
            accounts.chain([system]).collect::<String>(),
        );
        files.insert_new("/etc/aliases", "postmaster:    root\n");
        let mut warnings = config.warnings.clone();
        let built = Built::new(&config, &files, &addresses, &mut warnings)?;
        Ok(Server {
            config,
            files,
            users,
            addresses,
            port: 25,
            queue: Vec::new(),
            #[cfg(feature = "full")]
            mail: Default::default(),
            #[cfg(feature = "full")]
            is_stopped: false,
            #[cfg(feature = "full")]
            greylist: None,
            #[cfg(feature = "full")]
            wording: Default::default(),
            #[cfg(feature = "full")]
            anvil: Default::default(),
            #[cfg(feature = "full")]
            daemons: Vec::new(),
            log: Vec::new(),
            built,
            warnings,
            next_inode: 0x265_CB0,
            next_pid: 1201,
            free_pids: Vec::new(),
            rates: Vec::new(),
            connections: Vec::new(),
        })
    }

    /// Reads main.cf again from the host's files, as `postfix reload` does.
    ///
    /// # Errors
    /// A main.cf that Postfix would refuse; the old one stays in force.
    #[cfg(feature = "full")]
    pub fn reload(&mut self) -> Result<(), Fatal> {
        let text = self
            .files
            .get("/etc/postfix/main.cf")
            .unwrap_or("")
            .to_string();
        let config = Config::parse(&text)?;
        let mut warnings = config.warnings.clone();
        self.built = Built::new(&config, &self.files, &self.addresses, &mut warnings)?;
        self.config = config;
        self.warnings = warnings;
        Ok(())
    }

    /// Lets the numbers of queue files and processes begin elsewhere.
    pub fn renumber(&mut self, number: u64) {
        self.next_inode = number.wrapping_add(0x200_000);
        self.next_pid = 1_201 + (number % 20_000) as u32;
    }

    /// What Postfix would warn about in this configuration.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Takes the certificate away, for a front end that cannot speak TLS: STARTTLS is answered
    /// as Postfix answers where its certificate cannot be read.
    pub fn without_tls(&mut self) {
        self.built.settings.tls_certificate = false;
    }

    /// The settings that sessions obey.
    pub fn settings(&self) -> &Settings {
        &self.built.settings
    }

    /// Looks at the server through the eyes of a session.
    pub fn policy<'a>(&'a self, dns: &'a Dns) -> View<'a> {
        View { server: self, dns }
    }

    /// A client has connected: the process that will serve it. What the look-up of its name
    /// had to say goes into the log.
    pub fn accept(&mut self, client: &Client, notes: Vec<Note>, now: Time) -> u32 {
        let pid = self.free_pids.pop().unwrap_or_else(|| {
            self.next_pid += 3;
            self.next_pid
        });
        match self
            .connections
            .iter_mut()
            .find(|(addr, _)| *addr == client.addr)
        {
            Some((_, count)) => *count += 1,
            None => self.connections.push((client.addr.clone(), 1)),
        }
        for warning in std::mem::take(&mut self.warnings) {
            let note = match warning.starts_with("error: ") {
                true => Note::info(warning),
                false => Note::warning(&warning),
            };
            self.write(now, pid, note);
        }
        for note in notes {
            self.write(now, pid, note);
        }
        pid
    }

    /// A session has ended; its process waits for the next one.
    pub fn release(&mut self, client: &Client, pid: u32) {
        if let Some((_, count)) = self.connections.iter_mut().find(|(a, _)| *a == client.addr) {
            *count = count.saturating_sub(1);
        }
        self.free_pids.push(pid);
    }

    /// Applies an action of a session's to queue, log and counts.
    pub fn apply(&mut self, action: &Action, client: &Client, pid: u32, now: Time) {
        match action {
            Action::Note(note) => self.write(now, pid, note.clone()),
            // Queue files are named after the inode that they take.
            Action::Open(_) => self.next_inode += 0x11,
            Action::Enqueue(message) => {
                self.queue.push((**message).clone());
                #[cfg(feature = "full")]
                self.store(message, now);
            }
            Action::Count(rate) => {
                let same = |c: &&mut Count| c.rate == *rate && c.addr == client.addr;
                match self.rates.iter_mut().find(same) {
                    Some(c) if now - c.since < RATE_TIME_UNIT => c.count += 1,
                    Some(c) => (c.since, c.count) = (now, 1),
                    None => self.rates.push(Count {
                        rate: *rate,
                        addr: client.addr.clone(),
                        since: now,
                        count: 1,
                    }),
                }
            }
            #[cfg(feature = "full")]
            Action::Close => self.anvil.leave(now),
            #[cfg(not(feature = "full"))]
            Action::Close => {}
            Action::Reply(_) | Action::StartTls => {}
        }
        #[cfg(feature = "full")]
        if let Action::Count(rate) = action {
            let same = |c: &&Count| c.rate == *rate && c.addr == client.addr;
            let value = self.rates.iter().find(same).map_or(0, |c| c.count);
            let open = self
                .connections
                .iter()
                .find(|(addr, _)| *addr == client.addr);
            let open = open.map_or(1, |(_, count)| *count);
            self.anvil.note(*rate, value, open, &client.addr, now);
        }
    }

    /// Whether a session is open.
    #[cfg(feature = "full")]
    pub(in crate::postfix) fn is_busy(&self) -> bool {
        self.connections.iter().any(|(_, count)| *count > 0)
    }

    /// The process of a daemon, which is started when it is needed first.
    #[cfg(feature = "full")]
    pub(in crate::postfix) fn daemon(&mut self, program: &'static str) -> u32 {
        match self.daemons.iter().find(|(name, _)| *name == program) {
            Some((_, pid)) => *pid,
            None => {
                self.next_pid += 1;
                self.daemons.push((program, self.next_pid));
                self.next_pid
            }
        }
    }

    /// A queue file of the server's own: its ID.
    #[cfg(feature = "full")]
    pub(in crate::postfix) fn new_queue_id(&mut self, now: Time) -> Arc<str> {
        format!("{:05X}{:X}", now.micros(), self.new_inode()).into()
    }

    /// The number of a new file.
    #[cfg(feature = "full")]
    pub(in crate::postfix) fn new_inode(&mut self) -> u64 {
        self.next_inode += 0x11;
        self.next_inode - 0x11
    }

    /// Where messages are received.
    #[cfg(feature = "full")]
    pub(in crate::postfix) fn receiver(&self) -> Receiver<'_> {
        let settings = self.settings();
        Receiver {
            hostname: &settings.myhostname,
            mail_name: &self.built.mail_name,
            address: (self.addresses.first().map_or("", String::as_str), self.port),
            line_limit: settings.line_length_limit,
        }
    }

    /// Whether a client is in `mynetworks`.
    #[cfg(feature = "full")]
    pub(in crate::postfix) fn is_in_mynetworks(&self, name: &str, addr: &str) -> bool {
        let networks = &self.built.access.mynetworks;
        networks.has_client(name, addr).unwrap_or(false)
    }

    /// What becomes of messages before they are queued.
    #[cfg(feature = "full")]
    pub(in crate::postfix) fn cleanup(&self) -> crate::postfix::cleanup::message::Cleanup<'_> {
        crate::postfix::cleanup::message::Cleanup {
            hostname: &self.settings().myhostname,
            resolver: self.resolver(),
            rewriting: &self.built.rewriting,
            checks: &self.built.checks,
            hopcount_limit: self.built.hopcount_limit,
        }
    }

    /// Where addresses lead.
    #[cfg(feature = "full")]
    pub fn routes(&self) -> &crate::postfix::delivery::routes::Routes {
        &self.built.routes
    }

    /// How addresses are completed and resolved.
    #[cfg(feature = "full")]
    pub fn resolver(&self) -> &Resolver {
        &self.built.resolver
    }

    /// `mail_name`.
    #[cfg(feature = "full")]
    pub fn mail_name(&self) -> &str {
        &self.built.mail_name
    }

    /// Writes a line to the log, in which no control character gets through.
    pub fn write(&mut self, at: Time, pid: u32, mut note: Note) {
        note.text = printable(&note.text, '?', self.built.settings.smtputf8);
        let host = self.built.syslog_name.clone();
        self.log.push(Line {
            at,
            host,
            pid,
            note,
        });
    }
}
