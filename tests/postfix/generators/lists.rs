//! Lists of hosts and networks, as `mynetworks` has them: who is told to be in them.

use fastrand::Rng;
use smtp_terminal::dns::Dns;
use smtp_terminal::files::Files;
use smtp_terminal::postfix::server::Server;
use smtp_terminal::smtp::printable::printable;

use super::alphabet::one;
use super::run::{each, output, text, Folder};
use super::{here, Input, Language};
use crate::oracle::root::root_command;
use crate::support::ours::Talk;

/// Lists. The lines of an input are their items.
pub struct Lists;

/// What there is besides the list: ETRN asks for it without any other process.
const MAIN_CF: &str = "compatibility_level = 3.6\nmyhostname = h.example\nalias_maps =\n\
     local_recipient_maps =\nvirtual_alias_maps =\nsmtpd_authorized_xclient_hosts = static:yes\n\
     smtpd_client_event_limit_exceptions = static:all\nsmtpd_peername_lookup = no\n\
     smtpd_etrn_restrictions = permit_mynetworks, reject\nfast_flush_domains =\n\
     smtpd_error_sleep_time = 0\nsmtpd_soft_error_limit = 10000\nsmtpd_hard_error_limit = 10000\n\
     smtpd_banner = hello\ndisable_vrfy_command = no\n";

const FILES: [(&str, &str); 4] = [
    (
        "hosts",
        "# a comment\na.example\n  192.0.2.0/24, !10.1.2.3\n!b.example\n",
    ),
    (
        "more",
        "$config_directory/hosts\n127.0.0.0/8 static.example\n#end\n",
    ),
    (
        "map",
        "a.example x\n.c.example x\n192.0.2.77 x\nunknown x\n10.1 x\n",
    ),
    ("nets", "192.0.2.0/24 x\n!10.0.0.0/8 y\n"),
];

/// Who asks.
const CLIENTS: [(&str, &str); 10] = [
    ("a.example", "192.0.2.1"),
    ("w.a.example", "10.1.2.3"),
    ("c.example", "10.200.2.3"),
    ("w.c.example", "127.0.0.1"),
    ("B.Example", "127.0.0.250"),
    ("[UNAVAILABLE]", "192.0.2.77"),
    ("[TEMPUNAVAIL]", "198.51.100.255"),
    ("six.example", "IPV6:2001:db8::1"),
    ("lo.example", "IPV6:::1"),
    ("map.example", "IPV6:fe80::1:2"),
];

fn main_cf(input: &Input) -> String {
    format!("{MAIN_CF}mynetworks = {}\n", input.lines.join(" "))
}

fn turns() -> String {
    let asks = CLIENTS.iter().map(|(name, addr)| {
        format!("XCLIENT NAME={name} ADDR={addr} HELO=x\r\nETRN x.example\r\n")
    });
    asks.chain(["QUIT\r\n".into()]).collect()
}

/// What matters of a conversation: the replies to ETRN, and what was logged besides.
fn account(replies: &str, log: &[String]) -> String {
    let answers: Vec<&str> = replies.lines().filter(|l| !l.starts_with("220 ")).collect();
    let other = |l: &&String| {
        !l.starts_with("connect from ")
            && !l.starts_with("disconnect from ")
            && !l.starts_with("improper command pipelining ")
    };
    let log = log
        .iter()
        .filter(other)
        .map(|line| printable(line, '?', true));
    let log: Vec<String> = log.collect();
    format!("{}\n{}", answers.join("\n"), log.join("\n"))
}

