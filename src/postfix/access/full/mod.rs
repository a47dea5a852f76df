//! The restrictions that only the full build knows: those that look something up.

mod actions;
pub(in crate::postfix) mod dnsbl;
mod login;
pub(super) mod lookups;
mod mx_backup;
mod old;
pub(super) mod old_defaults;
mod old_notes;
mod policy_service;
pub(super) mod position;
mod replies;
pub(in crate::postfix) mod servers;
pub(in crate::postfix) mod service;
mod tables;
mod trail;
mod unverified;
pub(in crate::postfix) mod verified;

use crate::postfix::access::restriction::Word;

/// The restrictions of this build beside those of every build.
pub(super) const WORDS: [&[Word]; 8] = [
    &tables::WORDS,
    &servers::WORDS,
    &dnsbl::WORDS,
    &login::WORDS,
    &mx_backup::WORDS,
    &old::WORDS,
    &policy_service::WORDS,
    &unverified::WORDS,
];
