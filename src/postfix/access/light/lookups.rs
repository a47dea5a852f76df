//! A configuration that needs what the light build has not is refused, with the sentence that
//! helps.

use crate::postfix::address::class::Resolved;
use crate::postfix::config::main_cf::{Config, Fatal, THIS_BUILD};
use crate::postfix::lookup::maps::Locality;
use crate::postfix::lookup::tables::Tables;

/// What they look up.
#[derive(Clone, Debug)]
pub(in crate::postfix::access) struct Lookups;

impl Lookups {
    /// There is nothing to open.
    pub(in crate::postfix::access) fn new(_: &Config, _: &mut Tables) -> Lookups {
        Lookups
    }

    /// Looks whether this build has what the configuration needs.
    ///
    /// # Errors
    /// It has not.
    pub(in crate::postfix::access) fn read<'a>(
        &mut self,
        config: &Config,
        lists: impl Iterator<Item = &'a [String]>,
        _: &mut Tables,
    ) -> Result<(), Fatal> {
        const ABSENT: [&str; 9] = [
            "check_",
            "reject_rbl",
            "reject_rhsbl",
            "reject_maps_rbl",
            "permit_dnswl",
            "permit_rhswl",
            "permit_mx_backup",
            "permit_naked_ip_address",
            "reject_unverified",
        ];
        const PARAMETERS: [&str; 4] = [
            "smtpd_authorized_xclient_hosts",
            "smtpd_authorized_xforward_hosts",
            "smtpd_authorized_verp_clients",
            "smtpd_reject_footer",
        ];
        const TABLES: [&str; 5] = ["cidr:", "regexp:", "pcre:", "unionmap:", "pipemap:"];
        let fatal = |what: &str| {
            Err(Fatal {
                program: THIS_BUILD,
                ..Fatal::new(format!(
                    "only the full build has {what}: write <smtp-terminal full>"
                ))
            })
        };
        for (name, value) in config.explicit() {
            if PARAMETERS.contains(&name) && !value.is_empty() {
                return fatal(name);
            }
            if let Some(table) = TABLES.iter().find(|t| value.contains(**t)) {
                return fatal(table);
            }
        }
        for word in lists.flatten() {
            let is_absent = word.contains(':')
                || word.ends_with("_login_mismatch")
                || ABSENT.iter().any(|a| word.starts_with(a));
            if is_absent {
                return fatal(word);
            }
        }
        Ok(())
    }

    pub(in crate::postfix::access) fn asks_unlisted(&self) -> bool {
        true
    }

    pub(in crate::postfix::access) fn redirect(
        &self,
        _: &mut Resolved,
        _: Option<&str>,
        _: &dyn Locality,
    ) {
    }
}

/// The classes that Postfix defines itself: this build has not what they are made of.
pub(in crate::postfix::access) fn classes() -> Vec<(String, Vec<String>)> {
    Vec::new()
}
