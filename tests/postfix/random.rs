//! Random sessions, mostly well-formed and often not, in lock step with the real server.
//!
//! `SMTP_TERMINAL_SEED=…` replays a run, `SMTP_TERMINAL_SESSIONS=…` makes it longer.

use std::net::SocketAddr;

use super::oracle::Postfix;
use super::serve;
use super::support::dialogue::Dialogue;
use super::support::player::{play, Conversation};
use super::support::{difference, main_cf};

/// Configurations that the sessions are spread over.
const CONFIGURATIONS: [&[&str]; 6] = [
    &[],
    &["strict_rfc821_envelopes = yes", "smtpd_helo_required = yes"],
    &[
        "mynetworks = 10.0.0.0/8",
        "relay_domains = relayed.example",
        "virtual_alias_domains = virtual.example",
        "virtual_alias_maps = inline:{info@virtual.example=safeer}",
    ],
    &[
        "smtputf8_enable = no",
        "disable_vrfy_command = yes",
        "message_size_limit = 1300",
        "recipient_delimiter = +",
    ],
    &[
        "append_dot_mydomain = yes",
        "smtpd_delay_reject = no",
        "smtpd_helo_restrictions = reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname",
        "smtpd_sender_restrictions = reject_non_fqdn_sender",
        "smtpd_recipient_restrictions = reject_non_fqdn_recipient",
    ],
    &[
        "smtpd_recipient_limit = 2",
        "smtpd_hard_error_limit = 6",
        "smtpd_discard_ehlo_keywords = chunking, dsn",
        "line_length_limit = 512",
    ],
];

/// SplitMix64: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

pub fn run() {
    let number = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<u64>().ok());
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    // In CI every run is the same; at home every run looks somewhere else.
    let fixed = std::env::var_os("CI").map(|_| 2026);
    let seed = number("SMTP_TERMINAL_SEED").or(fixed);
    let seed = seed.unwrap_or_else(|| clock.unwrap().as_secs());
    let count = number("SMTP_TERMINAL_SESSIONS").unwrap_or(120) as usize;
    println!("SMTP_TERMINAL_SEED={seed} SMTP_TERMINAL_SESSIONS={count}");
    let per_configuration = count.div_ceil(CONFIGURATIONS.len());
    let mut problems = Vec::new();
    let mut turns = 0;
    for (k, lines) in CONFIGURATIONS.iter().enumerate() {
        let config: Vec<String> = lines.iter().map(|l| l.to_string()).collect();
        let main_cf = main_cf(&config);
        let real = Postfix::start(&main_cf);
        let ours = serve(&format!("random{k}"), &main_cf);
        for n in 0..per_configuration {
            // Each session can be replayed without those before it.
            let mut random = Random(seed ^ ((k as u64) << 40) ^ ((n as u64) << 20));
            let name = format!("seed {seed}, configuration {k}, session {n}");
            let dialogue = session(&mut random, real.address, name);
            turns += dialogue.turns.len();
            let real_said: Vec<_> = dialogue.turns.iter().map(|t| t.replies.clone()).collect();
            let we_said = play(ours.address, &dialogue);
            if let Some(found) = difference(&dialogue, ["Postfix", "we"], &real_said, &we_said) {
                let log = real.log();
                let warnings: Vec<&str> = log.lines().filter(|l| l.contains("subsystem")).collect();
                problems.push(format!(
                    "{found}  in\n{}  {}\n",
                    indented(&dialogue),
                    warnings.join("\n  ")
                ));
            }
        }
    }
    println!(
        "{count} random sessions, {turns} turns, {} differ",
        problems.len()
    );
    assert!(
        problems.is_empty(),
        "SMTP_TERMINAL_SEED={seed}\n{}",
        problems.join("\n")
    );
}

fn indented(dialogue: &Dialogue) -> String {
    dialogue
        .to_string()
        .lines()
        .map(|l| format!("      {l}\n"))
        .collect()
}

