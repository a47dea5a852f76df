//! Which host a line is about, and what is in force there.

use crate::network::{Host, World};
use crate::postfix::access::mynetworks;
use crate::postfix::config::parameter;
use crate::postfix::server::Server;

/// The lists of restrictions, in the order in which they are tried.
const LISTS: [&str; 8] = [
    "smtpd_client_restrictions",
    "smtpd_helo_restrictions",
    "smtpd_sender_restrictions",
    "smtpd_relay_restrictions",
    "smtpd_recipient_restrictions",
    "smtpd_data_restrictions",
    "smtpd_end_of_data_restrictions",
    "smtpd_etrn_restrictions",
];

/// Restrictions that a parameter stands for, where no list names them.
const IMPLIED: [(&str, &str); 2] = [
    (
        "reject_unlisted_recipient",
        "smtpd_reject_unlisted_recipient",
    ),
    ("reject_unlisted_sender", "smtpd_reject_unlisted_sender"),
];

/// The host that a name on the screen means: its own name, another one, an address, its first
/// label. Without a name, the first with a mail server.
pub fn find<'a>(world: &'a World, name: &str) -> Option<&'a Host> {
    let mut servers = world.hosts.iter().filter(|host| host.server.is_some());
    if name.is_empty() {
        return servers.next();
    }
    let calls_itself = |host: &&Host| {
        let server = host.server.as_ref();
        server.is_some_and(|server| server.settings().myhostname == name)
    };
    let is_short = |host: &&Host| {
        let rest = host.name.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with('.'))
    };
    let has_address = |host: &&Host| host.addresses.iter().any(|address| address == name);
    world
        .host(name)
        .or_else(|| world.hosts.iter().find(has_address))
        .or_else(|| servers.find(calls_itself))
        .or_else(|| world.hosts.iter().find(is_short))
}

/// The value of a parameter in force, and whether main.cf sets it; `None` for what is no parameter.
pub fn value(server: &Server, name: &str) -> Option<(String, bool)> {
    let config = &server.config;
    if name == "mynetworks" {
        let is_set = config.is_set(name);
        return Some((mynetworks(config, &server.addresses), is_set));
    }
    if name != "mydomain" && parameter::find(name).is_none() && parameter::other(name).is_none() {
        return None;
    }
    let value = config.get(name);
    Some((value.trim().into(), config.is_set(name)))
}

/// Where a restriction stands: the lists of main.cf that name it, or the parameter that stands for
/// it.
pub fn places(server: &Server, restriction: &str) -> Vec<&'static str> {
    let names = |list: &&str| {
        let words = server.config.list(list);
        words
            .iter()
            .any(|word| word.eq_ignore_ascii_case(restriction))
    };
    let mut places: Vec<_> = LISTS.into_iter().filter(names).collect();
    let implied = IMPLIED.into_iter().find(|(name, _)| *name == restriction);
    if let Some((_, parameter)) = implied.filter(|(_, p)| server.config.get(p) == "yes") {
        places.push(parameter);
    }
    places
}
