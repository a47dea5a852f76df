//! `smtp-terminal serve`: the same server engine behind a real TCP port, a thread a connection.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use smtp_terminal::dns::Dns;
use smtp_terminal::files::Files;
use smtp_terminal::postfix::config::main_cf::Fatal;
use smtp_terminal::postfix::server::{Accepted, Server, User};
use smtp_terminal::scenario::Scenario;
use smtp_terminal::smtp::bytes::shown;
use smtp_terminal::smtp::client::Client;
use smtp_terminal::smtp::policy::Policy;
use smtp_terminal::smtp::session::{Action, Session};
use smtp_terminal::smtp::settings::Tls;
use smtp_terminal::time::Time;

/// How many messages may wait in the queue.
const KEPT_MESSAGES: usize = 1_000;

/// What all connections share.
struct Shared {
    server: Mutex<Server>,
    dns: Dns,
    client: Option<(String, String)>,
}

impl Shared {
    /// A thread that panicked left the server as it was between two actions.
    fn server(&self) -> MutexGuard<'_, Server> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Listens until the process is stopped.
pub fn run(
    listen: &str,
    config: Option<&Path>,
    users: &[String],
    client: Option<&str>,
) -> Result<(), String> {
    let users = users
        .iter()
        .map(|user| match user.split_once(':') {
            Some((name, password)) => Ok(User {
                name: name.into(),
                password: Some(password.into()),
            }),
            None => Err(format!("--user {user}: write it as NAME:PASSWORD")),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let client = match client {
        Some(text) => Some(
            text.strip_suffix(']')
                .and_then(|t| t.split_once('['))
                .map(|(name, addr)| (name.to_string(), addr.to_string()))
                .ok_or_else(|| format!("--client {text}: write it as NAME[ADDRESS]"))?,
        ),
        None => None,
    };
    let listener = TcpListener::bind(listen).map_err(|e| format!("--listen {listen}: {e}"))?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let scenario = Scenario::standard().map_err(|fault| fault.to_string())?;
    let (main_cf, files, users) = match config {
        Some(path) => {
            let text = crate::native::file::read(path)?;
            let files = tables(&text);
            (text, files, users)
        }
        None => {
            let host = scenario.world.hosts.iter().find_map(|h| h.server.as_ref());
            let server = host.ok_or("the default scenario has no server")?;
            let text = server.files.get("/etc/postfix/main.cf").unwrap_or_default();
            // One that is named again gets another password.
            let named = |name: &str| users.iter().any(|u| u.name == name);
            let own = server.users.iter().filter(|u| !named(&u.name)).cloned();
            let users = own.chain(users.clone()).collect();
            (text.to_string(), server.files.clone(), users)
        }
    };
    let own = address.ip().to_string();
    let mut server = Server::new(&main_cf, files, users, vec![own]).map_err(complaint)?;
    server.port = address.port();
    server.stand_by(now());
    print_log(&mut server);
    let unmodelled = server.config.unmodelled();
    if !unmodelled.is_empty() {
        let names = unmodelled.join(", ");
        eprintln!("warning: these parameters are not modelled and have no effect: {names}");
    }
    if server.settings().tls != Tls::None {
        eprintln!("warning: serve does not speak TLS; STARTTLS is answered with 454");
        server.without_tls();
    }
    println!("listening on {address} as {}", server.settings().myhostname);
    let shared = Arc::new(Shared {
        server: Mutex::new(server),
        dns: scenario.world.dns,
        client,
    });
    for stream in listener.incoming() {
        match stream {
            Ok(stream) => {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || {
                    if let Err(e) = converse(&stream, &shared) {
                        eprintln!("connection lost: {e}");
                    }
                });
            }
            Err(e) => eprintln!("connection refused: {e}"),
        }
    }
    Ok(())
}

/// What Postfix says of a main.cf that it does not start with.
fn complaint(fatal: Fatal) -> String {
    for warning in &fatal.warnings {
        let kind = match warning.starts_with("error: ") {
            true => "",
            false => "warning: ",
        };
        eprintln!("smtp-terminal: {kind}{warning}");
    }
    fatal.to_string()
}

/// Prints what has been logged.
fn print_log(server: &mut Server) {
    for line in server.log.take() {
        eprintln!("{}", shown(&line.to_string()));
    }
}

/// The files of tables that a main.cf names, read from the disk.
fn tables(main_cf: &str) -> Files {
    let mut files = Files::default();
    let separators = [' ', '\t', '\n', ',', '{', '}', '='];
    for word in main_cf.split(separators) {
        let path = word.rsplit(':').next().unwrap_or("");
        if path.starts_with('/') && !files.contains(path) {
            if let Ok(text) = std::fs::read_to_string(path) {
                files.insert(path, text);
            }
        }
    }
    files
}

fn now() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time(since.as_micros() as u64)
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

/// Serves one client to the end.
fn converse(mut stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let client = client_of(stream.peer_addr()?, shared);
    let pid = loop {
        let accepted = {
            let mut server = shared.server();
            let accepted = server.accept(&client, &[], now());
            print_log(&mut server);
            accepted
        };
        match accepted {
            Accepted::Served(pid) => break pid,
            Accepted::Waits(until) => std::thread::sleep(until - now()),
        }
    };
    let mut session = Session::new(client.clone());
    let mut buffer = [0; 64 * 1024];
    loop {
        let (replies, closed, deadline) = step(&mut session, &client, pid, shared);
        if !replies.is_empty() && stream.write_all(&replies).is_err() {
            session.disconnect();
        }
        if closed {
            shared.server().release(&client, pid);
            return Ok(());
        }
        let wait = deadline.map_or(Duration::from_secs(1), |at| at - now());
        if session.is_pausing() {
            // Whoever is made to wait is not listened to: what it says stays in its own machine.
            std::thread::sleep(wait.min(Duration::from_secs(1)));
            continue;
        }
        // A timeout of zero would mean none at all.
        stream.set_read_timeout(Some(wait.max(Duration::from_millis(1))))?;
        match stream.read(&mut buffer) {
            Ok(0) => session.disconnect(),
            Ok(n) => session.receive(&buffer[..n]),
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(_) => session.disconnect(),
        }
    }
}

/// Lets the session go on as far as it can: the bytes for the client, whether the connection
/// is to be closed, and when to come back.
fn step(
    session: &mut Session,
    client: &Client,
    pid: u32,
    shared: &Shared,
) -> (Vec<u8>, bool, Option<Time>) {
    let mut server = shared.server();
    let mut replies = Vec::new();
    let mut closed = false;
    loop {
        let now = now();
        let Some(action) = session.poll(now, &server.policy(&shared.dns)) else {
            break;
        };
        server.apply(&action, client, pid, now);
        print_log(&mut server);
        match action {
            Action::Reply(reply) => reply.write_to(&mut replies),
            Action::Close => closed = true,
            _ => {}
        }
    }
    // Nothing is delivered here.
    server.forget_all_but(KEPT_MESSAGES);
    let view = server.policy(&shared.dns);
    let deadline = session.deadline(&view as &dyn Policy);
    (replies, closed, deadline)
}
