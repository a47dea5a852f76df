//! Regular expressions of `regexp:` and `pcre:` tables.

use std::borrow::Cow;

use crate::regex::kinds::named;
use crate::regex::{Flags, Regex, Syntax};
use crate::smtp::bytes::{decode, encode};

/// A compiled `/pattern/flags`.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Reads `/pattern/flags` at the start of a text, which it takes off; any character may stand
    /// for the slash. Matching ignores case unless the flag `i` turns that off. Compiling is
    /// another step, because Postfix looks at what follows before.
    ///
    /// # Errors
    /// What is wrong with it, as Postfix warns about it.
    pub fn cut<'t>(
        rest: &mut &'t str,
        is_perl: bool,
        said: &mut Vec<String>,
    ) -> Result<Parts<'t>, String> {
        let (known, ends, then) = match is_perl {
            true => ("imxsAEUX", "", "ignoring"),
            false => ("imx", "!", "skipping"),
        };
        let mut chars = rest.chars();
        let delimiter = chars.next().ok_or("no regexp: skipping this rule")?;
        let inner = chars.as_str();
        let mut escaped = false;
        let end = inner.char_indices().find(|(at, c)| {
            let is_end = *c == delimiter && *c != '\\' && !escaped;
            escaped = *c == '\\' && !escaped;
            // A backslash that nothing follows closes as well.
            is_end || !is_perl && escaped && at + 1 == inner.len()
        });
        let (end, closing) = end.ok_or_else(|| {
            let delimiter = first_byte(delimiter);
            format!("no closing regexp delimiter \"{delimiter}\": {then} this rule")
        })?;
        let (source, tail) = inner.split_at(end);
        let tail = tail.strip_prefix(closing).unwrap_or("");
        let end = tail.find(|c: char| c.is_ascii_whitespace() || ends.contains(c));
        let (flags, tail) = tail.split_at(end.unwrap_or(tail.len()));
        *rest = tail;
        let odd = flags.chars().find(|c| {
            if is_perl && *c == 'X' {
                said.push("ignoring obsolete regexp option \"X\"".into());
            }
            !known.contains(*c)
        });
        match odd {
            Some(odd) => Err(format!(
                "unknown regexp option \"{}\": skipping this rule",
                first_byte(odd)
            )),
            None => Ok(Parts { source, flags }),
        }
    }

    /// Compiles an expression.
    ///
    /// # Errors
    /// What is wrong with it, as Postfix warns about it.
    pub fn compile(parts: Parts, is_perl: bool) -> Result<Pattern, String> {
        let source = parts.source;
        if is_perl {
            let flags = Flags {
                ignores_case: !parts.has('i'),
                is_multi_line: parts.has('m'),
                dot_is_all: !parts.has('s'),
                is_spaced: parts.has('x'),
                is_uncounted: false,
                is_lazy: parts.has('U'),
                is_strict: parts.has('E'),
            };
            let whole = match parts.has('A') {
                true => format!("\\A(?:{})", narrow(source)).into(),
                false => narrow(source),
            };
            return Regex::perl(&whole, flags).map(Pattern).ok_or_else(|| {
                let (offset, fault) = perl_fault(source.as_bytes(), flags.is_spaced);
                format!("error in regex at offset {offset}: {fault}")
            });
        }
        let syntax = match parts.has('x') {
            true => Syntax::PosixBasic,
            false => Syntax::Posix,
        };
        let mut regex = Regex::new(&narrow(source), syntax, !parts.has('i'))?;
        regex.is_multi_line = parts.has('m');
        Ok(Pattern(regex))
    }

    /// How many groups it has.
    pub fn groups(&self) -> usize {
        self.0.groups()
    }

    /// The text that the whole and each group matched, or `None`. A dot stands for a byte.
    pub fn captures(&self, text: &str) -> Option<Vec<String>> {
        let text = &*narrow(text);
        let found = self.0.find(text, 0)?;
        let group = |number| found.group(number).unwrap_or("").to_string();
        let mut found: Vec<String> = (0..found.len()).map(group).collect();
        for group in found.iter_mut().filter(|group| !group.is_ascii()) {
            let bytes: Vec<u8> = group.chars().map(|c| c as u8).collect();
            *group = decode(&bytes).into_owned();
        }
        Some(found)
    }
}

