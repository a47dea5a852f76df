//! Restriction lists without an end, or with one that is far away: a session goes on, or its process
//! dies and master says so, in no time.

#![allow(clippy::unwrap_used)]

mod support;

use support::ours::{Cut, Talk};
use support::{main_cf, scene};

use support::dialogue::Dialogue;

/// What is said to some commands, and logged, by a server with some lines more in its main.cf.
fn said(lines: &[String], commands: &[&str]) -> (Vec<String>, String) {
    let config: String = lines.iter().map(|line| format!("= {line}\n")).collect();
    let turns: String = commands.iter().map(|c| format!("C: {c}\nS: ?\n")).collect();
    let text = format!("# Limits.\n{config}@ 127.16.0.7\nS: ?\n{turns}");
    let dialogue = Dialogue::parse("limits", &text).unwrap();
    let server = scene::server(&main_cf(&dialogue));
    let mut talk = Talk::open(&server, scene::dns(), dialogue.client());
    let mut said = Vec::new();
    for turn in &dialogue.turns {
        let replies = talk.turn(turn, &mut Cut::Whole).replies();
        said.extend(replies.into_iter().flatten());
    }
    (said, talk.log())
}

const MAIL: [&str; 3] = [
    "HELO x",
    "MAIL FROM:<a@b.example>",
    "RCPT TO:<praveen@safeer.in>",
];

/// Classes `c0` to the last, each of which names the next so many times.
fn chain(count: usize, times: usize, end: &str) -> Vec<String> {
    let names: Vec<String> = (0..count).map(|n| format!("c{n}")).collect();
    let mut lines = vec![format!("smtpd_restriction_classes = {}", names.join(" "))];
    for number in 0..count {
        let next = format!("c{}", number + 1);
        let body = match number + 1 == count {
            true => end.to_string(),
            false => vec![next.as_str(); times].join(" "),
        };
        lines.push(format!("c{number} = {body}"));
    }
    lines.push("smtpd_sender_restrictions = c0".into());
    lines
}

#[test]
fn a_long_chain_of_classes() {
    let (replies, log) = said(&chain(250, 1, "reject"), &MAIL);
    let refused = "554 5.7.1 <a@b.example>: Sender address rejected: Access denied";
    assert_eq!(replies.last().unwrap(), refused, "{log}");
    // Longer than a stack may be.
    let (replies, log) = said(&chain(3_000, 1, "reject"), &MAIL);
    assert_eq!(replies.last().unwrap(), "(closed)");
    assert!(log.contains(" killed by signal 11\n"), "{log}");
}

#[test]
fn classes_that_double() {
    let (replies, log) = said(&chain(40, 2, "permit_inet_interfaces"), &MAIL);
    assert_eq!(replies.last().unwrap(), "(closed)");
    assert!(log.contains("]: fatal: watchdog timeout\n"), "{log}");
    assert!(log.contains(" exit status 1\n"), "{log}");
    // As long as there is an end, it is reached.
    let (replies, _) = said(&chain(10, 2, "permit_inet_interfaces"), &MAIL);
    assert_eq!(replies.last().unwrap(), "250 2.1.5 Ok");
}

#[test]
fn a_guard_behind_classes_that_double() {
    let mut lines = chain(60, 2, "permit_inet_interfaces");
    lines.push("smtpd_relay_restrictions = c0".into());
    let text: String = lines.iter().map(|l| format!("= {l}\n")).collect();
    let dialogue = Dialogue::parse("limits", &format!("# x\n{text}S: ?\n")).unwrap();
    let mut server = scene::server(&main_cf(&dialogue));
    let client = smtp_terminal::smtp::client::Client::new("x", "127.16.0.7", 40_000);
    let now = smtp_terminal::time::Time(1_000_000);
    let accepted = server.accept(&client, &[], now);
    assert!(matches!(
        accepted,
        smtp_terminal::postfix::server::Accepted::Waits(until) if until > now
    ));
}

#[test]
fn tables_that_name_what_names_them() {
    let lines = [
        "smtpd_restriction_classes = a b",
        "a = check_sender_access static:b, check_sender_access static:b",
        "b = check_client_access static:a, check_client_access static:a",
        "smtpd_sender_restrictions = a",
    ];
    let (replies, log) = said(&lines.map(String::from), &MAIL);
    assert_eq!(
        replies.last().unwrap(),
        "451 4.3.5 Server configuration error"
    );
    assert!(log.contains(" causes unreasonable recursion\n"), "{log}");
}

#[test]
fn a_sleep_without_end() {
    for seconds in ["2147483647", "99999999999999999999999999", "0"] {
        let line = format!(
            "smtpd_sender_restrictions = sleep {seconds}, sleep {seconds}, sleep {seconds}"
        );
        let (replies, _) = said(&[line], &MAIL);
        assert_eq!(replies.last().unwrap(), "250 2.1.5 Ok", "{seconds}");
    }
}

#[test]
fn codes_that_are_none() {
    for (code, shown) in [
        ("-1", "-1"),
        ("99999", "99999"),
        ("0", "0"),
        ("2147483647", "2147483647"),
    ] {
        let lines = [
            format!("reject_code = {code}"),
            "smtpd_sender_restrictions = reject".into(),
        ];
        let (replies, log) = said(&lines, &MAIL);
        assert_eq!(replies.last().unwrap(), "450 4.7.1 Service unavailable");
        let warning = format!("SMTP reply code configuration error: {shown} 5.7.1 <a@b.example>: ");
        assert!(log.contains(&warning), "{log}");
    }
}
