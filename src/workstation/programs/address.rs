//! Hosts and ports by their names, as getaddrinfo finds them.

use crate::network::World;
use crate::workstation::programs::files::files;

/// The addresses of a host: those of /etc/hosts before those of the domain name system.
pub fn addresses(world: &World, own: &str, name: &str) -> Vec<String> {
    if name.parse::<std::net::IpAddr>().is_ok() {
        return vec![name.to_string()];
    }
    let hosts = files(world, own)
        .and_then(|f| f.get("/etc/hosts"))
        .unwrap_or("");
    let mut found = Vec::new();
    for line in hosts.lines() {
        let line = line.split('#').next().unwrap_or("");
        let mut words = line.split_ascii_whitespace();
        let address = words.next().unwrap_or("");
        if words.any(|word| word.eq_ignore_ascii_case(name)) {
            found.push(address.to_string());
        }
    }
    if found.is_empty() && name.eq_ignore_ascii_case("localhost") {
        found.push("127.0.0.1".into());
    }
    // Without an address of its own in it, a host has no use for IPv6 (`AI_ADDRCONFIG`).
    let own = world.host(own).map_or(&[][..], |h| &h.addresses);
    if !own.iter().any(|a| a.contains(':')) && found.iter().any(|a| !a.contains(':')) {
        found.retain(|a| !a.contains(':'));
    }
    if found.is_empty() {
        found = world.dns.addresses(name).unwrap_or_default();
    }
    found
}

/// The number of a port.
pub fn port(service: &str) -> Option<u16> {
    match service {
        "smtp" | "mail" => Some(25),
        "submission" => Some(587),
        "smtps" | "submissions" | "urd" => Some(465),
        "ssh" => Some(22),
        "domain" => Some(53),
        "http" => Some(80),
        "pop3" => Some(110),
        "imap2" | "imap" => Some(143),
        "https" => Some(443),
        "imaps" => Some(993),
        "pop3s" => Some(995),
        "telnet" => Some(23),
        number => number.parse().ok().filter(|port| *port > 0),
    }
}
