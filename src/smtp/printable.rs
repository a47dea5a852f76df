//! Postfix's rules for what may appear in a reply or a log line.

use std::borrow::Cow;
use std::iter::repeat_n;

use crate::smtp::bytes::{decode, encode};

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
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return text.into();
    }
    let bytes = encode(text);
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                ' '..='~' => out.push(c),
                _ if utf8 && !c.is_ascii() => {
                    out.push_str(&decode(c.encode_utf8(&mut [0; 4]).as_bytes()));
                }
                _ => out.extend(repeat_n(replacement, c.len_utf8())),
            }
        }
        out.extend(repeat_n(replacement, chunk.invalid().len()));
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

/// The first `bytes` bytes, be it in the middle of a character (C's `%.100s`).
///
/// ```
/// use smtp_terminal::smtp::printable::{head, printable};
/// assert_eq!(head("QUIT", 2), "QU");
/// assert_eq!(printable(&head("né", 2), '?', true), "n?");
/// ```
pub fn head(text: &str, bytes: usize) -> Cow<'_, str> {
    if text.len() <= bytes {
        return text.into();
    }
    if let Some(head) = text.get(..bytes).filter(|head| head.is_ascii()) {
        return head.into();
    }
    let mut all = encode(text);
    all.truncate(bytes);
    decode(&all).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_replaced_and_characters_are_not() {
        let typed = decode("a\u{F7E9}é\n".as_bytes());
        assert_eq!(
            encode(&printable(&typed, '?', true)),
            "a\u{F7E9}é?".as_bytes()
        );
        assert_eq!(printable(&typed, '?', false), "a??????");
        assert_eq!(printable(&decode(b"a\xef\x9e\xc3\xa9"), '?', true), "a??é");
    }

    #[test]
    fn the_first_bytes_are_those_of_the_client() {
        assert_eq!(encode(&head(&decode(b"\xe9\xe9\xe9"), 2)), b"\xe9\xe9");
        assert_eq!(encode(&head("éé", 3)), b"\xc3\xa9\xc3");
        assert_eq!(head("éé", 4), "éé");
        assert_eq!(head("abc", 3), "abc");
    }
}
