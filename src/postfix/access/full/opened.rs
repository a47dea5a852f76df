//! What the restrictions of the full build look up.

use crate::postfix::address::resolve::parent_style;
use crate::postfix::config::main_cf::{split_list, Config, Fatal};
use crate::postfix::lookup::list::{List, Style};
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::table::{Files, Retry};

/// What they look up.
#[derive(Clone, Debug)]
pub(in crate::postfix::access) struct Tables {
    /// The tables that stand in restriction lists, by how they are written there.
    pub(in crate::postfix::access) access_maps: Vec<(String, Maps)>,
    /// `smtpd_access_maps` is not in `parent_domain_matches_subdomains`.
    pub(in crate::postfix::access) dotted_parents: bool,
    /// `smtpd_null_access_lookup_key`.
    pub(in crate::postfix::access) null_key: String,
    /// `permit_mx_backup_networks`.
    pub(in crate::postfix::access) mx_backup_networks: List,
    /// `smtpd_sender_login_maps`, where there are any.
    pub(in crate::postfix::access) sender_login_maps: Option<Maps>,
    pub(in crate::postfix::access) rbl_reply_maps: Maps,
    /// `default_rbl_reply`, as it is written.
    pub(in crate::postfix::access) default_rbl_reply: String,
    pub(in crate::postfix::access) maps_rbl_domains: Vec<String>,
    /// Whether IPv4 and IPv6 are spoken (`inet_protocols`).
    pub(in crate::postfix::access) speaks: [bool; 2],
}

impl Tables {
    /// Opens the tables, those of restriction lists among them.
    ///
    /// # Errors
    /// None in this build.
    pub(in crate::postfix::access) fn new<'a>(
        config: &Config,
        words: impl Iterator<Item = &'a str>,
        files: &Files,
        warnings: &mut Vec<String>,
    ) -> Result<Tables, Fatal> {
        let mut access_maps: Vec<(String, Maps)> = Vec::new();
        for word in words.filter(|word| word.contains(':')) {
            if !access_maps.iter().any(|(name, _)| name == word) {
                let maps = Maps::parse(word, word, files, warnings);
                access_maps.push((word.to_string(), maps));
            }
        }
        let protocols = config.list("inet_protocols");
        let speaks = |protocol| protocols.iter().any(|p| p == protocol || p == "all");
        let login_maps = Maps::open(config, "smtpd_sender_login_maps", files, warnings);
        Ok(Tables {
            access_maps,
            dotted_parents: parent_style(config, "smtpd_access_maps") == Style::Dotted,
            null_key: config.get("smtpd_null_access_lookup_key"),
            mx_backup_networks: List::parse(
                "permit_mx_backup_networks",
                &config.get("permit_mx_backup_networks"),
                parent_style(config, "permit_mx_backup_networks"),
                files,
                warnings,
            ),
            sender_login_maps: Some(login_maps).filter(|maps| !maps.is_empty()),
            rbl_reply_maps: Maps::open(config, "rbl_reply_maps", files, warnings),
            default_rbl_reply: config.raw("default_rbl_reply").unwrap_or_default(),
            maps_rbl_domains: split_list(&config.get("maps_rbl_domains")),
            speaks: [speaks("ipv4"), speaks("ipv6")],
        })
    }

    /// Why a look-up failed, for the log.
    pub(in crate::postfix::access) fn reasons(&self, retry: Retry) -> Vec<String> {
        retry.warnings
    }

    /// Asks a table of a restriction list for a whole key, or for a part of one.
    pub(super) fn get(&self, table: &str, key: &str, whole: bool) -> Result<Option<String>, Retry> {
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
