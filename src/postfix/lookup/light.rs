//! The types of tables that only the full build has: none of them is here.

use crate::postfix::lookup::table::Type;

pub(super) const TYPES: &[Type] = &[];
