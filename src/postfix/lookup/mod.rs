//! Lookup tables of each type, match lists, and the parts of an address that are looked up in order.

pub mod cidr;
pub mod fold;
pub mod list;
pub mod maps;
#[cfg(feature = "full")]
pub mod pattern;
#[cfg(feature = "full")]
pub mod rules;
pub mod table;
