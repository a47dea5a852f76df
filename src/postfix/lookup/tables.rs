//! The tables that a server has open: `type:name`, each once, whoever asks for it.

use std::ops::Range;
use std::sync::Arc;

use crate::files::dictionary::Dictionary;
use crate::files::Files;
use crate::postfix::config::main_cf::{Config, Fatal, EVERY_PROGRAM};
use crate::postfix::config::syntax::in_braces;
use crate::postfix::config::FullOnly;
use crate::postfix::lookup::build::{self, TYPES};
use crate::postfix::lookup::map;
use crate::postfix::lookup::retry::{Found, Retry};
use crate::postfix::lookup::table::{Host, Lookup, Manner, Name, Opened, Opener, Table, Type};
use crate::smtp::policy::Note;

/// Tables within tables. Postfix has no limit but its stack.
const NESTED: usize = 100;

/// The types that every build has.
const PLAIN: &[Type] = &[
    ("hash", open_indexed),
    ("btree", open_indexed),
    ("inline", map::open_inline),
    ("static", open_static),
    ("fail", |_, _| Ok(Box::new(Fail))),
    // No host of this network is in a NIS domain, so every such map is empty.
    ("nis", |_, host| {
        let warning = "dict_nis_init: NIS domain name not set - NIS lookups disabled";
        host.warn(warning.into());
        Ok(Box::new(map::Map::default()))
    }),
    ("unix", map::open_system),
    ("proxy", |name, host| {
        Ok(Box::new(Proxy(host.open(name.name))))
    }),
];

/// Whether there are tables of a type.
pub fn is_type(kind: &str) -> bool {
    let mut types = PLAIN.iter().chain(TYPES);
    types.any(|(known, _)| *known == kind)
}

/// Open tables.
#[derive(Debug)]
pub struct Tables<'a> {
    files: &'a Files,
    /// Those that are made from files of aliases(5).
    aliases: Vec<String>,
    open: Vec<Entry>,
    nested: usize,
    /// Who opens tables now.
    program: &'static str,
    notes: Vec<Note>,
    fatal: Option<Fatal>,
    /// How many of the notes come before that.
    last: Option<usize>,
    manner: Manner,
    /// Where a relative name begins: daemons run in the queue's folder.
    directory: String,
    /// What proxymap may open (`proxy_read_maps`).
    approved: build::Approved,
}

#[derive(Debug)]
struct Entry {
    table: Arc<Table>,
    /// Which of the notes say what there was to say when it was opened.
    said: Range<usize>,
    /// What it may answer.
    literal: FullOnly,
    /// Who has opened it.
    programs: Vec<&'static str>,
}

