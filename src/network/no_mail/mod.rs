//! Twin of `mail` in the light build, whose servers keep what they take.

pub(super) mod cargo;
mod courier;
pub(super) mod record;
pub mod tap;
