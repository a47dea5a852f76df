//! What comes of a step of AUTH.

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
    pub(super) fn failure(reason: &str, detail: &str) -> Turn {
        Turn::Failure {
            reason: reason.into(),
            username: None,
            detail: detail.into(),
        }
    }
}

/// What a step of an exchange was about.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The mechanism's name as the client wrote it.
    pub name: &'a str,
    /// What the client said, in base64; nothing where it had nothing to say.
    pub said: &'a str,
    /// It was said with AUTH itself.
    pub is_first: bool,
}

/// How what has come of a step is said: with the step, and whom Dovecot has named last.
pub type Words = fn(&Step, Turn, &mut Option<String>) -> Turn;
