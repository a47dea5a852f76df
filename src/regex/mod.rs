//! REGULAR EXPRESSIONS of POSIX (regex(7)) with the extensions of the GNU C library, as grep, sed,
//! awk, find and bash's `=~` have them: of all matches that begin leftmost, the longest. And those of
//! Perl (`pcre:` tables): of all matches that begin leftmost, the one that is tried first.
//!
//! The browser's own engine goes on without end for some expressions (`(a+)+$`) and cannot be
//! stopped, so that the page would be lost; here an expression has a bound. `parse` and `perl` read
//! an expression, `program` makes it into a list of small steps, `matching` walks through them all
//! at once: the time is proportional to the text, whatever the expression, and the steps are
//! counted (back references and looks may need more than that).
//!
//! Imports nothing but `platform`.

pub mod flags;
pub mod kinds;
mod length;
pub mod matching;
pub mod parse;
pub mod perl;
mod program;

pub use flags::Flags;
pub use matching::{Captures, Regex};
pub use parse::Syntax;
