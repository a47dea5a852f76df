//! Regular expressions of `regexp:` and `pcre:` tables.

use std::borrow::Cow;

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
    pub fn cut<'t>(rest: &mut &'t str, is_perl: bool) -> Result<Parts<'t>, String> {
        let (known, ends, then) = match is_perl {
            true => ("imxsAEUX", "", "ignoring"),
            false => ("imx", "!", "skipping"),
        };
        let mut chars = rest.chars();
        let delimiter = chars.next().ok_or("no regexp: skipping this rule")?;
        let inner = chars.as_str();
        let mut escaped = false;
        let end = inner.find(|c| {
            let is_end = c == delimiter && c != '\\' && !escaped;
            escaped = c == '\\' && !escaped;
            is_end
        });
        let end = end.ok_or_else(|| {
            format!("no closing regexp delimiter \"{delimiter}\": {then} this rule")
        })?;
        let (source, tail) = inner.split_at(end);
        let tail = tail.strip_prefix(delimiter).unwrap_or("");
        let end = tail.find(|c: char| c.is_ascii_whitespace() || ends.contains(c));
        let (flags, tail) = tail.split_at(end.unwrap_or(tail.len()));
        *rest = tail;
        match flags.chars().find(|c| !known.contains(*c)) {
            Some(odd) => Err(format!(
                "unknown regexp option \"{odd}\": skipping this rule"
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
                is_lazy: parts.has('U'),
                is_strict: parts.has('E'),
            };
            let whole = match parts.has('A') {
                true => format!("\\A(?:{})", narrow(source)).into(),
                false => narrow(source),
            };
            return Regex::perl(&whole, flags).map(Pattern).ok_or_else(|| {
                let (offset, fault) = perl_fault(source.as_bytes());
                format!("error in regex at offset {offset}: {fault}")
            });
        }
        let syntax = match parts.has('x') {
            true => Syntax::Basic,
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
fn perl_fault(source: &[u8]) -> (usize, &'static str) {
    let mut open = 0;
    // What a quantifier would stand for.
    let mut has_item = false;
    let mut quantified = 0;
    let mut at = 0;
    while let Some(&byte) = source.get(at) {
        at += 1;
        match byte {
            b'\\' => at += 1,
            b'[' => {
                let start = at + usize::from(source.get(at) == Some(&b'^'));
                let mut end = start + 1;
                while source.get(end).is_some_and(|b| *b != b']') {
                    end += 1 + usize::from(source.get(end) == Some(&b'\\'));
                }
                if end >= source.len() {
                    return (source.len(), "missing terminating ] for character class");
                }
                for place in start..end.saturating_sub(2) {
                    if let Some(&[from, b'-', to]) = source.get(place..place + 3) {
                        if from > to && to != b']' && from != b'\\' {
                            return (place + 2, "range out of order in character class");
                        }
                    }
                }
                at = end + 1;
            }
            b'(' => {
                open += 1;
                (has_item, quantified) = (false, 0);
                if source.get(at) == Some(&b'?') {
                    at += 1;
                    while source.get(at).is_some_and(|b| b":=!<>-imsx".contains(b)) {
                        at += 1;
                    }
                }
                continue;
            }
            b')' if open == 0 => return (at - 1, "unmatched closing parenthesis"),
            b')' => open -= 1,
            b'|' => {
                (has_item, quantified) = (false, 0);
                continue;
            }
            b'*' | b'+' | b'?' => {
                let is_suffix = quantified == 1 && byte != b'*';
                if !has_item || quantified > 0 && !is_suffix {
                    return (at - 1, "quantifier does not follow a repeatable item");
                }
                quantified += 1;
                continue;
            }
            b'{' if has_item => {
                if let Some(end) = range_out_of_order(source.get(at..).unwrap_or_default()) {
                    return (at + end, "numbers out of order in {} quantifier");
                }
            }
            _ => {}
        }
        (has_item, quantified) = (true, 0);
    }
    match open {
        0 => (0, "unsupported expression"),
        _ => (source.len(), "missing closing parenthesis"),
    }
}

/// Where `{most,least}` ends.
fn range_out_of_order(rest: &[u8]) -> Option<usize> {
    let end = rest.iter().position(|b| *b == b'}')?;
    let text = std::str::from_utf8(rest.get(..end)?).ok()?;
    let (least, most) = text.split_once(',')?;
    let [least, most]: [u32; 2] = [least.parse().ok()?, most.parse().ok()?];
    (least > most).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        let parts = Pattern::cut(&mut &*pattern, true).unwrap();
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
