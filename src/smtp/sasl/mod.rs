//! The server's side of three SASL mechanisms: PLAIN (RFC 4616), LOGIN and CRAM-MD5
//! (RFC 2195), with the words that the Cyrus library has for their failures.

#[cfg(feature = "full")]
pub mod hmac;

use crate::smtp::bytes::{decode, encode};
use crate::smtp::policy::{Denied, Policy};
use crate::time::Time;

/// An exchange in progress.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mechanism {
    name: String,
    awaits: Awaits,
}

/// What the next response is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Awaits {
    Plain,
    LoginUser,
    LoginPassword(String),
    CramMd5(String),
    #[default]
    Unknown,
}

/// What a client claims to prove who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof<'a> {
    /// A password in the clear.
    Password(&'a str),
    /// HMAC-MD5 of a challenge, keyed with the password, in hexadecimal.
    CramMd5 {
        /// The challenge as it was sent, before base64.
        challenge: &'a str,
        /// What the client made of it.
        digest: &'a str,
    },
}

/// What one step of an exchange leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The text of a 334 reply, in base64.
    Challenge(String),
    /// The user has authenticated.
    Success(String),
    /// Not so.
    Failure {
        /// The library's word for it.
        reason: String,
        /// The user, where it got as far as that.
        username: Option<String>,
        /// What the library writes into the log before.
        detail: String,
    },
}

impl Turn {
    fn failure(reason: &str, detail: &str) -> Turn {
        Turn::Failure {
            reason: reason.into(),
            username: None,
            detail: detail.into(),
        }
    }
}

impl Mechanism {
    /// The name as the client wrote it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Begins an exchange, with the initial response if there was one.
    pub fn start(
        name: &str,
        initial: Option<&str>,
        plaintext: bool,
        now: Time,
        policy: &dyn Policy,
    ) -> (Mechanism, Turn) {
        let mechanism = |awaits| Mechanism {
            name: name.into(),
            awaits,
        };
        let decoded = match initial {
            None => None,
            Some(text) => match from_base64(text) {
                Ok(text) => Some(text),
                Err(why) => return (mechanism(Awaits::Unknown), Turn::failure(why, "")),
            },
        };
        let first = match name.to_ascii_uppercase().as_str() {
            "PLAIN" | "LOGIN" if !plaintext => {
                let turn = Turn::failure("encryption needed to use mechanism", "");
                return (mechanism(Awaits::Unknown), turn);
            }
            "PLAIN" => mechanism(Awaits::Plain),
            "LOGIN" => mechanism(Awaits::LoginUser),
            "CRAM-MD5" if cfg!(feature = "full") => {
                let challenge = policy.challenge(now);
                let sent = to_base64(challenge.as_bytes());
                let turn = match initial {
                    None => Turn::Challenge(sent),
                    Some(_) => {
                        let detail = "Remote sent first but mech does not allow it.";
                        Turn::failure(BAD_PROTOCOL, detail)
                    }
                };
                return (mechanism(Awaits::CramMd5(challenge)), turn);
            }
            _ => {
                let detail = format!("Couldn't find mech {name}");
                let turn = Turn::failure("no mechanism available", &detail);
                return (mechanism(Awaits::Unknown), turn);
            }
        };
        match (decoded, &first.awaits) {
            (Some(text), _) => first.take(text, policy),
            (None, Awaits::LoginUser) => (first, Turn::Challenge(to_base64(b"Username:"))),
            (None, _) => (first, Turn::Challenge(String::new())),
        }
    }

    /// Goes on with a response of the client's, in base64.
    pub fn next(self, response: &str, policy: &dyn Policy) -> (Mechanism, Turn) {
        match from_base64(response) {
            Ok(text) => self.take(text, policy),
            Err(why) => (self, Turn::failure(why, "")),
        }
    }

