//! What main.cf says of what happens after the dot.

use crate::postfix::cleanup::checks::Checks;
use crate::postfix::cleanup::rewriting::Rewriting;
use crate::postfix::config::main_cf::Config;
use crate::postfix::delivery::routes::Routes;
use crate::postfix::lookup::tables::Tables;

/// What main.cf says of what happens after the dot.
#[derive(Clone, Debug)]
pub(in crate::postfix::server) struct AfterDot {
    pub(super) routes: Routes,
    pub(super) rewriting: Rewriting,
    pub(super) checks: Checks,
    pub(super) hopcount_limit: u64,
}

impl AfterDot {
    /// Reads main.cf.
    pub(in crate::postfix::server) fn new(config: &Config, tables: &mut Tables) -> AfterDot {
        // Each program opens its own tables, and complains of them itself.
        let before = tables.enter("local");
        let routes = Routes::new(config, tables);
        tables.enter("cleanup");
        let rewriting = Rewriting::new(config, tables);
        let checks = Checks::new(config, tables);
        tables.enter(before);
        AfterDot {
            routes,
            rewriting,
            checks,
            hopcount_limit: config.size("hopcount_limit"),
        }
    }
}
