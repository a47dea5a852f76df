//! What a reader has to fill in: `<your address>`, `$USER`, `[email protected]`, `base64 of …`. It is
//! filled in here, so that the command is the one that is meant.

use smtp_terminal::smtp::sasl::{from_base64, to_base64};

use crate::native::doc::standing::{Exchange, Standing};
use crate::native::doc::words::verb;

/// Signs of something to be filled in.
const SIGNS: [&str; 23] = [
    "[email",
    "...",
    "…",
    "xxx",
    "XXX",
    "***",
    "{{",
    "${",
    "$(",
    "<your",
    "your_",
    "your-",
    "YOUR",
    "%s",
    "[your",
    "[sender",
    "[recipient",
    "{your",
    "<<",
    ">@",
    "[user",
    "<user>",
    "<email>",
];

/// Whether a command has something to be filled in.
pub fn is_placeholder(said: &str) -> bool {
    let has_variable = said.split_whitespace().any(|word| {
        let name = word.trim_start_matches(['<', '"']).strip_prefix('$');
        name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
    });
    let inner = said
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    // <recipient's address>, but no mailbox
    let is_described = inner
        .is_some_and(|(text, _)| text.trim().contains(' ') && !text.contains(['@', '"', '\\']));
    has_variable || is_described || SIGNS.iter().any(|sign| said.contains(sign))
}

/// The line that is said instead, or the line itself.
pub fn filled(exchange: &Exchange, code: u16, standing: &Standing, mechanism: &str) -> String {
    let said = exchange.said;
    if exchange.is_dot {
        return ".".into();
    }
    if standing.is_in_dialog() {
        return response(said, code, mechanism);
    }
    let verb = verb(said);
    if verb == "AUTH" {
        return auth(said, code);
    }
    if !is_placeholder(said) || matches!(code, 500 | 501) {
        return said.into();
    }
    match verb.as_str() {
        "HELO" | "EHLO" => format!("{verb} client.example.com"),
        "MAIL" => "MAIL FROM:<sender@example.com>".into(),
        "RCPT" => "RCPT TO:<recipient@example.com>".into(),
        "VRFY" => "VRFY recipient@example.com".into(),
        _ => said.into(),
    }
}

/// AUTH with a response of its own.
fn auth(said: &str, code: u16) -> String {
    let words: Vec<&str> = said.split_whitespace().collect();
    let [verb, mechanism, rest @ ..] = words.as_slice() else {
        return said.into();
    };
    let initial = rest.join(" ");
    if initial.is_empty() || is_meant(&initial) || code >= 500 && code != 535 {
        return said.into();
    }
    let instead = made_up(&mechanism.to_ascii_uppercase());
    format!("{verb} {mechanism} {instead}")
}

fn response(said: &str, code: u16, mechanism: &str) -> String {
    // A star gives it up.
    if is_meant(said) || said.trim() == "*" || code == 501 {
        return said.into();
    }
    made_up(mechanism)
}

/// Whether something is base64 of something that was meant to be read, so that it may be wrong.
fn is_meant(text: &str) -> bool {
    match from_base64(text) {
        Ok(plain) => {
            let is_readable = plain.chars().all(|c| c == '\0' || (' '..='~').contains(&c));
            !plain.is_empty() && is_readable
        }
        Err(_) => text == "=",
    }
}

fn made_up(mechanism: &str) -> String {
    match mechanism {
        "PLAIN" => to_base64(b"\0user\0password"),
        "CRAM-MD5" => to_base64(b"user 0123456789abcdef0123456789abcdef"),
        _ => to_base64(b"user"),
    }
}

/// The largest chunk that is made up.
const MOST_CHUNK: usize = 1 << 20;

/// BDAT with as many bytes as it says, since a document cannot show them to the byte.
pub fn with_chunk(line: &str) -> String {
    let mut words = line.split_whitespace();
    if !words.next().is_some_and(|w| w.eq_ignore_ascii_case("BDAT")) {
        return line.into();
    }
    let size: usize = words.next().and_then(|n| n.parse().ok()).unwrap_or(0);
    match size {
        2..=MOST_CHUNK => format!("{line}\r\n{}", "x".repeat(size - 2)),
        _ => line.into(),
    }
}

/// A line of a message; one that would end it is told apart already.
pub fn content(text: &str) -> String {
    match text.trim() {
        "." => "..".into(),
        _ => text.replace(['\r', '\n'], " "),
    }
}
