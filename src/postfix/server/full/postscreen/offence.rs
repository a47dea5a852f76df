//! What becomes of a client that has failed a test.

use crate::postfix::server::full::postscreen::memory::{NOT_MADE, TESTS};
use crate::postfix::server::full::postscreen::rules::Act;
use crate::postfix::server::full::postscreen::Screen;
use crate::postfix::server::running::Server;
use crate::postfix::server::Screened;

/// What is said of most failures.
pub(super) const PROTOCOL: &str = "5.5.1 Protocol error";

impl Screen {
    /// The client is sent away.
    pub(super) fn drop(&mut self, server: &mut Server, last: &str) -> Screened {
        self.stays = true;
        self.last = last.into();
        self.conclude(server)
    }

    /// It has failed a test, or the access list says so: it is sent away with the last of two reasons,
    /// its recipients are refused for the first, or nothing is done.
    pub(super) fn punish(
        &mut self,
        server: &mut Server,
        test: usize,
        [why, last]: [&str; 2],
    ) -> Option<Screened> {
        let bit = 1 << test;
        self.fail |= bit;
        match self.rules.act(test) {
            Act::Drop => return Some(self.drop(server, &["521 ", last].concat())),
            Act::Enforce => {
                self.stays = true;
                self.refusal = ["550 ", why].concat();
            }
            Act::Ignore => self.fail &= !bit,
        }
        None
    }

    /// It has failed a test after the greeting, which is not made again in this session.
    pub(super) fn offend(
        &mut self,
        server: &mut Server,
        test: usize,
        last: &str,
    ) -> Option<Screened> {
        let bit = 1 << test;
        self.done |= bit;
        self.pass &= !bit;
        if let Some(stamp) = self.stamps(server).get_mut(test) {
            *stamp = NOT_MADE;
        }
        let end = self.punish(server, test, [PROTOCOL, last]);
        if self.rules.act(test) == Act::Ignore {
            // It need not pass until something else ends.
            let least = (0..TESTS).map(|test| self.rules.ttl(test)).min();
            self.pass(server, test, least.unwrap_or(0));
        }
        end
    }
}
