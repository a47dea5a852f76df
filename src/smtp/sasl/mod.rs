//! The server's side of three SASL mechanisms: PLAIN, LOGIN and CRAM-MD5, with the words that the
//! Cyrus library has for their failures, or those that Dovecot has.

mod base64;
#[cfg(feature = "full")]
mod cram_md5;
#[cfg(feature = "full")]
pub mod dovecot;
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

/// Begins an exchange: the name as the client wrote it, its initial response, decoded, and the time.
type Begin = fn(&str, Option<String>, Time, &dyn Policy) -> (Mechanism, Turn);

/// The mechanisms: the name of each, and whether it sends the password as it is.
const MECHANISMS: &[(&str, bool, Begin)] = &[
    ("PLAIN", true, plain::plain),
    ("LOGIN", true, plain::login),
    #[cfg(feature = "full")]
    ("CRAM-MD5", false, cram_md5::cram_md5),
];

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
    if policy.settings().passwords.lacks(name) {
        return refused(mechanism::NO_MECHANISM, "");
    }
    let initial = match initial.map(from_base64) {
        None => None,
        Some(Ok(text)) => Some(text),
        Some(Err(why)) => return refused(why, ""),
    };
    let mut known = MECHANISMS.iter();
    match known.find(|(known, ..)| known.eq_ignore_ascii_case(name)) {
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
