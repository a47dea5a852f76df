//! What the restrictions of the full build look up.

use crate::postfix::access::full::service::{Service, POLICY};
use crate::postfix::access::full::verified::Manner;
use crate::postfix::address::class::Resolved;
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::config::syntax::{in_braces, name_value, next_word, split_list};
use crate::postfix::delivery::smtp::Way;
use crate::postfix::lookup::list::{parent_style, List, Style};
use crate::postfix::lookup::maps::{Locality, Maps};
use crate::postfix::lookup::replies::Replies;
use crate::postfix::lookup::retry::Retry;
use crate::postfix::lookup::table::Host;
use crate::postfix::lookup::tables::Tables;

/// What a client's certificate may be looked for by.
const SEARCHED: [&str; 4] = [
    "cert_fingerprint",
    "pubkey_fingerprint",
    "issuer_cn",
    "subject_cn",
];

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
    /// `smtpd_policy_service_policy_context`.
    pub(in crate::postfix::access) policy_context: String,
    /// How probes are asked for, and what is said of them.
    pub(in crate::postfix) manner: Manner,
    /// A filter has each message before cleanup (`smtpd_proxy_filter`).
    pub(super) is_proxied: bool,
    /// Where mail goes by its sender, and `relayhost`.
    way: (Way, String),
    /// Addresses are not asked for in tables of those that there are (`receive_override_options`).
    skips_unlisted: bool,
}

impl Lookups {
    /// Opens the lists that smtpd opens before all tables of addresses.
    pub(in crate::postfix::access) fn new(config: &Config, tables: &mut Tables) -> Lookups {
        let protocols = config.list("inet_protocols");
        let speaks = |protocol| protocols.iter().any(|p| p == protocol || p == "all");
        let of_access = parent_style(config, "smtpd_access_maps", tables);
        let mut list = |name| {
            let style = parent_style(config, name, tables);
            List::open(config, name, style, tables)
        };
        let lookups = Lookups {
            access_maps: Vec::new(),
            dotted_parents: of_access == Style::Dotted,
            null_key: config.get("smtpd_null_access_lookup_key"),
            relay_domains: list("relay_domains"),
            mx_backup_networks: list("permit_mx_backup_networks"),
            sender_login_maps: Maps::default(),
            rbl_reply_maps: Maps::default(),
            default_rbl_reply: config.raw("default_rbl_reply").unwrap_or_default(),
            replies: Replies::default(),
            maps_rbl_domains: config.list("maps_rbl_domains"),
            speaks: [speaks("ipv4"), speaks("ipv6")],
            policy_tries: (
                config.size("smtpd_policy_service_try_limit").clamp(1, 100),
                config.time("smtpd_policy_service_retry_delay").as_secs(),
            ),
            policy_default_action: config.get("smtpd_policy_service_default_action"),
            policy_context: config.get("smtpd_policy_service_policy_context"),
            manner: Manner::new(config),
            way: (Way::by_sender(config, tables), config.get("relayhost")),
            is_proxied: !config.get("smtpd_proxy_filter").is_empty(),
            skips_unlisted: config
                .list("receive_override_options")
                .iter()
                .any(|word| word == "no_unknown_recipient_checks"),
        };
        // No client shows a certificate, so nobody asks it.
        Maps::open(config, "relay_clientcerts", tables);
        lookups
    }

    /// Opens what smtpd opens after those: the tables of restriction lists among them.
    ///
    /// # Errors
    /// A policy service that is none.
    pub(in crate::postfix::access) fn read<'a>(
        &mut self,
        config: &Config,
        lists: impl Iterator<Item = &'a [String]>,
        tables: &mut Tables,
    ) -> Result<(), Fatal> {
        self.rbl_reply_maps = Maps::open(config, "rbl_reply_maps", tables);
        self.sender_login_maps = Maps::open(config, "smtpd_sender_login_maps", tables);
        let access_maps = &mut self.access_maps;
        for list in lists {
            let mut before = "";
            for word in list {
                if before.eq_ignore_ascii_case("check_policy_service") {
                    let service = Service::parse(word, &POLICY).map_err(Fatal::new)?;
                    service.endpoint(&POLICY).map_err(Fatal::new)?;
                } else if word.starts_with('{') || word.contains(':') {
                    match specified(word) {
                        Ok(own) if access_maps.iter().any(|(name, _)| name == own) => {}
                        Ok(own) => access_maps.push((own.into(), Maps::parse(own, own, tables))),
                        Err(why) => why.into_iter().for_each(|text| tables.warn(text)),
                    }
                }
                before = word;
            }
        }
        self.replies = Replies::open(config, "smtpd_dns_reply_filter", tables);
        Ok(())
    }

    /// Whether addresses that nobody has are looked for.
    pub(in crate::postfix::access) fn asks_unlisted(&self) -> bool {
        !self.skips_unlisted
    }

    /// Sends mail where its sender's own entries say.
    pub(in crate::postfix::access) fn redirect(
        &self,
        resolved: &mut Resolved,
        sender: Option<&str>,
        here: &dyn Locality,
    ) {
        let (way, relayhost) = &self.way;
        way.redirect(resolved, sender.unwrap_or(""), here, relayhost);
    }

    /// The tables that stand in a restriction list under this name.
    ///
    /// # Errors
    /// They stand there in braces, which `check` does not know.
    pub(super) fn maps(&self, table: &str, check: &str) -> Result<&Maps, Retry> {
        let found = self.access_maps.iter().find(|(name, _)| name == table);
        let unknown = || format!("check_{check}: unexpected dictionary: {table}");
        found.map_or_else(|| Err(Retry::default().and(unknown)), |(_, maps)| Ok(maps))
    }
}

/// What stands for a table: `type:name`, or in braces with what check_ccert_access is to look for.
///
/// # Errors
/// What is warned of.
pub(super) fn specified(word: &str) -> Result<&str, Vec<String>> {
    let of = |what: &str, why: &str| vec![format!("{what} in '{word}': '{why}'")];
    let malformed = |what: &str| format!("malformed map specification: '{what}'");
    let (mut rest, mut order) = ("", None);
    let name = match word.starts_with('{') {
        false => word,
        true => {
            rest = in_braces(word).map_err(|why| vec![malformed(&why)])?;
            let empty = || vec![format!("empty map specification: '{word}'")];
            next_word(&mut rest).ok_or_else(empty)?
        }
    };
    if !name.contains(':') {
        let expected = format!("expected maptype:mapname instead of '{name}'");
        return Err(vec![malformed(word), expected]);
    }
    while let Some(mut attribute) = next_word(&mut rest) {
        if attribute.starts_with('{') {
            attribute = in_braces(attribute)
                .map_err(|why| vec![format!("malformed map attribute: {why}")])?;
        }
        let (own, value) =
            name_value(attribute).map_err(|why| of("malformed map attribute", why))?;
        if !own.eq_ignore_ascii_case("search_order") {
            return Err(of("unknown map attribute", own));
        }
        order = Some(value);
    }
    let mut kinds = order.into_iter().flat_map(split_list);
    match kinds.find(|kind| !SEARCHED.contains(&kind.as_str())) {
        Some(kind) => Err(vec![format!("unknown search type '{kind}' in '{word}'")]),
        None => Ok(name),
    }
}

/// The class that Postfix defines itself.
pub(in crate::postfix::access) fn classes() -> Vec<(String, Vec<String>)> {
    let both = ["authenticated", "unauthenticated"];
    let words = both.map(|who| format!("reject_{who}_sender_login_mismatch"));
    vec![("reject_sender_login_mismatch".into(), words.to_vec())]
}
