//! Which list is being gone through, for those who watch; what answers beside Postfix, for those who ask.

use crate::postfix::access::lists::Place;

pub use crate::postfix::neighbour::Neighbours;

/// The list.
pub(in crate::postfix::access) type Position = Option<Place>;
