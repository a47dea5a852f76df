//! The light build's server ends with the dot: nothing stands behind its smtpd.

mod behind;
pub(super) mod faults;
pub mod postscreen;
pub(super) mod services;

pub(in crate::postfix::server) use services::Services;

use crate::files::Files;
use crate::postfix::config::main_cf::Config;
use crate::postfix::lookup::tables::Tables;
use crate::postfix::server::processes::Processes;
use crate::smtp::policy::{Note, Rate};
use crate::smtp::settings::Settings;
use crate::time::Time;

/// What waits to be delivered: nothing.
#[derive(Clone, Debug, Default)]
pub struct Queue;

/// How the server says what it says: as Postfix does.
#[derive(Clone, Debug, Default)]
pub struct Wording;

/// The processes of the daemons behind smtpd: there are none.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix::server) struct Daemons;

impl Daemons {
    pub(in crate::postfix::server) fn process(
        &mut self,
        _: &'static str,
        _: &mut Processes,
    ) -> Option<u32> {
        None
    }

    pub(in crate::postfix::server) fn forget(&mut self, _: &[Note], _: &Files) {}

    pub(in crate::postfix::server) fn is_news(&mut self, _: u32, _: &Note) -> bool {
        true
    }
}

/// What main.cf says of what happens after the dot: nothing does.
#[derive(Clone, Debug)]
pub(in crate::postfix::server) struct AfterDot;

impl AfterDot {
    pub(in crate::postfix::server) fn new(
        _: &Config,
        _: &mut Tables,
        _: &mut Settings,
    ) -> AfterDot {
        AfterDot
    }
}

/// What anvil would write: nothing.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix) struct Statistics;

impl Statistics {
    pub(in crate::postfix::server) fn note(
        &mut self,
        _: Rate,
        _: usize,
        _: usize,
        _: &str,
        _: Time,
    ) {
    }

    pub(in crate::postfix::server) fn leave(&mut self, _: Time) {}
}
