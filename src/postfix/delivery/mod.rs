//! What happens to a message in the queue: each recipient is tried, and what failed comes back.
//!
//! | file        | holds                                                 |
//! |-------------|-------------------------------------------------------|
//! | `qmgr`      | one attempt for each recipient that is left           |
//! | `local`     | local: aliases, `.forward`, people with an account    |
//! | `virtual`   | virtual: people without one                           |
//! | `forward`   | what local sends on                                   |
//! | `mailbox`   | a message as it stands in a mailbox                   |
//! | `routes`    | aliases and tables that say where an address leads    |
//! | `exchanger` | which hosts take mail for a domain                    |
//! | `smtp`      | the dialogue with another host, sans I/O              |
//! | `bounce`    | delivery status notifications (RFC 3464)              |

pub mod bounce;
pub mod exchanger;
mod forward;
mod local;
pub mod mailbox;
pub mod qmgr;
pub mod routes;
pub mod smtp;
mod r#virtual;
