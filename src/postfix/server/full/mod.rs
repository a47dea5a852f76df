//! What a server of the full build has besides: what stands behind smtpd.

mod after_dot;
mod back;
mod behind;
mod daemons;
mod dovecot;
pub(super) mod faults;
mod filtered;
mod milter;
mod obeyed;
mod people;
pub mod postscreen;
mod rebuilt;
mod said;
mod services;
mod stops;
pub mod wording;

pub(super) use crate::postfix::log::anvil::Statistics;
pub(super) use crate::postfix::queue::folder::Queue;
pub(super) use after_dot::AfterDot;
pub(super) use daemons::Daemons;
pub(super) use services::Services;
pub(super) use wording::Wording;
