//! What stands between `-----BEGIN` and `-----END`. Nothing here is a real key or certificate: it is
//! what was asked for, as text among made-up bytes, so that it can be read again.

use crate::smtp::sasl::{from_base64, to_base64};

/// Bytes that depend on a text alone.
pub(super) fn noise(seed: &str, count: usize) -> Vec<u8> {
    let mut state = 0x811c_9dc5_u32;
    for byte in seed.bytes() {
        state = (state ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    let mut bytes = Vec::with_capacity(count);
    state |= 1;
    while bytes.len() < count {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        bytes.push(state as u8);
    }
    bytes
}

/// Bytes in front of the text, as a real one begins.
const START: [u8; 12] = [
    0x30, 0x82, 0x02, 0xf8, 0x30, 0x82, 0x01, 0xe0, 0xa0, 0x03, 0x02, 0x01,
];

/// Lines of text as a key, a request or a certificate of so many bytes.
pub(super) fn write(kind: &str, lines: &[&str], size: usize) -> String {
    let text = lines.join("\n");
    let mut bytes = START.to_vec();
    bytes.extend(text.bytes());
    bytes.push(0);
    let rest = size.saturating_sub(bytes.len());
    bytes.extend(noise(&text, rest));
    let code = to_base64(&bytes);
    let mut pem = format!("-----BEGIN {kind}-----\n");
    let mut rest = code.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem + &format!("-----END {kind}-----\n")
}

/// The first one of a kind in a text: its lines.
pub(super) fn read(kind: &str, text: &str) -> Option<Vec<String>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {kind}-----\n"))?;
    let (code, _) = rest.split_once("-----END")?;
    let code: String = code.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let whole = from_base64(&code).ok()?;
    let bytes = crate::smtp::bytes::encode(&whole);
    let bytes = bytes.strip_prefix(&START)?;
    let end = bytes.iter().position(|b| *b == 0)?;
    let text = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    Some(text.split('\n').map(str::to_string).collect())
}

/// A certificate of a name, made by another or by itself, for some time.
#[derive(Debug)]
pub(super) struct Certificate {
    pub(super) subject: String,
    pub(super) issuer: String,
    /// `Nov 24 10:00:00 2026 GMT`.
    pub(super) begins: String,
    pub(super) ends: String,
    /// When it ends, in seconds.
    pub(super) last: u64,
    pub(super) names: String,
    /// What its key is made of.
    pub(super) key: String,
}

impl Certificate {
    pub(super) fn write(&self) -> String {
        let last = self.last.to_string();
        let lines = [
            self.subject.as_str(),
            &self.issuer,
            &self.begins,
            &self.ends,
            &last,
            &self.names,
            &self.key,
        ];
        write("CERTIFICATE", &lines, 764)
    }

    pub(super) fn read(text: &str) -> Option<Certificate> {
        let mut lines = read("CERTIFICATE", text)?.into_iter();
        Some(Certificate {
            subject: lines.next()?,
            issuer: lines.next()?,
            begins: lines.next()?,
            ends: lines.next()?,
            last: lines.next()?.parse().ok()?,
            names: lines.next()?,
            key: lines.next()?,
        })
    }
}
