//! Hosts and ports by their names, as getaddrinfo finds them.

use crate::dns::numeric_text;
use crate::network::World;
use crate::workstation::programs::files::files;

/// The addresses of a host: those of /etc/hosts before those of the domain name system.
pub fn addresses(world: &World, own: &str, name: &str) -> Vec<String> {
    if let Some(addr) = numeric_text(name) {
        return vec![addr];
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

/// The number of a port, by itself or as /etc/services of a host names it.
pub fn port(world: &World, own: &str, service: &str) -> Option<u16> {
    if service.bytes().all(|b| b.is_ascii_digit()) {
        return service.parse().ok().filter(|port| *port > 0);
    }
    services(world, own, &mut |number, names| {
        names.contains(&service).then_some(number)
    })
}

/// What /etc/services of a host calls a port.
pub fn service(world: &World, own: &str, port: u16) -> Option<String> {
    let mut found = None;
    services(world, own, &mut |number, names| {
        found = names
            .first()
            .filter(|_| number == port)
            .map(|n| n.to_string());
        found.is_some().then_some(number)
    });
    found
}

/// The first line of /etc/services that is the right one.
fn services(
    world: &World,
    own: &str,
    fits: &mut dyn FnMut(u16, &[&str]) -> Option<u16>,
) -> Option<u16> {
    let text = files(world, own).and_then(|f| f.get("/etc/services"));
    for line in text.unwrap_or("").lines() {
        let line = line.split('#').next().unwrap_or("");
        let mut words: Vec<&str> = line.split_ascii_whitespace().collect();
        if words.len() < 2 {
            continue;
        }
        let number = words.remove(1).strip_suffix("/tcp");
        if let Some(number) = number.and_then(|n| n.parse().ok()) {
            let found = fits(number, &words);
            if found.is_some() {
                return found;
            }
        }
    }
    None
}
