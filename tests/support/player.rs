//! Plays a dialogue to a server behind a TCP port.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use super::dialogue::{complete, replies, Dialogue, Turn, CLOSED};

/// A server that says nothing for so long has nothing more to say, which is a failure.
const PATIENCE: Duration = Duration::from_secs(20);
/// When recording, a server that says nothing for so long waits for its client: long where a
/// reply is expected, short once it has come.
const QUIET: [Duration; 2] = [Duration::from_secs(3), Duration::from_millis(80)];

/// What the server said to each turn of a dialogue: as many replies as the file has, and at
/// its end whatever else came.
pub fn play(address: SocketAddr, dialogue: &Dialogue) -> Vec<Vec<Vec<String>>> {
    converse(address, dialogue, false)
}

/// What the server said to each turn of a dialogue, however much it was.
pub fn record(address: SocketAddr, dialogue: &Dialogue) -> Vec<Vec<Vec<String>>> {
    converse(address, dialogue, true)
}

fn converse(address: SocketAddr, dialogue: &Dialogue, recording: bool) -> Vec<Vec<Vec<String>>> {
    let mut stream = TcpStream::connect(address).unwrap_or_else(|e| panic!("{address}: {e}"));
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut said = Vec::new();
    let mut is_closed = false;
    let last = dialogue.turns.len() - 1;
    for (i, turn) in dialogue.turns.iter().enumerate() {
        // A server that has hung up makes this fail; its last words are read all the same.
        let _ = stream.write_all(&turn.bytes());
        let wanted = turn.replies.iter().filter(|r| r[0] != CLOSED).count();
        let wants_end = wanted < turn.replies.len();
        let hangs_up = i == last && !wants_end && !recording;
        if hangs_up {
            let _ = stream.shutdown(Shutdown::Write);
        }
        let mut bytes = Vec::new();
        let mut chunk = [0; 16 * 1024];
        let was_closed = is_closed;
        while !is_closed && (recording || i == last || wants_end || complete(&bytes) < wanted) {
            if recording {
                let satisfied = complete(&bytes) >= wanted;
                stream
                    .set_read_timeout(Some(QUIET[usize::from(satisfied)]))
                    .unwrap();
            }
            match stream.read(&mut chunk) {
                Ok(0) => is_closed = true,
                Ok(n) => bytes.extend_from_slice(&chunk[..n]),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if e.kind() == ErrorKind::ConnectionReset => is_closed = true,
                Err(_) if recording => break,
                Err(e) => {
                    let mut turn_said = replies(&bytes);
                    turn_said.push(vec![format!("(silence: {e})")]);
                    said.push(turn_said);
                    return said;
                }
            }
        }
        let mut turn_said = replies(&bytes);
        // That the server hangs up after the client has is not worth a line.
        if is_closed && !was_closed && !hangs_up {
            turn_said.push(vec![CLOSED.into()]);
        }
        said.push(turn_said);
    }
    said
}

/// A conversation that is made up while it goes on: one turn after another, each with one
/// reply.
pub struct Conversation {
    stream: TcpStream,
    /// What has been said so far, as a dialogue.
    pub dialogue: Dialogue,
    /// The server has hung up.
    pub is_over: bool,
}

impl Conversation {
    /// Connects and waits for the banner.
    pub fn open(address: SocketAddr, name: String) -> Conversation {
        let stream = TcpStream::connect(address).unwrap_or_else(|e| panic!("{address}: {e}"));
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut conversation = Conversation {
            stream,
            dialogue: Dialogue {
                name,
                ..Dialogue::default()
            },
            is_over: false,
        };
        conversation.turn(Vec::new());
        conversation
    }

    /// Sends lines, tagged as in a file, and waits for one reply: its code, or 0 at the end.
    pub fn turn(&mut self, sends: Vec<String>) -> u16 {
        let mut turn = Turn {
            sends,
            ..Turn::default()
        };
        // A server that has hung up makes this fail; its last words are read all the same.
        let _ = self.stream.write_all(&turn.bytes());
        let mut bytes = Vec::new();
        let mut chunk = [0; 16 * 1024];
        while complete(&bytes) == 0 && !self.is_over {
            match self.stream.read(&mut chunk) {
                Ok(0) => self.is_over = true,
                Ok(n) => bytes.extend_from_slice(&chunk[..n]),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if e.kind() == ErrorKind::ConnectionReset => self.is_over = true,
                Err(e) => {
                    eprintln!("{}: after {:?}: {e}", self.dialogue.name, turn.sends);
                    self.is_over = true;
                }
            }
        }
        turn.replies = replies(&bytes);
        if self.is_over {
            turn.replies.push(vec![CLOSED.into()]);
        }
        let code = turn.replies[0][0].get(..3).and_then(|c| c.parse().ok());
        self.dialogue.turns.push(turn);
        code.unwrap_or(0)
    }
}
