//! Destinations, as transport(5) and `relayhost` write them: what smtp(8) says of a letter that it is
//! to take there.

use std::net::Ipv4Addr;

use fastrand::Rng;
use smtp_terminal::files::Files;
use smtp_terminal::network::Host;

use super::alphabet::one;
use super::run::{each, Folder};
use super::{here, Input, Language};
use crate::oracle::{Build, Postfix};
use crate::support::scene;

/// Destinations, with a real server that has a letter on hold. The first line of an input says
/// whether it is that of a transport or `relayhost`.
pub struct Destinations {
    server: Postfix,
    letter: String,
}

const MAIN_CF: &str = "compatibility_level = 3.6\nmyhostname = h.example\nalias_maps =\n\
     local_recipient_maps =\nvirtual_alias_maps =\nmydestination = h.example\n\
     inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nsmtp_tls_security_level =\n";

const HOLD: &str = "smtpd_data_restrictions = check_client_access static:hold\n";

/// What qmgr asks smtp(8) for: the letter with this ID in the queue on hold, and where to take it.
/// No flag is set, so that the letter stays.
const REQUEST: &str = "flags\x000\0queue_name\0hold\0queue_id\0{id}\0offset\x00600\0size\x00300\0\
     nexthop\0{nexthop}\0encoding\0\0smtputf8\x000\0sender\0a@h.example\0envelope_id\0\0\
     ret_flags\x000\0time\0A8kHawAAAAAW2goAAAAAAATJB2sAAAAAdFsMAAAAAAAAAAAAAAAAAAAAAAA\
     AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\0log_client_name\0localhost\0\
     log_client_address\x00127.0.0.1\0log_client_port\x0049366\0log_protocol_name\0ESMTP\0log_helo_name\0x\0\
     sasl_method\0\0sasl_username\0\0sasl_sender\0\0log_ident\0{id}\0rewrite_context\0local\0\
     recipient_count\x001\0\0original_recipient\0u@c.example\0recipient\0u@c.example\0offset\x00600\0\
     dsn_orig_rcpt\0rfc822;u@c.example\0notify_flags\x000\0\0";

impl Destinations {
    /// Starts the server.
    pub fn new(nameserver: Ipv4Addr) -> Destinations {
        let server = Postfix::start(&format!("{MAIN_CF}{HOLD}"), &Build::default(), nameserver);
        let letter = server.take_in("a@h.example", "u@c.example", "Subject: x\r\n\r\nbody\r\n");
        Destinations { server, letter }
    }
}

/// A line of smtp's log without what is different every time.
fn masked(line: &str) -> String {
    let Some((start, rest)) = line.split_once(", delay=") else {
        return line.into();
    };
    match rest.split_once(", dsn=") {
        Some((_, rest)) => format!("{start}, dsn={rest}"),
        None => line.into(),
    }
}

