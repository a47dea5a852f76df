//! AUTH as curl goes about it (RFC 4954): the first mechanism in its own order that the server offers.

use crate::smtp::bytes::encode;
use crate::smtp::sasl::hmac::hmac_md5;
use crate::smtp::sasl::{from_base64, to_base64};

/// The mechanisms that servers here offer, in the order in which they are tried.
const ORDER: [&str; 3] = ["CRAM-MD5", "PLAIN", "LOGIN"];

/// Who logs in, and with what.
#[derive(Clone, Debug, Default)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: String,
    /// A token is given, in place of a password, which no server here takes.
    pub(super) has_token: bool,
    /// For whom it acts.
    pub(super) actor: String,
}

/// The mechanism that is taken of those that are offered, if one will do; `wanted` is the value of
/// --login-options.
pub(super) fn choose(offered: &str, wanted: &str, login: &Login) -> Option<&'static str> {
    let wanted = wanted.to_ascii_uppercase();
    let wanted = wanted.strip_prefix("AUTH=").unwrap_or("*");
    let mut order = ORDER
        .into_iter()
        .filter(|name| wanted == "*" || wanted == *name);
    order.find(|name| !login.has_token && offered.split(' ').any(|own| own == *name))
}

/// What is said at a step, before it is written in base64; `None` where there is nothing more to say.
pub(super) fn answer(
    login: &Login,
    mechanism: &str,
    step: usize,
    challenge: &str,
) -> Option<String> {
    let challenge = || {
        let text = challenge.get(4..).unwrap_or("");
        from_base64(text).unwrap_or_default()
    };
    let (user, password) = (&login.user, &login.password);
    Some(match (mechanism, step) {
        ("PLAIN", 0) => format!("{}\0{user}\0{password}", login.actor),
        ("LOGIN", 0) => user.clone(),
        ("LOGIN", 1) => password.clone(),
        ("CRAM-MD5", 0) => {
            let digest = hmac_md5(&encode(password), &encode(&challenge()));
            format!("{user} {digest}")
        }
        _ => return None,
    })
}

/// The same as it is sent.
pub(super) fn coded(answer: &str) -> String {
    to_base64(&encode(answer))
}
