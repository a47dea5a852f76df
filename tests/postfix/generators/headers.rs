//! Addresses in headers: what cleanup makes of them.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use fastrand::Rng;
use smtp_terminal::files::Files;

use super::alphabet::one;
use super::{here, Input, Language};
use crate::oracle::{Build, Postfix};

/// How a header is rewritten: what main.cf says besides.
const MANNERS: [(&str, &str); 4] = [
    ("own", "myorigin = o.example\n"),
    ("strange", "local_header_rewrite_clients =\nremote_header_rewrite_domain = domain.invalid\n"),
    (
        "old",
        "append_dot_mydomain = yes\nswap_bangpath = no\nallow_percent_hack = no\n\
         recipient_delimiter = +\nsmtputf8_enable = no\n",
    ),
    (
        "mapped",
        "canonical_maps = inline:{asha=a.sha@c.example, {@out.example = other@out.example}, \
         {b@h.example = \"b c\"@h.example}, x@m.example=y}\nmasquerade_domains = !w.m.example m.example\n\
         masquerade_exceptions = root\n",
    ),
];

const MAIN_CF: &str = "compatibility_level = 3.6\nmyhostname = h.example\nalias_maps =\n\
     local_recipient_maps =\nvirtual_alias_maps =\nlocal_transport = discard:\n\
     default_transport = discard:\nmydestination = h.example, localhost\n\
     smtpd_data_restrictions = check_client_access static:hold\nsmtpd_tls_security_level = none\n";

const NAMES: [&str; 12] = [
    "To",
    "From",
    "Cc",
    "Reply-To",
    "Sender",
    "Resent-To",
    "Errors-To",
    "Return-Receipt-To",
    "Resent-From",
    "Disposition-Notification-To",
    "Bcc-X",
    "to",
];

/// Real servers, one for each manner of rewriting.
pub struct Headers {
    servers: Vec<Postfix>,
}

impl Headers {
    /// Starts them.
    pub fn new(nameserver: Ipv4Addr) -> Headers {
        let start = |(_, own): (&str, &str)| {
            Postfix::start(&format!("{MAIN_CF}{own}"), &Build::default(), nameserver)
        };
        Headers {
            servers: MANNERS.into_iter().map(start).collect(),
        }
    }
}

fn address(random: &mut Rng) -> String {
    let locals = [
        "asha",
        "b",
        "a.b",
        "\"a b\"",
        "a!b",
        "c.example!a",
        "a%out.example",
        "a%b%h.example",
        "x",
        "root",
        "a+b",
        "\"a\\\"b\"",
        "a b",
        "\"\"",
        "",
        "a\\ b",
        "é",
        "\"a@b\"",
        "first.last",
        "a..b",
        ".a",
        "a.",
    ];
    let domains = [
        "h.example",
        "out.example",
        "m.example",
        "w.m.example",
        "host",
        "localhost",
        "[127.0.0.1]",
        "h.example.",
        "[ipv6:::1]",
        "a b.example",
        "",
        ".",
        "x.w.m.example",
        "(c) h.example",
        "\"q\".example",
    ];
    let local = one(random, &locals);
    match random.u8(..5) {
        0 => local.into(),
        1 => format!("{local} @ {}", one(random, &domains)),
        _ => format!("{local}@{}", one(random, &domains)),
    }
}

fn mailbox(random: &mut Rng) -> String {
    let phrases = [
        "Asha",
        "Asha B. Rao",
        "\"Rao, Asha\"",
        "\"\"",
        "=?utf-8?q?As?=",
        "Asha (home)",
        "é",
        "A:B",
        "Asha's",
        "\"a\\\\b\"",
        "a@b",
        "[x]",
    ];
    let comments = ["(c)", "(a (b) c)", "(\\))", "()", "(é)", "(\"x\")"];
    let address = address(random);
    match random.u8(..9) {
        0..=2 => address,
        3 | 4 => format!("{} <{address}>", one(random, &phrases)),
        5 => format!("<{address}>"),
        6 => format!("{address} {}", one(random, &comments)),
        7 => format!(
            "{}{} <{address}> {}",
            one(random, &comments),
            one(random, &phrases),
            one(random, &comments)
        ),
        _ => format!(
            "<@{},@out.example:{address}>",
            one(random, &["h.example", "x.example", ""])
        ),
    }
}

/// A message with these headers, each behind its number.
fn content(inputs: &[&Input]) -> String {
    let mut text = String::new();
    for (number, input) in inputs.iter().enumerate() {
        text.push_str(&format!(
            "X-Input: {number}\r\n{}\r\n",
            input.lines[1..].join("\r\n")
        ));
    }
    text + "X-Input: end\r\n\r\nbody\r\n"
}

