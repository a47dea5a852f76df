//! The services that master.cf offers on the network: where each listens, and what its smtpd obeys.

use std::sync::Arc;

use crate::dns::numeric;
use crate::files::Files;
use crate::postfix::address::resolve::Resolver;
use crate::postfix::config::main_cf::{Config, Fatal, EVERY_PROGRAM};
use crate::postfix::config::master_cf::{self, Entry, Unreadable, MASTER_CF};
use crate::postfix::config::syntax::split_list;
use crate::postfix::delivery::destination;
use crate::postfix::delivery::pipe::Pipe;
use crate::postfix::delivery::smtp::Way;
use crate::postfix::lookup::tables::Tables;
use crate::postfix::server::build::Built;
use crate::postfix::server::full::faults::build;
use crate::postfix::server::full::postscreen::rules::Rules;
use crate::smtp::policy::Note;

/// More services of a kind are not read.
const MOST: usize = 30;

/// Debian's services that hand mail to others.
const CLIENTS: &str = "smtp unix - - y - - smtp\nlmtp unix - - y - - lmtp\n\
    relay unix - - y - - smtp -o syslog_name=postfix/$service_name\n";

/// Where it listens by itself (`loopback-only`).
const LOOPBACK: [&str; 2] = ["127.0.0.1", "::1"];

/// What master.cf offers on the network.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix::server) struct Services {
    pub(super) offered: Vec<Service>,
    /// `inet_interfaces`, as it was when master started.
    interfaces: String,
    /// Services of this host that hand mail to others by SMTP or LMTP.
    pub(super) clients: Vec<Handing>,
    /// Those of them that speak LMTP, for which `unix:` is a place.
    pub(super) lmtp: Vec<String>,
    /// Services of this host that hand mail to a program.
    pub(super) pipes: Vec<Arc<Pipe>>,
    /// What master has to say of master.cf.
    pub(in crate::postfix) said: Vec<String>,
}

/// One that hands mail to others.
#[derive(Clone, Debug)]
pub(super) struct Handing {
    pub(super) name: String,
    /// Its `syslog_name`, where that is not main.cf's.
    pub(super) log_name: Option<Arc<str>>,
    /// What it obeys, where that is not main.cf alone.
    pub(super) way: Option<Arc<Way>>,
}

/// A service.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) addresses: Vec<String>,
    pub(super) port: u16,
    /// What its smtpd obeys, where that is not main.cf alone.
    pub(super) own: Option<Box<Own>>,
    /// What its postscreen obeys, where one stands in front.
    pub(super) screen: Option<Arc<Rules>>,
}

/// What the smtpd of one service obeys, and says.
#[derive(Clone, Debug)]
pub(in crate::postfix::server) struct Own {
    pub(in crate::postfix::server) built: Built,
    pub(in crate::postfix::server) fault: Option<Fatal>,
    pub(in crate::postfix::server) warnings: Vec<Note>,
}

/// A host as master sees it.
struct Machine<'a> {
    config: &'a Config,
    files: &'a Files,
    addresses: &'a [String],
    interfaces: &'a str,
}

/// Looks whether the host has the interfaces that main.cf names.
///
/// # Errors
/// Why no program starts.
pub(super) fn interfaces(
    config: &Config,
    files: &Files,
    addresses: &[String],
) -> Result<(), Fatal> {
    let machine = Machine {
        config,
        files,
        addresses,
        interfaces: &config.get("inet_interfaces"),
    };
    machine.interfaces().map(|_| ())
}

