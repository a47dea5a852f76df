//! What swaks shows of a transaction, and what of that is hidden.

use crate::smtp::sasl::from_base64;
use crate::workstation::programs::swaks::options::Given;

/// What is shown, with what the options say of it.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    /// Each text with whether it is an error.
    pub(super) said: Vec<(bool, String)>,
    silence: u8,
    has_failed: bool,
    hides: [bool; 4],
    bare: [bool; 3],
    /// The rest of the transaction is encrypted.
    pub(super) is_encrypted: bool,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Info,
    Error,
    Sent,
    SentRaw,
    Heard,
    Refused,
    HeardRaw,
}

impl Transcript {
    pub(super) fn new(given: &Given) -> Transcript {
        let all = given.has("no-hints");
        Transcript {
            silence: given.value("silent").map_or(0, |s| s.parse().unwrap_or(1)),
            hides: [
                "hide-send",
                "hide-receive",
                "hide-informational",
                "hide-all",
            ]
            .map(|name| given.has(name)),
            bare: [
                all || given.has("no-send-hints"),
                all || given.has("no-receive-hints"),
                given.has("no-info-hints"),
            ],
            ..Transcript::default()
        }
    }

    /// Shows a text, each line after a sign of what it is.
    pub(super) fn add(&mut self, kind: Kind, text: &str) {
        let is_error = matches!(kind, Kind::Error | Kind::Refused);
        let hint = match (kind, self.is_encrypted) {
            (Kind::Info, _) => "===",
            (Kind::Error, _) => "***",
            (Kind::Sent, false) => " ->",
            (Kind::Sent, true) => " ~>",
            (Kind::SentRaw, _) => "  >",
            (Kind::Heard, false) => "<- ",
            (Kind::Heard, true) => "<~ ",
            (Kind::Refused, false) => "<**",
            (Kind::Refused, true) => "<~*",
            (Kind::HeardRaw, _) => "<  ",
        };
        let place = match kind {
            Kind::Sent | Kind::SentRaw => 0,
            Kind::Info | Kind::Error => 2,
            _ => 1,
        };
        if self.hides[3] || self.hides[place] && kind != Kind::Error {
            return;
        }
        match self.silence {
            0 => {}
            1 if self.has_failed || is_error => self.has_failed = true,
            2 if is_error => {}
            _ => return,
        }
        let mut shown = String::new();
        for line in text.split('\n') {
            if !self.bare[place] {
                shown.push_str(hint);
                shown.push(' ');
            }
            shown.push_str(line);
            shown.push('\n');
        }
        self.said.push((kind == Kind::Error, shown));
    }
}

/// Bytes in hexadecimal and as text, sixteen a line.
pub(super) fn dump(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (number, row) in bytes.chunks(16).enumerate() {
        if number > 0 {
            text.push('\n');
        }
        text.push_str(&format!("{:04}:", number * 16));
        for place in 0..16 {
            if place % 4 == 0 {
                text.push(' ');
            }
            match row.get(place) {
                Some(byte) => text.push_str(&format!("{byte:02X} ")),
                None => text.push_str("   "),
            }
        }
        let shown = |byte: &u8| match byte.is_ascii_graphic() {
            true => char::from(*byte),
            false => '.',
        };
        let row: String = row.iter().map(shown).collect();
        text.push_str(&format!("   {row:16}"));
    }
    text
}

/// A reply with its challenge as text.
pub(super) fn readable(reply: &str) -> String {
    let (code, text) = reply.split_once(' ').unwrap_or((reply, ""));
    match from_base64(text) {
        Ok(text) => format!("{code} {text}"),
        Err(_) => reply.into(),
    }
}
