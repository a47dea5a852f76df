//! trivial-rewrite: addresses are rewritten and get their class; and what a client is called.

pub mod peer;
pub mod resolve;
