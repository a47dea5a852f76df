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
//! | `idn`        | names with other letters; `no_idn` is its twin in the light build   |
//! | `envelope`   | a message with its envelope, before and after cleanup               |
//! | `client`     | the client at the other end                                         |
//! | `connection` | a connection as its client knows it                                 |
//! | `settings`   | the parameters that a session obeys                                 |
//! | `release`    | what changed from one release of Postfix to the next                |
//! | `sasl`       | the mechanisms of AUTH                                              |
//! | `policy`     | the questions that a session asks                                   |
//! | `trail`      | what was asked before a reply; `no_trail` is its twin in the light build |
//! | `tls`        | what is told of TLS; `no_tls` is its twin in the light build        |
//! | `session`    | the session                                                         |

pub mod address;
pub mod bytes;
pub mod client;
pub mod command;
pub mod connection;
pub mod envelope;
pub mod framing;
pub mod hostname;
#[cfg_attr(not(feature = "full"), path = "no_idn.rs")]
pub mod idn;
pub mod policy;
pub mod printable;
pub mod release;
pub mod reply;
pub mod sasl;
pub mod session;
pub mod settings;
#[cfg_attr(not(feature = "full"), path = "no_tls.rs")]
pub mod tls;
#[cfg_attr(not(feature = "full"), path = "no_trail.rs")]
pub mod trail;
pub mod xtext;
