//! What Milters make of a complete message (MILTER_README), in the order in which main.cf names them.

use crate::postfix::neighbour::letter::{append, Fate, Letter, Made};
use crate::postfix::neighbour::{dkim, Kind, Neighbour, Neighbours};
use crate::regex::{Flags, Regex};
use crate::smtp::bytes::decode;

/// What a `scan` without entries looks for: the test strings of SpamAssassin and of virus scanners, with
/// the replies of their Milters.
const TESTS: [(&str, &str); 2] = [
    (
        "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL",
        "reject 550 5.7.1 Blocked by SpamAssassin",
    ),
    ("EICAR-STANDARD-ANTIVIRUS-TEST-FILE", "reject"),
];

impl Neighbours {
    /// Lets the Milters at these places have a message; its text is as they leave it.
    pub fn filter(&self, places: &[String], letter: &Letter, text: &mut Vec<u8>) -> Made {
        let mut made = Made::default();
        for milter in places.iter().filter_map(|place| self.at(place)) {
            match &milter.kind {
                Kind::Dkim => dkim::filter(milter, letter, text, &mut made),
                Kind::Scan | Kind::Milter => milter.scan(text, &mut made),
                _ => {}
            }
            if made.fate != Fate::Kept {
                break;
            }
        }
        made
    }

    /// What the Milters at these places say to a command: nothing, a reply that refuses it, or
    /// `discard`. The first that says something is obeyed.
    pub fn hear(&self, places: &[String], said: &str) -> String {
        let present = places.iter().filter_map(|place| self.at(place));
        for milter in present.filter(|own| matches!(own.kind, Kind::Milter)) {
            let mut made = Made::default();
            milter.judge(&[said.to_string()], &mut Vec::new(), &mut made);
            match made.fate {
                Fate::Refused(reply) => return reply,
                Fate::Discarded => return "discard".into(),
                Fate::Kept => {}
            }
        }
        String::new()
    }
}

impl Neighbour {
    pub(in crate::postfix) fn scan(&self, text: &mut Vec<u8>, made: &mut Made) {
        let lines: Vec<String> = decode(text).lines().map(String::from).collect();
        self.judge(&lines, text, made);
    }

    /// Tries its patterns on lines; a header that is added goes into a text.
    fn judge(&self, lines: &[String], text: &mut Vec<u8>, made: &mut Made) {
        let flags = Flags {
            ignores_case: true,
            ..Flags::default()
        };
        let given = self.entries.iter().map(|(key, value)| (&**key, &**value));
        let tests = TESTS.into_iter().filter(|_| self.entries.is_empty());
        for (pattern, action) in given.chain(tests) {
            let regex = Regex::perl(pattern, flags);
            let has = |line: &String| match &regex {
                Some(regex) => regex.is_match(line),
                None => line.contains(pattern),
            };
            if !lines.iter().any(has) {
                continue;
            }
            let (what, rest) = action.split_once(' ').unwrap_or((action, ""));
            let reply = |default: &str| match rest {
                "" => default.to_string(),
                rest => rest.into(),
            };
            match what {
                "reject" => made.fate = Fate::Refused(reply("550 5.7.1 Command rejected")),
                "tempfail" => {
                    let default = "451 4.7.1 Service unavailable - try again later";
                    made.fate = Fate::Refused(reply(default));
                }
                "discard" => made.fate = Fate::Discarded,
                "quarantine" => made.hold = true,
                "add" => append(text, rest),
                _ => {}
            }
            if made.fate != Fate::Kept {
                return;
            }
        }
    }
}
