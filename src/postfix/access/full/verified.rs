//! verify(8): what probes have found out about addresses, and for how long that is believed
//! (ADDRESS_VERIFICATION_README). A failure never takes the place of a success before that expires.

use std::time::Duration;

use crate::postfix::config::main_cf::Config;
use crate::time::Time;

/// How long nothing is done after a probe that has not come back (`PROBE_TTL`).
const PATIENCE: Duration = Duration::from_secs(1_000);

/// What is remembered at most; the oldest is forgotten first.
const MOST: usize = 5_000;

/// What is said of an address while its first probe is on its way.
const IN_PROGRESS: &str = "Address verification in progress";

/// What a probe came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Result {
    /// Mail is taken there.
    Good,
    /// Nobody can tell.
    Unsure,
    /// It is refused for good.
    Bad,
}

/// What is known of addresses.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    entries: Vec<Entry>,
    /// The daemon has started.
    pub has_begun: bool,
}

/// What is known of one.
#[derive(Clone, Debug)]
struct Entry {
    address: String,
    /// When the last probe went out, unless it has come back.
    probed: Option<Time>,
    /// What the last one to come back said, and when.
    found: Option<(Result, String, Time)>,
}

/// How long it is believed.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Failures are remembered (`address_verify_negative_cache`).
    pub keeps_failures: bool,
    /// `address_verify_positive_expire_time`, `…_refresh_time`.
    good: [Duration; 2],
    /// `address_verify_negative_expire_time`, `…_refresh_time`.
    bad: [Duration; 2],
}

impl Terms {
    /// Reads main.cf.
    pub fn new(config: &Config) -> Terms {
        let times = |which: &str| {
            ["expire", "refresh"]
                .map(|what| config.time(&format!("address_verify_{which}_{what}_time")))
        };
        Terms {
            keeps_failures: config.flag("address_verify_negative_cache"),
            good: times("positive"),
            bad: times("negative"),
        }
    }

    fn of(&self, result: Result) -> [Duration; 2] {
        match result {
            Result::Good => self.good,
            _ => self.bad,
        }
    }
}

/// What the restrictions go by that ask for addresses.
#[derive(Clone, Debug)]
pub(in crate::postfix::access) struct Manner {
    /// How often they ask (`address_verify_poll_count`), and how long they wait in between.
    pub(super) polls: usize,
    pub(super) delay: Duration,
    pub(super) terms: Terms,
    /// For senders, and for recipients.
    pub(super) answers: [Answers; 2],
}

/// `unverified_…_*`.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    pub(super) reject_code: i32,
    pub(super) defer_code: i32,
    pub(super) reason: String,
    /// What cannot be told yet is refused at once (`…_tempfail_action = defer`).
    pub(super) defers: bool,
}

impl Manner {
    /// Reads main.cf.
    pub(super) fn new(config: &Config) -> Manner {
        let answers = |who: &str| {
            let name = |what: &str| format!("unverified_{who}_{what}");
            let code = |what: &str| i32::try_from(config.number(&name(what))).unwrap_or(0);
            let action = config.get(&name("tempfail_action"));
            Answers {
                reject_code: code("reject_code"),
                defer_code: code("defer_code"),
                reason: config.get(&name("reject_reason")),
                defers: action.eq_ignore_ascii_case("defer"),
            }
        };
        Manner {
            polls: usize::try_from(config.number("address_verify_poll_count")).unwrap_or(1),
            delay: config.time("address_verify_poll_delay"),
            terms: Terms::new(config),
            answers: ["sender", "recipient"].map(answers),
        }
    }
}

impl Verified {
    /// What is known of an address, if anything is, in words; and whether a probe is to be sent.
    pub fn ask(&self, address: &str, terms: &Terms, now: Time) -> (Option<Result>, String, bool) {
        let entry = self.entries.iter().find(|entry| entry.address == address);
        let is_free = entry.is_none_or(|e| e.probed.is_none_or(|at| now - at > PATIENCE));
        let known = entry.and_then(|entry| entry.found.as_ref());
        let known = known.filter(|(result, _, at)| !is_free || now - *at <= terms.of(*result)[0]);
        match known {
            Some((result, why, at)) => {
                let wants = is_free && now - *at > terms.of(*result)[1];
                (Some(*result), why.clone(), wants)
            }
            None => (None, IN_PROGRESS.into(), is_free),
        }
    }

    /// A probe goes out.
    pub fn begin(&mut self, address: &str, terms: &Terms, now: Time) {
        if terms.keeps_failures || self.entries.iter().any(|e| e.address == address) {
            self.entry(address).probed = Some(now);
        }
    }

    /// One has come back.
    pub fn note(&mut self, address: &str, result: Result, why: &str, terms: &Terms, now: Time) {
        let is_good = result == Result::Good;
        if !is_good && !terms.keeps_failures {
            return;
        }
        let entry = self.entry(address);
        entry.probed = None;
        let is_known =
            matches!(entry.found, Some((Result::Good, _, at)) if now - at <= terms.good[0]);
        if is_good || !is_known {
            entry.found = Some((result, why.into(), now));
        }
    }

    fn entry(&mut self, address: &str) -> &mut Entry {
        let place = match self
            .entries
            .iter()
            .position(|entry| entry.address == address)
        {
            Some(place) => place,
            None => {
                if self.entries.len() >= MOST {
                    self.entries.remove(0);
                }
                self.entries.push(Entry {
                    address: address.into(),
                    probed: None,
                    found: None,
                });
                self.entries.len() - 1
            }
        };
        &mut self.entries[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_believed_for_a_time() {
        let config = Config::parse("address_verify_positive_refresh_time = 1h\n").unwrap();
        let terms = Terms::new(&config);
        let at = |hours: u64| Time(1_000_000_000_000 + hours * 3_600_000_000);
        let mut known = Verified::default();
        let asked = |known: &Verified, hours| {
            let (result, _, wants) = known.ask("a@b", &terms, at(hours));
            (result, wants)
        };
        assert_eq!(asked(&known, 0), (None, true));
        known.begin("a@b", &terms, at(0));
        assert_eq!(asked(&known, 0), (None, false));
        assert_eq!(asked(&known, 1), (None, true));
        known.note("a@b", Result::Bad, "no", &terms, at(1));
        assert_eq!(asked(&known, 2), (Some(Result::Bad), false));
        assert_eq!(asked(&known, 5), (Some(Result::Bad), true));
        known.note("a@b", Result::Good, "yes", &terms, at(5));
        known.note("a@b", Result::Unsure, "busy", &terms, at(6));
        assert_eq!(asked(&known, 7), (Some(Result::Good), true));
        assert_eq!(asked(&known, 24 * 40), (None, true));
    }

    #[test]
    fn failures_may_be_forgotten_at_once() {
        let config = Config::parse("address_verify_negative_cache = no\n").unwrap();
        let terms = Terms::new(&config);
        let mut known = Verified::default();
        known.begin("a@b", &terms, Time(1));
        known.note("a@b", Result::Bad, "no", &terms, Time(1));
        assert_eq!(
            known.ask("a@b", &terms, Time(1)),
            (None, IN_PROGRESS.into(), true)
        );
    }
}
