//! The tests before the greeting: who speaks before its turn, and whom the lists in the DNS know.

use std::sync::Arc;
use std::time::Duration;

use crate::dns::Dns;
use crate::postfix::log::line::span;
use crate::postfix::server::full::postscreen::offence::PROTOCOL;
use crate::postfix::server::full::postscreen::{Screen, Stage, DEEP, EARLY, GREET, LISTED};
use crate::postfix::server::running::Server;
use crate::postfix::server::Screened;
use crate::smtp::printable::{escape, head};

/// So much of what comes too early is looked at, and so much of it is shown, in bytes.
const READ: usize = 1_023;
const SHOWN: usize = 100;

impl Screen {
    /// The tests before the greeting begin.
    pub(super) fn look_early(&mut self, server: &mut Server, dns: &Dns) -> Screened {
        let rules = Arc::clone(&self.rules);
        self.stage = Stage::Early;
        self.since = self.now;
        self.until = Some(self.now + Duration::from_secs(rules.seconds("greet_wait")));
        if self.todo & GREET != 0 {
            self.reply(format!("220-{}", rules.text("greet_banner")));
        }
        if self.todo & LISTED != 0 {
            let addr = self.facts.client.addr.clone();
            self.score = server.score(&rules, &addr, dns, self.now);
            self.done |= LISTED;
            let allowed = rules.number("dnsbl_allowlist_threshold");
            let is_good = self.score.total < rules.number("dnsbl_threshold");
            if self.fail == 0 && is_good && allowed < 0 && self.score.total <= allowed {
                self.trust(server);
            }
        }
        self.wait(server)
    }

    /// A client of which the lists think so well need not pass other tests as long as that is believed.
    fn trust(&mut self, server: &mut Server) {
        let others = self.todo & !LISTED & !self.pass;
        self.done |= others;
        self.pass |= others;
        let until = self.now.seconds() + self.score.ttl;
        let stamps = self.stamps(server);
        for (_, stamp) in stamps
            .iter_mut()
            .enumerate()
            .filter(|(test, _)| 1 << test != LISTED)
        {
            *stamp = until.max(*stamp);
        }
    }

    /// It has to wait, until it has spoken or its time is over.
    pub(super) fn wait(&mut self, server: &mut Server) -> Screened {
        if self.todo & !self.done & GREET != 0 {
            if !self.input.is_empty() {
                return self.speaks_early(server);
            }
            if self.has_hung_up {
                return self.lose(server);
            }
        }
        self.go_on(server)
    }

    /// It goes on if there is nothing to wait for.
    fn go_on(&mut self, server: &mut Server) -> Screened {
        let is_done = self.todo & !self.done & EARLY == 0;
        match is_done || self.until.is_none_or(|until| self.now >= until) {
            true => self.judge(server),
            false => Screened::Waits,
        }
    }

    /// A client speaks before it has been greeted.
    fn speaks_early(&mut self, server: &mut Server) -> Screened {
        let waited = self.now - self.since;
        let said: Vec<u8> = self.input.iter().copied().take(READ).collect();
        let (count, said) = (said.len(), escape(&said));
        let text = format!(
            "PREGREET {count} after {} from {}: {}",
            span(waited),
            self.from,
            head(&said, SHOWN)
        );
        self.log(server, text);
        if let Some(end) = self.punish(server, 0, [PROTOCOL; 2]) {
            return end;
        }
        self.done |= GREET;
        let rest = self
            .rules
            .seconds("greet_wait")
            .saturating_sub(waited.as_secs());
        self.until = Some(self.now + Duration::from_secs(rest));
        self.go_on(server)
    }

    /// The tests before the greeting are over.
    fn judge(&mut self, server: &mut Server) -> Screened {
        let rules = Arc::clone(&self.rules);
        if self.todo & GREET != 0 && (self.fail | self.done) & GREET == 0 {
            self.pass(server, 0, rules.ttl(0));
        }
        if self.todo & LISTED != 0 {
            let (total, ttl) = (self.score.total, self.score.ttl);
            if total < rules.number("dnsbl_threshold") {
                self.pass(server, 1, ttl);
            } else {
                self.log(server, format!("DNSBL rank {total} for {}", self.from));
                let (addr, name) = (&self.facts.client.addr, &self.score.name);
                let why =
                    format!("5.7.1 Service unavailable; client [{addr}] blocked using {name}");
                if let Some(end) = self.punish(server, 1, [&why; 2]) {
                    return end;
                }
            }
        }
        match self.stays || (self.pass ^ self.todo) & DEEP != 0 {
            true => self.speak(server),
            false => self.conclude(server),
        }
    }
}
