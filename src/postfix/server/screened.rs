//! What comes of a client while postscreen looks at it.

use crate::smtp::reply::Reply;

/// What is said, and heard, while postscreen looks at a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchanged {
    /// The client has said this line.
    Line(String),
    /// It is told this.
    Reply(Reply),
    /// Or this, where it speaks another protocol.
    Said(Vec<u8>),
}

/// What has become of a client that postscreen looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screened {
    /// It is still looked at.
    Waits,
    /// smtpd has it, and hears what nobody has read of what it has said.
    Passed,
    /// Its connection has ended.
    Closed,
}
