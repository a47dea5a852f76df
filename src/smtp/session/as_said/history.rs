//! What was said in a session is not kept, because nobody would read it.

use crate::smtp::reply::Reply;

/// The postmaster is told of nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {}

/// What was said is not kept.
#[derive(Debug, Default)]
pub(in crate::smtp::session) struct History {}

impl History {
    pub(in crate::smtp::session) fn hear(&mut self, _: &[u8]) {}

    pub(in crate::smtp::session) fn forgive(&mut self) {}

    pub(in crate::smtp::session) fn judge(&mut self, _: bool) {}

    pub(in crate::smtp::session) fn say(&mut self, _: &Reply, _: &str) {}
}
