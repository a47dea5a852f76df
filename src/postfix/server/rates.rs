//! What anvil counts: events of a client within a time unit, and its open connections.

use std::time::Duration;

use crate::smtp::policy::Rate;
use crate::time::Time;

/// Events by kind and client. What is older than the time unit is forgotten.
#[derive(Clone, Debug, Default)]
pub(super) struct Rates(Vec<Count>);

/// One kind of event of one client.
#[derive(Clone, Debug)]
struct Count {
    rate: Rate,
    addr: String,
    since: Time,
    count: usize,
}

impl Rates {
    /// Counts an event; how many there have been within the time unit (`anvil_rate_time_unit`).
    pub(super) fn count(&mut self, rate: Rate, addr: &str, now: Time, unit: Duration) -> usize {
        let counts = &mut self.0;
        counts.retain(|c| now - c.since < unit);
        match counts.iter_mut().find(|c| c.rate == rate && c.addr == addr) {
            Some(c) => {
                c.count += 1;
                c.count
            }
            None => {
                counts.push(Count {
                    rate,
                    addr: addr.into(),
                    since: now,
                    count: 1,
                });
                1
            }
        }
    }

    /// How many events there have been within the time unit, with one that happens now.
    pub(super) fn with_next(&self, rate: Rate, addr: &str, now: Time, unit: Duration) -> usize {
        let is_it = |c: &&Count| c.rate == rate && c.addr == addr && now - c.since < unit;
        self.0.iter().find(is_it).map_or(1, |c| c.count + 1)
    }
}

/// Open connections by client.
#[derive(Clone, Debug, Default)]
pub(super) struct Connections(Vec<(String, usize)>);

impl Connections {
    pub(super) fn open(&mut self, addr: &str) {
        match self.0.iter_mut().find(|(a, _)| a == addr) {
            Some((_, count)) => *count += 1,
            None => self.0.push((addr.into(), 1)),
        }
    }

    pub(super) fn close(&mut self, addr: &str) {
        if let Some(at) = self.0.iter().position(|(a, _)| a == addr) {
            self.0[at].1 -= 1;
            if self.0[at].1 == 0 {
                self.0.swap_remove(at);
            }
        }
    }

    /// How many a client has open; the one that asks is there at least.
    pub(super) fn of(&self, addr: &str) -> usize {
        let found = self.0.iter().find(|(a, _)| a == addr);
        found.map_or(1, |(_, count)| *count)
    }

    /// Whether any is open.
    pub(super) fn is_busy(&self) -> bool {
        !self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Duration = Duration::from_secs(60);

    #[test]
    fn counts_are_forgotten() {
        let mut rates = Rates::default();
        for n in 0..1_000 {
            let now = Time(n * 1_000_000);
            assert_eq!(
                rates.count(Rate::Message, &format!("10.0.0.{n}"), now, UNIT),
                1
            );
        }
        assert_eq!(rates.0.len(), 60);
        let now = Time(1_000 * 1_000_000);
        assert_eq!(rates.with_next(Rate::Message, "10.0.0.999", now, UNIT), 2);
        assert_eq!(rates.with_next(Rate::Message, "10.0.0.1", now, UNIT), 1);
    }

    #[test]
    fn connections_are_forgotten() {
        let mut connections = Connections::default();
        connections.open("a");
        connections.open("a");
        connections.close("a");
        assert_eq!(connections.of("a"), 1);
        connections.close("a");
        connections.close("a");
        assert!(!connections.is_busy());
    }
}