/// The first byte of a character as a log shows it: half of one is none.
fn first_byte(c: char) -> char {
    match c.is_ascii() {
        true => c,
        false => '?',
    }
}

/// A text whose characters are the bytes of another.
fn narrow(text: &str) -> Cow<'_, str> {
    match text.is_ascii() {
        true => text.into(),
        false => encode(text).into_iter().map(char::from).collect(),
    }
}

/// What an expression begins with.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// What stands between the slashes.
    pub source: &'a str,
    /// The letters that follow.
    pub flags: &'a str,
}

impl Parts<'_> {
    /// Each flag turns something round.
    fn has(&self, flag: char) -> bool {
        self.flags.matches(flag).count() % 2 == 1
    }
}

/// Where an expression of Perl's goes wrong, and how, in the library's words.
fn perl_fault(source: &[u8], mut is_spaced: bool) -> (usize, &'static str) {
    const QUANTIFIER: &str = "quantifier does not follow a repeatable item";
    // The groups that there are, and the first that is referred to and not there.
    let mut groups = 0;
    let mut references: Vec<(usize, u8)> = Vec::new();
    // Whether blanks count again behind each group that is open.
    let mut open: Vec<bool> = Vec::new();
    // What a quantifier would stand for.
    let mut has_item = false;
    let mut quantified = 0;
    let mut at = 0;
    while let Some(&byte) = source.get(at) {
        at += 1;
        match byte {
            b'#' if is_spaced => at = source.len(),
            byte if is_spaced && byte.is_ascii_whitespace() => continue,
            b'\\' => {
                if let Some(fault) = letter_fault(source, at) {
                    return fault;
                }
                if let Some(digit @ b'1'..=b'9') = source.get(at) {
                    let is_one = !source.get(at + 1).is_some_and(u8::is_ascii_digit);
                    references.extend(is_one.then_some((at, digit - b'0')));
                }
                at += 1;
                (has_item, quantified) = (
                    !matches!(
                        source.get(at - 1),
                        Some(b'A'..=b'B' | b'G' | b'Z' | b'b' | b'z')
                    ),
                    0,
                );
                continue;
            }
            b'^' | b'$' => {
                (has_item, quantified) = (false, 0);
                continue;
            }
            b'[' => match brackets_fault(source, at) {
                Ok(end) => at = end,
                Err(fault) => return fault,
            },
            b'(' => {
                let rest = source.get(at..).unwrap_or_default();
                if !rest.starts_with(b"?#") {
                    (has_item, quantified) = (false, 0);
                }
                let is_named = [&b"?P<"[..], b"?'", b"?<"]
                    .iter()
                    .any(|start| rest.starts_with(start));
                let is_look = rest.starts_with(b"?<=") || rest.starts_with(b"?<!");
                if !rest.starts_with(b"?") || is_named && !is_look {
                    groups += 1;
                }
                match source.get(at) == Some(&b'?') {
                    true => match group_fault(source, at + 1) {
                        Ok((end, opens)) => {
                            let said = source.get(at..end).unwrap_or_default();
                            open.extend(opens.then_some(is_spaced));
                            is_spaced |= !said.contains(&b'#') && said.contains(&b'x');
                            at = end;
                        }
                        Err(fault) => return fault,
                    },
                    false => open.push(is_spaced),
                }
                continue;
            }
            b')' => match open.pop() {
                Some(before) => is_spaced = before,
                None => return (at - 1, "unmatched closing parenthesis"),
            },
            b'|' => {
                (has_item, quantified) = (false, 0);
                continue;
            }
            b'*' | b'+' | b'?' => {
                let is_suffix = quantified == 1 && byte != b'*';
                if !has_item || quantified > 0 && !is_suffix {
                    return (at - 1, QUANTIFIER);
                }
                quantified += 1;
                continue;
            }
            b'{' => match range(source.get(at..).unwrap_or_default()) {
                Some((end, _)) if !has_item || quantified > 0 => {
                    return (at + end, QUANTIFIER);
                }
                Some((end, false)) => {
                    return (at + end, "numbers out of order in {} quantifier");
                }
                Some((end, _)) => {
                    (at, quantified) = (at + end + 1, 1);
                    continue;
                }
                None => {}
            },
            _ => {}
        }
        (has_item, quantified) = (true, 0);
    }
    match open.len() {
        0 => match references.iter().find(|(_, group)| *group > groups) {
            Some((at, _)) => (*at, "reference to non-existent subpattern"),
            None => (0, "unsupported expression"),
        },
        _ => (source.len(), "missing closing parenthesis"),
    }
}

