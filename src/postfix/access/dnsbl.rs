//! reject_rbl_client and its kin: lists that are asked through the DNS.

use std::sync::Arc;

use crate::dns::{Data, Dns, Kind, Missing};
use crate::postfix::access::{split_dsn, Abort, Cause, Checker, Status, Subject};
use crate::postfix::config::attributes::{attribute, filtered};
use crate::postfix::config::expansion::expand;
use crate::smtp::hostname::is_hostname;

/// What a list says about a key.
enum Listed {
    No,
    Unknown,
    /// Yes, with the text it gives.
    Yes(String),
}

impl Checker<'_> {
    /// A restriction of this kind with the number of its arguments, or `None`.
    pub(in crate::postfix) fn dns_list(
        &mut self,
        word: &str,
        argument: Option<&str>,
    ) -> Result<Option<(Status, usize)>, Abort> {
        let client = self.facts.client.clone();
        let owned = |text: &Option<Arc<str>>| text.as_deref().map(String::from);
        let known = |name: &str| (!name.eq_ignore_ascii_case("unknown")).then(|| name.to_string());
        let (key, subject, by_address, permits) = match word {
            "reject_rbl_client" | "reject_rbl" => {
                (Some(client.addr.clone()), Subject::Client, true, false)
            }
            "permit_dnswl_client" => (Some(client.addr.clone()), Subject::Client, true, true),
            "reject_rhsbl_client" => (known(&client.name), Subject::Client, false, false),
            "permit_rhswl_client" => (known(&client.name), Subject::Client, false, true),
            "reject_rhsbl_reverse_client" => (
                known(&client.reverse_name),
                Subject::ReverseClient,
                false,
                false,
            ),
            "reject_rhsbl_helo" => (owned(&self.facts.helo), Subject::Helo, false, false),
            "reject_rhsbl_sender" => {
                let sender = owned(&self.facts.sender).filter(|s| !s.is_empty());
                (sender, Subject::Sender, false, false)
            }
            "reject_rhsbl_recipient" => (
                owned(&self.facts.recipient),
                Subject::Recipient,
                false,
                false,
            ),
            "reject_maps_rbl" => return self.maps_rbl(&client.addr).map(|s| Some((s, 0))),
            _ => return Ok(None),
        };
        let Some(list) = argument else {
            self.warn(format!("restriction {word} requires domain name argument"));
            return Ok(Some((Status::Dunno, 0)));
        };
        let Some(key) = key else {
            return Ok(Some((Status::Dunno, 1)));
        };
        let status = if permits {
            self.allow_list(word, list, &key, subject, by_address)?
        } else {
            match self.listed(list, &key, by_address) {
                Listed::Yes(text) => self.reject_listed(list, &key, subject, &text)?,
                _ => Status::Dunno,
            }
        };
        Ok(Some((status, 1)))
    }

    fn maps_rbl(&mut self, addr: &str) -> Result<Status, Abort> {
        self.warn("support for restriction \"reject_maps_rbl\" will be removed from Postfix; use \"reject_rbl_client domain-name\" instead");
        let domains = crate::postfix::access::words_of(&self.access.text("maps_rbl_domains"));
        for domain in domains {
            if let Listed::Yes(text) = self.listed(&domain, addr, true) {
                return self.reject_listed(&domain, addr, Subject::Client, &text);
            }
        }
        Ok(Status::Dunno)
    }

    fn allow_list(
        &mut self,
        word: &str,
        list: &str,
        key: &str,
        subject: Subject,
        by_address: bool,
    ) -> Result<Status, Abort> {
        // A list must not open the relay.
        if self.facts.command == "RCPT" {
            if let Some(recipient) = self.facts.recipient.clone() {
                if !self.is_authorized_destination(&recipient)? {
                    return Ok(Status::Dunno);
                }
            }
        }
        Ok(match self.listed(list, key, by_address) {
            Listed::No => Status::Dunno,
            Listed::Unknown => {
                let reason = format!("<{key}>: {} rejected: Service unavailable", subject.name());
                self.defer_if_reject(450, "4.7.1", &reason);
                Status::Dunno
            }
            Listed::Yes(_) => {
                let named = self.facts.client.namaddr();
                self.permit(word, Subject::Client, &named, "")
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
        let found = match self.dns.look_up(&query, Kind::A) {
            Ok(found) => found,
            Err(Missing::Timeout) if self.memory.unanswered.contains(&query) => {
                return Listed::Unknown;
            }
            Err(Missing::Timeout) => {
                self.memory.unanswered.push(query.clone());
                self.warn(format!(
                    "{query}: RBL lookup error: Host or domain name not found. Name service error for name={query} type=A: Host not found, try again"
                ));
                return Listed::Unknown;
            }
            Err(_) => return Listed::No,
        };
        let matches = |pattern: &str| {
            found
                .iter()
                .any(|data| matches!(data, Data::A(addr) if is_match(pattern, addr)))
        };
        if wanted.is_some_and(|pattern| !matches(pattern)) {
            return Listed::No;
        }
        let texts: Vec<String> = self
            .dns
            .look_up(&query, Kind::Txt)
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
        let access = self.access;
        let found = access.rbl_reply_maps.get(list);
        let found = found.map_err(|_| self.server_error())?;
        let default = access.config.raw("default_rbl_reply").unwrap_or_default();
        let domain = list.split('=').next().unwrap_or(list);
        let code = self.access.code("maps_rbl_reject_code").to_string();
        let values = [
            ("rbl_code", code),
            ("rbl_domain", domain.to_string()),
            ("rbl_reason", text.to_string()),
            ("rbl_txt", text.to_string()),
            ("rbl_what", what.to_string()),
            ("rbl_class", subject.name().to_string()),
        ];
        let server = self.access.text("myhostname");
        let value = |name: &str| match values.iter().find(|(n, _)| *n == name) {
            Some((_, value)) => Some(filtered(value)),
            None => attribute(&self.facts, &server, name),
        };
        let mut reply = String::new();
        let mut warnings = Vec::new();
        for template in found.as_deref().into_iter().chain([default.as_str()]) {
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
fn is_match(pattern: &str, addr: &str) -> bool {
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
