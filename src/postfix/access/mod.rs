//! Access control: the smtpd_*_restrictions lists, evaluated by Postfix's rules
//! (SMTPD_ACCESS_README).
//!
//! A list is tried from left to right; the first restriction that says OK or REJECT decides.
//! `defer_if_permit` and `defer_if_reject` change what a later decision means,
//! `warn_if_reject` turns a rejection into a line in the log.
//!
//! `lists` reads them, and `guard` demands one that keeps strangers from relaying; `evaluate`
//! goes through them; `words` finds a restriction by its name, among those of `words` itself,
//! `host` and `recipient`, and those of the full build; `refusal` says no, or yes.
//!
//! `full` and `light` have one interface: the restrictions that only the full build knows, and
//! what these look up.

mod evaluate;
#[cfg(feature = "full")]
mod full;
#[cfg(not(feature = "full"))]
#[path = "light.rs"]
mod full;
mod guard;
mod host;
mod lists;
mod parameters;
mod recipient;
mod refusal;
mod words;

use evaluate::Checker;
pub use evaluate::Ground;
pub use lists::{mynetworks, AccessControl};

/// What one restriction says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Dunno,
    Ok,
    Reject,
}

/// The end of all evaluation: a rejection because a table cannot be asked or the configuration is
/// mistaken, or the end of the process itself.
struct Abort;

type Check = Result<Status, Abort>;

/// Who or what is judged, as a reply names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// Some are for the full build's restrictions alone.
#[allow(dead_code)]
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
