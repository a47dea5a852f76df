//! Whose turn it is on the ways that rest between deliveries (`*_rate_delay`).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::time::Time;

/// One way, a transport or a destination of it, whose deliveries come one after the other. Each message has its
/// turn as soon as it asks, so that none wakes before it may go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// When the last turn that was given ends.
    free: Time,
    /// When the turn of each message begins and ends.
    turns: BTreeMap<Arc<str>, (Time, Time)>,
}

impl Way {
    /// When the turn of a message begins, if it has one that is not over.
    fn turn(&self, id: &str, now: Time) -> Option<Time> {
        let (begin, end) = self.turns.get(id)?;
        (now < *end).then_some(*begin)
    }

    /// Gives a message a turn, after which the way rests.
    fn give(&mut self, id: &Arc<str>, (begin, now): (Time, Time), rest: Duration) {
        // Now and then: at each turn it would take as long as there are turns.
        if self.turns.len().is_power_of_two() {
            self.turns.retain(|_, (_, end)| now < *end);
        }
        self.free = begin + rest;
        self.turns.insert(id.clone(), (begin, self.free));
    }
}

/// The ways that rest, by transport and destination, or by transport.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways(BTreeMap<String, Way>);

impl Ways {
    /// When a message may go: now, or when its turn comes on all ways that rest.
    pub fn when(&mut self, ways: [(String, Duration); 2], id: &Arc<str>, now: Time) -> Time {
        self.0.retain(|_, way| now < way.free);
        let own = ways
            .iter()
            .filter_map(|(name, _)| self.0.get(name)?.turn(id, now));
        if let Some(begin) = own.max() {
            return begin;
        }
        let ways: Vec<_> = ways
            .into_iter()
            .filter(|(_, rest)| !rest.is_zero())
            .collect();
        let free = ways.iter().filter_map(|(name, _)| self.0.get(name));
        let begin = free.map(|way| way.free).max().unwrap_or(now);
        for (name, rest) in ways {
            self.0.entry(name).or_default().give(id, (begin, now), rest);
        }
        begin
    }

    /// Forgets all rests, as a new queue manager does.
    pub fn clear(&mut self) {
        self.0.clear();
    }
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
        let (mut paced, now) = (Ways::default(), Time(0));
        let ids: Vec<Arc<str>> = (0..5).map(|n| n.to_string().into()).collect();
        for (n, id) in (0..).zip(&ids) {
            assert_eq!(paced.when(ways("a"), id, now), now + REST * n);
        }
        // Whoever asks again before has the same, and what goes elsewhere need not wait.
        assert_eq!(paced.when(ways("a"), &ids[3], now), now + REST * 3);
        assert_eq!(paced.when(ways("b"), &ids[4], now), now);
        let later = now + REST * 4;
        assert_eq!(paced.when(ways("a"), &ids[4], later), later);
        let last: Arc<str> = "last".into();
        assert_eq!(paced.when(ways("a"), &last, later), later + REST);
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let mut paced = Ways::default();
        for n in 0..1_000 {
            // A little before the way is free.
            let now = Time(0) + (REST - Duration::from_millis(1)) * n;
            let id: Arc<str> = n.to_string().into();
            assert_eq!(paced.when(ways("a"), &id, now), Time(0) + REST * n);
            assert!(paced.0["smtp a"].turns.len() < 10);
        }
    }
}
