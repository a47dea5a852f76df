//! In place of what only the full build has in a scenario: a refusal that says how to get it.

use serde::de::{Deserializer, Error};
use serde::Deserialize;

use crate::files::Files;
use crate::network::{Host, Port};
use crate::scenario::values::{is_path, Text};

/// A member that this build refuses.
#[derive(Debug)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum FullOnly {}

/// See the full build's.
pub type Greylist = FullOnly;
/// See the full build's.
pub type MasterCf = FullOnly;
/// See the full build's.
pub type Services = FullOnly;
/// See the full build's.
pub type Wording = FullOnly;

impl<'de> Deserialize<'de> for FullOnly {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<FullOnly, D::Error> {
        Err(D::Error::custom(
            "only the full build has this: write <smtp-terminal full>",
        ))
    }
}

/// The tutorial's server is enough where mail is not delivered.
pub const INTERNET: Option<&str> = None;

/// Whether a file can have this path; there are no directories here.
pub fn has_place(path: &str, _: &Files, _: &Option<Text>) -> bool {
    is_path(path)
}

/// A path that is one is no fault here.
pub fn no_place(_: &str, _: &Files) -> Option<&'static str> {
    None
}

/// What listens is what the scenario names.
pub fn offer(
    _: &mut Files,
    _: Option<MasterCf>,
    _: bool,
    _: &[(u16, Port)],
    _: &Option<Services>,
    _: &str,
) {
}

/// Nothing is known here of what the full build adds to a host.
pub fn furnish(
    _: &mut Host,
    _: Option<Files>,
    _: Option<Services>,
    _: Option<Greylist>,
    _: Option<Wording>,
) {
}
