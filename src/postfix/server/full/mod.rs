//! What a server of the full build has besides: what stands behind smtpd, and greylisting.

mod after_dot;
mod behind;
mod daemons;
pub mod greylist;
pub mod wording;

use crate::smtp::sasl::hmac::hmac_md5;
use crate::smtp::sasl::Proof;

pub(super) use crate::postfix::log::anvil::Statistics;
pub(super) use crate::postfix::queue::file::Queue;
pub(super) use after_dot::AfterDot;
pub(super) use daemons::Daemons;
pub(super) use greylist::Greylist;
pub(super) use wording::Wording;

/// Whether somebody knows a password.
pub(super) fn knows(password: &str, proof: &Proof) -> bool {
    match proof {
        Proof::Password(given) => *given == password,
        Proof::CramMd5 { challenge, digest } => {
            hmac_md5(password.as_bytes(), challenge.as_bytes()) == *digest
        }
    }
}
