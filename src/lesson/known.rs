//! Texts of which a condition knows what they can be. A misspelled one would never come to hold, and
//! nobody would be told why.

use serde::de::{Deserializer, Error};
use serde::Deserialize;

use crate::json::quote;
use crate::scenario::values::{is_path, Text};

/// A text of one of the [`KINDS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<const KIND: usize>(pub String);

/// What an attempt to deliver has come to.
pub type Status = Known<0>;
/// What has become of a message, in a notification.
pub type Action = Known<1>;
/// A folder of the queue.
pub type Place = Known<2>;
/// A mechanism of AUTH, in whatever letters.
pub type Mechanism = Known<3>;
/// An enhanced code (RFC 3463).
pub type Enhanced = Known<4>;
/// A file, or with a `/` at the end a folder.
pub type Location = Known<5>;

/// What they can be: words, but for the last two, of which it is an example.
pub const KINDS: [&str; 6] = [
    "sent, deferred, bounced",
    "failed, delayed, delivered, relayed, expanded, deliverable, undeliverable",
    "active, deferred, hold, incoming, maildrop",
    "PLAIN, LOGIN, CRAM-MD5, DIGEST-MD5, SCRAM-SHA-1, SCRAM-SHA-256, XOAUTH2, OAUTHBEARER, NTLM",
    "2, 4 or 5 and two numbers, as 5.1.1",
    "a path from the root, as /etc/aliases",
];

/// Whether a text is one of a kind.
fn is_known(kind: usize, text: &str) -> bool {
    match kind {
        4 => {
            let mut parts = text.split('.');
            let is_number = |part: &str| {
                matches!(part.len(), 1..=3) && part.bytes().all(|digit| digit.is_ascii_digit())
            };
            matches!(parts.next(), Some("2" | "4" | "5"))
                && parts.clone().count() == 2
                && parts.all(is_number)
        }
        5 => is_path(text.strip_suffix('/').unwrap_or(text)),
        _ => {
            let words = KINDS.get(kind).copied().unwrap_or_default();
            words.split(", ").any(|word| match kind {
                3 => word.eq_ignore_ascii_case(text),
                _ => word == text,
            })
        }
    }
}

/// The text, or what is wrong with it.
#[inline(never)]
fn read(kind: usize, text: String) -> Result<String, String> {
    if is_known(kind, &text) {
        return Ok(text);
    }
    let good = KINDS.get(kind).copied().unwrap_or_default();
    Err(quote(&text) + " is none that there is; write " + good)
}

impl<'de, const KIND: usize> Deserialize<'de> for Known<KIND> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        read(KIND, text).map(Known).map_err(D::Error::custom)
    }
}