/// Talks to the real server, going along with what it says for most of the time.
fn session(random: &mut Random, address: SocketAddr, name: String) -> Dialogue {
    let mut talk = Conversation::open(address, name);
    // How far the usual order has come: greeted, sender, recipient.
    let mut stage = 0;
    for _ in 0..4 + random.below(16) {
        if talk.is_over {
            return talk.dialogue;
        }
        let usual = [
            helo(random),
            mail(random),
            rcpt(random),
            random
                .pick(&["DATA", "data", "RCPT TO:<safeer>", "DATA"])
                .into(),
        ];
        let line = if random.chance(72) {
            usual[stage.min(3)].clone()
        } else {
            anything(random)
        };
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or("")
            .to_ascii_uppercase();
        if verb == "BDAT" {
            let size = line.split(' ').nth(1).and_then(|n| n.parse::<usize>().ok());
            let mut sends = vec![format!("C: {line}")];
            if let Some(size) = size {
                sends.push(format!("R: {}", "x".repeat(size.min(400))));
            }
            talk.turn(sends);
            continue;
        }
        let code = talk.turn(vec![format!("C: {line}")]);
        match (verb.as_str(), code) {
            ("HELO" | "EHLO", 250) => stage = 1,
            ("MAIL", 250) => stage = 2,
            ("RCPT", 250) => stage = 3,
            ("RSET", 250) => stage = 1,
            ("DATA", 354) => {
                talk.turn(content(random));
                stage = 1;
            }
            _ => {}
        }
    }
    if !talk.is_over {
        talk.turn(vec!["C: QUIT".into()]);
    }
    talk.dialogue
}

fn helo(random: &mut Random) -> String {
    let verb = random.pick(&["HELO", "EHLO", "EHLO", "ehlo", "Helo"]);
    let name = random.pick(&[
        "penguinpower",
        "client.example",
        "[127.0.0.1]",
        "[IPv6:::1]",
        "[127.0.0]",
        "1.2.3.4",
        "a b",
        "-x",
        "x..y",
        "",
        "x@y",
        "<x>",
        "é",
        "_a.example",
        "a.example.",
        "[x",
        "\"q q\"",
    ]);
    format!("{verb} {name}")
}

fn address(random: &mut Random) -> String {
    let local = random.pick(&[
        "safeer",
        "praveen",
        "nobody",
        "SAFEER",
        "postmaster",
        "safeer+x",
        "a.b",
        "a..b",
        ".a",
        "a b",
        "\"a b\"",
        "\"a\\\"b\"",
        "a\\ b",
        "info",
        "-a",
        "a%b",
        "a%gmail.com",
        "h!a",
        "é",
        "a,b",
        "a(c)b",
        "a@b",
        "",
        "\"\"",
        "[a]",
        "a:b",
        "a;b",
        "\"a@b\"",
        "a\tb",
        "a/b",
        "owner-x",
    ]);
    let domain = random.pick(&[
        "@safeer.in",
        "@safeer.in",
        "@smtp.safeer.in",
        "@gmail.com",
        "@localhost",
        "",
        "@",
        "@[127.0.0.1]",
        "@[1.2.3.4]",
        "@[x]",
        "@1.2.3.4",
        "@relayed.example",
        "@x.relayed.example",
        "@virtual.example",
        "@a..b",
        "@-a",
        "@a.",
        "@.a",
        "@a_b.example",
        "@é.example",
        "@SAFEER.IN",
        "@[IPv6:::1]",
        "@foo",
        "@safeer.in.",
        "@a b",
        "@(c)safeer.in",
        "@safeer.in(c)",
    ]);
    let both = format!("{local}{domain}");
    match random.below(14) {
        0 => both,
        1 => format!("Joe <{both}>"),
        2 => format!("<@a.example,@b.example:{both}>"),
        3 => format!("<{both}"),
        4 => format!("<<{both}>>"),
        5 => format!("{both}>"),
        _ => format!("<{both}>"),
    }
}

fn mail(random: &mut Random) -> String {
    let from = random.pick(&[
        "FROM:", "FROM:", "FROM:", "from: ", "FROM: ", "FROM ", "FROM :", "TO:",
    ]);
    let sender = match random.below(6) {
        0 => "<>".into(),
        1 => "safeer@safeer.in".into(),
        2 => "<safeer@safeer.in>".into(),
        _ => address(random),
    };
    let parameter = random.pick(&[
        "",
        "",
        "",
        "",
        " SIZE=100",
        " SIZE=20000000",
        " SIZE=x",
        " SIZE=",
        " SIZE=99999999999999999999",
        " BODY=8BITMIME",
        " BODY=7BIT",
        " BODY=X",
        " SMTPUTF8",
        " RET=FULL",
        " RET=HDRS ENVID=a+3Db",
        " RET=X",
        " ENVID=a+3",
        " AUTH=<>",
        " AUTH=a@b",
        " X=Y",
        " SIZE=10 BODY=8BITMIME SMTPUTF8",
        " ENVID=a ENVID=b",
        "SIZE=1",
        " size=5",
    ]);
    format!("MAIL {from}{sender}{parameter}")
}

