//! The network itself: what has been sent arrives, sessions go on, time passes.

use std::collections::VecDeque;
use std::time::Duration;

use crate::dns::Dns;
use crate::network::connection::{Connection, Connections, Packet};
use crate::network::fuse::{Burnt, Fuse};
use crate::network::happening::Happening;
use crate::network::host::{Host, Port};
use crate::network::id::ConnectionId;
use crate::network::mail::cargo::{self, Background};
use crate::network::mail::record::Record;
use crate::network::mail::tap::Tap;
use crate::postfix::address::peer;
use crate::postfix::server::Screen;
use crate::smtp::client::Client;
use crate::smtp::connection::Event;
use crate::smtp::policy::Facts;
use crate::smtp::release::CURRENT;
use crate::smtp::session::{Action, Session};
use crate::time::Time;

/// How long a connection to a filtered port is tried.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(127);

/// How much those who watch may not have asked for yet.
const HAPPENINGS: usize = 100_000;

/// The simulated network.
#[derive(Debug, Default)]
pub struct World {
    /// The hosts.
    pub hosts: Vec<Host>,
    /// What names can be asked for.
    pub dns: Dns,
    /// How long a packet is under way.
    pub latency: Duration,
    pub(super) now: Time,
    /// When a program on the workstation wants to go on, and whether it would for ever.
    pub alarm: Option<(Time, bool)>,
    /// How much time has been skipped: the clock is ahead of that of the front end by this.
    pub(super) skipped: Duration,
    pub(super) connections: Connections,
    /// Packets in the order in which they arrive.
    pub(super) in_flight: VecDeque<(Time, ConnectionId, Packet)>,
    random: u64,
    happenings: VecDeque<Happening>,
    pub(super) background: Background,
    pub(super) record: Record,
    pub(super) tap: Tap,
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
    pub fn connect(&mut self, from: &str, address: &str, port_of_host: u16) -> ConnectionId {
        self.connect_from((from, None), address, port_of_host)
    }

    /// The same from one of the host's addresses.
    pub(in crate::network) fn connect_from(
        &mut self,
        (from, own): (&str, Option<String>),
        address: &str,
        port_of_host: u16,
    ) -> ConnectionId {
        if let Some(oldest) = self.connections.one_too_many() {
            self.cut(oldest);
        }
        let id = self.connections.next();
        let first = || self.host(from).and_then(|h| h.addresses.first()).cloned();
        let own = own.or_else(first).unwrap_or_else(|| "127.0.0.1".into());
        let port_of_client = 40_000 + (id.number() % 10_000) as u16 * 2;
        let has_it = |h: &Host| h.addresses.iter().any(|a| a == address);
        let mut target = self.hosts.iter().position(has_it);
        // A host reaches itself at any address of the loopback network.
        let is_loopback = address.starts_with("127.") || address == "::1";
        let is_loopback = is_loopback && target.is_none();
        if is_loopback {
            let is_own = |h: &Host| h.name.eq_ignore_ascii_case(from);
            target = self.hosts.iter().position(is_own);
        }
        let host = target.and_then(|place| self.hosts.get(place));
        let server = host.and_then(|host| host.server.as_deref());
        let release = server.map_or(CURRENT, |server| server.settings().release);
        let (client, notes) = match is_loopback {
            // As /etc/hosts has it.
            true => {
                let own = if address == "::1" {
                    address
                } else {
                    "127.0.0.1"
                };
                (Client::new("localhost", own, port_of_client), Vec::new())
            }
            false => peer::look_up(&self.dns, &own, port_of_client, release),
        };
        let listens = |host: &Host| {
            host.ports
                .iter()
                .find(|(p, _)| *p == port_of_host)
                .map(|p| p.1)
        };
        let mut service = 0;
        let mut seen = (client, notes);
        let answer = match host.map(listens) {
            None | Some(Some(Port::Filtered)) => Packet::TimedOut,
            Some(port) => {
                let up = server.filter(|server| cargo::is_up(server));
                match up.and_then(|s| s.listens(address, port_of_host, port.is_some())) {
                    Some(place) => {
                        service = place;
                        Packet::Open
                    }
                    None => Packet::Refused,
                }
            }
        };
        if let Some(server) = server {
            seen = server.sees(service, seen);
        }
        let (client, notes) = seen;
        let screens = server.filter(|_| matches!(answer, Packet::Open));
        let screen = screens.and_then(|s| s.screen(service, &client, (address, port_of_host)));
        let name = host.map(|host| host.name.as_str());
        self.record.dial(id, name, address, port_of_host);
        let caller = (from, client.addr.as_str(), port_of_client);
        self.tap
            .open(id, caller, (host, address, port_of_host), self.now);
        self.connections
            .add(client, notes, target.unwrap_or(usize::MAX), service);
        if let Some(connection) = self.connections.get_mut(id) {
            connection.screen = screen;
        }
        let delay = match answer {
            Packet::TimedOut => CONNECT_TIMEOUT,
            _ => self.latency,
        };
        self.post(delay, id, answer);
        id
    }

