//! POLICY AND MAIL SYSTEM: a Postfix-like server around the protocol. May use `smtp` and `dns`.

#[cfg(feature = "full")]
pub mod anvil;
pub mod cidr;
pub mod cleanup;
pub mod config;
pub mod defaults;
pub mod dictionary;
pub mod expansion;
pub mod fold;
#[cfg(feature = "full")]
pub mod greylist;
#[cfg(feature = "full")]
pub mod hmac;
pub mod list;
pub mod log;
#[cfg(feature = "full")]
pub mod mail;
pub mod maps;
#[cfg(feature = "full")]
pub mod pattern;
pub mod peer;
#[cfg(feature = "full")]
pub mod queue_file;
pub mod resolve;
pub mod restriction;
#[cfg(feature = "full")]
pub mod rules;
pub mod server;
mod settings;
pub mod table;
#[cfg(feature = "full")]
pub mod wording;
