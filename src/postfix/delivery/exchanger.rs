//! Which hosts take mail for a destination (RFC 5321 section 5.1), in the order in which smtp(8) tries
//! them, and why none can be found. A host that is this one ends the list: what it would send to
//! itself would come back to it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::dns::{numeric, Data, Dns, Kind, Missing};
use crate::postfix::config::main_cf::Config;
use crate::postfix::delivery::destination::{untranslatable, Destination};
use crate::postfix::lookup::replies::{why, Replies};
use crate::postfix::lookup::tables::Tables;
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::smtp::hostname::is_utf8_hostname;

/// The port at which mail can come back to the host that sends it.
const SMTP: u16 = 25;
/// The port at which TLS comes before the greeting.
const SMTPS: u16 = 465;

/// A host that may take the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanger {
    /// Its name.
    pub name: String,
    /// One of its addresses.
    pub addr: String,
    /// The port.
    pub port: u16,
}

/// What smtp(8) does next for a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It tries a host.
    Try(Exchanger),
    /// What comes next has the port of SMTPS.
    Smtps,
    /// What comes next is another destination.
    Site,
    /// It logs a line.
    Say(String),
    /// It finds no host for a destination: what it logs, and what becomes of the mail, unless a
    /// later destination takes it.
    Miss(Vec<String>, Outcome),
    /// It ends, with these lines.
    Die(Vec<String>),
}

/// What main.cf says about the way to other hosts.
#[derive(Clone, Debug)]
pub struct Reach {
    /// `proxy_interfaces`: addresses of others at which mail for this host arrives.
    proxies: Vec<String>,
    /// `inet_protocols`.
    protocols: Vec<String>,
    /// How many addresses of a destination are tried (`smtp_mx_address_limit`); 0 is all.
    limit: usize,
    /// `relayhost`.
    pub relayhost: String,
    /// `smtp_fallback_relay`.
    fallback: Vec<String>,
    /// `smtp_dns_reply_filter`, and `lmtp_dns_reply_filter`.
    replies: [Replies; 2],
    /// `smtp_host_lookup`, and `lmtp_host_lookup`.
    lookups: [Vec<String>; 2],
    /// `smtp_tcp_port`, and `lmtp_tcp_port`.
    ports: [String; 2],
}

impl Reach {
    /// Reads it.
    pub fn new(config: &Config, tables: &mut Tables) -> Reach {
        let filters = ["smtp_dns_reply_filter", "lmtp_dns_reply_filter"];
        let support = config.get("smtp_dns_support_level");
        let is_off = support.is_empty() && config.flag("disable_dns_lookups");
        let lookup = |name| match is_off || support == "disabled" {
            true => Vec::new(),
            false => config.list(name),
        };
        Reach {
            proxies: config.list("proxy_interfaces"),
            protocols: config.list("inet_protocols"),
            limit: config.count("smtp_mx_address_limit"),
            relayhost: config.get("relayhost"),
            fallback: config.list("smtp_fallback_relay"),
            replies: filters.map(|name| Replies::open(config, name, tables)),
            lookups: ["smtp_host_lookup", "lmtp_host_lookup"].map(lookup),
            ports: ["smtp_tcp_port", "lmtp_tcp_port"].map(|name| config.get(name)),
        }
    }
}

/// What smtp(8) goes by.
#[derive(Clone, Copy, Debug)]
pub struct Finder<'a> {
    /// Whom it asks.
    pub dns: &'a Dns,
    /// What main.cf says.
    pub reach: &'a Reach,
    /// The addresses of this host.
    pub own: &'a [String],
    /// The text of /etc/services.
    pub services: &'a str,
    /// That of /etc/hosts.
    pub hosts: &'a str,
    /// It is lmtp(8), which asks for no mail exchangers and has no relays to fall back on.
    pub is_lmtp: bool,
}

/// What the look at one destination has found.
struct Look {
    /// Its hosts, or that there are none.
    steps: Vec<Step>,
    /// No destination after this one is tried.
    is_final: bool,
}

impl Look {
    fn miss(outcome: Outcome) -> Look {
        Look {
            steps: vec![Step::Miss(Vec::new(), outcome)],
            is_final: false,
        }
    }

