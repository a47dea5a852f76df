//! Which list is being gone through, for those who watch; what answers beside
//! Postfix, and what probes have found out, for those who ask.

use crate::postfix::access::lists::Place;

pub use crate::postfix::access::full::verified::Verified;
pub use crate::postfix::neighbour::Neighbours;

/// The list.
pub(in crate::postfix::access) type Position = Option<Place>;
