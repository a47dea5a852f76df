//! A look-up that failed for now.

use std::borrow::Cow;

use crate::postfix::config::Warnings;

/// Nothing can be said now: the one who asks answers with a temporary failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retry {
    /// What the one who asked logs about it.
    pub warnings: Warnings,
    /// Which daemon was asked and logs that in its place, if any.
    pub daemon: Option<&'static str>,
}

/// What a look-up found.
pub type Found<'a> = Result<Option<Cow<'a, str>>, Retry>;

impl Retry {
    /// Adds a line for the log.
    pub fn and(mut self, warning: impl FnOnce() -> String) -> Retry {
        self.warnings.add(warning);
        self
    }
}
