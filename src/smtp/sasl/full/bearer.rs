//! XOAUTH2 and OAUTHBEARER (RFC 7628), which show a token in the place of a password.

use crate::smtp::policy::Policy;
use crate::smtp::sasl::base64::to_base64;
use crate::smtp::sasl::mechanism::{verify, Mechanism, AUTHENTICATION_FAILURE};
use crate::smtp::sasl::proof::Proof;
use crate::smtp::sasl::turn::Turn;
use crate::time::Time;

/// Begins with either.
pub(super) fn bearer(
    name: &str,
    initial: Option<String>,
    _: Time,
    policy: &dyn Policy,
) -> (Mechanism, Turn) {
    let mechanism = Mechanism::new(name, take);
    match initial {
        Some(text) => take(mechanism, &text, policy),
        None => (mechanism, Turn::Challenge(String::new())),
    }
}

fn failure(name: &str) -> Turn {
    Turn::Failure {
        reason: AUTHENTICATION_FAILURE.into(),
        username: (!name.is_empty()).then(|| name.into()),
        detail: String::new(),
    }
}

/// `user=NAME ^A auth=Bearer TOKEN ^A ^A`, or `n,a=NAME, ^A … ^A auth=Bearer TOKEN ^A ^A`.
fn take(mechanism: Mechanism, text: &str, policy: &dyn Policy) -> (Mechanism, Turn) {
    let is_new = mechanism.name.eq_ignore_ascii_case("OAUTHBEARER");
    let (head, _) = text.split_once('\u{1}').unwrap_or((text, ""));
    let user = match is_new {
        true if head.starts_with(['n', 'y']) => {
            head.split(',').find_map(|part| part.strip_prefix("a="))
        }
        true => None,
        false => text
            .split('\u{1}')
            .find_map(|part| part.strip_prefix("user=")),
    };
    let user = user.unwrap_or("");
    let auth = text
        .split('\u{1}')
        .find_map(|part| part.strip_prefix("auth="));
    let token = auth.map(|auth| auth.split_once(' ').unwrap_or((auth, "")));
    let turn = match token {
        Some((kind, _)) if !kind.eq_ignore_ascii_case("bearer") => failure(""),
        Some((_, token)) if !policy.settings().passwords.takes_no(user) => {
            verify(policy, user, &Proof::password(token), ["", ""])
        }
        _ => failure(user),
    };
    // A token that is not believed is answered with a reason, which the client takes note of.
    match turn {
        Turn::Failure { username, .. }
            if token.is_some()
                && username.is_some()
                && !policy.settings().passwords.takes_no(user) =>
        {
            let said = match is_new {
                true => r#"{"status":"invalid_token"}"#,
                false => r#"{"status":"401","schemes":"bearer","scope":"mail"}"#,
            };
            let next = Mechanism {
                memory: user.into(),
                next: |mechanism, _, _| {
                    let turn = failure(&mechanism.memory);
                    (mechanism, turn)
                },
                ..mechanism
            };
            (next, Turn::Challenge(to_base64(said.as_bytes())))
        }
        turn => (mechanism, turn),
    }
}
