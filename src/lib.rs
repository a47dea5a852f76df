//! An SMTP simulator.
pub mod smtp;
pub mod time;
