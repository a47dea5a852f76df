//! Addresses and where they lead: trivial-rewrite, asked as smtpd and qmgr ask it.

use std::process::Command;

use fastrand::Rng;
use smtp_terminal::files::Files;
use smtp_terminal::postfix::address::class::Class;
use smtp_terminal::postfix::address::resolve::Resolver;
use smtp_terminal::postfix::config::main_cf::Config;
use smtp_terminal::postfix::delivery::routes::stops_all;

use smtp_terminal::postfix::lookup::tables::Tables;
use smtp_terminal::smtp::address::{quote_local, unquote_local};

use super::alphabet::one;
use super::run::{each, output, text, Folder};
use super::{here, Input, Language};

/// Addresses. The first line of an input is one; the others are parameters with their values, or
/// `t` and a line of `transport_maps`.
pub struct Routes;

const MAIN_CF: &str = "compatibility_level = 3.6\nmyhostname = h.example\nalias_maps =\n\
     mydestination = $myhostname, localhost, here.example\ninet_interfaces = 127.0.0.1\n\
     local_recipient_maps =\nvirtual_alias_maps =\nsmtp_tls_security_level =\n\
     transport_maps = texthash:$config_directory/transport\n";

const DOMAINS: [&str; 18] = [
    "h.example",
    "here.example",
    "localhost",
    "out.example",
    "w.out.example",
    "relay.example",
    "w.relay.example",
    "alias.example",
    "box.example",
    "[127.0.0.1]",
    "[192.0.2.1]",
    "[ipv6:2001:db8::1]",
    "127.0.0.1",
    "192.0.2.1",
    "nodots",
    "bad_.example",
    "-x.example",
    "H.EXAMPLE",
];

const DESTINATIONS: [&str; 30] = [
    "smtp:",
    "smtp:[mail.example]",
    "smtp:[mail.example]:587",
    "relay:mail.example",
    ":mail.example",
    ":",
    "error:",
    "error:5.7.1 no such",
    "retry:",
    "retry:4.0.0 later",
    "discard:",
    "local:",
    "virtual:",
    "lmtp:unix:private/lmtp",
    "smtp",
    "nosuch:x",
    "[mail.example]",
    "smtp::25",
    "smtp:a:b:c",
    "uucp:",
    "local:$myhostname",
    "smtp:[ipv6:2001:db8::1]:25",
    "mail.example:25",
    "smtp :x",
    "smtp: x",
    "\"smtp:x\"",
    "error: blank",
    "smtp:a, smtp:b",
    "SMTP:X",
    "lmtp:inet:h.example:24",
];

const PARAMETERS: [&str; 26] = [
    "relayhost=[relay.example]:587",
    "relayhost=relay.example",
    "relayhost=:",
    "relayhost=smtp:x",
    "relay_domains=relay.example",
    "relay_domains=.relay.example, !w.relay.example relay.example",
    "virtual_alias_domains=alias.example",
    "virtual_mailbox_domains=box.example",
    "swap_bangpath=no",
    "allow_percent_hack=no",
    "append_dot_mydomain=yes",
    "append_at_myorigin=no",
    "recipient_delimiter=+",
    "resolve_dequoted_address=no",
    "resolve_null_domain=yes",
    "resolve_numeric_domain=yes",
    "allow_min_user=yes",
    "allow_min_user=no",
    "empty_address_recipient=none",
    "myorigin=o.example",
    "local_transport=",
    "default_transport=",
    "relay_transport=",
    "virtual_transport=",
    "mydestination=here.example out.example",
    "parent_domain_matches_subdomains=",
];

fn address(random: &mut Rng) -> String {
    let locals = [
        "asha",
        "a+b",
        "\"a b\"",
        "a!b",
        "b.example!a",
        "a%out.example",
        "a%b%h.example",
        "\"a@out.example\"",
        "@out.example:asha",
        "@h.example,@out.example:a",
        "a.b",
        ".a",
        "a..b",
        "a.",
        "-a",
        "\"\"",
        "",
        "\"a\\\"b\"",
        "a\\ b",
        "a@h.example",
        "out.example!a%h.example",
        "\"a%h.example\"",
        "owner-x",
        "a@",
        "(c)a",
        "A",
        "\"x!y\"",
        "a/b",
        "|prog",
        ":include:x",
    ];
    let local = one(random, &locals);
    match random.u8(..8) {
        0 => local.into(),
        1 => format!("{local}@{}.", one(random, &DOMAINS)),
        _ => format!("{local}@{}", one(random, &DOMAINS)),
    }
}

fn line(random: &mut Rng) -> String {
    match random.u8(..4) {
        0 | 1 => {
            let parameter = one(random, &PARAMETERS);
            match parameter.ends_with("_transport=") || random.u8(..6) == 0 {
                true => {
                    let name = parameter.split('=').next().unwrap_or("");
                    format!("{name}={}", one(random, &DESTINATIONS))
                }
                false => parameter.into(),
            }
        }
        _ => {
            let domain = one(random, &DOMAINS);
            let key = match random.u8(..6) {
                0 => "*".into(),
                1 => format!(".{domain}"),
                2 => format!("asha@{domain}"),
                3 => format!("a+b@{domain}"),
                4 => ".example".into(),
                _ => domain.into(),
            };
            format!("t {key} {}", one(random, &DESTINATIONS))
        }
    }
}

fn main_cf(input: &Input) -> String {
    let lines = input.lines[1..].iter().filter(|l| !l.starts_with("t "));
    lines.fold(MAIN_CF.into(), |all, line| format!("{all}{line}\n"))
}

