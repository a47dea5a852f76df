//! What becomes of a client that has failed a test.

use crate::postfix::server::full::postscreen::memory::NOT_MADE;
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

    /// Its recipients are refused.
    pub(super) fn enforce(&mut self, refusal: String) {
        self.stays = true;
        self.refusal = refusal;
    }

    /// It has failed a test after the greeting, which is not made again in this session: whether it is
    /// sent away, with that reply.
    pub(super) fn offend(
        &mut self,
        server: &mut Server,
        test: usize,
        last: &str,
    ) -> Option<Screened> {
        let bit = 1 << test;
        self.done |= bit;
        self.fail |= bit;
        self.pass &= !bit;
        if let Some(stamp) = self.stamps(server).get_mut(test) {
            *stamp = NOT_MADE;
        }
        match self.rules.act(test) {
            Act::Drop => return Some(self.drop(server, &format!("521 {last}"))),
            Act::Enforce => self.enforce(format!("550 {PROTOCOL}")),
            Act::Ignore => {
                self.fail &= !bit;
                // It need not pass until something else ends.
                let least = (0..5).map(|test| self.rules.ttl(test)).min();
                self.pass(server, test, least.unwrap_or(0));
            }
        }
        None
    }
}
