//! Bytes to a session: in whatever pieces they come, the same replies, and one for each command.

use smtp_terminal::dns::Dns;
use smtp_terminal::files::Files;
use smtp_terminal::postfix::server::Server;
use smtp_terminal::smtp::address;
use smtp_terminal::smtp::bytes::{decode, encode, shown};

use crate::machine::fuzz;
use crate::support::ours::Talk;

const MAIN_CF: &str = "compatibility_level = 3.6\nmyhostname = smtp.safeer.in\nmydomain = safeer.in\n\
    mynetworks = 10.25.0.0/24\nmydestination = safeer.in\nsmtpd_error_sleep_time = 0\n\
    smtpd_soft_error_limit = 100000\nsmtpd_hard_error_limit = 100000\nsmtpd_junk_command_limit = 100000\n\
    smtpd_timeout = 1000s\n";

const WORDS: [&str; 16] = [
    "EHLO x\r\n",
    "HELO x\r\n",
    "MAIL FROM:<a@b.c>\r\n",
    "RCPT TO:<asha@safeer.in>\r\n",
    "DATA\r\n",
    "\r\n.\r\n",
    "BDAT 5\r\nabcde",
    "BDAT 0 LAST\r\n",
    "RSET\r\n",
    "NOOP\r\n",
    "VRFY asha\r\n",
    "QUIT\r\n",
    " SIZE=1",
    " BODY=8BITMIME",
    " NOTIFY=NEVER",
    "AUTH PLAIN ",
];

/// The replies to bytes that come in pieces.
fn said(server: &Server, pieces: Vec<Vec<u8>>) -> (Vec<u8>, bool) {
    let mut talk = Talk::open(server, Dns::default(), "10.25.0.57");
    let bytes = talk.send(pieces.into_iter(), 0);
    (bytes, talk.is_closed)
}

/// Without what is of the moment: queue IDs.
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut plain = String::new();
    for line in text.lines() {
        let known = line.find("queued as ").map_or(line.len(), |at| at + 10);
        plain.push_str(&line[..known]);
        plain.push('\n');
    }
    plain
}

#[test]
fn bytes_in_any_cut() {
    let server = Server::new(
        MAIN_CF,
        Files::default(),
        vec![crate::machine::asha()],
        vec!["10.25.0.1".into()],
    );
    let server = server.unwrap();
    fuzz("session", 3_000, &WORDS, |input, random| {
        // A server speaks first, and whoever speaks before it is another matter.
        let (whole, closed) = said(&server, vec![input.to_vec()]);
        let mut pieces = Vec::new();
        let mut rest = input;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(random.usize(1..=rest.len().min(30)));
            pieces.push(piece.to_vec());
            rest = after;
        }
        let cut = said(&server, pieces);
        assert_eq!((plain(&whole), closed), (plain(&cut.0), cut.1));
        // Each reply has its form, and there are no more than lines and a banner.
        let text = plain(&whole);
        let mut replies = 0;
        for line in text.lines() {
            let bytes = line.as_bytes();
            assert!(
                bytes.len() > 3 && bytes[..3].iter().all(u8::is_ascii_digit),
                "{line:?}"
            );
            assert!(matches!(bytes[3], b' ' | b'-'), "{line:?}");
            replies += usize::from(bytes[3] == b' ');
        }
        let lines = input.iter().filter(|b| **b == b'\n').count();
        assert!(
            replies <= lines + 2 + input.len() / 6,
            "{replies} replies to {lines} lines"
        );
    });
}

#[test]
fn each_command_has_its_reply() {
    let server = Server::new(
        MAIN_CF,
        Files::default(),
        vec![crate::machine::asha()],
        vec!["10.25.0.1".into()],
    );
    let server = server.unwrap();
    fuzz("commands", 1_500, &WORDS[8..], |input, _| {
        let mut talk = Talk::open(&server, Dns::default(), "10.25.0.57");
        let banner = talk.send(std::iter::empty(), 1);
        assert!(banner.starts_with(b"220 "));
        for line in decode(input).lines() {
            // What is part of a message or of AUTH has no reply of its own.
            if line.is_empty()
                || line.len() > 1_000
                || line.to_ascii_uppercase().contains("DAT")
                || line.to_ascii_uppercase().contains("AUTH")
            {
                continue;
            }
            let mut bytes = encode(line);
            bytes.retain(|b| !matches!(b, b'\r' | b'\n'));
            bytes.extend(b"\r\n");
            let heard = talk.send(std::iter::once(bytes), 1);
            let ends = heard
                .split(|b| *b == b'\n')
                .filter(|l| l.get(3) == Some(&b' '))
                .count();
            if talk.is_closed {
                break;
            }
            assert_eq!(ends, 1, "{line:?}: {}", heard.escape_ascii());
        }
    });
}

#[test]
fn addresses() {
    fuzz(
        "addresses",
        30_000,
        &[
            "@",
            "<",
            ">",
            "\"",
            "\\",
            "(",
            ")",
            ",",
            ":;",
            "@a,@b:",
            "[1.2.3.4]",
        ],
        |input, _| {
            let text = decode(input);
            let tokens = address::parse(&text);
            address::scan(&text);
            for (spaced, quoted) in [(false, false), (true, true)] {
                address::internal(&tokens, spaced);
                address::written(&tokens, spaced, quoted);
            }
            for strict in [false, true] {
                if let Ok(found) = address::extract(&text, strict) {
                    // What was taken out can be written and read again.
                    let quoted = address::quote_local(&found);
                    assert_eq!(
                        address::unquote_local(&quoted),
                        *found,
                        "{found:?} as {quoted:?}"
                    );
                }
            }
            address::quote_local_info(&text);
            assert_eq!(encode(&text), input);
            shown(&text);
        },
    );
}
