//! The queue: its files and when each is tried again, how messages come in, what mailq shows.

#[cfg(feature = "full")]
pub mod file;
#[cfg(feature = "full")]
pub mod intake;
#[cfg(feature = "full")]
pub mod mailq;
#[cfg(feature = "full")]
pub mod size;
