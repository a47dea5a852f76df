//! Case folding of names and keys.

use crate::platform;

/// The text in lower case.
///
/// ```
/// assert_eq!(smtp_terminal::postfix::lookup::fold::fold("Safeer@SAFEER.in"), "safeer@safeer.in");
/// ```
pub fn fold(text: &str) -> String {
    platform::lower(text)
}
