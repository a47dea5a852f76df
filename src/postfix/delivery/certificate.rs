//! What stands between `-----BEGIN` and `-----END`, and what others think of it. Nothing here is a real key
//! or certificate: it is what was asked for, as text among made-up bytes, so that it can be read again.

use std::time::Duration;

use crate::files::Files;
use crate::postfix::config::main_cf::Config;
use crate::smtp::sasl::{from_base64, to_base64};
use crate::time::Time;

/// Bytes that depend on a text alone.
pub fn noise(seed: &str, count: usize) -> Vec<u8> {
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

/// Bytes in front of the text, as a real certificate begins.
const START: [u8; 12] = [
    0x30, 0x82, 0x02, 0xf8, 0x30, 0x82, 0x01, 0xe0, 0xa0, 0x03, 0x02, 0x01,
];

/// What stands right before the text.
const MARK: &[u8] = &[0xa0, 0x03, 0x02, 0x01];

/// Lines of text as a request or a certificate of so many bytes.
pub fn write(kind: &str, lines: &[&str], size: usize) -> String {
    let text = lines.join("\n");
    let mut bytes = START.to_vec();
    bytes.extend(text.bytes());
    bytes.push(0);
    let rest = size.saturating_sub(bytes.len());
    bytes.extend(noise(&text, rest));
    armour(kind, &bytes)
}

fn armour(kind: &str, bytes: &[u8]) -> String {
    let code = to_base64(bytes);
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

/// A value of ASN.1 as DER writes it (X.690, 8.1).
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len() as u32;
    let count = match length {
        0..=0x7f => 0,
        0x80..=0xff => 1,
        _ => 2,
    };
    let mut bytes = vec![tag];
    if count > 0 {
        bytes.push(0x80 | count);
    }
    bytes.extend(&length.to_be_bytes()[4 - usize::from(count.max(1))..]);
    bytes.extend(content);
    bytes
}

/// `rsaEncryption` (RFC 8017, appendix A.1).
const ALGORITHM: [u8; 15] = [
    0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0,
];

/// The modulus of a key of so many bits: made up, but as long as it says.
pub fn modulus(text: &str, bits: usize) -> Vec<u8> {
    let mut bytes = noise(text, bits.div_ceil(8));
    if let Some(first) = bytes.first_mut() {
        *first = 0x80 | *first >> 1;
        *first >>= (8 - bits % 8) % 8;
    }
    if let Some(last) = bytes.last_mut() {
        *last |= 1;
    }
    bytes
}

/// A key of a text and so many bits, with lengths and structure as RSA's have them: the public one
/// (`SubjectPublicKeyInfo`, RFC 5280), or the private one (RFC 5208), in which the text can be read again.
pub fn key(text: &str, bits: usize, is_public: bool) -> String {
    // A number is positive if its first bit is none.
    let number = |bytes: &[u8]| match bytes.first() {
        Some(0x80..) => der(2, &[&[0], bytes].concat()),
        _ => der(2, bytes),
    };
    let mut numbers = [&*number(&modulus(text, bits)), &[2, 3, 1, 0, 1]].concat();
    if is_public {
        let bits = der(3, &[&[0], &*der(0x30, &numbers)].concat());
        let whole = [&ALGORITHM, &*bits].concat();
        return armour("PUBLIC KEY", &der(0x30, &whole));
    }
    // What a real one has beside the modulus is one number here.
    let secret = [&[0x5b], MARK, text.as_bytes(), &[0], &noise(text, bits)];
    let mut secret = secret.concat();
    secret.truncate((bits * 113 / 256 + 9).max(6 + text.len()));
    numbers.extend(number(&secret));
    let numbers = [&[2, 1, 0], &*numbers].concat();
    let octets = der(4, &der(0x30, &numbers));
    let whole = [&[2, 1, 0], &ALGORITHM[..], &octets].concat();
    armour("PRIVATE KEY", &der(0x30, &whole))
}

/// The first one of a kind in a text: its lines.
pub fn read(kind: &str, text: &str) -> Option<Vec<String>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {kind}-----\n"))?;
    let (code, _) = rest.split_once("-----END")?;
    let code: String = code.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let whole = from_base64(&code).ok()?;
    let bytes = crate::smtp::bytes::encode(&whole);
    let at = bytes.windows(MARK.len()).position(|own| own == MARK)?;
    let bytes = bytes.get(at + MARK.len()..)?;
    let end = bytes.iter().position(|b| *b == 0)?;
    let text = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    Some(text.split('\n').map(str::to_string).collect())
}

/// A certificate of a name, made by another or by itself, for some time.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// `C = IN, CN = smtp.safeer.in`.
    pub subject: String,
    /// Who has signed it.
    pub issuer: String,
    /// `Nov 24 10:00:00 2026 GMT`.
    pub begins: String,
    /// The same of its end.
    pub ends: String,
    /// When it ends, in seconds.
    pub last: u64,
    /// `DNS:smtp.safeer.in, DNS:safeer.in`.
    pub names: String,
    /// What its key is made of.
    pub key: String,
}

/// Who signs what certbot asks for; every machine believes it.
const AUTHORITY: &str = "C = US, O = Let's Encrypt, CN = R11";

