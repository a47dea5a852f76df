//! A lookup table (Postfix's DATABASE_README), whatever its type.

use std::fmt::Debug;
use std::sync::Arc;

use crate::files::dictionary::Dictionary;
use crate::files::Files;
use crate::postfix::config::FullOnly;
use crate::postfix::lookup::retry::Found;

/// A table that has been opened.
#[derive(Debug)]
pub struct Table {
    /// As it is written in main.cf: `hash:/etc/postfix/access`.
    pub spec: String,
    pub(super) contents: Box<dyn Lookup>,
}

impl Table {
    /// What the table says to a key.
    ///
    /// # Errors
    /// `fail:` tables, and tables built on them, cannot be asked now.
    pub fn get(&self, key: &str) -> Found<'_> {
        self.contents.get(key)
    }

    /// All keys with their values, where the table can be read through.
    pub fn entries(&self) -> Option<&Dictionary> {
        self.contents.entries()
    }

    /// Whether keys are patterns: such a table is asked with whole addresses only, never with
    /// parts of them.
    pub fn is_pattern(&self) -> bool {
        self.contents.is_pattern()
    }
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
    fn entries(&self) -> Option<&Dictionary> {
        None
    }
}

/// A type of tables: its name, and how one is opened.
pub(super) type Type = (&'static str, Open);

/// How a table is opened.
pub(super) type Open = fn(&Name, &mut dyn Host) -> Opened;

/// The contents of a table, or the reason why it cannot be opened.
pub(super) type Opened = Result<Box<dyn Lookup>, String>;

/// How a table is opened: as daemons do, or as postmap's options say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// Keys are taken as they are (`-f`).
    pub is_exact: bool,
    /// Keys are folded beyond ASCII, too (`smtputf8_enable`).
    pub is_utf8: bool,
    /// What stands in the place of values names files (`-F`).
    pub names_files: bool,
    /// What becomes of a key that comes again.
    pub second: Second,
    /// Whether expressions may put nothing of what they matched into an answer.
    pub literal: FullOnly,
}

/// What becomes of a key that comes again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Second {
    /// The table is not opened.
    #[default]
    Fatal,
    /// It is told, and the first stays.
    Warn,
    /// The last stays.
    Replace,
    /// The first stays.
    Ignore,
}

/// What is to be opened.
pub struct Name<'a> {
    /// `hash`.
    pub kind: &'a str,
    /// `/etc/postfix/access`.
    pub name: &'a str,
}

/// The host of a table.
pub trait Host {
    /// The text of a file.
    fn file(&self, path: &str) -> Option<&str>;

    /// Whether a table is made from a file of aliases(5).
    fn is_aliases(&self, name: &Name) -> bool;

    /// How tables are opened.
    fn manner(&self) -> Manner;

    /// What a value is: itself, or what the files hold that it names.
    ///
    /// # Errors
    /// Why they cannot be read.
    fn content(&self, value: &str) -> Result<String, String>;

    /// Whether a file was written so long after another that this is not the same moment.
    fn is_older(&self, path: &str, than: &str) -> bool;

    /// Opens another table.
    fn open(&mut self, spec: &str) -> Arc<Table>;

    /// Says something in the log.
    fn warn(&mut self, text: String);
}

/// A host whose files can be looked at.
pub trait Opener: Host {
    /// All of them.
    fn files(&self) -> &Files;

    /// Where a relative name begins.
    fn directory(&self) -> &str;

    /// Remembers what programs do not start with.
    fn fail(&mut self, reason: String);
}
