//! Twin of `tls`: the light build tells nothing of it.

use std::time::Duration;

/// Nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    /// There is no other than `smtpd_timeout`.
    pub timeout: Option<Duration>,
}

/// Nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreed;

impl Agreed {
    /// Nothing.
    pub fn header(&self) -> &'static str {
        ""
    }
}