impl Certificate {
    /// One that begins now, for so many days; `names` as they are kept, `key` is what it is made of.
    pub fn new([subject, issuer, names, key]: [&str; 4], days: u32, now: Time) -> Certificate {
        let end = now + Duration::from_secs(u64::from(days) * 86_400);
        let date = |date: String| format!("{} GMT", date.get(4..).unwrap_or(""));
        Certificate {
            subject: subject.into(),
            issuer: issuer.into(),
            begins: date(now.mailbox_date()),
            ends: date(end.mailbox_date()),
            last: end.seconds(),
            names: names.into(),
            key: key.into(),
        }
    }

    /// The authority's own.
    pub fn authority(now: Time) -> Certificate {
        Certificate::new([AUTHORITY, AUTHORITY, "", "2048 R11"], 3_650, now)
    }

    /// One of a host that the authority has signed, as certbot gets it.
    pub fn signed(name: &str, now: Time) -> Certificate {
        let (subject, names) = (format!("CN = {name}"), format!("DNS:{name}"));
        let key = format!("2048 {name}");
        Certificate::new([&subject, AUTHORITY, &names, &key], 90, now)
    }

    /// As PEM.
    pub fn write(&self) -> String {
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

    /// The first one of a file.
    pub fn read(text: &str) -> Option<Certificate> {
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

    /// One that a host has signed itself.
    pub fn own(name: &str, now: Time) -> Certificate {
        let year = now.calendar().year;
        Certificate {
            subject: format!("CN = {name}"),
            issuer: format!("CN = {name}"),
            begins: format!("Jan  1 00:00:00 {year} GMT"),
            ends: format!("Dec 30 00:00:00 {} GMT", year + 9),
            last: (now + Duration::from_secs(3_650 * 86_400)).seconds(),
            names: format!("DNS:{name}"),
            key: format!("2048 {name}"),
        }
    }

    /// What a server shows: what is in the file that its main.cf names, where that can be read.
    pub fn of(config: &Config, files: &Files) -> Option<Certificate> {
        let chain = config.list("smtpd_tls_chain_files");
        let single = config.get("smtpd_tls_cert_file");
        let path = chain.first().map_or(single.as_str(), String::as_str);
        files.get(path).and_then(Certificate::read)
    }

    /// The texts of the certificates that somebody believes in: a file, or a folder, in which their names
    /// end with `.0`, as OpenSSL's rehash has them.
    pub fn anchors(files: &Files, places: &[String]) -> String {
        let mut text = String::new();
        for place in places.iter().filter(|place| !place.is_empty()) {
            let folder = format!("{}/", place.trim_end_matches('/'));
            let own = files.iter().filter(|(path, _)| {
                path == place || (path.starts_with(&folder) && path.ends_with(".0"))
            });
            own.for_each(|(_, content)| text.push_str(content));
        }
        text
    }

    /// What is wrong with it for a client, by OpenSSL's number; 0 is nothing. `anchors` are the texts of
    /// the certificates that it believes in.
    pub fn fault(&self, anchors: &str, now: Time) -> u32 {
        let begins = "-----BEGIN CERTIFICATE";
        let mut known = anchors.split(begins).skip(1);
        let is_known = known.any(|text| {
            let found = Certificate::read(&format!("{begins}{text}"));
            found.is_some_and(|anchor| anchor.subject == self.issuer)
        });
        match is_known {
            true if self.last < now.seconds() => 10,
            true => 0,
            false if self.subject == self.issuer => 18,
            false => 20,
        }
    }

    /// A name of somebody as older programs write it: `/C=IN/CN=smtp.safeer.in`.
    pub fn line(name: &str) -> String {
        format!("/{}", name.replace(", ", "/").replace(" = ", "="))
    }

    /// Whether it is for a host, or for one below a domain that is written with a dot before it. `*`
    /// stands for one label.
    pub fn is_for(&self, host: &str) -> bool {
        let common = self.subject.rsplit("CN = ").next().unwrap_or("");
        let mut names = self
            .names
            .split(", ")
            .filter_map(|n| n.strip_prefix("DNS:"));
        let fits = |name: &str| match name.strip_prefix('*') {
            _ if host.starts_with('.') => name.ends_with(host),
            Some(rest) => host
                .find('.')
                .is_some_and(|dot| host[dot..].eq_ignore_ascii_case(rest)),
            None => name.eq_ignore_ascii_case(host),
        };
        match self.names.is_empty() {
            true => fits(common),
            false => names.any(fits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(subject: &str, issuer: &str, days: u64) -> Certificate {
        Certificate {
            subject: format!("CN = {subject}"),
            issuer: format!("CN = {issuer}"),
            last: days * 86_400,
            names: format!("DNS:{subject}"),
            ..Certificate::own("x", Time::default())
        }
    }

    #[test]
    fn who_is_believed() {
        let now = Time(20_000 * 86_400 * 1_000_000);
        let anchors = signed("Village CA", "Village CA", 30_000).write();
        let faults = [
            signed("mail.example", "mail.example", 30_000),
            signed("mail.example", "Village CA", 30_000),
            signed("mail.example", "Village CA", 10_000),
            signed("mail.example", "Nobody", 30_000),
        ]
        .map(|shown| shown.fault(&anchors, now));
        assert_eq!(faults, [18, 0, 10, 20]);
        assert_eq!(signed("a", "Village CA", 30_000).fault("", now), 20);
    }

    #[test]
    fn names() {
        let wild = signed("*.tls.example", "x", 1);
        let fits = [
            "a.tls.example",
            "a.b.tls.example",
            "tls.example",
            ".tls.example",
            "x",
        ];
        let fits = fits.map(|host| wild.is_for(host));
        assert_eq!(fits, [true, false, false, true, false]);
    }
}
