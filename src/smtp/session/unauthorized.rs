//! The light build refuses to start where a client may use XCLIENT, XFORWARD or XVERP, and has no filter
//! before the queue.

use std::sync::Arc;

use crate::smtp::command::{Verb, Word};
use crate::smtp::envelope::Message;
use crate::smtp::framing::End;
use crate::smtp::policy::Policy;
use crate::smtp::probing::Wait;
use crate::smtp::session::proxy::INSUFFICIENT;
use crate::smtp::session::{Handled, Refused, Session};
use crate::smtp::settings::Settings;

#[path = "unauthorized/kept.rs"]
mod kept;

use crate::smtp::envelope::Delimiters;
pub use kept::Passed;
pub(super) use kept::{Heard, Waiting};

impl Session {
    pub(super) fn set_client(&mut self, _: &[Word], policy: &dyn Policy) -> Handled {
        self.refuse(INSUFFICIENT, policy)
    }

    pub(super) fn forget_login(&mut self, _: &Settings) {
        self.facts.sasl = None;
    }

    pub(super) fn set_forwarded(&mut self, _: &[Word], policy: &dyn Policy) -> Handled {
        self.refuse(INSUFFICIENT, policy)
    }

    /// No client may.
    pub(super) fn verp(&mut self, _: &str, _: &dyn Policy) -> Option<Result<Delimiters, Refused>> {
        None
    }

    pub(super) fn wait_for(&mut self, wait: Wait, _: [Wait; 0]) -> Option<String> {
        match wait {}
    }

    pub(super) fn is_waiting(&self) -> bool {
        let Waiting(_) = self.waiting;
        false
    }

    pub(super) fn puts_off(&mut self, _: usize, _: Verb, _: (&[u8], End)) -> bool {
        false
    }

    /// There is no filter before the queue.
    pub(super) fn open_filter(&mut self, _: &dyn Policy) -> Result<bool, Refused> {
        Ok(false)
    }

    pub(super) fn pass_on(&mut self, _: Box<Message>, _: &dyn Policy) -> Handled {
        Ok(())
    }

    /// Nobody says anything to a message but this server.
    pub fn hear_back(&mut self, _: &str, _: &str, _: &dyn Policy) {}

    /// The banner.
    pub(super) fn first_words(&mut self, policy: &dyn Policy) -> Option<String> {
        Some(["220 ", &policy.settings().banner].concat())
    }

    /// There are no Milters.
    pub(super) fn refused_by_milter(&mut self, _: &[&str], _: &dyn Policy) -> Option<String> {
        None
    }

    pub(super) fn recipient_refused_by_milter(
        &mut self,
        _: &Arc<str>,
        _: &str,
        _: &dyn Policy,
    ) -> Option<String> {
        None
    }

    pub(super) fn refused_by_now(&self) -> Option<String> {
        None
    }

    pub(super) fn put_off_by_now(&self) -> Option<&'static str> {
        None
    }

    pub(super) fn greeted_by_milter(
        &mut self,
        _: &[Word],
        _: &dyn Policy,
    ) -> Result<bool, Refused> {
        Ok(false)
    }
}
