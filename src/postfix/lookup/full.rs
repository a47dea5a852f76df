//! The types of tables that only the full build has.

use crate::postfix::lookup::table::Type;
use crate::postfix::lookup::{combined, rules};

pub(super) const TYPES: &[Type] = &[
    ("cidr", rules::open_networks),
    ("regexp", rules::open_patterns),
    ("pcre", rules::open_patterns),
    ("unionmap", combined::open_union),
    ("pipemap", combined::open_pipe),
];
