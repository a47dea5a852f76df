//! Postfix's rules for what may appear in a reply or a log line.

use crate::smtp::bytes::raw_byte;

/// Replaces what must not reach a terminal or a log file.
///
/// `utf8` is Postfix's `smtputf8_enable`: with it well-formed UTF-8 is left alone, without it
/// every byte outside printable ASCII is replaced.
///
/// ```
/// use smtp_terminal::smtp::printable::printable;
/// assert_eq!(printable("a\tb\u{7f}", '?', true), "a?b?");
/// assert_eq!(printable("é", '?', false), "??");
/// ```
pub fn printable(text: &str, replacement: char, utf8: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' '..='~' => out.push(c),
            _ if c.is_ascii() || raw_byte(c).is_some() => out.push(replacement),
            _ if utf8 => out.push(c),
            _ => out.extend(std::iter::repeat_n(replacement, c.len_utf8())),
        }
    }
    out
}

/// Replaces each character that occurs in `bad`.
pub fn neuter(text: &str, bad: &str, replacement: char) -> String {
    text.chars()
        .map(|c| if bad.contains(c) { replacement } else { c })
        .collect()
}

/// Writes bytes with C escapes, three octal digits for those that have no letter.
///
/// ```
/// assert_eq!(smtp_terminal::smtp::printable::escape(b"QUIT\r\n\x01"), r"QUIT\r\n\001");
/// ```
pub fn escape(bytes: &[u8]) -> String {
    let mut out = String::new();
    for &b in bytes {
        match b {
            b' '..=b'~' if b != b'\\' => out.push(char::from(b)),
            0x07 => out.push_str("\\a"),
            0x08 => out.push_str("\\b"),
            0x0c => out.push_str("\\f"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x0b => out.push_str("\\v"),
            b'\\' => out.push_str("\\\\"),
            _ => out.push_str(&format!("\\{b:03o}")),
        }
    }
    out
}

/// The first `bytes` bytes, never cutting a character in two (C's `%.100s`).
pub fn head(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
