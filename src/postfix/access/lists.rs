//! The restriction lists of a main.cf with the tables that they use, and what Postfix demands of
//! them before it starts.

use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::lookup::list::{parent_style, List, Style};
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::tables::Tables;

/// The restriction lists of one main.cf, and the tables they use.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "full"), allow(dead_code))]
pub struct AccessControl {
    pub(in crate::postfix) config: Config,
    /// The values of [`FLAGS`], which are asked for all the time.
    flags: [bool; FLAGS.len()],
    /// Every list and restriction class, by name.
    pub(in crate::postfix) lists: Vec<(String, Vec<String>)>,
    pub(in crate::postfix) access_maps: Vec<(String, Maps)>,
    pub(in crate::postfix) mynetworks: List,
    #[cfg(feature = "full")]
    pub(in crate::postfix) permit_mx_backup_networks: List,
    pub(in crate::postfix) own_addresses: Vec<String>,
    pub(in crate::postfix) dotted_parents: bool,
    pub(in crate::postfix) local_recipient_maps: Maps,
    pub(in crate::postfix) sender_canonical_maps: Maps,
    pub(in crate::postfix) recipient_canonical_maps: Maps,
    pub(in crate::postfix) canonical_maps: Maps,
    pub(in crate::postfix) virtual_alias_maps: Maps,
    pub(in crate::postfix) virtual_mailbox_maps: Maps,
    pub(in crate::postfix) relay_recipient_maps: Maps,
    #[cfg(feature = "full")]
    pub(in crate::postfix) sender_login_maps: Option<Maps>,
    #[cfg(feature = "full")]
    pub(in crate::postfix) rbl_reply_maps: Maps,
    pub(in crate::postfix) log_permit: Vec<String>,
}

pub(in crate::postfix) const LISTS: [&str; 8] = [
    "smtpd_client_restrictions",
    "smtpd_helo_restrictions",
    "smtpd_sender_restrictions",
    "smtpd_relay_restrictions",
    "smtpd_recipient_restrictions",
    "smtpd_data_restrictions",
    "smtpd_end_of_data_restrictions",
    "smtpd_etrn_restrictions",
];

/// Parameters that must be `yes` or `no`.
const FLAGS: [&str; 9] = [
    "smtpd_delay_reject",
    "smtpd_relay_before_recipient_restrictions",
    "smtpd_reject_unlisted_sender",
    "smtpd_reject_unlisted_recipient",
    "show_user_unknown_table_name",
    "allow_untrusted_routing",
    "smtpd_sasl_auth_enable",
    "soft_bounce",
    "smtputf8_enable",
];

impl AccessControl {
    /// Reads the lists and opens their tables.
    ///
    /// # Errors
    /// A value that Postfix refuses.
    pub fn new(
        config: &Config,
        own_addresses: &[String],
        tables: &mut Tables,
    ) -> Result<AccessControl, Fatal> {
        let mut lists = Vec::new();
        for name in LISTS {
            lists.push((name.to_string(), config.list(name)));
        }
        for name in config.list("smtpd_restriction_classes") {
            let list = config.list(&name);
            lists.push((name, list));
        }
        #[cfg(feature = "full")]
        for (_, words) in &mut lists {
            let short = |w: &String| w.eq_ignore_ascii_case("reject_sender_login_mismatch");
            while let Some(at) = words.iter().position(short) {
                let long = ["authenticated", "unauthenticated"];
                let long = long.map(|who| format!("reject_{who}_sender_login_mismatch"));
                words.splice(at..=at, long);
            }
        }
        let mut access_maps: Vec<(String, Maps)> = Vec::new();
        for word in lists.iter().flat_map(|(_, words)| words) {
            if word.contains(':') && !access_maps.iter().any(|(name, _)| name == word) {
                let maps = Maps::parse(word, word, tables);
                access_maps.push((word.clone(), maps));
            }
        }
        check_required(config)?;
        #[cfg(not(feature = "full"))]
        check_build(config, &lists)?;
        let flags = FLAGS.map(|name| config.flag(name));
        #[cfg(feature = "full")]
        let login_maps = config.get("smtpd_sender_login_maps");
        let mut maps = |name: &str| Maps::open(config, name, tables);
        Ok(AccessControl {
            local_recipient_maps: maps("local_recipient_maps"),
            sender_canonical_maps: maps("sender_canonical_maps"),
            recipient_canonical_maps: maps("recipient_canonical_maps"),
            canonical_maps: maps("canonical_maps"),
            virtual_alias_maps: maps("virtual_alias_maps"),
            virtual_mailbox_maps: maps("virtual_mailbox_maps"),
            relay_recipient_maps: maps("relay_recipient_maps"),
            #[cfg(feature = "full")]
            rbl_reply_maps: maps("rbl_reply_maps"),
            #[cfg(feature = "full")]
            sender_login_maps: (!login_maps.is_empty()).then(|| maps("smtpd_sender_login_maps")),
            #[cfg(feature = "full")]
            permit_mx_backup_networks: List::open(
                config,
                "permit_mx_backup_networks",
                parent_style(config, "permit_mx_backup_networks"),
                tables,
            ),
            mynetworks: List::parse(
                "mynetworks",
                &mynetworks(config, own_addresses),
                parent_style(config, "mynetworks"),
                tables,
            ),
            dotted_parents: parent_style(config, "smtpd_access_maps") == Style::Dotted,
            own_addresses: own_addresses.to_vec(),
            log_permit: config.list("smtpd_log_access_permit_actions"),
            config: config.clone(),
            flags,
            lists,
            access_maps,
        })
    }

