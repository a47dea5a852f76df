//! mail.log: its lines, of which the last are kept, and anvil's statistics.

#[cfg(feature = "full")]
pub mod anvil;
pub mod last;
pub mod line;