impl Services {
    /// Reads master.cf; `before` is what was offered until now, where master goes on.
    ///
    /// # Errors
    /// What master, or `postconf` for it, does not go on with.
    pub(in crate::postfix::server) fn new(
        config: &Config,
        files: &Files,
        addresses: &[String],
        before: Option<&Services>,
    ) -> Result<Services, Fatal> {
        let asked = config.get("inet_interfaces");
        let interfaces = before.map_or(asked.as_str(), |before| &before.interfaces);
        let mut services = Services {
            interfaces: interfaces.into(),
            ..Services::default()
        };
        let machine = Machine {
            config,
            files,
            addresses,
            interfaces,
        };
        let text = files
            .get(MASTER_CF)
            .unwrap_or("smtp inet n - y - - smtpd\n");
        let entries = master_cf::parse(text).map_err(|Unreadable(program, reason)| Fatal {
            program,
            ..Fatal::new(reason)
        })?;
        // A text that says nothing of this host's own services leaves Debian's.
        let debians = master_cf::parse(CLIENTS).unwrap_or_default();
        let own = |e: &&Entry| e.field(1) == "unix";
        let all = match entries.iter().any(|e| own(&e)) {
            true => &entries,
            false => &debians,
        };
        let hands_over = |e: &&Entry| own(e) && matches!(e.field(7), "smtp" | "lmtp");
        for client in all.iter().filter(hands_over).take(MOST) {
            let (name, mut config) = (client.field(0), config.clone());
            config.set("service_name", name);
            let changes = master_cf::overrides(client.arguments()).unwrap_or_default();
            let log_name = changes.iter().rfind(|(name, _)| name == "syslog_name");
            let log_name = log_name.and_then(|(_, value)| config.expand(value).ok());
            let log_name = log_name.map(Arc::from);
            let mut way = None;
            if changes.len() > usize::from(log_name.is_some()) {
                for (name, value) in &changes {
                    config.set(name, value);
                }
                let mut tables = Tables::new(&config, files);
                way = Some(Arc::new(Way::new(&config, &mut tables)));
            }
            services.clients.push(Handing {
                name: name.into(),
                log_name,
                way,
            });
            if client.field(7) == "lmtp" {
                services.lmtp.push(name.into());
            }
        }
        let hands_to_program = |e: &&Entry| own(e) && e.field(7) == "pipe";
        for pipe in all.iter().filter(hands_to_program).take(MOST) {
            let pipe = Pipe::read(pipe.field(0), pipe.arguments());
            services.pipes.push(Arc::new(pipe));
        }
        let has = |name: &str, kind: &str| {
            let is_it = |e: &&Entry| e.field(0) == name && e.field(1) == kind;
            entries.iter().rfind(is_it)
        };
        let mut taken: Vec<(&str, &str)> = Vec::new();
        let mut read = Vec::new();
        for entry in entries.iter().filter(|e| e.field(1) == "inet").take(MOST) {
            let (name, program) = (entry.field(0), entry.field(7));
            let speaks = match program {
                "smtpd" => Some(entry),
                // What it lets through has the options of the service behind it.
                "postscreen" => {
                    let config = machine.config_of(name, entry);
                    has(&config.get("smtpd_service_name"), "pass").or(Some(entry))
                }
                _ => None,
            };
            read.push((entry, speaks, machine.listens(entry)?));
            if asked != interfaces && !name.contains(':') {
                services
                    .said
                    .push(format!("service {name}: ignoring inet_interfaces change"));
                let what = "to change inet_interfaces, stop and start Postfix";
                services.said.push(what.into());
            }
            taken.push((name, program));
        }
        for (place, (entry, speaks, (addresses, port))) in read.iter().enumerate() {
            let name = entry.field(0);
            // Of two with one name the last counts.
            if read
                .iter()
                .skip(place + 1)
                .any(|(other, ..)| other.field(0) == name)
            {
                services.said.insert(0, format!(
                    "duplicate master.cf entry for service \"{name}\" ({port}) -- using the last entry"
                ));
                continue;
            }
            let Some(speaks) = speaks else {
                continue;
            };
            let is_screened = entry.field(7) == "postscreen";
            let config = machine.config_of(name, speaks);
            let cleanup = config.get("cleanup_service_name");
            let cleanup = entries.iter().rfind(|e| e.field(0) == cleanup);
            let cleanup = cleanup.filter(|e| !e.arguments().is_empty());
            let is_plain = name == "smtp"
                && speaks.arguments().is_empty()
                && !is_screened
                && cleanup.is_none();
            let screen = is_screened.then(|| {
                let config = machine.config_of(name, entry);
                Arc::new(Rules::new(config, files, &|name, kind| {
                    has(name, kind).is_some()
                }))
            });
            services.offered.push(Service {
                addresses: addresses.clone(),
                port: *port,
                own: match is_plain {
                    true => None,
                    false => {
                        let name = if is_screened { speaks.field(0) } else { name };
                        let mut own = machine.own(name, speaks, cleanup)?;
                        own.built.after_dot.port = *port;
                        Some(Box::new(own))
                    }
                },
                screen,
            });
        }
        Ok(services)
    }
}

