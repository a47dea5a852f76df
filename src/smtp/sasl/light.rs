//! Twin of `full`: the light build has two mechanisms.

use crate::smtp::sasl::mechanism::Begin;
use crate::smtp::sasl::plain;

/// The mechanisms: the name of each, and whether it sends the password as it is.
pub(super) const MECHANISMS: &[(&str, bool, Begin)] =
    &[("PLAIN", true, plain::plain), ("LOGIN", true, plain::login)];
