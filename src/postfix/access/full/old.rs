//! Restrictions with old names. They warn of their end, and from Postfix 3.9 on they are errors
//! of the server's.

use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::{Abort, Cause, Check, Status, Subject};
use crate::postfix::access::parameters::Code;
use crate::postfix::access::restriction::{Call, Takes, Word};
use crate::smtp::release::Change;

/// The restrictions.
pub(super) static WORDS: [Word; 3] = [
    Word::new("check_relay_domains", Takes::Nothing, |c, call| {
        c.not_removed(call, "\"reject_unauth_destination\"")?;
        c.warn(format!(
            "support for restriction \"check_relay_domains\" will be removed from {}; use \"reject_unauth_destination\" instead",
            c.ground.mail_name
        ));
        let status = c.of_recipient(|c, recipient| c.relay_domains(call, recipient))?;
        if c.warn_if_reject == 0 {
            c.ignored(call, "check_relay_domains");
        }
        Ok(status)
    }),
    Word::new("permit_naked_ip_address", Takes::Nothing, |c, call| {
        c.not_removed(
            call,
            "\"permit_mynetworks\" or \"permit_sasl_authenticated\"",
        )?;
        c.warn("restriction permit_naked_ip_address is deprecated. Use permit_mynetworks or permit_sasl_authenticated instead");
        let Some(name) = c.facts.helo.clone() else {
            return Ok(Status::Dunno);
        };
        let is_part = |b: u8| b.is_ascii_digit() || b == b'.' || b == b':';
        if !name.bytes().all(is_part) {
            return Ok(Status::Dunno);
        }
        Ok(match c.invalid_address(&name) {
            Status::Dunno => c.permit(call.word, Subject::Helo, &name, ""),
            rejected => rejected,
        })
    }),
    Word::new("reject_maps_rbl", Takes::Nothing, |c, call| {
        c.not_removed(call, "\"reject_rbl_client domain-name\"")?;
        c.warn(format!(
            "support for restriction \"reject_maps_rbl\" will be removed from {}; use \"reject_rbl_client domain-name\" instead",
            c.ground.mail_name
        ));
        let addr = c.facts.client.addr.clone();
        for domain in &c.access.lookups.maps_rbl_domains {
            let status = c.deny_addr(domain, &addr)?;
            if status != Status::Dunno {
                return Ok(status);
            }
        }
        Ok(Status::Dunno)
    }),
];

impl Checker<'_> {
    fn not_removed(&mut self, call: &Call, instead: &str) -> Result<(), Abort> {
        if !self
            .ground
            .settings
            .release
            .has(Change::RestrictionsRemoved)
        {
            return Ok(());
        }
        let word = call.word.to_ascii_lowercase();
        let name = self.ground.mail_name;
        self.warn(format!(
            "support for restriction \"{word}\" has been removed in {name} 3.9; instead, specify {instead}"
        ));
        Err(self.server_error())
    }

    /// Whether client or recipient are of a domain that is relayed for.
    fn relay_domains(&mut self, call: &Call, recipient: &str) -> Check {
        let client = self.facts.client.clone();
        let is_relayed = match self.access.lookups.relay_domains.has_name(&client.name) {
            Ok(is_relayed) => is_relayed,
            Err(retry) => {
                self.failed(retry);
                false
            }
        };
        if is_relayed || self.is_authorized_destination(recipient)? {
            return Ok(self.permit(call.word, Subject::Recipient, recipient, ""));
        }
        let code = self.access.code(Code::RelayDomains);
        let reason = format!("<{recipient}>: Recipient address rejected: Relay access denied");
        Ok(self.reject(Cause::Policy, code, "5.7.1", &reason))
    }
}
