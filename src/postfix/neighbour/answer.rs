//! What a policy service answers.

use crate::smtp::policy::{Note, Triplet};

/// An answer.
#[derive(Debug, Default)]
pub struct Answer {
    /// What is to be done.
    pub action: String,
    /// What the service writes to the log itself.
    pub notes: Vec<Note>,
    /// Whom greylisting has seen.
    pub triplet: Option<Triplet>,
}
