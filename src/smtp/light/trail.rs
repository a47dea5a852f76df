//! Twin of `trail`: nobody asks the light build what its restrictions said.

use crate::smtp::reply::Reply;

/// Nothing is remembered.
#[derive(Clone, Debug, Default)]
pub struct Trail {}

impl Trail {
    pub(in crate::smtp) fn begin(&mut self) {}

    pub(in crate::smtp) fn forget(&mut self) {}

    pub(in crate::smtp) fn answered(&mut self, _: &'static str, _: &Reply) {}
}
