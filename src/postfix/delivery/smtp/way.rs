//! What smtp(8) obeys on its way to another host, and the passwords that it has for it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::postfix::address::class::Class;
use crate::postfix::address::class::Resolved;
use crate::postfix::cleanup::checks::Checks;
use crate::postfix::config::main_cf::Config;
use crate::postfix::delivery::exchanger::Step;
use crate::postfix::delivery::smtp::security::Policies;
use crate::postfix::lookup::maps::{Locality, Maps, Strategy};
use crate::postfix::lookup::table::Table;
use crate::postfix::lookup::tables::Tables;
use crate::smtp::tls::level;

/// What smtp(8) obeys.
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// When TLS is used.
    pub tls: Policies,
    /// `smtp_tls_wrappermode`: TLS comes before the greeting.
    pub wrapper: bool,
    /// `smtp_helo_name`.
    pub helo: String,
    /// Where connections come from (`smtp_bind_address`, `smtp_bind_address6`), of this host's addresses;
    /// empty for the first one.
    pub bound: [String; 2],
    /// How long it waits for a host to answer its call (`smtp_connect_timeout`); zero is as long as the kernel.
    pub patience: Duration,
    /// How many hosts of a destination are asked to take a message (`smtp_mx_session_limit`).
    pub sessions: usize,
    /// Each TLS connection is logged (`smtp_tls_loglevel`).
    pub is_logged: bool,
    /// `smtp_sasl_auth_enable`.
    sasl: bool,
    passwords: Maps,
    /// Whether a password may be sent as it is, without and with TLS (`smtp_sasl_security_options`).
    pub plaintext: [bool; 2],
    /// `smtp_tls_note_starttls_offer`.
    pub notes_offers: bool,
    /// What tables by sender are asked for where there is no sender: about transports, about relays.
    nobody: [String; 2],
    /// `soft_bounce`: another host may take what one refuses.
    pub is_soft: bool,
    /// Extensions of addresses outlive `smtp_generic_maps` (`propagate_unmatched_extensions`).
    pub propagates: bool,
    /// `disable_mime_output_conversion`.
    pub keeps_bits: bool,
    /// `smtp_line_length_limit`; 0 is none.
    pub longest: usize,
    /// `smtp_sasl_auth_soft_bounce`.
    pub soft_bounce: bool,
    /// `smtp_sender_dependent_authentication`.
    by_sender: bool,
    /// `default_transport`.
    default: String,
    /// `sender_dependent_relayhost_maps`.
    relays: Maps,
    /// `sender_dependent_default_transport_maps`.
    transports: Maps,
    /// `smtp_generic_maps`.
    pub generic: Maps,
    /// `smtp_header_checks` and those of its kind.
    pub checks: Checks,
    /// Whether it says EHLO to hosts that do not call themselves ESMTP (`smtp_always_send_ehlo`), and never
    /// does (`smtp_never_send_ehlo`).
    pub greets: [bool; 2],
    /// `smtp_reply_filter`.
    pub replies: Option<Arc<Table>>,
    /// `smtp_discard_ehlo_keywords`.
    pub discarded: String,
    /// `smtp_discard_ehlo_keyword_address_maps`.
    pub discard_maps: Maps,
    /// What a process says of main.cf before it dies.
    pub fatal: Option<String>,
}

/// What there is for AUTH with one host: a name and a password with a colon between them, or why
/// that could not be looked up.
pub type Secret = Result<Option<String>, Vec<String>>;

impl Way {
    /// Reads it.
    pub fn new(config: &Config, tables: &mut Tables) -> Way {
        let before = tables.enter("smtp");
        let plaintext = [
            "smtp_sasl_security_options",
            "smtp_sasl_tls_security_options",
        ]
        .map(|name| !config.list(name).iter().any(|word| word == "noplaintext"));
        let sasl = config.flag("smtp_sasl_auth_enable");
        // No process asks for passwords that needs none.
        let maps = if sasl {
            config.list("smtp_sasl_password_maps")
        } else {
            Vec::new()
        };
        let bad = maps.iter().find(|spec| !spec.contains(':'));
        let fatal = match bad {
            Some(spec) => Some(format!(
                "open dictionary: expecting \"type:name\" form instead of \"{spec}\""
            )),
            None if sasl && maps.is_empty() => Some(
                "specify a password table via the `smtp_sasl_password_maps' configuration parameter"
                    .into(),
            ),
            None => None,
        };
        let way = Way {
            tls: Policies::new(config, tables),
            wrapper: config.flag("smtp_tls_wrappermode"),
            helo: config.get("smtp_helo_name"),
            patience: config.time("smtp_connect_timeout"),
            bound: [("smtp_bind_address", false), ("smtp_bind_address6", true)]
                .map(|(name, is_v6)| bound(config, name, is_v6)),
            sessions: config.count("smtp_mx_session_limit"),
            notes_offers: config.flag("smtp_tls_note_starttls_offer"),
            is_soft: config.flag("soft_bounce"),
            propagates: config
                .list("propagate_unmatched_extensions")
                .iter()
                .any(|word| word == "generic"),
            keeps_bits: config.flag("disable_mime_output_conversion"),
            longest: config.count("smtp_line_length_limit"),
            is_logged: level(&config.get("smtp_tls_loglevel")) > 0,
            sasl,
            passwords: match fatal.is_some() || !sasl {
                true => Maps::default(),
                false => Maps::open(config, "smtp_sasl_password_maps", tables),
            },
            plaintext,
            soft_bounce: config.flag("smtp_sasl_auth_soft_bounce"),
            by_sender: config.flag("smtp_sender_dependent_authentication"),
            generic: Maps::open(config, "smtp_generic_maps", tables),
            checks: Checks::outward(config, tables),
            greets: ["smtp_always_send_ehlo", "smtp_never_send_ehlo"].map(|name| config.flag(name)),
            replies: Some(config.get("smtp_reply_filter"))
                .filter(|table| !table.is_empty())
                .map(|table| tables.open(&table)),
            discarded: config.get("smtp_discard_ehlo_keywords"),
            discard_maps: Maps::open(config, "smtp_discard_ehlo_keyword_address_maps", tables),
            fatal,
            ..Way::by_sender(config, tables)
        };
        tables.enter(before);
        way
    }