fn transport(input: &Input) -> String {
    let lines = input.lines[1..].iter().filter_map(|l| l.strip_prefix("t "));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The flags of an answer that ours has.
const FLAGS: [(u32, &str); 8] = [
    (2, "routed"),
    (4, "error"),
    (8, "fail"),
    (256, "local"),
    (512, "alias"),
    (1024, "mailbox"),
    (2048, "relay"),
    (4096, "default"),
];

/// An answer as it is compared.
fn answer(flags: &[&str], rest: [&str; 3]) -> String {
    // Of what is no address the rest is of no account.
    let bad = ["fail", "error"]
        .into_iter()
        .find(|bad| flags.contains(bad));
    match bad {
        Some(bad) => format!("{bad}\n"),
        None => format!("{}: {}\n", flags.join(" "), rest.join(" | ")),
    }
}

impl Language for Routes {
    fn name(&self) -> &'static str {
        "routes"
    }

    fn alphabet(&self) -> &'static [&'static str] {
        &[
            "@",
            "!",
            "%",
            ".",
            ":",
            "[",
            "]",
            "\"",
            "\\",
            "+",
            "-",
            " ",
            "(",
            ")",
            "<",
            ">",
            ",",
            ";",
            "a",
            "X",
            "1",
            "h.example",
            "out.example",
            "=",
            "é",
            "..",
            "@@",
            "*",
            "/",
            "_",
            "127.0.0.1",
        ]
    }

    fn make(&self, random: &mut Rng) -> Input {
        let mut lines = vec![address(random)];
        lines.extend((0..random.usize(..=4)).map(|_| line(random)));
        Input { lines, fixed: 0 }
    }

    fn is_input(&self, input: &Input) -> bool {
        // Parameters stay what they are: their values are what is looked at here.
        let is_known = |line: &String| {
            line.starts_with("t ")
                || PARAMETERS.iter().any(|p| {
                    let name = p.split('=').next().unwrap_or("");
                    line.strip_prefix(name)
                        .is_some_and(|rest| rest.starts_with('='))
                })
        };
        // smtpd asks about no others, and has taken source routes away.
        input
            .lines
            .first()
            .is_some_and(|a| !a.is_empty() && a.is_ascii() && !a.starts_with('@'))
            && input.lines[1..].iter().all(is_known)
    }

    fn real(&self, inputs: &[Input]) -> Vec<String> {
        let prepare = |folder: &Folder| folder.write("master.cf", "");
        each("routes", inputs, &prepare, &|folder, input| {
            folder.write("main.cf", &main_cf(input));
            folder.write("transport", &transport(input));
            let ask = |request: String| {
                let mut command = Command::new("/usr/lib/postfix/sbin/trivial-rewrite");
                command.args(["-S", "-V"]).env("MAIL_CONFIG", folder.name());
                output(command, &folder.0, request.as_bytes())
            };
            let quoted = quote_local(&input.lines[0]);
            let request = format!("request\0rewrite\0rule\0local\0address\0{quoted}\0\0");
            let (_, output) = ask(request);
            let rewritten = text(b"", &output);
            let rewritten = rewritten
                .split("address\0")
                .nth(1)
                .and_then(|t| t.split('\0').next());
            let address = unquote_local(rewritten.unwrap_or(&quoted));
            let request = format!("request\0resolve\0sender\0\0address\0{address}\0\0");
            let (error, output) = ask(request);
            let log = text(&error, b"").replace(&folder.name(), "/etc/postfix");
            let log = log
                .lines()
                .map(|l| l.split_once(": ").map_or(l, |(_, t)| t));
            // What tables and lists warn of is looked at elsewhere.
            let log = log.filter(|line| line.starts_with("fatal: ") || line.starts_with("panic: "));
            let log = log.map(|line| format!("{line}\n")).collect::<String>();
            let said = text(b"", &output);
            let fields: Vec<&str> = said.split('\0').collect();
            let value = |name: &str| {
                let places = (0..fields.len()).step_by(2).rev();
                let at = places.into_iter().find(|&at| fields[at] == name);
                at.and_then(|at| fields.get(at + 1)).copied().unwrap_or("")
            };
            if fields.len() < 8 {
                return log;
            }
            let number: u32 = value("flags").parse().unwrap_or(0);
            let flags = FLAGS.iter().filter(|(bit, _)| number & bit != 0);
            let flags: Vec<&str> = flags.map(|(_, name)| *name).collect();
            log + &answer(
                &flags,
                [value("transport"), value("nexthop"), value("recipient")],
            )
        })
    }

    fn ours(&self, inputs: &[Input]) -> Vec<String> {
        let said = |input: &Input| {
            let mut files = Files::default();
            files.insert("/etc/postfix/transport", transport(input));
            let config = match Config::parse(&main_cf(input)) {
                Ok(config) => config,
                Err(fatal) => return format!("{fatal}\n"),
            };
            if let Err(fatal) = config.verify() {
                return format!("{fatal}\n");
            }
            if let Some(why) = stops_all(&config) {
                return format!("fatal: {why}\n");
            }
            let mut tables = Tables::new(&config, &files);
            let resolver = Resolver::new(&config, &["127.0.0.1".into()], &mut tables);
            if let Err(fatal) = tables.finish() {
                return format!("{fatal}\n");
            }
            let Ok(resolved) = resolver.resolve(&input.lines[0]) else {
                return answer(&["fail"], [""; 3]);
            };
            let mut flags = Vec::new();
            flags.extend(resolved.error.then_some("error"));
            flags.extend(resolved.routed.then_some("routed"));
            flags.push(match resolved.class {
                Class::Local => "local",
                Class::VirtualAlias => "alias",
                Class::VirtualMailbox => "mailbox",
                Class::Relay => "relay",
                Class::Default => "default",
            });
            answer(
                &flags,
                [&resolved.transport, &resolved.nexthop, &resolved.address],
            )
        };
        here::each(inputs, &said)
    }
}
