//! tr, as GNU coreutils has it: byte by byte.

use crate::smtp::bytes::{decode, encode};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;
use crate::workstation::programs::work::PIECE;

/// The program of this file.
pub const PROGRAMS: &[Program] = &[Program::new(
    "tr",
    tr,
    "[-d] [-s] [-c] SET1 [SET2]|Replaces, deletes or squeezes characters.",
)
.streaming()];

const TR: Known = Known {
    program: "tr",
    short: "+cCdst",
    long: &[
        "complement=c",
        "delete=d",
        "squeeze-repeats=s",
        "truncate-set1=t",
    ],
    status: 1,
};

/// The bytes of a set: ranges, classes, escapes, `[x*n]`; the last says that the set repeats its
/// last byte as often as wanted.
fn set(text: &str) -> Result<(Vec<u8>, Option<usize>, String), Output> {
    let source = encode(text);
    let mut bytes: Vec<u8> = Vec::new();
    let mut open = None;
    let mut classes = String::new();
    let mut at = 0;
    let one = |at: &mut usize| -> Option<u8> {
        let byte = *source.get(*at)?;
        *at += 1;
        if byte != b'\\' {
            return Some(byte);
        }
        let Some(escaped) = source.get(*at).copied() else {
            return Some(b'\\');
        };
        *at += 1;
        Some(match escaped {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'v' => 11,
            b'0'..=b'7' => {
                let mut value = u32::from(escaped - b'0');
                for _ in 0..2 {
                    match source.get(*at) {
                        Some(digit @ b'0'..=b'7') if value * 8 + u32::from(digit - b'0') < 256 => {
                            value = value * 8 + u32::from(digit - b'0');
                            *at += 1;
                        }
                        _ => break,
                    }
                }
                value as u8
            }
            byte => byte,
        })
    };
    while at < source.len() {
        let rest = &source[at..];
        if let Some(named) = rest.strip_prefix(b"[:") {
            if let Some(end) = named.windows(2).position(|w| w == b":]") {
                let name = String::from_utf8_lossy(&named[..end]).into_owned();
                let is: fn(&u8) -> bool = match name.as_str() {
                    "alpha" => u8::is_ascii_alphabetic,
                    "digit" => u8::is_ascii_digit,
                    "alnum" => u8::is_ascii_alphanumeric,
                    "upper" => u8::is_ascii_uppercase,
                    "lower" => u8::is_ascii_lowercase,
                    "punct" => u8::is_ascii_punctuation,
                    "xdigit" => u8::is_ascii_hexdigit,
                    "cntrl" => u8::is_ascii_control,
                    "graph" => u8::is_ascii_graphic,
                    "print" => |b| b.is_ascii_graphic() || *b == b' ',
                    "space" => |b| matches!(b, 9..=13 | 32),
                    "blank" => |b| matches!(b, 9 | 32),
                    name => {
                        let why = format!("tr: invalid character class ‘{name}’");
                        return Err(Output::bad(why, 1));
                    }
                };
                bytes.extend((0..=255_u8).filter(is));
                classes.push_str(&name);
                at += end + 4;
                continue;
            }
        }
        if rest.first() == Some(&b'[') && rest.get(2) == Some(&b'*') {
            if let Some(end) = rest.iter().position(|b| *b == b']') {
                let count = String::from_utf8_lossy(&rest[3..end.max(3)]).into_owned();
                match count.parse::<usize>().unwrap_or(0) {
                    0 => {
                        open = Some(bytes.len());
                        bytes.push(rest[1]);
                    }
                    count => bytes.extend(std::iter::repeat_n(rest[1], count.min(70_000))),
                }
                at += end + 1;
                continue;
            }
        }
        let Some(from) = one(&mut at) else { break };
        if source.get(at) == Some(&b'-') && at + 1 < source.len() {
            at += 1;
            let Some(to) = one(&mut at) else { break };
            if to < from {
                let shown = |b: u8| decode(&[b]).into_owned();
                let range = format!("{}-{}", shown(from), shown(to));
                let why = "are in reverse collating sequence order";
                let why = format!("tr: range-endpoints of '{range}' {why}");
                return Err(Output::bad(why, 1));
            }
            bytes.extend(from..=to);
        } else {
            bytes.push(from);
        }
    }
    Ok((bytes, open, classes))
}

