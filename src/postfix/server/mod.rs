//! The host side of a session: a main.cf made into settings, lists and tables, and the actions
//! of sessions applied to queue and log.
//!
//! `running` is a server; `build` is what its main.cf is made into, `policy` answers the sessions'
//! questions by it; `rates` counts what anvil counts, and `processes` are those that serve. `full`
//! and `light` have one interface: what stands behind smtpd, which is nothing in the light build.

mod build;
#[cfg(feature = "full")]
pub mod full;
#[cfg(not(feature = "full"))]
#[path = "light/mod.rs"]
pub mod full;
mod policy;
mod processes;
mod rates;
mod running;
mod screened;

pub use full::postscreen::Screen;
pub use policy::View;
pub use running::{Accepted, Server, User};
pub use screened::{Exchanged, Screened};
