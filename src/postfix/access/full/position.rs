//! Which list is being gone through, for those who watch.

use crate::postfix::access::lists::Place;

/// The list.
pub(in crate::postfix::access) type Position = Option<Place>;
