//! A message in a mailbox.

use crate::postfix::queue::text::split;
use crate::smtp::address::{internal, parse, Token};
use crate::smtp::bytes::{decode, encode};

/// Headers that are not shown (Debian's mail.rc).
pub(super) const IGNORED: [&str; 8] = [
    "received",
    "message-id",
    "resent-message-id",
    "status",
    "mail-from",
    "return-path",
    "via",
    "delivered-to",
];

/// A message in the open mailbox.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) text: String,
    /// `N` new, `U` seen but not read, blank read, `*` saved.
    pub(super) mark: char,
    pub(super) is_deleted: bool,
}

impl Letter {
    pub(super) fn new(text: String) -> Letter {
        let status = header(&text, "status");
        let mark = match status.as_str() {
            "" => 'N',
            "O" => 'U',
            _ => ' ',
        };
        Letter {
            text,
            mark,
            is_deleted: false,
        }
    }

    /// The text with a `Status:` that says so.
    pub(super) fn with_status(&self, status: &str) -> String {
        let (headers, body) = self.text.split_once("\n\n").unwrap_or((&self.text, ""));
        let lines = headers.lines().filter(|l| !l.starts_with("Status:"));
        let headers: String = lines.map(|l| format!("{l}\n")).collect();
        format!("{headers}Status: {status}\n\n{body}")
    }
}

/// The value of a header of a message in a mailbox.
pub(super) fn header(text: &str, name: &str) -> String {
    let (_, message) = text.split_once('\n').unwrap_or(("", text));
    let bytes = encode(message);
    let mut found = String::new();
    for line in split(&bytes).0 {
        let line = decode(line);
        if let Some((key, value)) = line.split_once(':') {
            if key.eq_ignore_ascii_case(name) {
                found = value.trim().into();
            }
        }
    }
    found
}

/// The first address in a header.
pub(super) fn address(value: &str) -> String {
    let tokens = parse(value);
    let found = tokens.iter().find_map(|token| match token {
        Token::Address(inner) => Some(internal(inner, false)),
        _ => None,
    });
    found.unwrap_or_default()
}
