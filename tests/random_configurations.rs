//! Whatever a main.cf says, nothing panics, hangs or grows without bound: every parameter that
//! `postconf -d` lists is set to odd values, alone and with others; then the server reads it, is
//! sent mail that it delivers, defers and sends back, and time passes.
//! `SEED=… cargo test --test random_configurations` plays a run again; `ROUNDS=5000` makes it longer.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use smtp_terminal::postfix::config::parameter::{self, Kind, Parameter};
use smtp_terminal::simulator::Simulator;

const HOST: &str = "smtp.safeer.in";

/// What stands in main.cf beside what is odd.
const MAIN_CF: &str = "compatibility_level = 3.6\nmyhostname = smtp.safeer.in\nmydomain = safeer.in\nmyorigin = $mydomain\n\
    mydestination = $myhostname, $mydomain, localhost\nmynetworks = 10.25.0.0/24\n";

/// A value that nobody in their senses would write, or that somebody might.
fn value(of: &Parameter, random: &mut fastrand::Rng) -> String {
    let name = of.name;
    let pick = |random: &mut fastrand::Rng, all: &[&str]| {
        all[random.usize(..all.len())].replace("NAME", name)
    };
    let numbers = [
        "",
        "0",
        "-1",
        "1",
        "2147483647",
        "2147483648",
        "-2147483648",
        "9223372036854775807",
        "18446744073709551615",
        "99999999999999999999999",
        "1e9",
        "0x10",
        "1s",
        "1x",
        "0s",
        "-1s",
        "2147483647w",
        "18446744073709551615s",
        "1 s",
        "$NAME",
        "${NAME}",
        "é",
        "10 20",
    ];
    let texts = [
        "",
        " ",
        ",",
        "$NAME",
        "${NAME}",
        "${NAME?x}",
        "${NAME:{x}",
        "$NAME, $NAME",
        "$",
        "$$",
        "${",
        "${}",
        "${{a} == {b} ? {c}",
        "${{a} == é{}}",
        "{",
        "}",
        "{{}}",
        "{ { a }",
        "/etc/a",
        "/etc/nosuch",
        "/etc/postfix/main.cf",
        "!",
        "!!a",
        "!/etc/a",
        "hash:/etc/a",
        "hash:",
        "hash:NAME",
        "inline:{",
        "inline:{a=b}",
        "inline:{{a=b}, {c=d}}",
        "static:asha",
        "static:",
        "regexp:{{/^(.*)$$/ x$$1@safeer.in, y$$1@safeer.in}}",
        "pcre:{{/x$/ y}}",
        "pcre:/etc/a",
        "cidr:{{0.0.0.0/0 OK}}",
        "cidr:{{10.0.0.1/8 OK}}",
        "unionmap:{static:a,static:b}",
        "pipemap:{static:a,inline:{a=b}}",
        "fail:x",
        "nosuch:x",
        "proxy:unionmap:{proxy:static:a}",
        "a",
        "asha",
        "asha@safeer.in",
        "safeer.in",
        "[10.25.0.1]",
        "[",
        "[::1]:25",
        "smtp:",
        "smtp:[",
        "relay:[127.0.0.1]:99999",
        "error:",
        "retry:5.1.1 no",
        "local",
        "discard:",
        "é@ü",
        "\u{1f600}",
        "permit",
        "reject",
        "permit, reject",
        "warn_if_reject",
        "warn_if_reject reject",
        "NAME",
        "check_client_access static:NAME",
        "check_recipient_access static:{permit, NAME}",
        "sleep 9e9",
        "10.0.0.0/8",
        "10.0.0.1/8",
        "::1",
        "0/0",
        "all",
        "yes",
        "no",
        "\u{0}",
        "#x",
        "a b c d e f g",
    ];
    // Half of them are values that somebody might mean.
    let mild: &[&str] = match of.kind {
        Kind::Int | Kind::Long => &["0", "1", "2", "1000", "2147483647"],
        Kind::Time => &["0s", "1s", "2h", "30d"],
        Kind::Flag => &["yes", "no"],
        Kind::Text | Kind::Raw => &[
            "",
            "asha",
            "safeer.in",
            "static:asha",
            "inline:{{a=b}, {c=d}}",
            "hash:/etc/aliases",
            "regexp:{{/^(.*)$$/ x$$1@safeer.in, y$$1@safeer.in}}",
            "10.0.0.0/8",
            "$mydomain",
            "permit_mynetworks, reject_unauth_destination",
        ],
    };
    if random.bool() {
        return pick(random, mild);
    }
    match of.kind {
        Kind::Int | Kind::Long | Kind::Time if random.u8(..4) > 0 => pick(random, &numbers),
        Kind::Flag => pick(
            random,
            &["yes", "no", "", "maybe", "YES", "1", "$NAME", "${NAME?yes}"],
        ),
        _ if random.u8(..16) == 0 => "x".repeat(random.usize(1..20_000)),
        _ if random.u8(..16) == 0 => "$NAME ".replace("NAME", name).repeat(random.usize(1..300)),
        _ => pick(random, &texts),
    }
}

