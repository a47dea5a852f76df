//! dig.

use crate::dns::{Data, Dns, Kind, Missing};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::names::records::{
    columns, dotted, heading, kind, message_size, question, records, row, rows, server, shown,
    took, Asked, SERVER, TTL,
};
use crate::workstation::programs::output::Output;

const USAGE: &str = "Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]

Use \"dig -h\" (or \"dig -h | more\") for complete list of options";

const VERSION: &str = "DiG 9.18.49-1~deb12u3-Debian";

/// Parts of the output, each of which can be taken away.
const PARTS: [&str; 7] = [
    "cmd",
    "comments",
    "question",
    "answer",
    "authority",
    "additional",
    "stats",
];

/// What else can be set, with what changes nothing here.
const FLAGS: &str = " short trace tcp identify edns ttlid class multiline recurse cookie dnssec \
search adflag aaflag cdflag rdflag fail besteffort vc ignore keepopen qr nssearch showsearch crypto \
unexpected split rrcomments onesoa idnin idnout expandaaaa badcookie ednsnegotiation header-only \
raflag tcflag mapped ttlunits yaml expire nsid zflag unknownformat dns64prefix ";

/// What is followed by a value.
const VALUED: &str = " time timeout tries retry bufsize ndots domain padding subnet ednsopt split \
edns https opcode qid ednsflags ";

/// One question with what is said of its answer.
#[derive(Clone, Debug)]
struct Query {
    name: String,
    kind: (String, Asked),
    parts: [bool; PARTS.len()],
    /// Flags that were set, and those that were taken back.
    set: Vec<(String, bool)>,
    server: String,
    is_transfer: bool,
}

impl Query {
    fn has(&self, flag: &str, otherwise: bool) -> bool {
        let found = self.set.iter().rev().find(|(f, _)| f == flag);
        found.map_or(otherwise, |(_, yes)| *yes)
    }

    fn shows(&self, part: &str) -> bool {
        let place = PARTS.iter().position(|p| *p == part).unwrap_or(0);
        self.parts[place] && (!self.has("short", false) || part == "answer")
    }

    /// `+word`; whether it is known.
    fn option(&mut self, word: &str) -> bool {
        let (word, value) = word.split_once('=').unwrap_or((word, ""));
        let (name, yes) = match word.strip_prefix("no") {
            Some(name) if !name.is_empty() => (name, false),
            _ => (word, true),
        };
        if name == "all" {
            self.parts = [yes; PARTS.len()];
            return true;
        }
        let part = PARTS.iter().position(|p| *p == name);
        if let Some(part) = part.and_then(|place| self.parts.get_mut(place)) {
            *part = yes;
            return true;
        }
        let is_word = !name.contains(' ');
        let known = is_word && FLAGS.contains(&format!(" {name} "));
        if known && value.is_empty() {
            let name = if name == "vc" { "tcp" } else { name };
            self.set.push((name.into(), yes));
        }
        known || is_word && VALUED.contains(&format!(" {name} "))
    }
}

/// dig, with its types, +options, -x, -t, -q and @server.
pub(super) fn dig(arguments: &[&str], at: &Machine) -> Output {
    let a = ("A".to_string(), Asked::One(Kind::A));
    let mut common = Query {
        name: String::new(),
        kind: a.clone(),
        parts: [true; PARTS.len()],
        set: Vec::new(),
        server: SERVER.into(),
        is_transfer: false,
    };
    let mut queries: Vec<Query> = Vec::new();
    let mut output = Output::default();
    let mut is_named = false;
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        let place = queries.len();
        // What comes before the first name is for all.
        let mut query = queries.last_mut().unwrap_or(&mut common);
        if let Some(option) = word.strip_prefix('+') {
            if !query.option(option) {
                return Output::bad(format!("Invalid option: {word}\n{USAGE}"), 1);
            }
            continue;
        }
        if let Some(name) = word.strip_prefix('@') {
            query.server = name.into();
            is_named = true;
            continue;
        }
        let mut name = word;
        if let Some(option) = word.strip_prefix('-').filter(|o| !o.is_empty()) {
            let letter = option.chars().next().unwrap_or('-');
            if "46imru".contains(letter) {
                continue;
            }
            match letter {
                'v' => return Output::good(format!("{VERSION}\n")),
                'h' => {
                    return Output::good(format!("{}\n", USAGE.split("\n\n").next().unwrap_or("")))
                }
                _ if !"bcfkpqtxy".contains(letter) => {
                    return Output::bad(format!("Invalid option: {word}\n{USAGE}"), 1)
                }
                _ => {}
            }
            let rest = option.get(1..).unwrap_or("");
            let value = if rest.is_empty() {
                words.next()
            } else {
                Some(rest)
            };
            let Some(value) = value else {
                return Output::bad(format!("Invalid option: {word}\n{USAGE}"), 1);
            };
            match letter {
                'q' => name = value,
                't' => {
                    if let Some(kind) = kind(value) {
                        query.kind = kind;
                    } else if value.eq_ignore_ascii_case("axfr") {
                        query.is_transfer = true;
                    } else {
                        output.complain(format!(";; Warning, ignoring invalid type {value}\n"));
                    }
                    continue;
                }
                'x' => {
                    let mut asked = common.clone();
                    asked.name = match value.parse::<std::net::IpAddr>() {
                        Ok(_) => Dns::reverse_name(value),
                        Err(_) => {
                            let labels: Vec<&str> = value.rsplit('.').collect();
                            format!("{}.in-addr.arpa", labels.join("."))
                        }
                    };
                    asked.kind = ("PTR".into(), Asked::One(Kind::Ptr));
                    queries.push(asked);
                    continue;
                }
                _ => continue,
            }
        } else {
            let is_class = ["IN", "CH", "HS"]
                .iter()
                .any(|c| c.eq_ignore_ascii_case(word));
            if is_class {
                continue;
            }
            if word.eq_ignore_ascii_case("axfr") {
                query.is_transfer = true;
                continue;
            }
            if let Some(kind) = kind(word) {
                query.kind = kind;
                continue;
            }
        }
        // Names after the first begin with what was said before it.
        let mut asked = common.clone();
        if place > 0 {
            (asked.kind, asked.is_transfer) = (a.clone(), false);
        }
        asked.name = name.into();
        queries.push(asked);
        query = &mut common;
        query.is_transfer = false;
    }
    if queries.is_empty() {
        let is_typed = common.kind != a;
        let mut root = common.clone();
        root.name = ".".into();
        if !is_typed {
            root.kind = ("NS".into(), Asked::Other);
        }
        queries.push(root);
    }
    let is_shown = queries
        .first()
        .is_some_and(|q| q.shows("cmd") && !q.has("short", false));
    let mut start = String::new();
    if is_shown {
        let found = if is_named { "; (1 server found)\n" } else { "" };
        start = format!(
            "\n; <<>> {VERSION} <<>> {}\n{found};; global options: +cmd\n",
            arguments.join(" ")
        );
    }
    for query in &queries {
        let Some(address) = server(at, &query.server) else {
            let text = format!(
                "dig: couldn't get address for '{}': not found\n",
                query.server
            );
            output.fail(1, text);
            return output;
        };
        ask(query, &address, &mut start, &mut output, arguments, at);
    }
    output
}

