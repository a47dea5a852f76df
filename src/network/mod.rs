//! NETWORK: hosts, names, ports and connections, with a clock that is handed in.
//!
//! Nothing happens by itself: [`World::tick`] delivers what is due. A packet takes
//! [`World::latency`] from one end to the other, so that a reply comes when it would.

#[cfg(feature = "full")]
mod background;

use std::collections::VecDeque;
use std::time::Duration;

use crate::dns::Dns;
use crate::postfix::address::peer;
use crate::postfix::server::{Accepted, Server};
use crate::smtp::bytes::decode;
use crate::smtp::client::Client;
use crate::smtp::envelope::Message;
use crate::smtp::policy::{Facts, Note};
use crate::smtp::release::CURRENT;
use crate::smtp::reply::Reply;
use crate::smtp::session::{Action, Session};
use crate::time::Time;

/// How long a connection to a filtered port is tried.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(127);

/// One host of the network.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// What listens on its ports; a port that is not here is closed.
    pub ports: Vec<(u16, Port)>,
    /// Its mail server.
    pub server: Option<Box<Server>>,
    /// The files of a host without a mail server, which has its own.
    #[cfg(feature = "full")]
    pub files: crate::postfix::lookup::table::Files,
}

/// What happens to those who connect to a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// The mail server answers.
    Smtp,
    /// A firewall swallows everything.
    Filtered,
}

/// A connection, as its client knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(usize);

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
        message: Box<Message>,
    },
}

#[derive(Clone, Debug)]
enum Packet {
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
struct Connection {
    client: Client,
    /// What the look-up of the client's name leaves in the log.
    notes: Vec<Note>,
    host: usize,
    session: Option<Session>,
    pid: u32,
    /// No process of the server's serves it, until then at least.
    waits_until: Option<Time>,
    inbox: VecDeque<Event>,
    is_over: bool,
    partial: Vec<u8>,
    /// A mail server has opened it, not the learner: nobody waits for it.
    #[cfg(feature = "full")]
    is_background: bool,
}

impl Connection {
    fn is_background(&self) -> bool {
        #[cfg(feature = "full")]
        return self.is_background;
        #[cfg(not(feature = "full"))]
        false
    }
}

/// The simulated network.
#[derive(Debug, Default)]
pub struct World {
    /// The hosts.
    pub hosts: Vec<Host>,
    /// What names can be asked for.
    pub dns: Dns,
    /// How long a packet is under way.
    pub latency: Duration,
    now: Time,
    /// When a program on the workstation wants to go on, and whether it would for ever.
    #[cfg(feature = "full")]
    pub alarm: Option<(Time, bool)>,
    /// How much time has been skipped: the clock is ahead of that of the front end by this.
    #[cfg(feature = "full")]
    skipped: Duration,
    /// Every connection there has been; an ID is a place in this list.
    connections: Vec<Connection>,
    /// Packets in the order in which they arrive.
    in_flight: VecDeque<(Time, ConnectionId, Packet)>,
    random: u64,
    happenings: VecDeque<Happening>,
    /// Messages on their way from one server to another.
    #[cfg(feature = "full")]
    transfers: Vec<background::Running>,
}

impl World {
    /// The time, as it was last told.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Begins a sequence of random numbers: packets are a little early or late by them, and
    /// the processes and queue files of servers are numbered differently.
    pub fn randomize(&mut self, seed: u64) {
        self.random = seed;
        let number = self.random_below(1 << 20);
        for server in self.hosts.iter_mut().filter_map(|h| h.server.as_mut()) {
            server.renumber(number);
        }
    }

    /// A number below `limit` (SplitMix64).
    fn random_below(&mut self, limit: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }

    /// A host by its name.
    pub fn host(&self, name: &str) -> Option<&Host> {
        self.hosts
            .iter()
            .find(|h| h.name.eq_ignore_ascii_case(name))
    }

