//! anvil's statistics: the most that any client has done, written into the log every
//! `anvil_status_update_time` and when the process ends for want of clients.

use std::time::Duration;

use crate::smtp::policy::Rate;
use crate::time::Time;

/// smtpd waits so long for another client, and anvil then as long for another smtpd (`max_idle`).
const IDLE: Duration = Duration::from_secs(200);

/// How many clients are told apart until the next report.
const CLIENTS: usize = 1_000;

/// The most of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Peak {
    value: usize,
    client: String,
    at: Time,
}

impl Peak {
    fn raise(&mut self, value: usize, client: &str, at: Time) {
        if value > self.value {
            *self = Peak {
                value,
                client: client.into(),
                at,
            };
        }
    }
}

/// What anvil remembers of its clients' extremes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    begun: Option<Time>,
    /// When the last session ended.
    left: Time,
    rates: [Peak; 5],
    count: Peak,
    clients: Vec<String>,
    cache: Peak,
}

impl Statistics {
    /// A client has done something for the `value`th time within the time unit, with so many
    /// connections open.
    pub fn note(&mut self, rate: Rate, value: usize, connections: usize, client: &str, at: Time) {
        self.begun.get_or_insert(at);
        self.rates[rate as usize].raise(value, client, at);
        if rate == Rate::Connection {
            self.count.raise(connections, client, at);
        }
        let is_known = self.clients.iter().any(|known| known == client);
        if !is_known && self.clients.len() < CLIENTS {
            self.clients.push(client.into());
        }
        let size = self.clients.len();
        self.cache.raise(size, client, at);
    }

    /// A session has ended.
    pub fn leave(&mut self, at: Time) {
        self.left = at;
    }

    /// When the statistics are written next, each `anvil_status_update_time`; `busy` while a session
    /// is open.
    pub fn due(&self, busy: bool, update: Duration) -> Option<Time> {
        let update = self.begun? + update;
        Some(match busy {
            true => update,
            false => update.min(self.left + IDLE),
        })
    }

    /// The lines, with rates of an `anvil_rate_time_unit`, and a fresh start.
    pub fn report(&mut self, busy: bool, now: Time, unit: Duration) -> Vec<String> {
        const NAMES: [(Rate, &str); 5] = [
            (Rate::Connection, "connection"),
            (Rate::Message, "message"),
            (Rate::Recipient, "recipient"),
            (Rate::NewTls, "newtls"),
            (Rate::Auth, "auth"),
        ];
        let peaks = std::mem::take(self);
        let mut lines = Vec::new();
        for (rate, name) in NAMES {
            let peak = &peaks.rates[rate as usize];
            let of = |peak: &Peak, what: String| {
                let stamp = peak.at.log_stamp();
                format!(
                    "statistics: max {name} {what} for (smtp:{}) at {stamp}",
                    peak.client
                )
            };
            if peak.value > 0 {
                lines.push(of(peak, format!("rate {}/{}s", peak.value, unit.as_secs())));
            }
            if rate == Rate::Connection && peaks.count.value > 0 {
                lines.push(of(&peaks.count, format!("count {}", peaks.count.value)));
            }
        }
        if peaks.cache.value > 0 {
            let stamp = peaks.cache.at.log_stamp();
            lines.push(format!(
                "statistics: max cache size {} at {stamp}",
                peaks.cache.value
            ));
        }
        if busy {
            self.begun = Some(now);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a real anvil wrote them after one connection, 200 seconds later.
    #[test]
    fn one_connection() {
        let mut statistics = Statistics::default();
        let at = Time(1_795_485_353_000_000);
        statistics.note(Rate::Connection, 1, 1, "10.25.0.57", at);
        statistics.leave(at);
        assert_eq!(statistics.due(false, 3 * IDLE), Some(at + IDLE));
        assert_eq!(
            statistics.report(false, at + IDLE, Duration::from_secs(60)),
            [
                "statistics: max connection rate 1/60s for (smtp:10.25.0.57) at Nov 24 01:55:53",
                "statistics: max connection count 1 for (smtp:10.25.0.57) at Nov 24 01:55:53",
                "statistics: max cache size 1 at Nov 24 01:55:53",
            ]
        );
        assert_eq!(statistics.due(false, IDLE), None);
    }
}
