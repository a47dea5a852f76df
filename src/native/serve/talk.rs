//! One connection, from the banner to the end.

use std::io::{self, ErrorKind, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::ServerConfig;
use smtp_terminal::dns::Dns;
use smtp_terminal::postfix::server::{Accepted, Exchanged, Screen, Screened, Server};
use smtp_terminal::smtp::bytes::shown;
use smtp_terminal::smtp::client::Client;
use smtp_terminal::smtp::envelope::{Cleaned, Message};
use smtp_terminal::smtp::policy::Policy;
use smtp_terminal::smtp::reply::Reply;
use smtp_terminal::smtp::session::{Action, Session};
use smtp_terminal::time::Time;

use crate::native::serve::door::Door;
use crate::native::serve::log::Log;
use crate::native::serve::store::Store;
use crate::native::serve::wire::{Heard, Wire};

/// What is kept of messages that are stored nowhere else: how many, and how many bytes.
const KEPT_MESSAGES: usize = 1_000;
const KEPT_BYTES: usize = 32 << 20;

/// What all messages that are just coming in may have in bytes.
const COMING_IN: usize = 512 << 20;

/// How long a client may take to accept a reply.
const PATIENCE: Duration = Duration::from_secs(300);

/// How much is read at once. Each connection holds as much.
const BUFFER: usize = 16 << 10;

/// How often a connection that is quiet looks whether the server is being stopped.
const LOOK: Duration = Duration::from_secs(1);

/// What all connections share.
pub struct Shared {
    /// The server.
    pub server: Mutex<Server>,
    /// What names can be asked for.
    pub dns: Dns,
    /// Whom all clients are taken for: a name and an address.
    pub client: Option<(String, String)>,
    /// Where messages are stored.
    pub store: Option<Store>,
    /// The certificate, and how TLS is spoken.
    pub tls: Arc<ServerConfig>,
    /// The log.
    pub log: Log,
    /// Whether it is being stopped.
    pub door: Arc<Door>,
    /// What the messages have that are just coming in, in bytes.
    pub coming_in: AtomicUsize,
    /// How many messages have been taken.
    pub taken: AtomicUsize,
}

impl Shared {
    /// A thread that panicked left the server as it was between two actions.
    pub fn server(&self) -> MutexGuard<'_, Server> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands on what the server has logged.
    pub fn tell(&self, server: &mut Server) {
        for line in server.log.take() {
            self.log.say(shown(&line.to_string()).into_owned());
        }
    }
}

/// The time of this machine.
pub fn now() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time(since.as_micros() as u64)
}

/// A client that cannot be served is told so, if it listens.
pub fn refuse(mut stream: &TcpStream) {
    let text = b"421 4.3.2 Error: too many connections\r\n";
    let _ = stream.set_write_timeout(Some(Duration::from_millis(50)));
    let _ = stream.write_all(text);
}

fn client_of(peer: SocketAddr, shared: &Shared) -> Client {
    if let Some((name, addr)) = &shared.client {
        return Client::new(name, addr, peer.port());
    }
    let ip = match peer.ip() {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(IpAddr::V6(six), IpAddr::V4),
        four => four,
    };
    let name = if ip.is_loopback() {
        "localhost"
    } else {
        "unknown"
    };
    Client::new(name, &ip.to_string(), peer.port())
}

/// What a step has come to.
#[derive(Default)]
struct Step {
    replies: Vec<u8>,
    is_closed: bool,
    deadline: Option<Time>,
    /// A message that is to be stored before anything else is said.
    message: Option<(Arc<Message>, Option<Box<Cleaned>>)>,
}

/// One connection.
struct Talk<'a> {
    wire: Wire<'a>,
    shared: &'a Shared,
    client: Client,
    pid: u32,
    session: Session,
    /// What its message has so far, as it is counted among all.
    counted: usize,
    /// The last message could not be stored, which is still to be said.
    has_failed: bool,
}

/// How long to wait for a client. Nothing at all would mean without end.
fn patience(deadline: Option<Time>) -> Duration {
    let wait = deadline.map_or(LOOK, |at| at - now());
    wait.clamp(Duration::from_millis(1), LOOK)
}

