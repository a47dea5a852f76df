//! The light build has no restriction of its own, and no tables for them.

pub(super) mod lookups;
pub(super) mod old_defaults;
mod old_notes;
pub(super) mod position;
mod replies;
mod trail;

use crate::postfix::access::restriction::Word;

/// The restrictions of this build beside those of every build.
pub(super) const WORDS: [&[Word]; 0] = [];
