//! A line: keys, what they do to it, and how the shell reads it.

pub mod editor;
pub mod key;
pub mod parse;
