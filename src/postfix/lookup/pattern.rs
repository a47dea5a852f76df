//! Regular expressions of `regexp:` and `pcre:` tables. Those of POSIX have an engine of ours, whose
//! time is proportional to the text; for Perl's the host's own serves in the browser, natively the
//! `regex` crate, so neither weighs on the other.

use std::borrow::Cow;

use crate::regex::{Regex, Syntax};
use crate::smtp::bytes::{decode, encode};

/// A compiled `/pattern/flags`.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Of a `regexp:` table.
    Posix(Regex),
    /// Of a `pcre:` table.
    Perl(engine::Regex),
}

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
            let options = Options {
                ignore_case: !parts.has('i'),
                multi_line: parts.has('m'),
                dot_all: !parts.has('s'),
            };
            let compiled = engine::compile(&with_plain_classes(&narrow(source)), options);
            return compiled.map(Pattern::Perl).ok_or_else(|| {
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
        Ok(Pattern::Posix(regex))
    }

    /// How many groups it has.
    pub fn groups(&self) -> usize {
        match self {
            Pattern::Posix(regex) => regex.groups(),
            Pattern::Perl(regex) => engine::groups(regex),
        }
    }

    /// The text that the whole and each group matched, or `None`. A dot stands for a byte.
    pub fn captures(&self, text: &str) -> Option<Vec<String>> {
        let text = &*narrow(text);
        let mut found = match self {
            Pattern::Posix(regex) => {
                let found = regex.find(text, 0)?;
                let group = |number| found.group(number).unwrap_or("").to_string();
                (0..found.len()).map(group).collect()
            }
            Pattern::Perl(regex) => engine::captures(regex, text)?,
        };
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

/// The expression with its bracket expressions as both engines read them: `[[:alpha:]]` spelt
/// out, and what only one of them takes for a nested class or a set operation escaped.
fn with_plain_classes(source: &str) -> String {
    const NAMES: [(&str, &str); 8] = [
        ("[:alpha:]", "A-Za-z"),
        ("[:digit:]", "0-9"),
        ("[:alnum:]", "A-Za-z0-9"),
        ("[:upper:]", "A-Z"),
        ("[:lower:]", "a-z"),
        ("[:space:]", "\\s"),
        ("[:blank:]", " \\t"),
        ("[:xdigit:]", "A-Fa-f0-9"),
    ];
    let mut out = String::new();
    let mut rest = source;
    let mut inside = false;
    while let Some(c) = rest.chars().next() {
        if let Some((name, range)) = NAMES.iter().find(|(n, _)| inside && rest.starts_with(n)) {
            out.push_str(range);
            rest = &rest[name.len()..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                out.push(c);
                if let Some(escaped) = rest.chars().next() {
                    out.push(escaped);
                    rest = &rest[escaped.len_utf8()..];
                }
            }
            '[' if !inside => {
                inside = true;
                out.push(c);
                if let Some(tail) = rest.strip_prefix('^') {
                    out.push('^');
                    rest = tail;
                }
                // A bracket that comes first stands for itself.
                if let Some(tail) = rest.strip_prefix(']') {
                    out.push_str("\\]");
                    rest = tail;
                }
            }
            ']' if inside => {
                inside = false;
                out.push(c);
            }
            '[' | '&' | '~' if inside => out.extend(['\\', c]),
            '{' if !inside && !is_quantifier(rest) => out.push_str("\\{"),
            _ => out.push(c),
        }
    }
    out
}

/// Whether this stands behind the brace of a quantifier: any other brace is a character.
fn is_quantifier(rest: &str) -> bool {
    let Some((inner, _)) = rest.split_once('}') else {
        return false;
    };
    let (least, most) = inner.split_once(',').unwrap_or((inner, ""));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    !least.is_empty() && is_number(least) && is_number(most)
}

/// How an expression is to match.
#[derive(Clone, Copy, Debug)]
struct Options {
    ignore_case: bool,
    multi_line: bool,
    /// A dot stands for the end of a line too.
    dot_all: bool,
}

#[cfg(not(target_arch = "wasm32"))]
mod engine {
    pub use regex::bytes::Regex;

    use super::Options;

    pub fn groups(regex: &Regex) -> usize {
        regex.captures_len() - 1
    }

    /// The source, and later the text, have a byte for each character.
    pub fn compile(source: &str, options: Options) -> Option<Regex> {
        let mut escaped = String::new();
        for c in source.chars() {
            match c.is_ascii() {
                true => escaped.push(c),
                false => escaped.push_str(&format!("\\x{:02x}", u32::from(c))),
            }
        }
        regex::bytes::RegexBuilder::new(&escaped)
            .unicode(false)
            .case_insensitive(options.ignore_case)
            .multi_line(options.multi_line)
            .dot_matches_new_line(options.dot_all)
            .build()
            .ok()
    }

    pub fn captures(regex: &Regex, text: &str) -> Option<Vec<String>> {
        let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
        let groups = regex.captures(&bytes)?;
        let mut found = Vec::new();
        for group in groups.iter() {
            let bytes = group.map_or(&b""[..], |group| group.as_bytes());
            found.push(bytes.iter().copied().map(char::from).collect());
        }
        Some(found)
    }
}

#[cfg(target_arch = "wasm32")]
mod engine {
    use js_sys::RegExp;
    use wasm_bindgen::JsValue;

    use super::Options;

    #[derive(Clone, Debug)]
    pub struct Regex {
        source: String,
        flags: String,
    }

    pub fn groups(regex: &Regex) -> usize {
        // With nothing as an alternative it always matches.
        let groups = RegExp::new(&format!("{}|", regex.source), &regex.flags).exec("");
        groups.map_or(0, |g| g.length() as usize - 1)
    }

    pub fn compile(source: &str, options: Options) -> Option<Regex> {
        let mut flags = String::new();
        for (flag, is_on) in [
            ('i', options.ignore_case),
            ('m', options.multi_line),
            ('s', options.dot_all),
        ] {
            flags.extend(is_on.then_some(flag));
        }
        // The constructor throws on a malformed expression; asking for it through Reflect
        // turns that into an error value.
        let constructor =
            js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("RegExp")).ok()?;
        let arguments = js_sys::Array::of2(&JsValue::from_str(source), &JsValue::from_str(&flags));
        js_sys::Reflect::construct(&constructor.into(), &arguments).ok()?;
        Some(Regex {
            source: source.into(),
            flags,
        })
    }

    pub fn captures(regex: &Regex, text: &str) -> Option<Vec<String>> {
        let groups = RegExp::new(&regex.source, &regex.flags).exec(text)?;
        Some(
            groups
                .iter()
                .map(|g| g.as_string().unwrap_or_default())
                .collect(),
        )
    }
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
