//! AUTH as curl goes about it (RFC 4954): the first mechanism in its own order that the server offers.

use crate::smtp::bytes::encode;
use crate::smtp::sasl::hmac::{hmac_md5, md5};
use crate::smtp::sasl::{from_base64, to_base64};

/// The mechanisms, in the order in which they are tried.
const ORDER: [&str; 6] = [
    "DIGEST-MD5",
    "CRAM-MD5",
    "OAUTHBEARER",
    "XOAUTH2",
    "PLAIN",
    "LOGIN",
];

/// Who logs in, and with what.
#[derive(Clone, Debug, Default)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: String,
    /// A token, in place of a password.
    pub(super) bearer: Option<String>,
    /// What it is for.
    pub(super) host: String,
    pub(super) port: u16,
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
    order.find(|name| {
        offered.split(' ').any(|own| own.eq_ignore_ascii_case(name))
            && login.bearer.is_some() == name.contains("OAUTH")
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The answer to a challenge of DIGEST-MD5 (RFC 2831).
fn digest(login: &Login, challenge: &str) -> String {
    let field = |name: &str| {
        let start = challenge.find(&format!("{name}=\""))? + name.len() + 2;
        let rest = challenge.get(start..)?;
        Some(rest.split('"').next().unwrap_or(rest).to_string())
    };
    let (realm, nonce) = (
        field("realm").unwrap_or_default(),
        field("nonce").unwrap_or_default(),
    );
    let own = hex(&md5(nonce.as_bytes()));
    let uri = format!("smtp/{}", login.host);
    let secret = md5(&encode(&format!(
        "{}:{realm}:{}",
        login.user, login.password
    )));
    let mut first = secret.to_vec();
    first.extend(encode(&format!(":{nonce}:{own}")));
    let (first, second) = (
        hex(&md5(&first)),
        hex(&md5(&encode(&format!("AUTHENTICATE:{uri}")))),
    );
    let response = hex(&md5(&encode(&format!(
        "{first}:{nonce}:00000001:{own}:auth:{second}"
    ))));
    format!("username=\"{}\",realm=\"{realm}\",nonce=\"{nonce}\",cnonce=\"{own}\",nc=\"00000001\",digest-uri=\"{uri}\",response={response},qop=auth", login.user)
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
    let bearer = login.bearer.as_deref().unwrap_or("");
    Some(match (mechanism, step) {
        ("PLAIN", 0) => format!("{}\0{user}\0{password}", login.actor),
        ("LOGIN", 0) => user.clone(),
        ("LOGIN", 1) => password.clone(),
        ("CRAM-MD5", 0) => {
            let digest = hmac_md5(&encode(password), &encode(&challenge()));
            format!("{user} {digest}")
        }
        ("DIGEST-MD5", 0) => digest(login, &challenge()),
        ("DIGEST-MD5", 1) => String::new(),
        ("XOAUTH2", 0) => format!("user={user}\x01auth=Bearer {bearer}\x01\x01"),
        ("OAUTHBEARER", 0) => format!(
            "n,a={user},\x01host={}\x01port={}\x01auth=Bearer {bearer}\x01\x01",
            login.host, login.port
        ),
        // A server that says why it refuses a token hears that it was heard.
        (_, 1) if login.bearer.is_some() => "\x01".into(),
        _ => return None,
    })
}

/// The same as it is sent.
pub(super) fn coded(answer: &str) -> String {
    to_base64(&encode(answer))
}
