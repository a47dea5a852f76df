//! Twin of `full/old_notes`: nothing is noted.

use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::Status;
use crate::postfix::access::lists::{AccessControl, Place};

impl AccessControl {
    pub(in crate::postfix::access) fn relay_first(&self) -> bool {
        self.parameters.relay_first
    }

    pub(in crate::postfix::access) fn words(&self, place: Place) -> &[String] {
        self.list(place)
    }
}

impl Checker<'_> {
    pub(in crate::postfix::access) fn uses_old_networks(&mut self) {}

    pub(in crate::postfix::access) fn uses_old_relay_domains(&mut self, _: &str, _: &str) {}

    pub(in crate::postfix::access) fn uses_old_flush(&mut self, _: &str) {}

    pub(in crate::postfix::access) fn uses_old_relay(&mut self, _: Place, _: Status, _: &str) {}
}
