//! The server's side of SASL mechanisms: PLAIN, LOGIN, CRAM-MD5, DIGEST-MD5, XOAUTH2 and OAUTHBEARER, with the words
//! that the Cyrus library has for their failures, or those that Dovecot has.

mod base64;
#[cfg_attr(feature = "full", path = "full/mod.rs")]
#[cfg_attr(not(feature = "full"), path = "light.rs")]
pub mod build;
pub mod hmac;
mod mechanism;
mod plain;
pub mod proof;
mod turn;

pub use base64::{from_base64, to_base64};
pub use mechanism::{Mechanism, GENERIC_FAILURE};
pub use turn::{Step, Turn, Words};

use crate::smtp::policy::Policy;
use crate::time::Time;

/// Begins an exchange, with the initial response, in base64, if there was one.
pub fn start(
    name: &str,
    initial: Option<&str>,
    plaintext: bool,
    now: Time,
    policy: &dyn Policy,
) -> (Mechanism, Turn) {
    let refused = |reason: &str, detail: &str| {
        let mechanism = Mechanism::new(name, mechanism::fail);
        (mechanism, Turn::failure(reason, detail))
    };
    let keeper = &policy.settings().passwords;
    let mut known = build::MECHANISMS.iter();
    let found = known.find(|(known, ..)| known.eq_ignore_ascii_case(name));
    let is_plain = found.is_some_and(|(_, is_plain, _)| *is_plain);
    if keeper.is_dovecot() && (keeper.lacks(name) || is_plain && !plaintext) {
        return refused(mechanism::NO_MECHANISM, "");
    }
    let initial = match initial.map(from_base64) {
        None => None,
        Some(Ok(text)) => Some(text),
        Some(Err(why)) => return refused(why, ""),
    };
    match found.filter(|_| !keeper.lacks(name)) {
        Some((_, true, _)) if !plaintext => refused("encryption needed to use mechanism", ""),
        Some((.., begin)) => begin(name, initial, now, policy),
        None => refused(
            mechanism::NO_MECHANISM,
            &format!("Couldn't find mech {name}"),
        ),
    }
}

/// Goes on with a response of the client's, in base64.
pub fn next(mechanism: Mechanism, response: &str, policy: &dyn Policy) -> (Mechanism, Turn) {
    match from_base64(response) {
        Ok(text) => (mechanism.next)(mechanism, &text, policy),
        Err(why) => (mechanism, Turn::failure(why, "")),
    }
}
