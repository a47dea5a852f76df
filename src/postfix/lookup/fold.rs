//! Case folding of names and keys.

use crate::platform;

/// The text with its letters folded: in lower case, but for a few.
///
/// ```
/// assert_eq!(smtp_terminal::postfix::lookup::fold::fold("Safeer@SAFEER.in"), "safeer@safeer.in");
/// ```
pub fn fold(text: &str) -> String {
    let lower = platform::lower(text);
    match lower.is_ascii() {
        true => lower,
        // Letters that only differ in their place in a word, or that are written as two.
        false => lower.replace('ς', "σ").replace('ß', "ss"),
    }
}
