//! Which defaults of older releases decide something (COMPATIBILITY_README).

use crate::postfix::config::main_cf::Config;
use crate::postfix::lookup::list::{parent_style, List, Style};
use crate::postfix::lookup::tables::Tables;
use crate::smtp::release::{Release, CURRENT};

const FLUSH: &str = "fast_flush_domains";

/// Which defaults of older releases are in force, because main.cf sets neither them nor a level.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix::access) struct OldDefaults {
    /// `relay_domains = $mydestination` (below level 2).
    pub(super) relay_domains: bool,
    /// `fast_flush_domains = $relay_domains`, where those are old.
    pub(super) flush: Option<List>,
    /// `mynetworks_style` (below 2), and the networks that there would be with the new one.
    pub(super) networks: Option<(String, List)>,
    /// What takes the place of an empty `smtpd_relay_restrictions` (below 1), to find out whom the
    /// new default would refuse.
    pub(super) relay: Option<Vec<String>>,
    /// `smtpd_relay_before_recipient_restrictions = no` (below 3.6).
    pub(super) relay_last: bool,
}

impl OldDefaults {
    /// Reads them.
    pub(in crate::postfix::access) fn new(
        config: &Config,
        new_networks: &str,
        tables: &mut Tables,
    ) -> OldDefaults {
        let release = Release::parse(&config.get("mail_version")).unwrap_or(CURRENT);
        let level = config.compatibility();
        if release < Release(3, 0) {
            return OldDefaults::default();
        }
        let unset = |name: &str| !config.is_set(name);
        let has_style = level < (2, 0, 0) && unset("mynetworks") && unset("mynetworks_style");
        let fake = "permit_mynetworks permit_sasl_authenticated permit_auth_destination";
        let fake = || fake.split(' ').map(String::from).collect();
        let relay_domains = level < (2, 0, 0) && unset("relay_domains");
        let is_open = level < (1, 0, 0) && unset("smtpd_relay_restrictions");
        OldDefaults {
            relay_domains,
            flush: (relay_domains && unset(FLUSH)).then(|| {
                let style = parent_style(config, FLUSH, tables);
                List::open(config, FLUSH, style, tables)
            }),
            networks: has_style.then(|| {
                let list = List::parse("mynetworks", new_networks, Style::Exact, tables);
                (config.get("mynetworks_style"), list)
            }),
            relay: is_open.then(fake),
            relay_last: release >= Release(3, 6)
                && level < (3, 6, 0)
                && unset("smtpd_relay_before_recipient_restrictions"),
        }
    }
}