impl Drop for Talk<'_> {
    fn drop(&mut self) {
        self.shared
            .coming_in
            .fetch_sub(self.counted, Ordering::Relaxed);
        self.shared.server().release(&self.client, self.pid);
    }
}

/// Serves one client to the end, at one of the services of master.cf.
///
/// # Errors
/// The connection broke.
pub fn converse(stream: &TcpStream, service: usize, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let client = client_of(stream.peer_addr()?, shared);
    let mut wire = Wire::new(stream);
    let at = stream.local_addr()?;
    let screen = {
        let server = shared.server();
        server.screen(service, &client, (&at.ip().to_string(), at.port()))
    };
    let unread = match screen {
        None => Vec::new(),
        Some(screen) => match screened(screen, &mut wire, shared)? {
            None => return Ok(()),
            Some(unread) => unread,
        },
    };
    let pid = loop {
        let accepted = {
            let mut server = shared.server();
            let accepted = server.accept_at(service, &client, &[], now());
            shared.tell(&mut server);
            accepted
        };
        match accepted {
            Accepted::Served(pid) => break pid,
            Accepted::Waits(_) if shared.door.is_stopping() => return Ok(()),
            Accepted::Waits(until) => std::thread::sleep((until - now()).min(LOOK)),
        }
    };
    let mut talk = Talk {
        wire,
        shared,
        session: Session::new(client.clone()),
        client,
        pid,
        counted: 0,
        has_failed: false,
    };
    if !unread.is_empty() {
        // It is greeted before what it has said before is heard.
        let step = talk.step();
        talk.wire.send(&step.replies)?;
        talk.session.receive(&unread);
    }
    talk.run()
}

/// Lets postscreen look at a client: what it has said that is left for smtpd; `None` where smtpd does
/// not get it.
fn screened(mut screen: Screen, wire: &mut Wire, shared: &Shared) -> io::Result<Option<Vec<u8>>> {
    let mut buffer = [0; BUFFER];
    screen.arrive();
    loop {
        let (exchanged, screened) = {
            let mut server = shared.server();
            let looked = server.look(&mut screen, &shared.dns, now());
            shared.tell(&mut server);
            looked
        };
        let mut said = Vec::new();
        for one in exchanged {
            if let Exchanged::Reply(reply) = one {
                reply.write_to(&mut said);
            }
        }
        let is_lost = !said.is_empty() && wire.send(&said).is_err();
        match screened {
            Screened::Waits => {}
            Screened::Passed => return Ok(Some(screen.unread())),
            Screened::Closed => {
                wire.end();
                return Ok(None);
            }
        }
        if is_lost || shared.door.is_stopping() {
            screen.hang_up();
            continue;
        }
        if screen.awaits_handshake() {
            wire.expect_handshake(&shared.tls)?;
        }
        match wire.listen(patience(screen.deadline()), &mut buffer) {
            Ok(Heard::Bytes(n)) => screen.receive(buffer.get(..n).unwrap_or_default()),
            Ok(Heard::Noise(bytes)) => screen.receive(&bytes),
            Ok(Heard::Secured) => screen.start_tls(),
            Ok(Heard::Failed(_) | Heard::Ended) => screen.hang_up(),
            Ok(Heard::Nothing) => {}
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(_) => screen.hang_up(),
        }
    }
}

