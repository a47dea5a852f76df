//! There is one service, at the ports that the scenario names.

use crate::files::Files;
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::server::build::Built;
use crate::smtp::policy::Note;

/// What master.cf offers: nothing else.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix::server) struct Services(());

impl Services {
    pub(in crate::postfix::server) fn new(
        _: &Config,
        _: &Files,
        _: &[String],
        _: Option<&Services>,
    ) -> Result<Services, Fatal> {
        Ok(Services::default())
    }
}

/// What the smtpd of another service obeys: there is none.
pub(in crate::postfix::server) struct Own {
    pub(in crate::postfix::server) built: Built,
    pub(in crate::postfix::server) fault: Option<Fatal>,
    pub(in crate::postfix::server) warnings: Vec<Note>,
}
