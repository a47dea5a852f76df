//! Tables of exact keys: from a file of `key value` lines, from one of aliases(5), or written
//! inline.

use crate::files::dictionary::Dictionary;
use crate::postfix::config::syntax::{in_braces, logical_lines, misplaced, next_word};
use crate::postfix::lookup::build;
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::retry::Found;
use crate::postfix::lookup::table::{file, Host, Lookup, Manner, Name, Opened, Second};
use crate::smtp::address::{scan, written, Token};

/// Values by key, and how keys are folded.
#[derive(Clone, Debug, Default)]
pub(super) struct Map(pub(super) Dictionary, pub(super) Manner);

impl Lookup for Map {
    fn get(&self, key: &str) -> Found<'_> {
        Ok(self.0.get(&self.1.folded(key)).map(Into::into))
    }

    fn entries(&self) -> Option<&Dictionary> {
        Some(&self.0)
    }
}

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

/// A table that postmap, or postalias, makes of a file.
pub(super) fn open_indexed(name: &Name, host: &mut dyn Host) -> Opened {
    let map = build::indexed(name, host)?;
    Ok(Box::new(Map(map, host.manner())))
}

/// A file of `key value` lines that is read as it is.
pub(super) fn open_text(name: &Name, host: &mut dyn Host) -> Opened {
    let (path, manner) = (name.name, host.manner());
    let text = file(name, host)?.to_string();
    let mut map = Dictionary::default();
    let mut unavailable = None;
    let ignored = " -- ignoring this line";
    records(path, &text, false, ignored, &mut |number, record| {
        let (key, value) = match record {
            Ok(pair) => pair,
            Err(warning) => return host.warn(warning),
        };
        let value = match host.content(value) {
            Ok(value) => value,
            Err(why) => {
                return host.warn(format!("{path}, line {number}: {why}: skipping this entry"))
            }
        };
        let folded = manner.folded(key);
        if map.contains(&folded) {
            let text = || format!("{path}, line {number}: duplicate entry: \"{key}\"");
            match manner.second {
                Second::Ignore => return,
                Second::Replace => {}
                Second::Warn => return host.warn(text()),
                Second::Fatal => {
                    unavailable.get_or_insert_with(text);
                }
            }
        }
        map.insert(folded, value);
    });
    match unavailable {
        Some(why) => Err(why),
        None => Ok(Box::new(Map(map, manner))),
    }
}

/// Something that the system knows (`unix:passwd.byname`).
pub(super) fn open_system(name: &Name, host: &mut dyn Host) -> Opened {
    let path = match name.name {
        "passwd.byname" => "/etc/passwd",
        "group.byname" => "/etc/group",
        other => return Err(format!("unknown table: unix:{other}")),
    };
    let mut map = Dictionary::default();
    let text = |path| host.file(path).unwrap_or("").lines();
    for line in text(path) {
        if let Some((key, _)) = line.split_once(':') {
            map.insert_new(key, line);
        }
    }
    // The people of a host that has no such file.
    for line in text(name.name) {
        if let Some((key, value)) = line.split_once(' ') {
            map.insert_new(key, value);
        }
    }
    Ok(Box::new(Map(map, host.manner())))
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
fn is_space(c: char) -> bool {
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
    Ok((written(&tokens, true, false), written(value, true, true)))
}

/// `inline:{name=value, {name = a longer value}}`.
pub(super) fn open_inline(name: &Name, host: &mut dyn Host) -> Opened {
    let (name, manner) = (name.name, host.manner());
    let fail = |why: &str| {
        let what = if manner.names_files {
            "filename"
        } else {
            "value"
        };
        format!("{why}: \"inline:{name}\"; need \"inline:{{name={what}...}}\"")
    };
    let inner = in_braces(name).ok().filter(|inner| !inner.is_empty());
    let bad = || format!("bad syntax: \"inline:{name}\"; need \"inline:{{name=value...}}\"");
    let mut rest = inner.ok_or_else(bad)?;
    let mut map = Dictionary::default();
    while let Some(item) = next_word(&mut rest) {
        let item = match item {
            braced if braced.starts_with('{') => in_braces(braced).map_err(|why| fail(&why))?,
            plain => plain,
        };
        let (key, value) = pair(item).map_err(fail)?;
        let value = host.content(value).map_err(|why| fail(&why))?;
        map.insert(manner.folded(key), value);
    }
    match map.is_empty() {
        true => Err(fail("empty table")),
        false => Ok(Box::new(Map(map, manner))),
    }
}

/// `name = value`, of which the name may be quoted.
fn pair(text: &str) -> Result<(&str, &str), &'static str> {
    let text = text.trim_matches(is_space);
    if text.is_empty() {
        return Err("no key found; expected format: key = value");
    }
    let end = key_end(text, true).ok_or("unbalanced '\"'")?;
    let (key, rest) = text.split_at(end);
    let value = rest.trim_start_matches(is_space).strip_prefix('=');
    let value = value.ok_or("missing '=' after attribute name")?;
    Ok((key, value.trim_matches(is_space)))
}

/// Where a key ends, parts of which may be quoted; `None` where a quote has no end.
fn key_end(text: &str, at_equals: bool) -> Option<usize> {
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
