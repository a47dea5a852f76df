//! main.cf: how it is read, its defaults, its expansions, and what sessions obey.

pub mod defaults;
pub mod expansion;
pub mod main_cf;
pub(in crate::postfix) mod settings;
