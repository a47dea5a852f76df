//! What a client claims to prove who it is, and why it is not believed.

/// A claim to know a password.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// What the client sent: the password, or what it made of it.
    said: &'a str,
    /// What it was asked, if it was.
    challenge: Option<&'a str>,
    /// Whether the two belong to a password.
    holds: fn(said: &str, challenge: &str, password: &str) -> bool,
}

impl<'a> Proof<'a> {
    /// A password in the clear.
    pub fn password(said: &'a str) -> Proof<'a> {
        Proof {
            said,
            challenge: None,
            holds: |said, _, password| said == password,
        }
    }

    /// A response that a password and a challenge make, by a rule.
    pub fn response(
        said: &'a str,
        challenge: &'a str,
        holds: fn(said: &str, challenge: &str, password: &str) -> bool,
    ) -> Proof<'a> {
        Proof {
            said,
            challenge: Some(challenge),
            holds,
        }
    }

    /// What the client sent.
    pub fn said(&self) -> &str {
        self.said
    }

    /// Whether it proves that the client knows this password.
    pub fn holds(&self, password: &str) -> bool {
        (self.holds)(self.said, self.challenge.unwrap_or_default(), password)
    }

    /// Whether it answers a challenge.
    pub fn is_response(&self) -> bool {
        self.challenge.is_some()
    }
}

/// Why a user is not let in, which only the log may tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// There is no such user.
    NoUser,
    /// The password is wrong.
    WrongPassword,
}
