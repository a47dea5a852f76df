//! Twin of `taught` in the light build: there are no lessons.

use std::time::Duration;

use super::Simulator;
use crate::scenario::Fault;
use crate::workstation::line::key::Key;

impl Simulator {
    pub(super) fn hear_line(&mut self, _: &str) {}

    pub(super) fn hear_key(&mut self, _: Key) {}

    pub(super) fn hear_set(&mut self, _: &str, _: usize) {}

    pub(super) fn hear_break(&mut self) {}

    pub(super) fn hear_tick(&mut self, _: Duration) {}

    pub(super) fn look(&mut self) {}

    pub(super) fn fresh(&self) -> Result<Simulator, Fault> {
        Simulator::with(&self.scenario, self.outside)
    }
}