    /// Sends bytes to the server.
    pub fn send(&mut self, id: ConnectionId, bytes: &[u8]) {
        self.hand_over(id, bytes.to_vec());
    }

    pub(super) fn hand_over(&mut self, id: ConnectionId, bytes: Vec<u8>) {
        self.tap.bytes_by(id, true, &bytes, self.now);
        self.post(self.latency, id, Packet::ToServer(bytes));
    }

    /// The client begins a handshake: where the other end waits for one, both speak TLS from then on,
    /// and elsewhere nothing comes of it.
    pub fn handshake(&mut self, id: ConnectionId) {
        self.post(self.latency, id, Packet::Hello);
    }

    /// Closes a connection from the client's side.
    pub fn close(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connections.get_mut(id) {
            connection.inbox.clear();
        }
        self.tap.ended(id, true, self.now);
        self.post(self.latency, id, Packet::HungUp);
    }

    /// The next thing that a client learns.
    pub fn receive(&mut self, id: ConnectionId) -> Option<Event> {
        self.connections.get_mut(id)?.inbox.pop_front()
    }

    /// The next thing that those who watch learn.
    pub fn poll(&mut self) -> Option<Happening> {
        self.happenings.pop_front()
    }

    /// What has gone wrong with the world itself, for who sits in front of it.
    pub fn notice(&mut self) -> Option<String> {
        self.background.notice()
    }

    /// What the session at the other end knows, while there is one.
    pub fn facts(&self, id: ConnectionId) -> Option<&Facts> {
        self.connections
            .get(id)?
            .session
            .as_ref()
            .map(Session::facts)
    }

    /// Whether a connection that no mail server opened is open.
    pub fn is_connected(&self) -> bool {
        let is_served = |c: &Connection| c.session.is_some() || c.screen.is_some();
        let is_open = |c: &Connection| !c.is_background() && !c.is_over && is_served(c);
        self.connections.iter().any(is_open)
    }

    /// Whether nothing is under way and no server makes its client wait.
    pub fn is_quiet(&self) -> bool {
        let pausing = |c: &Connection| match &c.screen {
            Some(screen) => screen.is_pausing(),
            None => c.session.as_ref().is_some_and(Session::is_pausing),
        };
        let in_front = |c: &&Connection| !c.is_background();
        let is_watched = |id: ConnectionId| self.connections.get(id).filter(in_front).is_some();
        self.alarm.is_none_or(|(_, is_endless)| is_endless)
            && !self.in_flight.iter().any(|(_, id, _)| is_watched(*id))
            && !self.connections.iter().filter(in_front).any(pausing)
    }

