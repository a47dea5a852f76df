//! What dig, host and nslookup know: types, records, and how they are shown.

use crate::dns::{Data, Dns, Kind, Missing};
use crate::workstation::programs::address::addresses;
use crate::workstation::programs::machine::Machine;

pub(super) const KINDS: [(&str, Kind); 7] = [
    ("A", Kind::A),
    ("AAAA", Kind::Aaaa),
    ("MX", Kind::Mx),
    ("TXT", Kind::Txt),
    ("PTR", Kind::Ptr),
    ("CNAME", Kind::Cname),
    ("NS", Kind::Ns),
];

/// Types that no name has here.
pub(super) const OTHERS: &str =
    " SOA SRV CAA SPF DS DNSKEY RRSIG HINFO NAPTR TLSA SSHFP LOC DNAME NSEC SVCB HTTPS ";

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    One(Kind),
    Any,
    /// A type that no name has here.
    Other,
}

/// A type by its name, with that in capitals.
pub(super) fn kind(name: &str) -> Option<(String, Asked)> {
    let upper = name.to_ascii_uppercase();
    let known = KINDS.iter().find(|(n, _)| *n == upper);
    let asked = match known {
        Some((_, kind)) => Asked::One(*kind),
        None if upper == "ANY" => Asked::Any,
        None if !upper.contains(' ') && OTHERS.contains(&format!(" {upper} ")) => Asked::Other,
        None => return None,
    };
    Some((upper, asked))
}

/// The address of the name server that every host asks.
pub(super) const SERVER: &str = "10.25.0.2";

/// A name server by name or address: the address that answers.
pub(super) fn server(at: &Machine, name: &str) -> Option<String> {
    addresses(at.world, at.host, name).into_iter().next()
}

pub(super) use crate::dns::TTL;

