//! A line: keys, what they do to it, and those that were typed before.

pub mod editor;
pub mod history;
pub mod key;