/// What has become of each header.
fn parts(text: &str, count: usize) -> Vec<String> {
    let mut parts = vec![String::new(); count];
    let mut at = None;
    for line in text.lines() {
        match line.strip_prefix("X-Input: ") {
            Some(number) => at = number.parse::<usize>().ok(),
            None => {
                if let Some(part) = at.and_then(|at| parts.get_mut(at)) {
                    part.push_str(line);
                    part.push('\n');
                }
            }
        }
    }
    parts
}

/// Asks about inputs of each manner. A message that is refused is sent in halves.
fn by_manner(inputs: &[Input], ask: &mut dyn FnMut(usize, &[&Input]) -> String) -> Vec<String> {
    let mut said = vec![String::new(); inputs.len()];
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, input) in inputs.iter().enumerate() {
        let manner = MANNERS.iter().position(|(name, _)| *name == input.lines[0]);
        groups.entry(manner.unwrap_or(0)).or_default().push(number);
    }
    let mut groups: Vec<(usize, Vec<usize>)> = groups.into_iter().collect();
    while let Some((manner, mut numbers)) = groups.pop() {
        let group: Vec<&Input> = numbers.iter().map(|&n| &inputs[n]).collect();
        let text = ask(manner, &group);
        let is_kept = text.contains("X-Input: end");
        if !is_kept && numbers.len() > 1 {
            let half = numbers.split_off(numbers.len() / 2);
            groups.extend([(manner, numbers), (manner, half)]);
            continue;
        }
        for (number, part) in numbers.into_iter().zip(parts(&text, group.len())) {
            said[number] = if is_kept { part } else { text.clone() };
        }
    }
    said
}

impl Language for Headers {
    fn name(&self) -> &'static str {
        "headers"
    }

    fn alphabet(&self) -> &'static [&'static str] {
        &[
            "@",
            "!",
            "%",
            ".",
            ":",
            ";",
            ",",
            "<",
            ">",
            "(",
            ")",
            "[",
            "]",
            "\"",
            "\\",
            " ",
            "\t",
            "a",
            "é",
            "1",
            "+",
            "-",
            "=",
            "/",
            "x@m.example",
            "<>",
            "@@",
            "..",
            "()",
            "\\\"",
            "''",
            "{",
            "}",
            "$",
            "#",
        ]
    }

    fn make(&self, random: &mut Rng) -> Input {
        let (manner, _) = MANNERS[random.usize(..MANNERS.len())];
        let mut header = format!("{}: ", one(random, &NAMES));
        if random.u8(..6) == 0 {
            header.push_str(one(
                random,
                &["Team:", "undisclosed-recipients:", "\"a b\" :", ":"],
            ));
        }
        let mut lines = vec![manner.to_string()];
        for number in 0..random.usize(1..=3) {
            if number > 0 {
                header.push_str(one(random, &[", ", ",", ",, ", "; ", " "]));
                if random.bool() {
                    lines.push(std::mem::take(&mut header));
                    header.push_str(one(random, &[" ", "\t", "    "]));
                }
            }
            header.push_str(&mailbox(random));
        }
        header.push_str(one(random, &["", "", "", ";", ",", " "]));
        lines.push(header);
        Input { lines, fixed: 1 }
    }

    fn is_input(&self, input: &Input) -> bool {
        let Some(first) = input.lines.get(1) else {
            return false;
        };
        let is_named = NAMES.iter().any(|name| {
            first
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(':'))
        });
        let mut more = input.lines[2..].iter();
        is_named && more.all(|l| l.starts_with([' ', '\t']))
    }

    fn real(&self, inputs: &[Input]) -> Vec<String> {
        by_manner(inputs, &mut |manner, group| {
            let server = &self.servers[manner];
            let id = server.take_in("a@h.example", "b@h.example", &content(group));
            let mut text = server.command(&["postcat", "-qh", &id]);
            if text.starts_with("postcat: fatal") {
                let log = server.whole_log();
                let own: Vec<&str> = log.lines().filter(|l| l.contains(&id)).collect();
                text.push_str(&own.join("\n"));
            }
            server.command(&["postsuper", "-d", &id]);
            text
        })
    }

    fn ours(&self, inputs: &[Input]) -> Vec<String> {
        by_manner(inputs, &mut |manner, group| {
            let main_cf = format!("{MAIN_CF}{}", MANNERS[manner].1);
            let mut world = here::world(&main_cf, Files::default()).unwrap();
            let id = here::take_in(&mut world, "a@h.example", "b@h.example", &content(group));
            here::run(&mut world, "/", &["postcat", "-qh", &id], "")
        })
    }
}