impl<'a> Tables<'a> {
    /// None yet, of a host with such files and such a main.cf.
    pub fn new(config: &Config, files: &'a Files) -> Tables<'a> {
        Tables {
            files,
            aliases: config.list("alias_maps"),
            open: Vec::new(),
            nested: 0,
            program: "smtpd",
            notes: Vec::new(),
            fatal: None,
            last: None,
            manner: Manner {
                is_utf8: config.flag("smtputf8_enable"),
                ..Manner::default()
            },
            directory: "/var/spool/postfix".into(),
            approved: build::approved(config),
        }
    }

    /// Opens tables in another manner, with names that begin in a directory.
    #[must_use]
    pub fn in_manner(mut self, manner: Manner, directory: &str) -> Self {
        self.manner = manner;
        self.directory = directory.into();
        self
    }

    /// Another program opens tables from now on: each opens its own, and complains of them
    /// itself. Gives the one before.
    pub fn enter(&mut self, program: &'static str) -> &'static str {
        std::mem::replace(&mut self.program, program)
    }

    /// From now on expressions may put nothing of what they matched into an answer, or may again. Gives
    /// what was before.
    pub(super) fn literal(&mut self, literal: FullOnly) -> FullOnly {
        std::mem::replace(&mut self.manner.literal, literal)
    }

    /// Opens a table. One that cannot be opened says so in the log, now and whenever it is
    /// asked.
    pub fn open(&mut self, spec: &str) -> Arc<Table> {
        self.keep(spec, |tables| {
            tables.nested += 1;
            let opened = tables.try_open(spec);
            tables.nested -= 1;
            opened
        })
    }

    fn try_open(&mut self, spec: &str) -> Opened {
        if self.nested > NESTED {
            return Err("too many tables within tables".into());
        }
        let (kind, name) = spec.split_once(':').unwrap_or_default();
        if kind.is_empty() || name.is_empty() {
            self.fail(format!(
                "open dictionary: expecting \"type:name\" form instead of \"{spec}\""
            ));
        }
        if kind == "proxy" && build::is_denied(&self.approved, name) {
            self.deny(name);
        }
        let mut types = PLAIN.iter().chain(TYPES);
        match types.find(|(known, _)| *known == kind) {
            Some((_, open)) => build::opened(*open, &Name { kind, name }, self),
            None => build::elsewhere(&Name { kind, name }, self),
        }
    }

    /// A table that says why it cannot be asked, now and whenever it is.
    pub(super) fn unavailable(&mut self, spec: &str, reason: String) -> Arc<Table> {
        self.keep(spec, |_| Err(reason))
    }

    fn keep(&mut self, spec: &str, open: impl FnOnce(&mut Self) -> Opened) -> Arc<Table> {
        let (program, literal) = (self.program, self.manner.literal);
        let is_it = |e: &&mut Entry| e.table.spec == spec && e.literal == literal;
        if let Some(entry) = self.open.iter_mut().find(is_it) {
            let table = entry.table.clone();
            if !entry.programs.contains(&program) {
                entry.programs.push(program);
                for number in entry.said.clone() {
                    let text = self.notes.get(number).map(|note| note.text.clone());
                    self.notes.extend(text.map(|text| Note { program, text }));
                }
            }
            return table;
        }
        let before = self.notes.len();
        let contents = open(self).unwrap_or_else(|reason| {
            self.warn(format!("error: {reason}"));
            Box::new(Unavailable(format!("{spec} is unavailable. {reason}")))
        });
        let said = before..self.notes.len();
        let spec = spec.into();
        let table = Arc::new(Table { spec, contents });
        self.open.push(Entry {
            table: table.clone(),
            said,
            literal,
            programs: vec![program],
        });
        table
    }

    /// The files of the host.
    pub fn files(&self) -> &'a Files {
        self.files
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&'a str> {
        build::text(self.files, path)
    }

    /// Why there is no file.
    pub(super) fn absence(&self, path: &str) -> &'static str {
        build::absence(self.files, path)
    }

    /// Whether a path is that of a directory.
    pub(super) fn is_directory(&self, path: &str) -> bool {
        build::is_directory(self.files, path)
    }

    /// Remembers what Postfix would not start with.
    pub(in crate::postfix) fn fail(&mut self, reason: String) {
        self.last.get_or_insert(self.notes.len());
        let program = self.program;
        self.fatal
            .get_or_insert_with(|| build::fatal(program, reason));
    }

    /// proxymap does not open a table, so whoever asked for it does not start.
    // The light build's opens all.
    #[allow(dead_code)]
    fn deny(&mut self, name: &str) {
        let program = "proxymap";
        for text in [
            format!("warning: request for unapproved table: \"{name}\""),
            format!(
                "warning: to approve this table for read-only access, list proxy:{name} in \
                 main.cf:proxy_read_maps"
            ),
        ] {
            self.notes.push(Note { program, text });
        }
        self.last.get_or_insert(self.notes.len());
        let why = format!("proxymap service is not configured for table \"{name}\"");
        let program = self.program;
        self.fatal.get_or_insert_with(|| Fatal {
            program,
            ..Fatal::new(why)
        });
    }

    /// The same, where it is each program that would not start.
    pub fn fail_all(&mut self, reason: String) {
        let program = EVERY_PROGRAM;
        self.last.get_or_insert(self.notes.len());
        let fatal = Fatal::new(reason);
        self.fatal.get_or_insert(Fatal { program, ..fatal });
    }

    /// What the programs log about their tables when they start.
    ///
    /// # Errors
    /// The first that they would not start with.
    pub fn finish(self) -> Result<Vec<Note>, Fatal> {
        self.fatal.map_or(Ok(self.notes), Err)
    }

    /// The same, with what is logged before a program gives up.
    ///
    /// # Errors
    /// The first that they would not start with.
    pub fn finish_into(mut self, notes: &mut Vec<Note>) -> Result<(), Fatal> {
        self.notes.truncate(self.last.unwrap_or(usize::MAX));
        notes.append(&mut self.notes);
        self.fatal.map_or(Ok(()), Err)
    }
}

