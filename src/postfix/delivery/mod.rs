//! What happens to a message in the queue: each recipient is tried, and what failed comes back.
//!
//! | file           | holds                                              |
//! |----------------|----------------------------------------------------|
//! | `qmgr`         | one attempt for each recipient that is left        |
//! | `absent`       | agents that do not start                           |
//! | `local`        | local: aliases, `.forward`, people with an account |
//! | `command`      | local: a command, or a file, instead of a mailbox  |
//! | `pace`         | how long a transport rests between deliveries       |
//! | `person`       | local: who has the mail of one person, or nobody's |
//! | `virtual`      | virtual: people without one                        |
//! | `forward`      | what local sends on                                |
//! | `mailbox`      | a message as it stands in a mailbox                |
//! | `routes`       | aliases and tables that say where an address leads |
//! | `destination`  | where mail is handed to, as it is written          |
//! | `exchanger`    | which hosts take mail for a domain                 |
//! | `filter`       | what an administrator makes of outcomes            |
//! | `smtp`         | the dialogue with another host, sans I/O           |
//! | `certificate`  | certificates, and what others think of them        |
//! | `beside`       | lmtp to Dovecot, pipe, a content filter            |
//! | `dovecot`      | its LMTP server                                    |
//! | `pipe`         | pipe: a command, and what it reads                 |
//! | `program`      | how a program ends                                 |
//! | `report`       | what an agent reports about a recipient            |
//! | `bounce`       | bounce: who is told                                |
//! | `notification` | what they are told (RFC 3464)                      |
//! | `template`     | in whose words (bounce(5))                         |
//! | `verify`       | verify: probes, and what they find out             |
//! | `verp`         | senders that name the recipient                    |

mod absent;
mod beside;
mod bounce;
pub mod certificate;
mod command;
pub mod destination;
mod dovecot;
pub mod exchanger;
mod filter;
mod forward;
mod local;
pub mod mailbox;
pub(in crate::postfix) mod notification;
mod pace;
mod person;
pub(in crate::postfix) mod pipe;
mod program;
pub mod qmgr;
pub(in crate::postfix) mod report;
pub mod routes;
pub mod smtp;
pub mod template;
mod verify;
mod verp;
mod r#virtual;
