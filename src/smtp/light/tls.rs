//! Twin of `tls`: the light build tells nothing of it.

use std::time::Duration;

use crate::smtp::client::Client;
use crate::time::Time;

/// Nothing.
pub type Told = [String; 0];

/// Nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    /// There is no other than `smtpd_timeout`.
    pub timeout: Option<Duration>,
}

impl Telling {
    /// Nobody is.
    pub fn asks(&self) -> bool {
        false
    }

    /// Nobody is.
    pub fn requires(&self) -> bool {
        false
    }

    /// Nothing.
    pub fn of_wait(&self, _: &Client) -> Told {
        []
    }

    /// Nothing.
    pub fn of_failure(&self) -> Told {
        []
    }

    /// Nothing.
    pub fn of_success(&self, _: &Client, _: Time, _: &str) -> (Told, Agreed) {
        ([], Agreed)
    }
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
