//! The types of tables that only the full build has: none of them is here. Indexed tables are read
//! from their source.

use crate::files::dictionary::Dictionary;
use crate::files::Files;
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::lookup::source::records;
use crate::postfix::lookup::table::{Host, Name, Open, Opened, Type};

pub(super) const TYPES: &[Type] = &[];

/// What a program does not start with: here all of it is one.
pub(super) fn fatal(_: &'static str, reason: String) -> Fatal {
    Fatal::new(reason)
}

/// Opens a table.
pub(super) fn opened(open: Open, name: &Name, host: &mut dyn Host) -> Opened {
    open(name, host)
}

/// What an indexed table holds.
pub(super) fn indexed(name: &Name, host: &mut dyn Host) -> Result<Dictionary, String> {
    let manner = host.manner();
    let is_aliases = host.is_aliases(name);
    let mut map = Dictionary::default();
    let text = host.file(name.name).ok_or_else(|| {
        let name = name.name;
        format!("open database {name}.db: No such file or directory")
    })?;
    records("", text, is_aliases, "", &mut |_, record| {
        if let Ok((key, value)) = record {
            map.insert_new(manner.folded(key), value);
        }
    });
    Ok(map)
}

/// No value names files here.
pub(super) fn content(_: &dyn Host, value: &str) -> Result<String, String> {
    Ok(value.into())
}

/// The text of a file.
pub(super) fn text<'f>(files: &'f Files, path: &str) -> Option<&'f str> {
    files.get(path)
}

/// Why there is no file.
pub(super) fn absence(_: &Files, _: &str) -> &'static str {
    "No such file or directory"
}

/// There are no directories here.
pub(super) fn is_directory(_: &Files, _: &str) -> bool {
    false
}

/// Files have no times here.
pub(super) fn is_older(_: &Files, _: &str, _: &str) -> bool {
    false
}

/// Their source is all that there is.
pub fn make_tables(_: &Config, _: &mut Files) {}

/// A table that is asked elsewhere, which there is none of.
pub(super) fn elsewhere(name: &Name, _: &mut dyn Host) -> Opened {
    Err(format!("unsupported dictionary type: {}", name.kind))
}

/// proxymap opens all.
#[derive(Clone, Debug)]
pub(super) struct Approved;

#[inline(always)]
pub(super) fn approved(_: &Config) -> Approved {
    Approved
}

#[inline(always)]
pub(super) fn is_denied(_: &Approved, _: &str) -> bool {
    false
}