impl Host for Tables<'_> {
    fn file(&self, path: &str) -> Option<&str> {
        // What the system knows has a name and no path.
        let below = || build::text(self.files, &format!("{}/{path}", self.directory));
        build::text(self.files, path).or_else(below)
    }

    fn manner(&self) -> Manner {
        self.manner
    }

    fn content(&self, value: &str) -> Result<String, String> {
        match self.manner.names_files {
            true => build::content(self, value),
            false => Ok(value.into()),
        }
    }

    fn is_older(&self, path: &str, than: &str) -> bool {
        build::is_older(self.files, path, than)
    }

    fn is_aliases(&self, name: &Name) -> bool {
        let is_it = |alias: &String| {
            let alias = alias.strip_prefix("proxy:").unwrap_or(alias);
            alias.split_once(':') == Some((name.kind, name.name))
        };
        name.kind != "texthash" && self.aliases.iter().any(is_it)
    }

    fn open(&mut self, spec: &str) -> Arc<Table> {
        Tables::open(self, spec)
    }

    fn warn(&mut self, text: String) {
        let text = match text.starts_with("error: ") {
            true => text,
            false => format!("warning: {text}"),
        };
        let program = self.program;
        self.notes.push(Note { program, text });
    }
}

impl Opener for Tables<'_> {
    fn files(&self) -> &Files {
        self.files
    }

    fn directory(&self) -> &str {
        &self.directory
    }

    fn fail(&mut self, reason: String) {
        Tables::fail(self, reason);
    }
}

/// A table that postmap, or postalias, makes of a file.
fn open_indexed(name: &Name, host: &mut dyn Host) -> Opened {
    let map = build::indexed(name, host)?;
    Ok(Box::new(map::Map(map, host.manner())))
}

fn open_static(name: &Name, host: &mut dyn Host) -> Opened {
    let value = match name.name {
        braced if braced.starts_with('{') => in_braces(braced)
            .map_err(|why| format!("bad static:name syntax: {why}"))?
            .trim_ascii(),
        plain => plain,
    };
    Ok(Box::new(Static(host.content(value)?)))
}

/// What proxymap(8) has open.
#[derive(Debug)]
struct Proxy(Arc<Table>);

impl Lookup for Proxy {
    fn get(&self, key: &str) -> Found<'_> {
        self.0.get(key)
    }

    fn is_pattern(&self) -> bool {
        self.0.is_pattern()
    }

    fn entries(&self) -> Option<&Dictionary> {
        self.0.entries()
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
        let config = Config::parse("smtpd_client_restrictions = hash:/etc/postfix/access").unwrap();
        build::make_tables(&config, &mut files);
        let table = Tables::new(&Config::default(), &files).open(spec);
        table.get(key).unwrap().map(|found| found.into_owned())
    }

    #[test]
    fn maps() {
        assert_eq!(
            get("hash:/etc/postfix/access", "Example.COM").as_deref(),
            Some("REJECT go away  please")
        );
        assert_eq!(get("inline:{a=b, {c = d e}}", "c").as_deref(), Some("d e"));
        assert_eq!(get("static:OK", "anything").as_deref(), Some("OK"));
    }

    #[test]
    fn a_table_is_opened_once() {
        let files = Files::default();
        let config = Config::parse("proxy_read_maps = proxy:hash:/nowhere\n").unwrap();
        let mut tables = Tables::new(&config, &files);
        let first = tables.open("hash:/nowhere");
        assert!(Arc::ptr_eq(&first, &tables.open("hash:/nowhere")));
        tables.open("proxy:hash:/nowhere");
        // Each program says so once.
        tables.enter("cleanup");
        assert!(Arc::ptr_eq(&first, &tables.open("hash:/nowhere")));
        tables.open("hash:/nowhere");
        let error = "error: open database /nowhere.db: No such file or directory";
        let notes = ["smtpd", "cleanup"].map(|program| Note {
            program,
            text: error.into(),
        });
        assert_eq!(tables.finish().unwrap(), notes);
    }

    #[test]
    fn what_is_no_table_is_fatal() {
        let files = Files::default();
        for spec in ["foo", "hash:", ":foo"] {
            let mut tables = Tables::new(&Config::default(), &files);
            tables.open(spec);
            let reason = tables.finish().unwrap_err().reason;
            let expected = format!("expecting \"type:name\" form instead of \"{spec}\"");
            assert_eq!(reason, format!("open dictionary: {expected}"));
        }
    }
}
