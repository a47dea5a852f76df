//! Tables of exact keys: from a file of `key value` lines, from one of aliases(5), or written
//! inline.

use crate::files::dictionary::Dictionary;
use crate::postfix::config::syntax::{in_braces, logical_lines, next_word};
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::retry::Found;
use crate::postfix::lookup::table::{file, Host, Lookup, Name, Opened};

/// Values by key, folded to lower case.
#[derive(Clone, Debug, Default)]
pub(super) struct Map(Dictionary);

impl Lookup for Map {
    fn get(&self, key: &str) -> Found<'_> {
        Ok(self.0.get(&fold(key)).map(Into::into))
    }

    fn entries(&self) -> Option<&Dictionary> {
        Some(&self.0)
    }
}

/// A table that postmap, or postalias, makes of a file.
pub(super) fn open_indexed(name: &Name, host: &mut dyn Host) -> Opened {
    let is_aliases = host.is_aliases(name);
    Ok(Box::new(Map::of(file(name, host)?, is_aliases)))
}

/// Something that the system knows (`unix:passwd.byname`).
pub(super) fn open_system(name: &Name, host: &mut dyn Host) -> Opened {
    Ok(Box::new(Map::of(host.file(name.name).unwrap_or(""), false)))
}

impl Map {
    fn of(text: &str, is_aliases: bool) -> Map {
        let mut map = Dictionary::default();
        for (_, line) in logical_lines(text) {
            let alias = is_aliases.then(|| alias(&line)).flatten();
            let (key, value) = alias.unwrap_or_else(|| entry(&line));
            map.insert_new(fold(key.trim_end()), value.trim());
        }
        Map(map)
    }
}

/// `key value`, of which the key may be quoted.
fn entry(line: &str) -> (&str, &str) {
    let words = || line.split_once(char::is_whitespace);
    quoted(line).or_else(words).unwrap_or((line, ""))
}

/// `name: value`, of which the name may be quoted.
fn alias(line: &str) -> Option<(&str, &str)> {
    match quoted(line) {
        Some((name, rest)) => Some((name, rest.trim_start().strip_prefix(':')?)),
        None => line.split_once(':'),
    }
}

/// What stands between quotes at the start of a line, and what follows.
fn quoted(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix('"')?.split_once('"')
}

/// `inline:{name=value, {name = a longer value}}`.
pub(super) fn open_inline(name: &Name, _: &mut dyn Host) -> Opened {
    let name = name.name;
    let fail = |why: &str| format!("{why}: \"inline:{name}\"; need \"inline:{{name=value...}}\"");
    let inner = in_braces(name).ok().filter(|inner| !inner.is_empty());
    let mut rest = inner.ok_or_else(|| fail("bad syntax"))?;
    let mut map = Dictionary::default();
    while let Some(item) = next_word(&mut rest) {
        let item = match item {
            braced if braced.starts_with('{') => in_braces(braced).map_err(|why| fail(&why))?,
            plain => plain,
        };
        let pair = item.split_once('=');
        let (key, value) = pair.ok_or_else(|| fail("missing '=' after attribute name"))?;
        map.insert(fold(key.trim()), value.trim());
    }
    match map.is_empty() {
        true => Err(fail("empty table")),
        false => Ok(Box::new(Map(map))),
    }
}

#[cfg(test)]
mod tests {
    use crate::files::Files;
    use crate::postfix::config::main_cf::Config;
    use crate::postfix::lookup::tables::Tables;

    #[test]
    fn aliases_are_read() {
        let mut files = Files::default();
        let text = "# who\nPostmaster: root\nteam: asha,\n  ravi\n\"help: desk\" : asha\n";
        files.insert("/etc/aliases", text);
        let mut tables = Tables::new(&Config::default(), &files);
        let table = tables.open("hash:/etc/aliases");
        for (name, value) in [
            ("postmaster", "root"),
            ("team", "asha, ravi"),
            ("help: desk", "asha"),
        ] {
            assert_eq!(table.get(name).unwrap().as_deref(), Some(value));
        }
    }
}
