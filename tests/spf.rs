//! SPF as Debian's python3-spf has it: the answers in `tests/spf/questions.txt` are its own, and where it
//! is installed it is asked again.

#![cfg(feature = "full")]
#![allow(clippy::unwrap_used)]

use std::process::{Command, Stdio};

use smtp_terminal::dns::{Data, Dns};
use smtp_terminal::postfix::neighbour::spf::{check, Outcome};

const TEXT: &str = include_str!("spf/questions.txt");

fn zone(text: &str) -> Dns {
    let mut dns = Dns::default();
    for line in text.lines() {
        let mut words = line.splitn(3, ' ');
        let (name, kind) = (words.next().unwrap(), words.next().unwrap());
        let value = words.next().unwrap_or("").to_string();
        dns.add(
            name,
            match kind {
                "A" => Data::A(value),
                "AAAA" => Data::Aaaa(value),
                "TXT" => Data::Txt(value),
                "MX" => Data::Mx(10, value),
                "PTR" => Data::Ptr(value),
                "CNAME" => Data::Cname(value),
                _ => {
                    dns.silence(name);
                    continue;
                }
            },
        );
    }
    dns
}

#[test]
fn every_answer_is_the_library_s() {
    let (names, questions) = TEXT.split_once("\n----\n").unwrap();
    let dns = zone(names);
    let mut count = 0;
    for line in questions.lines() {
        let (asked, expected) = line.split_once(" = ").unwrap();
        let [address, sender, helo] = asked.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let own = format!("postmaster@{helo}");
        let sender = if sender == "<>" { &own } else { sender };
        let (outcome, why) = check(address, sender, helo, &dns);
        let said = match outcome {
            Outcome::None => "none".to_string(),
            outcome => format!("{}: {why}", outcome.title().to_lowercase()),
        };
        assert_eq!(said, expected, "{asked}");
        count += 1;
    }
    assert!(count >= 60, "{count}");
}

#[test]
fn the_library_says_so_still() {
    let python = "/usr/bin/python3";
    let has_it = Command::new(python)
        .args(["-c", "import spf"])
        .stderr(Stdio::null())
        .status();
    if !has_it.is_ok_and(|status| status.success()) {
        println!("SKIPPED: python3-spf is not installed");
        return;
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/spf/");
    let questions = std::fs::File::open(format!("{folder}questions.txt")).unwrap();
    let answer = Command::new(python)
        .arg(format!("{folder}answer.py"))
        .stdin(questions)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&answer.stdout), TEXT);
}
