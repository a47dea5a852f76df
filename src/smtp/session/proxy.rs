//! Postfix's own XCLIENT and XFORWARD (XCLIENT_README, XFORWARD_README): who may speak for
//! another client.

use crate::smtp::command::Word;
use crate::smtp::policy::Policy;
use crate::smtp::session::{Handled, Session};

/// What is said to those who may not.
pub(super) const INSUFFICIENT: &str = "550 5.7.0 Error: insufficient authorization";

impl Session {
    pub(super) fn xclient(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        let may = (self.extended.xclient, self.extended.doubts.xclient);
        self.may_speak_for_others("XCLIENT", may, line, policy)?;
        self.set_client(line, policy)
    }

    pub(super) fn xforward(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        let may = (self.extended.xforward, self.extended.doubts.xforward);
        self.may_speak_for_others("XFORWARD", may, line, policy)?;
        self.set_forwarded(line, policy)
    }

    fn may_speak_for_others(
        &mut self,
        verb: &str,
        (is_authorized, is_in_doubt): (bool, bool),
        line: &[Word],
        policy: &dyn Policy,
    ) -> Handled {
        if self.is_in_transaction() {
            self.refuse("503 5.5.1 Error: MAIL transaction in progress", policy)
        } else if line.len() < 2 {
            self.refuse(
                format!("501 5.5.4 Syntax: {verb} attribute=value..."),
                policy,
            )
        } else if is_in_doubt {
            let client = self.facts.client.namaddr();
            let doubt = format!("don't know if command {verb} should be allowed from {client}");
            self.local_data_error(doubt, policy)
        } else if !is_authorized {
            self.refuse(INSUFFICIENT, policy)
        } else {
            Ok(())
        }
    }
}
