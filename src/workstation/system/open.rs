//! What a descriptor stands for: the terminal, a pipe, a file, a text, a connection.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use crate::files::who::Who;
use crate::network::{ConnectionId, Event, World};
use crate::smtp::bytes::{decode, encode};
use crate::workstation::programs::files::{files, files_mut, settle, text};
use crate::workstation::programs::io::{Read, Take};

/// How much comes out of a device that has no end, in bytes.
const NOISE: usize = 1 << 20;

/// Bytes that a pipe holds before its writer has to wait.
const PIPE: usize = 65_536;

/// Something open; descriptors and processes share it.
pub type Handle = Rc<Open>;

/// What is open.
#[derive(Debug)]
pub enum Open {
    /// The learner's terminal.
    Terminal,
    /// /dev/null.
    Null,
    /// /dev/zero and /dev/urandom: what is drawn next, and how much is left. Programs here read
    /// their whole input, so that has an end.
    Noise(Cell<(u64, usize)>),
    /// A directory, which cannot be read as a file.
    Directory,
    /// One end of a pipe.
    Pipe(End),
    /// A file of a host.
    File(File),
    /// A here-document.
    Text(RefCell<VecDeque<u8>>),
    /// /dev/tcp/HOST/PORT.
    Connection(Connection),
}

/// A queue of bytes.
#[derive(Debug, Default)]
struct Pipe {
    bytes: RefCell<VecDeque<u8>>,
    readers: Cell<u32>,
    writers: Cell<u32>,
}

/// An end of a pipe.
#[derive(Debug)]
pub struct End {
    pipe: Rc<Pipe>,
    writes: bool,
}

impl End {
    fn open(pipe: &Rc<Pipe>, writes: bool) -> Handle {
        let end = End {
            pipe: pipe.clone(),
            writes,
        };
        let count = end.count();
        count.set(count.get() + 1);
        Rc::new(Open::Pipe(end))
    }

    fn count(&self) -> &Cell<u32> {
        match self.writes {
            true => &self.pipe.writers,
            false => &self.pipe.readers,
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let count = self.count();
        count.set(count.get().saturating_sub(1));
    }
}

/// A pipe: the end that is read, and the one that is written.
pub fn pipe() -> (Handle, Handle) {
    let pipe = Rc::default();
    (End::open(&pipe, false), End::open(&pipe, true))
}

/// A file that is open.
#[derive(Debug)]
pub struct File {
    host: Rc<str>,
    path: String,
    place: Cell<usize>,
    reads: bool,
    writes: bool,
    appends: bool,
    /// What it held when it was last looked at.
    seen: RefCell<Rc<[u8]>>,
    /// How long its text was after the last write, and of how many bytes: who writes line by line
    /// does not count all of them again each time.
    known: Cell<(usize, usize)>,
}

impl File {
    /// Opens a file that is there.
    pub fn new(host: &Rc<str>, path: String, reads: bool, writes: bool, appends: bool) -> File {
        File {
            host: host.clone(),
            path,
            place: Cell::new(0),
            reads,
            writes,
            appends,
            seen: RefCell::new(Rc::from([])),
            known: Cell::default(),
        }
    }

    fn look(&self, world: &World) -> Rc<[u8]> {
        let text = text(world, &self.host, &self.path, &Who::ROOT);
        let bytes = text.map_or(Vec::new(), |text| encode(&text));
        let bytes: Rc<[u8]> = bytes.into();
        *self.seen.borrow_mut() = bytes.clone();
        bytes
    }

    fn read(&self, take: Take, world: &World) -> Read {
        let place = self.place.get();
        let mut bytes = self.seen.borrow().clone();
        if place >= bytes.len() {
            bytes = self.look(world);
        }
        let rest = bytes.get(place..).unwrap_or(&[]);
        let count = take.of(rest.iter());
        self.place.set(place + count);
        match rest.get(..count) {
            Some(found) if !found.is_empty() => Read::Bytes(found.to_vec()),
            _ => Read::End,
        }
    }

    fn write(&self, bytes: &[u8], world: &mut World) -> Result<(), &'static str> {
        let full = || "No space left on device";
        let now = world.now();
        let place = self.place.get();
        let has = || {
            files(world, &self.host)?
                .node(&self.path)
                .map(|n| n.text.len())
        };
        let length = match (self.appends, self.known.get()) {
            (true, _) => usize::MAX,
            (false, (text, length)) if length == place && has() == Some(text) => length,
            (false, _) => self.look(world).len(),
        };
        settle(world, &self.host, &self.path);
        let Some(files) = files_mut(world, &self.host) else {
            return Ok(());
        };
        files.now = now;
        let who = Who::ROOT;
        if place >= length || self.appends {
            let mut more = vec![0; place.saturating_sub(length)];
            more.extend_from_slice(bytes);
            let text = decode(&more);
            let done = files.write(&self.path, &who, &text, true, 0o644);
            done.map_err(|_| full())?;
        } else {
            let mut whole = self.seen.borrow().to_vec();
            let end = (place + bytes.len()).min(whole.len());
            whole.splice(place..end, bytes.iter().copied());
            let text = decode(&whole);
            let done = files.write(&self.path, &who, &text, false, 0o644);
            done.map_err(|_| full())?;
        }
        let after = place + bytes.len();
        self.place.set(after);
        let text = files.node(&self.path).map_or(0, |node| node.text.len());
        self.known.set((text, after));
        *self.seen.borrow_mut() = Rc::from([]);
        Ok(())
    }
}

