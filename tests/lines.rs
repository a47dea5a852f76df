//! What those who watch a server hear of its clients: each line, and whether it is a message's.

#![allow(clippy::unwrap_used)]

use smtp_terminal::network::Happening;
use smtp_terminal::simulator::Simulator;
use smtp_terminal::smtp::client::Client;
use smtp_terminal::smtp::policy::AcceptAll;
use smtp_terminal::smtp::session::{Action, Session};
use smtp_terminal::smtp::settings::Tls;
use smtp_terminal::time::Time;

const ENVELOPE: &str = "EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n";

fn policy() -> AcceptAll {
    let mut policy = AcceptAll::default();
    policy.settings.sasl = true;
    policy.settings.sasl_mechanisms[0].plaintext = true;
    policy.settings.tls = Tls::May;
    policy.settings.tls_certificate = true;
    policy
}

/// The lines of a session that gets these pieces, those of messages marked with `|`.
fn heard(pieces: &[&[u8]], policy: &AcceptAll) -> Vec<String> {
    let mut session = Session::new(Client::new("penguinpower", "10.25.0.57", 40_000));
    session.watch();
    let mut lines = Vec::new();
    for piece in pieces {
        session.receive(piece);
        while let Some(action) = session.poll(Time(0), policy) {
            if let Action::Line { text, content } = action {
                let mark = if content { "|" } else { "" };
                lines.push(format!("{mark}{text}"));
            }
        }
    }
    lines
}

/// The lines after the envelope, the same however the bytes come.
fn after_envelope(rest: &str, policy: &AcceptAll) -> Vec<String> {
    let all = format!("{ENVELOPE}{rest}");
    let whole = heard(&[all.as_bytes()], policy);
    let bytes: Vec<&[u8]> = all.as_bytes().chunks(1).collect();
    assert_eq!(heard(&bytes, policy), whole);
    let halves = all.as_bytes().split_at(ENVELOPE.len());
    assert_eq!(heard(&[halves.0, halves.1], policy), whole);
    assert_eq!(whole[..3], ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<c@d>"]);
    whole[3..].to_vec()
}

#[test]
fn a_message_in_one_piece() {
    let heard = after_envelope(
        "DATA\r\nSubject: x\r\n\r\nRSET\r\n..dot\r\nbare\n.\r\nNOOP\r\nQUIT\r\nNOOP\r\n",
        &policy(),
    );
    let wanted = [
        "DATA",
        "|Subject: x",
        "|",
        "|RSET",
        "|..dot",
        "|bare",
        "|.",
        "NOOP",
        "QUIT",
    ];
    // After QUIT nothing is read.
    assert_eq!(heard, wanted);
}

#[test]
fn a_message_after_a_refusal_is_no_message() {
    let rest = "DATA now\r\nSubject: x\r\nNOOP\r\n";
    // The header ends the session.
    assert_eq!(after_envelope(rest, &policy()), ["DATA now", "Subject: x"]);
    let rest = "RSET\r\nDATA\r\nHello\r\n.\r\nNOOP\r\n";
    let heard = after_envelope(rest, &policy());
    assert_eq!(heard, ["RSET", "DATA", "Hello", "."]);
}

#[test]
fn chunks() {
    let heard = after_envelope(
        "BDAT 12\r\nRSET\r\nhalf aBDAT 8\r\n line\r\nxBDAT 0 LAST\r\nNOOP\r\n",
        &policy(),
    );
    let wanted = [
        "BDAT 12",
        "|RSET",
        "BDAT 8",
        "|half a line",
        "BDAT 0 LAST",
        "|x",
        "NOOP",
    ];
    assert_eq!(heard, wanted);
    // A chunk that is refused is thrown away.
    let heard = after_envelope("RSET\r\nBDAT 6\r\nRSET\r\nNOOP\r\n", &policy());
    assert_eq!(heard, ["RSET", "BDAT 6", "NOOP"]);
}

#[test]
fn responses_to_challenges() {
    let heard = heard(
        &[b"EHLO x\r\nAUTH LOGIN\r\nc2FmZWVy\r\ncGVuZ3Vpbg==\r\nAUTH PLAIN\r\n*\r\nNOOP\r\n"],
        &policy(),
    );
    let wanted = [
        "EHLO x",
        "AUTH LOGIN",
        "c2FmZWVy",
        "cGVuZ3Vpbg==",
        "AUTH PLAIN",
        "*",
        "NOOP",
    ];
    assert_eq!(heard, wanted);
}

#[test]
fn what_comes_before_a_handshake_is_never_read() {
    let heard = heard(&[b"EHLO x\r\nSTARTTLS\r\nNOOP\r\n"], &policy());
    assert_eq!(heard, ["EHLO x", "STARTTLS"]);
}

#[test]
fn long_lines() {
    let mut policy = policy();
    let long = "x".repeat(35);
    // A message has the whole line, a command what is left of it.
    policy.settings.line_length_limit = 20;
    let short = after_envelope(&format!("DATA\r\n{long}\r\n.\r\n{long}\r\n"), &policy);
    assert_eq!(short, ["DATA", &format!("|{long}"), "|.", &long[..20]]);
    let endless = "x".repeat(200_000);
    let said = format!("{ENVELOPE}DATA\r\n{endless}\r\n.\r\n");
    let heard = heard(&[said.as_bytes()], &policy);
    assert_eq!(heard[4].len(), 1 + 65_536);
    assert_eq!(heard[5], "|.");
}

#[test]
fn a_piped_message_is_content() {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run(
        "printf 'HELO x\\r\\nMAIL FROM:<safeer@safeer.in>\\r\\nRCPT TO:<asha@safeer.in>\\r\\nDATA\\r\\nSubject: x\\r\\n\\r\\nhi\\r\\n.\\r\\nQUIT\\r\\n' | nc smtp.safeer.in 25",
    );
    simulator.settle();
    let mut heard = Vec::new();
    let mut replies = 0;
    while let Some(happening) = simulator.poll() {
        match happening {
            Happening::Line {
                host,
                line,
                is_content,
            } => {
                assert_eq!(host, "smtp.safeer.in");
                heard.push((line, is_content));
            }
            Happening::Reply { .. } => replies += 1,
            Happening::Queued { .. } => {}
        }
    }
    let heard: Vec<(&str, bool)> = heard.iter().map(|(l, c)| (l.as_str(), *c)).collect();
    let wanted = [
        ("HELO x", false),
        ("MAIL FROM:<safeer@safeer.in>", false),
        ("RCPT TO:<asha@safeer.in>", false),
        ("DATA", false),
        ("Subject: x", true),
        ("", true),
        ("hi", true),
        (".", true),
        ("QUIT", false),
    ];
    assert_eq!(heard, wanted);
    assert_eq!(replies, 7);
}