impl Machine<'_> {
    /// main.cf with what a service sets.
    fn config_of(&self, name: &str, entry: &Entry) -> Config {
        let mut config = self.config.clone();
        config.warnings.clear();
        config.set("service_name", name);
        let changes = master_cf::overrides(entry.arguments());
        if changes.as_ref().is_ok_and(|changes| !changes.is_empty()) {
            // proxymap goes by main.cf alone, and what is expanded is not expanded again.
            let name = "proxy_read_maps";
            config.set(name, &self.config.get(name).replace('$', "$$"));
        }
        for (name, value) in changes.iter().flatten() {
            config.set(name, value);
        }
        config
    }

    /// What the smtpd of a service obeys.
    fn own(&self, name: &str, entry: &Entry, cleanup: Option<&Entry>) -> Result<Own, Fatal> {
        let config = self.config_of(name, entry);
        let changes = master_cf::overrides(entry.arguments());
        let mut warnings = self.config.warnings.iter().map(Note::warning).collect();
        let (mut built, fault) = build(&config, self.files, self.addresses, &mut warnings)?;
        // Addresses are for trivial-rewrite to resolve, which knows nothing of a service's options.
        let mut tables = Tables::new(self.config, self.files);
        let resolver = Resolver::new(self.config, self.addresses, &mut tables);
        built.resolver = resolver.split_as(&built.resolver);
        let behind = cleanup.map(|e| self.config_of(e.field(0), e));
        let behind = behind.as_ref().unwrap_or(self.config);
        built.after_dot.cleaned_by(behind, &mut tables);
        let is_its = |fatal: &Fatal| matches!(fatal.program, "smtpd" | EVERY_PROGRAM);
        let own = |mut fatal: Fatal| {
            // Whatever stops every program stops this one alone.
            fatal.program = "smtpd";
            fatal
        };
        Ok(Own {
            built,
            fault: changes
                .err()
                .map(Fatal::new)
                .or(fault.filter(is_its).map(own)),
            warnings,
        })
    }

    /// Where a service listens.
    fn listens(&self, entry: &Entry) -> Result<(Vec<String>, u16), Fatal> {
        let name = entry.field(0);
        let fatal = |program: &'static str, reason: String| Fatal {
            program,
            ..Fatal::new(reason)
        };
        let (host, service) = name.rsplit_once(':').unwrap_or(("", name));
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let services = self.files.get("/etc/services").unwrap_or("");
        let Ok(port) = destination::port(service, "", services) else {
            let host = if host.is_empty() { "0.0.0.0" } else { host };
            let why = "Servname not supported for ai_socktype";
            return Err(fatal("master", format!("{host}:{service}: {why}")));
        };
        if !host.is_empty() {
            let Some(found) = self.named(host) else {
                let why = format!("bad hostname or network address: {name}");
                return Err(fatal("master", master_cf::at(entry.line, &why)));
            };
            return match found.iter().find(|addr| !self.has(addr)) {
                None => Ok((found, port)),
                Some(addr) => {
                    let why = "Cannot assign requested address";
                    Err(fatal("master", format!("bind {addr} port {port}: {why}")))
                }
            };
        }
        let all = self.interfaces()?;
        match all.is_empty() {
            true => {
                let why = format!("no valid IP address found: {name}");
                Err(fatal("master", master_cf::at(entry.line, &why)))
            }
            false => Ok((all, port)),
        }
    }

    /// The addresses at which services listen that name none (`inet_interfaces`).
    fn interfaces(&self) -> Result<Vec<String>, Fatal> {
        let every = |why: String| Fatal {
            program: EVERY_PROGRAM,
            ..Fatal::new(why)
        };
        let protocols = self.config.get("inet_protocols");
        let speaks = |addr: &String| {
            let own = if addr.contains(':') { "ipv6" } else { "ipv4" };
            protocols.contains("all") || protocols.contains(own)
        };
        let mut all: Vec<String> = match self.interfaces {
            "loopback-only" => LOOPBACK.map(String::from).to_vec(),
            "all" => ["0.0.0.0", "::"].map(String::from).to_vec(),
            names => {
                let mut all = Vec::new();
                for name in split_list(names) {
                    let mut found = self.named(&name).unwrap_or_default();
                    found.retain(speaks);
                    if found.is_empty() {
                        let why = "config variable inet_interfaces: host not found";
                        return Err(every(format!("{why}: {name}")));
                    }
                    let is_interface = |addr: &&str| {
                        LOOPBACK.contains(addr) || self.addresses.iter().any(|own| own == addr)
                    };
                    if !found.iter().all(|addr| is_interface(&addr.as_str())) {
                        let why = "parameter inet_interfaces: no local interface found for";
                        return Err(every(format!("{why} {name}")));
                    }
                    all.extend(found);
                }
                all
            }
        };
        all.retain(speaks);
        Ok(all)
    }

    /// The addresses under a name, which may be one.
    fn named(&self, name: &str) -> Option<Vec<String>> {
        let name = name.trim_start_matches('[').trim_end_matches(']');
        if let Some(addr) = numeric(name) {
            return Some(vec![addr.to_string()]);
        }
        let hosts = self.files.get("/etc/hosts").unwrap_or("");
        let words = |line: &str| -> Vec<String> {
            let line = line.split('#').next().unwrap_or("");
            line.split_whitespace().map(String::from).collect()
        };
        for line in hosts.lines().map(words) {
            if let Some((address, _)) = line
                .split_first()
                .filter(|(_, n)| n.iter().any(|n| n == name))
            {
                // Debian's line for the host itself is about no interface.
                return Some(match address.as_str() {
                    "127.0.1.1" => self.addresses.to_vec(),
                    address => vec![address.into()],
                });
            }
        }
        match name {
            "localhost" => Some(LOOPBACK.map(String::from).to_vec()),
            "all" => None,
            name if name.contains('.') || name == self.config.get("myhostname") => {
                Some(self.addresses.to_vec())
            }
            _ => None,
        }
    }

    /// Whether an address is this host's.
    fn has(&self, address: &str) -> bool {
        address == "0.0.0.0"
            || address == "::"
            || address == LOOPBACK[1]
            || address.starts_with("127.")
            || self.addresses.iter().any(|own| own == address)
    }
}
