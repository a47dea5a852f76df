//! Which names and addresses of hosts are well formed, by Postfix's rules.

/// Longest label of a domain name (RFC 1035 section 2.3.4).
const LABEL: usize = 63;
/// Longest domain name.
const NAME: usize = 255;

/// A host name: letters, digits, hyphens and underscores in labels, and not only digits.
///
/// ```
/// use smtp_terminal::smtp::hostname::is_hostname;
/// assert!(is_hostname("penguinpower"));
/// assert!(!is_hostname("10.25.0.1"));
/// assert!(!is_hostname("two..dots"));
/// ```
pub fn is_hostname(name: &str) -> bool {
    let label = |label: &str| {
        (1..=LABEL).contains(&label.bytes().filter(|&b| b != b'-').count())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    name.len() <= NAME
        && name.split('.').all(label)
        && name.bytes().any(|b| !b.is_ascii_digit() && b != b'.')
}

/// A host name that may hold non-ASCII letters where SMTPUTF8 is enabled.
pub fn is_utf8_hostname(name: &str, utf8: bool) -> bool {
    if utf8 && !name.is_ascii() {
        return name.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(is_label_char)
        });
    }
    is_hostname(name)
}

/// What UTS 46 lets into a label, nearly: letters, marks, digits and symbols of every script, but
/// no controls, spaces and private-use characters. The whole table weighs more than this layer.
fn is_label_char(c: char) -> bool {
    match c {
        _ if c.is_ascii() => c.is_ascii_alphanumeric() || matches!(c, '-' | '_'),
        '\u{80}'..='\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2026}' => false,
        '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3000}' => false,
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => false,
        _ => true,
    }
}

/// A dotted quad, or an IPv6 address without a prefix.
pub fn is_hostaddr(addr: &str) -> bool {
    if addr.contains(':') {
        is_ipv6(addr)
    } else {
        is_ipv4(addr)
    }
}

/// Four decimal bytes; the first may not be zero unless all are.
pub fn is_ipv4(addr: &str) -> bool {
    let mut bytes = 0;
    for part in addr.split('.') {
        let well_formed = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        // Leading zeros are digits like any other, so compare the value, not the length.
        let value = part.trim_start_matches('0');
        if !well_formed || value.len() > 3 || value.parse::<u16>().unwrap_or(0) > 255 {
            return false;
        }
        if bytes == 0 && value.is_empty() && addr.bytes().any(|b| b != b'0' && b != b'.') {
            return false;
        }
        bytes += 1;
    }
    bytes == 4
}

/// An IPv6 address in any of its textual forms, and some more that Postfix takes for one: of what
/// ends with a dotted quad it counts no fields.
pub fn is_ipv6(addr: &str) -> bool {
    let bytes = addr.as_bytes();
    let (mut at, mut length, mut field, mut null) = (0, 0, 0, 0);
    loop {
        match bytes.get(at) {
            None => return field >= 2 && (length > 0 || null + 1 == field),
            Some(b'.') => {
                let last = addr.get(at - length..).unwrap_or("");
                return (2..=6).contains(&field) && is_ipv4(last);
            }
            Some(b':') => {
                let next = bytes.get(at + 1);
                if field == 0 && length == 0 && next.is_some_and(u8::is_ascii_alphanumeric) {
                    return false;
                }
                field += 1;
                if field > 7 || next == Some(&b':') && null > 0 {
                    return false;
                }
                if next == Some(&b':') {
                    null = field;
                }
                (at, length) = (at + 1, 0);
            }
            Some(_) => {
                let rest = bytes.get(at..).unwrap_or_default();
                length = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
                if !(1..=4).contains(&length) {
                    return false;
                }
                at += length;
            }
        }
    }
}

/// The address inside an SMTP address literal, with or without the `IPv6:` tag
/// (RFC 5321 section 4.1.3), or `None`.
pub fn mailhost_addr(addr: &str) -> Option<&str> {
    match addr.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("ipv6:") => Some(&addr[5..]).filter(|a| is_ipv6(a)),
        _ => Some(addr).filter(|a| is_ipv4(a)),
    }
}

/// A whole address literal: `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
pub fn is_mailhost_literal(text: &str) -> bool {
    text.strip_prefix('[')
        .and_then(|t| t.strip_suffix(']'))
        .is_some_and(|inner| !inner.contains(']') && mailhost_addr(inner).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert!(is_ipv4("127.0.0.1") && is_ipv4("0.0.0.0"));
        assert!(!is_ipv4("0.1.2.3") && !is_ipv4("1.2.3") && !is_ipv4("1.2.3.256"));
        assert!(is_mailhost_literal("[IPv6:::1]") && is_mailhost_literal("[127.0.0.1]"));
        assert!(!is_mailhost_literal("[::1]") && !is_mailhost_literal("[1.2.3.4]x"));
    }

    #[test]
    fn names() {
        assert!(is_hostname("a-b.c_d") && !is_hostname("-a") && !is_hostname("a.-b"));
        assert!(!is_hostname("") && !is_hostname("a.") && !is_hostname("a b"));
    }
}
