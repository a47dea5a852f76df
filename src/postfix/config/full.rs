//! What the full build knows of main.cf besides.

use crate::smtp::policy::Note;
use crate::smtp::release::{Release, CURRENT, KNOWN};

/// The parameters, and those of what happens after the dot.
pub(super) const PARAMETERS: &str =
    concat!(include_str!("parameters.cf"), include_str!("delivery.cf"));

/// The parameters that nothing here obeys.
pub(super) const OTHERS: &str = include_str!("others.cf");

/// The mechanisms of AUTH, and whether each sends the password as it is.
pub(super) const MECHANISMS: &[(&str, bool)] =
    &[("CRAM-MD5", false), ("PLAIN", true), ("LOGIN", true)];

/// Whether the release that a main.cf asks for knows a parameter.
pub(super) fn knows(version: Option<&str>, name: &str) -> bool {
    let release = version.and_then(Release::parse);
    release.is_none_or(|release| release.knows(name))
}

/// The default of a parameter in the release that a main.cf asks for, where it had another.
pub(super) fn default_of(version: Option<&str>, name: &str) -> Option<&'static str> {
    Release::parse(version?)?.default_of(name)
}

/// The release that `mail_version` names.
pub(super) fn release(version: &str, notes: &mut Vec<Note>) -> Result<Release, &'static str> {
    let release = Release::parse(version);
    let [first, last] = KNOWN;
    if release.is_none_or(|r| r < first || r > last) {
        notes.push(Note::warning(format!(
            "mail_version = {version}: releases {}.{} to {}.{} are modelled",
            first.0, first.1, last.0, last.1
        )));
    }
    Ok(release.unwrap_or(CURRENT))
}

/// So many warnings are kept of one failure; more would only fill the log.
const MOST: usize = 1_000;

/// What Postfix warns of while it does something that fails, without `warning: `.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings(Vec<String>);

impl Warnings {
    /// Adds one.
    pub fn add(&mut self, text: impl FnOnce() -> String) {
        if self.0.len() < MOST {
            self.0.push(text());
        }
    }

    /// All of them, in order.
    pub fn lines(&self) -> &[String] {
        &self.0
    }
}
