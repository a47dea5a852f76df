//! PROTOCOL: one server session, without I/O, on `std` alone.
//!
//! [`session::Session`] takes bytes in and gives [`session::Action`]s out. It looks facts up
//! through its [`policy::Policy`] and changes nothing but itself.

pub mod address;
pub mod bytes;
pub mod client;
pub mod command;
pub mod connection;
pub mod envelope;
pub mod framing;
pub mod hostname;
#[cfg(feature = "full")]
pub mod idn;
#[cfg(not(feature = "full"))]
#[path = "no_idn.rs"]
pub mod idn;
pub mod policy;
pub mod printable;
pub mod release;
pub mod reply;
pub mod sasl;
pub mod session;
pub mod settings;
pub mod xtext;
