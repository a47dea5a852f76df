//! Texts written so that the shell reads them back, and what backslashes stand for.

use crate::smtp::bytes::decode;

/// What `\…` stands for in `$'…'` (ansi), in `echo -e` and in `printf`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `$'…'`
    Ansi,
    /// `echo -e`: octal numbers begin with a 0.
    Echo,
    /// `printf %b`: they may.
    Argument,
    /// The format of `printf`.
    Format,
}

/// Replaces escapes; true where `\c` has ended the text.
pub fn unescape(text: &str, kind: Kind) -> (String, bool) {
    // Bytes may come to characters only together.
    let mut out: Vec<u8> = Vec::new();
    let mut chars = text.chars().peekable();
    let encode = |c: char, out: &mut Vec<u8>| {
        out.extend(crate::smtp::bytes::encode(c.encode_utf8(&mut [0; 4])));
    };
    while let Some(c) = chars.next() {
        if c != '\\' {
            encode(c, &mut out);
            continue;
        }
        let Some(c) = chars.next() else {
            out.push(b'\\');
            break;
        };
        let mut digits = |most: usize, radix: u32| {
            let (mut value, mut count) = (0_u32, 0);
            while count < most {
                match chars.peek().and_then(|c| c.to_digit(radix)) {
                    Some(digit) => value = value.wrapping_mul(radix) + digit,
                    None => break,
                }
                chars.next();
                count += 1;
            }
            (count > 0).then_some(value)
        };
        match c {
            'a' => out.push(7),
            'b' => out.push(8),
            'e' | 'E' => out.push(27),
            'f' => out.push(12),
            'n' => out.push(b'\n'),
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            'v' => out.push(11),
            '\\' => out.push(b'\\'),
            '\'' | '"' | '?' if matches!(kind, Kind::Ansi | Kind::Format) => out.push(c as u8),
            'c' if matches!(kind, Kind::Echo | Kind::Argument) => {
                return (decode(&out).into_owned(), true)
            }
            'c' if kind == Kind::Ansi => {
                if let Some(c) = chars.next() {
                    out.push(c as u8 & 0x1F);
                }
            }
            '0' if matches!(kind, Kind::Echo | Kind::Argument) => {
                out.push(digits(3, 8).unwrap_or(0) as u8)
            }
            '0'..='7' if kind != Kind::Echo => {
                // Of three digits the first has been read.
                let mut value = c.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    match digits(1, 8) {
                        Some(digit) => value = value * 8 + digit,
                        None => break,
                    }
                }
                out.push(value as u8);
            }
            'x' => match digits(2, 16) {
                Some(value) => out.push(value as u8),
                None => out.extend(b"\\x"),
            },
            'u' | 'U' => match digits(if c == 'u' { 4 } else { 8 }, 16) {
                Some(value) => encode(char::from_u32(value).unwrap_or('\u{FFFD}'), &mut out),
                None => out.extend([b'\\', c as u8]),
            },
            c => {
                out.push(b'\\');
                encode(c, &mut out);
            }
        }
    }
    (decode(&out).into_owned(), false)
}

/// The text of `$'…'`.
pub fn ansi(text: &str) -> String {
    let text = unescape(text, Kind::Ansi).0;
    // A text ends at a NUL.
    text.split('\0').next().unwrap_or("").into()
}

/// In single quotes.
pub fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// As `$'…'`.
pub fn dollar(text: &str) -> String {
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\u{1b}' => out.push_str("\\E"),
            '\'' | '\\' => out.extend(['\\', c]),
            c if c.is_ascii_control() => out.push_str(&format!("\\{:03o}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// With backslashes (`printf %q`).
pub fn backslashes(text: &str) -> String {
    if text.is_empty() {
        return "''".into();
    }
    if has_control(text) {
        return dollar(text);
    }
    let mut out = String::new();
    let mut before = None;
    for c in text.chars() {
        let begins = match c {
            '~' => matches!(before, None | Some(':' | '=')),
            c => c == '#' && before.is_none(),
        };
        if " \t!\"$&'()*;<>?[\\]^`{|},".contains(c) || begins {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

/// In single quotes where it needs them (`set -x`, `alias`).
pub fn where_needed(text: &str) -> String {
    let needs = |c: char| " \t\n!\"$&'()*;<>?[\\]^`{|}".contains(c);
    let starts = text.starts_with(['~', '#']);
    if text.is_empty() {
        "''".into()
    } else if has_control(text) {
        dollar(text)
    } else if text.contains(needs) || starts {
        single(text)
    } else {
        text.into()
    }
}

/// In double quotes (`declare -p`).
pub fn double(text: &str) -> String {
    if has_control(text) {
        return dollar(text);
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}
