//! Addresses of this host made into ones that others can answer, on the way out (generic(5)).

use std::sync::Arc;

use crate::postfix::address::resolve::Resolver;
use crate::postfix::cleanup::rewriting::mapped;
use crate::postfix::lookup::maps::Maps;
use crate::postfix::queue::file::QueueFile;
use crate::smtp::bytes::{decode, encode};

/// Headers that hold addresses.
const HEADERS: [&str; 12] = [
    "from",
    "to",
    "cc",
    "bcc",
    "reply-to",
    "sender",
    "errors-to",
    "return-receipt-to",
    "resent-from",
    "resent-to",
    "resent-cc",
    "resent-sender",
];

/// Rewrites envelope and headers of a copy; extensions of addresses are kept or not.
pub fn rewrite(file: &mut QueueFile, (maps, propagates): (&Maps, bool), resolver: &Resolver) {
    if maps.is_empty() {
        return;
    }
    let map = |address: &str| {
        let found = mapped(maps, address, propagates, resolver).ok().flatten();
        found.and_then(|all| all.into_iter().next())
    };
    if let Some(sender) = map(&file.sender) {
        file.sender = sender;
    }
    for recipient in &mut file.recipients {
        if let Some(address) = map(&recipient.address) {
            recipient.address = address;
        }
    }
    let text = decode(&file.text).into_owned();
    let (headers, body) = match text.find("\n\n") {
        Some(end) => text.split_at(end),
        None => (text.as_str(), ""),
    };
    let mut out = String::with_capacity(text.len());
    let mut is_address = false;
    for line in headers.split_inclusive('\n') {
        if !line.starts_with([' ', '\t']) {
            let name = line.split(':').next().unwrap_or("").trim();
            is_address = HEADERS.iter().any(|known| known.eq_ignore_ascii_case(name));
        }
        if !is_address {
            out.push_str(line);
            continue;
        }
        let is_between = |c: char| c.is_whitespace() || "<>,;()\"".contains(c);
        for piece in line.split_inclusive(is_between) {
            let word = piece.trim_end_matches(is_between);
            let new = if word.contains('@') { map(word) } else { None };
            out.push_str(new.as_deref().unwrap_or(word));
            out.push_str(piece.strip_prefix(word).unwrap_or(""));
        }
    }
    out.push_str(body);
    file.text = Arc::from(encode(&out));
}
