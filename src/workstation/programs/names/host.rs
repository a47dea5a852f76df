//! host.

use crate::dns::{Data, Dns, Kind, Missing};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::names::records::{
    dotted, heading, kind, message_size, question, records, rows, server, shown, took, Asked,
    SERVER,
};
use crate::workstation::programs::output::Output;

const USAGE: &str = "Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]
            [-R number] [-m flag] [-p port] hostname [server]";

/// Types that are asked for where none is named.
const USUAL: [(&str, Kind); 3] = [("A", Kind::A), ("AAAA", Kind::Aaaa), ("MX", Kind::Mx)];

/// host, with -t, -a, -v and a server.
pub(super) fn host(arguments: &[&str], at: &Machine) -> Output {
    let mut asked: Vec<(String, Asked)> = Vec::new();
    let (mut verbose, mut is_transfer) = (false, false);
    let mut names: Vec<&str> = Vec::new();
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        let Some(option) = word.strip_prefix('-').filter(|o| !o.is_empty()) else {
            names.push(word);
            continue;
        };
        for (place, letter) in option.char_indices() {
            match letter {
                'a' | 'A' => {
                    verbose = true;
                    asked = vec![("ANY".into(), Asked::Any)];
                }
                'v' | 'd' => verbose = true,
                'l' => is_transfer = true,
                'V' => return Output::bad("host 9.18.49-1~deb12u3-Debian", 0),
                'C' | 'i' | 'r' | 's' | 'T' | 'U' | 'w' | '4' | '6' => {}
                'c' | 'm' | 'N' | 'p' | 'R' | 't' | 'W' => {
                    let rest = option.get(place + 1..).unwrap_or("");
                    let value = if rest.is_empty() {
                        words.next()
                    } else {
                        Some(rest)
                    };
                    let Some(value) = value else {
                        let text =
                            format!("host: option requires an argument -- {letter}\n{USAGE}");
                        return Output::bad(text, 1);
                    };
                    match (letter, kind(value)) {
                        ('t', Some(kind)) => asked = vec![kind],
                        ('t', None) if value.eq_ignore_ascii_case("axfr") => {
                            (is_transfer, verbose) = (true, true);
                        }
                        ('t', None) => {
                            return Output::bad(format!("host: invalid type: {value}\n"), 1);
                        }
                        _ => {}
                    }
                    break;
                }
                odd => return Output::bad(format!("host: illegal option -- {odd}\n{USAGE}"), 1),
            }
        }
    }
    let Some(name) = names.first().copied() else {
        return Output::bad(USAGE, 1);
    };
    let mut output = Output::default();
    let named = names.get(1).copied();
    let Some(address) = server(at, named.unwrap_or(SERVER)) else {
        let text = format!("host: couldn't get address for '{}': not found", names[1]);
        return Output::bad(text, 1);
    };
    let is_address = name.parse::<std::net::IpAddr>().is_ok();
    let mut start = match named {
        Some(named) => {
            format!("Using domain server:\nName: {named}\nAddress: {address}#53\nAliases: \n\n")
        }
        None => String::new(),
    };
    if is_transfer {
        if verbose {
            output.text = format!("Trying \"{name}\"\n");
        }
        output.text.push_str(&start);
        output.text.push_str(&format!(
            "Host {name} not found: 5(REFUSED)\n; Transfer failed.\n"
        ));
        output.status = 1;
        return output;
    }
    let is_usual = asked.is_empty();
    if is_address {
        asked = vec![("PTR".into(), Asked::One(Kind::Ptr))];
    } else if is_usual {
        asked = USUAL.map(|(n, k)| (n.to_string(), Asked::One(k))).into();
    }
    let name = match is_address {
        true => Dns::reverse_name(name),
        false => name.to_string(),
    };
    let count = asked.len();
    for (i, (kind, what)) in asked.into_iter().enumerate() {
        let found = records(&at.world.dns, &name, what);
        if let Err(Missing::Timeout) = found {
            let tried = format!(";; communications error to {address}#53: timed out\n");
            output.text.push_str(&tried.repeat(2));
            output.text.push_str(";; no servers could be reached\n");
            output.status = 1;
            return output;
        }
        if verbose {
            output.text.push_str(&format!("Trying \"{name}\"\n"));
        }
        output.text.push_str(&std::mem::take(&mut start));
        let missing = found.as_ref().err().copied();
        let found = found.unwrap_or_default();
        if missing == Some(Missing::NoDomain) && i == 0 {
            let shown = if is_address {
                dotted(&name)
            } else {
                name.clone()
            };
            output
                .text
                .push_str(&format!("Host {shown} not found: 3(NXDOMAIN)\n"));
            output.status = 1;
            if verbose {
                output.text.push_str(&received(&name, &found, &address, at));
            }
            return output;
        }
        if verbose {
            output
                .text
                .push_str(&heading("NOERROR", found.len(), 0, at));
            output.text.push_str("\n;; QUESTION SECTION:\n");
            output.text.push_str(&question(&name, &kind));
            output.text.push('\n');
            if !found.is_empty() {
                output.text.push_str(";; ANSWER SECTION:\n");
                output.text.push_str(&rows(&found));
                output.text.push('\n');
            }
            output.text.push_str(&received(&name, &found, &address, at));
            continue;
        }
        if found.is_empty() && count == 1 {
            output
                .text
                .push_str(&format!("{name} has no {kind} record\n"));
            output.status = 1;
        }
        for (owner, data) in &found {
            let line = line(owner, data);
            if !output.text.contains(&line) {
                output.text.push_str(&line);
            }
        }
    }
    output
}

fn received(name: &str, found: &[(String, Data)], address: &str, at: &Machine) -> String {
    let size = message_size(name, found) - 11;
    format!(
        "Received {size} bytes from {address}#53 in {} ms\n",
        took(at)
    )
}

/// A record in words.
fn line(owner: &str, data: &Data) -> String {
    let what = match data {
        Data::A(_) => "has address",
        Data::Aaaa(_) => "has IPv6 address",
        Data::Mx(..) => "mail is handled by",
        Data::Cname(_) => "is an alias for",
        Data::Txt(_) => "descriptive text",
        Data::Ns(_) => "name server",
        Data::Ptr(_) => "domain name pointer",
    };
    format!("{owner} {what} {}\n", shown(data).1)
}
