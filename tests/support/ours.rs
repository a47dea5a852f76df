//! Plays a dialogue to the engine itself, without a network: time passes when the session waits
//! for it.

use smtp_terminal::dns::Dns;
use smtp_terminal::postfix::address::peer;
use smtp_terminal::postfix::server::{Accepted, Exchanged, Screen, Screened, Server};
use smtp_terminal::smtp::bytes::shown;
use smtp_terminal::smtp::client::Client;
use smtp_terminal::smtp::policy::Note;
use smtp_terminal::smtp::session::{Action, Session};
use smtp_terminal::time::Time;

use super::dialogue::{challenge, complete, replies, Dialogue, Turn, CLOSED};
use super::scene;

/// What a server said to each turn.
pub type Said = Vec<Vec<Vec<String>>>;

/// A client's connection to our server.
pub struct Talk {
    server: Server,
    dns: Dns,
    client: Client,
    notes: Vec<Note>,
    pid: u32,
    service: usize,
    /// postscreen looks at the client, and there is no session yet.
    screen: Option<Screen>,
    session: Session,
    now: Time,
    challenge: String,
    /// The server has hung up.
    pub is_closed: bool,
}

impl Talk {
    /// A connection from an address, to a server of which this is a copy.
    pub fn open(server: &Server, dns: Dns, addr: &str) -> Talk {
        // Of as many digits as those of the real server: a queue file counts them.
        Talk::open_at(server, (scene::service(server), 20_025), dns, addr)
    }

    /// The same to a service, by its place and its port.
    pub fn open_at(server: &Server, (service, port): (usize, u16), dns: Dns, addr: &str) -> Talk {
        let mut server = server.clone();
        server.port = port;
        let peer = peer::look_up(&dns, addr, 40_000, server.settings().release);
        let (client, notes) = server.sees(service, peer);
        let mut talk = Talk {
            server,
            dns,
            screen: None,
            service,
            session: Session::new(client.clone()),
            client,
            notes,
            pid: 0,
            now: Time(1_000_000),
            challenge: String::new(),
            is_closed: false,
        };
        talk.connect();
        talk
    }

    /// The client connects.
    fn connect(&mut self) {
        self.is_closed = false;
        self.session = Session::new(self.client.clone());
        let at = ("127.0.0.1", self.server.port);
        match self.server.screen(self.service, &self.client, at) {
            Some(mut screen) => {
                screen.arrive();
                self.screen = Some(screen);
            }
            None => self.accept(),
        }
    }

    fn accept(&mut self) {
        let (client, notes) = (&self.client, &self.notes);
        match self.server.accept_at(self.service, client, notes, self.now) {
            Accepted::Served(pid) => self.pid = pid,
            Accepted::Waits(_) => {
                let said: Vec<_> = self.server.log.iter().map(|l| &l.note.text).collect();
                panic!("nobody serves this client: {said:?}")
            }
        }
    }

    /// Lets the session go on for as long as it can.
    fn go_on(&mut self, said: &mut Vec<u8>) {
        while let Some(action) = self
            .session
            .poll(self.now, &self.server.policy_of(self.pid, &self.dns))
        {
            self.server.apply(&action, &self.client, self.pid, self.now);
            match action {
                Action::Reply(reply) => reply.write_to(said),
                Action::Close => self.is_closed = true,
                _ => {}
            }
        }
    }

    /// Lets postscreen look at the client; whether it still does.
    fn is_screened(&mut self, said: &mut Vec<u8>) -> bool {
        let Some(mut screen) = self.screen.take() else {
            return false;
        };
        let (exchanged, screened) = self.server.look(&mut screen, &self.dns, self.now);
        for one in exchanged {
            if let Exchanged::Reply(reply) = one {
                reply.write_to(said);
            }
        }
        match screened {
            Screened::Waits => self.screen = Some(screen),
            Screened::Passed => {
                self.accept();
                // It greets before it hears what was said before.
                self.go_on(said);
                self.session.receive(&screen.unread());
                if screen.has_hung_up() {
                    self.session.disconnect();
                }
            }
            Screened::Closed => self.is_closed = true,
        }
        self.screen.is_some()
    }

    /// Sends pieces, each once the server has dealt with the one before, and waits as long as
    /// it takes for so many complete replies: what the server said.
    pub fn send(&mut self, pieces: impl Iterator<Item = Vec<u8>>, wanted: usize) -> Vec<u8> {
        let mut said = Vec::new();
        let mut pieces = pieces;
        while self.is_screened(&mut said) {
            let Some(screen) = &mut self.screen else {
                break;
            };
            match pieces.next() {
                Some(piece) => screen.receive(&piece),
                None if complete(&said) < wanted => match screen.deadline() {
                    Some(deadline) => self.now = self.now.max(deadline),
                    None => break,
                },
                None => break,
            }
        }
        if self.screen.is_some() || self.pid == 0 {
            return said;
        }
        loop {
            self.go_on(&mut said);
            let deadline = self
                .session
                .deadline(&self.server.policy_of(self.pid, &self.dns));
            if self.session.is_pausing() {
                self.now = deadline.unwrap_or(self.now);
                continue;
            }
            match pieces.next() {
                Some(piece) => self.session.receive(&piece),
                // The server's patience is what is being looked at.
                None if !self.is_closed && complete(&said) < wanted => {
                    self.now = deadline.unwrap_or(self.now);
                }
                None => break,
            }
        }
        self.challenge = challenge(&said);
        said
    }

