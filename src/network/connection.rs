//! A connection: its two ends, and what is under way between them.

use std::collections::VecDeque;

use crate::smtp::client::Client;
use crate::smtp::policy::Note;
use crate::smtp::session::Session;

/// A connection, as its client knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub(super) usize);

/// What a client learns of its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is open.
    Connected,
    /// The port is closed.
    Refused,
    /// Nobody answered.
    TimedOut,
    /// Bytes have come.
    Data(Vec<u8>),
    /// From here on both sides speak TLS.
    TlsStarted,
    /// The other side has closed it.
    Closed,
}

#[derive(Clone, Debug)]
pub(super) enum Packet {
    Open,
    Opened,
    Refused,
    TimedOut,
    ToServer(Vec<u8>),
    ToClient(Vec<u8>),
    StartTls,
    HungUp,
    Closed,
}

#[derive(Debug)]
pub(super) struct Connection {
    pub(super) client: Client,
    /// What the look-up of the client's name leaves in the log.
    pub(super) notes: Vec<Note>,
    pub(super) host: usize,
    pub(super) session: Option<Session>,
    pub(super) pid: u32,
    pub(super) inbox: VecDeque<Event>,
    pub(super) is_over: bool,
    pub(super) partial: Vec<u8>,
    /// A mail server has opened it, not the learner: nobody waits for it.
    #[cfg(feature = "full")]
    pub(super) is_background: bool,
}

impl Connection {
    pub(super) fn is_background(&self) -> bool {
        #[cfg(feature = "full")]
        return self.is_background;
        #[cfg(not(feature = "full"))]
        false
    }
}
