//! Bytes as text, and back.
//!
//! A client may send any bytes. Inside the program a command is a `String`, so bytes that are
//! not UTF-8 are carried as private-use characters ([`decode`]) and become the same bytes
//! again on the way out ([`encode`]).

use std::borrow::Cow;

/// First of the 256 private-use characters that stand for bytes which are not UTF-8.
const RAW: u32 = 0xF700;

/// The byte that a private-use character stands for, if it is one.
pub(super) fn raw_byte(c: char) -> Option<u8> {
    u8::try_from((c as u32).wrapping_sub(RAW)).ok()
}

/// Reads bytes as text without losing any.
///
/// ```
/// use smtp_terminal::smtp::bytes::{decode, encode};
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(encode(&decode(&all)), all);
    }
}
