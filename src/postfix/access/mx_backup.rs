//! `permit_mx_backup`: relaying for domains that name this host as a lesser mail exchanger.

use crate::dns::{Data, Kind, Missing};
use crate::postfix::access::host::{why_no_address, why_no_record};
use crate::postfix::access::{Check, Checker, Status, Subject};
use crate::postfix::lookup::list::List;
use crate::smtp::idn::to_ascii;
use crate::smtp::release::Change;

impl Checker<'_> {
    /// The restriction, or `None` where `word` is another.
    pub(in crate::postfix) fn mx(
        &mut self,
        word: &str,
    ) -> Result<Option<Status>, crate::postfix::access::Abort> {
        if word != "permit_mx_backup" {
            return Ok(None);
        }
        let Some(recipient) = self.facts.recipient.clone() else {
            return Ok(Some(Status::Dunno));
        };
        let status = match self.mx_backup(&recipient)? {
            Status::Ok => self.permit(word, Subject::Recipient, &recipient, ""),
            other => other,
        };
        Ok(Some(status))
    }

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
                if missing == Missing::Timeout {
                    let what = "mail exchanger information: Host not found, try again";
                    self.cannot_look_up(recipient, what);
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
        let networks = self.access.permit_mx_backup_networks.clone();
        if !networks.is_empty() {
            for host in &primary {
                if !self.is_inside(host, &networks, recipient) {
                    return Ok(Status::Dunno);
                }
            }
        }
        Ok(Status::Ok)
    }

    fn cannot_look_up(&mut self, recipient: &str, what: &str) {
        let what = match self.has(Change::MxReason) {
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
            .any(|name| self.resolver.is_local(name).unwrap_or(false))
        {
            return true;
        }
        for host in hosts {
            match self.addresses(host) {
                Ok(found) => {
                    if found.iter().any(|a| self.access.own_addresses.contains(a)) {
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
        let found = match self.addresses(host) {
            Ok(found) => found,
            Err(missing) => {
                let why = why_no_record(missing);
                let what = format!("host {host} as mail exchanger: {why}");
                self.cannot_look_up(recipient, &what);
                return false;
            }
        };
        found
            .iter()
            .all(|addr| networks.has_client(host, addr).unwrap_or(false))
    }
}