    pub(in crate::postfix) fn code(&self, name: &str) -> u16 {
        self.config.number(name) as u16
    }

    pub(in crate::postfix) fn flag(&self, name: &str) -> bool {
        match FLAGS.iter().position(|f| *f == name) {
            Some(at) => self.flags[at],
            None => self.config.flag(name),
        }
    }

    pub(in crate::postfix) fn text(&self, name: &str) -> String {
        self.config.get(name)
    }

    pub(in crate::postfix) fn list(&self, name: &str) -> Option<&[String]> {
        let found = self
            .lists
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, words)| words.as_slice())
    }
}

/// The networks that may relay: what main.cf says, or by `mynetworks_style`.
pub fn mynetworks(config: &Config, own_addresses: &[String]) -> String {
    if config.is_set("mynetworks") {
        return config.get("mynetworks");
    }
    let style = config.get("mynetworks_style");
    let mut networks: Vec<String> = Vec::new();
    for addr in std::iter::once("127.0.0.1").chain(own_addresses.iter().map(String::as_str)) {
        let parts: Vec<&str> = addr.split('.').collect();
        let network = match (parts.as_slice(), style.as_str()) {
            ([a, _, _, _], "class") => format!("{a}.0.0.0/8"),
            (["127", _, _, _], "subnet") => "127.0.0.0/8".into(),
            ([a, b, c, _], "subnet") => format!("{a}.{b}.{c}.0/24"),
            ([_, _, _, _], _) => format!("{addr}/32"),
            _ => format!("[{addr}]/128"),
        };
        if !networks.contains(&network) {
            networks.push(network);
        }
    }
    networks.join(" ")
}

/// Postfix does not run where nothing keeps strangers from relaying.
fn check_required(config: &Config) -> Result<(), Fatal> {
    const SAFE: [&str; 6] = [
        "reject_unauth_destination",
        "defer_unauth_destination",
        "reject",
        "defer",
        "defer_if_permit",
        "check_relay_domains",
    ];
    let classes = config.list("smtpd_restriction_classes");
    let safe = |name: &str| {
        config.list(name).iter().any(|word| {
            SAFE.contains(&word.to_ascii_lowercase().as_str())
                || (classes.contains(word)
                    && config.list(word).iter().any(|w| SAFE.contains(&w.as_str())))
        })
    };
    let lists = ["smtpd_relay_restrictions", "smtpd_recipient_restrictions"];
    if config.compatibility() < (1, 0, 0) || lists.into_iter().any(safe) {
        return Ok(());
    }
    Err(Fatal::new(format!(
        "in parameter {} or {}, specify at least one working instance of: {} or {}",
        lists[0],
        lists[1],
        SAFE[..5].join(", "),
        SAFE[5]
    )))
}

/// The light build knows what the default lists are made of, and what needs no tables.
#[cfg(not(feature = "full"))]
fn check_build(config: &Config, lists: &[(String, Vec<String>)]) -> Result<(), Fatal> {
    const ABSENT: [&str; 6] = [
        "check_",
        "reject_rbl",
        "reject_rhsbl",
        "permit_dnswl",
        "permit_rhswl",
        "permit_mx_backup",
    ];
    const PARAMETERS: [&str; 4] = [
        "smtpd_authorized_xclient_hosts",
        "smtpd_authorized_xforward_hosts",
        "smtpd_authorized_verp_clients",
        "smtpd_reject_footer",
    ];
    const TABLES: [&str; 5] = ["cidr:", "regexp:", "pcre:", "unionmap:", "pipemap:"];
    let fatal = |what: &str| {
        Err(Fatal::new(format!(
            "only the full build has {what}: write <smtp-terminal full>"
        )))
    };
    for (name, value) in config.explicit() {
        if PARAMETERS.contains(&name) && !value.is_empty() {
            return fatal(name);
        }
        if let Some(table) = TABLES.iter().find(|t| value.contains(**t)) {
            return fatal(table);
        }
    }
    for (list, words) in lists {
        let absent = |w: &&String| {
            w.contains(':')
                || w.ends_with("_login_mismatch")
                || ABSENT.iter().any(|a| w.starts_with(a))
        };
        if let Some(word) = words.iter().find(absent) {
            return fatal(&format!("{word} ({list})"));
        }
    }
    Ok(())
}
