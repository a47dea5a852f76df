//! NETWORK: hosts, names, ports and connections, with a clock that is handed in.
//!
//! Nothing happens by itself: [`World::tick`] delivers what is due. A packet takes
//! [`World::latency`] from one end to the other, so that a reply comes when it would.
//!
//! | file         | holds                                                              |
//! |--------------|--------------------------------------------------------------------|
//! | `world`      | the network itself, and its clock                                  |
//! | `clock`      | its clock, where it is put forward                                 |
//! | `host`       | a host and its ports                                               |
//! | `connection` | a connection, and what is under way on it                          |
//! | `id`         | by which a client knows its connection                             |
//! | `happening`  | what those who watch are told                                      |
//! | `mail`       | mail on its way between servers, and what was on the wire; `no_mail` is its twin |
//! | `admitted`   | clients that are handed to smtpd                                   |
//! | `screened`   | a client that postscreen looks at                                  |
//! | `watched`    | what those who judge are told (full build)                         |
//! | `fuse`       | how much may happen in one go                                      |
//! | `cut`        | what goes round is stopped                                         |

mod admitted;
mod clock;
mod connection;
mod cut;
mod fuse;
mod happening;
mod host;
mod id;
// The light build has nobody who sends mail on.
#[cfg_attr(not(feature = "full"), path = "no_mail/mod.rs")]
mod mail;
mod screened;
#[cfg(feature = "full")]
mod watched;
mod world;

pub use crate::smtp::connection::Event;
pub use happening::Happening;
pub use host::{Host, Port};
pub use id::ConnectionId;
#[cfg(feature = "full")]
pub use mail::record;
pub use mail::tap;
pub use world::World;
