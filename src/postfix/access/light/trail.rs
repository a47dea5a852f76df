//! Twin of `full/trail`: nothing is written down.

use crate::postfix::access::checker::Checker;
use crate::postfix::access::full::position::Position;
use crate::postfix::access::judgement::{Abort, Status};
use crate::postfix::access::lists::Place;
use crate::postfix::access::restriction::Call;

impl Checker<'_> {
    pub(in crate::postfix::access) fn enter(&mut self, _: Place) {
        self.position = Position;
    }

    pub(in crate::postfix::access) fn mark(&mut self, _: &Call) {}

    pub(in crate::postfix::access) fn tell(
        &mut self,
        _: (),
        _: &Call,
        _: &Result<(Status, bool), Abort>,
    ) {
    }

    pub(in crate::postfix::access) fn pass_over(&mut self, _: &[String], _: &str) {}

    pub(in crate::postfix::access) fn implied(&mut self, _: &'static str, _: &str, _: Status) {}
}
