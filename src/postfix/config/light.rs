//! What the light build leaves out of main.cf; see `full.rs`.

use std::time::Duration;

use crate::smtp::policy::Note;
use crate::smtp::release::{Release, CURRENT};
use crate::smtp::sasl::Words;
use crate::smtp::tls::Telling;

/// What main.cf says.
pub use crate::files::dictionary::Dictionary as Values;

/// The parameters of what happens up to the dot.
pub(super) const PARAMETERS: &str = include_str!("parameters.cf");

/// Parameters that nothing here obeys are not known.
pub(super) fn is_obeyed(_: &str, _: &str) -> bool {
    false
}

pub(super) const OTHERS: &str = "";

/// The mechanisms of AUTH, and whether each sends the password as it is.
pub(super) const MECHANISMS: &[(&str, bool)] = &[("PLAIN", true), ("LOGIN", true)];

/// Nobody may have it.
pub(super) fn verp(_: &dyn Fn(&str) -> String) -> String {
    String::new()
}

/// Whether a list has something.
pub(super) fn lists(list: &[String], is_it: impl Fn(&str) -> bool) -> bool {
    list.iter().any(|word| is_it(word))
}

/// What says in other words what comes of AUTH, and the mechanisms that there are not: nothing does,
/// and there are all.
pub(super) fn sasl(_: &str) -> Result<(Words, &'static [&'static str]), String> {
    Ok((|_, turn, _| turn, &[]))
}

/// Nothing is told of TLS.
pub(super) fn telling(
    _: &dyn Fn(&str) -> String,
    _: &mut [Note],
    _: bool,
    _: &dyn Fn(&str) -> Duration,
) -> Telling {
    Telling::default()
}

/// The one release knows them all.
pub(super) fn knows(_: Option<&str>, _: &str) -> bool {
    true
}

/// The one release has the one default.
pub(super) fn default_of(_: Option<&str>, _: &str) -> Option<&'static str> {
    None
}

/// The one release.
pub(super) fn release(version: &str, _: &mut Vec<Note>) -> Result<Release, &'static str> {
    match version.starts_with("3.7") {
        true => Ok(CURRENT),
        false => Err("mail_version: other releases than 3.7 need the full build"),
    }
}

/// Nothing here reads more than it obeys.
pub(super) fn reader(_: &str) -> Option<&'static str> {
    None
}

pub(super) fn odd_level(_: &str, _: &str) -> Option<String> {
    None
}

/// What Postfix warns of while it does something that fails: this build says no more than that it
/// failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings;

impl Warnings {
    /// Drops one.
    pub fn add(&mut self, _: impl FnOnce() -> String) {}

    /// None.
    pub fn lines(&self) -> &[String] {
        &[]
    }
}

/// Of `transport_maps` they never do.
#[inline(always)]
pub(in crate::postfix) fn asks_style(name: &str, _: impl FnOnce() -> String) -> bool {
    name == "relay_domains"
}

/// A yes or no of which this build knows the answer, so that it has no size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FullOnly;
/// There is no other value.
pub(in crate::postfix) const YES: FullOnly = FullOnly;
/// It is this, too.
pub(in crate::postfix) const NO: FullOnly = FullOnly;
/// Whether the answer is yes: never.
#[inline(always)]
pub(in crate::postfix) fn holds(_: FullOnly) -> bool {
    false
}