    fn take(self, text: String, policy: &dyn Policy) -> (Mechanism, Turn) {
        match self.awaits.clone() {
            Awaits::Plain => {
                let parts: Vec<&str> = text.split('\0').collect();
                let turn = match parts.as_slice() {
                    [identity, user, password] => {
                        let detail = "Password verification failed";
                        let proof = Proof::Password(password);
                        match verify(policy, user, &proof, detail) {
                            Turn::Success(_) if !identity.is_empty() && identity != user => {
                                Turn::Failure {
                                    reason: "authentication failure".into(),
                                    username: Some((*identity).into()),
                                    detail: "Requested identity not authenticated identity".into(),
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
                (self, turn)
            }
            Awaits::LoginUser => {
                let next = Mechanism {
                    name: self.name,
                    awaits: Awaits::LoginPassword(text),
                };
                (next, Turn::Challenge(to_base64(b"Password:")))
            }
            Awaits::LoginPassword(user) => {
                // To the library the name ends at its first NUL.
                let name = user.split('\0').next().unwrap_or("");
                let mut turn = verify(policy, name, &Proof::Password(&text), "");
                if let Turn::Failure { username, .. } = &mut turn {
                    if !user.is_empty() {
                        username.get_or_insert_with(|| name.into());
                    }
                }
                (self, turn)
            }
            Awaits::CramMd5(challenge) => {
                let turn = match text.rsplit_once(' ') {
                    Some((user, digest)) => {
                        let proof = Proof::CramMd5 {
                            challenge: &challenge,
                            digest,
                        };
                        verify(policy, user, &proof, "incorrect digest response")
                    }
                    None => Turn::failure(BAD_PROTOCOL, "need authentication name"),
                };
                (self, turn)
            }
            Awaits::Unknown => (self, Turn::failure("no mechanism available", "")),
        }
    }
}

const BAD_PROTOCOL: &str = "bad protocol / cancel";
/// What the library says where it cannot even ask; Postfix answers it with a 454.
pub const GENERIC_FAILURE: &str = "generic failure";

fn verify(policy: &dyn Policy, user: &str, proof: &Proof, detail: &str) -> Turn {
    // The library takes white space from both ends of a name.
    let user = user.trim_matches(crate::smtp::command::is_space);
    if user.is_empty() {
        return Turn::failure(GENERIC_FAILURE, "All-whitespace username.");
    }
    match policy.authenticate(user, proof) {
        Ok(()) => Turn::Success(policy.sasl_username(user)),
        Err(denied) => Turn::Failure {
            reason: "authentication failure".into(),
            username: Some(match proof {
                Proof::CramMd5 { .. } => policy.sasl_username(user),
                Proof::Password(_) => user.into(),
            }),
            // The library computes no digest for somebody whom it does not know.
            detail: match (denied, proof) {
                (Denied::NoUser, Proof::CramMd5 { .. }) => String::new(),
                _ => detail.into(),
            },
        },
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 with padding (RFC 4648 section 4).
///
/// ```
/// assert_eq!(smtp_terminal::smtp::sasl::to_base64(b"Username:"), "VXNlcm5hbWU6");
/// ```
pub fn to_base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |w, &b| w << 8 | u32::from(b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            if i <= chunk.len() {
                let digit = word >> (18 - 6 * i) & 63;
                out.push(char::from(ALPHABET[digit as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// Base64 back to text.
///
/// # Errors
/// The Cyrus library's word for text that is not base64, or that breaks off.
pub fn from_base64(text: &str) -> Result<String, &'static str> {
    let text = encode(text);
    let (chunks, rest) = text.as_chunks::<4>();
    let mut bytes = Vec::with_capacity(chunks.len() * 3);
    let mut ended = false;
    for chunk in chunks {
        let padding = chunk.iter().rev().take_while(|&&b| b == b'=').count();
        if padding > 2 || ended {
            return Err(BAD_PROTOCOL);
        }
        ended = padding > 0;
        let mut word = 0u32;
        for &b in &chunk[..4 - padding] {
            let digit = ALPHABET.iter().position(|&a| a == b);
            word = word << 6 | digit.ok_or(BAD_PROTOCOL)? as u32;
        }
        word <<= 6 * padding as u32;
        bytes.extend_from_slice(&word.to_be_bytes()[1..4 - padding]);
    }
    match (rest.is_empty(), ended) {
        (true, _) => Ok(decode(&bytes).into_owned()),
        (false, true) => Err(BAD_PROTOCOL),
        (false, false) => Err("another step is needed in authentication"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_both_ways() {
        for text in ["", "a", "ab", "abc", "\0user\0secret"] {
            assert_eq!(
                from_base64(&to_base64(text.as_bytes())).as_deref(),
                Ok(text)
            );
        }
        assert!(from_base64("ab").is_err_and(|why| why.starts_with("another step")));
        assert_eq!(from_base64("a=bc"), Err(BAD_PROTOCOL));
        assert_eq!(from_base64("ab==abcd"), Err(BAD_PROTOCOL));
        assert_eq!(from_base64("ab==a"), Err(BAD_PROTOCOL));
    }
}
