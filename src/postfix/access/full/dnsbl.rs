//! reject_rbl_client and its kin: lists that are asked through the DNS.

use crate::dns::{Data, Dns, Kind, Missing};
use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::{Abort, Cause, Check, Status, Subject};
use crate::postfix::access::parameters::Code;
use crate::postfix::access::refusal::split_dsn;
use crate::postfix::access::restriction::{Call, Takes, Word};
use crate::postfix::config::attributes::{attribute, filtered};
use crate::postfix::config::expansion::expand;
use crate::postfix::lookup::replies::why;
use crate::smtp::hostname::is_hostname;
use crate::smtp::policy::Note;

/// Restrictions that ask a list.
pub(super) static WORDS: [Word; 9] = [
    Word::new("reject_rbl_client", Takes::Domain, reject_client),
    Word::new("reject_rbl", Takes::Domain, reject_client),
    Word::new("permit_dnswl_client", Takes::Domain, |c, call| {
        let addr = c.facts.client.addr.clone();
        c.allow_list(call, &addr, true)
    }),
    Word::new(
        "permit_rhswl_client",
        Takes::Domain,
        |c, call| match known(&c.facts.client.name) {
            Some(name) => c.allow_list(call, &name, false),
            None => Ok(Status::Dunno),
        },
    ),
    Word::new("reject_rhsbl_client", Takes::Domain, |c, call| {
        let name = known(&c.facts.client.name);
        c.deny_list(call, name.as_deref(), Subject::Client)
    }),
    Word::new("reject_rhsbl_reverse_client", Takes::Domain, |c, call| {
        let name = known(&c.facts.client.reverse_name);
        c.deny_list(call, name.as_deref(), Subject::ReverseClient)
    }),
    Word::new("reject_rhsbl_helo", Takes::Domain, |c, call| {
        let name = c.facts.helo.clone();
        c.deny_list(call, name.as_deref(), Subject::Helo)
    }),
    Word::new("reject_rhsbl_sender", Takes::Domain, |c, call| {
        c.of_sender(|c, sender| c.deny_list(call, Some(sender), Subject::Sender))
    }),
    Word::new("reject_rhsbl_recipient", Takes::Domain, |c, call| {
        c.of_recipient(|c, recipient| c.deny_list(call, Some(recipient), Subject::Recipient))
    }),
];

/// So many questions that were not answered are remembered (Postfix's cache has as many places).
const MOST_UNANSWERED: usize = 100;

/// What a list says about a key.
enum Listed {
    No,
    Unknown,
    /// Yes, with the text it gives.
    Yes(String),
}

fn known(name: &str) -> Option<String> {
    (!name.eq_ignore_ascii_case("unknown")).then(|| name.to_string())
}

fn reject_client(c: &mut Checker, call: &Call) -> Check {
    let addr = c.facts.client.addr.clone();
    c.deny_addr(call.argument(), &addr)
}

