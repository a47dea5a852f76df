//! What was on the wire, as somebody sees it who listens at the client's host: the bytes of both
//! directions with their times, and how each connection began and ended.
//!
//! Memory is bounded. Of many conversations those between servers are forgotten first, then the
//! oldest; of a long one the beginning.

use std::collections::VecDeque;

use crate::network::connection::Packet;
use crate::network::host::Host;
use crate::network::id::ConnectionId;
use crate::smtp::policy::Facts;
use crate::smtp::session::Session;
use crate::time::Time;

/// How many conversations are kept.
const CONVERSATIONS: usize = 60;

/// How many bytes of one, and how many frames.
const BYTES: usize = 256 << 10;
const FRAMES: usize = 4_000;

/// How many bytes of all.
const ALL_BYTES: usize = 1 << 20;

/// One end of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// The host, or the address where there is no such host.
    pub name: String,
    /// The address.
    pub address: String,
    /// The port.
    pub port: u16,
}

/// A connection from its first packet to its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// By which the network knows it.
    pub id: ConnectionId,
    /// Who has opened it.
    pub client: End,
    /// Who was called.
    pub server: End,
    /// A mail server has opened it, not the learner.
    pub is_background: bool,
    /// What was seen, in order.
    pub frames: VecDeque<Frame>,
    /// Bytes that were seen and are forgotten: of the client, of the server.
    pub forgotten: [usize; 2],
    bytes: usize,
    is_secured: bool,
}

/// Something that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// When.
    pub at: Time,
    /// What.
    pub what: Seen,
}

/// What can be seen of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The client calls.
    Call,
    /// The server takes the call.
    Answer,
    /// Nothing listens on the port.
    Refused,
    /// Nobody answers at all.
    Silence,
    /// Bytes.
    Bytes {
        /// The client has sent them.
        by_client: bool,
        /// They are inside TLS: somebody who listens sees as many, and cannot read them.
        is_secured: bool,
        /// As one end gave them to the network.
        bytes: Vec<u8>,
    },
    /// Both ends speak TLS from here on.
    Secured,
    /// One end has nothing more to say.
    End {
        /// It is the client.
        by_client: bool,
    },
}

/// What is left of a session that is over.
#[derive(Debug)]
pub(in crate::network) struct Ended {
    pub(in crate::network) facts: Facts,
    pub(in crate::network) state: &'static str,
}

/// What is remembered of the wire.
#[derive(Debug, Default)]
pub struct Tap {
    conversations: VecDeque<Conversation>,
    last: Option<(ConnectionId, Ended)>,
}

impl Tap {
    /// What was seen of each connection, the oldest first.
    pub fn conversations(&self) -> &VecDeque<Conversation> {
        &self.conversations
    }

    /// How a session ended, where it was the learner's last one.
    pub(in crate::network) fn ended_session(&self, id: ConnectionId) -> Option<&Ended> {
        let last = self.last.as_ref();
        last.filter(|(of, _)| *of == id).map(|(_, ended)| ended)
    }

    /// A connection is opened.
    pub(in crate::network) fn open(
        &mut self,
        id: ConnectionId,
        client: (&str, &str, u16),
        server: (Option<&Host>, &str, u16),
        at: Time,
    ) {
        let end = |name: &str, address: &str, port| End {
            name: name.into(),
            address: address.into(),
            port,
        };
        let (host, address, port) = server;
        let name = host.map_or(address, |host| &host.name);
        self.conversations.push_back(Conversation {
            id,
            client: end(client.0, client.1, client.2),
            server: end(name, address, port),
            is_background: false,
            frames: VecDeque::from([Frame {
                at,
                what: Seen::Call,
            }]),
            forgotten: [0; 2],
            bytes: 0,
            is_secured: false,
        });
        while self.conversations.len() > CONVERSATIONS || self.bytes() > ALL_BYTES {
            let between = self.conversations.iter().position(|c| c.is_background);
            // The one that has just begun stays.
            let oldest = between.filter(|at| at + 1 < self.conversations.len());
            self.conversations.remove(oldest.unwrap_or(0));
        }
    }

    fn bytes(&self) -> usize {
        self.conversations.iter().map(|c| c.bytes).sum()
    }

    fn find(&mut self, id: ConnectionId) -> Option<&mut Conversation> {
        self.conversations.iter_mut().rev().find(|c| c.id == id)
    }

    /// It is a mail server's.
    pub(in crate::network) fn is_background(&mut self, id: ConnectionId) {
        if let Some(conversation) = self.find(id) {
            conversation.is_background = true;
        }
    }

    fn see(&mut self, id: ConnectionId, what: Seen, at: Time) {
        if let Some(conversation) = self.find(id) {
            conversation.see(what, at);
        }
    }

    /// A packet has come to its end of the connection.
    pub(in crate::network) fn came(&mut self, id: ConnectionId, packet: &Packet, at: Time) {
        match packet {
            Packet::Opened => self.see(id, Seen::Answer, at),
            Packet::Refused => self.see(id, Seen::Refused, at),
            Packet::TimedOut => self.see(id, Seen::Silence, at),
            Packet::Closed => self.ended(id, false, at),
            Packet::ToClient(bytes) => self.bytes_by(id, false, bytes, at),
            Packet::StartTls => {
                self.see(id, Seen::Secured, at);
                if let Some(conversation) = self.find(id) {
                    conversation.is_secured = true;
                }
            }
            // These were seen when they were sent.
            Packet::Open | Packet::ToServer(_) | Packet::Hello | Packet::HungUp => {}
        }
    }

    pub(in crate::network) fn ended(&mut self, id: ConnectionId, by_client: bool, at: Time) {
        if let Some(conversation) = self.find(id) {
            let is_end = |f: &Frame| f.what == Seen::End { by_client };
            if !conversation.frames.iter().any(is_end) {
                conversation.see(Seen::End { by_client }, at);
            }
        }
    }

    /// Bytes are sent, or have come.
    pub(in crate::network) fn bytes_by(
        &mut self,
        id: ConnectionId,
        by_client: bool,
        bytes: &[u8],
        at: Time,
    ) {
        if let Some(conversation) = self.find(id) {
            conversation.bytes += bytes.len();
            let is_secured = conversation.is_secured;
            conversation.see(
                Seen::Bytes {
                    by_client,
                    is_secured,
                    bytes: bytes.to_vec(),
                },
                at,
            );
        }
    }

    /// A session of the learner's is over.
    pub(in crate::network) fn session_ends(&mut self, id: ConnectionId, session: &Session) {
        if self.find(id).is_some_and(|c| !c.is_background) {
            let ended = Ended {
                facts: session.facts().clone(),
                state: session.state(),
            };
            self.last = Some((id, ended));
        }
    }
}

impl Conversation {
    fn see(&mut self, what: Seen, at: Time) {
        self.frames.push_back(Frame { at, what });
        while self.bytes > BYTES || self.frames.len() > FRAMES {
            // How it began stays.
            let begun = |f: &Frame| !matches!(f.what, Seen::Bytes { .. });
            let kept = self.frames.iter().take_while(|f| begun(f)).count();
            match self.frames.remove(kept).map(|frame| frame.what) {
                Some(Seen::Bytes {
                    by_client, bytes, ..
                }) => {
                    self.bytes = self.bytes.saturating_sub(bytes.len());
                    self.forgotten[usize::from(!by_client)] += bytes.len();
                }
                _ => return,
            }
        }
    }
}
