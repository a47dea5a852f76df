//! Twin of `probing`: the light build sends no probes.

use std::time::Duration;

use crate::smtp::framing::End;

/// Nothing is known of probes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probing {}

/// No question has to do with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {}

impl Probing {
    pub(in crate::smtp) fn resume(&mut self) -> Option<(Vec<u8>, End)> {
        None
    }

    pub(in crate::smtp) fn note(&mut self, _: String) {}

    pub(in crate::smtp) fn defer(&mut self, _: &[u8], _: End) {}
}

impl Probe {
    pub(in crate::smtp) fn take(&mut self) -> ([String; 0], Option<(String, Duration)>) {
        ([], None)
    }
}