fn tr(arguments: &[&str], at: &mut Machine) -> Outcome {
    let options = TR.read(arguments)?;
    let (deletes, squeezes) = (options.has('d'), options.has('s'));
    let complements = options.has('c') || options.has('C');
    let (first, second) = match options.operands.as_slice() {
        [] => return Err(TR.mistake("missing operand")),
        [first] if deletes != squeezes => (*first, None),
        [first] => {
            let first = first.replace('\\', "\\\\");
            let why = match deletes {
                true => "Two strings must be given when both deleting and squeezing repeats.",
                false => "Two strings must be given when translating.",
            };
            let text = format!("missing operand after ‘{first}’\n{why}");
            return Err(TR.mistake(&text));
        }
        [_, second] if deletes && !squeezes => {
            let why = "Only one string may be given when deleting without squeezing repeats.";
            return Err(TR.mistake(&format!("extra operand ‘{second}’\n{why}")));
        }
        [first, second] => (*first, Some(*second)),
        [_, _, extra, ..] => return Err(TR.mistake(&format!("extra operand ‘{extra}’"))),
    };
    let (mut from, open, class) = set(first)?;
    if open.is_some() {
        let why = "tr: the [c*] repeat construct may not appear in string1";
        return Err(Output::bad(why, 1));
    }
    if complements {
        from = (0..=255_u8).filter(|b| !from.contains(b)).collect();
    }
    let mut map: Vec<u8> = (0..=255).collect();
    let mut squeezed = from.clone();
    if let Some(second) = second {
        let (mut to, open, classes) = set(second)?;
        if !deletes && !classes.replace("upper", "").replace("lower", "").is_empty() {
            let why = "tr: when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'";
            return Err(Output::bad(why, 1));
        }
        if let Some(place) = open {
            let missing = from.len().saturating_sub(to.len());
            let byte = to.get(place).copied().unwrap_or(0);
            to.splice(place..place, std::iter::repeat_n(byte, missing));
        }
        squeezed = to.clone();
        if !deletes {
            let Some(last) = to.last().copied() else {
                let why = "tr: when not truncating set1, string2 must be non-empty";
                return Err(Output::bad(why, 1));
            };
            if !classes.is_empty() && !class.contains("er") {
                let why = "tr: misaligned [:upper:] and/or [:lower:] construct";
                return Err(Output::bad(why, 1));
            }
            if complements && !class.is_empty() && to.iter().any(|b| *b != last) {
                let why = "tr: when translating with complemented character classes,\nstring2 must map all characters in the domain to one";
                return Err(Output::bad(why, 1));
            }
            for (i, byte) in from.iter().enumerate() {
                match to.get(i) {
                    Some(new) => map[usize::from(*byte)] = *new,
                    None if options.has('t') => {}
                    None => map[usize::from(*byte)] = last,
                }
            }
        }
    }
    let mut kinds = [(false, false); 256];
    for (byte, kind) in (0..=255_u8).zip(&mut kinds) {
        *kind = (from.contains(&byte), squeezed.contains(&byte));
    }
    let (text, mut place) = (at.input()?.to_string(), 0);
    let (mut last, mut begun) = (None, Vec::new());
    at.goes_on(move |_, output| {
        let rest = text.get(place..).unwrap_or("");
        let end = rest
            .char_indices()
            .nth(PIECE)
            .map_or(rest.len(), |(at, _)| at);
        place += end;
        for byte in encode(rest.get(..end).unwrap_or("")) {
            let kind = |byte: u8| kinds.get(usize::from(byte)).copied().unwrap_or_default();
            if deletes && kind(byte).0 {
                continue;
            }
            let new = match deletes {
                true => byte,
                false => map.get(usize::from(byte)).copied().unwrap_or(byte),
            };
            if !(squeezes && last == Some(new) && kind(new).1) {
                begun.push(new);
            }
            last = Some(new);
        }
        // The last character may not be whole yet.
        let goes_on = place < text.len();
        let mut last = begun.iter().rev().take(4);
        let begins = last.position(|byte| goes_on && byte & 0xC0 != 0x80);
        let whole = begun.len() - begins.map_or(0, |at| at + 1);
        output
            .text
            .push_str(&decode(begun.get(..whole).unwrap_or(&[])));
        begun.drain(..whole);
        goes_on
    });
    let mut output = Output::default();
    output.forgets = !squeezes;
    Ok(output)
}
