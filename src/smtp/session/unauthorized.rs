//! The light build refuses to start where a client may use XCLIENT, XFORWARD or XVERP.

use crate::smtp::command::Word;
use crate::smtp::policy::Policy;
use crate::smtp::session::proxy::INSUFFICIENT;
use crate::smtp::session::{Handled, Session};

impl Session {
    pub(super) fn set_client(&mut self, _: &[Word], policy: &dyn Policy) -> Handled {
        self.refuse(INSUFFICIENT, policy)
    }

    pub(super) fn set_forwarded(&mut self, _: &[Word], policy: &dyn Policy) -> Handled {
        self.refuse(INSUFFICIENT, policy)
    }

    /// No client may.
    pub(super) fn verp(&mut self, _: &str, _: &dyn Policy) -> Option<Result<(), &'static str>> {
        None
    }
}
