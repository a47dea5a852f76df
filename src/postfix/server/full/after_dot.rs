//! What main.cf says of what happens after the dot.

use crate::postfix::cleanup::checks::Checks;
use crate::postfix::cleanup::rewriting::Rewriting;
use crate::postfix::config::build::no_mechanisms;
use crate::postfix::config::main_cf::Config;
use crate::postfix::delivery::routes::Routes;
use crate::postfix::lookup::tables::Tables;
use crate::postfix::neighbour::LIST;
use crate::postfix::server::full::milter::Milters;

/// What main.cf says of what happens after the dot.
#[derive(Clone, Debug)]
pub(in crate::postfix::server) struct AfterDot {
    pub(super) routes: Routes,
    pub(super) rewriting: Rewriting,
    pub(super) checks: Checks,
    pub(super) hopcount_limit: u64,
    /// `content_filter`.
    pub(super) content_filter: Option<String>,
    /// `smtpd_milters`.
    pub(super) milters: Milters,
    /// `non_smtpd_milters`.
    pub(super) non_smtpd_milters: Milters,
    /// `enable_long_queue_ids`.
    pub(super) long_ids: bool,
    /// What smtpd warns of where it finds no mechanism of AUTH.
    pub(super) no_mechanisms: Option<String>,
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
        let there = tables.text(LIST).unwrap_or("");
        AfterDot {
            routes,
            rewriting,
            checks,
            content_filter: Some(config.get("content_filter")).filter(|to| !to.is_empty()),
            milters: Milters::new(config, "smtpd_milters", there),
            non_smtpd_milters: Milters::new(config, "non_smtpd_milters", there),
            long_ids: config.flag("enable_long_queue_ids"),
            no_mechanisms: no_mechanisms(
                &config.get("smtpd_sasl_type"),
                &config.get("smtpd_sasl_path"),
            ),
            hopcount_limit: config.size("hopcount_limit"),
        }
    }
}
