//! The queue: its files and when each is tried again, how messages come in, what mailq shows.

pub mod file;
pub mod folder;
pub mod history;
pub mod intake;
pub mod lineage;
pub mod mailq;
pub mod outcome;
pub mod size;
pub mod text;
