//! dig and host, as Debian's bind9 9.18 has them.

use crate::dns::{Data, Dns, Kind, Missing};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "dig",
        |words, at| Ok(dig(words, at)),
        "[+short] [+trace] [@SERVER] NAME [TYPE] | dig -x ADDRESS|Asks for records of the domain name system.",
    ),
    Program::new(
        "host",
        |words, at| Ok(host(words, at)),
        "[-t TYPE] NAME|Looks up a name or an address.",
    ),
    Program::new(
        "nslookup",
        |words, at| Ok(nslookup(words, at)),
        "[-type=TYPE] NAME|Looks up a name.",
    ),
];

const KINDS: [(&str, Kind); 7] = [
    ("A", Kind::A),
    ("AAAA", Kind::Aaaa),
    ("MX", Kind::Mx),
    ("TXT", Kind::Txt),
    ("PTR", Kind::Ptr),
    ("CNAME", Kind::Cname),
    ("NS", Kind::Ns),
];

/// The address of the name server that every host asks.
const SERVER: &str = "10.25.0.2";

/// How long an answer is good for, in seconds.
const TTL: u32 = 3600;

fn dotted(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

/// The type and the text of a record.
fn shown(data: &Data) -> (&'static str, String) {
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

/// The records of an answer, the aliases on the way included.
fn answer(dns: &Dns, name: &str, kind: Kind) -> Result<Vec<(String, Data)>, Missing> {
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

/// dig, with a type, +short, -x and @server.
fn dig(arguments: &[&str], at: &Machine) -> Output {
    let mut name = None;
    let mut kind = ("A", Some(Kind::A));
    let (mut short, mut only_answer, mut traces) = (false, false, false);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let upper = word.to_ascii_uppercase();
        match *word {
            "-x" => {
                let addr = words.next().copied().unwrap_or("");
                if addr.parse::<std::net::IpAddr>().is_err() {
                    return Output::bad(format!("Invalid IP address {addr}"), 1);
                }
                (name, kind) = (Some(Dns::reverse_name(addr)), ("PTR", Some(Kind::Ptr)));
            }
            "-t" => {}
            "+short" => short = true,
            "+noall" => {}
            "+trace" => traces = true,
            "+answer" => only_answer = true,
            word if word.starts_with('@') || word.starts_with('+') => {}
            word if word.starts_with('-') => {
                return Output::bad(format!("Invalid option: {word}\n{DIG_USAGE}"), 1)
            }
            _ if upper == "ANY" => kind = ("ANY", None),
            _ if upper == "IN" => {}
            _ => match KINDS.iter().find(|(n, _)| *n == upper) {
                Some((text, found)) => kind = (text, Some(*found)),
                None => name = Some(word.to_string()),
            },
        }
    }
    let name = name.unwrap_or_else(|| ".".into());
    let found = match kind.1 {
        Some(kind) => answer(&at.world.dns, &name, kind),
        None => any(&at.world.dns, &name),
    };
    if matches!(found, Err(Missing::Timeout)) {
        let tried = format!(";; communications error to {SERVER}#53: timed out\n").repeat(3);
        let text = format!("{tried}\n; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> {}\n;; global options: +cmd\n;; no servers could be reached\n\n", arguments.join(" "));
        let text = if short {
            tried + ";; no servers could be reached\n"
        } else {
            text
        };
        return Output::with(text, 9);
    }
    let status = match found {
        Err(Missing::NoDomain) => "NXDOMAIN",
        _ => "NOERROR",
    };
    let records = found.unwrap_or_default();
    if traces {
        return Output::good(trace(&name, &records, arguments, at));
    }
    let line = |(name, data): &(String, Data)| {
        let (kind, text) = shown(data);
        row(&dotted(name), TTL, kind, &text)
    };
    if short {
        return Output::good(
            records
                .iter()
                .map(|(_, data)| shown(data).1 + "\n")
                .collect::<String>(),
        );
    }
    let lines: String = records.iter().map(line).collect();
    if only_answer {
        return Output::good(lines);
    }
    let id = 10_000 + at.world.now().micros() % 50_000;
    let question = dotted(&name).replace("..", ".");
    let asked = columns(&[(0, &question), (32, "IN"), (40, kind.0)]);
    let mut text = format!(
        "\n; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> {}\n;; global options: +cmd\n;; Got answer:\n\
         ;; ->>HEADER<<- opcode: QUERY, status: {status}, id: {id}\n\
         ;; flags: qr rd ra; QUERY: 1, ANSWER: {}, AUTHORITY: 0, ADDITIONAL: 1\n\n\
         ;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n\
         ;; QUESTION SECTION:\n;{asked}\n\n",
        arguments.join(" "),
        records.len()
    );
    if !records.is_empty() {
        text.push_str(&format!(";; ANSWER SECTION:\n{lines}\n"));
    }
    let size = message_size(&name, &records);
    text.push_str(&format!(
        ";; Query time: {} msec\n;; SERVER: {SERVER}#53({SERVER}) (UDP)\n;; WHEN: {}\n;; MSG SIZE  rcvd: {size}\n\n",
        crate::time::millis(at.world.latency) * 2,
        at.world.now().shell_date()
    ));
    Output::good(text)
}

/// How long the message with an answer is (RFC 1035, section 4): a header, the question, the
/// records, and what says that the server knows EDNS.
fn message_size(question: &str, records: &[(String, Data)]) -> usize {
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

/// A record as dig prints it.
fn row(name: &str, ttl: u32, kind: &str, text: &str) -> String {
    let ttl = ttl.to_string();
    columns(&[(0, name), (24, &ttl), (32, "IN"), (40, kind), (48, text)]) + "\n"
}

/// Cells at their columns: reached by tabs as far as tabs go, and at least a space apart.
fn columns(cells: &[(usize, &str)]) -> String {
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

/// dig +trace: from the root to the servers of the domain, each of which knows the next.
fn trace(name: &str, records: &[(String, Data)], arguments: &[&str], at: &Machine) -> String {
    let name = dotted(name);
    let labels: Vec<&str> = name.trim_end_matches('.').split('.').collect();
    let top = labels.last().copied().unwrap_or("");
    let domain = labels[labels.len().saturating_sub(2)..].join(".");
    let letters = || ('a'..='m').map(|c| c.to_string());
    let root = letters().map(|c| format!("{c}.root-servers.net."));
    let registry: Vec<String> = match top {
        "com" | "net" => letters()
            .map(|c| format!("{c}.gtld-servers.net."))
            .collect(),
        _ => letters()
            .take(4)
            .map(|c| format!("{c}.nic.{top}."))
            .collect(),
    };
    let own = match at.world.dns.look_up(&domain, Kind::Ns) {
        Ok(found) => found.iter().map(|data| shown(data).1).collect(),
        Err(_) => vec![format!("ns1.{domain}."), format!("ns2.{domain}.")],
    };
    let mut text = format!(
        "\n; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> {}\n;; global options: +cmd\n",
        arguments.join(" ")
    );
    let mut asked = (SERVER.to_string(), SERVER.to_string());
    let zones = [
        (".".to_string(), 518_400, root.collect::<Vec<_>>()),
        (dotted(top), 172_800, registry),
        (dotted(&domain), 86_400, own),
    ];
    let mut tell = |lines: String, next: &str, number: u8| {
        let size = 40 + lines.len() / 2;
        let took = crate::time::millis(at.world.latency) * 2;
        text.push_str(&format!(
            "{lines};; Received {size} bytes from {}#53({}) in {took} ms\n\n",
            asked.0, asked.1
        ));
        asked = (
            format!("192.0.{number}.4"),
            next.trim_end_matches('.').into(),
        );
    };
    for ((zone, ttl, servers), number) in zones.iter().zip(1..) {
        let lines = servers.iter().map(|s| row(zone, *ttl, "NS", s)).collect();
        tell(lines, servers.first().map_or("", String::as_str), number);
    }
    let lines = records.iter().map(|(name, data)| {
        let (kind, text) = shown(data);
        row(&dotted(name), TTL, kind, &text)
    });
    tell(lines.collect(), "", 0);
    text
}

const DIG_USAGE: &str = "Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]

Use \"dig -h\" (or \"dig -h | more\") for complete list of options";

fn any(dns: &Dns, name: &str) -> Result<Vec<(String, Data)>, Missing> {
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

/// host, with -t.
fn host(arguments: &[&str], at: &Machine) -> Output {
    let mut kinds = vec![Kind::A, Kind::Aaaa, Kind::Mx];
    let mut name = None;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match *word {
            "-t" => {
                let wanted = words.next().copied().unwrap_or("").to_ascii_uppercase();
                match KINDS.iter().find(|(n, _)| *n == wanted) {
                    Some((_, kind)) => kinds = vec![*kind],
                    None => return Output::bad(format!("host: invalid type: {wanted}\n"), 1),
                }
            }
            word if word.starts_with('-') => {}
            word => name = Some(word),
        }
    }
    let Some(name) = name else {
        return Output::bad("Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n            [-R number] [-m flag] [-p port] hostname [server]", 1);
    };
    let dns = &at.world.dns;
    if name.parse::<std::net::IpAddr>().is_ok() {
        let reverse = Dns::reverse_name(name);
        return match dns.look_up(&reverse, Kind::Ptr) {
            Ok(found) => Output::good(
                found
                    .iter()
                    .map(|data| format!("{reverse} domain name pointer {}\n", shown(data).1))
                    .collect::<String>(),
            ),
            Err(missing) => failed(&dotted(&reverse), missing),
        };
    }
    let mut output = Output::default();
    let one = kinds.len() == 1;
    for (i, kind) in kinds.into_iter().enumerate() {
        match answer(dns, name, kind) {
            Ok(records) => {
                for (owner, data) in records {
                    let line = match &data {
                        Data::A(addr) => format!("{owner} has address {addr}\n"),
                        Data::Aaaa(addr) => format!("{owner} has IPv6 address {addr}\n"),
                        Data::Mx(..) => format!("{owner} mail is handled by {}\n", shown(&data).1),
                        Data::Cname(_) => format!("{owner} is an alias for {}\n", shown(&data).1),
                        Data::Txt(_) => format!("{owner} descriptive text {}\n", shown(&data).1),
                        Data::Ns(_) => format!("{owner} name server {}\n", shown(&data).1),
                        Data::Ptr(_) => format!("{owner} domain name pointer {}\n", shown(&data).1),
                    };
                    if !output.text.contains(&line) {
                        output.text.push_str(&line);
                    }
                }
            }
            Err(Missing::NoData) if one => {
                let kind = KINDS
                    .iter()
                    .find(|(_, k)| *k == kind)
                    .map_or("", |(n, _)| n);
                output.text = format!("{name} has no {kind} record\n");
                output.status = 1;
            }
            Err(missing @ (Missing::NoDomain | Missing::Timeout)) if i == 0 => {
                return failed(name, missing);
            }
            Err(_) => {}
        }
    }
    output
}

fn failed(name: &str, missing: Missing) -> Output {
    let text = match missing {
        Missing::Timeout => format!(
            ";; communications error to {SERVER}#53: timed out\n;; communications error to {SERVER}#53: timed out\n;; no servers could be reached\n"
        ),
        _ => format!("Host {} not found: 3(NXDOMAIN)\n", name),
    };
    Output::with(text, 1)
}

/// nslookup, with -type=.
fn nslookup(arguments: &[&str], at: &Machine) -> Output {
    let mut kinds = vec![Kind::A, Kind::Aaaa];
    let mut name = None;
    for word in arguments {
        let wanted = word
            .strip_prefix('-')
            .and_then(|w| w.split_once('='))
            .map(|(_, kind)| kind);
        match wanted {
            Some(kind) => {
                let found = KINDS.iter().find(|(n, _)| n.eq_ignore_ascii_case(kind));
                match found {
                    Some((_, kind)) => kinds = vec![*kind],
                    None => return Output::bad(format!("unknown query type: {kind}"), 1),
                }
            }
            None => name = name.or(Some(*word)),
        }
    }
    let Some(name) = name else {
        return Output::bad("nslookup: name a host: nslookup -type=mx gmail.com", 1);
    };
    let dns = &at.world.dns;
    let (asked, kinds) = match name.parse::<std::net::IpAddr>() {
        Ok(_) => (Dns::reverse_name(name), vec![Kind::Ptr]),
        Err(_) => (name.to_string(), kinds),
    };
    let is_reverse = kinds == [Kind::Ptr];
    let is_typed = kinds.len() == 1;
    let mut lines = String::new();
    let mut failure = None;
    for kind in kinds {
        match answer(dns, &asked, kind) {
            Ok(records) => {
                for (owner, data) in records {
                    let (_, text) = shown(&data);
                    let line = match &data {
                        Data::A(_) | Data::Aaaa(_) => format!("Name:\t{owner}\nAddress: {text}\n"),
                        Data::Mx(..) => format!("{owner}\tmail exchanger = {text}\n"),
                        Data::Txt(_) => format!("{owner}\ttext = {text}\n"),
                        Data::Ptr(_) => format!("{owner}\tname = {text}\n"),
                        Data::Cname(_) => format!("{owner}\tcanonical name = {text}\n"),
                        Data::Ns(_) => format!("{owner}\tnameserver = {text}\n"),
                    };
                    if !lines.contains(&line) {
                        lines.push_str(&line);
                    }
                }
            }
            Err(missing) => failure = failure.or(Some(missing)),
        }
    }
    let server = format!("Server:\t\t{SERVER}\nAddress:\t{SERVER}#53\n\n");
    let text = match (lines.is_empty(), failure) {
        (true, Some(Missing::Timeout)) => {
            let tried = format!(";; communications error to {SERVER}#53: timed out\n");
            tried.repeat(3) + ";; no servers could be reached\n\n"
        }
        (true, Some(Missing::NoDomain)) => {
            let line = format!("** server can't find {asked}: NXDOMAIN\n\n");
            if is_reverse {
                line
            } else {
                server + &line
            }
        }
        (found_none, _) => {
            let found = match found_none {
                true => format!("*** Can't find {asked}: No answer\n"),
                false => lines.clone(),
            };
            let start = match is_reverse {
                true => String::new(),
                false => server + "Non-authoritative answer:\n",
            };
            let end = match is_typed {
                true => "\nAuthoritative answers can be found from:\n\n",
                false => "\n",
            };
            start + &found + end
        }
    };
    Output::with(text, i32::from(lines.is_empty()))
}
