//! trivial-rewrite: addresses are rewritten and get their class; and what a client is called.

pub mod class;
pub mod peer;
pub mod resolve;
mod rewrite;
pub(in crate::postfix) mod route;
