//! The codings of parameter values: `xtext` (RFC 3461) and `utf-8-addr-xtext` (RFC 6533).

use crate::smtp::bytes::{decode, encode};

/// Decodes RFC 3461 section 4 `xtext`, up to a NUL, at which a text ends in C; `None` where a `+` is not
/// followed by two hex digits.
///
/// ```
/// use smtp_terminal::smtp::xtext::xtext_decode;
/// assert_eq!(xtext_decode("a+3Db").as_deref(), Some("a=b"));
/// assert_eq!(xtext_decode("a+00b").as_deref(), Some("a"));
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
    let text = bytes.split(|&b| b == 0).next().unwrap_or_default();
    Some(decode(text).into_owned())
}

/// Decodes RFC 6533 section 3 `utf-8-addr-xtext`: `\x{HEX}` stands for a character.
///
/// ```
/// use smtp_terminal::smtp::xtext::uxtext_decode;
/// assert_eq!(uxtext_decode("\\x{E9}t\\x{E9}").as_deref(), Some("été"));
/// assert_eq!(uxtext_decode("\\x{D800}"), None);
/// ```
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
        let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
        out.push_str(&decode(c.encode_utf8(&mut [0; 4]).as_bytes()));
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}
