//! What main.cf says of what happens after the dot.

use crate::postfix::cleanup::checks::Checks;
use crate::postfix::cleanup::rewriting::Rewriting;
use crate::postfix::config::build::no_mechanisms;
use crate::postfix::config::main_cf::Config;
use crate::postfix::delivery::routes::Routes;
use crate::postfix::lookup::tables::Tables;
use crate::postfix::server::build::Built;
use crate::postfix::server::full::milter::Absent;
use crate::smtp::policy::Note;

/// What main.cf says of what happens after the dot.
#[derive(Clone, Debug)]
pub(in crate::postfix::server) struct AfterDot {
    pub(super) routes: Routes,
    pub(super) rewriting: Rewriting,
    pub(super) checks: Checks,
    pub(super) hopcount_limit: u64,
    /// `smtpd_milters`.
    pub(super) milters: Absent,
    /// `non_smtpd_milters`.
    pub(super) non_smtpd_milters: Absent,
    /// `enable_long_queue_ids`.
    pub(super) long_ids: bool,
    /// What smtpd warns of where it finds no mechanism of AUTH.
    no_mechanisms: Option<String>,
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
            milters: Absent::new(config, "smtpd_milters"),
            non_smtpd_milters: Absent::new(config, "non_smtpd_milters"),
            long_ids: config.flag("enable_long_queue_ids"),
            no_mechanisms: no_mechanisms(config),
            hopcount_limit: config.size("hopcount_limit"),
        }
    }
}

impl Built {
    /// What smtpd says where it is to offer AUTH and has no mechanism, before it dies.
    pub(in crate::postfix::server) fn no_mechanisms(&self) -> Vec<Note> {
        let warning = self.after_dot.no_mechanisms.iter().map(Note::warning);
        let fatal = Note::info("fatal: no SASL authentication mechanisms");
        warning.chain([fatal]).collect()
    }

    /// What comes of asking the Milters: warnings, and a reply that refuses.
    pub(in crate::postfix::server) fn milters(&self) -> (&[String], &str) {
        let absent = &self.after_dot.milters;
        (&absent.warnings, &absent.reply)
    }
}
