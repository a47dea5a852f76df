//! A main.cf that a program does not start with is no world of the light build.

use crate::files::Files;
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::server::build::Built;
use crate::smtp::policy::Note;

/// What a main.cf is made into.
///
/// # Errors
/// What a program would not start with.
pub(in crate::postfix::server) fn build(
    config: &Config,
    files: &Files,
    addresses: &[String],
    notes: &mut Vec<Note>,
) -> Result<(Built, Option<Fatal>), Fatal> {
    Built::new(config, files, addresses, notes).map(|built| (built, None))
}
