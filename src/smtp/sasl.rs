//! The server's side of three SASL mechanisms: PLAIN (RFC 4616), LOGIN and CRAM-MD5
//! (RFC 2195), with the words that the Cyrus library has for their failures.

use super::policy::Policy;
use super::text::{decode, encode};
use crate::time::Time;

/// An exchange in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mechanism {
    name: String,
    step: Step,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Plain,
    LoginUser,
    LoginPassword(String),
    CramMd5(String),
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
pub enum Outcome {
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
    },
}

impl Outcome {
    fn failure(reason: &str) -> Outcome {
        Outcome::Failure {
            reason: reason.into(),
            username: None,
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
        offered: &str,
        now: Time,
        policy: &dyn Policy,
    ) -> (Mechanism, Outcome) {
        let offered = offered.split(' ').find(|m| m.eq_ignore_ascii_case(name));
        let mechanism = |step| Mechanism {
            name: name.into(),
            step,
        };
        let decoded = match initial {
            None => None,
            // RFC 4954 section 4: a lone = is an empty initial response.
            Some("=") => Some(String::new()),
            Some(text) => match from_base64(text) {
                Some(text) => Some(text),
                None => {
                    let outcome = Outcome::failure("Invalid base64 data in initial response");
                    return (mechanism(Step::Unknown), outcome);
                }
            },
        };
        let first = match offered.map(str::to_ascii_uppercase).as_deref() {
            Some("PLAIN") => mechanism(Step::Plain),
            Some("LOGIN") => mechanism(Step::LoginUser),
            Some("CRAM-MD5") => {
                let challenge = policy.challenge(now);
                let sent = to_base64(challenge.as_bytes());
                let outcome = match initial {
                    None => Outcome::Challenge(sent),
                    Some(_) => Outcome::failure("bad protocol / cancel"),
                };
                return (mechanism(Step::CramMd5(challenge)), outcome);
            }
            _ => {
                let outcome = Outcome::failure("no mechanism available");
                return (mechanism(Step::Unknown), outcome);
            }
        };
        match (decoded, &first.step) {
            (Some(text), _) => first.take(text, policy),
            (None, Step::LoginUser) => (first, Outcome::Challenge(to_base64(b"Username:"))),
            (None, _) => (first, Outcome::Challenge(String::new())),
        }
    }

    /// Goes on with a response of the client's, in base64.
    pub fn next(self, response: &str, policy: &dyn Policy) -> (Mechanism, Outcome) {
        match from_base64(response) {
            Some(text) => self.take(text, policy),
            None => {
                let outcome = Outcome::failure("Invalid base64 data in continued response");
                (self, outcome)
            }
        }
    }

    fn take(self, text: String, policy: &dyn Policy) -> (Mechanism, Outcome) {
        match self.step.clone() {
            Step::Plain => {
                let parts: Vec<&str> = text.split('\0').collect();
                let outcome = match parts.as_slice() {
                    [_, user, password] if !user.is_empty() => {
                        verify(policy, user, &Proof::Password(password))
                    }
                    _ => Outcome::failure("bad protocol / cancel"),
                };
                (self, outcome)
            }
            Step::LoginUser => {
                let next = Mechanism {
                    name: self.name,
                    step: Step::LoginPassword(text),
                };
                (next, Outcome::Challenge(to_base64(b"Password:")))
            }
            Step::LoginPassword(user) => {
                let outcome = verify(policy, &user, &Proof::Password(&text));
                (self, outcome)
            }
            Step::CramMd5(challenge) => {
                let outcome = match text.rsplit_once(' ') {
                    Some((user, digest)) => {
                        let proof = Proof::CramMd5 {
                            challenge: &challenge,
                            digest,
                        };
                        verify(policy, user, &proof)
                    }
                    None => Outcome::failure("bad protocol / cancel"),
                };
                (self, outcome)
            }
            Step::Unknown => (self, Outcome::failure("no mechanism available")),
        }
    }
}

fn verify(policy: &dyn Policy, user: &str, proof: &Proof) -> Outcome {
    match policy.authenticate(user, proof) {
        Ok(username) => Outcome::Success(username),
        Err(reason) => Outcome::Failure {
            reason,
            username: Some(user.into()),
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

/// Base64 back to text; `None` where it is not base64.
pub fn from_base64(text: &str) -> Option<String> {
    let text = encode(text);
    if text.len() % 4 != 0 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let chunks = text.len() / 4;
    for (i, chunk) in text.chunks(4).enumerate() {
        let padding = chunk.iter().rev().take_while(|&&b| b == b'=').count();
        if padding > 2 || (padding > 0 && i + 1 != chunks) {
            return None;
        }
        let mut word = 0u32;
        for &b in &chunk[..4 - padding] {
            word = word << 6 | ALPHABET.iter().position(|&a| a == b)? as u32;
        }
        word <<= 6 * padding as u32;
        bytes.extend_from_slice(&word.to_be_bytes()[1..4 - padding]);
    }
    Some(decode(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_both_ways() {
        for text in ["", "a", "ab", "abc", "\0user\0secret"] {
            assert_eq!(
                from_base64(&to_base64(text.as_bytes())).as_deref(),
                Some(text)
            );
        }
        assert_eq!(from_base64("ab"), None);
        assert_eq!(from_base64("a=bc"), None);
        assert_eq!(from_base64("ab==abcd"), None);
    }
}
