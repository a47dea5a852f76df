//! Plays a dialogue to a server behind a TCP port.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use super::dialogue::{challenge, complete, replies, Dialogue, CLOSED};
use super::tls;

/// When recording, a server that says nothing for so long waits for its client: long where a
/// reply is expected, short once it has come.
const QUIET: [Duration; 2] = [Duration::from_secs(3), Duration::from_millis(80)];

/// A server that says nothing for so long has nothing more to say, however slow its machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a dialogue is played.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Waits for whatever the server says, not for as many replies as the file has.
    pub recording: bool,
    /// Sends a few bytes at a time.
    pub dribbling: bool,
    /// A server that says nothing for so long has nothing more to say, which is a failure.
    pub patience: Duration,
}

impl Default for Manner {
    fn default() -> Manner {
        Manner {
            recording: false,
            dribbling: false,
            patience: PATIENCE,
        }
    }
}

/// What the server said to each turn of a dialogue: as many replies as the file has, and at
/// its end whatever else came.
pub fn play(address: SocketAddr, dialogue: &Dialogue) -> Vec<Vec<Vec<String>>> {
    converse(address, dialogue, Manner::default())
}

/// What the server said to each turn of a dialogue, however much it was.
pub fn record(address: SocketAddr, dialogue: &Dialogue) -> Vec<Vec<Vec<String>>> {
    let manner = Manner {
        recording: true,
        ..Manner::default()
    };
    converse(address, dialogue, manner)
}

/// A connection, encrypted or not.
enum Connection {
    Plain(TcpStream),
    Tls(Box<tls::Stream>),
    /// A handshake failed.
    Lost,
}

impl Connection {
    fn socket(&self) -> Option<&TcpStream> {
        match self {
            Connection::Plain(stream) => Some(stream),
            Connection::Tls(stream) => Some(stream.get_ref()),
            Connection::Lost => None,
        }
    }

    fn start_tls(self) -> Connection {
        match self {
            Connection::Plain(stream) => {
                tls::start(stream).map_or(Connection::Lost, |s| Connection::Tls(Box::new(s)))
            }
            other => other,
        }
    }

    fn hang_up(&mut self) {
        if let Connection::Tls(stream) = self {
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
        if let Some(socket) = self.socket() {
            let _ = socket.shutdown(Shutdown::Write);
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        // A server that has hung up makes this fail; its last words are read all the same.
        let _ = match self {
            Connection::Plain(stream) => stream.write_all(bytes),
            Connection::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
            Connection::Lost => Ok(()),
        };
    }

    fn read(&mut self, chunk: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Connection::Plain(stream) => stream.read(chunk),
            Connection::Tls(stream) => loop {
                // Not through the stream, which would write first, to a server that may have
                // said its last words.
                match stream.conn.reader().read(chunk) {
                    Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                    said => return said,
                }
                if stream.conn.read_tls(&mut stream.sock)? == 0 {
                    return Ok(0);
                }
                let processed = stream.conn.process_new_packets();
                processed.map_err(|e| std::io::Error::new(ErrorKind::ConnectionReset, e))?;
            },
            Connection::Lost => Ok(0),
        }
    }
}

/// Waits until the server has taken everything out of its socket, however long that takes.
fn wait_until_read(connection: &Connection) {
    let ends = connection
        .socket()
        .and_then(|s| Some((s.peer_addr().ok()?, s.local_addr().ok()?)));
    let Some((server, client)) = ends else {
        return;
    };
    let begun = Instant::now();
    while unread(server, client).is_some_and(|n| n > 0) && begun.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// How many bytes of a connection wait to be read by the server, as the kernel counts them.
fn unread(server: SocketAddr, client: SocketAddr) -> Option<u64> {
    let end = |a: SocketAddr| match a.ip() {
        IpAddr::V4(ip) => {
            let number = u32::from_ne_bytes(ip.octets());
            format!("{number:08X}:{:04X}", a.port())
        }
        IpAddr::V6(_) => String::new(),
    };
    let (server, client) = (end(server), end(client));
    let table = std::fs::read_to_string("/proc/net/tcp").ok()?;
    let line = table.lines().find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let is_it = words.next()? == server && words.next()? == client;
        is_it.then(|| words.nth(1))?
    });
    let (_, waiting) = line?.split_once(':')?;
    u64::from_str_radix(waiting, 16).ok()
}

