//! Where mail for an address goes: the class of its domain, the transport and the next host.

use crate::postfix::address::class::{Class, Resolved};
use crate::postfix::config::main_cf::Config;
use crate::postfix::config::{asks_style, holds, FullOnly, NO, YES};
use crate::postfix::lookup::list::{parent_style, List, Style};
use crate::postfix::lookup::maps::{parent, Locality, Maps, Strategy};
use crate::postfix::lookup::retry::{Found, Retry};
use crate::postfix::lookup::tables::Tables;

/// The classes of domains and their transports, by one main.cf.
#[derive(Clone, Debug)]
pub(in crate::postfix) struct Router {
    relay_domains: List,
    virtual_alias_domains: List,
    virtual_mailbox_domains: List,
    transport_maps: Maps,
    /// Whether its entries for domains stand for those below them, instead of those that begin with a dot.
    transport_parents: FullOnly,
    relocated_maps: Maps,
    local_transport: String,
    virtual_transport: String,
    relay_transport: String,
    default_transport: String,
    relayhost: String,
    show_table_name: bool,
}

impl Router {
    pub(in crate::postfix) fn new(config: &Config, tables: &mut Tables) -> Router {
        let mut list = |name: &str| List::open(config, name, Style::Exact, tables);
        let virtual_alias_domains = list("virtual_alias_domains");
        let virtual_mailbox_domains = list("virtual_mailbox_domains");
        let style = match asks_style("relay_domains", || config.get("relay_domains")) {
            true => parent_style(config, "relay_domains", tables),
            false => Style::Exact,
        };
        let relay_domains = List::open(config, "relay_domains", style, tables);
        let relocated_maps = Maps::open(config, "relocated_maps", tables);
        Router {
            relay_domains,
            virtual_alias_domains,
            virtual_mailbox_domains,
            transport_maps: Maps::open_literal(config, "transport_maps", tables),
            transport_parents: NO,
            relocated_maps,
            local_transport: config.get("local_transport"),
            virtual_transport: config.get("virtual_transport"),
            relay_transport: config.get("relay_transport"),
            default_transport: config.get("default_transport"),
            relayhost: config.get("relayhost"),
            show_table_name: config.flag("show_user_unknown_table_name"),
        }
    }

    /// Reads how `transport_maps` stand for subdomains, which trivial-rewrite does after it has opened all else.
    pub(in crate::postfix) fn with_style(mut self, config: &Config, tables: &mut Tables) -> Router {
        if asks_style("transport_maps", || config.get("transport_maps")) {
            let before = tables.enter("trivial-rewrite");
            let style = parent_style(config, "transport_maps", tables);
            if style == Style::Parents {
                self.transport_parents = YES;
            }
            tables.enter(before);
        }
        self
    }

    /// The class of a domain, and where mail for its address goes.
    pub(super) fn route(
        &self,
        resolved: &mut Resolved,
        domain: &str,
        is_remote: bool,
        here: &dyn Locality,
    ) -> Result<(), Retry> {
        let own = Some(domain);
        let (class, name, transport, nexthop) = if !is_remote {
            (Class::Local, "local", &self.local_transport, own)
        } else if self.virtual_alias_domains.has_name(domain)? {
            (Class::VirtualAlias, "local", &self.local_transport, None)
        } else if self.virtual_mailbox_domains.has_name(domain)? {
            (
                Class::VirtualMailbox,
                "virtual",
                &self.virtual_transport,
                own,
            )
        } else {
            let relay = Some(self.relayhost.as_str()).filter(|host| !host.is_empty());
            match self.relay_domains.has_name(domain)? {
                true => (Class::Relay, "relay", &self.relay_transport, relay.or(own)),
                false => (
                    Class::Default,
                    "default",
                    &self.default_transport,
                    relay.or(own),
                ),
            }
        };
        resolved.class = class;
        match nexthop {
            Some(nexthop) => {
                resolved.nexthop = nexthop.into();
                set_transport(resolved, transport, domain);
                if resolved.transport.is_empty() {
                    return Err(Retry::default().and(|| {
                        format!(
                            "file /etc/postfix/main.cf: parameter {name}_transport: \
                             null transport is not allowed"
                        )
                    }));
                }
                if let Some(found) = self.transport_for(&resolved.recipient, domain, here)? {
                    replace(resolved, &found, domain);
                }
            }
            None => {
                let table = match self.show_table_name {
                    true => " in virtual alias table",
                    false => "",
                };
                resolved.transport = "error".into();
                resolved.nexthop = format!("5.1.1 User unknown{table}");
            }
        }
        let moved = &self.relocated_maps;
        if let Some(moved) = moved.find(&resolved.recipient, Strategy::RECIPIENT, here)? {
            resolved.transport = "error".into();
            resolved.nexthop = format!("5.1.6 User has moved to {moved}");
        }
        Ok(())
    }

