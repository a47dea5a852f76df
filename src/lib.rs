//! An SMTP simulator: a Postfix-like mail system, the learner's workstation and a small network.
//!
//! The layers, from the ground up; each imports only those above it in this list:
//!
//! | layer        | what it is                                                        |
//! |--------------|-------------------------------------------------------------------|
//! | [`time`]     | moments as values                                                 |
//! | [`smtp`]     | PROTOCOL: one server session, without I/O                         |
//! | [`json`]     | documents: JSON, parsed by the host, read into serde types        |
//! | [`dns`]      | FACTS: zones and look-ups                                         |
//! | [`files`]    | FILES: what a host keeps, by path                                 |
//! | `regex`      | REGULAR EXPRESSIONS of POSIX (full build)                         |
//! | [`postfix`]  | POLICY AND MAIL SYSTEM: main.cf, tables, restrictions, queue, log |
//! | [`network`]  | NETWORK: hosts, ports, connections, the clock                     |
//! | `views`      | what there is to see of the mail (full build)                     |
//! | [`scenario`] | a whole world as one JSON document                                |
//! | [`workstation`] | WORKSTATION: line editor, screen, programs                        |
//! | `explain`    | what a line means, from data (full build)                         |
//! | `lesson`     | what is to be learnt, and who watches how it is done (full build) |
//! | [`simulator`]| the one face that a front end touches                             |
//!
//! # Features
//!
//! `full` (on by default) is everything. Without it there is the light build, which a plain
//! `<smtp-terminal>` loads: sessions with a server that takes mail and keeps it, and the programs that a
//! tutorial needs. A scenario that wants more is refused with a sentence that says so.
//!
//! On `wasm32` the crate is the element's module (`ui`); elsewhere the same world is the library's and the
//! command's.
//!
//! # A whole dialogue
//!
//! ```
//! use smtp_terminal::simulator::Simulator;
//!
//! let mut simulator = Simulator::new("{}").unwrap();
//! simulator.run("telnet smtp.safeer.in 25\nMAIL FROM: safeer@safeer.in\nRCPT TO: praveen@gmail.com");
//! simulator.run("DATA\nSubject: Happy New Year!!!\n\nHappy New Year\n.\nQUIT");
//! simulator.settle();
//! assert!(simulator.transcript().contains("250 2.0.0 Ok: queued as "));
//!
//! let server = simulator.world().host("smtp.safeer.in").unwrap().server.as_ref().unwrap();
//! assert_eq!(&*server.accepted[0].recipients[0].address, "praveen@gmail.com");
//! ```

pub mod dns;
#[cfg(feature = "full")]
pub mod explain;
pub mod files;
pub mod json;
#[cfg(feature = "full")]
pub mod lesson;
pub mod network;
pub mod platform;
pub mod postfix;
#[cfg(feature = "full")]
pub mod regex;
pub mod scenario;
pub mod simulator;
pub mod smtp;
pub mod time;
#[cfg(target_arch = "wasm32")]
pub mod ui;
#[cfg(feature = "full")]
pub mod views;
pub mod workstation;
