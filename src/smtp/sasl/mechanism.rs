//! An exchange of challenges and responses, whatever the mechanism.

use crate::smtp::command::is_space;
use crate::smtp::policy::Policy;
use crate::smtp::sasl::proof::{Denied, Proof};
use crate::smtp::sasl::turn::Turn;

/// What the library says of a response that does not fit.
pub(super) const BAD_PROTOCOL: &str = "bad protocol / cancel";
/// What it says where it cannot even ask; Postfix answers it with a 454.
pub const GENERIC_FAILURE: &str = "generic failure";
/// What it says of a mechanism that it does not have.
pub(super) const NO_MECHANISM: &str = "no mechanism available";

/// An exchange in progress.
#[derive(Debug)]
pub struct Mechanism {
    /// The name as the client wrote it.
    pub(super) name: String,
    /// What the next response has to be seen with: a user, or a challenge.
    pub(super) memory: String,
    /// What is done with the next response.
    pub(super) next: Next,
}

/// Takes a response that has been decoded.
pub(super) type Next = fn(Mechanism, &str, &dyn Policy) -> (Mechanism, Turn);

/// One of which nothing is known.
impl Default for Mechanism {
    fn default() -> Mechanism {
        Mechanism::new("", fail)
    }
}

/// There is nothing to go on with.
pub(super) fn fail(mechanism: Mechanism, _: &str, _: &dyn Policy) -> (Mechanism, Turn) {
    (mechanism, Turn::failure(NO_MECHANISM, ""))
}

impl Mechanism {
    pub(super) fn new(name: &str, next: Next) -> Mechanism {
        Mechanism {
            name: name.into(),
            memory: String::new(),
            next,
        }
    }

    /// The name as the client wrote it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Lets the policy decide; `detail` is for the log.
pub(super) fn verify(policy: &dyn Policy, user: &str, proof: &Proof, detail: &str) -> Turn {
    // The library takes white space from both ends of a name.
    let user = user.trim_matches(is_space);
    if user.is_empty() {
        return Turn::failure(GENERIC_FAILURE, "All-whitespace username.");
    }
    match policy.authenticate(user, proof) {
        Ok(()) => Turn::Success(policy.sasl_username(user)),
        Err(denied) => Turn::Failure {
            reason: "authentication failure".into(),
            username: Some(policy.sasl_username(user)),
            // The library computes no digest for somebody whom it does not know.
            detail: match denied == Denied::NoUser && proof.is_response() {
                true => String::new(),
                false => detail.into(),
            },
        },
    }
}
