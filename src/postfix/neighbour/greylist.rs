//! Greylisting, as postgrey does it behind `check_policy_service`: whoever is new is asked to come
//! back later, which mail servers do and most senders of junk do not. What is new is a triplet of
//! the client's network, the sender and the recipient; a client that has come back five times is
//! not asked any more.

use std::net::IpAddr;
use std::time::Duration;

use crate::platform;
use crate::postfix::neighbour::answer::Answer;
use crate::smtp::policy::{Facts, Note, Triplet};
use crate::time::Time;

/// The first return has to come within two days (`--retry-window`).
const RETRY_WINDOW: Duration = Duration::from_secs(2 * 24 * 3_600);

/// What has not been seen for so long is forgotten (`--max-age`).
const MAX_AGE: Duration = Duration::from_secs(35 * 24 * 3_600);

/// Returns of a client that counts as known from then on (`--auto-whitelist-clients`), of which
/// there is one an hour at most.
const AUTO_WHITELIST: usize = 5;
const HOUR: Duration = Duration::from_secs(3_600);

/// What is remembered at most, of triplets and of clients; the oldest is forgotten first.
const MOST_REMEMBERED: usize = 5_000;

/// How long newcomers are kept waiting, and who has come.
#[derive(Clone, Debug)]
pub struct Greylist {
    delay: Duration,
    triplets: Vec<Seen<Triplet>>,
    clients: Vec<Seen<String>>,
}

/// Somebody who has come.
#[derive(Clone, Debug)]
struct Seen<T> {
    who: T,
    first: Time,
    last: Time,
    /// Times that it came back in time.
    count: usize,
}

impl Greylist {
    /// One that keeps newcomers waiting for so long.
    pub fn new(delay: Duration) -> Greylist {
        Greylist {
            delay,
            triplets: Vec::new(),
            clients: Vec::new(),
        }
    }

    /// Whether a triplet has waited long enough before, and when its wait began.
    fn look_up(&self, triplet: &Triplet, now: Time) -> (bool, Time) {
        let found = self.triplets.iter().find(|seen| seen.who == *triplet);
        match found {
            Some(seen) if seen.last - seen.first >= self.delay => (true, seen.first),
            Some(seen) if now - seen.first <= RETRY_WINDOW => (false, seen.first),
            _ => (false, now),
        }
    }

    fn is_known(&self, addr: &str) -> bool {
        let mut clients = self.clients.iter();
        clients.any(|seen| seen.who == addr && seen.count >= AUTO_WHITELIST)
    }

    /// What is to be done about a recipient, and what is logged.
    pub(super) fn ask(&self, facts: &Facts, hostname: &str) -> Answer {
        let now = facts.now;
        let triplet = triplet(facts);
        let (has_waited, first) = self.look_up(&triplet, now);
        let waited = now - first;
        let log = |text: &str| {
            let all = [
                ("client_name", &*facts.client.name),
                ("client_address", &*facts.client.addr),
                ("sender", facts.sender.as_deref().unwrap_or("")),
                ("recipient", facts.recipient.as_deref().unwrap_or("")),
            ];
            let known = all.into_iter().filter(|(_, value)| !value.is_empty());
            let about: String = known.map(|(n, v)| format!(", {n}={v}")).collect();
            Note {
                program: "postgrey",
                text: format!("action={text}{about}"),
            }
        };
        let is_new_message = facts.recipient_count == 0;
        let (action, note) = if self.is_known(&facts.client.addr) {
            ("DUNNO".to_string(), log("pass, reason=client AWL"))
        } else if waited < self.delay && !has_waited {
            let missing = (self.delay - waited).as_secs();
            let recipient = facts.recipient.as_deref().unwrap_or("");
            let domain = recipient
                .rsplit_once('@')
                .map_or(recipient, |(_, domain)| domain);
            (
                format!(
                    "DEFER_IF_PERMIT 4.2.0 Greylisted, see \
                     http://postgrey.schweikert.ch/help/{domain}.html"
                ),
                match waited.is_zero() {
                    true => log("greylist, reason=new"),
                    false => log(&format!(
                        "greylist, reason=early-retry ({missing}s missing)"
                    )),
                },
            )
        } else if has_waited || !is_new_message {
            ("DUNNO".into(), log("pass, reason=triplet found"))
        } else {
            let waited = waited.as_secs();
            let date = now.header_date();
            let date = date.split(" +").next().unwrap_or("");
            (
                format!(
                    "PREPEND X-Greylist: delayed {waited} seconds by postgrey-1.37 at {hostname}; \
                     {date} UTC"
                ),
                log(&format!("pass, reason=triplet found, delay={waited}")),
            )
        };
        Answer {
            action,
            notes: vec![note],
            triplet: Some(triplet),
        }
    }

