//! check_*_mx_access and its kin: what a table says of the servers behind a name.

use crate::dns::{Data, Kind, Missing};
use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::{Check, Status, Subject};
use crate::postfix::access::restriction::{Call, Takes, Word};
use crate::smtp::hostname::{is_hostaddr, is_hostname, mailhost_addr};
use crate::smtp::idn::to_ascii;
use crate::smtp::release::Release;

/// Whose servers they are.
#[derive(Clone, Copy)]
enum Whose {
    Client,
    ReverseClient,
    Helo,
    Sender,
    Recipient,
}

/// The checks of mail exchangers, name servers and addresses.
pub(super) static WORDS: [Word; 15] = [
    Word::new("check_client_mx_access", Takes::Table, |c, call| {
        c.server_check(call, Whose::Client, Kind::Mx)
    }),
    Word::new("check_client_ns_access", Takes::Table, |c, call| {
        c.server_check(call, Whose::Client, Kind::Ns)
    }),
    Word::new("check_client_a_access", Takes::Table, |c, call| {
        c.server_check(call, Whose::Client, Kind::A)
    })
    .since(Release(3, 0)),
    Word::new(
        "check_reverse_client_hostname_mx_access",
        Takes::Table,
        |c, call| c.server_check(call, Whose::ReverseClient, Kind::Mx),
    ),
    Word::new(
        "check_reverse_client_hostname_ns_access",
        Takes::Table,
        |c, call| c.server_check(call, Whose::ReverseClient, Kind::Ns),
    ),
    Word::new(
        "check_reverse_client_hostname_a_access",
        Takes::Table,
        |c, call| c.server_check(call, Whose::ReverseClient, Kind::A),
    )
    .since(Release(3, 0)),
    Word::new("check_helo_mx_access", Takes::Table, |c, call| {
        c.server_check(call, Whose::Helo, Kind::Mx)
    }),
    Word::new("check_helo_ns_access", Takes::Table, |c, call| {
        c.server_check(call, Whose::Helo, Kind::Ns)
    }),
    Word::new("check_helo_a_access", Takes::Table, |c, call| {
        c.server_check(call, Whose::Helo, Kind::A)
    })
    .since(Release(3, 0)),
    Word::new("check_sender_mx_access", Takes::Table, |c, call| {
        c.server_check(call, Whose::Sender, Kind::Mx)
    }),
    Word::new("check_sender_ns_access", Takes::Table, |c, call| {
        c.server_check(call, Whose::Sender, Kind::Ns)
    }),
    Word::new("check_sender_a_access", Takes::Table, |c, call| {
        c.server_check(call, Whose::Sender, Kind::A)
    })
    .since(Release(3, 0)),
    Word::new("check_recipient_mx_access", Takes::Table, |c, call| {
        c.server_check(call, Whose::Recipient, Kind::Mx)
    }),
    Word::new("check_recipient_ns_access", Takes::Table, |c, call| {
        c.server_check(call, Whose::Recipient, Kind::Ns)
    }),
    Word::new("check_recipient_a_access", Takes::Table, |c, call| {
        c.server_check(call, Whose::Recipient, Kind::A)
    })
    .since(Release(3, 0)),
];

