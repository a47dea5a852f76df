//! Tables of exact keys: from a file of `key value` lines, from one of aliases(5), or written
//! inline.

use crate::files::dictionary::Dictionary;
use crate::postfix::config::syntax::{in_braces, next_word};
use crate::postfix::lookup::retry::Found;
use crate::postfix::lookup::source::{is_space, key_end};
use crate::postfix::lookup::table::{Host, Lookup, Manner, Name, Opened};

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