/// A connection that a descriptor stands for.
#[derive(Debug)]
pub struct Connection {
    id: ConnectionId,
    heard: RefCell<VecDeque<u8>>,
    is_up: Cell<bool>,
    is_over: Cell<Option<&'static str>>,
    /// Where those that nobody has open any more are noted.
    closed: Rc<RefCell<Vec<ConnectionId>>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.closed.borrow_mut().push(self.id);
    }
}

impl Connection {
    /// Begins to connect.
    pub fn new(id: ConnectionId, closed: &Rc<RefCell<Vec<ConnectionId>>>) -> Connection {
        Connection {
            id,
            heard: RefCell::default(),
            is_up: Cell::new(false),
            is_over: Cell::new(None),
            closed: closed.clone(),
        }
    }

    fn listen(&self, world: &mut World) {
        while let Some(event) = world.receive(self.id) {
            match event {
                Event::Connected => self.is_up.set(true),
                Event::Refused => self.is_over.set(Some("Connection refused")),
                Event::TimedOut => self.is_over.set(Some("Connection timed out")),
                Event::Data(bytes) => self.heard.borrow_mut().extend(bytes),
                Event::TlsStarted => {}
                Event::Closed => self.is_over.set(Some("")),
            }
        }
    }

    /// Whether it is up; `None` while it is being tried, `Err` with the reason why not.
    pub fn state(&self, world: &mut World) -> Option<Result<(), &'static str>> {
        self.listen(world);
        match (self.is_up.get(), self.is_over.get()) {
            (true, _) => Some(Ok(())),
            (false, Some(why)) => Some(Err(why)),
            (false, None) => None,
        }
    }
}

impl Open {
    /// A text to be read.
    pub fn text(bytes: Vec<u8>) -> Handle {
        Rc::new(Open::Text(RefCell::new(bytes.into())))
    }

    /// The path of a file.
    pub fn path(&self) -> Option<&str> {
        match self {
            Open::File(file) => Some(&file.path),
            _ => None,
        }
    }

    /// Whether this is the terminal.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Open::Terminal)
    }

    /// Whether writing has to wait until somebody has read.
    pub fn is_full(&self) -> bool {
        match self {
            Open::Pipe(end) if end.writes && end.pipe.readers.get() > 0 => {
                end.pipe.bytes.borrow().len() >= PIPE
            }
            _ => false,
        }
    }

    /// A device that gives zeros, or random bytes.
    pub fn noise(path: &str) -> Handle {
        let seed = if path.ends_with("zero") {
            0
        } else {
            0x9E37_79B9_7F4A_7C15
        };
        Rc::new(Open::Noise(Cell::new((seed, NOISE))))
    }

    /// Reads; the terminal is the system's affair.
    pub fn read(&self, take: Take, world: &mut World) -> Read {
        let bytes = match self {
            Open::Terminal => return Read::Wait,
            Open::Null => return Read::End,
            Open::Directory => return Read::Fault("Is a directory"),
            Open::Noise(state) => {
                let (mut drawn, left) = state.get();
                let bytes: Vec<u8> = (0..take.most.min(PIPE).min(left))
                    .map(|_| {
                        drawn ^= drawn << 13;
                        drawn ^= drawn >> 7;
                        drawn ^= drawn << 17;
                        drawn as u8
                    })
                    .collect();
                state.set((drawn, left - bytes.len()));
                bytes
            }
            Open::Pipe(end) if end.writes => return Read::Fault("Bad file descriptor"),
            Open::Pipe(end) => {
                let bytes = take.from(&mut end.pipe.bytes.borrow_mut());
                if bytes.is_empty() && end.pipe.writers.get() > 0 {
                    return Read::Wait;
                }
                bytes
            }
            Open::File(file) if !file.reads => return Read::Fault("Bad file descriptor"),
            Open::File(file) => return file.read(take, world),
            Open::Text(text) => take.from(&mut text.borrow_mut()),
            Open::Connection(connection) => {
                connection.listen(world);
                let bytes = take.from(&mut connection.heard.borrow_mut());
                if bytes.is_empty() && connection.is_over.get().is_none() {
                    return Read::Wait;
                }
                bytes
            }
        };
        match bytes.is_empty() {
            true => Read::End,
            false => Read::Bytes(bytes),
        }
    }

    /// Writes; `Err` says why not, and is empty where nobody reads (SIGPIPE).
    pub fn write(&self, bytes: &[u8], world: &mut World) -> Result<(), &'static str> {
        match self {
            Open::Terminal | Open::Null | Open::Noise(_) => Ok(()),
            Open::Pipe(end) if !end.writes => Err("Bad file descriptor"),
            Open::Pipe(end) if end.pipe.readers.get() == 0 => Err(""),
            Open::Pipe(end) => {
                end.pipe.bytes.borrow_mut().extend(bytes);
                Ok(())
            }
            Open::File(file) if !file.writes => Err("Bad file descriptor"),
            Open::File(file) => file.write(bytes, world),
            Open::Text(_) | Open::Directory => Err("Bad file descriptor"),
            Open::Connection(connection) => {
                connection.listen(world);
                match connection.is_over.get() {
                    Some(_) => Err(""),
                    None => {
                        world.send(connection.id, bytes);
                        Ok(())
                    }
                }
            }
        }
    }
}
