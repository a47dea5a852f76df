//! Nothing is kept of Milters, of filters and of probes, because there are none.

use std::marker::PhantomData;

use crate::smtp::envelope::Effect;

/// No message goes to a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passed {}

/// Nobody says more of a message.
#[derive(Debug, Default)]
pub(in crate::smtp::session) struct Heard {}

impl Heard {
    pub fn clear(&mut self) {}

    pub fn keep(&mut self, _: Vec<Effect>) {}

    pub fn give(&mut self, _: &mut Vec<Effect>) {}
}

/// No command waits.
#[derive(Debug)]
pub(in crate::smtp::session) struct Waiting<T>(pub(super) PhantomData<T>);

impl<T> Default for Waiting<T> {
    fn default() -> Waiting<T> {
        Waiting(PhantomData)
    }
}
