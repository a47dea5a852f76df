//! PLAIN (RFC 4616) and LOGIN, which send the password as it is.

use crate::smtp::policy::Policy;
use crate::smtp::sasl::base64::to_base64;
use crate::smtp::sasl::mechanism::{
    canonical, verify, Mechanism, AUTHENTICATION_FAILURE, BAD_PROTOCOL, BLANK, GENERIC_FAILURE,
    OTHER_IDENTITY,
};
use crate::smtp::sasl::proof::Proof;
use crate::smtp::sasl::turn::Turn;
use crate::time::Time;

/// Begins with PLAIN.
pub(super) fn plain(
    name: &str,
    initial: Option<String>,
    _: Time,
    policy: &dyn Policy,
) -> (Mechanism, Turn) {
    let mechanism = Mechanism::new(name, identify);
    match initial {
        Some(text) => identify(mechanism, &text, policy),
        None => (mechanism, Turn::Challenge(String::new())),
    }
}

/// `identity NUL user NUL password`.
fn identify(mechanism: Mechanism, text: &str, policy: &dyn Policy) -> (Mechanism, Turn) {
    let parts: Vec<&str> = text.split('\0').collect();
    let turn = match parts.as_slice() {
        [_, user, _] if is_no_name(policy, user) => no_name(user),
        [identity, user, password] => {
            let proof = Proof::password(password);
            match verify(policy, user, &proof, ["Password verification failed"; 2]) {
                // The library reads both names in the same way, and Dovecot neither.
                Turn::Success(name) if !identity.is_empty() => {
                    let is_dovecot = policy.settings().passwords.is_dovecot();
                    match canonical(policy, identity) {
                        _ if is_dovecot && identity == user => Turn::Success(name),
                        None => Turn::Failure {
                            reason: GENERIC_FAILURE.into(),
                            username: Some(name),
                            detail: BLANK.into(),
                        },
                        Some(identity) if identity == name && !is_dovecot => Turn::Success(name),
                        Some(identity) => Turn::Failure {
                            reason: AUTHENTICATION_FAILURE.into(),
                            // Dovecot names who has the password.
                            username: Some(match is_dovecot {
                                true => name,
                                false => identity,
                            }),
                            detail: OTHER_IDENTITY.into(),
                        },
                    }
                }
                turn => turn,
            }
        }
        [_] => Turn::failure(BAD_PROTOCOL, "Can only find author (no password)"),
        [_, _] => Turn::failure(BAD_PROTOCOL, "Can only find author/en (no password)"),
        _ => {
            let detail = "Got more data than we were expecting in the PLAIN plugin";
            Turn::failure(BAD_PROTOCOL, detail)
        }
    };
    (mechanism, turn)
}

/// Whether it is Dovecot that is asked, and does not take this for a name.
pub(super) fn is_no_name(policy: &dyn Policy, name: &str) -> bool {
    policy.settings().passwords.takes_no(name)
}

/// Dovecot does not take it for one.
pub(super) fn no_name(name: &str) -> Turn {
    Turn::Failure {
        reason: AUTHENTICATION_FAILURE.into(),
        username: (!name.contains('\0')).then(|| name.into()),
        detail: String::new(),
    }
}

/// Begins with LOGIN.
pub(super) fn login(
    name: &str,
    initial: Option<String>,
    _: Time,
    policy: &dyn Policy,
) -> (Mechanism, Turn) {
    let mechanism = Mechanism::new(name, take_user);
    match initial.filter(|text| !text.is_empty()) {
        Some(text) => take_user(mechanism, &text, policy),
        None => (mechanism, Turn::Challenge(to_base64(b"Username:"))),
    }
}

fn take_user(mechanism: Mechanism, user: &str, policy: &dyn Policy) -> (Mechanism, Turn) {
    if is_no_name(policy, user) {
        return (mechanism, no_name(user));
    }
    let next = Mechanism {
        memory: user.into(),
        next: take_password,
        ..mechanism
    };
    (next, Turn::Challenge(to_base64(b"Password:")))
}

fn take_password(mechanism: Mechanism, text: &str, policy: &dyn Policy) -> (Mechanism, Turn) {
    // To the library the name ends at its first NUL.
    let name = mechanism.memory.split('\0').next().unwrap_or("");
    let mut turn = verify(policy, name, &Proof::password(text), [""; 2]);
    if let Turn::Failure { username, .. } = &mut turn {
        if !mechanism.memory.is_empty() {
            username.get_or_insert_with(|| name.into());
        }
    }
    (mechanism, turn)
}
