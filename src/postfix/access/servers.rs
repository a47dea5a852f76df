//! check_*_mx_access and its kin: what a table says of the servers behind a name.

use crate::dns::{Data, Kind, Missing};
use crate::postfix::access::host::{why_no_address, why_no_record};
use crate::postfix::access::{Check, Checker, Status, Subject};
use crate::smtp::hostname::{is_hostaddr, mailhost_addr, to_ascii};

impl Checker<'_> {
    /// The hosts behind a domain: its mail exchangers, name servers or addresses.
    pub(super) fn server_access(
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
        domain = &ascii;
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
                        Missing::Timeout => domain,
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
}

/// `check_sender_mx_access` and its kin: whose servers, and which kind of record.
pub(super) fn server_check(word: &str) -> Option<(&'static str, Kind)> {
    let rest = word.strip_prefix("check_")?.strip_suffix("_access")?;
    let (who, kind) = rest.rsplit_once('_')?;
    let kind = match kind {
        "mx" => Kind::Mx,
        "ns" => Kind::Ns,
        "a" => Kind::A,
        _ => return None,
    };
    let who = match who {
        "client" => "client",
        "reverse_client_hostname" => "reverse",
        "helo" => "helo",
        "sender" => "sender",
        "recipient" => "recipient",
        _ => return None,
    };
    Some((who, kind))
}
