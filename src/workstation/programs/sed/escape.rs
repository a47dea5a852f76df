//! Backslashes in an expression, and in what `s` puts in.

use crate::workstation::programs::sed::script::Piece;

/// `\t`, `\xHH` and the like in an expression, as the characters that they stand for.
pub fn escapes(source: &str) -> String {
    let mut out = String::new();
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('f') => out.push('\u{c}'),
            Some('v') => out.push('\u{b}'),
            Some('a') => out.push('\u{7}'),
            Some('x') => match hexadecimal(&mut chars) {
                // What it spells stands for itself.
                Some(c) if ".*[]^$\\/+?(){}|".contains(c) => out.extend(['\\', c]),
                Some(c) => out.push(c),
                None => out.push_str("\\x"),
            },
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
    out
}

fn hexadecimal(chars: &mut std::iter::Peekable<std::str::Chars>) -> Option<char> {
    let first = chars.next_if(char::is_ascii_hexdigit)?.to_digit(16)?;
    let second = chars
        .next_if(char::is_ascii_hexdigit)
        .and_then(|c| c.to_digit(16));
    let value = second.map_or(first, |second| first * 16 + second);
    char::from_u32(value)
}

/// The right side of `s`.
pub fn pieces(with: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut chars = with.chars().peekable();
    while let Some(c) = chars.next() {
        let piece = match c {
            '&' => Some(Piece::Group(0)),
            '\\' => match chars.next() {
                Some(digit @ '0'..='9') => Some(Piece::Group(digit as usize - '0' as usize)),
                Some(case @ ('U' | 'L' | 'u' | 'l' | 'E')) => Some(Piece::Case(case)),
                escaped => {
                    text.push(match escaped {
                        Some('n') => '\n',
                        Some('t') => '\t',
                        Some('r') => '\r',
                        Some('f') => '\u{c}',
                        Some('v') => '\u{b}',
                        Some('a') => '\u{7}',
                        Some('x') => hexadecimal(&mut chars).unwrap_or('x'),
                        Some(c) => c,
                        None => '\\',
                    });
                    None
                }
            },
            c => {
                text.push(c);
                None
            }
        };
        if let Some(piece) = piece {
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(piece);
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}
