//! Cuts a program into tokens. Whether a slash divides or begins a regular expression depends on
//! what stands before it.

use crate::workstation::programs::awk::value::leading_number;

/// A token of the language.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A number.
    Number(f64),
    /// A string, its escapes undone.
    Text(String),
    /// A regular expression between slashes.
    Regex(String),
    /// A name.
    Name(String),
    /// A name with `(` right behind it: a function of the program.
    Call(String),
    /// A word of the language, or a function that it has.
    Word(&'static str),
    /// A sign, the end of a line among them.
    Sign(&'static str),
}

const WORDS: [&str; 39] = [
    "BEGIN", "END", "function", "if", "else", "while", "for", "do", "in", "break", "continue",
    "next", "nextfile", "exit", "return", "delete", "print", "printf", "getline", "length",
    "substr", "index", "split", "sub", "gsub", "match", "sprintf", "tolower", "toupper", "int",
    "sqrt", "exp", "log", "sin", "cos", "atan2", "rand", "srand", "close",
];
const MORE_WORDS: [&str; 4] = ["system", "systime", "strftime", "fflush"];

const SIGNS: [&str; 42] = [
    "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "==", "<=", ">=", "!=", ">>", "!~",
    "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", ">", "<", "|", "?",
    ":", "~", "$", "=", "\n", "&", "@",
];

/// The tokens with the number of the line that each stands on.
pub fn tokens(source: &str) -> Result<Vec<(Token, usize)>, String> {
    let mut found: Vec<(Token, usize)> = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("\\\n") {
            (rest, line) = (after, line + 1);
        } else if c == '#' {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if c == '"' {
            let (text, after) = string(&rest[1..], line)?;
            found.push((Token::Text(text), line));
            rest = after;
        } else if c == '/' && begins_regex(found.last()) {
            let (text, after) = regex(&rest[1..], line)?;
            found.push((Token::Regex(text), line));
            rest = after;
        } else if c.is_ascii_digit()
            || c == '.' && rest[1..].starts_with(|d: char| d.is_ascii_digit())
        {
            // `0x10` is a number only where it is data.
            let (number, length) = leading_number(literal(rest));
            found.push((Token::Number(number), line));
            rest = &rest[length..];
        } else if c.is_ascii_alphabetic() || c == '_' {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            let name = &rest[..end];
            rest = &rest[end..];
            let word = WORDS.iter().chain(&MORE_WORDS).find(|w| **w == name);
            found.push((
                match word {
                    Some(word) => Token::Word(word),
                    None if name == "func" => Token::Word("function"),
                    None if rest.starts_with('(') => Token::Call(name.into()),
                    None => Token::Name(name.into()),
                },
                line,
            ));
        } else if c != '\n' && c.is_whitespace() {
            rest = &rest[c.len_utf8()..];
        } else if let Some(sign) = SIGNS.iter().find(|s| rest.starts_with(**s)) {
            found.push((Token::Sign(sign), line));
            line += usize::from(*sign == "\n");
            rest = &rest[sign.len()..];
        } else {
            return Err(format!("{line}: unexpected character '{c}'"));
        }
    }
    Ok(found)
}

/// The beginning of a text that may be a number: digits, a point, an exponent.
fn literal(text: &str) -> &str {
    let digits =
        |from: &str| from.len() - from.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut end = digits(text);
    let rest = |end: usize| text.get(end..).unwrap_or("");
    if rest(end).starts_with('.') {
        end += 1;
        end += digits(rest(end));
    }
    if rest(end).starts_with(['e', 'E']) {
        end += 1;
        end += usize::from(rest(end).starts_with(['+', '-']));
        end += digits(rest(end));
    }
    rest(0).get(..end).unwrap_or(text)
}

/// Whether a slash after this begins a regular expression.
fn begins_regex(before: Option<&(Token, usize)>) -> bool {
    match before {
        None => true,
        Some((Token::Number(_) | Token::Text(_) | Token::Regex(_) | Token::Name(_), _)) => false,
        Some((Token::Word(word), _)) => *word != "length" && *word != "getline",
        Some((Token::Sign(sign), _)) => ![")", "]", "$", "++", "--"].contains(sign),
        Some((Token::Call(_), _)) => true,
    }
}

/// A string up to its closing quote.
fn string(text: &str, line: usize) -> Result<(String, &str), String> {
    let mut end = None;
    let mut is_escaped = false;
    for (i, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => {
                end = Some(i);
                break;
            }
            '\n' => break,
            _ => {}
        }
    }
    let end = end.ok_or_else(|| {
        let head: String = text.lines().next().unwrap_or("").chars().take(10).collect();
        format!("line {line}: runaway string constant \"{head} ...")
    })?;
    Ok((unescape(&text[..end]), &text[end + 1..]))
}

/// Undoes `\n`, `\t`, `\"`, `\/`, `\ooo` …; what is no escape stays.
pub fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('a') => out.push('\u{7}'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('v') => out.push('\u{b}'),
            Some(c @ ('"' | '\\')) => out.push(c),
            Some('\n') => {}
            Some(c @ '0'..='7') => {
                let mut value = c as u32 - '0' as u32;
                for _ in 0..2 {
                    match rest.peek().and_then(|c| c.to_digit(8)) {
                        Some(digit) => {
                            value = value * 8 + digit;
                            rest.next();
                        }
                        None => break,
                    }
                }
                out.push(char::from((value & 0xff) as u8));
            }
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
    out
}

/// A regular expression up to its closing slash.
fn regex(text: &str, line: usize) -> Result<(String, &str), String> {
    let mut out = String::new();
    let mut is_in_set = false;
    let mut chars = text.char_indices();
    while let Some((i, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, '/')) => out.push('/'),
                Some((_, '"')) => out.push('"'),
                Some((_, 'n')) => out.push('\n'),
                Some((_, 't')) => out.push('\t'),
                Some((_, c @ ('a' | 'f' | 'r' | 'v'))) => {
                    out.push_str(&unescape(&format!("\\{c}")))
                }
                Some((at, '0'..='7')) => {
                    let digits = text[at..].chars().take(3);
                    let digits = digits.take_while(|c| c.is_digit(8)).count();
                    let read = unescape(&text[i..at + digits]);
                    // A character that would mean something means itself.
                    if read.chars().all(|c| c.is_ascii_punctuation()) && read != "'" {
                        out.push('\\');
                    }
                    out.push_str(&read);
                    for _ in 1..digits {
                        chars.next();
                    }
                }
                // In a set it stands for itself.
                Some((_, c @ (']' | '-' | '^'))) if is_in_set => {
                    out.extend(['[', '.', c, '.', ']'])
                }
                Some((_, c)) if is_in_set => out.push(c),
                Some((_, c)) => out.extend(['\\', c]),
                None => break,
            },
            '/' if !is_in_set => return Ok((out, &text[i + 1..])),
            '\n' => break,
            c => {
                is_in_set = match c {
                    '[' => true,
                    ']' => is_in_set && (out.ends_with('[') || out.ends_with("[^")),
                    _ => is_in_set,
                };
                out.push(c);
            }
        }
    }
    let head: String = text.lines().next().unwrap_or("").chars().take(10).collect();
    Err(format!(
        "line {line}: runaway regular expression /{head} ..."
    ))
}
