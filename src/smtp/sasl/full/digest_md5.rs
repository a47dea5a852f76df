//! DIGEST-MD5 (RFC 2831), as far as it proves who somebody is.

use crate::smtp::policy::Policy;
use crate::smtp::sasl::base64::to_base64;
use crate::smtp::sasl::hmac::{hmac_md5, md5};
use crate::smtp::sasl::mechanism::{verify, Mechanism, AUTHENTICATION_FAILURE, OTHER_IDENTITY};
use crate::smtp::sasl::proof::Proof;
use crate::smtp::sasl::turn::Turn;
use crate::time::Time;

/// What a response has to have, and what the Cyrus library calls it.
const NEEDED: [(&str, &str); 6] = [
    ("username", "username"),
    ("nonce", "nonce"),
    ("cnonce", "cnonce"),
    ("digest-uri", "digesturi"),
    ("response", "response"),
    ("nc", "noncecount"),
];

/// Begins with the challenge; what the client has said before that does not count.
pub(super) fn digest_md5(
    name: &str,
    _: Option<String>,
    now: Time,
    policy: &dyn Policy,
) -> (Mechanism, Turn) {
    let seed = hmac_md5(&now.micros().to_le_bytes(), &now.seconds().to_le_bytes());
    let (nonce, challenge);
    if policy.settings().passwords.is_dovecot() {
        nonce = to_base64(&md5(seed.as_bytes()));
        challenge = format!(
            "realm=\"\",nonce=\"{nonce}\",qop=\"auth\",charset=\"utf-8\",algorithm=\"md5-sess\""
        );
    } else {
        nonce = to_base64(seed.as_bytes());
        challenge = format!(
            "nonce=\"{nonce}\",realm=\"{}\",qop=\"auth\",charset=utf-8,algorithm=md5-sess",
            realm(policy)
        );
    }
    let mechanism = Mechanism {
        memory: nonce,
        ..Mechanism::new(name, take)
    };
    (mechanism, Turn::Challenge(to_base64(challenge.as_bytes())))
}

/// The realm that the Cyrus library offers.
fn realm(policy: &dyn Policy) -> String {
    let name = policy.sasl_username("");
    match name.strip_prefix('@') {
        Some(realm) => realm.into(),
        None => policy.settings().myhostname.clone(),
    }
}

/// What a response says of something.
fn field<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut is_quoted = false;
    let mut fields = text.split(|letter| {
        is_quoted ^= letter == '"';
        letter == ',' && !is_quoted
    });
    let value = fields.find_map(|field| {
        let (name, value) = field.split_once('=')?;
        name.trim().eq_ignore_ascii_case(key).then_some(value)
    })?;
    Some(value.trim().trim_matches('"'))
}

/// The digest that a password makes of a response; `verb` is empty in the server's own answer.
fn answer(text: &str, verb: &str, password: &str) -> String {
    let get = |key| field(text, key).unwrap_or("");
    let hex = |text: &str| md5(text.as_bytes()).map(|b| format!("{b:02x}")).concat();
    let (nonce, cnonce) = (get("nonce"), get("cnonce"));
    let who = format!("{}:{}:{password}", get("username"), get("realm"));
    let mut first = md5(who.as_bytes()).to_vec();
    first.extend(format!(":{nonce}:{cnonce}").bytes());
    if let Some(identity) = field(text, "authzid") {
        first.extend(format!(":{identity}").bytes());
    }
    let first = md5(&first).map(|b| format!("{b:02x}")).concat();
    let last = hex(&format!("{verb}:{}", get("digest-uri")));
    let count = field(text, "nc").unwrap_or("00000001");
    let quality = field(text, "qop").unwrap_or("auth");
    hex(&format!(
        "{first}:{nonce}:{count}:{cnonce}:{quality}:{last}"
    ))
}

/// The client's response.
fn take(mechanism: Mechanism, text: &str, policy: &dyn Policy) -> (Mechanism, Turn) {
    let is_dovecot = policy.settings().passwords.is_dovecot();
    let failure = |detail: &str, name: Option<&str>| Turn::Failure {
        reason: AUTHENTICATION_FAILURE.into(),
        username: name.map(Into::into),
        detail: detail.into(),
    };
    let count = NEEDED.len() - usize::from(is_dovecot);
    let mut needed = NEEDED.iter().take(count);
    let missing = needed.find(|(key, _)| field(text, key).is_none());
    let get = |key| field(text, key).unwrap_or("");
    let detail = match missing {
        _ if text.is_empty() => "input expected in DIGEST-MD5, step 2".into(),
        _ if !text.contains('=') => "Parse error".into(),
        Some((_, name)) => format!("required parameters missing: {name}"),
        None if get("nonce") != mechanism.memory => "nonce changed: authentication aborted".into(),
        None if !is_dovecot && !get("digest-uri").starts_with("smtp/") => {
            "bad digest-uri: doesn't match service".into()
        }
        None => String::new(),
    };
    if !detail.is_empty() {
        return (mechanism, failure(&detail, None));
    }
    let own = if is_dovecot {
        String::new()
    } else {
        realm(policy)
    };
    let mut user = get("username").to_string();
    match get("realm") {
        realm if realm.is_empty() || realm == own => {}
        realm => user = format!("{user}@{realm}"),
    }
    if policy.settings().passwords.takes_no(&user) {
        return (
            mechanism,
            failure(
                "",
                Some(&user).filter(|u| !u.is_empty()).map(|u| u.as_str()),
            ),
        );
    }
    let proof = Proof::response(text, "", |text, _, password| {
        field(text, "response") == Some(&answer(text, "AUTHENTICATE", password))
    });
    let details = [
        "client response doesn't match what we generated (tried bogus)",
        "unable to canonify user and get auxprops",
    ];
    let turn = match verify(policy, &user, &proof, details) {
        Turn::Success(name) => match field(text, "authzid") {
            Some(identity) if identity != get("username") => {
                let named = if is_dovecot { &user } else { identity };
                failure(OTHER_IDENTITY, Some(named))
            }
            _ => {
                let password = policy.secret(&user).unwrap_or_default();
                let own = format!("rspauth={}", answer(text, "", &password));
                let next = Mechanism {
                    memory: name,
                    next: |mechanism, _, _| {
                        let name = mechanism.memory.clone();
                        (mechanism, Turn::Success(name))
                    },
                    ..mechanism
                };
                return (next, Turn::Challenge(to_base64(own.as_bytes())));
            }
        },
        turn => turn,
    };
    (mechanism, turn)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dialogue of RFC 2831, section 4.
    #[test]
    fn the_example_of_the_rfc() {
        let text = "charset=utf-8,username=\"chris\",realm=\"elwood.innosoft.com\",\
             nonce=\"OA6MG9tEQGm2hh\",nc=00000001,cnonce=\"OA6MHXh6VqTrRk\",\
             digest-uri=\"imap/elwood.innosoft.com\",\
             response=d388dad90d4bbd760a152321f2143af7,qop=auth";
        assert_eq!(
            answer(text, "AUTHENTICATE", "secret"),
            "d388dad90d4bbd760a152321f2143af7"
        );
        assert_eq!(
            answer(text, "", "secret"),
            "ea40f60335c427b5527b84dbabcdfffd"
        );
    }
}