    /// Reads what is by sender alone.
    pub fn by_sender(config: &Config, tables: &mut Tables) -> Way {
        let before = tables.enter("trivial-rewrite");
        let way = Way {
            nobody: ["default_transport", "relayhost"]
                .map(|what| config.get(&format!("empty_address_{what}_maps_lookup_key"))),
            default: config.get("default_transport"),
            relays: Maps::open_literal(config, "sender_dependent_relayhost_maps", tables),
            transports: Maps::open_literal(
                config,
                "sender_dependent_default_transport_maps",
                tables,
            ),
            ..Way::default()
        };
        tables.enter(before);
        way
    }

    /// Sends mail to other hosts where its sender's own entries say, instead of by `default_transport`
    /// and to `relayhost`. What transport_maps has sent elsewhere stays there.
    pub fn redirect(
        &self,
        resolved: &mut Resolved,
        sender: &str,
        here: &dyn Locality,
        relayhost: &str,
    ) {
        let is_own = matches!(resolved.class, Class::Default | Class::Relay);
        let domain = resolved.domain().unwrap_or("").to_string();
        // A next hop of `default_transport` goes before relays, and with it.
        let (transport, nexthop) = self.default.split_once(':').unwrap_or_default();
        let mut is_fixed = resolved.transport == transport && resolved.nexthop == nexthop;
        let goes_on =
            resolved.nexthop == relayhost || resolved.nexthop.eq_ignore_ascii_case(&domain);
        if !is_own || !(goes_on || is_fixed) {
            return;
        }
        let named = |which: usize| match sender {
            "" => self.nobody.get(which).map_or("<>", String::as_str),
            sender => sender,
        };
        if resolved.class == Class::Default {
            if let Some(found) = by_sender(&self.transports, named(0), here) {
                let (transport, nexthop) = found.split_once(':').unwrap_or((&found, ""));
                resolved.transport = transport.into();
                if !nexthop.is_empty() {
                    resolved.nexthop = nexthop.into();
                    return;
                }
                if is_fixed {
                    is_fixed = false;
                    resolved.nexthop = match relayhost {
                        "" => domain,
                        relayhost => relayhost.into(),
                    };
                }
            }
        }
        if is_fixed {
            return;
        }
        if let Some(relay) = by_sender(&self.relays, named(1), here) {
            resolved.nexthop = relay;
        }
    }

    /// What there is for each host that will be tried, by its name: a host's own goes before that of
    /// the destination.
    pub fn secrets(&self, steps: &[Step], nexthop: &str, sender: &str) -> Vec<(String, Secret)> {
        let mut secrets: Vec<(String, Secret)> = Vec::new();
        for step in steps {
            let Step::Try(host) = step else {
                continue;
            };
            if !self.sasl || secrets.iter().any(|(name, _)| *name == host.name) {
                continue;
            }
            let keys = [
                if self.by_sender { sender } else { "" },
                &host.name,
                nexthop,
            ];
            let mut secret = Ok(None);
            for key in keys.into_iter().filter(|key| !key.is_empty()) {
                match self.passwords.get(key) {
                    Ok(None) => continue,
                    Ok(found) => secret = Ok(found.map(|text| text.into_owned())),
                    Err(retry) => secret = Err(retry.warnings.lines().to_vec()),
                }
                break;
            }
            secrets.push((host.name.clone(), secret));
        }
        secrets
    }
}

/// Where connections come from: from the one interface that Postfix uses, if nothing else is said.
fn bound(config: &Config, name: &str, is_v6: bool) -> String {
    let asked = config.get(name);
    let is_it = |addr: &String| match addr.parse() {
        Ok(IpAddr::V4(addr)) => !is_v6 && !addr.is_loopback(),
        Ok(IpAddr::V6(addr)) => is_v6 && !addr.is_loopback(),
        Err(_) => false,
    };
    let mut own = config.list("inet_interfaces");
    own.retain(is_it);
    match own.pop() {
        Some(only) if own.is_empty() && asked.is_empty() => only,
        _ => asked,
    }
}

/// What a table says of a sender.
fn by_sender(maps: &Maps, sender: &str, here: &dyn Locality) -> Option<String> {
    let strategy = Strategy {
        at_domain: true,
        ..Strategy::FULL
    };
    let found = maps.find(sender, strategy, here).ok().flatten()?;
    Some(found.into_owned()).filter(|found| !found.eq_ignore_ascii_case("dunno"))
}
