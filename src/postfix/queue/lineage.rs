//! What one message has brought forth: copies that were sent on, notifications, and what came of
//! those. A real Postfix lets bounces chase each other for ever; a page has to end it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;

/// How many messages may come of one.
pub const LIMIT: u32 = 1_000;

/// The count that a message shares with all that have come of it, on whichever host.
#[derive(Clone, Debug, Default)]
pub struct Lineage(Arc<AtomicU32>);

impl Lineage {
    /// One more has come; whether it is one too many.
    pub fn grow(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) >= LIMIT
    }
}

/// Whether it is the same one.
impl PartialEq for Lineage {
    fn eq(&self, other: &Lineage) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Lineage {}