    /// Remembers that a triplet has come.
    pub fn record(&mut self, triplet: &Triplet, addr: &str, now: Time) {
        let is_known = self.is_known(addr);
        let (has_waited, first) = self.look_up(triplet, now);
        let is_return = !has_waited && !is_known && now - first >= self.delay;
        if !is_known {
            see(&mut self.triplets, triplet.clone(), now).first = first;
        }
        let counts = |seen: &Seen<String>| seen.who == addr && now - seen.last >= HOUR;
        let is_first = !self.clients.iter().any(|seen| seen.who == addr);
        if is_return && (is_first || self.clients.iter().any(counts)) {
            see(&mut self.clients, addr.to_string(), now).count += 1;
        }
    }
}

/// The entry of somebody who has come now.
fn see<T: PartialEq>(all: &mut Vec<Seen<T>>, who: T, now: Time) -> &mut Seen<T> {
    all.retain(|seen| now - seen.last < MAX_AGE);
    let old = all.iter().position(|seen| seen.who == who);
    let mut seen = match old {
        Some(at) => all.remove(at),
        None => Seen {
            who,
            first: now,
            last: now,
            count: 0,
        },
    };
    seen.last = now;
    if all.len() >= MOST_REMEMBERED {
        all.remove(0);
    }
    let place = all.len();
    all.push(seen);
    &mut all[place]
}

/// What postgrey compares: numbers and extensions of a sender do not count, nor does the last
/// part of a client's address.
fn triplet(facts: &Facts) -> Triplet {
    let addr = &facts.client.addr;
    let network = match addr.parse() {
        Ok(IpAddr::V4(four)) => four.octets().iter().take(3).copied().collect(),
        Ok(IpAddr::V6(six)) => six.octets().iter().take(8).copied().collect(),
        Err(_) => Vec::new(),
    };
    let sender = facts.sender.as_deref().unwrap_or("");
    let sender = match sender.split_once('@') {
        Some((user, domain)) => {
            let user = user.split('+').next().unwrap_or("");
            format!("{}@{domain}", without_numbers(user))
        }
        None => sender.into(),
    };
    Triplet {
        network,
        sender: platform::lower(&sender),
        recipient: platform::lower(facts.recipient.as_deref().unwrap_or("")),
    }
}

/// Every number that is a word becomes `#`.
fn without_numbers(user: &str) -> String {
    let is_word = |c: char| platform::is_alphanumeric(c) || c == '_';
    let mut out = String::new();
    for piece in user.split_inclusive(|c| !is_word(c)) {
        let word = piece.trim_end_matches(|c| !is_word(c));
        let is_number = !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
        out.push_str(if is_number { "#" } else { word });
        out.push_str(&piece[word.len()..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_do_not_count() {
        assert_eq!(without_numbers("bounce-12345-a7"), "bounce-#-a7");
        assert_eq!(without_numbers("7"), "#");
    }

    #[test]
    fn a_triplet_is_remembered_and_forgotten() {
        let mut greylist = Greylist::new(Duration::from_secs(300));
        let who = |sender: &str| Triplet {
            network: vec![10, 25, 0],
            sender: sender.into(),
            recipient: "tux@penguins.example".into(),
        };
        let at = |seconds: u64| Time(1_000_000_000_000 + seconds * 1_000_000);
        greylist.record(&who("a"), "10.25.0.57", at(0));
        assert_eq!(greylist.look_up(&who("a"), at(10)), (false, at(0)));
        assert_eq!(greylist.look_up(&who("b"), at(10)), (false, at(10)));
        greylist.record(&who("a"), "10.25.0.57", at(301));
        assert_eq!(greylist.look_up(&who("a"), at(302)), (true, at(0)));
        // Whoever does not come back in time is new again, and so is who stays away for long.
        greylist.record(&who("b"), "10.25.0.57", at(400));
        let late = at(400 + 49 * 3_600);
        assert_eq!(greylist.look_up(&who("b"), late), (false, late));
        greylist.record(&who("c"), "10.25.0.57", at(40 * 24 * 3_600));
        assert_eq!(greylist.triplets.len(), 1);
    }

    #[test]
    fn a_client_becomes_known() {
        let mut greylist = Greylist::new(Duration::from_secs(300));
        for n in 0..5 {
            let who = Triplet {
                network: vec![10, 25, 0],
                sender: format!("{n}"),
                recipient: "tux@penguins.example".into(),
            };
            assert!(!greylist.is_known("10.25.0.57"));
            let begin = 1_000_000_000_000 + n * 2 * 3_600_000_000;
            greylist.record(&who, "10.25.0.57", Time(begin));
            greylist.record(&who, "10.25.0.57", Time(begin + 400_000_000));
        }
        assert!(greylist.is_known("10.25.0.57"));
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let mut greylist = Greylist::new(Duration::from_secs(300));
        for n in 0..6_000 {
            let who = Triplet {
                network: Vec::new(),
                sender: n.to_string(),
                recipient: String::new(),
            };
            greylist.record(&who, "10.25.0.57", Time(n));
        }
        assert_eq!(greylist.triplets.len(), MOST_REMEMBERED);
    }
}
