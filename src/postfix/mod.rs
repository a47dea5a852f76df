//! POLICY AND MAIL SYSTEM: a Postfix-like server around the protocol. May use `smtp` and `dns`.
//!
//! | folder     | holds                                                                  |
//! |------------|------------------------------------------------------------------------|
//! | `config`   | main.cf: how it is read, its defaults, its expansions                  |
//! | `lookup`   | lookup tables of each type, match lists, parts of an address in order  |
//! | `address`  | trivial-rewrite: rewriting and address classes; the client's name      |
//! | `access`   | `smtpd_*_restrictions` and what they ask                               |
//! | `cleanup`  | cleanup: what becomes of a message before it is queued                 |
//! | `queue`    | queue files, and how messages come into the queue                      |
//! | `delivery` | qmgr, local, virtual, smtp and bounce                                  |
//! | `neighbour`| what answers beside Postfix: policy services, Milters, Dovecot …         |
//! | `server`   | answers a session's questions and applies its actions                  |
//! | `log`      | mail.log: its lines, and anvil's statistics                            |

pub mod access;
pub mod address;
#[cfg(feature = "full")]
pub mod cleanup;
pub mod config;
#[cfg(feature = "full")]
pub mod delivery;
pub mod log;
pub mod lookup;
#[cfg(feature = "full")]
pub mod neighbour;
#[cfg(feature = "full")]
pub mod queue;
pub mod server;
