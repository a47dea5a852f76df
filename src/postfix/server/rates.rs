//! What anvil counts.

use std::time::Duration;

use crate::smtp::policy::Rate;
use crate::time::Time;

/// Where anvil's counts start over.
pub(super) const RATE_TIME_UNIT: Duration = Duration::from_secs(60);

/// What anvil knows of one kind of event of one client.
#[derive(Clone, Debug)]
pub(super) struct Count {
    pub(super) rate: Rate,
    pub(super) addr: String,
    pub(super) since: Time,
    pub(super) count: usize,
}
