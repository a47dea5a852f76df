//! `permit_mx_backup`: relaying for domains that name this host as a lesser mail exchanger.

use super::{Check, Checker, Status, Subject};

impl Checker<'_> {
    /// The restriction, or `None` where `word` is another.
    pub(super) fn mx(&mut self, word: &str) -> Result<Option<Status>, super::Abort> {
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
        let exchangers = match self.dns.look_up(domain, crate::dns::Kind::Mx) {
            Ok(found) => found,
            Err(crate::dns::Missing::Timeout) => {
                let reason = format!(
                    "<{recipient}>: Recipient address rejected: Unable to look up mail exchanger information: Host not found, try again"
                );
                self.defer_if_reject(450, "4.4.4", &reason);
                return Ok(Status::Dunno);
            }
            Err(_) => return Ok(Status::Dunno),
        };
        let listed: Vec<(u16, String)> = exchangers
            .into_iter()
            .filter_map(|data| match data {
                crate::dns::Data::Mx(preference, name) => Some((preference, name)),
                _ => None,
            })
            .collect();
        let best = listed
            .iter()
            .map(|(preference, _)| *preference)
            .min()
            .unwrap_or(0);
        let is_me = |name: &str| {
            self.resolver.is_local(name).unwrap_or(false)
                || self
                    .dns
                    .addresses(name)
                    .is_ok_and(|a| a.iter().any(|a| self.access.own_addresses.contains(a)))
        };
        let primary = listed.iter().any(|(p, name)| *p == best && is_me(name));
        let backup = listed.iter().any(|(p, name)| *p > best && is_me(name));
        Ok(if !primary && backup {
            Status::Ok
        } else {
            Status::Dunno
        })
    }
}
