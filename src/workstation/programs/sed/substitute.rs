//! What a line becomes: by `s`, and as `l` shows it.

use crate::platform;
use crate::regex::{Captures, Regex};
use crate::smtp::bytes::encode;
use crate::workstation::programs::sed::script::{Piece, Substitution};

/// How much a line may hold, and a stream print.
pub const BYTES: usize = 16 << 20;

/// The text with what `s` puts in, where it finds something.
pub fn replaced(s: &Substitution, pattern: &Regex, text: &str) -> Option<String> {
    let mut out = String::new();
    let (mut from, mut search, mut count) = (0, 0, 0);
    let mut any = false;
    let mut before_end = None;
    while let Some(found) = pattern.find(text, search) {
        let (begin, end) = found.span();
        // An empty match right behind another is none.
        let is_new = begin != end || before_end != Some(begin);
        if is_new {
            count += 1;
            out.push_str(text.get(from..begin)?);
            if count >= s.number {
                any = true;
                put(&mut out, &s.pieces, &found);
            } else {
                out.push_str(text.get(begin..end)?);
            }
            from = end;
            before_end = Some(end);
        }
        if begin == end {
            match text.get(end..)?.chars().next() {
                Some(c) => {
                    out.push_str(text.get(from..end)?);
                    out.push(c);
                    from = end + c.len_utf8();
                }
                None => break,
            }
        }
        search = from;
        if any && !s.all || out.len() > BYTES {
            break;
        }
    }
    out.push_str(text.get(from..)?);
    any.then_some(out)
}

/// The pieces, with groups and changes of case.
fn put(out: &mut String, pieces: &[Piece], found: &Captures) {
    let (mut whole, mut once) = ('E', None);
    for piece in pieces {
        let text = match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Group(number) => found.group(*number).unwrap_or(""),
            Piece::Case(case @ ('u' | 'l')) => {
                once = Some(*case);
                continue;
            }
            Piece::Case(case) => {
                (whole, once) = (*case, None);
                continue;
            }
        };
        for c in text.chars() {
            match once.take().unwrap_or(whole) {
                'U' | 'u' => out.push(platform::upper_letter(c)),
                'L' | 'l' => out.push(platform::lower_letter(c)),
                _ => out.push(c),
            }
        }
    }
}

/// A line as `l` shows it, folded at one column less; 0 never folds.
pub fn unambiguous(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for byte in encode(text) {
        let shown = match byte {
            b'\\' => "\\\\".to_string(),
            b'\n' => "\\n".into(),
            b'\t' => "\\t".into(),
            b'\r' => "\\r".into(),
            7 => "\\a".into(),
            8 => "\\b".into(),
            11 => "\\v".into(),
            12 => "\\f".into(),
            b' '..=b'~' => char::from(byte).to_string(),
            byte => format!("\\{byte:03o}"),
        };
        if width > 0 && column + shown.len() > width - 1 {
            out.push_str("\\\n");
            column = 0;
        }
        column += shown.len();
        out.push_str(&shown);
    }
    out.push_str("$\n");
    out
}
