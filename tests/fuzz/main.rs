//! Every reader of foreign text, with input that is nearly right: none panics, and what each promises holds.
//! A number of inputs in `make unit`, for a time with `make fuzz`. `corpus/` has a folder for each target; what
//! was found once is one of its files.

#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod configuration;
mod documents;
mod machine;
mod session;
mod typing;
