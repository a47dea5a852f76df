//! Lookup tables: `type:name`, from the files of the scenario or written inline
//! (Postfix's DATABASE_README).

use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;

use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::config::syntax::{in_braces, next_word};
use crate::postfix::lookup::build::TYPES;
use crate::postfix::lookup::map;
use crate::postfix::lookup::retry::{Found, Retry};

pub use crate::files::Files;

/// Tables within tables. Postfix has no limit but its stack.
const NESTED: usize = 100;

/// A table that has been opened.
#[derive(Debug)]
pub struct Table {
    /// As it is written in main.cf: `hash:/etc/postfix/access`.
    pub spec: String,
    contents: Box<dyn Lookup>,
}

/// What a table of some type does.
pub(super) trait Lookup: Debug + Send + Sync {
    /// What it says to a key.
    fn get(&self, key: &str) -> Found<'_>;

    /// Whether keys are patterns.
    fn is_pattern(&self) -> bool {
        false
    }

    /// All keys with their values, where it can be read through.
    fn entries(&self) -> Option<Vec<(&str, &str)>> {
        None
    }
}

/// A type of tables: its name, and how one is opened, or the reason why it cannot be.
pub(super) type Type = (
    &'static str,
    fn(&Name, &mut Tables) -> Result<Box<dyn Lookup>, String>,
);

/// What is to be opened.
pub(super) struct Name<'a> {
    /// `hash`.
    pub kind: &'a str,
    /// `/etc/postfix/access`.
    pub name: &'a str,
}

/// The types that every build has.
const PLAIN: &[Type] = &[
    ("hash", map::open_indexed),
    ("btree", map::open_indexed),
    ("lmdb", map::open_indexed),
    ("cdb", map::open_indexed),
    ("dbm", map::open_indexed),
    ("sdbm", map::open_indexed),
    ("texthash", map::open_text),
    ("inline", map::open_inline),
    ("static", |name, _| {
        let value = match name.name {
            braced if braced.starts_with('{') => in_braces(braced)
                .map_err(|why| format!("bad static:name syntax: {why}"))?
                .trim(),
            plain => plain,
        };
        Ok(Box::new(Static(value.into())))
    }),
    ("fail", |_, _| Ok(Box::new(Fail))),
    // No host of this network is in a NIS domain, so every such map is empty.
    ("nis", |_, tables| {
        let warning = "dict_nis_init: NIS domain name not set - NIS lookups disabled";
        tables.warnings.push(warning.into());
        Ok(Box::new(map::Map::default()))
    }),
    ("unix", map::open_system),
];

impl Table {
    /// What the table says to a key.
    ///
    /// # Errors
    /// `fail:` tables, and tables built on them, cannot be asked now.
    pub fn get(&self, key: &str) -> Found<'_> {
        self.contents.get(key)
    }

    /// All keys with their values, where the table can be read through.
    pub fn entries(&self) -> Option<Vec<(&str, &str)>> {
        self.contents.entries()
    }

    /// Whether keys are patterns: such a table is asked with whole addresses only, never with
    /// parts of them.
    pub fn is_pattern(&self) -> bool {
        self.contents.is_pattern()
    }
}

/// The tables that a server has open: each once, whoever asks for it.
#[derive(Debug)]
pub struct Tables<'a> {
    /// The files of the host.
    files: &'a Files,
    /// Those that are made from files of aliases(5).
    pub(super) aliases: Vec<String>,
    open: Vec<Arc<Table>>,
    nested: usize,
    /// What Postfix would log about the tables.
    pub warnings: Vec<String>,
    fatal: Option<Fatal>,
}

impl<'a> Tables<'a> {
    /// None yet, of a host with such files and such a main.cf.
    pub fn new(config: &Config, files: &'a Files) -> Tables<'a> {
        Tables {
            files,
            aliases: config.list("alias_maps"),
            open: Vec::new(),
            nested: 0,
            warnings: Vec::new(),
            fatal: None,
        }
    }

    /// Remembers what Postfix would not start with.
    pub(super) fn fail(&mut self, reason: String) {
        self.fatal.get_or_insert_with(|| Fatal::new(reason));
    }

    /// What Postfix would log about the tables.
    ///
    /// # Errors
    /// The first that it would not start with.
    pub fn finish(self) -> Result<Vec<String>, Fatal> {
        self.fatal.map_or(Ok(self.warnings), Err)
    }

    /// The text of a file.
    pub(super) fn file(&self, path: &str) -> Option<&'a str> {
        self.files.get(path)
    }