fn connect(address: SocketAddr, from: Ipv4Addr) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::new(IpAddr::V4(from), 0).into())?;
    socket.connect(&address.into())?;
    socket.set_tcp_nodelay(true)?;
    Ok(socket.into())
}

/// Plays a dialogue.
pub fn converse(address: SocketAddr, dialogue: &Dialogue, manner: Manner) -> Vec<Vec<Vec<String>>> {
    let Manner {
        recording,
        dribbling,
        patience,
    } = manner;
    let from = dialogue.client().parse().unwrap_or(Ipv4Addr::LOCALHOST);
    let stream = match connect(address, from) {
        Ok(stream) => stream,
        Err(e) => return vec![vec![vec![format!("(no connection from {from}: {e})")]]],
    };
    stream.set_read_timeout(Some(patience)).unwrap();
    let mut connection = Connection::Plain(stream);
    let mut said = Vec::new();
    let mut is_closed = false;
    let mut last_words = String::new();
    let mut has_ended = false;
    let last = dialogue.turns.len() - 1;
    for (i, turn) in dialogue.turns.iter().enumerate() {
        if turn.connects_again() {
            connection = match connect(address, from) {
                Ok(stream) => Connection::Plain(stream),
                Err(_) => Connection::Lost,
            };
            (is_closed, has_ended) = (false, false);
        }
        if turn.starts_tls() {
            connection = connection.start_tls();
        }
        let bytes = turn.bytes(&last_words);
        let wanted = turn.replies.iter().filter(|r| r[0] != CLOSED).count();
        let wants_end = wanted < turn.replies.len();
        // A server that hangs up before it has read all resets the connection, and its last words may be
        // lost. A record of TLS is read as a whole.
        let is_tls = matches!(connection, Connection::Tls(_));
        if dribbling && !bytes.is_empty() && !(wants_end && is_tls) {
            for piece in bytes.chunks(1 + i % 5) {
                connection.write(piece);
                std::thread::sleep(Duration::from_micros(200));
            }
        } else {
            connection.write(&bytes);
        }
        let hangs_up = i == last && !wants_end && !recording;
        // Under TLS a server that knows that its client is gone says nothing more.
        let mut hangs_up_later = hangs_up && is_tls;
        if hangs_up && !hangs_up_later {
            connection.hang_up();
        }
        let mut bytes = Vec::new();
        let mut chunk = [0; 16 * 1024];
        // Who does not wait for the greeting does not read it first.
        let speaks_first = i == 0 && last > 0 && turn.replies.is_empty();
        while !is_closed
            && !speaks_first
            && (recording || i == last || wants_end || complete(&bytes) < wanted)
        {
            if hangs_up_later && complete(&bytes) >= wanted {
                connection.hang_up();
                hangs_up_later = false;
            }
            if let (true, Some(socket)) = (recording, connection.socket()) {
                let satisfied = complete(&bytes) >= wanted && !wants_end;
                socket
                    .set_read_timeout(Some(QUIET[usize::from(satisfied)]))
                    .unwrap();
            }
            match connection.read(&mut chunk) {
                Ok(0) => is_closed = true,
                Ok(n) => bytes.extend_from_slice(&chunk[..n]),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e)
                    if matches!(
                        e.kind(),
                        ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof
                    ) =>
                {
                    is_closed = true
                }
                Err(_) if recording => break,
                Err(e) => {
                    let mut turn_said = replies(&bytes);
                    turn_said.push(vec![format!("(silence: {e})")]);
                    said.push(turn_said);
                    return said;
                }
            }
        }
        if wanted == 0 && i > 0 && i < last {
            // The server waits for more. It is to see that before more comes.
            wait_until_read(&connection);
        }
        last_words = challenge(&bytes);
        let mut turn_said = replies(&bytes);
        // That the server hangs up after the client has is not worth a line.
        if is_closed && !has_ended && !hangs_up {
            turn_said.push(vec![CLOSED.into()]);
            has_ended = true;
        }
        said.push(turn_said);
    }
    said
}
