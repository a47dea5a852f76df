//! Access control: the smtpd_*_restrictions lists, evaluated by Postfix's rules
//! (SMTPD_ACCESS_README).
//!
//! A list is tried from left to right; the first restriction that says OK or REJECT decides.
//! `defer_if_permit` and `defer_if_reject` change what a later decision means,
//! `warn_if_reject` turns a rejection into a line in the log.

#[cfg(feature = "full")]
mod actions;
#[cfg(feature = "full")]
mod dnsbl;
mod evaluate;
#[cfg(feature = "full")]
pub mod greylist;
mod host;
mod lists;
#[cfg(feature = "full")]
mod login;
#[cfg(feature = "full")]
mod mx_backup;
mod recipient;
mod refusal;
#[cfg(feature = "full")]
mod servers;
#[cfg(feature = "full")]
mod tables;
mod words;

use evaluate::Checker;
pub use lists::{mynetworks, AccessControl};
#[cfg(feature = "full")]
use refusal::is_dsn;
use refusal::split_dsn;
#[cfg(feature = "full")]
use words::words_of;

/// What one restriction says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Dunno,
    Ok,
    Reject,
}

/// A rejection that ends all evaluation at once: a table that cannot be asked, or a mistake
/// in the configuration.
struct Abort;

type Check = Result<Status, Abort>;

/// Who or what is judged, as a reply names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "full"), allow(dead_code))]
enum Subject {
    Client,
    ReverseClient,
    Helo,
    Sender,
    Recipient,
    Etrn,
    Data,
    EndOfData,
    SaslLogin,
}

impl Subject {
    fn name(self) -> &'static str {
        match self {
            Subject::Client => "Client host",
            Subject::ReverseClient => "Unverified Client host",
            Subject::Helo => "Helo command",
            Subject::Sender => "Sender address",
            Subject::Recipient => "Recipient address",
            Subject::Etrn => "Etrn command",
            Subject::Data => "Data command",
            Subject::EndOfData => "End-of-data",
            Subject::SaslLogin => "SASL login name",
        }
    }
}

/// Why something is rejected; the server's own troubles are never softened to warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Policy,
    Server,
}