impl Talk<'_> {
    fn run(&mut self) -> io::Result<()> {
        let mut buffer = [0; BUFFER];
        loop {
            let mut said = Vec::new();
            let step = loop {
                let mut step = self.step();
                said.append(&mut step.replies);
                match step.message.take() {
                    Some((message, cleaned)) => self.store(&message, cleaned.as_deref()),
                    None => break step,
                }
            };
            if !said.is_empty() && self.wire.send(&said).is_err() {
                self.session.disconnect();
            }
            if step.is_closed {
                self.wire.end();
                return Ok(());
            }
            if self.session.awaits_handshake() {
                self.wire.expect_handshake(&self.shared.tls)?;
            }
            self.count();
            if let Some(why) = self.has_to_go() {
                // It may not listen any more.
                let _ = self.wire.send(format!("421 {why}\r\n").as_bytes());
                self.wire.end();
                return Ok(());
            }
            if self.session.is_pausing() {
                // Whoever is made to wait is not listened to: what it says stays in its own machine.
                std::thread::sleep(patience(step.deadline));
                continue;
            }
            self.listen(step.deadline, &mut buffer)?;
        }
    }

    /// Waits for the client, or for the moment at which the session wants to go on without it.
    fn listen(&mut self, deadline: Option<Time>, buffer: &mut [u8]) -> io::Result<()> {
        while !self.shared.door.is_stopping() || self.session.is_receiving() {
            match self.wire.listen(patience(deadline), buffer) {
                Ok(Heard::Bytes(n)) => self.session.receive(buffer.get(..n).unwrap_or_default()),
                Ok(Heard::Noise(bytes)) => self.session.receive(&bytes),
                Ok(Heard::Secured) => self.session.start_tls_as(&self.wire.agreed()),
                Ok(Heard::Failed(problem)) => self.session.refuse_handshake(&problem),
                Ok(Heard::Ended) => self.session.disconnect(),
                Ok(Heard::Nothing) if deadline.is_none_or(|at| now() < at) => continue,
                Ok(Heard::Nothing) => {}
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    if deadline.is_none_or(|at| now() < at) {
                        continue;
                    }
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(_) => self.session.disconnect(),
            }
            return Ok(());
        }
        Ok(())
    }

    /// Lets the session go on as far as it can, or up to a message that is to be stored.
    fn step(&mut self) -> Step {
        let shared = self.shared;
        let mut server = shared.server();
        let mut step = Step::default();
        loop {
            let now = now();
            let Some(action) = self
                .session
                .poll(now, &server.policy_of(self.pid, &shared.dns))
            else {
                break;
            };
            server.apply(&action, &self.client, self.pid, now);
            shared.tell(&mut server);
            match action {
                Action::Reply(_) if std::mem::take(&mut self.has_failed) => {
                    let why = "451 4.3.0 Error: queue file write error";
                    Reply::from(why).write_to(&mut step.replies);
                }
                Action::Reply(reply) => reply.write_to(&mut step.replies),
                Action::Close => step.is_closed = true,
                Action::Enqueue(message, cleaned) => {
                    shared.taken.fetch_add(1, Ordering::Relaxed);
                    // Nothing is delivered here.
                    if shared.store.is_some() {
                        server.forget_all_but(0, 0);
                        step.message = Some((message, cleaned));
                        return step;
                    }
                    server.forget_all_but(KEPT_MESSAGES, KEPT_BYTES);
                }
                _ => {}
            }
        }
        let view = server.policy_of(self.pid, &shared.dns);
        step.deadline = self.session.deadline(&view as &dyn Policy);
        step
    }

    /// Stores a message; where that fails, the client hears so instead of 250.
    fn store(&mut self, message: &Message, cleaned: Option<&Cleaned>) {
        let Some(place) = &self.shared.store else {
            return;
        };
        if cleaned.is_some_and(|cleaned| cleaned.discard) {
            return;
        }
        if let Err(e) = place.store(message, cleaned, now()) {
            self.has_failed = true;
            self.shared.log.say_once("a message is not stored", e);
        }
    }

    /// Counts what the message that comes in has among all.
    fn count(&mut self) {
        let has = self.session.holds();
        let all = &self.shared.coming_in;
        all.fetch_add(has, Ordering::Relaxed);
        all.fetch_sub(std::mem::replace(&mut self.counted, has), Ordering::Relaxed);
    }

    /// Why the client is sent away, if it is.
    fn has_to_go(&self) -> Option<&'static str> {
        let is_receiving = self.session.is_receiving();
        if self.counted > BUFFER && self.shared.coming_in.load(Ordering::Relaxed) > COMING_IN {
            let log = &self.shared.log;
            log.say_once("no memory for more messages", "a client is sent away");
            return Some("4.3.1 Insufficient system storage");
        }
        // A message that comes in may come to its end.
        (self.shared.door.is_stopping() && !is_receiving).then_some("4.3.2 Service shutting down")
    }
}