impl Checker<'_> {
    fn server_check(&mut self, call: &Call, whose: Whose, kind: Kind) -> Check {
        let facts = &self.facts;
        let text = |value: &Option<std::sync::Arc<str>>| value.as_deref().unwrap_or("").to_string();
        let (key, shown, subject) = match whose {
            Whose::Client => {
                let client = &facts.client;
                (
                    client.name.to_string(),
                    Some(client.namaddr()),
                    Subject::Client,
                )
            }
            Whose::ReverseClient => (
                facts.client.reverse_name.to_string(),
                None,
                Subject::ReverseClient,
            ),
            Whose::Helo => (text(&facts.helo), None, Subject::Helo),
            Whose::Sender => (text(&facts.sender), None, Subject::Sender),
            Whose::Recipient => (text(&facts.recipient), None, Subject::Recipient),
        };
        let is_client = matches!(whose, Whose::Client | Whose::ReverseClient);
        if key.is_empty() || (is_client && key.eq_ignore_ascii_case("unknown")) {
            return Ok(Status::Dunno);
        }
        let shown = shown.unwrap_or_else(|| key.clone());
        let status = self.server_access(call.argument(), &key, kind, &shown, subject)?;
        self.forbid_ok(call, status, &key)
    }

    /// The hosts behind a domain: its mail exchangers, name servers or addresses.
    fn server_access(
        &mut self,
        table: &str,
        target: &str,
        kind: Kind,
        name: &str,
        subject: Subject,
    ) -> Check {
        let mut domain = target.rsplit_once('@').map_or(target, |(_, d)| d);
        if let Some(literal) = domain.strip_prefix('[') {
            let addr = literal.strip_suffix(']').and_then(mailhost_addr);
            return match addr.filter(|_| kind != Kind::Ns) {
                Some(addr) => {
                    let status = self.addr_access(table, addr, name, subject)?;
                    Ok(status.unwrap_or(Status::Dunno))
                }
                None => Ok(Status::Dunno),
            };
        }
        let ascii = to_ascii(domain);
        // What comes of it has to be a name.
        if is_hostname(&ascii) {
            domain = &ascii;
        }
        let mut servers = vec![domain.to_string()];
        if kind != Kind::A {
            let mut found = self.look_up(domain, kind);
            let absent =
                |r: &Result<_, Missing>| matches!(r, Err(Missing::NoDomain | Missing::NoData));
            while kind == Kind::Ns && absent(&found) {
                let Some((_, parent)) = domain.split_once('.').filter(|(_, p)| !p.is_empty())
                else {
                    break;
                };
                domain = parent;
                found = self.look_up(domain, kind);
            }
            match found {
                Ok(records) => {
                    servers = records
                        .into_iter()
                        .filter_map(|r| match r {
                            Data::Mx(_, host) | Data::Ns(host) => Some(host),
                            _ => None,
                        })
                        .collect();
                }
                Err(Missing::NullMx) => return Ok(Status::Dunno),
                Err(Missing::NoDomain | Missing::NoData) if kind == Kind::Mx => {}
                Err(why) => {
                    let kind = if kind == Kind::Mx { "MX" } else { "NS" };
                    // Of a domain whose parents have been asked in vain nothing is left.
                    let domain = match why {
                        Missing::Timeout | Missing::Dropped | Missing::Unsifted => domain,
                        _ => target,
                    };
                    self.warn(format!(
                        "Unable to look up {kind} host for {domain}: {}",
                        why_no_record(why)
                    ));
                    return Ok(Status::Dunno);
                }
            }
        }
        for server in servers {
            if is_hostaddr(&server) {
                if let Some(status) = self.addr_access(table, &server, name, subject)? {
                    return Ok(status);
                }
                continue;
            }
            if kind != Kind::A {
                if let Some(status) = self.domain_access(table, &server, name, subject)? {
                    return Ok(status);
                }
            }
            match self.addresses(&server) {
                Ok(addresses) => {
                    for addr in addresses {
                        if let Some(status) = self.addr_access(table, &addr, name, subject)? {
                            return Ok(status);
                        }
                    }
                }
                Err(why) if kind != Kind::A => {
                    let why = why_no_address(why);
                    let kind = if kind == Kind::Mx { "MX" } else { "NS" };
                    self.warn(format!(
                        "Unable to look up {kind} host {server} for {} {name}: {why}",
                        subject.name()
                    ));
                }
                Err(_) => {}
            }
        }
        Ok(Status::Dunno)
    }

    /// The addresses of a host as the C library finds them.
    pub(super) fn addresses(&self, name: &str) -> Result<Vec<String>, Missing> {
        self.spoken(self.ground.dns.hosts(name))
    }

    /// Those addresses that are of a protocol which this server speaks (`inet_protocols`).
    pub(super) fn spoken(
        &self,
        found: Result<Vec<String>, Missing>,
    ) -> Result<Vec<String>, Missing> {
        let [four, six] = self.access.lookups.speaks;
        let mut found = found?;
        found.retain(|addr| if addr.contains(':') { six } else { four });
        match found.is_empty() {
            true => Err(Missing::NoData),
            false => Ok(found),
        }
    }
}

/// The C library's words for a host without addresses.
pub(in crate::postfix) fn why_no_address(missing: Missing) -> &'static str {
    match missing {
        Missing::Timeout => "Temporary failure in name resolution",
        Missing::NoDomain => "Name or service not known",
        _ => "No address associated with hostname",
    }
}

/// The resolver's words for a name without records (`hstrerror`).
pub(super) fn why_no_record(missing: Missing) -> &'static str {
    match missing {
        Missing::Timeout => "Host not found, try again",
        Missing::NoDomain => "Host not found",
        Missing::NoData | Missing::NullMx => "Host found but no data record of requested type",
        Missing::Dropped => "DNS reply filter policy",
        Missing::Unsifted => "Unknown error 0",
    }
}
