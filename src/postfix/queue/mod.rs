//! The queue: its files and when each is tried again, how messages come in, what mailq shows.

pub mod file;
pub mod intake;
pub mod mailq;
pub mod size;
pub mod text;
