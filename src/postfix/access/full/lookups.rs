//! What the restrictions of the full build look up.

use crate::postfix::access::full::service::Service;
use crate::postfix::access::full::verified::Manner;
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::lookup::list::{parent_style, List, Style};
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::replies::Replies;
use crate::postfix::lookup::retry::Found;
use crate::postfix::lookup::tables::Tables;

const DEFAULT_ACTION: &str = "smtpd_policy_service_default_action";

/// What they look up.
#[derive(Clone, Debug)]
pub(in crate::postfix::access) struct Lookups {
    /// The tables that stand in restriction lists, by how they are written there.
    pub(in crate::postfix::access) access_maps: Vec<(String, Maps)>,
    /// `smtpd_access_maps` is not in `parent_domain_matches_subdomains`.
    pub(in crate::postfix::access) dotted_parents: bool,
    /// `smtpd_null_access_lookup_key`.
    pub(in crate::postfix::access) null_key: String,
    /// `relay_domains`, of which check_relay_domains asks for clients.
    pub(in crate::postfix::access) relay_domains: List,
    /// `permit_mx_backup_networks`.
    pub(in crate::postfix::access) mx_backup_networks: List,
    pub(in crate::postfix::access) sender_login_maps: Maps,
    pub(in crate::postfix::access) rbl_reply_maps: Maps,
    /// `default_rbl_reply`, as it is written.
    pub(in crate::postfix::access) default_rbl_reply: String,
    /// `smtpd_dns_reply_filter`.
    pub(in crate::postfix::access) replies: Replies,
    pub(in crate::postfix::access) maps_rbl_domains: Vec<String>,
    /// Whether IPv4 and IPv6 are spoken (`inet_protocols`).
    pub(in crate::postfix::access) speaks: [bool; 2],
    /// How often a policy service is asked (`smtpd_policy_service_try_limit`), and the seconds in
    /// between (`smtpd_policy_service_retry_delay`).
    pub(in crate::postfix::access) policy_tries: (u64, u64),
    /// `smtpd_policy_service_default_action`.
    pub(in crate::postfix::access) policy_default_action: String,
    /// How probes are asked for, and what is said of them.
    pub(in crate::postfix) manner: Manner,
    /// A filter has each message before cleanup (`smtpd_proxy_filter`).
    pub(super) is_proxied: bool,
    /// Addresses are not asked for in tables of those that there are (`receive_override_options`).
    skips_unlisted: bool,
}

impl Lookups {
    /// Opens the tables, those of restriction lists among them.
    ///
    /// # Errors
    /// A policy service that is none.
    pub(in crate::postfix::access) fn new<'a>(
        config: &Config,
        lists: impl Iterator<Item = &'a [String]>,
        tables: &mut Tables,
    ) -> Result<Lookups, Fatal> {
        let mut access_maps: Vec<(String, Maps)> = Vec::new();
        for list in lists {
            let mut before = "";
            for word in list {
                if before.eq_ignore_ascii_case("check_policy_service") {
                    Service::parse(word)?;
                } else if word.contains(':') && !access_maps.iter().any(|(name, _)| name == word) {
                    access_maps.push((word.clone(), Maps::parse(word, word, tables)));
                }
                before = word;
            }
        }
        let protocols = config.list("inet_protocols");
        let speaks = |protocol| protocols.iter().any(|p| p == protocol || p == "all");
        let login_maps = Maps::open(config, "smtpd_sender_login_maps", tables);
        let of_access = parent_style(config, "smtpd_access_maps", tables);
        let mut list = |name| {
            let style = parent_style(config, name, tables);
            List::open(config, name, style, tables)
        };
        Ok(Lookups {
            access_maps,
            dotted_parents: of_access == Style::Dotted,
            null_key: config.get("smtpd_null_access_lookup_key"),
            relay_domains: list("relay_domains"),
            mx_backup_networks: list("permit_mx_backup_networks"),
            sender_login_maps: login_maps,
            rbl_reply_maps: Maps::open(config, "rbl_reply_maps", tables),
            default_rbl_reply: config.raw("default_rbl_reply").unwrap_or_default(),
            replies: Replies::open(config, "smtpd_dns_reply_filter", tables),
            maps_rbl_domains: config.list("maps_rbl_domains"),
            speaks: [speaks("ipv4"), speaks("ipv6")],
            policy_tries: (
                config.size("smtpd_policy_service_try_limit").clamp(1, 100),
                config.time("smtpd_policy_service_retry_delay").as_secs(),
            ),
            policy_default_action: match config.is_set(DEFAULT_ACTION) {
                true => config.get(DEFAULT_ACTION),
                false => "451 4.3.5 Server configuration problem".into(),
            },
            manner: Manner::new(config),
            is_proxied: !config.get("smtpd_proxy_filter").is_empty(),
            skips_unlisted: config
                .list("receive_override_options")
                .iter()
                .any(|word| word == "no_unknown_recipient_checks"),
        })
    }

    /// Whether addresses that nobody has are looked for.
    pub(in crate::postfix::access) fn asks_unlisted(&self) -> bool {
        !self.skips_unlisted
    }

    /// Asks a table of a restriction list for a whole key, or for a part of one.
    pub(super) fn get(&self, table: &str, key: &str, whole: bool) -> Found<'_> {
        match self.maps(table) {
            Some(maps) if whole => maps.get(key),
            Some(maps) => maps.get_part(key),
            None => Ok(None),
        }
    }

    /// The tables that stand in a restriction list under this name.
    pub(super) fn maps(&self, table: &str) -> Option<&Maps> {
        let found = self.access_maps.iter().find(|(name, _)| name == table);
        found.map(|(_, maps)| maps)
    }
}

/// The class that Postfix defines itself.
pub(in crate::postfix::access) fn classes() -> Vec<(String, Vec<String>)> {
    let both = ["authenticated", "unauthenticated"];
    let words = both.map(|who| format!("reject_{who}_sender_login_mismatch"));
    vec![("reject_sender_login_mismatch".into(), words.to_vec())]
}
