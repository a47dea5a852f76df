//! main.cf: how it is read, its parameters, its expansions, and what sessions obey.
//!
//! | file         | holds                                                        |
//! |--------------|--------------------------------------------------------------|
//! | `main_cf`    | the text, and values as text                                 |
//! | `master_cf`  | the services of master(8), and what their options change      |
//! | `parameter`  | what each parameter is, its range and its default            |
//! | `values`     | numbers, times, flags; whether Postfix would start with them |
//! | `template`   | `$name` and its kin, cut into pieces                         |
//! | `expansion`  | the same, expanded                                           |
//! | `attributes` | what replies may say of a session                            |
//! | `settings`   | what sessions obey                                           |
//! | `syntax`     | lines and words                                              |

#[cfg(feature = "full")]
pub mod attributes;
pub mod expansion;
pub mod main_cf;
#[cfg(feature = "full")]
pub mod master_cf;
pub mod parameter;
pub(in crate::postfix) mod settings;
pub mod syntax;
pub mod template;
pub(in crate::postfix) mod values;
pub(in crate::postfix) use values::several;

#[cfg_attr(feature = "full", path = "full.rs")]
#[cfg_attr(not(feature = "full"), path = "light.rs")]
pub(in crate::postfix) mod build;

pub(in crate::postfix) use build::{asks_style, holds, NO, YES};
pub use build::{FullOnly, Warnings};
