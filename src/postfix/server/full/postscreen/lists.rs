//! What lists say of a client: those in the DNS (`postscreen_dnsbl_sites`), and the one of main.cf
//! (`postscreen_access_list`).

use crate::dns::{Data, Dns, Kind, Missing};
use crate::postfix::access::full::dnsbl::is_match;
use crate::postfix::config::syntax::split_list;
use crate::postfix::server::full::postscreen::rules::Rules;
use crate::postfix::server::running::Server;
use crate::smtp::policy::Note;
use crate::time::Time;

/// How long an answer from the DNS is good for, in seconds.
const TTL: u64 = 3_600;

/// What all lists together say.
#[derive(Clone, Debug, Default)]
pub(super) struct Score {
    pub(super) total: i64,
    /// How long that is believed, in seconds.
    pub(super) ttl: u64,
    /// The list that counts most.
    pub(super) name: String,
}

impl Server {
    /// Asks the lists in the DNS, as dnsblog does.
    pub(super) fn score(&mut self, rules: &Rules, addr: &str, dns: &Dns, now: Time) -> Score {
        let mut score = Score::default();
        let mut most = None;
        // Each answer with its weight: whether it was found.
        let mut answers = Vec::new();
        if !rules.others[1] {
            let service = rules.shared().get("dnsblog_service_name");
            for _ in &rules.sites {
                self.log_as("postscreen", now, format!(
                    "warning: psc_dnsbl_request: connect to private/{service} service: No such file or directory"
                ));
            }
            return score;
        }
        let reversed = Dns::reverse_name(addr);
        let start = reversed
            .trim_end_matches("in-addr.arpa")
            .trim_end_matches("ip6.arpa");
        for site in &rules.sites {
            let domain = &site.domain;
            let query = format!("{start}{domain}");
            let found = dns.look_up(&query, Kind::A);
            if let Err(Missing::Timeout) = found {
                self.log_as("dnsblog", now, format!(
                    "warning: dnsblog_query: lookup error for DNS query {query}: Host or domain name not found. Name service error for name={query} type=A: Host not found, try again"
                ));
            }
            let found: Vec<String> = found
                .unwrap_or_default()
                .into_iter()
                .filter_map(|data| match data {
                    Data::A(own) => Some(own),
                    _ => None,
                })
                .collect();
            for own in &found {
                let text = format!("addr {addr} listed by domain {domain} as {own}");
                self.log_as("dnsblog", now, text);
            }
            for (filter, weight) in &site.counts {
                answers.push((*weight, !found.is_empty()));
                let counts = |own: &String| filter.as_ref().is_none_or(|f| is_match(f, own));
                if !found.iter().any(counts) {
                    continue;
                }
                score.total += weight;
                if most.is_none_or(|most| most < *weight) {
                    (most, score.name) = (Some(*weight), site.name.clone());
                }
            }
        }
        // An answer that speaks for what has come of it has a time; that there is none has no time.
        let speaks =
            |(weight, is_found): &&(i64, bool)| *is_found == ((*weight > 0) == (score.total > 0));
        let are_found = answers.iter().filter(speaks).all(|(_, is_found)| *is_found);
        let ttl = if are_found { TTL } else { 0 };
        let [least, most] = ["dnsbl_min_ttl", "dnsbl_max_ttl"].map(|name| rules.seconds(name));
        score.ttl = ttl.max(least).min(most);
        score
    }

    /// Whether the access list lets a client in, or refuses it; `None` where it says nothing.
    pub(super) fn admits(&mut self, rules: &Rules, addr: &str, now: Time) -> Option<bool> {
        let origin = "postscreen_access_list";
        for (word, table) in &rules.access {
            let Some(table) = table else {
                match self.word(word, origin, addr, now) {
                    Some(None) => continue,
                    verdict => return verdict?,
                }
            };
            match table.get(addr) {
                Ok(None) => {}
                Ok(Some(found)) => {
                    for word in split_list(&found) {
                        if word.contains(':') {
                            self.ignore(now, format!(
                                "table {}: lookup result \"{word}\" is not allowed -- ignoring remainder of access list",
                                table.spec
                            ));
                            break;
                        }
                        match self.word(&word, &table.spec, addr, now) {
                            Some(None) => {}
                            Some(verdict) => return verdict,
                            None if word.eq_ignore_ascii_case("dunno") => break,
                            None => return None,
                        }
                    }
                }
                Err(retry) => {
                    for text in retry.warnings.lines() {
                        self.ignore(now, text.clone());
                    }
                    self.ignore(now, format!(
                        "{origin}: {}: table lookup error -- ignoring the remainder of this access list",
                        table.spec
                    ));
                    return None;
                }
            }
        }
        None
    }

    /// What a word of such a list says: `None` where the rest is not looked at, `Some(None)` where it is.
    fn word(&mut self, word: &str, origin: &str, addr: &str, now: Time) -> Option<Option<bool>> {
        match word.to_ascii_lowercase().as_str() {
            "permit" => Some(Some(true)),
            "reject" => Some(Some(false)),
            "dunno" => None,
            "permit_mynetworks" => {
                let networks = &self.built.access.mynetworks;
                let is_own = networks.has_client(addr, addr).unwrap_or(false);
                Some(is_own.then_some(true))
            }
            _ => {
                self.ignore(now, format!(
                    "{origin}: unknown command: {word} -- ignoring the remainder of this access list"
                ));
                None
            }
        }
    }

    fn ignore(&mut self, now: Time, text: String) {
        self.log_as("postscreen", now, Note::warning(text).text);
    }
}
