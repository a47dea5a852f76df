//! Access control: the smtpd_*_restrictions lists, evaluated by Postfix's rules
//! (SMTPD_ACCESS_README).
//!
//! A list is tried from left to right; the first restriction that says OK or REJECT decides.
//! `defer_if_permit` and `defer_if_reject` change what a later decision means,
//! `warn_if_reject` turns a rejection into a line in the log.
//!
//! `lists` reads them, and `guard` demands one that keeps strangers from relaying; `evaluate`
//! goes through them for a question of a session's, with what a `checker` knows meanwhile; `words`
//! finds a `restriction` by its name, among its own, those of `host` and `recipient`, and those of
//! the full build; `refusal` says no, or yes.
//!
//! `full` and `light` have one interface: the restrictions that only the full build knows, and
//! what these look up.

mod checker;
mod class;
mod evaluate;
#[cfg(feature = "full")]
pub(in crate::postfix) mod full;
#[cfg(not(feature = "full"))]
#[path = "light/mod.rs"]
pub(in crate::postfix) mod full;
mod guard;
mod host;
mod judgement;
mod lists;
mod parameters;
mod recipient;
pub(in crate::postfix) mod refusal;
mod restriction;
mod words;

pub use checker::Ground;
pub use full::position::{Neighbours, Verified};
pub use lists::{mynetworks, AccessControl};
