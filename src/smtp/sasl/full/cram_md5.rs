//! CRAM-MD5 (RFC 2195).

use crate::smtp::policy::Policy;
use crate::smtp::sasl::base64::to_base64;
use crate::smtp::sasl::hmac::hmac_md5;
use crate::smtp::sasl::mechanism::{verify, Mechanism, BAD_PROTOCOL};
use crate::smtp::sasl::plain::{is_no_name, no_name};
use crate::smtp::sasl::proof::Proof;
use crate::smtp::sasl::turn::Turn;
use crate::time::Time;

/// Begins with the challenge.
pub(super) fn cram_md5(
    name: &str,
    initial: Option<String>,
    now: Time,
    policy: &dyn Policy,
) -> (Mechanism, Turn) {
    let settings = policy.settings();
    // Dovecot calls the machine as it calls itself.
    let host = match settings.passwords.is_dovecot() {
        true => settings.myhostname.split('.').next().unwrap_or(""),
        false => &settings.myhostname,
    };
    let mechanism = Mechanism {
        memory: format!("<{}.{}@{host}>", now.micros(), now.seconds()),
        ..Mechanism::new(name, take_digest)
    };
    // Dovecot does not look at what comes before it has asked.
    let turn = match initial.filter(|_| !settings.passwords.is_dovecot()) {
        None => Turn::Challenge(to_base64(mechanism.memory.as_bytes())),
        Some(_) => Turn::failure(
            BAD_PROTOCOL,
            "Remote sent first but mech does not allow it.",
        ),
    };
    (mechanism, turn)
}

/// `user digest`.
fn take_digest(mechanism: Mechanism, text: &str, policy: &dyn Policy) -> (Mechanism, Turn) {
    let is_named =
        |(user, _): &(&str, &str)| !user.is_empty() || !policy.settings().passwords.is_dovecot();
    let turn = match text.rsplit_once(' ').filter(is_named) {
        Some((user, _)) if is_no_name(policy, user) => no_name(user),
        Some((user, digest)) => {
            let proof =
                Proof::response(digest, &mechanism.memory, |digest, challenge, password| {
                    hmac_md5(password.as_bytes(), challenge.as_bytes()) == digest
                });
            verify(policy, user, &proof, ["incorrect digest response", ""])
        }
        None => Turn::failure(BAD_PROTOCOL, "need authentication name"),
    };
    (mechanism, turn)
}
