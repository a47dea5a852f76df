//! `permit_mx_backup`: relaying for domains that name this host as a lesser mail exchanger.

use crate::dns::{Data, Kind, Missing};
use crate::postfix::access::checker::Checker;
use crate::postfix::access::full::servers::{why_no_address, why_no_record};
use crate::postfix::access::judgement::{Check, Status, Subject};
use crate::postfix::access::restriction::{Takes, Word};
use crate::postfix::lookup::list::List;
use crate::smtp::idn::to_ascii;
use crate::smtp::release::Change;

/// The restriction.
pub(super) static WORDS: [Word; 1] = [Word::new("permit_mx_backup", Takes::Nothing, |c, call| {
    c.of_recipient(|c, recipient| {
        Ok(match c.mx_backup(recipient)? {
            Status::Ok => c.permit(call.word, Subject::Recipient, recipient, ""),
            other => other,
        })
    })
})];

impl Checker<'_> {
    /// Whether this host is a backup mail exchanger for the recipient's domain.
    fn mx_backup(&mut self, recipient: &str) -> Check {
        if self.is_authorized_destination(recipient)? {
            return Ok(Status::Ok);
        }
        let resolved = self.resolve(recipient)?;
        let Some(domain) = resolved
            .domain()
            .filter(|d| !d.starts_with('[') && !resolved.routed)
        else {
            return Ok(Status::Dunno);
        };
        let exchangers = match self.look_up(&to_ascii(domain), Kind::Mx) {
            Ok(found) => found,
            Err(missing) => {
                if !matches!(
                    missing,
                    Missing::NoDomain | Missing::NoData | Missing::NullMx
                ) {
                    let why = why_no_record(missing);
                    self.cannot_look_up(recipient, &format!("mail exchanger information: {why}"));
                }
                return Ok(Status::Dunno);
            }
        };
        let listed: Vec<(u16, String)> = exchangers
            .into_iter()
            .filter_map(|data| match data {
                Data::Mx(preference, name) => Some((preference, name)),
                _ => None,
            })
            .collect();
        let best = listed.iter().map(|(preference, _)| *preference).min();
        let (primary, backup): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|(p, _)| Some(*p) == best);
        let names = |list: Vec<(u16, String)>| list.into_iter().map(|(_, name)| name).collect();
        let (primary, backup): (Vec<String>, Vec<String>) = (names(primary), names(backup));
        if self.is_me(&primary, recipient) || !self.is_me(&backup, recipient) {
            return Ok(Status::Dunno);
        }
        let networks = &self.access.lookups.mx_backup_networks;
        if !networks.is_empty() {
            for host in &primary {
                if !self.is_inside(host, networks, recipient) {
                    return Ok(Status::Dunno);
                }
            }
        }
        Ok(Status::Ok)
    }

    fn cannot_look_up(&mut self, recipient: &str, what: &str) {
        let what = match self.ground.settings.release.has(Change::MxReason) {
            true => what,
            false => what.split(": ").next().unwrap_or(what),
        };
        let reason = format!("<{recipient}>: Recipient address rejected: Unable to look up {what}");
        self.defer_if_reject(450, "4.4.4", &reason);
    }

    /// Whether one of these mail exchangers is this host: by its name, or else by its addresses.
    fn is_me(&mut self, hosts: &[String], recipient: &str) -> bool {
        if hosts
            .iter()
            .any(|name| self.ground.resolver.is_local(name).unwrap_or(false))
        {
            return true;
        }
        for host in hosts {
            match self.addresses(host) {
                Ok(found) => {
                    if found.iter().any(|a| self.ground.resolver.is_own(a)) {
                        return true;
                    }
                }
                Err(missing) => {
                    let why = why_no_address(missing);
                    self.cannot_look_up(recipient, &format!("mail exchanger host {host}: {why}"));
                }
            }
        }
        false
    }

    /// Whether all addresses of a mail exchanger are in `permit_mx_backup_networks`.
    fn is_inside(&mut self, host: &str, networks: &List, recipient: &str) -> bool {
        let found = match self.spoken(self.ground.dns.addresses(host)) {
            Ok(found) => found,
            Err(missing) => {
                let why = why_no_record(missing);
                let what = format!("host {host} as mail exchanger: {why}");
                self.cannot_look_up(recipient, &what);
                return false;
            }
        };
        for addr in &found {
            match networks.has_client(host, addr) {
                Ok(true) => {}
                Ok(false) => return false,
                Err(retry) => {
                    self.failed(retry);
                    self.warn(format!(
                        "all_auth_mx_addr: permit_mx_backup_networks lookup error for address {addr} for {host}"
                    ));
                    let reason = format!("<{recipient}>: Recipient address rejected: Unable to verify host {host} as mail exchanger");
                    self.defer_if_reject(450, "4.4.4", &reason);
                    return false;
                }
            }
        }
        true
    }
}
