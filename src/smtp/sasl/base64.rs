//! Base64 (RFC 4648 section 4), read as the Cyrus library reads it.

use crate::smtp::bytes::{decode, encode};
use crate::smtp::sasl::mechanism::BAD_PROTOCOL;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 with padding (RFC 4648 section 4).
///
/// ```
/// assert_eq!(smtp_terminal::smtp::sasl::to_base64(b"Username:"), "VXNlcm5hbWU6");
/// ```
pub fn to_base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |w, &b| w << 8 | u32::from(b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            if i <= chunk.len() {
                let digit = word >> (18 - 6 * i) & 63;
                out.push(char::from(ALPHABET[digit as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// Base64 back to text.
///
/// # Errors
/// The Cyrus library's word for text that is not base64, or that breaks off.
pub fn from_base64(text: &str) -> Result<String, &'static str> {
    let text = encode(text);
    let (chunks, rest) = text.as_chunks::<4>();
    let mut bytes = Vec::with_capacity(chunks.len() * 3);
    let mut ended = false;
    for chunk in chunks {
        let padding = chunk.iter().rev().take_while(|&&b| b == b'=').count();
        if padding > 2 || ended {
            return Err(BAD_PROTOCOL);
        }
        ended = padding > 0;
        let mut word = 0u32;
        for &b in &chunk[..4 - padding] {
            let digit = ALPHABET.iter().position(|&a| a == b);
            word = word << 6 | digit.ok_or(BAD_PROTOCOL)? as u32;
        }
        word <<= 6 * padding as u32;
        bytes.extend_from_slice(&word.to_be_bytes()[1..4 - padding]);
    }
    match (rest.is_empty(), ended) {
        (true, _) => Ok(decode(&bytes).into_owned()),
        (false, true) => Err(BAD_PROTOCOL),
        (false, false) => Err("another step is needed in authentication"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_both_ways() {
        for text in ["", "a", "ab", "abc", "\0user\0secret"] {
            assert_eq!(
                from_base64(&to_base64(text.as_bytes())).as_deref(),
                Ok(text)
            );
        }
        assert!(from_base64("ab").is_err_and(|why| why.starts_with("another step")));
        assert_eq!(from_base64("a=bc"), Err(BAD_PROTOCOL));
        assert_eq!(from_base64("ab==abcd"), Err(BAD_PROTOCOL));
        assert_eq!(from_base64("ab==a"), Err(BAD_PROTOCOL));
    }
}