    /// When something will happen next if nobody does anything.
    pub fn deadline(&self) -> Option<Time> {
        let packet = self.in_flight.front().map(|(at, ..)| *at);
        let alarm = self.alarm.map(|(at, _)| at);
        let sessions = self.connections.iter().filter_map(|c| self.patience(c));
        let others = packet.into_iter().chain(alarm).chain(self.mail_deadline());
        let next = sessions.chain(others).min();
        // What is due after the end of time never comes.
        next.filter(|at| *at <= Time::LAST)
    }

    /// When the session of a connection goes on although its client says nothing.
    pub(super) fn patience(&self, connection: &Connection) -> Option<Time> {
        let server = self.hosts.get(connection.host)?.server.as_ref()?;
        if connection.waits_until.is_some() {
            return connection.waits_until;
        }
        if let Some(screen) = &connection.screen {
            return screen.deadline();
        }
        let session = connection.session.as_ref()?;
        session.deadline(&server.policy_of(connection.pid, &self.dns))
    }

    /// Lets time pass: delivers all that is due by then, in order. The clock never goes back.
    pub fn tick(&mut self, now: Time) {
        self.pass(now, &mut |_| {});
    }

    /// The same, with a look at the world after each moment, for who wants to answer what has come.
    pub fn pass(&mut self, until: Time, look: &mut dyn FnMut(&mut World)) {
        let until = until.min(Time::LAST).max(self.now);
        let mut fuse = Fuse::default();
        while let Some(at) = self.deadline().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            match fuse.burn() {
                Burnt::No => self.happen(at),
                // What is due in between is late.
                Burnt::Once => {
                    self.excuse(at);
                    self.now = until;
                }
                Burnt::Again => self.stop_what_goes_round(at),
                Burnt::Out => break,
            }
            look(self);
        }
        // Whoever looked may have put the clock forward.
        self.now = self.now.max(until);
    }

    /// What is due at one moment.
    fn happen(&mut self, at: Time) {
        let mut delivered = false;
        while self.in_flight.front().is_some_and(|(due, ..)| *due <= at) {
            if let Some((_, id, packet)) = self.in_flight.pop_front() {
                self.deliver(id, packet);
                delivered = true;
            }
        }
        if !delivered {
            let all = self.connections.ids();
            for id in all {
                self.admit(id);
                self.run_session(id);
            }
        }
        self.run_mail();
        self.alarm.take_if(|(alarm, _)| *alarm <= at);
        self.connections.forget();
    }

    pub(super) fn post(&mut self, delay: Duration, id: ConnectionId, packet: Packet) {
        let mut at = self.now + delay;
        if !delay.is_zero() {
            at = at + Duration::from_micros(self.random_below(1_000));
        }
        // What is sent later on a connection does not overtake what was sent before.
        at = self.connections.after_the_last(id, at);
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
        let Some(connection) = self.connections.get_mut(id) else {
            return;
        };
        let is_watched = !connection.is_background();
        self.record.came(id, &packet, is_watched, now);
        self.tap.came(id, &packet, now);
        self.background.stir(connection.cargo.as_ref());
        match packet {
            Packet::Open => {
                match &mut connection.screen {
                    Some(screen) => screen.arrive(),
                    None => self.serve(id),
                }
                // Who does not wait for the greeting is heard before it is said.
                let mut has_spoken = false;
                for (due, sent_on, _) in &mut self.in_flight {
                    if *sent_on == id {
                        *due = now;
                        has_spoken = true;
                    }
                }
                self.post(latency, id, Packet::Opened);
                if !has_spoken {
                    self.run_session(id);
                }
            }
            Packet::Opened => connection.tell(Event::Connected),
            Packet::Refused => connection.end(Event::Refused),
            Packet::TimedOut => connection.end(Event::TimedOut),
            Packet::Closed => connection.end(Event::Closed),
            Packet::ToClient(bytes) => connection.tell(Event::Data(bytes)),
            Packet::StartTls => {
                let is_screened = connection.screen.is_some();
                if let Some(screen) = &mut connection.screen {
                    screen.start_tls();
                }
                // What else belongs to a handshake takes no time in this network.
                let session = connection.session.as_mut();
                let is_wrapped = session.as_ref().is_some_and(|s| s.is_wrapped());
                session.into_iter().for_each(Session::start_tls);
                connection.tell(Event::TlsStarted);
                if is_wrapped || is_screened {
                    self.run_session(id);
                }
            }
            Packet::Hello => {
                let session = connection.session.as_ref();
                let screen = connection.screen.as_ref();
                if session.is_some_and(Session::awaits_handshake)
                    || screen.is_some_and(Screen::awaits_handshake)
                {
                    self.post(latency, id, Packet::StartTls);
                }
            }
            Packet::ToServer(bytes) => {
                connection.hear(&bytes);
                self.run_session(id);
            }
            Packet::HungUp => {
                connection.is_over = true;
                connection.inbox.clear();
                if connection.waits_until.take().is_some() {
                    connection.session = None;
                }
                match (&mut connection.screen, &mut connection.session) {
                    (Some(screen), _) => screen.hang_up(),
                    (None, Some(session)) => session.disconnect(),
                    (None, None) => {}
                }
                self.run_session(id);
            }
        }
    }

    /// Lets a session go on for as long as it can, applying each action before the next.
    pub(super) fn run_session(&mut self, id: ConnectionId) {
        if self.is_screened(id) {
            return;
        }
        loop {
            let now = self.now;
            let Some(connection) = self.connections.get_mut(id) else {
                return;
            };
            if connection.waits_until.is_some() {
                return;
            }
            let is_watched = !connection.is_background();
            let Some(session) = connection.session.as_mut() else {
                return;
            };
            let Some(host) = self.hosts.get_mut(connection.host) else {
                return;
            };
            let Some(server) = host.server.as_mut() else {
                return;
            };
            let Some(action) = session.poll(now, &server.policy_of(connection.pid, &self.dns))
            else {
                return;
            };
            server.apply(&action, &connection.client, connection.pid, now);
            let name = host.name.clone();
            match action {
                Action::Line { text, content } if is_watched => {
                    self.record.said(id, &text, content, now);
                    self.tell(Happening::Line {
                        host: name,
                        line: text,
                        is_content: content,
                    });
                }
                Action::Reply(reply) => {
                    let reply = cargo::worded(server, reply, &connection.client, id, now);
                    let mut bytes = Vec::new();
                    reply.write_to(&mut bytes);
                    if is_watched {
                        self.record.replied(id, session, &reply, now);
                        self.tell(Happening::Reply { host: name, reply });
                    }
                    self.post(self.latency, id, Packet::ToClient(bytes));
                }
                Action::Enqueue(message, _) => {
                    let place = connection.host;
                    self.arrived(id, place, &message.queue_id);
                    self.record.queued(&name, &message, now);
                    self.tell(Happening::Queued {
                        host: name,
                        message,
                    });
                }
                Action::Pass(message, evidence) => {
                    let reply = cargo::passed(server, connection.pid, &message, &self.dns, now);
                    let policy = server.policy_of(connection.pid, &self.dns);
                    session.hear_back(&reply, &evidence, &policy);
                }
                Action::Close => {
                    server.release(&connection.client.clone(), connection.pid);
                    if let Some(session) = connection.session.take() {
                        self.tap.session_ends(id, &session);
                    }
                    self.post(self.latency, id, Packet::Closed);
                }
                Action::Line { .. }
                | Action::Note(_)
                | Action::Open(_)
                | Action::StartTls
                | Action::Count(_)
                | Action::Remember(_)
                | Action::Probe(_)
                | Action::Report(_)
                | Action::Crash(_) => {}
            }
        }
    }

    /// Tells those who watch; where nobody does, the oldest is forgotten.
    pub(super) fn tell(&mut self, happening: Happening) {
        if self.happenings.len() >= HAPPENINGS {
            self.happenings.pop_front();
        }
        self.happenings.push_back(happening);
    }
}