impl Checker<'_> {
    /// Refuses a client whose address is in a list.
    pub(super) fn deny_addr(&mut self, list: &str, addr: &str) -> Check {
        match self.listed(list, addr, true) {
            Listed::Yes(text) => self.reject_listed(list, addr, Subject::Client, &text),
            _ => Ok(Status::Dunno),
        }
    }

    /// Refuses a name or an address whose domain is in a list.
    fn deny_list(&mut self, call: &Call, key: Option<&str>, subject: Subject) -> Check {
        let list = call.argument();
        let Some(key) = key else {
            return Ok(Status::Dunno);
        };
        match self.listed(list, key, false) {
            Listed::Yes(text) => self.reject_listed(list, key, subject, &text),
            _ => Ok(Status::Dunno),
        }
    }

    /// Lets a client in that is in a list.
    fn allow_list(&mut self, call: &Call, key: &str, by_address: bool) -> Check {
        // A list must not open the relay.
        if self.facts.command == "RCPT" {
            if let Some(recipient) = self.facts.recipient.clone() {
                if !self.is_authorized_destination(&recipient)? {
                    return Ok(Status::Dunno);
                }
            }
        }
        Ok(match self.listed(call.argument(), key, by_address) {
            Listed::No => Status::Dunno,
            Listed::Unknown => {
                let what = Subject::Client.name();
                let reason = format!("<{key}>: {what} rejected: Service unavailable");
                self.defer_if_reject(450, "4.7.1", &reason);
                Status::Dunno
            }
            Listed::Yes(_) => {
                let named = self.facts.client.namaddr();
                self.permit(call.word, Subject::Client, &named, "")
            }
        })
    }

    /// Asks a list, `domain` or `domain=address pattern`.
    fn listed(&mut self, list: &str, key: &str, by_address: bool) -> Listed {
        let (domain, wanted) = match list.split_once('=') {
            Some((domain, wanted)) => (domain, Some(wanted)),
            None => (list, None),
        };
        let query = if by_address {
            let reversed = Dns::reverse_name(key);
            let start = reversed
                .strip_suffix(".in-addr.arpa")
                .or_else(|| reversed.strip_suffix(".ip6.arpa"))
                .unwrap_or(&reversed);
            format!("{start}.{domain}")
        } else {
            let name = key.rsplit_once('@').map_or(key, |(_, d)| d);
            let last = name.rsplit('.').next().unwrap_or("");
            let numeric = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
            if name.starts_with('[') || numeric || !is_hostname(name) {
                return Listed::No;
            }
            format!("{name}.{domain}")
        };
        let mut notes = Vec::new();
        let listed = self.reply(&query, wanted, &mut notes);
        // What a process has heard once it does not ask again.
        if !notes.is_empty() && !self.memory.unanswered.contains(&query) {
            if self.memory.unanswered.len() >= MOST_UNANSWERED {
                self.memory.unanswered.remove(0);
            }
            self.memory.unanswered.push(query);
            notes
                .into_iter()
                .for_each(|text| self.note(Note::info(text)));
        }
        listed
    }

    /// What a list says to a query, and what there is to log of it.
    fn reply(&self, query: &str, wanted: Option<&str>, notes: &mut Vec<String>) -> Listed {
        let replies = &self.access.lookups.replies;
        let dns = self.ground.dns;
        let found = match replies.look_up(dns, query, Kind::A, notes) {
            Ok(found) => found,
            Err(Missing::NoDomain | Missing::NoData | Missing::NullMx) => return Listed::No,
            Err(missing) => {
                let silence = || {
                    format!("Host or domain name not found. Name service error for name={query} type=A: Host not found, try again")
                };
                let why = why(missing, query, "A").unwrap_or_else(silence);
                notes.push(format!("warning: {query}: RBL lookup error: {why}"));
                return Listed::Unknown;
            }
        };
        let texts = replies.look_up(dns, query, Kind::Txt, notes);
        if texts == Err(Missing::Dropped) {
            notes.push(format!(
                "warning: {query}: TXT lookup error: DNS reply filter drops all results"
            ));
        }
        let matches = |pattern: &str| {
            found
                .iter()
                .any(|data| matches!(data, Data::A(addr) if is_match(pattern, addr)))
        };
        if wanted.is_some_and(|pattern| !matches(pattern)) {
            return Listed::No;
        }
        let texts: Vec<String> = texts
            .unwrap_or_default()
            .into_iter()
            .filter_map(|data| match data {
                Data::Txt(text) => Some(text),
                _ => None,
            })
            .collect();
        Listed::Yes(texts.join(" / "))
    }

    fn reject_listed(
        &mut self,
        list: &str,
        what: &str,
        subject: Subject,
        text: &str,
    ) -> Result<Status, Abort> {
        let lookups = &self.access.lookups;
        let own = match lookups.rbl_reply_maps.get(list) {
            Ok(own) => own,
            Err(retry) => {
                self.failed(retry);
                return Err(self.server_error());
            }
        };
        let domain = list.split('=').next().unwrap_or(list);
        let code = self.access.code(Code::MapsRbl).to_string();
        let values = [
            ("rbl_code", code),
            ("rbl_domain", domain.to_string()),
            ("rbl_reason", text.to_string()),
            ("rbl_txt", text.to_string()),
            ("rbl_what", what.to_string()),
            ("rbl_class", subject.name().to_string()),
        ];
        let server = &self.ground.settings.myhostname;
        let value = |name: &str| match values.iter().find(|(n, _)| *n == name) {
            Some((_, value)) => Some(filtered(value)),
            None => attribute(&self.facts, server, name),
        };
        let mut reply = String::new();
        let mut warnings = Vec::new();
        let default = lookups.default_rbl_reply.as_str();
        for template in own.as_deref().into_iter().chain([default]) {
            match expand(template, &value, false) {
                Ok(text) => {
                    reply = text;
                    break;
                }
                Err(malformed) => {
                    warnings.extend_from_slice(malformed.warnings.lines());
                    warnings.push(format!(
                        "rbl_reject_reply: bad rbl reply template for domain {domain}: {template}"
                    ));
                }
            }
        }
        for warning in warnings {
            self.warn(warning);
        }
        let is_code = reply.len() > 3
            && reply.starts_with(['4', '5'])
            && reply.bytes().take(3).all(|b| b.is_ascii_digit())
            && reply.as_bytes()[3] == b' ';
        if !is_code {
            self.warn(format!("rbl response code configuration error: {reply}"));
            return Ok(self.reject(Cause::Policy, 450, "4.7.1", "Service unavailable"));
        }
        let code = reply[..3].parse().unwrap_or(450);
        let (dsn, text) = split_dsn("4.7.1", &reply[4..]);
        let dsn = self.fix_dsn(dsn, subject);
        let text = if text.is_empty() {
            "Service unavailable"
        } else {
            text
        };
        Ok(self.reject(Cause::Policy, code, &dsn, text))
    }
}

/// Matches `127.0.0.[2..11;13]` against an address.
pub(in crate::postfix) fn is_match(pattern: &str, addr: &str) -> bool {
    let mut rest = pattern;
    for (i, part) in addr.split('.').enumerate() {
        if i > 0 {
            match rest.strip_prefix('.') {
                Some(tail) => rest = tail,
                None => return false,
            }
        }
        let Ok(value) = part.parse::<u16>() else {
            return false;
        };
        let field;
        if let Some(inner) = rest.strip_prefix('[') {
            let Some((set, tail)) = inner.split_once(']') else {
                return false;
            };
            (field, rest) = (set, tail);
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            (field, rest) = (&rest[..end], &rest[end..]);
        }
        let hit = field.split(';').any(|range| match range.split_once("..") {
            Some((low, high)) => match (low.parse::<u16>(), high.parse::<u16>()) {
                (Ok(low), Ok(high)) => (low..=high).contains(&value),
                _ => false,
            },
            None => range.parse() == Ok(value),
        });
        if !hit {
            return false;
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_patterns() {
        assert!(is_match("127.0.0.[2..11;13]", "127.0.0.13"));
        assert!(!is_match("127.0.0.[2..11]", "127.0.0.12"));
        assert!(is_match("127.0.0.2", "127.0.0.2"));
    }
}
