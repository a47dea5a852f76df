//! Who the client is: the name of its address, if that name maps back (Postfix's smtpd does this
//! before its banner, with `smtpd_peername_lookup = yes`).

use crate::dns::{Data, Dns, Kind, Missing};
use crate::smtp::client::{Client, NameStatus};
use crate::smtp::policy::Note;
use crate::smtp::release::{Change, Release};

/// The client at an address, and what the look-up leaves in the log.
///
/// ```
/// use smtp_terminal::dns::{Data, Dns};
/// use smtp_terminal::postfix::address::peer::look_up;
/// use smtp_terminal::smtp::release::CURRENT;
/// let mut dns = Dns::default();
/// dns.add("57.0.25.10.in-addr.arpa", Data::Ptr("penguinpower".into()));
/// let (client, notes) = look_up(&dns, "10.25.0.57", 40000, CURRENT);
/// assert_eq!(client.namaddr(), "unknown[10.25.0.57]");
/// assert!(notes[0].text.starts_with("warning: hostname penguinpower does not resolve"));
/// dns.add("penguinpower", Data::A("10.25.0.57".into()));
/// assert_eq!(look_up(&dns, "10.25.0.57", 40000, CURRENT).0.namaddr(), "penguinpower[10.25.0.57]");
/// ```
pub fn look_up(dns: &Dns, addr: &str, port: u16, release: Release) -> (Client, Vec<Note>) {
    let mut client = Client::new("unknown", addr, port);
    let name = match dns.look_up(&Dns::reverse_name(addr), Kind::Ptr) {
        Ok(found) => match found.into_iter().next() {
            Some(Data::Ptr(name)) => name,
            _ => return (client, Vec::new()),
        },
        Err(missing) => {
            client.name_status = status(missing);
            client.reverse_status = client.name_status;
            return (client, Vec::new());
        }
    };
    client.reverse_name = name.as_str().into();
    client.reverse_status = NameStatus::Ok;
    let reason = match dns.look_up(&name, kind_of(addr)) {
        Ok(found) if found.iter().any(|data| is_address(data, addr)) => {
            client.name = client.reverse_name.clone();
            client.name_status = NameStatus::Ok;
            return (client, Vec::new());
        }
        Ok(_) => "",
        Err(missing) => {
            client.name_status = status(missing);
            match missing {
                Missing::Timeout => ": Temporary failure in name resolution",
                Missing::NoDomain => ": Name or service not known",
                _ => ": No address associated with hostname",
            }
        }
    };
    let text = match (release.has(Change::PeerWarning), reason) {
        (true, _) => format!("hostname {name} does not resolve to address {addr}{reason}"),
        (false, "") => format!("{addr}: address not listed for hostname {name}"),
        (false, _) => format!("{addr}: hostname {name} verification failed{reason}"),
    };
    (client, vec![Note::warning(text)])
}

fn status(missing: Missing) -> NameStatus {
    match missing {
        Missing::Timeout => NameStatus::Temporary,
        _ => NameStatus::Permanent,
    }
}

fn kind_of(addr: &str) -> Kind {
    if addr.contains(':') {
        Kind::Aaaa
    } else {
        Kind::A
    }
}

fn is_address(data: &Data, addr: &str) -> bool {
    matches!(data, Data::A(a) | Data::Aaaa(a) if a == addr)
}
