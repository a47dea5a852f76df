//! What main.cf says of what happens after the dot.

use crate::postfix::cleanup::checks::Checks;
use crate::postfix::cleanup::rewriting::Rewriting;
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::delivery::routes::Routes;
use crate::postfix::lookup::table::Files;
use crate::postfix::server::startup::note;
use crate::smtp::policy::Note;

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
    ///
    /// # Errors
    /// A value that Postfix refuses.
    pub(in crate::postfix::server) fn new(
        config: &Config,
        files: &Files,
        notes: &mut Vec<Note>,
    ) -> Result<AfterDot, Fatal> {
        let mut read = config.reader();
        let hopcount_limit = read.number_within("hopcount_limit", 1, u64::MAX);
        read.finish()?;
        // Each program opens its own tables, and complains of them itself.
        let [local, cleanup] = &mut <[Vec<String>; 2]>::default();
        let after_dot = AfterDot {
            routes: Routes::new(config, files, local)?,
            rewriting: Rewriting::new(config, files, cleanup)?,
            checks: Checks::new(config, files, cleanup)?,
            hopcount_limit,
        };
        note(notes, "local", local);
        note(notes, "cleanup", cleanup);
        Ok(after_dot)
    }
}
