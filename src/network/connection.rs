//! A connection: its two ends, and what is under way between them.

use std::collections::VecDeque;

use crate::network::id::ConnectionId;
use crate::network::mail::cargo::Cargo;
use crate::postfix::server::Screen;
use crate::smtp::client::Client;
use crate::smtp::connection::Event;
use crate::smtp::policy::Note;
use crate::smtp::session::Session;
use crate::time::Time;

/// How many connections may be known. Those that are over are forgotten, so that only a program
/// that opens one after the other and closes none gets so far.
const KNOWN: usize = 1_000;

#[derive(Clone, Debug)]
pub(super) enum Packet {
    Open,
    Opened,
    Refused,
    TimedOut,
    ToServer(Vec<u8>),
    ToClient(Vec<u8>),
    StartTls,
    Hello,
    HungUp,
    Closed,
}

#[derive(Debug)]
pub(super) struct Connection {
    id: ConnectionId,
    pub(super) client: Client,
    /// What the look-up of the client's name leaves in the log.
    pub(super) notes: Vec<Note>,
    /// The place of the host at the other end in the list of hosts.
    pub(super) host: usize,
    /// The service of that host, by its place.
    pub(super) service: usize,
    pub(super) session: Option<Session>,
    /// postscreen looks at its client, and no session has begun.
    pub(super) screen: Option<Screen>,
    pub(super) pid: u32,
    /// No process of the server's serves it, until then at least.
    pub(super) waits_until: Option<Time>,
    /// What the client has not asked for yet.
    pub(super) inbox: VecDeque<Event>,
    /// The client learns nothing more.
    pub(super) is_over: bool,
    /// When the last of what was sent on it arrives.
    pub(super) last_due: Time,
    /// A mail server has opened it, not the learner: nobody waits for it.
    pub(super) cargo: Option<Cargo>,
}

impl Connection {
    pub(super) fn is_background(&self) -> bool {
        self.cargo.is_some()
    }

    /// Tells the client, unless it has hung up.
    pub(super) fn tell(&mut self, event: Event) {
        if !self.is_over {
            self.inbox.push_back(event);
        }
    }

    /// Tells the client for the last time.
    pub(super) fn end(&mut self, event: Event) {
        self.tell(event);
        self.is_over = true;
    }

    /// Its client has said something.
    pub(super) fn hear(&mut self, bytes: &[u8]) {
        match (&mut self.screen, &mut self.session) {
            (Some(screen), _) => screen.receive(bytes),
            (None, Some(session)) => session.receive(bytes),
            (None, None) => {}
        }
    }

    fn is_forgotten(&self) -> bool {
        let is_served = self.session.is_some() || self.screen.is_some();
        self.is_over && !is_served && self.inbox.is_empty()
    }
}

/// The connections that have not come to their end at both sides.
#[derive(Debug, Default)]
pub(super) struct Connections {
    known: VecDeque<Connection>,
    begun: usize,
}

impl Connections {
    /// The ID of the next one.
    pub(super) fn next(&self) -> ConnectionId {
        ConnectionId::new(self.begun)
    }

    /// A new one: from a client to a host, by its place in the list of hosts.
    pub(super) fn add(&mut self, client: Client, notes: Vec<Note>, host: usize, service: usize) {
        self.known.push_back(Connection {
            id: self.next(),
            client,
            notes,
            host,
            service,
            session: None,
            screen: None,
            pid: 0,
            waits_until: None,
            inbox: VecDeque::new(),
            is_over: false,
            last_due: Time::default(),
            cargo: None,
        });
        self.begun += 1;
    }

    /// The oldest, where there are too many.
    pub(super) fn one_too_many(&self) -> Option<ConnectionId> {
        let oldest = self.known.front().map(|c| c.id);
        oldest.filter(|_| self.known.len() >= KNOWN)
    }

    /// One of them.
    pub(super) fn get(&self, id: ConnectionId) -> Option<&Connection> {
        self.known.get(self.place(id)?)
    }

    /// They stand in the order of their numbers.
    fn place(&self, id: ConnectionId) -> Option<usize> {
        let by_number = |c: &Connection| c.id.number().cmp(&id.number());
        self.known.binary_search_by(by_number).ok()
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        let place = self.place(id)?;
        self.known.get_mut(place)
    }

    /// When what is sent now arrives: not before what was sent before.
    pub(super) fn after_the_last(&mut self, id: ConnectionId, at: Time) -> Time {
        let Some(connection) = self.get_mut(id) else {
            return at;
        };
        connection.last_due = connection.last_due.max(at);
        connection.last_due
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Connection> {
        self.known.iter()
    }

    /// The IDs of all.
    pub(super) fn ids(&self) -> Vec<ConnectionId> {
        self.iter().map(|c| c.id).collect()
    }

    /// Forgets those that have come to their end.
    pub(super) fn forget(&mut self) {
        self.known.retain(|c| !c.is_forgotten());
    }
}