    /// Opens a table. One that cannot be opened says so in the log, now and whenever it is
    /// asked.
    pub fn open(&mut self, spec: &str) -> Arc<Table> {
        // proxymap(8) opens what it is asked for.
        let spec = spec.trim_start_matches("proxy:");
        if let Some(table) = self.open.iter().find(|table| table.spec == spec) {
            return table.clone();
        }
        self.nested += 1;
        let contents = self.try_open(spec);
        self.nested -= 1;
        match contents {
            Ok(contents) => self.keep(spec, contents),
            Err(reason) => self.unavailable(spec, reason),
        }
    }

    fn try_open(&mut self, spec: &str) -> Result<Box<dyn Lookup>, String> {
        if self.nested > NESTED {
            return Err("too many tables within tables".into());
        }
        let (kind, name) = spec.split_once(':').unwrap_or_default();
        if kind.is_empty() || name.is_empty() {
            self.fail(format!(
                "open dictionary: expecting \"type:name\" form instead of \"{spec}\""
            ));
        }
        let types = || PLAIN.iter().chain(TYPES);
        match types().find(|(known, _)| *known == kind) {
            Some((_, open)) => open(&Name { kind, name }, self),
            None => Err(format!("unsupported dictionary type: {kind}")),
        }
    }

    /// A table that says why it cannot be asked, now and whenever it is.
    pub(super) fn unavailable(&mut self, spec: &str, reason: String) -> Arc<Table> {
        let known = self.open.iter().find(|table| table.spec == spec);
        if let Some(table) = known {
            return table.clone();
        }
        self.warnings.push(format!("error: {reason}"));
        let warning = format!("{spec} is unavailable. {reason}");
        self.keep(spec, Box::new(Unavailable(warning)))
    }

    fn keep(&mut self, spec: &str, contents: Box<dyn Lookup>) -> Arc<Table> {
        let spec = spec.into();
        let table = Arc::new(Table { spec, contents });
        self.open.push(table.clone());
        table
    }

    /// The rules of a table that are written in its name, or the text of its file.
    pub(super) fn read(&self, name: &Name) -> Result<Cow<'a, str>, String> {
        let path = name.name;
        if path.starts_with('{') {
            let fail = |why| format!("{} map: {why}", name.kind);
            let mut rest = in_braces(path).map_err(fail)?;
            let mut rules = String::new();
            while let Some(rule) = next_word(&mut rest) {
                rules.push_str(in_braces(rule).map_err(fail)?.trim());
                rules.push('\n');
            }
            return Ok(rules.into());
        }
        // An indexed table is made from the text file beside it.
        let beside = path.strip_suffix(".db").unwrap_or(path);
        let text = self.file(path).or_else(|| self.file(beside));
        text.map(Cow::Borrowed).ok_or_else(|| match name.kind {
            "hash" | "btree" => format!("open database {path}.db: No such file or directory"),
            _ => format!("open {path}: No such file or directory"),
        })
    }
}

/// The same answer to every key.
#[derive(Debug)]
struct Static(String);

impl Lookup for Static {
    fn get(&self, _: &str) -> Found<'_> {
        Ok(Some(self.0.as_str().into()))
    }

    fn is_pattern(&self) -> bool {
        true
    }
}

/// Nothing but errors.
#[derive(Debug)]
struct Fail;

impl Lookup for Fail {
    fn get(&self, _: &str) -> Found<'_> {
        Err(Retry::default())
    }
}

/// It could not be opened.
#[derive(Debug)]
struct Unavailable(String);

impl Lookup for Unavailable {
    fn get(&self, _: &str) -> Found<'_> {
        Err(Retry::default().and(|| self.0.clone()))
    }

    fn is_pattern(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(spec: &str, key: &str) -> Option<String> {
        let mut files = Files::default();
        files.insert(
            "/etc/postfix/access",
            "# comment\nexample.com REJECT go away\n  please\nOK@x OK\n",
        );
        let table = Tables::new(&Config::default(), &files).open(spec);
        table.get(key).unwrap().map(Cow::into_owned)
    }

    #[test]
    fn maps() {
        assert_eq!(
            get("hash:/etc/postfix/access", "Example.COM").as_deref(),
            Some("REJECT go away please")
        );
        assert_eq!(get("inline:{a=b, {c = d e}}", "c").as_deref(), Some("d e"));
        assert_eq!(get("static:OK", "anything").as_deref(), Some("OK"));
    }

    #[test]
    fn a_table_is_opened_once() {
        let files = Files::default();
        let mut tables = Tables::new(&Config::default(), &files);
        let first = tables.open("hash:/nowhere");
        assert!(Arc::ptr_eq(&first, &tables.open("proxy:hash:/nowhere")));
        assert_eq!(
            tables.warnings,
            ["error: open database /nowhere.db: No such file or directory"]
        );
    }
}
