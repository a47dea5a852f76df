//! Who may send as whom: `smtpd_sender_login_maps`.

use crate::postfix::access::{Cause, Check, Checker, Status};
use crate::postfix::lookup::maps::Strategy;

impl Checker<'_> {
    /// A restriction of this kind, or `None` where `word` is none.
    pub(in crate::postfix) fn login(
        &mut self,
        word: &str,
    ) -> Result<Option<Status>, crate::postfix::access::Abort> {
        // reject_sender_login_mismatch is short for the first and the last (see `lists`).
        const KINDS: [&str; 3] = [
            "reject_authenticated_sender_login_mismatch",
            "reject_known_sender_login_mismatch",
            "reject_unauthenticated_sender_login_mismatch",
        ];
        if !KINDS.contains(&word) {
            return Ok(None);
        }
        if !self.access.flag("smtpd_sasl_auth_enable") {
            self.warn(format!("restriction `{word}' ignored: no SASL support"));
            return Ok(Some(Status::Dunno));
        }
        match self.facts.sender.clone().filter(|s| !s.is_empty()) {
            Some(sender) => self.login_mismatch(word, &sender).map(Some),
            None => Ok(Some(Status::Dunno)),
        }
    }

    fn login_mismatch(&mut self, word: &str, sender: &str) -> Check {
        let Some(maps) = self.access.sender_login_maps.clone() else {
            return Ok(Status::Dunno);
        };
        let resolved = self.resolve(sender)?;
        let owners = maps.find(&resolved.recipient, Strategy::RECIPIENT, self.resolver);
        let owners = self.found(sender, owners)?;
        let user = self.facts.sasl.as_ref().map(|s| s.username.clone());
        let status = match (user, owners) {
            (None, Some(_)) if word != "reject_authenticated_sender_login_mismatch" => {
                let reason = format!("<{sender}>: Sender address rejected: not logged in");
                self.reject(Cause::Policy, 553, "5.7.1", &reason)
            }
            (Some(user), owners) if word != "reject_unauthenticated_sender_login_mismatch" => {
                let owned = owners.as_ref().is_some_and(|list| {
                    list.split([',', ' ', '\t'])
                        .any(|owner| owner.eq_ignore_ascii_case(&user))
                });
                if owned || (owners.is_none() && word == "reject_known_sender_login_mismatch") {
                    Status::Dunno
                } else {
                    let reason =
                        format!("<{sender}>: Sender address rejected: not owned by user {user}");
                    self.reject(Cause::Policy, 553, "5.7.1", &reason)
                }
            }
            _ => Status::Dunno,
        };
        Ok(status)
    }
}
