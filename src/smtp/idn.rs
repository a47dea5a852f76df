//! Domain names with letters of other scripts, as the domain name system has them.

use std::borrow::Cow;

use crate::platform;

/// Longest label of a domain name (RFC 1035 section 2.3.4).
const LABEL: usize = 63;

/// The name as the domain name system has it: labels with other letters in Punycode (RFC 3492).
///
/// ```
/// use smtp_terminal::smtp::idn::to_ascii;
/// assert_eq!(to_ascii("bücher.example"), "xn--bcher-kva.example");
/// assert_eq!(to_ascii("пример.example"), "xn--e1afmkfd.example");
/// assert_eq!(to_ascii("safeer.in"), "safeer.in");
/// ```
pub fn to_ascii(name: &str) -> Cow<'_, str> {
    if name.is_ascii() {
        return name.into();
    }
    let labels = name
        .split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'])
        .map(|label| {
            let label = platform::lower(label);
            // What is too long for a label has no other form, and would take its time.
            if label.is_ascii() || label.chars().count() > LABEL {
                label
            } else {
                format!("xn--{}", punycode(&label))
            }
        });
    labels.collect::<Vec<_>>().join(".").into()
}

/// RFC 3492 section 6.3, with the parameters of section 5.
fn punycode(label: &str) -> String {
    const BASE: u32 = 36;
    let threshold = |k: u32, bias: u32| k.saturating_sub(bias).clamp(1, 26);
    let digit = |d: u32| {
        char::from(if d < 26 {
            b'a' + d as u8
        } else {
            b'0' + (d - 26) as u8
        })
    };
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = out.len() as u32;
    if basic > 0 {
        out.push('-');
    }
    let (mut next, mut delta, mut bias, mut handled) = (0x80_u32, 0_u32, 72_u32, basic);
    let length = label.chars().count() as u32;
    while handled < length {
        let larger = label.chars().map(u32::from).filter(|&c| c >= next).min();
        let Some(least) = larger else { break };
        delta = delta.saturating_add((least - next).saturating_mul(handled + 1));
        next = least;
        for c in label.chars().map(u32::from) {
            if c < next {
                delta += 1;
            }
            if c == next {
                let mut rest = delta;
                let mut k = BASE;
                while rest >= threshold(k, bias) {
                    let t = threshold(k, bias);
                    out.push(digit(t + (rest - t) % (BASE - t)));
                    rest = (rest - t) / (BASE - t);
                    k += BASE;
                }
                out.push(digit(rest));
                let mut scaled = if handled == basic {
                    delta / 700
                } else {
                    delta / 2
                };
                scaled += scaled / (handled + 1);
                let mut k = 0;
                while scaled > 455 {
                    scaled /= BASE - 1;
                    k += BASE;
                }
                bias = k + 36 * scaled / (scaled + 38);
                delta = 0;
                handled += 1;
            }
        }
        delta += 1;
        next += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_labels() {
        let longest = format!("a{}\u{10FFFF}", "é".repeat(61));
        assert!(to_ascii(&longest).starts_with("xn--a-"));
        let too_long = "\u{10FFFF}".repeat(100_000);
        assert_eq!(to_ascii(&too_long), too_long);
        assert_eq!(to_ascii("é..\u{3002}"), "xn--9ca...");
    }
}
