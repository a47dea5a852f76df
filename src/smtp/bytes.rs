//! Bytes as text, and back.
//!
//! A client may send any bytes, and a file may hold any. Inside the program they are a `String`,
//! in which a byte that is no part of UTF-8 is carried as one of 128 private-use characters, its
//! *stand-in*. So that the two can always be told apart, no other text holds a stand-in: where the
//! bytes of one arrive in UTF-8, they are carried as three stand-ins themselves.
//!
//! All text comes in through [`decode`], what somebody types and what a scenario says too, and goes
//! out through [`encode`] (as bytes) or [`shown`] (to a reader). Each byte string has one text, and
//! [`encode`] finds the bytes again; pieces of a text may be put together in any way.

use std::borrow::Cow;

/// A byte that is no part of UTF-8, from 0x80 on, is carried as the character so much further on.
const STAND_IN: u32 = 0xF700;

/// The byte that a character stands for, if it is a stand-in.
fn raw_byte(c: char) -> Option<u8> {
    match c {
        // The lower half of the code point is the byte.
        '\u{F780}'..='\u{F7FF}' => Some(c as u32 as u8),
        _ => None,
    }
}

fn push_raw(text: &mut String, bytes: &[u8]) {
    let stand_in = |&byte: &u8| char::from_u32(STAND_IN + u32::from(byte));
    text.extend(bytes.iter().filter_map(stand_in));
}

fn has_stand_in(text: &str) -> bool {
    // Nearly all text is ASCII, and that is soon seen.
    !text.is_ascii() && text.chars().any(|c| raw_byte(c).is_some())
}

/// Reads bytes as text without losing any.
///
/// ```
/// use smtp_terminal::smtp::bytes::{decode, encode};
/// let odd = b"caf\xe9 \xc3\xa9";
/// assert_eq!(encode(&decode(odd)), odd);
/// // What is typed is read in the same way.
/// let typed = "\u{F7E9}";
/// assert_eq!(encode(&decode(typed.as_bytes())), typed.as_bytes());
/// ```
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !has_stand_in(text) => return text.into(),
        _ => {}
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match raw_byte(c) {
                Some(_) => push_raw(&mut text, c.encode_utf8(&mut [0; 4]).as_bytes()),
                None => text.push(c),
            }
        }
        push_raw(&mut text, chunk.invalid());
    }
    text.into()
}

/// Writes text as the bytes that [`decode`] made it from.
pub fn encode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    encode_into(text, &mut bytes);
    bytes
}

/// [`encode`], to the end of what is there already.
pub fn encode_into(text: &str, bytes: &mut Vec<u8>) {
    if !has_stand_in(text) {
        bytes.extend_from_slice(text.as_bytes());
        return;
    }
    for c in text.chars() {
        match raw_byte(c) {
            Some(b) => bytes.push(b),
            None => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// Writes text for a reader, as a terminal shows it: U+FFFD where bytes are not UTF-8.
///
/// ```
/// use smtp_terminal::smtp::bytes::{decode, shown};
/// assert_eq!(shown(&decode(b"caf\xe9")), "caf\u{FFFD}");
/// assert_eq!(shown(&decode("\u{F7E9}".as_bytes())), "\u{F7E9}");
/// ```
pub fn shown(text: &str) -> Cow<'_, str> {
    match has_stand_in(text) {
        true => String::from_utf8_lossy(&encode(text)).into_owned().into(),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of which many are the start, the middle or the end of a character.
    fn odd_bytes(random: &mut fastrand::Rng) -> Vec<u8> {
        let some = b"\0\r\nA.~\x80\x8d\x8a\x9e\x9f\xa9\xbf\xc3\xe2\xed\xef\xf0\xff";
        let byte = |random: &mut fastrand::Rng| match random.bool() {
            true => random.u8(..),
            false => some[random.usize(..some.len())],
        };
        (0..random.usize(..12)).map(|_| byte(random)).collect()
    }

    /// Text of which many characters are private-use ones.
    fn odd_text(random: &mut fastrand::Rng) -> String {
        let c = |random: &mut fastrand::Rng| match random.u8(..4) {
            0 => random.char('\u{F6FF}'..='\u{F800}'),
            1 => random.char('\u{F780}'..='\u{F7FF}'),
            2 => random.char(..),
            _ => random.char('\0'..='\u{FF}'),
        };
        (0..random.usize(..12)).map(|_| c(random)).collect()
    }

    #[test]
    fn bytes_have_one_text_each() {
        let mut random = fastrand::Rng::with_seed(11);
        let mut texts = std::collections::HashMap::new();
        for _ in 0..100_000 {
            let bytes = odd_bytes(&mut random);
            let text = decode(&bytes).into_owned();
            assert_eq!(encode(&text), bytes);
            // Nothing that is no line end becomes one.
            let ends = |b: u8| bytes.iter().filter(|&&x| x == b).count();
            assert_eq!(text.matches('\n').count(), ends(b'\n'), "{bytes:x?}");
            assert_eq!(text.matches('\r').count(), ends(b'\r'), "{bytes:x?}");
            if let Some(before) = texts.insert(text, bytes.clone()) {
                assert_eq!(before, bytes);
            }
        }
        assert!(texts.len() > 10_000);
    }

    #[test]
    fn text_is_text_whatever_its_characters() {
        let mut random = fastrand::Rng::with_seed(12);
        let mut changed = 0;
        for _ in 0..100_000 {
            let text = odd_text(&mut random);
            let inside = decode(text.as_bytes());
            assert_eq!(encode(&inside), text.as_bytes());
            assert_eq!(shown(&inside), text);
            changed += u32::from(*inside != *text);
        }
        assert!(changed > 10_000);
    }

    #[test]
    fn pieces_can_be_put_together() {
        let mut random = fastrand::Rng::with_seed(13);
        for _ in 0..20_000 {
            let bytes = odd_bytes(&mut random);
            let (start, end) = bytes.split_at(random.usize(..=bytes.len()));
            let text = decode(start) + decode(end);
            assert_eq!(encode(&text), bytes);
            assert_eq!(shown(&text), String::from_utf8_lossy(&bytes));
        }
    }
}
