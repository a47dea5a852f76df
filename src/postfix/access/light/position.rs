//! Twin of `full/position`: nobody asks which list is gone through, and nothing answers beside Postfix.

/// Nothing is known of it.
#[derive(Default)]
pub(in crate::postfix::access) struct Position {}

/// All that answers beside Postfix: nothing.
#[derive(Clone, Debug, Default)]
pub struct Neighbours;

/// What probes have found out: nothing.
#[derive(Clone, Debug, Default)]
pub struct Verified;