    /// Opens a connection from a host to an address.
    pub fn connect(&mut self, from: &str, address: &str, port: u16) -> ConnectionId {
        let id = ConnectionId(self.connections.len());
        let own = self.host(from).and_then(|h| h.addresses.first()).cloned();
        let own = own.unwrap_or_else(|| "127.0.0.1".into());
        let port_of_client = 40_000 + (id.0 % 10_000) as u16 * 2;
        let target = self
            .hosts
            .iter()
            .position(|h| h.addresses.iter().any(|a| a == address));
        // A host reaches itself at any address of the loopback network.
        #[cfg(feature = "full")]
        let target = target.or_else(|| {
            let is_own = |h: &Host| h.name.eq_ignore_ascii_case(from);
            let loops = address.starts_with("127.") || address == "::1";
            self.hosts.iter().position(is_own).filter(|_| loops)
        });
        let server = target.and_then(|host| self.hosts[host].server.as_deref());
        let release = server.map_or(CURRENT, |server| server.settings().release);
        let (client, notes) = peer::look_up(&self.dns, &own, port_of_client, release);
        let (host, answer) = match target {
            None => (usize::MAX, Packet::TimedOut),
            Some(host) => match self.hosts[host].ports.iter().find(|(p, _)| *p == port) {
                None => (host, Packet::Refused),
                #[cfg(feature = "full")]
                Some((_, Port::Smtp)) if server.is_some_and(|s| s.is_stopped) => {
                    (host, Packet::Refused)
                }
                Some((_, Port::Filtered)) => (host, Packet::TimedOut),
                Some((_, Port::Smtp)) => (host, Packet::Open),
            },
        };
        self.connections.push(Connection {
            client,
            notes,
            host,
            session: None,
            pid: 0,
            waits_until: None,
            inbox: VecDeque::new(),
            is_over: false,
            partial: Vec::new(),
            #[cfg(feature = "full")]
            is_background: false,
        });
        let delay = match answer {
            Packet::TimedOut => CONNECT_TIMEOUT,
            _ => self.latency,
        };
        self.post(delay, id, answer);
        id
    }

    /// Sends bytes to the server.
    pub fn send(&mut self, id: ConnectionId, bytes: &[u8]) {
        self.post(self.latency, id, Packet::ToServer(bytes.to_vec()));
    }

    /// Closes a connection from the client's side.
    pub fn close(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connections.get_mut(id.0) {
            connection.inbox.clear();
        }
        self.post(self.latency, id, Packet::HungUp);
    }

    /// The next thing that a client learns.
    pub fn receive(&mut self, id: ConnectionId) -> Option<Event> {
        self.connections.get_mut(id.0)?.inbox.pop_front()
    }

    /// The next thing that those who watch learn.
    pub fn poll(&mut self) -> Option<Happening> {
        self.happenings.pop_front()
    }

    /// What the session at the other end knows, while there is one.
    pub fn facts(&self, id: ConnectionId) -> Option<&Facts> {
        self.connections
            .get(id.0)?
            .session
            .as_ref()
            .map(Session::facts)
    }

    /// Whether nothing is under way and no server makes its client wait.
    pub fn is_quiet(&self) -> bool {
        let pausing = |c: &Connection| c.session.as_ref().is_some_and(Session::is_pausing);
        #[cfg(feature = "full")]
        {
            let in_front = |c: &&Connection| !c.is_background();
            let is_watched =
                |id: ConnectionId| self.connections.get(id.0).filter(in_front).is_some();
            self.alarm.is_none_or(|(_, is_endless)| is_endless)
                && !self.in_flight.iter().any(|(_, id, _)| is_watched(*id))
                && !self.connections.iter().filter(in_front).any(pausing)
        }
        #[cfg(not(feature = "full"))]
        {
            self.in_flight.is_empty() && !self.connections.iter().any(pausing)
        }
    }

