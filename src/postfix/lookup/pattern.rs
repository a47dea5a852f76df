//! Regular expressions of `regexp:` and `pcre:` tables. Those of POSIX have an engine of ours, whose
//! time is proportional to the text; for Perl's the host's own serves in the browser, natively the
//! `regex` crate, so neither weighs on the other.

use crate::regex::{Regex, Syntax};

/// A compiled `/pattern/flags`.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Of a `regexp:` table.
    Posix(Regex),
    /// Of a `pcre:` table.
    Perl(engine::Regex),
}

impl Pattern {
    /// Reads `/pattern/flags result` of a `pcre:` table; any character may stand for the slash.
    /// Matching ignores case unless the flag `i` turns that off.
    ///
    /// # Errors
    /// What is wrong with the expression, as Postfix warns about it.
    pub fn parse(text: &str) -> Result<(Pattern, &str), String> {
        let parts = Parts::of(text, "imxsAEUX")?;
        let options = Options {
            ignore_case: !parts.has('i'),
            multi_line: parts.has('m'),
            dot_all: !parts.has('s'),
        };
        let source = parts.source;
        let engine = engine::compile(&with_plain_classes(source), options)
            .ok_or_else(|| format!("error in regexp \"{source}\": skipping this rule"))?;
        Ok((Pattern::Perl(engine), parts.result))
    }

    /// The same of a `regexp:` table.
    ///
    /// # Errors
    /// What is wrong with the expression, as Postfix warns about it.
    pub fn parse_posix(text: &str) -> Result<(Pattern, &str), String> {
        let parts = Parts::of(text, "imx")?;
        let syntax = match parts.has('x') {
            true => Syntax::Basic,
            false => Syntax::Extended,
        };
        let mut regex = Regex::new(parts.source, syntax, !parts.has('i'))?;
        regex.is_multi_line = parts.has('m');
        Ok((Pattern::Posix(regex), parts.result))
    }

    /// How many groups it has.
    pub fn groups(&self) -> usize {
        match self {
            Pattern::Posix(regex) => regex.groups(),
            Pattern::Perl(regex) => engine::groups(regex),
        }
    }

    /// The text that the whole and each group matched, or `None`.
    pub fn captures(&self, text: &str) -> Option<Vec<String>> {
        match self {
            Pattern::Posix(regex) => {
                let found = regex.find(text, 0)?;
                let group = |number| found.group(number).unwrap_or("").to_string();
                Some((0..found.len()).map(group).collect())
            }
            Pattern::Perl(regex) => engine::captures(regex, text),
        }
    }
}

/// What a rule begins with.
struct Parts<'a> {
    source: &'a str,
    flags: &'a str,
    result: &'a str,
}

impl Parts<'_> {
    fn of<'a>(text: &'a str, known: &str) -> Result<Parts<'a>, String> {
        let delimiter = text.chars().next().ok_or("no regexp: skipping this rule")?;
        let inner = text.strip_prefix(delimiter).unwrap_or("");
        let mut escaped = false;
        let end = inner.find(|c| {
            let is_end = c == delimiter && !escaped;
            escaped = c == '\\' && !escaped;
            is_end
        });
        let end = end.ok_or_else(|| {
            format!("no closing regexp delimiter \"{delimiter}\": skipping this rule")
        })?;
        let (source, rest) = inner.split_at(end);
        let rest = rest.strip_prefix(delimiter).unwrap_or("");
        let (flags, result) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        match flags.chars().find(|c| !known.contains(*c)) {
            Some(odd) => Err(format!(
                "unknown regexp option \"{odd}\": skipping this rule"
            )),
            None => Ok(Parts {
                source,
                flags,
                result,
            }),
        }
    }

    /// Each flag turns something round.
    fn has(&self, flag: char) -> bool {
        self.flags.matches(flag).count() % 2 == 1
    }
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
            _ => out.push(c),
        }
    }
    out
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
    pub use regex::Regex;

    use super::Options;

    pub fn groups(regex: &Regex) -> usize {
        regex.captures_len() - 1
    }

    pub fn compile(source: &str, options: Options) -> Option<Regex> {
        regex::RegexBuilder::new(source)
            .case_insensitive(options.ignore_case)
            .multi_line(options.multi_line)
            .dot_matches_new_line(options.dot_all)
            .build()
            .ok()
    }

    pub fn captures(regex: &Regex, text: &str) -> Option<Vec<String>> {
        let groups = regex.captures(text)?;
        Some(
            groups
                .iter()
                .map(|g| g.map_or("", |m| m.as_str()).to_string())
                .collect(),
        )
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
        Pattern::parse(pattern).unwrap().0.captures(text).is_some()
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