fn rcpt(random: &mut Random) -> String {
    let to = random.pick(&["TO:", "TO:", "TO:", "to: ", "TO: ", "TO ", "FROM:"]);
    let recipient = match random.below(6) {
        0 => "<praveen@gmail.com>".into(),
        1 => "<safeer@safeer.in>".into(),
        _ => address(random),
    };
    let parameter = random.pick(&[
        "",
        "",
        "",
        "",
        "",
        " NOTIFY=NEVER",
        " NOTIFY=SUCCESS,DELAY",
        " NOTIFY=NEVER,DELAY",
        " NOTIFY=",
        " ORCPT=rfc822;a+40b",
        " ORCPT=a",
        " ORCPT=utf-8;\\x{E9}@b",
        " X=Y",
        " NOTIFY=X",
    ]);
    format!("RCPT {to}{recipient}{parameter}")
}

fn anything(random: &mut Random) -> String {
    match random.below(14) {
        0 => helo(random),
        1 => mail(random),
        2 => rcpt(random),
        3 => format!("VRFY {}", address(random)),
        4 => random
            .pick(&[
                "BDAT 3",
                "BDAT 5 LAST",
                "BDAT 0 LAST",
                "BDAT 0",
                "BDAT x",
                "BDAT",
                "BDAT 3 last",
                "BDAT 5 FIRST",
                "BDAT 350 LAST",
            ])
            .into(),
        5 => random.pick(&["RSET", "RSET x", "rset", "RSET  "]).into(),
        6 => random.pick(&["NOOP", "NOOP x y", "noop"]).into(),
        7 => random.pick(&["DATA", "DATA x", "DATA "]).into(),
        8 => random
            .pick(&[
                "VRFY",
                "VRFY safeer SMTPUTF8",
                "VRFY a b",
                "VRFY é SMTPUTF8",
            ])
            .into(),
        9 => random
            .pick(&[
                "ETRN",
                "ETRN relayed.example",
                "ETRN x y",
                "ETRN @gmail.com",
                "ETRN [1.2.3.4]",
                "ETRN -",
            ])
            .into(),
        10 => random
            .pick(&[
                "AUTH",
                "AUTH PLAIN",
                "STARTTLS",
                "STARTTLS x",
                "XCLIENT NAME=x",
                "XFORWARD NAME=x",
                "XCLIENT",
            ])
            .into(),
        11 => random
            .pick(&[
                "HELP",
                "EXPN x",
                "TURN",
                "FOO",
                "FOO:",
                "FOO :",
                "SEND FROM:<a>",
                "HELLO x",
            ])
            .into(),
        12 => random
            .pick(&[
                "",
                " ",
                "\t",
                "  NOOP",
                "\"",
                "<",
                "NO OP",
                "NOOP\u{a0}",
                "MAIL",
                "RCPT",
                "MAIL FROM",
                "RCPT TO",
                "MAIL FROM:",
                "RCPT TO:",
            ])
            .into(),
        _ => {
            // Mostly the end of a session, so rare.
            if random.chance(30) {
                random
                    .pick(&[
                        "GET / HTTP/1.0",
                        "Subject: x",
                        "123",
                        ".",
                        "QUIT",
                        "QUIT x",
                        "-",
                        "é",
                    ])
                    .into()
            } else {
                format!("NOOP {}", "x".repeat(random.below(700)))
            }
        }
    }
}

/// A message: header, body, and lines that try the framing.
fn content(random: &mut Random) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for _ in 0..random.below(8) {
        lines.push(match random.below(10) {
            0 => "C: Subject: Happy New Year!!!".into(),
            1 => "C: From: safeer@safeer.in".into(),
            2 => "C: ".into(),
            3 => "C: ..".into(),
            4 => "C: .x".into(),
            5 => "C: From safeer Thu".into(),
            6 => format!("C: {}", "y".repeat(random.below(700))),
            7 => "R: bare\\n".into(),
            8 => "R: cr\\r\\r\\n".into(),
            _ => "C: Happy New Year".into(),
        });
    }
    lines.push(
        random
            .pick(&["C: .", "C: .", "C: .", "R: .\\n"])
            .to_string(),
    );
    lines
}