    /// When something will happen next if nobody does anything.
    pub fn deadline(&self) -> Option<Time> {
        let packet = self.in_flight.front().map(|(at, ..)| *at);
        let sessions = self.connections.iter().filter_map(|c| {
            if c.waits_until.is_some() {
                return c.waits_until;
            }
            let server = self.hosts.get(c.host)?.server.as_ref()?;
            c.session.as_ref()?.deadline(&server.policy(&self.dns))
        });
        #[cfg(feature = "full")]
        let packet = packet
            .into_iter()
            .chain(self.mail_deadline())
            .chain(self.alarm.map(|(at, _)| at))
            .min();
        sessions.chain(packet).min()
    }

    /// Puts the clock forward; what is due in between happens.
    #[cfg(feature = "full")]
    pub fn skip(&mut self, span: Duration) {
        self.tick(self.now + span);
        self.skipped += span;
    }

    /// How much time has been skipped.
    pub fn skipped(&self) -> Duration {
        #[cfg(feature = "full")]
        return self.skipped;
        #[cfg(not(feature = "full"))]
        Duration::ZERO
    }

    /// Lets time pass: delivers all that is due by then, in order.
    pub fn tick(&mut self, now: Time) {
        while let Some(at) = self.deadline().filter(|at| *at <= now) {
            self.now = self.now.max(at);
            let mut delivered = false;
            while self.in_flight.front().is_some_and(|(due, ..)| *due <= at) {
                if let Some((_, id, packet)) = self.in_flight.pop_front() {
                    self.deliver(id, packet);
                    delivered = true;
                }
            }
            if !delivered {
                for id in (0..self.connections.len()).map(ConnectionId) {
                    self.admit(id);
                    self.run_session(id);
                }
            }
            #[cfg(feature = "full")]
            self.run_mail();
            #[cfg(feature = "full")]
            self.alarm.take_if(|(alarm, _)| *alarm <= at);
        }
        self.now = self.now.max(now);
    }

    fn post(&mut self, delay: Duration, id: ConnectionId, packet: Packet) {
        let mut at = self.now + delay;
        if !delay.is_zero() {
            at = at + Duration::from_micros(self.random_below(1_000));
        }
        // What is sent later on a connection does not overtake what was sent before.
        let before = self.in_flight.iter().filter(|(_, other, _)| *other == id);
        at = before.map(|(due, ..)| *due).chain([at]).max().unwrap_or(at);
        // Those that arrive at the same time keep the order in which they were sent.
        let place = self
            .in_flight
            .iter()
            .rposition(|(due, ..)| *due <= at)
            .map_or(0, |i| i + 1);
        self.in_flight.insert(place, (at, id, packet));
    }

    fn deliver(&mut self, id: ConnectionId, packet: Packet) {
        let now = self.now;
        let latency = self.latency;
        let Some(connection) = self.connections.get_mut(id.0) else {
            return;
        };
        let mut tell = |event| {
            if !connection.is_over {
                connection.inbox.push_back(event);
            }
        };
        match packet {
            Packet::Open => {
                connection.session = Some(Session::new(connection.client.clone()));
                connection.waits_until = Some(now);
                self.admit(id);
                self.post(latency, id, Packet::Opened);
                self.run_session(id);
            }
            Packet::Opened => tell(Event::Connected),
            Packet::Refused => tell(Event::Refused),
            Packet::TimedOut => tell(Event::TimedOut),
            Packet::ToClient(bytes) => tell(Event::Data(bytes)),
            Packet::StartTls => {
                // The client's part of the handshake takes no time in this network.
                connection.session.iter_mut().for_each(Session::start_tls);
                tell(Event::TlsStarted);
            }
            Packet::Closed => {
                tell(Event::Closed);
                connection.is_over = true;
            }
            Packet::ToServer(bytes) => {
                self.observe(id, &bytes);
                if let Some(session) = self
                    .connections
                    .get_mut(id.0)
                    .and_then(|c| c.session.as_mut())
                {
                    session.receive(&bytes);
                }
                self.run_session(id);
            }
            Packet::HungUp => {
                connection.is_over = true;
                if connection.waits_until.take().is_some() {
                    connection.session = None;
                }
                if let Some(session) = connection.session.as_mut() {
                    session.disconnect();
                }
                self.run_session(id);
            }
        }
    }