pub(super) fn dotted(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

/// The type and the text of a record.
pub(super) fn shown(data: &Data) -> (&'static str, String) {
    match data {
        Data::A(text) => ("A", text.clone()),
        Data::Aaaa(text) => ("AAAA", text.clone()),
        Data::Mx(preference, host) => ("MX", format!("{preference} {}", dotted(host))),
        Data::Txt(text) => ("TXT", format!("\"{text}\"")),
        Data::Ptr(name) => ("PTR", dotted(name)),
        Data::Cname(name) => ("CNAME", dotted(name)),
        Data::Ns(name) => ("NS", dotted(name)),
    }
}

/// The records of an answer to a question of any kind.
pub(super) fn records(dns: &Dns, name: &str, asked: Asked) -> Result<Vec<(String, Data)>, Missing> {
    match asked {
        Asked::One(kind) => answer(dns, name, kind),
        Asked::Any => any(dns, name),
        Asked::Other => match any(dns, name) {
            Ok(_) | Err(Missing::NullMx) => Err(Missing::NoData),
            Err(missing) => Err(missing),
        },
    }
}

/// The records of an answer, the aliases on the way included.
pub(super) fn answer(dns: &Dns, name: &str, kind: Kind) -> Result<Vec<(String, Data)>, Missing> {
    let mut records = Vec::new();
    let mut name = name.trim_end_matches('.').to_ascii_lowercase();
    if kind != Kind::Cname {
        // Longer chains of aliases are loops.
        for _ in 0..10 {
            match dns
                .look_up(&name, Kind::Cname)
                .ok()
                .and_then(|f| f.into_iter().next())
            {
                Some(Data::Cname(target)) => {
                    records.push((name.clone(), Data::Cname(target.clone())));
                    name = target.trim_end_matches('.').to_ascii_lowercase();
                }
                _ => break,
            }
        }
    }
    match dns.look_up(&name, kind) {
        Ok(found) => records.extend(found.into_iter().map(|data| (name.clone(), data))),
        // What says that a domain accepts no mail is a record like others.
        Err(Missing::NullMx) => records.push((name, Data::Mx(0, String::new()))),
        Err(missing) if records.is_empty() => return Err(missing),
        Err(_) => {}
    }
    Ok(records)
}

pub(super) fn any(dns: &Dns, name: &str) -> Result<Vec<(String, Data)>, Missing> {
    let mut records = Vec::new();
    let mut missing = Missing::NoData;
    for (_, kind) in KINDS {
        match answer(dns, name, kind) {
            Ok(found) => records.extend(found),
            Err(why) => missing = why,
        }
    }
    records.dedup();
    match records.is_empty() {
        true => Err(missing),
        false => Ok(records),
    }
}

/// How long the message with an answer is (RFC 1035, section 4): a header, the question, the
/// records, and what says that the server knows EDNS.
pub(super) fn message_size(question: &str, records: &[(String, Data)]) -> usize {
    // A name ends with two bytes that lead to where the rest of it has been written.
    let mut written: Vec<String> = Vec::new();
    let mut name = |name: &str| {
        let mut rest = name.trim_end_matches('.').to_ascii_lowercase();
        let mut size = 0;
        while !rest.is_empty() {
            if written.contains(&rest) {
                return size + 2;
            }
            let (label, after) = rest.split_once('.').unwrap_or((&rest, ""));
            size += 1 + label.len();
            let after = after.to_string();
            written.push(std::mem::replace(&mut rest, after));
        }
        size + 1
    };
    let mut size = 12 + name(question) + 4 + 11;
    for (owner, data) in records {
        size += name(owner) + 10;
        size += match data {
            Data::A(_) => 4,
            Data::Aaaa(_) => 16,
            Data::Mx(_, host) => 2 + name(host),
            // Pieces of at most 255 bytes, each after its length.
            Data::Txt(text) => text.len() + text.len().div_ceil(255).max(1),
            Data::Ptr(host) | Data::Cname(host) | Data::Ns(host) => name(host),
        };
    }
    size
}

/// Cells at their columns: reached by tabs as far as tabs go, and at least a space apart.
pub(super) fn columns(cells: &[(usize, &str)]) -> String {
    let mut line = String::new();
    let mut at = 0;
    for (column, cell) in cells {
        let to = match line.is_empty() {
            true => 0,
            false => (*column).max(at + 1),
        };
        let tabs = to / 8 - at / 8;
        let spaces = match tabs {
            0 => to - at,
            _ => to % 8,
        };
        line.push_str(&("\t".repeat(tabs) + &" ".repeat(spaces) + cell));
        at = to + cell.len();
    }
    line
}

/// A record as dig prints it.
pub(super) fn row(name: &str, ttl: u32, kind: &str, text: &str) -> String {
    let ttl = ttl.to_string();
    columns(&[(0, name), (24, &ttl), (32, "IN"), (40, kind), (48, text)]) + "\n"
}

/// All records as dig prints them.
pub(super) fn rows(records: &[(String, Data)]) -> String {
    let mut text = String::new();
    for (name, data) in records {
        let (kind, shown) = shown(data);
        text.push_str(&row(&dotted(name), TTL, kind, &shown));
    }
    text
}

/// What says that the answer was `status`, and what was asked.
pub(super) fn heading(status: &str, count: usize, additional: u8, at: &Machine) -> String {
    let id = 10_000 + at.world.now().micros() % 50_000;
    format!(
        ";; ->>HEADER<<- opcode: QUERY, status: {status}, id: {id}\n\
         ;; flags: qr rd ra; QUERY: 1, ANSWER: {count}, AUTHORITY: 0, ADDITIONAL: {additional}\n"
    )
}

/// The question as dig prints it.
pub(super) fn question(name: &str, kind: &str) -> String {
    let name = dotted(name).replace("..", ".");
    format!(";{}\n", columns(&[(0, &name), (32, "IN"), (40, kind)]))
}

/// How long an answer takes, in milliseconds.
pub(super) fn took(at: &Machine) -> u64 {
    crate::time::millis(at.world.latency) * 2
}
