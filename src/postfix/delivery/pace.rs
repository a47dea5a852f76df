//! How long a transport rests between deliveries (`TRANSPORT_destination_rate_delay`,
//! `TRANSPORT_transport_rate_delay`, and the defaults for all).

use std::sync::Arc;
use std::time::Duration;

use crate::postfix::config::values::seconds;
use crate::postfix::lookup::fold::fold;
use crate::postfix::server::Server;
use crate::time::{micros, Time};

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
        let begin = turn(&mut self.queue.paced, ways, id, now);
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

/// When a message may go: now, or when its turn comes on all ways that rest. Each has its turn as soon as it asks,
/// so that none wakes before it may go.
fn turn(
    turns: &mut Vec<(String, Arc<str>, Time)>,
    ways: [(String, Duration); 2],
    id: &Arc<str>,
    now: Time,
) -> Time {
    turns.retain(|(_, _, end)| now < *end);
    let rest_of = |name: &str| {
        let way = ways.iter().find(|(way, _)| way == name);
        way.map(|(_, rest)| micros(*rest))
    };
    let own = turns.iter().filter(|(_, whose, _)| whose == id);
    let own = own.filter_map(|(way, _, end)| Some(end.0.saturating_sub(rest_of(way)?)));
    if let Some(begin) = own.max() {
        return Time(begin);
    }
    let rests = ways.iter().filter(|(_, rest)| !rest.is_zero());
    // The last turn that was given on a way is over last.
    let ends = rests.clone().filter_map(|(name, _)| {
        let last = turns.iter().rfind(|(way, ..)| way == name)?;
        Some(last.2)
    });
    let begin = ends.max().unwrap_or(now);
    let given = rests.map(|(name, rest)| (name.clone(), id.clone(), begin + *rest));
    turns.extend(given.collect::<Vec<_>>());
    begin
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: Duration = Duration::from_secs(10);

    fn ways(destination: &str) -> [(String, Duration); 2] {
        [
            (format!("smtp {destination}"), REST),
            ("smtp".into(), Duration::ZERO),
        ]
    }

    #[test]
    fn each_message_has_a_turn_of_its_own() {
        let (mut turns, now) = (Vec::new(), Time(0));
        let ids: Vec<Arc<str>> = (0..5).map(|n| n.to_string().into()).collect();
        for (n, id) in (0..).zip(&ids) {
            assert_eq!(turn(&mut turns, ways("a"), id, now), now + REST * n);
        }
        // Whoever asks again before has the same, and what goes elsewhere need not wait.
        assert_eq!(turn(&mut turns, ways("a"), &ids[3], now), now + REST * 3);
        assert_eq!(turn(&mut turns, ways("b"), &ids[4], now), now);
        let later = now + REST * 4;
        assert_eq!(turn(&mut turns, ways("a"), &ids[4], later), later);
        let last: Arc<str> = "last".into();
        assert_eq!(turn(&mut turns, ways("a"), &last, later), later + REST);
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let mut turns = Vec::new();
        for n in 0..1_000 {
            // A little before the way is free.
            let now = Time(0) + (REST - Duration::from_millis(1)) * n;
            let id: Arc<str> = n.to_string().into();
            assert_eq!(turn(&mut turns, ways("a"), &id, now), Time(0) + REST * n);
            assert!(turns.len() < 3);
        }
    }
}