/// What is counted, so that a run that does nothing is seen.
#[derive(Debug, Default)]
struct Counts {
    read: usize,
    refused: usize,
    queued: usize,
    delivered: usize,
    lines: usize,
}

fn play(lines: &str, counts: &mut Counts) {
    let mut simulator = Simulator::new(r#"{ "seed": 1, "start": 1795514400 }"#).unwrap();
    match simulator.configure(HOST, &format!("{MAIN_CF}{lines}")) {
        Ok(()) => counts.read += 1,
        Err(why) => {
            println!("refused: {why}");
            counts.refused += 1;
        }
    }
    simulator.run(
        "telnet smtp.safeer.in 25\nEHLO penguinpower\nMAIL FROM:<safeer@safeer.in>\n\
         RCPT TO:<safeer@safeer.in>\nRCPT TO:<nosuch@safeer.in>\nRCPT TO:<praveen@gmail.com>\n\
         RCPT TO:<x@down.example>\nRCPT TO:<y@nosuch.example>\nVRFY safeer\nDATA\nSubject: x\n\
         To: safeer\n\nhello\n.\nQUIT",
    );
    simulator.settle();
    simulator.run("\u{3}");
    simulator.skip(Duration::from_secs(20_000));
    simulator.run(
        "ssh smtp.safeer.in\necho hello | sendmail safeer team nosuch\nsleep 3\nmailq\npostconf -n\n\
         postfix reload\nsleep 8h\ntail -n 3 /var/log/mail.log\npostsuper -d ALL\nexit",
    );
    simulator.settle();
    let server = simulator
        .world()
        .host(HOST)
        .unwrap()
        .server
        .as_ref()
        .unwrap();
    counts.queued += server.accepted.len();
    counts.lines += server.log.len();
    counts.delivered += server
        .files
        .iter()
        .filter(|(path, _)| path.starts_with("/var/mail"))
        .count();
    assert!(
        server.log.len() < 200_000,
        "the log grows without bound: {lines}"
    );
}

#[test]
fn every_parameter_bears_odd_values() {
    let number = |name: &str| std::env::var(name).ok().and_then(|s| s.parse().ok());
    let seed = number("SEED").unwrap_or(2026);
    println!("SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut parameters: Vec<Parameter> = parameter::all().collect();
    assert!(
        parameters.len() > 150,
        "only {} parameters",
        parameters.len()
    );
    random.shuffle(&mut parameters);
    let rounds = number("ROUNDS").unwrap_or(60) as usize;
    let mut counts = Counts::default();
    for round in 0..rounds {
        // One in turn, so that each is met, and now and then some more.
        let mut chosen = vec![parameters[round % parameters.len()]];
        for _ in 0..random.usize(..8) / 5 {
            chosen.push(parameters[random.usize(..parameters.len())]);
        }
        let line = |of: &Parameter, random: &mut fastrand::Rng| {
            format!("{} = {}\n", of.name, value(of, random))
        };
        let lines: String = chosen.iter().map(|of| line(of, &mut random)).collect();
        // What panics says which round it was; the lines are then those of that round.
        println!(
            "round {round}: {}",
            lines.chars().take(400).collect::<String>()
        );
        play(&lines, &mut counts);
    }
    println!("{rounds} configurations: {counts:?}");
    assert!(counts.read * 8 > rounds && counts.refused > 0, "{counts:?}");
    assert!(
        counts.queued > rounds / 8 && counts.delivered > rounds / 16,
        "{counts:?}"
    );
    assert!(counts.lines > rounds * 10, "{counts:?}");
}
