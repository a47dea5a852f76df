//! The host side of a session: a main.cf made into settings, lists and tables, and the actions
//! of sessions applied to queue and log.

#[cfg(feature = "full")]
pub mod wording;

use std::sync::Arc;
use std::time::Duration;

use crate::dns::Dns;
use crate::files::Files;
use crate::postfix::access::{mynetworks, AccessControl};
use crate::postfix::address::resolve::Resolver;
#[cfg(feature = "full")]
use crate::postfix::config::attributes::attribute;
#[cfg(feature = "full")]
use crate::postfix::config::expansion::expand;
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::config::settings::{keywords, settings};
use crate::postfix::log::last::Last;
use crate::postfix::log::line::Line;
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::list::{parent_style, List, Style};
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::tables::Tables;
#[cfg(feature = "full")]
use crate::postfix::queue::size::{self, Receiver};
use crate::smtp::client::Client;
#[cfg(feature = "full")]
use crate::smtp::envelope::Cleaned;
use crate::smtp::envelope::Message;
use crate::smtp::policy::{
    is_forbidden_by_default, Facts, Flush, Note, Policy, Question, Rate, Verdict,
};
use crate::smtp::printable::printable;
use crate::smtp::release::Change;
#[cfg(feature = "full")]
use crate::smtp::reply::Reply;
use crate::smtp::sasl::proof::{Denied, Proof};
use crate::smtp::session::Action;
use crate::smtp::settings::Settings;
use crate::time::Time;

/// A person with an account on a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The login name.
    pub name: String,
    /// The password for AUTH; none means that AUTH fails.
    pub password: Option<String>,
}

/// Where anvil's counts start over.
const RATE_TIME_UNIT: Duration = Duration::from_secs(60);

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
    #[cfg(feature = "full")]
    pub queue: crate::postfix::queue::file::Queue,
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
    /// The end of mail.log.
    pub log: Last<Line, 50_000>,
    built: Built,
    /// What the programs will say of the configuration when they start.
    warnings: Vec<Note>,
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

/// What anvil knows of one kind of event of one client.
#[derive(Clone, Debug)]
struct Count {
    rate: Rate,
    addr: String,
    since: Time,
    count: usize,
}

/// What main.cf has been made into.
#[derive(Clone, Debug)]
struct Built {
    settings: Settings,
    resolver: Resolver,
    access: AccessControl,
    xclient: List,
    xforward: List,
    verp: List,
    sasl_exceptions: List,
    bare_newline_exceptions: List,
    rate_exceptions: List,
    discard_maps: Maps,
    fast_flush: List,
    /// None where the default is in force.
    forbidden_commands: Option<List>,
    noop_commands: List,
    sasl_realm: String,
    syslog_name: String,
    #[cfg(feature = "full")]
    mail_name: String,
    #[cfg(feature = "full")]
    hopcount_limit: u64,
    verify_sender: String,
    #[cfg(feature = "full")]
    routes: crate::postfix::delivery::routes::Routes,
    #[cfg(feature = "full")]
    rewriting: crate::postfix::cleanup::rewriting::Rewriting,
    #[cfg(feature = "full")]
    checks: crate::postfix::cleanup::checks::Checks,
}