impl Language for Destinations {
    fn name(&self) -> &'static str {
        "destinations"
    }

    fn alphabet(&self) -> &'static [&'static str] {
        &[
            "[", "]", ":", ".", "-", "_", " ", ",", "1", "0", "25", "smtp", "a", "X", "/", "::",
            "@", "é", "ipv6:", "IPv6:", "65536", "+", "\"", "(", "]:", "[]", "*", "!", "inet:",
            "unix:", "..", "%",
        ]
    }

    fn make(&self, random: &mut Rng) -> Input {
        let hosts = [
            "mx.down.example",
            "127.99.0.1",
            "spare.example",
            "second.example",
            "headless.example",
            // Two servers of equal preference, which Postfix tries in an order of its own each time, are
            // in the letters alone.
            "self.example",
            "self.example",
            "nullmx.example",
            "loop.example",
            "dangling.example",
            "silent.example",
            "mxsilent.example",
            "mxgone.example",
            "text.example",
            "nosuch.example",
            "b.example",
            "localhost",
            "MX.Down.Example",
            "ipv6:::1",
            "IPv6:2001:db8::1",
            "::1",
            "127.0.0.1",
            "a_b.example",
            "-x.example",
            "mx.down.example.",
            "x",
            "1",
            "1.2.3",
            "127.99.0.256",
            "h.example",
        ];
        let ports = [
            "",
            "",
            "",
            ":25",
            ":587",
            ":smtp",
            ":submission",
            ":nosuch",
            ":0",
            ":65536",
            ":2x",
            ":",
            ":-1",
            ":smtps",
            ":lmtp",
            ":99999",
            ":http",
            ":025",
            ": 25",
            ":+25",
        ];
        let part = |random: &mut Rng| {
            let (host, port) = (one(random, &hosts), one(random, &ports));
            match random.u8(..3) {
                0 => format!("{host}{port}"),
                _ => format!("[{host}]{port}"),
            }
        };
        let mut text = part(random);
        if random.u8(..5) == 0 {
            text = format!(
                "{text}{}{}",
                one(random, &[", ", ",", " ", ",, "]),
                part(random)
            );
        }
        let kind = one(random, &["transport", "transport", "relayhost"]);
        Input {
            lines: vec![kind.into(), text],
            fixed: 1,
        }
    }

    fn is_input(&self, input: &Input) -> bool {
        let [_, text] = input.lines.as_slice() else {
            return false;
        };
        // main.cf would take the blanks off, and addresses that nobody has are not to be connected to.
        let digits = text.split(|c: char| !c.is_ascii_digit() && c != '.');
        let is_strange = |word: &str| {
            let dots = word.matches('.').count();
            dots > 0
                && word.chars().any(|c| c != '.')
                && !word.starts_with("127.")
                && !word.starts_with('.')
        };
        // Nor is the one that a spoilt name may become.
        let mut names = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '_'));
        let is_elsewhere =
            names.any(|name| name.trim_matches('.').eq_ignore_ascii_case("a.example"));
        !text.is_empty()
            && !is_elsewhere
            && text.trim_ascii() == text
            && !digits.into_iter().any(is_strange)
            && !text.contains(['$', '{', '}'])
    }

    fn real(&self, inputs: &[Input]) -> Vec<String> {
        each("destinations", inputs, &|_: &Folder| {}, &|_, input| {
            let request = REQUEST.replace("{id}", &self.letter);
            let request = request.replace("{nexthop}", &input.lines[1]);
            let relay = format!("relayhost={}", input.lines[1]);
            let relay = match input.lines[0].as_str() {
                "relayhost" => relay.as_str(),
                _ => "relayhost=",
            };
            let log = self.server.hand("smtp", &["-o", relay], &request);
            let start = format!("{}: ", self.letter);
            let lines = log
                .lines()
                .map(|l| l.split_once(": ").map_or(l, |(_, text)| text));
            let lines = lines.map(|l| masked(l.strip_prefix(&start).unwrap_or(l)));
            lines.collect::<Vec<_>>().join("\n")
        })
    }

    fn ours(&self, inputs: &[Input]) -> Vec<String> {
        here::each(inputs, &|input| {
            let (kind, text) = (&input.lines[0], &input.lines[1]);
            let relay = if kind == "relayhost" { text } else { "" };
            let main_cf =
                format!("{MAIN_CF}default_transport = smtp:{text}\nrelayhost = {relay}\n");
            let mut files = Files::default();
            let services = std::fs::read_to_string("/etc/services");
            files.insert("/etc/services", services.unwrap_or_default());
            let mut world = match here::world(&main_cf, files) {
                Ok(world) => world,
                Err(fatal) => return fatal,
            };
            world.dns = scene::dns();
            world.hosts.push(Host {
                name: "closed".into(),
                addresses: vec!["127.99.0.1".into()],
                ..Host::default()
            });
            here::take_in(
                &mut world,
                "a@h.example",
                "u@c.example",
                "Subject: x\r\n\r\nbody\r\n",
            );
            world.tick(world.now() + std::time::Duration::from_secs(20));
            let log = here::notes(&world, "smtp");
            let text = |line: &String| match line.split_once(": ") {
                Some((id, rest)) if rest.starts_with("to=<") || id.len() == 11 => masked(rest),
                _ => masked(line),
            };
            log.iter().map(text).collect::<Vec<_>>().join("\n")
        })
    }
}