    /// Sends a turn of a dialogue.
    pub fn turn(&mut self, turn: &Turn, cut: &mut Cut) -> Heard {
        if turn.connects_again() {
            if !self.is_closed {
                self.hang_up();
            }
            self.connect();
        }
        let was_closed = self.is_closed;
        if turn.starts_tls() {
            // TLS may come before everything else.
            self.send(std::iter::empty(), 0);
            match &mut self.screen {
                Some(screen) => screen.start_tls(),
                None => self.session.start_tls(),
            }
        }
        let replies = turn.replies.iter().filter(|r| r[0] != CLOSED).count();
        let wanted = match replies < turn.replies.len() {
            // Until the end, however many come before it.
            true => usize::MAX,
            false => replies,
        };
        let pieces = cut.pieces(&turn.bytes(&self.challenge));
        let bytes = self.send(pieces.into_iter(), wanted);
        let is_closed = self.is_closed && !was_closed;
        Heard { bytes, is_closed }
    }

    /// The client hangs up: what the server says to that.
    pub fn hang_up(&mut self) -> Vec<u8> {
        match &mut self.screen {
            Some(screen) => {
                screen.hang_up();
                self.send(std::iter::empty(), usize::MAX)
            }
            None => {
                self.session.disconnect();
                self.send(std::iter::empty(), 0)
            }
        }
    }

    /// What one of its programs has logged, without who and when.
    pub fn notes(&self, program: &str) -> Vec<String> {
        let own = self.server.log.iter().filter(|l| l.note.program == program);
        own.map(|line| shown(&line.note.text).into_owned())
            .collect()
    }

    /// What the server has logged.
    pub fn log(&self) -> String {
        let lines = self.server.log.iter().map(|line| format!("{line}\n"));
        shown(&lines.collect::<String>()).into_owned()
    }
}

/// How the bytes of a turn are cut.
pub enum Cut {
    /// Not at all.
    Whole,
    /// Into single bytes.
    Bytes,
    /// Into pieces of random length.
    Random(fastrand::Rng),
}

impl Cut {
    /// The pieces of some bytes.
    pub fn pieces(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut pieces = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let size = match self {
                Cut::Whole => rest.len(),
                Cut::Bytes => 1,
                Cut::Random(random) => random.usize(1..=17),
            };
            let (piece, tail) = rest.split_at(size.min(rest.len()));
            pieces.push(piece.to_vec());
            rest = tail;
        }
        pieces
    }
}

/// What came back in one turn, as it came.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The server hung up after them.
    pub is_closed: bool,
}

impl Heard {
    /// The replies, masked, as a dialogue has them.
    pub fn replies(&self) -> Vec<Vec<String>> {
        let mut said = replies(&self.bytes);
        if self.is_closed {
            said.push(vec![CLOSED.into()]);
        }
        said
    }
}

/// A dialogue as our server played it: nothing is masked yet.
#[derive(Clone, Debug, Default)]
pub struct Performance {
    /// What came back in each turn.
    pub turns: Vec<Heard>,
    /// What was logged.
    pub log: String,
}

impl Performance {
    /// The replies to each turn.
    pub fn said(&self) -> Said {
        self.turns.iter().map(Heard::replies).collect()
    }

    /// The bytes of each turn.
    pub fn bytes(&self) -> Vec<Vec<u8>> {
        self.turns.iter().map(|t| t.bytes.clone()).collect()
    }

    /// The same with other bytes in one turn.
    pub fn with_bytes(&self, turn: usize, bytes: Vec<u8>) -> Performance {
        let mut other = self.clone();
        other.turns[turn].bytes = bytes;
        other
    }
}

/// What our server says to each turn of a dialogue, and what it logs.
pub fn play(server: &Server, dns: Dns, dialogue: &Dialogue, cut: &mut Cut) -> Performance {
    perform(Talk::open(server, dns, dialogue.client()), dialogue, cut)
}

/// The same with a connection that is open.
pub fn perform(mut talk: Talk, dialogue: &Dialogue, cut: &mut Cut) -> Performance {
    let mut turns: Vec<Heard> = Vec::new();
    let last = dialogue.turns.len() - 1;
    for (place, turn) in dialogue.turns.iter().enumerate() {
        // Who does not wait for the greeting does not read it first.
        let speaks_first = place == 0 && last > 0 && turn.replies.is_empty();
        turns.push(match speaks_first && turn.sends.is_empty() {
            true => Heard::default(),
            false => talk.turn(turn, cut),
        });
    }
    // What comes after the last turn belongs to it.
    if !talk.is_closed {
        let rest = talk.hang_up();
        if let Some(last) = turns.last_mut() {
            last.bytes.extend(rest);
        }
    }
    Performance {
        turns,
        log: talk.log(),
    }
}

/// Where the numbers of inodes begin (`Server::renumber`) for queue IDs of a length. An ID ends with the number of
/// an inode, which may be longer on another file system; the sizes of messages count it.
pub fn number_for(id_length: usize) -> u64 {
    let digits = id_length.saturating_sub(5).clamp(1, 12) as u32;
    16_u64.pow(digits - 1).wrapping_sub(0x200_000)
}