impl Built {
    fn new(
        config: &Config,
        files: &Files,
        addresses: &[String],
        notes: &mut Vec<Note>,
    ) -> Result<Built, Fatal> {
        config.verify()?;
        let mut opened = Tables::new(config, files);
        let tables = &mut opened;
        let resolver = Resolver::new(config, addresses, tables);
        let access = AccessControl::new(config, addresses, tables)?;
        let settings = settings(config, notes)?;
        // Each program opens its own tables, and complains of them itself.
        tables.enter("local");
        #[cfg(feature = "full")]
        let routes = crate::postfix::delivery::routes::Routes::new(config, tables);
        tables.enter("cleanup");
        #[cfg(feature = "full")]
        let rewriting = crate::postfix::cleanup::rewriting::Rewriting::new(config, tables);
        #[cfg(feature = "full")]
        let checks = crate::postfix::cleanup::checks::Checks::new(config, tables);
        tables.enter("smtpd");
        let verify_sender = resolver.rewrite(&config.get("address_verify_sender"));
        let mut list = |name: &str, style| List::open(config, name, style, tables);
        let networks = mynetworks(config, addresses);
        let verp = list("smtpd_authorized_verp_clients", Style::Dotted);
        let xclient = list("smtpd_authorized_xclient_hosts", Style::Dotted);
        let xforward = list("smtpd_authorized_xforward_hosts", Style::Dotted);
        // The default of today is a regular expression, for which the light build has no engine.
        let is_default = !config.is_set("smtpd_forbidden_commands")
            && settings.release.has(Change::UnknownIs500);
        let forbidden_commands =
            (!is_default).then(|| list("smtpd_forbidden_commands", Style::Exact));
        let noop_commands = list("smtpd_noop_commands", Style::Exact);
        let sasl_exceptions = list("smtpd_sasl_exceptions_networks", Style::Dotted);
        // Both are `$mynetworks` by default, which main.cf need not set.
        let mut exceptions = |name: &str, style| {
            let named = config.is_set("mynetworks") || config.is_set(name);
            let text = if named {
                config.get(name)
            } else {
                networks.clone()
            };
            List::parse(name, &text, style, tables)
        };
        let name = "smtpd_client_event_limit_exceptions";
        let rate_exceptions = exceptions(name, parent_style(config, name));
        let name = "smtpd_forbid_bare_newline_exclusions";
        let bare_newline_exceptions = exceptions(name, parent_style(config, "mynetworks"));
        let name = "fast_flush_domains";
        let fast_flush = List::open(config, name, parent_style(config, name), tables);
        let discard_maps = Maps::open(config, "smtpd_discard_ehlo_keyword_address_maps", tables);
        notes.extend(config.warnings.iter().map(Note::warning));
        notes.extend(opened.finish()?);
        Ok(Built {
            #[cfg(feature = "full")]
            routes,
            #[cfg(feature = "full")]
            rewriting,
            #[cfg(feature = "full")]
            checks,
            resolver,
            access,
            settings,
            xclient,
            xforward,
            verp,
            sasl_exceptions,
            bare_newline_exceptions,
            rate_exceptions,
            discard_maps,
            fast_flush,
            forbidden_commands,
            noop_commands,
            sasl_realm: config.get("smtpd_sasl_local_domain"),
            #[cfg(feature = "full")]
            mail_name: config.get("mail_name"),
            verify_sender,
            #[cfg(feature = "full")]
            hopcount_limit: config.size("hopcount_limit"),
            syslog_name: config
                .get("myhostname")
                .split('.')
                .next()
                .unwrap_or("")
                .to_string(),
        })
    }
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
        let mut warnings = Vec::new();
        let built = Built::new(&config, &files, &addresses, &mut warnings)?;
        Ok(Server {
            config,
            files,
            users,
            addresses,
            port: 25,
            accepted: Default::default(),
            #[cfg(feature = "full")]
            queue: Default::default(),
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
            log: Default::default(),
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
        let mut warnings = Vec::new();
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
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        self.warnings.iter().map(|note| note.text.as_str())
    }

    /// A program has started, if it has not before: what it says of the configuration.
    pub(in crate::postfix) fn begin(&mut self, program: &str, pid: u32, now: Time) {
        let all = std::mem::take(&mut self.warnings);
        for note in all {
            match note.program == program {
                true => self.write(now, pid, note),
                false => self.warnings.push(note),
            }
        }
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
        self.begin("smtpd", pid, now);
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
            #[cfg(feature = "full")]
            Action::Enqueue(message, cleaned) => {
                self.accepted.push(Arc::clone(message));
                self.store(message, cleaned.as_deref(), now);
            }
            #[cfg(not(feature = "full"))]
            Action::Enqueue(message, _) => self.accepted.push(Arc::clone(message)),
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
            Action::Line { .. } | Action::Reply(_) | Action::StartTls => {}
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

/// A server and the DNS that it asks: what answers its sessions.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    server: &'a Server,
    dns: &'a Dns,
}

impl Policy for View<'_> {
    fn settings(&self) -> &Settings {
        &self.server.built.settings
    }

    fn check(&self, question: Question, facts: &Facts) -> Verdict {
        let built = &self.server.built;
        #[allow(unused_mut)]
        let mut verdict = built
            .access
            .check(question, facts, &built.resolver, self.dns);
        #[cfg(feature = "full")]
        if let (Question::Recipient(_), None, Some(delay)) =
            (question, &verdict.refusal, self.server.greylist)
        {
            let (refusal, notes) =
                crate::postfix::access::greylist::judge(facts, delay, &self.server.log);
            verdict.refusal = refusal;
            verdict.notes.extend(notes);
        }
        verdict
    }

    fn verify_sender(&self, address: &str) -> Option<&str> {
        let own = &self.server.built.verify_sender;
        (fold(address) == fold(own)).then_some(own.as_str())
    }

    fn is_address(&self, address: &str, _: &Facts, smtputf8: bool) -> bool {
        match self.server.built.resolver.resolve(address) {
            Ok(resolved) => {
                !resolved.error && (smtputf8 || resolved.domain().is_none_or(str::is_ascii))
            }
            Err(_) => true,
        }
    }

    fn queue_id(&self, now: Time) -> Arc<str> {
        format!("{:05X}{:X}", now.micros(), self.server.next_inode).into()
    }

    // The light build leaves it at what the session has counted, without the envelope's records.
    #[cfg(feature = "full")]
    fn cleanup(&self, message: &Message) -> Result<Option<Box<Cleaned>>, (Reply, Vec<Note>)> {
        let server = self.server;
        let settings = self.settings();
        let receiver = server.receiver();
        let limit = settings.message_size_limit;
        let may_exceed = limit > 0 && size::bound(message) > limit;
        if may_exceed && size::size(message, &receiver, &server.built.resolver) > limit {
            let note = Note {
                program: "cleanup",
                text: format!(
                    "warning: {}: queue file size limit exceeded",
                    message.queue_id
                ),
            };
            let reply = "552 5.3.4 Error: message file too big";
            return Err((Reply::from(reply), vec![note]));
        }
        let mut cleaned = server.cleaned(message);
        match cleaned.refusal.take() {
            Some(refusal) => {
                let note = |text| Note {
                    program: "cleanup",
                    text,
                };
                let notes = cleaned.notes.into_iter().map(note).collect();
                Err((Reply::of_lines(&refusal), notes))
            }
            None => Ok(Some(Box::new(cleaned))),
        }
    }

    fn rate(&self, rate: Rate, client: &Client, now: Time) -> usize {
        let counted = self
            .server
            .rates
            .iter()
            .find(|c| c.rate == rate && c.addr == client.addr);
        match counted {
            Some(c) if now - c.since < RATE_TIME_UNIT => c.count + 1,
            _ => 1,
        }
    }

    fn connections(&self, client: &Client) -> usize {
        let open = self
            .server
            .connections
            .iter()
            .find(|(addr, _)| *addr == client.addr);
        open.map_or(1, |(_, count)| *count)
    }

    fn is_exempt_from_rates(&self, client: &Client) -> bool {
        let list = &self.server.built.rate_exceptions;
        list.has_client(&client.name, &client.addr).unwrap_or(false)
    }

    fn authenticate(&self, user: &str, proof: &Proof) -> Result<(), Denied> {
        let name = user.split_once('@').map_or(user, |(name, _)| name);
        let known = self
            .server
            .users
            .iter()
            .find(|u| u.name == name || u.name == user);
        let password = known
            .and_then(|u| u.password.as_deref())
            .ok_or(Denied::NoUser)?;
        match proof.holds(password) {
            true => Ok(()),
            false => Err(Denied::WrongPassword),
        }
    }

    fn sasl_username(&self, user: &str) -> String {
        // The library adds `smtpd_sasl_local_domain` to a name that has no realm.
        let realm = &self.server.built.sasl_realm;
        if user.contains('@') || realm.is_empty() {
            user.to_string()
        } else {
            format!("{user}@{realm}")
        }
    }

    fn is_authorized(&self, verb: &str, client: &Client) -> bool {
        let built = &self.server.built;
        let list = match verb {
            "XCLIENT" => &built.xclient,
            "XFORWARD" => &built.xforward,
            _ => &built.verp,
        };
        list.has_client(&client.name, &client.addr).unwrap_or(false)
    }

    fn discarded_ehlo_keywords(&self, client: &Client) -> Vec<String> {
        match self.server.built.discard_maps.get(&client.addr) {
            Ok(Some(found)) => keywords(&found),
            _ => self.settings().discard_ehlo.clone(),
        }
    }

    fn is_bare_newline_exception(&self, client: &Client) -> bool {
        let list = &self.server.built.bare_newline_exceptions;
        list.has_client(&client.name, &client.addr).unwrap_or(false)
    }

    fn is_sasl_exception(&self, client: &Client) -> bool {
        let list = &self.server.built.sasl_exceptions;
        list.has_client(&client.name, &client.addr).unwrap_or(false)
    }

    fn is_forbidden_command(&self, word: &str) -> bool {
        match &self.server.built.forbidden_commands {
            Some(list) => list.has_name(word).unwrap_or(false),
            None => is_forbidden_by_default(word),
        }
    }

    fn is_noop_command(&self, word: &str) -> bool {
        self.server
            .built
            .noop_commands
            .has_name(word)
            .unwrap_or(false)
    }

    #[cfg(feature = "full")]
    fn reject_footer(&self, facts: &Facts) -> String {
        let settings = self.settings();
        let value = |name: &str| attribute(facts, &settings.myhostname, name);
        // Postfix leaves a malformed one out.
        expand(&settings.reject_footer, &value, false).unwrap_or_default()
    }

    fn flush(&self, domain: &str) -> Flush {
        match self.server.built.fast_flush.has_name(domain) {
            Ok(true) => Flush::Ok,
            Ok(false) => Flush::Deny,
            Err(_) => Flush::Bad,
        }
    }
}
