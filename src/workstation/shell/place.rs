//! Where a shell stands among the files of its host.

use crate::files::who::Who;
use crate::files::Files;
use crate::time::Time;

/// Where file names are looked up.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The files of the host.
    pub files: Option<&'a Files>,
    /// On whose behalf.
    pub who: &'a Who,
    /// The directory.
    pub directory: &'a str,
    /// The time.
    pub now: Time,
}