    /// What trivial-rewrite warns of a domain that is in more than one list, or of those that it cannot
    /// look into.
    // The light build writes no such line.
    #[allow(dead_code)]
    pub(super) fn both(&self, class: Class, domain: &str) -> Vec<String> {
        let lists = [
            &self.virtual_alias_domains,
            &self.virtual_mailbox_domains,
            &self.relay_domains,
        ];
        let own = match class {
            Class::Local => 0,
            Class::VirtualAlias => 1,
            Class::VirtualMailbox => 2,
            Class::Relay | Class::Default => return Vec::new(),
        };
        let others = lists.into_iter().zip(&LISTS[1..]).skip(own).take(2);
        let mut said = Vec::new();
        for (list, other) in others {
            match list.has_name(domain) {
                Ok(false) => {}
                Ok(true) => said.push(format!(
                    "warning: do not list domain {domain} in BOTH {} and {other}",
                    LISTS[own]
                )),
                Err(retry) => said.extend(warnings(&retry)),
            }
        }
        said
    }

    /// What it warns of where an address cannot be resolved for now.
    #[allow(dead_code)]
    pub(super) fn failure(&self, retry: Retry) -> Vec<String> {
        let mut said = warnings(&retry);
        let last = said.last().and_then(|l| l.strip_prefix("warning: "));
        let last = last.unwrap_or("");
        let what = match LISTS.iter().find(|list| last.starts_with(**list)) {
            // Nobody has called that a failure.
            Some(&"mydestination") => return said,
            Some(list) => list,
            None if !last.contains(" lookup error for ") => return said,
            None if self.transport_maps.get("*").is_err() => "transport_maps",
            None => "relocated_maps",
        };
        said.push(format!("warning: {what} lookup failure"));
        said
    }

    /// The entry of `transport_maps` for an address: the whole, without extension, the domain,
    /// `.domain` (or `domain`) for those above it, `*`.
    fn transport_for(&self, recipient: &str, domain: &str, here: &dyn Locality) -> Found<'_> {
        let maps = &self.transport_maps;
        if maps.is_empty() {
            return Ok(None);
        }
        if let Some(found) = maps.find(recipient, Strategy::FULL, here)? {
            return Ok(Some(found));
        }
        let mut key = domain;
        loop {
            if let Some(found) = maps.get_part(key)? {
                return Ok(Some(found));
            }
            match parent(key, !holds(self.transport_parents)) {
                Some(parent) => key = parent,
                None => return maps.get_part("*"),
            }
        }
    }
}

/// The lists of domains, the first that has one counts.
#[allow(dead_code)]
const LISTS: [&str; 4] = [
    "mydestination",
    "virtual_alias_domains",
    "virtual_mailbox_domains",
    "relay_domains",
];

#[allow(dead_code)]
fn warnings(retry: &Retry) -> Vec<String> {
    let lines = retry.warnings.lines().iter();
    lines.map(|line| format!("warning: {line}")).collect()
}

/// `transport:nexthop`; a part that is missing leaves what was there.
fn set_transport(resolved: &mut Resolved, text: &str, domain: &str) {
    let (transport, nexthop) = text.split_once(':').unwrap_or((text, ""));
    if resolved.transport.is_empty() || !transport.is_empty() {
        resolved.transport = transport.into();
    }
    if !nexthop.is_empty() {
        resolved.nexthop = nexthop.into();
    } else if !transport.is_empty() && resolved.nexthop.is_empty() {
        resolved.nexthop = domain.into();
    }
}

/// What an entry of `transport_maps` puts in the place of that: a transport alone brings the next hop
/// back to the domain, whatever `relayhost` says.
fn replace(resolved: &mut Resolved, text: &str, domain: &str) {
    let (transport, nexthop) = text.split_once(':').unwrap_or((text, ""));
    if !transport.is_empty() {
        resolved.transport = transport.into();
        resolved.nexthop = match transport {
            "error" | "retry" => "Address is undeliverable".into(),
            _ => domain.into(),
        };
    }
    if !nexthop.is_empty() {
        resolved.nexthop = nexthop.into();
    }
}
