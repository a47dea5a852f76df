//! Twin of `trail`: nobody asks the light build what its restrictions said.

use crate::smtp::reply::Reply;

/// Nothing is remembered.
#[derive(Clone, Debug, Default)]
pub struct Trail {}

impl Trail {
    pub(super) fn begin(&mut self) {}

    pub(super) fn forget(&mut self) {}

    pub(super) fn answered(&mut self, _: &'static str, _: &Reply) {}
}