/// One question.
fn ask(
    query: &Query,
    address: &str,
    start: &mut String,
    output: &mut Output,
    arguments: &[&str],
    at: &Machine,
) {
    let text = &mut output.text;
    if query.is_transfer {
        text.push_str(&std::mem::take(start));
        text.push_str("; Transfer failed.\n");
        return;
    }
    let found = records(&at.world.dns, &query.name, query.kind.1);
    if matches!(found, Err(Missing::Timeout)) {
        let tried = format!(";; communications error to {address}#53: timed out\n");
        text.push_str(&tried.repeat(3));
        text.push_str(&std::mem::take(start));
        text.push_str(";; no servers could be reached\n");
        if query.shows("cmd") {
            text.push('\n');
        }
        output.status = 9;
        return;
    }
    text.push_str(&std::mem::take(start));
    let status = match found {
        Err(Missing::NoDomain) => "NXDOMAIN",
        _ => "NOERROR",
    };
    let found = found.unwrap_or_default();
    if query.has("trace", false) {
        text.clear();
        text.push_str(&trace(&query.name, &found, arguments, at));
        return;
    }
    let took = took(at);
    if query.has("short", false) {
        for (_, data) in &found {
            text.push_str(&shown(data).1);
            if query.has("identify", false) {
                text.push_str(&format!(" from server {address} in {took} ms."));
            }
            text.push('\n');
        }
        return;
    }
    let comments = query.shows("comments");
    let edns = query.has("edns", true);
    if comments {
        text.push_str(";; Got answer:\n");
        text.push_str(&heading(status, found.len(), u8::from(edns), at));
        text.push('\n');
        if edns {
            text.push_str(";; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n");
        }
    }
    if query.shows("question") {
        if comments {
            text.push_str(";; QUESTION SECTION:\n");
        }
        text.push_str(&question(&query.name, &query.kind.0));
        if comments {
            text.push('\n');
        }
    }
    if query.shows("answer") && !found.is_empty() {
        if comments {
            text.push_str(";; ANSWER SECTION:\n");
        }
        let (ttl, class) = (query.has("ttlid", true), query.has("class", true));
        match ttl && class {
            true => text.push_str(&rows(&found)),
            false => {
                for (name, data) in &found {
                    let mut cells = vec![(0, dotted(name))];
                    if ttl {
                        cells.push((24, TTL.to_string()));
                    }
                    if class {
                        cells.push((if ttl { 32 } else { 24 }, "IN".into()));
                    }
                    let column = 24 + 8 * (cells.len() - 1);
                    let (kind, shown) = shown(data);
                    cells.push((column, kind.into()));
                    cells.push((column + 8, shown));
                    let cells: Vec<(usize, &str)> =
                        cells.iter().map(|(c, text)| (*c, text.as_str())).collect();
                    text.push_str(&columns(&cells));
                    text.push('\n');
                }
            }
        }
        if comments {
            text.push('\n');
        }
    }
    if query.shows("stats") {
        let edns_size = if edns { 0 } else { 11 };
        let size = message_size(&query.name, &found) - edns_size;
        let how = if query.has("tcp", false) {
            "TCP"
        } else {
            "UDP"
        };
        text.push_str(&format!(
            ";; Query time: {took} msec\n;; SERVER: {address}#53({}) ({how})\n;; WHEN: {}\n;; MSG SIZE  rcvd: {size}\n\n",
            query.server,
            at.world.now().shell_date()
        ));
    }
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
        "\n; <<>> {VERSION} <<>> {}\n;; global options: +cmd\n",
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
    tell(rows(records), "", 0);
    text
}