/// What is wrong with the letter behind a backslash, wherever it stands.
fn letter_fault(source: &[u8], at: usize) -> Option<(usize, &'static str)> {
    let letter = char::from(*source.get(at)?);
    let what = "PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u";
    match () {
        () if "FLUlu".contains(letter) => Some((at + 1, what)),
        () if "IJMOTYijmqy".contains(letter) => Some((at, "unrecognized character follows \\")),
        () => None,
    }
}

/// What is wrong with an escape in brackets; at the end of a range all but a character is.
fn escape_fault(source: &[u8], at: usize, ends: bool) -> Option<(usize, &'static str)> {
    let letter = source.get(at).map_or('\0', |byte| char::from(*byte));
    match () {
        () if "BRX".contains(letter) || !ends && "ACGKZkz".contains(letter) => {
            Some((at, "escape sequence is invalid in character class"))
        }
        () if !ends && letter == 'N' => Some((at + 1, "\\N is not supported in a class")),
        () if ends && "ACDGHKNPSVWZdhkpsvwz".contains(letter) => Some((at + 1, RANGE)),
        () => letter_fault(source, at),
    }
}

const RANGE: &str = "invalid range in character class";

/// Where a set ends whose bracket has been read, or what is wrong with it.
fn brackets_fault(source: &[u8], at: usize) -> Result<usize, (usize, &'static str)> {
    const COLLATING: &str = "POSIX collating elements are not supported";
    let char_at = |at: usize| source.get(at).map(|b| char::from(*b));
    match named(&char_at, at) {
        Some((':', _)) => {
            let what = "POSIX named classes are supported only within a class";
            return Err((at - 1, what));
        }
        Some(_) => return Err((at - 1, COLLATING)),
        None => {}
    }
    let byte = |at: usize| source.get(at).copied();
    let start = at + usize::from(byte(at) == Some(b'^'));
    let mut place = start;
    loop {
        let mut is_kind = false;
        let mut is_escaped = false;
        let from = match byte(place) {
            None => {
                let what = "missing terminating ] for character class";
                return Err((source.len(), what));
            }
            Some(b']') if place > start => return Ok(place + 1),
            Some(b'\\') => {
                if let Some(fault) = escape_fault(source, place + 1, false) {
                    return Err(fault);
                }
                place += 1;
                is_escaped = true;
                let letter = byte(place).unwrap_or(0);
                is_kind = b"DHPSVWdhpsvw".contains(&letter);
                meant(letter, 0)
            }
            Some(from) => from,
        };
        if let Some((mark, end)) =
            named(&char_at, place + 1).filter(|_| from == b'[' && !is_escaped)
        {
            if mark != ':' {
                return Err((place, COLLATING));
            }
            let start = place + 2 + usize::from(byte(place + 2) == Some(b'^'));
            if !source.get(start..end).is_some_and(is_class) {
                return Err((start, "unknown POSIX class name"));
            }
            place = end + 2;
            if byte(place) == Some(b'-') && byte(place + 1).is_some_and(|b| b != b']') {
                return Err((place, RANGE));
            }
            continue;
        }
        let to = byte(place + 2).filter(|_| byte(place + 1) == Some(b'-'));
        if to == Some(b'[') && named(&char_at, place + 3).is_some() {
            return Err((place + 3, RANGE));
        }
        let (to, end) = match to.filter(|to| *to != b']') {
            None => {
                place += 1;
                continue;
            }
            Some(_) if is_kind => return Err((place + 1, RANGE)),
            Some(b'\\') => match escape_fault(source, place + 3, true) {
                Some(fault) => return Err(fault),
                None => (meant(byte(place + 3).unwrap_or(0), u8::MAX), place + 3),
            },
            Some(to) => (to, place + 2),
        };
        if from > to {
            return Err((end, "range out of order in character class"));
        }
        place = end + 1;
    }
}