    /// Hands a connection that waits to a process of the server's, if there is one.
    fn admit(&mut self, id: ConnectionId) {
        let now = self.now;
        let Some(connection) = self.connections.get_mut(id.0) else {
            return;
        };
        if connection.waits_until.is_none_or(|until| until > now) {
            return;
        }
        let host = self.hosts.get_mut(connection.host);
        let Some(server) = host.and_then(|host| host.server.as_mut()) else {
            connection.waits_until = None;
            return;
        };
        connection.waits_until = match server.accept(&connection.client, &connection.notes, now) {
            Accepted::Served(pid) => {
                connection.pid = pid;
                None
            }
            Accepted::Waits(until) => Some(until),
        };
    }

    /// Tells those who watch of each whole line that a client sends.
    fn observe(&mut self, id: ConnectionId, bytes: &[u8]) {
        let Some(connection) = self
            .connections
            .get_mut(id.0)
            .filter(|c| !c.is_background())
        else {
            return;
        };
        connection.partial.extend_from_slice(bytes);
        let is_content = connection
            .session
            .as_ref()
            .is_some_and(Session::is_receiving_content);
        let host = self
            .hosts
            .get(connection.host)
            .map(|h| h.name.clone())
            .unwrap_or_default();
        while let Some(end) = connection.partial.iter().position(|&b| b == b'\n') {
            let line: Vec<u8> = connection.partial.drain(..=end).collect();
            let line = line.strip_suffix(b"\n").unwrap_or(&line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            self.happenings.push_back(Happening::Line {
                host: host.clone(),
                line: decode(line).into_owned(),
                is_content,
            });
        }
    }

    /// Lets a session go on for as long as it can, applying each action before the next.
    fn run_session(&mut self, id: ConnectionId) {
        loop {
            let now = self.now;
            let Some(connection) = self.connections.get_mut(id.0) else {
                return;
            };
            let Some(session) = connection.session.as_mut() else {
                return;
            };
            if connection.waits_until.is_some() {
                return;
            }
            let Some(host) = self.hosts.get_mut(connection.host) else {
                return;
            };
            let Some(server) = host.server.as_mut() else {
                return;
            };
            let Some(action) = session.poll(now, &server.policy(&self.dns)) else {
                return;
            };
            server.apply(&action, &connection.client, connection.pid, now);
            let name = host.name.clone();
            let is_watched = !connection.is_background();
            match action {
                Action::Reply(reply) => {
                    #[cfg(feature = "full")]
                    let reply =
                        server
                            .wording
                            .apply(reply, &connection.client.addr, id.0 as u64, now);
                    let mut bytes = Vec::new();
                    reply.write_to(&mut bytes);
                    if is_watched {
                        let told = Happening::Reply { host: name, reply };
                        self.happenings.push_back(told);
                    }
                    self.post(self.latency, id, Packet::ToClient(bytes));
                }
                Action::Enqueue(message) => {
                    self.happenings.push_back(Happening::Queued {
                        host: name,
                        message,
                    });
                }
                Action::StartTls => self.post(self.latency, id, Packet::StartTls),
                Action::Close => {
                    server.release(&connection.client.clone(), connection.pid);
                    connection.session = None;
                    self.post(self.latency, id, Packet::Closed);
                }
                Action::Note(_)
                | Action::Open(_)
                | Action::Count(_)
                | Action::Remember(_)
                | Action::Crash(_) => {}
            }
        }
    }
}
