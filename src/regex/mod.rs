//! REGULAR EXPRESSIONS of POSIX (regex(7)) with the extensions of the GNU C library, as grep, sed,
//! awk, find and bash's `=~` have them: of all matches that begin leftmost, the longest.
//!
//! The browser's own engine and the `regex` crate take the first alternative that fits instead of
//! the longest, so neither can stand in. `parse` reads an expression, `program` makes it into a
//! list of small steps, `matching` walks through them all at once: the time is proportional to the
//! text, whatever the expression (back references apart, whose steps are counted).
//!
//! Imports nothing.

pub mod matching;
pub mod parse;
mod program;

pub use matching::{Captures, Regex};
pub use parse::Syntax;