/// The character that an escaped one stands for, or one that will do where it says more.
fn meant(letter: u8, other: u8) -> u8 {
    match letter {
        b'a' | b'b' | b'e' | b'f' | b'n' | b'r' | b't' => 0,
        letter if letter.is_ascii_alphanumeric() => other,
        letter => letter,
    }
}

fn is_class(name: &[u8]) -> bool {
    let known =
        "alpha lower upper alnum ascii blank cntrl digit graph print punct space word xdigit";
    known.split(' ').any(|known| known.as_bytes() == name)
}

/// Where what follows `(?` ends, and whether a group is open then.
fn group_fault(source: &[u8], mut at: usize) -> Result<(usize, bool), (usize, &'static str)> {
    let byte = |at: usize| source.get(at).copied();
    let unclosed = (source.len(), "missing closing parenthesis");
    match byte(at) {
        None => return Err(unclosed),
        Some(b':' | b'=' | b'!' | b'>' | b'|') => return Ok((at + 1, true)),
        Some(b'#') => {
            let end = source.iter().skip(at).position(|b| *b == b')');
            let unclosed = (source.len(), "missing ) after (?# comment");
            return end.map(|end| (at + end + 1, false)).ok_or(unclosed);
        }
        Some(b'<') if matches!(byte(at + 1), Some(b'=' | b'!')) => return Ok((at + 2, true)),
        Some(b'<' | b'\'' | b'P') => {
            at += 1 + usize::from(byte(at) == Some(b'P'));
            return match byte(at) {
                Some(b'0'..=b'9') => Err((at, "subpattern name must start with a non-digit")),
                _ => Ok((at, true)),
            };
        }
        Some(_) => {}
    }
    let mut has_hyphen = byte(at) == Some(b'^');
    at += usize::from(has_hyphen);
    loop {
        match byte(at) {
            None => return Err(unclosed),
            Some(b':') => return Ok((at + 1, true)),
            Some(b')') => return Ok((at + 1, false)),
            Some(b'-') if has_hyphen => return Err((at, "invalid hyphen in option setting")),
            Some(b'-') => has_hyphen = true,
            Some(b'i' | b'm' | b's' | b'x' | b'n' | b'J' | b'U') => {}
            Some(_) => return Err((at, "unrecognized character after (? or (?-")),
        }
        at += 1;
    }
}

/// Where `{least,most}` ends, and whether it is in order.
fn range(rest: &[u8]) -> Option<(usize, bool)> {
    let end = rest.iter().position(|b| *b == b'}')?;
    let text = std::str::from_utf8(rest.get(..end)?).ok()?;
    let (least, most) = text.split_once(',').unwrap_or((text, text));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if least.is_empty() || !is_number(least) || !is_number(most) {
        return None;
    }
    let number = |text: &str| text.parse().unwrap_or(u32::MAX);
    Some((end, most.is_empty() || number(least) <= number(most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        let parts = Pattern::cut(&mut &*pattern, true, &mut Vec::new()).unwrap();
        let pattern = Pattern::compile(parts, true).unwrap();
        pattern.captures(text).is_some()
    }

    #[test]
    fn bracket_expressions_are_those_of_posix() {
        assert!(matches("/[.[]/", "a[b"));
        assert!(!matches("/^[.[]/", "ab"));
        assert!(matches("/^[]x]+$/", "x]"));
        assert!(matches("/^[[:alpha:]_]+$/", "a_b"));
        assert!(!matches("/^[^[:digit:]]+$/", "a1"));
        assert!(matches("/^[a&&b]+$/", "&"));
        assert!(matches("/^\\[x\\]$/", "[x]"));
    }
}
