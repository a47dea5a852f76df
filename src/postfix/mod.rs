//! POLICY AND MAIL SYSTEM: a Postfix-like server around the protocol. May use `smtp` and `dns`.

pub mod cidr;
pub mod cleanup;
pub mod config;
pub mod defaults;
pub mod hmac;
pub mod list;
pub mod log;
pub mod maps;
pub mod pattern;
pub mod resolve;
pub mod restriction;
pub mod server;
pub mod table;
