//! What a session wants to have done.

use std::sync::Arc;
use std::time::Duration;

use crate::smtp::envelope::{Cleaned, Message};
use crate::smtp::policy::{Crash, Note, Rate, Triplet};
use crate::smtp::probing::Address;
use crate::smtp::reply::Reply;
use crate::smtp::session::amended::Reported;
use crate::smtp::session::authorized::Passed;

/// What the session wants to have done. Actions are to be applied in order, each before the
/// next is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The client has said this line, which comes without its end. Only where somebody
    /// [watches](crate::smtp::session::Session::watch).
    Line {
        /// The line; of a command that is too long, what is left of it.
        text: String,
        /// It is part of a message, as the dot that ends one is.
        content: bool,
    },
    /// Send this to the client.
    Reply(Reply),
    /// Write this line to the log.
    Note(Note),
    /// A queue file has been opened under this ID.
    Open(Arc<str>),
    /// Put this message into the queue, with what cleanup has made of it.
    Enqueue(Arc<Message>, Option<Box<Cleaned>>),
    /// Hand this message to the filter before the queue; what it says is to be
    /// [told](crate::smtp::session::Session::hear_back) to the session, with this for the log.
    Pass(Passed, String),
    /// Count this event against the client's limits.
    Count(Rate),
    /// From here on both sides speak TLS.
    StartTls,
    /// Greylisting has seen these.
    Remember(Triplet),
    /// Find out whether mail to this address can be delivered.
    Probe(Address),
    /// The process that serves the session dies; the connection ends with it.
    Crash(Crash),
    /// Something has gone wrong that the postmaster may want to know (`notify_classes`).
    Report(Reported),
    /// End the connection.
    Close,
}

/// An action, or a pause before the ones that follow.
#[derive(Debug)]
pub(super) enum Todo {
    Act(Action),
    Sleep(Duration),
}
