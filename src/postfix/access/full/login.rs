//! Who may send as whom: `smtpd_sender_login_maps`.

use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::{Cause, Check, Status};
use crate::postfix::access::restriction::{Call, Takes, Word};
use crate::postfix::lookup::maps::Strategy;
use crate::smtp::release::Release;

/// Whom a restriction is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// Those who have logged in.
    Authenticated,
    /// Senders that somebody owns.
    Known,
    /// Those who have not.
    Unauthenticated,
}

/// The restrictions; `reject_sender_login_mismatch` is a class of the first and the last.
pub(super) static WORDS: [Word; 3] = [
    Word::new(
        "reject_authenticated_sender_login_mismatch",
        Takes::Nothing,
        |c, call| c.login_mismatch(call, About::Authenticated),
    ),
    Word::new(
        "reject_known_sender_login_mismatch",
        Takes::Nothing,
        |c, call| c.login_mismatch(call, About::Known),
    )
    .since(Release(2, 11)),
    Word::new(
        "reject_unauthenticated_sender_login_mismatch",
        Takes::Nothing,
        |c, call| c.login_mismatch(call, About::Unauthenticated),
    ),
];

impl Checker<'_> {
    /// Whether there is AUTH at all; says so where there is none.
    pub(super) fn has_sasl(&mut self, call: &Call) -> bool {
        let has_sasl = self.ground.settings.sasl;
        if !has_sasl {
            let word = call.word;
            self.warn(format!("restriction `{word}' ignored: no SASL support"));
        }
        has_sasl
    }

    fn login_mismatch(&mut self, call: &Call, about: About) -> Check {
        if !self.has_sasl(call) {
            return Ok(Status::Dunno);
        }
        self.of_sender(|c, sender| c.sender_owner(sender, about))
    }

    fn sender_owner(&mut self, sender: &str, about: About) -> Check {
        let maps = &self.access.lookups.sender_login_maps;
        let resolved = self.resolve(sender)?;
        let owners = maps.find(
            &resolved.recipient,
            Strategy::RECIPIENT,
            self.ground.resolver,
        );
        let owners = self.found(sender, owners)?;
        let user = self.facts.sasl.as_ref().map(|s| s.username.clone());
        let status = match (user, owners) {
            (None, Some(_)) if about != About::Authenticated => {
                let reason = format!("<{sender}>: Sender address rejected: not logged in");
                self.reject(Cause::Policy, 553, "5.7.1", &reason)
            }
            (Some(user), owners) if about != About::Unauthenticated => {
                let owned = owners.as_ref().is_some_and(|list| {
                    list.split([',', ' ', '\t'])
                        .any(|owner| owner.eq_ignore_ascii_case(&user))
                });
                if owned || (owners.is_none() && about == About::Known) {
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
