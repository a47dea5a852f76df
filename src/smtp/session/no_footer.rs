//! The light build adds nothing to a refusal.

use crate::smtp::policy::Policy;
use crate::smtp::reply::{Reply, Text};
use crate::smtp::session::Session;

impl Session {
    /// The reply with this text.
    pub(super) fn with_footer(&mut self, text: Text, _: &dyn Policy) -> Reply {
        Reply::from(text)
    }
}
