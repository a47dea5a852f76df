//! The light build leaves what is said as it is.

use crate::smtp::policy::Policy;
use crate::smtp::reply::{Reply, Text};
use crate::smtp::session::Session;

#[path = "as_said/history.rs"]
mod history;

pub(super) use history::History;
pub use history::{Report, Report as Reported};

impl Session {
    /// The reply with this text.
    pub(super) fn with_footer(&mut self, text: Text, _: &dyn Policy) -> Reply {
        Reply::from(text)
    }

    /// No default is old.
    pub(super) fn note_undeclared(&mut self, _: &str, _: &dyn Policy) {}

    /// The postmaster is told of nothing.
    pub(super) fn tell_postmaster(&mut self, _: bool, _: Option<&'static str>, _: &dyn Policy) {}

    /// Nobody has looked at it.
    pub(super) fn give_up(&mut self, _: &[u8], _: &dyn Policy) {}

    /// What has come of a message is not kept.
    pub(super) fn keep_unfinished(&mut self) {}

    /// Nothing stands in the place of a command.
    pub(super) fn filtered(&mut self, _: &str, _: &dyn Policy) -> Result<Option<String>, ()> {
        Ok(None)
    }
}
