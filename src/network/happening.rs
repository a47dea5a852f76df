//! What those who watch a world are told.

use std::sync::Arc;

use crate::smtp::envelope::Message;
use crate::smtp::reply::Reply;

/// What has happened at a mail server, for those who watch.
#[derive(Clone, Debug)]
pub enum Happening {
    /// A line from a client: a command, or a line of a message.
    Line {
        /// The server's host.
        host: String,
        /// The line without its end.
        line: String,
        /// It is part of a message.
        is_content: bool,
    },
    /// A reply to a client.
    Reply {
        /// The server's host.
        host: String,
        /// What it said.
        reply: Reply,
    },
    /// A message was accepted.
    Queued {
        /// The server's host.
        host: String,
        /// The message with its envelope.
        message: Arc<Message>,
    },
}
