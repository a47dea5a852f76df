//! Which hosts take mail for a domain (RFC 5321 section 5.1), and why none can be found.

use crate::dns::{Data, Dns, Kind, Missing};
use crate::postfix::queue::outcome::{Outcome, Status};

/// A host that may take the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanger {
    /// Its name.
    pub name: String,
    /// One of its addresses.
    pub addr: String,
    /// The port.
    pub port: u16,
}

/// The hosts that take mail for a next hop: `domain` by its mail exchangers, `[host]` by its
/// addresses, each perhaps with `:port`.
pub(in crate::postfix) fn exchangers(nexthop: &str, dns: &Dns) -> Result<Vec<Exchanger>, Outcome> {
    let (host, port) = match nexthop.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().unwrap_or(25)),
        _ => (nexthop, 25),
    };
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let names = match bare {
        Some(bare) => vec![(0, bare.to_string())],
        None => match dns.look_up(host, Kind::Mx) {
            Ok(found) => {
                let mut names: Vec<(u16, String)> = found
                    .into_iter()
                    .filter_map(|data| match data {
                        Data::Mx(preference, name) => Some((preference, name)),
                        _ => None,
                    })
                    .collect();
                names.sort();
                names
            }
            Err(Missing::NullMx) => {
                let why = format!("Domain {host} does not accept mail (nullMX)");
                return Err(Outcome::new(Status::Bounced, "5.1.0", why));
            }
            Err(Missing::Timeout) => return Err(unknown(host, "MX", Missing::Timeout)),
            Err(_) => vec![(0, host.to_string())],
        },
    };
    let mut hosts = Vec::new();
    let mut failure = None;
    for (_, name) in names {
        let found = match name.parse::<std::net::IpAddr>() {
            Ok(_) => Ok(vec![name.clone()]),
            Err(_) => dns.addresses(&name),
        };
        match found {
            Ok(addresses) => hosts.extend(addresses.into_iter().map(|addr| Exchanger {
                name: name.clone(),
                addr,
                port,
            })),
            Err(missing) => failure = Some(unknown(&name, "A", missing)),
        }
    }
    match failure {
        Some(failure) if hosts.is_empty() => Err(failure),
        _ => Ok(hosts),
    }
}

fn unknown(name: &str, kind: &str, missing: Missing) -> Outcome {
    let (status, dsn, why) = match missing {
        Missing::Timeout => (Status::Deferred, "4.4.3", "Host not found, try again"),
        Missing::NoDomain => (Status::Bounced, "5.4.4", "Host not found"),
        _ => (
            Status::Bounced,
            "5.4.4",
            "Host found but no data record of requested type",
        ),
    };
    let text = format!(
        "Host or domain name not found. Name service error for name={name} type={kind}: {why}"
    );
    Outcome::new(status, dsn, text)
}
