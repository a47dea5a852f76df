//! DKIM (RFC 6376) as opendkim has it: mail from this host is signed, mail from elsewhere is looked at.
//!
//! There is no key in this world, so a signature is a number made of what it covers, and says itself that
//! it is simulated (`simulated=yes`): a message that has been changed on its way fails here as it would
//! elsewhere, and nobody can take the signature for a real one.

use crate::dns::{Data, Kind};
use crate::postfix::neighbour::letter::{insert, Letter, Made};
use crate::postfix::neighbour::Neighbour;
use crate::postfix::queue::text::split;
use crate::smtp::address::{internal, parse, Token};
use crate::smtp::bytes::decode;
use crate::smtp::sasl::to_base64;

/// The headers that are signed where they are there.
const SIGNED: [&str; 9] = [
    "from",
    "reply-to",
    "subject",
    "date",
    "to",
    "cc",
    "in-reply-to",
    "references",
    "list-id",
];

/// Headers, name and value, and the body.
type Parts = (Vec<(String, String)>, Vec<u8>);

fn parts(text: &[u8]) -> Parts {
    let (headers, mut body) = split(text);
    while let Some(shorter) = body.strip_suffix(b"\n") {
        body = shorter;
    }
    let pair = |header: &&[u8]| {
        let header = decode(header);
        let (name, value) = header.split_once(':')?;
        Some((name.to_string(), value.trim().to_string()))
    };
    (headers.iter().filter_map(pair).collect(), body.to_vec())
}

/// Bytes that a text and nothing else is likely to have (FNV-1a, again for each eight).
fn digest(text: &[u8], length: u8) -> String {
    let mut bytes = Vec::new();
    for round in 0..length {
        let mut hash = 0xcbf2_9ce4_8422_2325 ^ u64::from(round);
        for byte in text {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        bytes.extend(hash.to_be_bytes());
    }
    to_base64(&bytes)
}

/// The number that stands for a signature of these headers and of a body's number.
fn signature(headers: &[(String, String)], names: &str, about: &str) -> String {
    let mut covered = about.to_string();
    for name in names.split(':') {
        let own = headers
            .iter()
            .rfind(|(n, _)| n.eq_ignore_ascii_case(name.trim()));
        covered.extend(own.map_or("", |(_, value)| value).split_whitespace());
        covered.push('\n');
    }
    digest(covered.as_bytes(), 8)
}

/// The value of a tag.
fn tag(header: &str, name: &str) -> String {
    let found = header.split(';').find_map(|tag| {
        let (own, value) = tag.split_once('=')?;
        (own.trim() == name).then(|| value.split_whitespace().collect())
    });
    found.unwrap_or_default()
}

/// Signs or verifies.
pub(super) fn filter(own: &Neighbour, letter: &Letter, text: &mut Vec<u8>, made: &mut Made) {
    let (headers, body) = parts(text);
    let first = |name: &str| headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
    let from = first("from").map_or("", |(_, value)| value);
    let address = |token: &Token| match token {
        Token::Address(inner) => Some(internal(inner, false)),
        _ => None,
    };
    let from = parse(from).iter().find_map(address).unwrap_or_default();
    let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain);
    let is_own = !own.domain.is_empty() && domain.eq_ignore_ascii_case(&own.domain);
    let [client, address] = letter.client;
    let is_internal = address.starts_with("127.") || address == "::1";
    let mut log = |text: String| {
        let text = format!("{}: {text}", letter.id);
        made.notes.push(("opendkim", text));
    };
    if is_internal {
        if is_own {
            let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
            let is_signed = |name: &&&str| SIGNED.contains(&name.to_ascii_lowercase().as_str());
            let mut names: Vec<&str> = names.iter().filter(is_signed).copied().collect();
            names.push("From");
            let (names, domain, selector) = (names.join(":"), &own.domain, &own.by);
            let bh = digest(&body, 4);
            let b = signature(&headers, &names, &format!("{domain} {selector} {bh}"));
            let (b, rest) = b.split_at(64.min(b.len()));
            insert(
                text,
                &format!(
                    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d={domain}; s={selector};\n\
                     \tt={}; simulated=yes; bh={bh};\n\th={names};\n\tb={b}\n\t {rest}",
                    letter.at
                ),
            );
            log(format!(
                "DKIM-Signature field added (s={selector}, d={domain})"
            ));
        }
        return;
    }
    if is_own {
        log(format!(
            "external host {client} attempted to send as {domain}"
        ));
    }
    let Some((_, given)) = first("dkim-signature") else {
        return log("no signature data".into());
    };
    let [d, s, a, bh, b, names] = ["d", "s", "a", "bh", "b", "h"].map(|name| tag(given, name));
    let key = format!("{s}._domainkey.{d}");
    let found = letter.dns.map(|dns| dns.look_up(&key, Kind::Txt));
    let has_key = match found {
        Some(Ok(texts)) => texts
            .iter()
            .any(|data| matches!(data, Data::Txt(text) if text.contains("p="))),
        _ => false,
    };
    let is_good =
        bh == digest(&body, 4) && b == signature(&headers, &names, &format!("{d} {s} {bh}"));
    let seen = "(2048-bit key; unprotected) ";
    let (result, seen) = match (has_key, is_good) {
        (false, _) => {
            log(format!(
                "key retrieval failed (s={s}, d={d}): '{key}' record not found"
            ));
            ("fail reason=\"key not found in DNS\" ", "")
        }
        (true, false) => {
            log(format!("s={s} d={d} a={a} SSL "));
            log("bad signature data".into());
            ("fail reason=\"signature verification failed\" ", seen)
        }
        (true, true) => {
            log("DKIM verification successful".into());
            log(format!("s={s} d={d} a={a} SSL "));
            ("pass ", seen)
        }
    };
    let start = b.get(..8).unwrap_or(&b);
    insert(
        text,
        &format!(
            "Authentication-Results: {};\n\tdkim={result}{seen}header.d={d} header.i=@{d} \
             header.a={a} header.s={s} header.b={start};\n\tdkim-atps=neutral",
            letter.hostname
        ),
    );
}
