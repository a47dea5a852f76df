//! mail.log: its lines, and anvil's statistics.

#[cfg(feature = "full")]
pub mod anvil;
pub mod line;
