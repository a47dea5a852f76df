//! An exchange of challenges and responses, whatever the mechanism.

use crate::smtp::command::is_space;
use crate::smtp::policy::Policy;
use crate::smtp::sasl::proof::{Denied, Proof};
use crate::smtp::sasl::turn::Turn;
use crate::time::Time;

/// What the library says of a response that does not fit.
pub(super) const BAD_PROTOCOL: &str = "bad protocol / cancel";
/// What it says where it cannot even ask; Postfix answers it with a 454.
pub const GENERIC_FAILURE: &str = "generic failure";
/// What it says where a name and what is to prove it do not fit.
pub(super) const AUTHENTICATION_FAILURE: &str = "authentication failure";
/// What it writes where somebody wants to be somebody else.
pub(super) const OTHER_IDENTITY: &str = "Requested identity not authenticated identity";
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

/// Begins an exchange: the name as the client wrote it, its initial response, decoded, and the time.
pub(super) type Begin = fn(&str, Option<String>, Time, &dyn Policy) -> (Mechanism, Turn);

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

/// What the library says of a name of nothing but white space.
pub(super) const BLANK: &str = "All-whitespace username.";

/// A name as the library goes on with it: without white space at its ends, and with a realm. It means to
/// refuse names of nothing else; what it refuses is a name as long as the white space before it.
pub(super) fn canonical(policy: &dyn Policy, user: &str) -> Option<String> {
    let start = user.trim_start_matches(is_space);
    let name = start.trim_end_matches(is_space);
    (user.len() - start.len() != name.len()).then(|| policy.sasl_username(name))
}

/// Lets the policy decide; the details are for the log: of a wrong password, and of somebody who is not known.
pub(super) fn verify(policy: &dyn Policy, user: &str, proof: &Proof, details: [&str; 2]) -> Turn {
    let Some(name) = canonical(policy, user) else {
        return Turn::failure(GENERIC_FAILURE, BLANK);
    };
    let user = user.trim_matches(is_space);
    match policy.authenticate(user, proof) {
        Ok(()) => Turn::Success(name),
        Err(denied) => {
            let (detail, is_gone) = match denied {
                Denied::WrongPassword => (details[0].into(), false),
                Denied::NoUser => policy.settings().passwords.unknown(details[1]),
            };
            let reason = if is_gone {
                GENERIC_FAILURE
            } else {
                AUTHENTICATION_FAILURE
            };
            Turn::Failure {
                reason: reason.into(),
                username: Some(name),
                detail,
            }
        }
    }
}
