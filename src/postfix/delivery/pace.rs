//! How long a transport rests between deliveries (`TRANSPORT_destination_rate_delay`,
//! `TRANSPORT_transport_rate_delay`, and the defaults for all).

use std::sync::Arc;
use std::time::Duration;

use crate::postfix::config::values::seconds;
use crate::postfix::lookup::fold::fold;
use crate::postfix::server::Server;
use crate::time::Time;

impl Server {
    /// Until when a delivery of a message waits, because its service is not there or its turn has not come;
    /// if it does not wait, the next one may.
    pub(super) fn held(
        &mut self,
        (transport, nexthop): (&str, &str),
        (address, id): (&str, &Arc<str>),
        now: Time,
    ) -> Option<Time> {
        if let Some(until) = self.is_down(transport, now) {
            return Some(until);
        }
        // Who writes mailboxes has a queue for each recipient.
        let place = match transport {
            "local" | "virtual" => address,
            _ => nexthop,
        };
        let ways = [
            (format!("{transport} {}", fold(place)), "destination"),
            (transport.to_string(), "transport"),
        ];
        let ways = ways.map(|(way, what)| {
            let rest = self.rest(transport, what);
            (way, rest)
        });
        let begin = self.queue.paced.when(ways, id, now);
        (now < begin).then_some(begin)
    }

    /// How long a transport rests, for one destination or whole.
    fn rest(&self, transport: &str, what: &str) -> Duration {
        let own = format!("{transport}_{what}_rate_delay");
        let all = format!("default_{what}_rate_delay");
        let name = if self.config.is_set(&own) { own } else { all };
        let rest = seconds(&self.config.get(&name), 's').unwrap_or(0);
        Duration::from_secs(u64::try_from(rest).unwrap_or(0))
    }
}