impl Language for Lists {
    fn name(&self) -> &'static str {
        "lists"
    }

    fn alphabet(&self) -> &'static [&'static str] {
        &[
            "!", "/", ".", ":", "[", "]", ",", " ", "0", "1", "255", "24", "/8", "::", "a", "X",
            "#", "{", "}", "=", "-", "\"", "$", "$$", "*", "_", "é", "example", "unknown", "/32",
            "/128", "00", "fe80", "static:", "1.2.3.4", "\t", "@",
        ]
    }

    fn make(&self, random: &mut Rng) -> Input {
        let items = [
            "192.0.2.0/24",
            "10.0.0.0/8",
            "127.0.0.0/8",
            "192.0.2.1",
            "10.1.2.3",
            "[::1]/128",
            "[2001:db8::]/32",
            "[fe80::]/64",
            "[2001:db8::1]",
            "2001:db8::1",
            "::1",
            "a.example",
            ".a.example",
            "c.example",
            ".c.example",
            "b.example",
            "unknown",
            "example",
            ".example",
            "192.0.2.5/24",
            "10.0.0.0/33",
            "0.0.0.0/0",
            "[::]/0",
            "192.0.2.0/24/",
            "10.1.2",
            "$config_directory/hosts",
            "$config_directory/more",
            "$config_directory/nosuch",
            "texthash:$config_directory/map",
            "cidr:$config_directory/nets",
            "static:yes",
            "inline:{a.example=x}",
            "inline:{{10.1.2.3 = x}, 192.0.2.1=y}",
            "hash:/nosuch/file",
            "nosuch:type",
            "regexp:{{/^10/ x}}",
            "192.0.2.0/255.255.255.0",
            "localhost",
            "#",
            "fail:x",
            "192.0.2.77/32",
            "a.example,b.example",
            "127.1",
            "010.0.0.0/8",
            "[192.0.2.1]",
            "[10.0.0.0]/8",
            "[fe80::1:2]/128",
            "[::ffff:192.0.2.1]",
            "unionmap:{static:x}",
        ];
        let line = |random: &mut Rng| {
            let negation = one(random, &["", "", "", "", "!", "!!", "! "]);
            let comma = one(random, &["", "", ",", " ,"]);
            format!("{negation}{}{comma}", one(random, &items))
        };
        Input {
            lines: (0..random.usize(1..=4)).map(|_| line(random)).collect(),
            fixed: 0,
        }
    }

    fn is_input(&self, input: &Input) -> bool {
        // A host of ours has made all tables that its main.cf names.
        let text = input.lines.join(" ").replace("texthash:", "");
        !text.contains("hash:$config_directory/")
    }

    fn real(&self, inputs: &[Input]) -> Vec<String> {
        let prepare = |folder: &Folder| {
            folder.write("master.cf", "");
            for (name, text) in FILES {
                folder.write(name, &text.replace("$config_directory", &folder.name()));
            }
        };
        let all = format!("EHLO x\r\n{}", turns());
        each("lists", inputs, &prepare, &|folder, input| {
            folder.write("main.cf", &main_cf(input));
            let config = format!("MAIL_CONFIG={}", folder.name());
            // One that root runs, as sendmail -bs does, knows no XCLIENT.
            let words = [
                config.as_str(),
                "setpriv",
                "--reuid=postfix",
                "--regid=postfix",
                "--clear-groups",
                "/usr/lib/postfix/sbin/smtpd",
                "-S",
                "-V",
            ];
            let command = root_command("env", &words);
            let (error, output) = output(command, &folder.0, all.as_bytes());
            let log = text(&error, b"").replace(&folder.name(), "/etc/postfix");
            let log = log
                .lines()
                .map(|l| l.split_once(": ").map_or(l, |(_, t)| t).to_string());
            let said = text(b"", &output);
            let said = said
                .lines()
                .filter(|l| !l.starts_with("250"))
                .collect::<Vec<_>>();
            account(&said.join("\n"), &log.collect::<Vec<_>>())
        })
    }

    fn ours(&self, inputs: &[Input]) -> Vec<String> {
        let said = |input: &Input| {
            let mut files = Files::default();
            for (name, text) in FILES {
                let text = text.replace("$config_directory", "/etc/postfix");
                files.insert(format!("/etc/postfix/{name}"), text);
            }
            let own = vec!["127.0.0.1".to_string()];
            let server = match Server::new(&main_cf(input), files, Vec::new(), own) {
                Ok(server) => server,
                Err(fatal) => {
                    let warning = |w: &String| match w.starts_with("error: ") {
                        true => w.clone(),
                        false => format!("warning: {w}"),
                    };
                    let mut log: Vec<String> = fatal.warnings.iter().map(warning).collect();
                    log.push(fatal.to_string());
                    return account("", &log);
                }
            };
            let mut talk = Talk::open(&server, Dns::default(), "127.0.0.1");
            let _ = talk.send(std::iter::once(b"EHLO x\r\n".to_vec()), 1);
            let lines = turns();
            let pieces = lines.split_inclusive('\n').map(|l| l.as_bytes().to_vec());
            let bytes = talk.send(pieces, 2 * CLIENTS.len() + 1);
            let said = String::from_utf8_lossy(&bytes).into_owned();
            let said = said
                .lines()
                .filter(|l| !l.starts_with("250"))
                .collect::<Vec<_>>()
                .join("\n");
            account(&said, &talk.notes("smtpd"))
        };
        here::each(inputs, &said)
    }
}
