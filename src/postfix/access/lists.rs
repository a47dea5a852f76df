//! The restriction lists of a main.cf, the classes that they name, and what they look up.

use crate::postfix::access::class::{classes, Class};
use crate::postfix::access::full::lookups::Lookups;
use crate::postfix::access::full::old_defaults::OldDefaults;
use crate::postfix::access::guard;
use crate::postfix::access::parameters::{Code, Parameters};
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::lookup::list::{parent_style, List, Style};
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::tables::Tables;

/// A list that main.cf has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Client,
    Helo,
    Sender,
    Relay,
    Recipient,
    Etrn,
    Data,
    EndOfData,
}

/// Their parameters, in the order in which their tables are opened.
pub(super) const PLACES: [&str; 8] = [
    "smtpd_client_restrictions",
    "smtpd_helo_restrictions",
    "smtpd_sender_restrictions",
    "smtpd_relay_restrictions",
    "smtpd_recipient_restrictions",
    "smtpd_etrn_restrictions",
    "smtpd_data_restrictions",
    "smtpd_end_of_data_restrictions",
];

/// The restriction lists of one main.cf, and the tables they use.
#[derive(Clone, Debug)]
pub struct AccessControl {
    lists: [Vec<String>; PLACES.len()],
    pub(super) classes: Vec<Class>,
    /// Classes name one another, and a process that serves sessions dies as it starts.
    pub(in crate::postfix) is_endless: bool,
    pub(super) parameters: Parameters,
    /// What the restrictions of the full build look up; the light build has nothing there.
    #[allow(dead_code)]
    pub(super) lookups: Lookups,
    pub(in crate::postfix) mynetworks: List,
    /// What the light build says nothing of.
    #[allow(dead_code)]
    pub(super) old_defaults: OldDefaults,
    pub(super) own_addresses: Vec<String>,
    pub(super) local_recipient_maps: Maps,
    pub(super) sender_canonical_maps: Maps,
    pub(super) recipient_canonical_maps: Maps,
    pub(super) canonical_maps: Maps,
    pub(super) virtual_alias_maps: Maps,
    pub(super) virtual_mailbox_maps: Maps,
    pub(super) relay_recipient_maps: Maps,
    /// `smtpd_log_access_permit_actions`.
    pub(super) log_permit: List,
}

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
        let lists = PLACES.map(|name| config.list(name));
        let classes = classes(config)?;
        let all = lists.iter().chain(classes.iter().map(|(_, words)| words));
        // smtpd complains of tables in this order.
        let style = parent_style(config, "mynetworks", tables);
        let networks_list = &mynetworks(config, own_addresses);
        let mynetworks = List::parse("mynetworks", networks_list, style, tables);
        let mut lookups = Lookups::new(config, tables);
        let old_defaults = OldDefaults::new(config, &networks("host", own_addresses), tables);
        let mut maps = |name: &str| Maps::open(config, name, tables);
        let local_recipient_maps = maps("local_recipient_maps");
        let sender_canonical_maps = maps("sender_canonical_maps");
        let recipient_canonical_maps = maps("recipient_canonical_maps");
        let canonical_maps = maps("canonical_maps");
        let virtual_alias_maps = maps("virtual_alias_maps");
        let virtual_mailbox_maps = maps("virtual_mailbox_maps");
        let relay_recipient_maps = maps("relay_recipient_maps");
        lookups.read(config, all.map(Vec::as_slice), tables)?;
        Ok(AccessControl {
            local_recipient_maps,
            sender_canonical_maps,
            recipient_canonical_maps,
            canonical_maps,
            virtual_alias_maps,
            virtual_mailbox_maps,
            relay_recipient_maps,
            mynetworks,
            old_defaults,
            own_addresses: own_addresses.to_vec(),
            log_permit: List::open(
                config,
                "smtpd_log_access_permit_actions",
                Style::Exact,
                tables,
            ),
            parameters: Parameters::new(config)?,
            is_endless: false,
            lists,
            classes,
            lookups,
        })
    }

    /// Demands that something keeps strangers from relaying; what there is to warn of.
    ///
    /// # Errors
    /// Nothing does.
    pub fn demand_guard(&mut self) -> Result<Vec<String>, Fatal> {
        let lists = [Place::Recipient, Place::Relay].map(|place| self.list(place));
        let found = guard::demand(lists, &self.classes)?;
        self.is_endless = found.is_endless;
        Ok(found.warnings)
    }

    pub(super) fn code(&self, code: Code) -> i32 {
        self.parameters.code(code)
    }

    pub(super) fn list(&self, place: Place) -> &[String] {
        &self.lists[place as usize]
    }
}

/// The networks that may relay: what main.cf says, or by `mynetworks_style`.
pub fn mynetworks(config: &Config, own_addresses: &[String]) -> String {
    if config.is_set("mynetworks") {
        return config.get("mynetworks");
    }
    networks(&config.get("mynetworks_style"), own_addresses)
}

/// The networks of a style.
fn networks(style: &str, own_addresses: &[String]) -> String {
    let mut networks: Vec<String> = Vec::new();
    for addr in std::iter::once("127.0.0.1").chain(own_addresses.iter().map(String::as_str)) {
        let parts: Vec<&str> = addr.split('.').collect();
        let network = match (parts.as_slice(), style) {
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
