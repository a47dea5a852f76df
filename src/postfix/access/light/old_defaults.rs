//! Twin of `full/old_defaults`: nothing is known of them.

use crate::postfix::config::main_cf::Config;
use crate::postfix::lookup::tables::Tables;

/// Nothing is known of them.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix::access) struct OldDefaults;

impl OldDefaults {
    pub(in crate::postfix::access) fn new(_: &Config, _: &str, _: &mut Tables) -> OldDefaults {
        OldDefaults
    }
}
