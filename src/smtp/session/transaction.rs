//! A transaction in progress.

use crate::smtp::envelope::Message;
use crate::smtp::session::content::Chunking;

/// What the transaction in progress has come to. Some of it may be there without one, because a
/// refused command has left it.
#[derive(Debug, Default)]
pub(super) struct Transaction {
    /// The message in the making, once MAIL has been accepted.
    pub message: Option<Box<Message>>,
    /// What BDAT has done.
    pub chunking: Chunking,
    /// `SIZE=` of the last MAIL.
    pub declared_size: u64,
    /// Recipients that were refused because there were enough.
    pub overshoot: usize,
    /// The queue file is gone, because the message was refused at its end.
    pub is_closed: bool,
    /// A filter stands in the place of a queue file.
    pub is_passing: bool,
}
