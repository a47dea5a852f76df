//! What a table is made of: a file of `key value` lines, or one of aliases(5).

use crate::postfix::config::syntax::{logical_lines, misplaced};
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::table::Manner;
use crate::smtp::address::{scan, written, Token};

impl Manner {
    /// A key as it is kept and looked for.
    pub fn folded(&self, key: &str) -> String {
        match (self.is_exact, self.is_utf8) {
            (true, _) => key.into(),
            (_, true) => fold(key),
            _ => key.to_ascii_lowercase(),
        }
    }
}

/// A line of a table's source: its key and its value, or what is wrong with it.
pub type Record<'a> = Result<(&'a str, &'a str), String>;

/// Reads the source of a table, `key value` lines or those of aliases(5), and tells of each line
/// with its number. `ignored` ends what is said of a line without a value.
pub fn records(
    path: &str,
    text: &str,
    is_aliases: bool,
    ignored: &str,
    each: &mut dyn FnMut(usize, Record),
) {
    for (number, line) in logical_lines(text) {
        let place = |what: &str| format!("{path}, line {number}: {what}");
        if let Some(warning) = misplaced(path, &line) {
            each(number, Err(warning));
            continue;
        }
        if is_aliases {
            match alias(&line) {
                Ok((key, value)) => each(number, Ok((&key, &value))),
                Err("") => {}
                Err(what) => each(number, Err(place(what))),
            }
            continue;
        }
        let Some(end) = key_end(&line, false) else {
            let what = format!("unbalanced '\"' in '{line}' -- ignoring this line");
            each(number, Err(place(&what)));
            continue;
        };
        let (key, value) = line.split_at(end);
        let value = value.trim_matches(is_space);
        if value.is_empty() {
            let what = format!("expected format: key whitespace value{ignored}");
            each(number, Err(place(&what)));
            continue;
        }
        if key.ends_with(':') {
            let what = "record is in \"key: value\" format; is this an alias file?";
            each(number, Err(place(what)));
        }
        each(number, Ok((key, value)));
    }
}

/// White space as C has it.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ')
}

/// `name: value` of aliases(5); what is wrong with it, or nothing where there is nothing.
fn alias(line: &str) -> Result<(String, String), &'static str> {
    let mut tokens = scan(line);
    if tokens.is_empty() {
        return Err("");
    }
    let colon = tokens.iter().position(|token| *token == Token::Op(':'));
    let colon = colon.unwrap_or(0);
    let value = tokens.split_off(colon.min(tokens.len()));
    let has = |c| tokens.contains(&Token::Op(c));
    if colon == 0 || value.len() < 2 || has(',') {
        return Err("need name:value pair");
    }
    if has('@') || has('%') {
        return Err("name must be local");
    }
    let value = value.get(1..).unwrap_or_default();
    let mut text = written(value, true, true);
    if value.last() == Some(&Token::Op(',')) {
        text.push(' ');
    }
    Ok((written(&tokens, true, false), text))
}

/// Where a key ends, parts of which may be quoted; `None` where a quote has no end.
pub(super) fn key_end(text: &str, at_equals: bool) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    let end = text.find(|c: char| {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            c => return !quoted && (is_space(c) || at_equals && c == '='),
        }
        false
    });
    (!quoted).then_some(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_read() {
        for (line, name, value) in [
            ("Postmaster: root", "Postmaster", "root"),
            ("team: asha,  ravi", "team", "asha, ravi"),
            ("\"help: desk\" : asha", "help: desk", "asha"),
            ("x : |\"do it\"", "x", "|\"do it\""),
        ] {
            assert_eq!(alias(line), Ok((name.into(), value.into())));
        }
        assert_eq!(alias("a@b: c"), Err("name must be local"));
        assert_eq!(alias("a b"), Err("need name:value pair"));
    }
}
