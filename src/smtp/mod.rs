//! PROTOCOL: one server session, without I/O, on `std` alone.
//!
//! [`session::Session`] takes bytes in and gives [`session::Action`]s out. It looks facts up
//! through its [`policy::Policy`] and changes nothing but itself.
//!
//! | file         | holds                                                               |
//! |--------------|---------------------------------------------------------------------|
//! | `bytes`      | bytes as text, and back                                             |
//! | `printable`  | what may appear in a reply or a log line                            |
//! | `xtext`      | the codings of parameter values                                     |
//! | `framing`    | from bytes to lines                                                 |
//! | `command`    | the commands, and how a line is cut into words                      |
//! | `reply`      | replies                                                             |
//! | `address`    | addresses as Postfix reads them                                     |
//! | `hostname`   | which names and addresses of hosts are well formed                  |
//! | `idn`        | names with other letters; its twin in the light build is in `light` |
//! | `envelope`   | a message with its envelope, before and after cleanup               |
//! | `client`     | the client at the other end                                         |
//! | `connection` | a connection as its client knows it                                 |
//! | `settings`   | the parameters that a session obeys                                 |
//! | `release`    | what changed from one release of Postfix to the next                |
//! | `sasl`       | the mechanisms of AUTH                                              |
//! | `policy`     | the questions that a session asks                                   |
//! | `trail`      | what was asked before a reply; its twin is there too                |
//! | `probing`    | addresses that are waited for; its twin is there too                |
//! | `tls`        | what is told of TLS; its twin is there too                          |
//! | `session`    | the session                                                         |

pub mod address;
pub mod bytes;
pub mod client;
pub mod command;
pub mod connection;
pub mod envelope;
pub mod framing;
pub mod hostname;
pub mod policy;
pub mod printable;
pub mod release;
pub mod reply;
pub mod sasl;
pub mod session;
pub mod settings;
pub mod xtext;

#[cfg(feature = "full")]
#[path = "."]
mod parts {
    pub mod idn;
    pub mod passwords;
    pub mod probing;
    pub mod tls;
    pub mod trail;
}
#[cfg(not(feature = "full"))]
#[path = "light"]
mod parts {
    pub mod idn;
    pub mod passwords;
    pub mod probing;
    pub mod tls;
    pub mod trail;
}
pub use parts::{idn, passwords, probing, tls, trail};
