//! Twin of `probing`: the light build sends no probes.

use crate::smtp::framing::End;

/// Nothing is known of probes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probing {}

/// No address is probed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {}

/// Nothing is waited for.
pub type Wait = Address;

/// No question has to do with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {}

impl Probing {
    pub(in crate::smtp) fn resume(&mut self) -> Option<(Vec<u8>, End)> {
        None
    }

    pub(in crate::smtp) fn is_stuck(&self) -> bool {
        false
    }
}

impl Probe {
    pub(in crate::smtp) fn take(&mut self) -> ([Address; 0], Option<Wait>) {
        ([], None)
    }
}
