//! What a postscreen remembers: until when each test of a client is believed, and who is connected.

use crate::time::Time;

/// How many tests there are; each has a place.
pub(super) const TESTS: usize = 5;

/// Until when, in seconds, each test need not be passed again.
pub(super) type Stamps = [u64; TESTS];

/// A test that was never passed, and one that was not made when the others were passed.
const NEW: u64 = 0;
pub(super) const NOT_MADE: u64 = 1;

/// So many clients are remembered at most.
const MOST: usize = 10_000;

/// The memory of one postscreen: its cache, and what it knows of those who are connected.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix::server) struct Memory {
    cache: Vec<(String, Stamps)>,
    present: Vec<Present>,
    /// When the cache was cleaned last.
    pub(super) cleaned: Option<Time>,
}

/// A client that is connected.
#[derive(Clone, Debug, Default)]
pub(super) struct Present {
    addr: String,
    /// How often.
    pub(super) connections: usize,
    pub(super) stamps: Stamps,
    /// It has been called new.
    pub(super) was_new: bool,
}

impl Memory {
    /// A client that is connected.
    pub(super) fn present(&mut self, addr: &str) -> &mut Present {
        let place = self.present.iter().position(|own| own.addr == addr);
        let place = place.unwrap_or_else(|| {
            self.present.push(Present {
                addr: addr.into(),
                ..Present::default()
            });
            self.present.len() - 1
        });
        &mut self.present[place]
    }

    /// A connection of a client has ended.
    pub(super) fn leave(&mut self, addr: &str) {
        let present = self.present(addr);
        present.connections = present.connections.saturating_sub(1);
        self.present.retain(|own| own.connections > 0);
    }

    /// What the cache says of a client.
    pub(super) fn recall(&self, addr: &str) -> Option<Stamps> {
        let found = self.cache.iter().rfind(|(own, _)| own == addr);
        found.map(|(_, stamps)| *stamps)
    }

    /// Puts what a client has passed into the cache; which tests are made says a bit each.
    pub(super) fn keep(&mut self, addr: &str, made: u8) {
        let stamps = &mut self.present(addr).stamps;
        for (test, stamp) in stamps.iter_mut().enumerate() {
            if *stamp == NEW && made & 1 << test == 0 {
                *stamp = NOT_MADE;
            }
        }
        let stamps = *stamps;
        self.cache.retain(|(own, _)| own != addr);
        if self.cache.len() >= MOST {
            self.cache.remove(0);
        }
        self.cache.push((addr.into(), stamps));
    }

    /// Forgets those of whom nothing is believed any more since a moment; how many stay, and how
    /// many go.
    pub(super) fn clean(&mut self, since: u64, made: u8) -> [usize; 2] {
        let before = self.cache.len();
        self.cache
            .retain(|(_, stamps)| due(stamps, since, made) == 0);
        [self.cache.len(), before - self.cache.len()]
    }
}

/// Which of the tests that are made a client has to pass at a moment.
pub(super) fn due(stamps: &Stamps, now: u64, made: u8) -> u8 {
    let is_due = |test: &usize| stamps.get(*test).is_some_and(|stamp| now > *stamp);
    let due = (0..TESTS).filter(is_due);
    due.fold(0, |all, test| all | 1 << test) & made
}

/// Whether a client has a test before it that it has never passed.
pub(super) fn is_new(stamps: &Stamps) -> bool {
    stamps.contains(&NEW)
}