    /// This host is one of those that take the mail, and others would only make it worse.
    fn last(self) -> Look {
        Look {
            is_final: true,
            ..self
        }
    }
}

impl Finder<'_> {
    /// All that is tried for a next hop: a destination, or several with commas or blanks between
    /// them, and then those to fall back on.
    pub fn steps(&self, nexthop: &str) -> Vec<Step> {
        let separators = [',', ' ', '\t', '\r', '\n'];
        let sites = nexthop.split(separators).filter(|s| !s.is_empty());
        let sites: Vec<&str> = sites.collect();
        let fallback = self.reach.fallback.iter().map(String::as_str);
        let fallback = fallback.filter(|_| !self.is_lmtp);
        let all = sites.iter().copied().chain(fallback);
        let few = match self.reach.limit {
            0 => usize::MAX,
            limit => limit,
        };
        let mut steps = Vec::new();
        let mut last = "";
        for (place, site) in all.enumerate() {
            last = match place >= sites.len() {
                true => "smtp_fallback_relay",
                // Postfix compares the whole value, so it never finds a relayhost of several.
                false if self.is_lmtp => "",
                false if sites.first() == Some(&self.reach.relayhost.as_str()) => "relayhost",
                false => "",
            };
            let port = &self.reach.ports[usize::from(self.is_lmtp)];
            let destination = match Destination::parse(site, port, self.services) {
                Ok(destination) => destination,
                Err(fatal) => {
                    let mut lines: Vec<String> = untranslatable(site).into_iter().collect();
                    lines.push(format!("fatal: {fatal}"));
                    steps.push(Step::Die(lines));
                    return steps;
                }
            };
            steps.extend((place > 0).then_some(Step::Site));
            steps.extend((destination.port == SMTPS).then_some(Step::Smtps));
            let mut notes = Vec::new();
            let found = self.look(&destination, &mut notes);
            steps.extend(notes.into_iter().map(Step::Say));
            steps.extend(found.steps.into_iter().take(few));
            if found.is_final {
                break;
            }
        }
        // What may be a mistake in main.cf does not cost the mail.
        if let Some(Step::Miss(notes, outcome)) = steps.last_mut() {
            if outcome.status == Status::Bounced && !last.is_empty() {
                notes.push(format!("warning: {last} configuration problem"));
                outcome.status = Status::Deferred;
                outcome.dsn = "4.3.5".into();
            }
        }
        steps
    }

    fn look(&self, destination: &Destination, notes: &mut Vec<String>) -> Look {
        let host = &destination.host;
        if destination.is_host || self.is_lmtp || self.lookup().is_empty() {
            return self.host(destination, notes);
        }
        let mut names: Vec<(u16, String)> = match self.records(host, Kind::Mx, notes) {
            Ok(found) => found.into_iter().filter_map(exchanger).collect(),
            Err(Missing::NullMx) => {
                let why = format!("Domain {host} does not accept mail (nullMX)");
                return Look::miss(Outcome::new(Status::Bounced, "5.1.0", why));
            }
            Err(Missing::NoDomain | Missing::NoData) => return self.host(destination, notes),
            Err(missing) => return Look::miss(unknown(host, "MX", missing)),
        };
        names.sort();
        self.exchangers(destination, &names, notes)
    }

    /// The addresses of a host by itself.
    fn host(&self, destination: &Destination, notes: &mut Vec<String>) -> Look {
        match self.addresses(destination, &destination.host, notes) {
            Err(outcome) => Look::miss(outcome),
            Ok(hosts) if hosts.iter().any(|host| self.is_self(host)) => {
                Look::miss(loops(&destination.host)).last()
            }
            Ok(hosts) => Look {
                steps: hosts.into_iter().map(Step::Try).collect(),
                is_final: false,
            },
        }
    }

    /// Those of a domain's mail exchangers that are better than this host.
    fn exchangers(
        &self,
        destination: &Destination,
        names: &[(u16, String)],
        notes: &mut Vec<String>,
    ) -> Look {
        let domain = &destination.host;
        let mut hosts: Vec<(u16, Exchanger)> = Vec::new();
        let mut failure = Outcome::new(Status::Bounced, "5.4.4", "");
        for (preference, name) in names {
            match self.addresses(destination, name, notes) {
                Ok(found) => hosts.extend(found.into_iter().map(|host| (*preference, host))),
                // The last says why; that one may do better later counts for all.
                Err(mut new) => {
                    let was_soft = failure.status == Status::Deferred;
                    if was_soft && new.status == Status::Bounced {
                        (new.status, new.dsn) = (Status::Deferred, "4.4.4".into());
                    }
                    failure = new;
                }
            }
        }
        let (Some(best), Some(best_found)) = (names.first(), hosts.first()) else {
            let note = format!("warning: no MX host for {domain} has a valid address record");
            return Look {
                steps: vec![Step::Miss(vec![note], failure)],
                is_final: false,
            };
        };
        let is_best = best.0 == best_found.0;
        let own = hosts.iter().find(|(_, host)| self.is_self(host));
        let own = own.map(|(preference, _)| *preference);
        hosts.retain(|(preference, _)| own.is_none_or(|own| *preference < own));
        if hosts.is_empty() && is_best {
            return Look::miss(loops(domain)).last();
        }
        if hosts.is_empty() {
            let why = format!("unable to find primary relay for {domain}");
            return Look::miss(Outcome::new(Status::Deferred, "4.4.4", why)).last();
        }
        Look {
            steps: hosts.into_iter().map(|(_, host)| Step::Try(host)).collect(),
            is_final: own.is_some(),
        }
    }

    fn addresses(
        &self,
        destination: &Destination,
        name: &str,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Exchanger>, Outcome> {
        let found = match numeric(name) {
            Some(addr) if self.speaks(addr) => vec![addr.to_string()],
            _ => self.named(name, notes)?,
        };
        let host = |addr| Exchanger {
            name: name.into(),
            addr,
            port: destination.port,
        };
        Ok(found.into_iter().map(host).collect())
    }

    /// The addresses of a name, from where main.cf says; a number that is not spoken is one too.
    fn named(&self, name: &str, notes: &mut Vec<String>) -> Result<Vec<String>, Outcome> {
        let from = |place: &str| {
            self.lookup()
                .iter()
                .any(|own| own.eq_ignore_ascii_case(place))
        };
        let found = match from("dns") {
            true if is_utf8_hostname(name, true) => self.in_dns(name, notes),
            true => Err(invalid(name)),
            false => return self.native(name),
        };
        match found {
            Err(why) if why.status == Status::Bounced && from("native") => self.native(name),
            found => found,
        }
    }

    /// `smtp_host_lookup`; empty where the name system is not asked at all
    /// (`smtp_dns_support_level = disabled`).
    fn lookup(&self) -> &[String] {
        &self.reach.lookups[usize::from(self.is_lmtp)]
    }

    /// What getaddrinfo(3) finds: in /etc/hosts, then in the name system.
    fn native(&self, name: &str) -> Result<Vec<String>, Outcome> {
        let mut all = in_hosts(self.hosts, name);
        all.retain(|addr| addr.parse().is_ok_and(|addr| self.speaks(addr)));
        let why = match (numeric(name), all.is_empty()) {
            (Some(_), _) => ("5.3.0", "Address family for hostname not supported"),
            (None, false) => return Ok(all),
            (None, true) => match self.dns.addresses(name) {
                Err(Missing::NoDomain) => ("5.4.4", "Name or service not known"),
                Err(Missing::Timeout) => ("4.4.4", "Temporary failure in name resolution"),
                found => {
                    let mut all = found.unwrap_or_default();
                    all.retain(|addr| addr.parse().is_ok_and(|addr| self.speaks(addr)));
                    if !all.is_empty() {
                        return Ok(all);
                    }
                    ("5.4.4", "No address associated with hostname")
                }
            },
        };
        let status = match why.0.starts_with('4') {
            true => Status::Deferred,
            false => Status::Bounced,
        };
        let text = format!("unable to look up host {name}: {}", why.1);
        Err(Outcome::new(status, why.0, text))
    }

    /// What the name system says; what may do better later says why there are none, and else the last.
    fn in_dns(&self, name: &str, notes: &mut Vec<String>) -> Result<Vec<String>, Outcome> {
        let weight = |missing: Missing| match missing {
            Missing::Dropped => 2,
            Missing::Timeout | Missing::Unsifted => 1,
            _ => 0,
        };
        let mut found = Vec::new();
        let mut failure = (Missing::NoDomain, "A");
        let four = (IpAddr::V4(Ipv4Addr::LOCALHOST), Kind::A, "A");
        let six = (IpAddr::V6(Ipv6Addr::LOCALHOST), Kind::Aaaa, "AAAA");
        for (any, kind, shown) in [four, six] {
            if !self.speaks(any) {
                continue;
            }
            match self.records(name, kind, notes) {
                Ok(records) => found.extend(records.into_iter().filter_map(address)),
                Err(missing) if weight(missing) >= weight(failure.0) => failure = (missing, shown),
                Err(_) => {}
            }
        }
        match found.is_empty() {
            true => Err(unknown(name, failure.1, failure.0)),
            false => Ok(found),
        }
    }

    fn records(
        &self,
        name: &str,
        kind: Kind,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Data>, Missing> {
        let replies = &self.reach.replies[usize::from(self.is_lmtp)];
        replies.look_up(self.dns, name, kind, notes)
    }

    fn speaks(&self, addr: IpAddr) -> bool {
        let name = if addr.is_ipv6() { "ipv6" } else { "ipv4" };
        self.reach.protocols.iter().any(|p| p == "all" || p == name)
    }

    fn is_self(&self, host: &Exchanger) -> bool {
        let Ok(addr) = host.addr.parse::<IpAddr>() else {
            return false;
        };
        let is_it = |own: &String| own.parse() == Ok(addr);
        let mut own = self.own.iter().chain(&self.reach.proxies);
        host.port == SMTP && (is_loopback(addr) || own.any(is_it))
    }
}

/// The addresses that /etc/hosts has for a name.
fn in_hosts(hosts: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in hosts.lines() {
        let mut words = line
            .split('#')
            .next()
            .unwrap_or("")
            .split_ascii_whitespace();
        let address = words.next().unwrap_or("");
        if words.any(|word| word.eq_ignore_ascii_case(name)) {
            found.push(address.to_string());
        }
    }
    found
}

/// The addresses at which every host reaches itself.
fn is_loopback(addr: IpAddr) -> bool {
    addr == IpAddr::V4(Ipv4Addr::LOCALHOST) || addr == IpAddr::V6(Ipv6Addr::LOCALHOST)
}

fn address(data: Data) -> Option<String> {
    match data {
        Data::A(addr) | Data::Aaaa(addr) => Some(addr),
        _ => None,
    }
}

fn exchanger(data: Data) -> Option<(u16, String)> {
    match data {
        Data::Mx(preference, name) => Some((preference, name)),
        _ => None,
    }
}

fn invalid(name: &str) -> Outcome {
    let why = format!("Name service error for {name}: invalid host or domain name");
    Outcome::new(Status::Bounced, "5.4.4", why)
}

fn loops(name: &str) -> Outcome {
    let why = format!("mail for {name} loops back to myself");
    Outcome::new(Status::Bounced, "5.4.6", why)
}

fn unknown(name: &str, kind: &str, missing: Missing) -> Outcome {
    if let Some(why) = why(missing, name, kind) {
        let dsn = match missing {
            Missing::Dropped => "4.7.0",
            _ => "4.4.3",
        };
        return Outcome::new(Status::Deferred, dsn, why);
    }
    let (status, dsn, why) = match missing {
        Missing::Timeout => (Status::Deferred, "4.4.3", "Host not found, try again"),
        Missing::NoDomain => (Status::Bounced, "5.4.4", "Host not found"),
        _ => (
            Status::Bounced,
            "5.4.4",
            "Host found but no data record of requested type",
        ),
    };
    let text = format!(
        "Host or domain name not found. Name service error for name={name} type={kind}: {why}"
    );
    Outcome::new(status, dsn, text)
}
