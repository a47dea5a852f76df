//! Twin of `full/position`: nobody asks which list is gone through.

/// Nothing is known of it.
#[derive(Default)]
pub(in crate::postfix::access) struct Position;
