//! Twin of `mail/courier`: nobody goes.

use std::sync::Arc;

use crate::network::id::ConnectionId;
use crate::network::world::World;
use crate::time::Time;

impl World {
    pub(in crate::network) fn mail_deadline(&self) -> Option<Time> {
        None
    }

    pub(in crate::network) fn run_mail(&mut self) {}

    pub(in crate::network) fn excuse(&mut self, _: Time) {}

    pub(in crate::network) fn stop_mail(&mut self, _: Time) {}

    pub(in crate::network) fn arrived(&mut self, _: ConnectionId, _: usize, _: &Arc<str>) {}
}
