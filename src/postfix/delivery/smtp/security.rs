//! How much TLS a destination gets, and whether a certificate is good enough for it
//! (`smtp_tls_security_level`, `smtp_tls_policy_maps`).

use crate::postfix::config::main_cf::Config;
use crate::postfix::delivery::certificate::Certificate;
use crate::postfix::lookup::maps::{parent, Maps};
use crate::postfix::lookup::tables::Tables;

/// How STARTTLS is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tls {
    /// Never.
    #[default]
    None,
    /// Where it is offered.
    May,
    /// Always.
    Encrypt,
    /// Always, with a certificate that is believed in and has the right name.
    Verify,
}

/// What one destination gets.
#[derive(Clone, Debug, Default)]
pub struct Level {
    /// How STARTTLS is used.
    pub tls: Tls,
    /// Which names a certificate may have, as `smtp_tls_secure_cert_match` writes them.
    names: Vec<String>,
    /// What a process says of the policy.
    pub notes: Vec<String>,
    /// The policy cannot be understood, or not be had here: nothing is sent.
    pub is_bad: bool,
}

/// What main.cf says of all destinations.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    own: String,
    maps: Maps,
    /// `smtp_tls_verify_cert_match` and `smtp_tls_secure_cert_match`.
    matches: [Vec<String>; 2],
    /// `smtp_dns_support_level = dnssec`.
    dnssec: bool,
}

/// What may stand behind a level.
const ATTRIBUTES: [&str; 7] = [
    "match",
    "protocols",
    "ciphers",
    "exclude",
    "servername",
    "tafile",
    "connection_reuse",
];

/// `smtp_tls_security_level`, or what main.cf said before there were levels (smtp_tls_policy.c).
fn level_of(config: &Config) -> String {
    let own = config.get("smtp_tls_security_level");
    let older = match own.is_empty() {
        true if !config.flag("smtp_enforce_tls") => config.flag("smtp_use_tls").then_some("may"),
        true if config.flag("smtp_tls_enforce_peername") => Some("verify"),
        true => Some("encrypt"),
        false => None,
    };
    older.map_or(own, String::from)
}

impl Policies {
    /// Reads it.
    pub fn new(config: &Config, tables: &mut Tables) -> Policies {
        Policies {
            own: level_of(config),
            maps: Maps::open(config, "smtp_tls_policy_maps", tables),
            matches: ["smtp_tls_verify_cert_match", "smtp_tls_secure_cert_match"].map(|name| {
                let names = config.get(name);
                names.split([',', ' ', ':']).map(String::from).collect()
            }),
            dnssec: config.get("smtp_dns_support_level") == "dnssec",
        }
    }

    /// What a destination gets.
    pub fn of(&self, nexthop: &str) -> Level {
        let is_domain = !nexthop.contains(['[', ':']);
        let mut key = Some(nexthop);
        while let Some(name) = key {
            if let Ok(Some(policy)) = self.maps.get(name) {
                let place = format!("smtp_tls_policy_maps, next-hop destination \"{nexthop}\"");
                return self.read(&policy, &place, nexthop);
            }
            key = parent(name, true).filter(|_| is_domain);
        }
        self.read(&self.own, "smtp_tls_security_level", nexthop)
    }

    fn read(&self, policy: &str, place: &str, nexthop: &str) -> Level {
        let mut level = Level::default();
        let mut words = policy.split([' ', '\t', ',']).filter(|w| !w.is_empty());
        let name = words.next().unwrap_or("none").to_ascii_lowercase();
        let lacks = format!("warning: {nexthop}: {name} configured with dnssec lookups disabled");
        level.tls = match name.as_str() {
            "none" => Tls::None,
            "may" => Tls::May,
            "encrypt" => Tls::Encrypt,
            "verify" | "secure" => {
                level
                    .names
                    .clone_from(&self.matches[usize::from(name == "secure")]);
                Tls::Verify
            }
            "fingerprint" => Tls::Verify,
            "dane" | "dane-only" => {
                level.is_bad = name == "dane-only";
                if !self.dnssec {
                    level.notes.push(lacks);
                }
                Tls::May
            }
            _ => {
                let why = format!("warning: {place}: invalid security level \"{name}\"");
                level.notes.push(why);
                level.is_bad = true;
                return level;
            }
        };
        for word in words {
            let (attribute, value) = word.split_once('=').unwrap_or((word, ""));
            if !ATTRIBUTES.contains(&attribute) {
                let why = format!("warning: {place}: invalid attribute name: \"{attribute}\"");
                level.notes.push(why);
                level.is_bad = true;
                break;
            }
            if attribute == "match" && name != "fingerprint" {
                level.names = value.split([':', '|']).map(String::from).collect();
            }
        }
        level
    }
}

impl Level {
    /// Whether a certificate has one of the names that it may have.
    pub fn takes(&self, certificate: &Certificate, host: &str, nexthop: &str) -> bool {
        let nexthop = nexthop.trim_start_matches('[');
        let nexthop = nexthop.split([']', ':']).next().unwrap_or("");
        self.names.iter().any(|name| match name.as_str() {
            "hostname" => certificate.is_for(host),
            "nexthop" => certificate.is_for(nexthop),
            "dot-nexthop" => certificate.is_for(&format!(".{nexthop}")),
            name => certificate.is_for(name),
        })
    }
}
