//! Characters as Postfix sees them.
//!
//! A client may send any bytes. Inside the program a command is a `String`, so bytes that are
//! not UTF-8 are carried as private-use characters ([`decode`]) and become the same bytes
//! again on the way out ([`encode`]). The remaining functions are Postfix's rules for what may
//! appear in a reply or a log line.

use std::borrow::Cow;

/// First of the 256 private-use characters that stand for bytes which are not UTF-8.
const RAW: u32 = 0xF700;

/// The byte that a private-use character stands for, if it is one.
fn raw_byte(c: char) -> Option<u8> {
    u8::try_from((c as u32).wrapping_sub(RAW)).ok()
}

/// Reads bytes as text without losing any.
///
/// ```
/// use smtp_terminal::smtp::text::{decode, encode};
/// let odd = b"caf\xe9 \xc3\xa9";
/// assert_eq!(encode(&decode(odd)), odd);
/// ```
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(
            chunk
                .invalid()
                .iter()
                .filter_map(|&b| char::from_u32(RAW + u32::from(b))),
        );
    }
    text.into()
}

/// Writes text that [`decode`] made as the bytes that it was.
pub fn encode(text: &str) -> Vec<u8> {
    if text.is_ascii() {
        return text.as_bytes().to_vec();
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match raw_byte(c) {
            Some(b) => bytes.push(b),
            None => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

/// Whether a byte is white space to Postfix's tokeniser (C's `isspace` in the C locale).
pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// [`is_space`], of a byte.
pub fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Replaces what must not reach a terminal or a log file.
///
/// `utf8` is Postfix's `smtputf8_enable`: with it well-formed UTF-8 is left alone, without it
/// every byte outside printable ASCII is replaced.
///
/// ```
/// use smtp_terminal::smtp::text::printable;
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
/// assert_eq!(smtp_terminal::smtp::text::escape(b"QUIT\r\n\x01"), r"QUIT\r\n\001");
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

/// Whether a word looks like the start of a message header, `Name:`: what a browser or a
/// message sent after a refused `DATA` would say. Postfix hangs up on it.
pub fn is_header(word: &str) -> bool {
    let mut name = false;
    let mut space = false;
    for c in word.chars() {
        match c {
            ':' => return name,
            ' ' | '\t' if name => space = true,
            _ if !c.is_ascii() || c.is_ascii_control() || space || c == ' ' => return false,
            _ => name = true,
        }
    }
    false
}

/// Decodes RFC 3461 section 4 `xtext`; `None` where a `+` is not followed by two hex digits.
///
/// ```
/// use smtp_terminal::smtp::text::xtext_decode;
/// assert_eq!(xtext_decode("a+3Db").as_deref(), Some("a=b"));
/// assert_eq!(xtext_decode("a+3"), None);
/// ```
pub fn xtext_decode(quoted: &str) -> Option<String> {
    let quoted = encode(quoted);
    let mut bytes = Vec::with_capacity(quoted.len());
    let mut rest = quoted.as_slice();
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        if b == b'+' {
            let [high, low, tail @ ..] = rest else {
                return None;
            };
            let digit = |d: u8| char::from(d).to_digit(16);
            bytes.push((digit(*high)? * 16 + digit(*low)?) as u8);
            rest = tail;
        } else {
            bytes.push(b);
        }
    }
    Some(decode(&bytes).into_owned())
}

/// Decodes RFC 6533 section 3 `utf-8-addr-xtext`: `\x{HEX}` stands for a character.
pub fn uxtext_decode(quoted: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = quoted;
    while let Some((before, coded)) = rest.split_once("\\x{") {
        let (hex, after) = coded.split_once('}')?;
        // No digits at all stand for zero, as they do in Postfix.
        let digits = if hex.is_empty() { "0" } else { hex };
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        out.push_str(before);
        out.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(encode(&decode(&all)), all);
    }

    #[test]
    fn headers_are_told_from_commands() {
        assert!(is_header("Subject:"));
        assert!(is_header("To:x"));
        assert!(!is_header("HELO"));
        assert!(!is_header(":"));
    }
}
