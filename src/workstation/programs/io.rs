//! What a program may ask of the system that it runs in.

use std::collections::VecDeque;
use std::fmt::Debug;

use crate::network::World;
use crate::time::Time;
use crate::workstation::programs::output::Become;
use crate::workstation::screen::Voice;

/// What a read brings.
#[derive(Debug, PartialEq, Eq)]
pub enum Read {
    /// Some bytes.
    Bytes(Vec<u8>),
    /// The end.
    End,
    /// Nothing yet.
    Wait,
    /// It cannot be read, for this reason.
    Fault(&'static str),
}

/// How much is read: at most so many bytes, and no further than the first of this kind.
#[derive(Clone, Copy, Debug)]
pub struct Take {
    /// At most so many.
    pub most: usize,
    /// Up to this one.
    pub until: Option<u8>,
}

impl Take {
    /// Whatever is there.
    pub const ALL: Take = Take {
        most: usize::MAX,
        until: None,
    };

    /// A line.
    pub const LINE: Take = Take {
        most: usize::MAX,
        until: Some(b'\n'),
    };

    /// How many of these bytes.
    pub fn of<'a>(self, bytes: impl Iterator<Item = &'a u8>) -> usize {
        let mut count = 0;
        for byte in bytes.take(self.most) {
            count += 1;
            if Some(*byte) == self.until {
                break;
            }
        }
        count
    }

    /// Takes them off a queue.
    pub fn from(self, queue: &mut VecDeque<u8>) -> Vec<u8> {
        let count = self.of(queue.iter());
        queue.drain(..count).collect()
    }
}

/// How a process has ended, or where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs, or waits for something.
    Running,
    /// It was stopped by this signal.
    Stopped(u8),
    /// It has ended by itself.
    Exited(i32),
    /// A signal has ended it.
    Killed(u8),
}

impl State {
    /// What `$?` is.
    pub fn status(self) -> i32 {
        match self {
            State::Running => 0,
            State::Exited(status) => status & 255,
            State::Stopped(signal) | State::Killed(signal) => 128 + i32::from(signal),
        }
    }

    /// Whether it is over.
    pub fn has_ended(self) -> bool {
        matches!(self, State::Exited(_) | State::Killed(_))
    }
}

/// Until when a process does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sleep {
    /// Until then.
    pub until: Time,
    /// From here on the clock may be put forward, so that nobody has to wait for the rest; `None`
    /// where the time has to pass as it does.
    pub patience: Option<Time>,
    /// It would go on like this for ever.
    pub is_endless: bool,
}

/// A line of `ps`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub pid: u32,
    /// Who has started it.
    pub parent: u32,
    /// Who runs it.
    pub user: String,
    /// The host that it runs on.
    pub host: String,
    /// Its command line.
    pub words: Vec<String>,
    /// Where it stands.
    pub state: State,
    /// When it was started.
    pub begun: Time,
    /// Whether it is in front.
    pub is_in_front: bool,
}

/// The system, as a program sees it.
pub trait Io: Debug {
    /// Reads from a descriptor.
    fn read(&mut self, descriptor: i32, take: Take, world: &mut World) -> Read;

    /// Writes to a descriptor; `Err` says why not, and is empty where nobody reads any more.
    ///
    /// # Errors
    /// As write(2).
    fn write(
        &mut self,
        descriptor: i32,
        voice: Voice,
        text: &str,
        world: &mut World,
    ) -> Result<(), &'static str>;

    /// Whether a descriptor is the terminal.
    fn is_terminal(&self, descriptor: i32) -> bool;

    /// The path of the file that a descriptor is, where it is one.
    fn path(&self, descriptor: i32) -> Option<&str>;

    /// A variable of the environment.
    fn variable(&self, name: &str) -> Option<&str>;

    /// All of them.
    fn environment(&self) -> Vec<(String, String)>;

    /// Does nothing for a while.
    fn sleep(&mut self, sleep: Sleep);

    /// Starts a program beside this one, with the same descriptors; its number, or what the shell
    /// says and the status where it cannot be started.
    ///
    /// # Errors
    /// There is no such program, or there are too many.
    fn spawn(&mut self, what: &Become, world: &mut World) -> Result<u32, (String, i32)>;

    /// Runs a program to its end, with this to read: what it prints, what it complains of, and its
    /// status, if it ended.
    fn aside(
        &mut self,
        words: &[String],
        input: &[u8],
        world: &mut World,
    ) -> (String, String, Option<i32>);

    /// Where one that was started stands; once it has ended, this is the last that is heard of it.
    fn state(&mut self, pid: u32) -> Option<State>;

    /// Sends a signal; whether there is such a process.
    fn kill(&mut self, pid: u32, signal: u8) -> bool;

    /// What runs.
    fn processes(&self) -> Vec<Listed>;

    /// Whether what is typed is shown.
    fn set_echo(&mut self, shows: bool);

    /// Whether the front end has an editor.
    fn can_edit(&self) -> bool;

    /// Empties the screen.
    fn clear(&mut self);

    /// Changes the permissions that new files do not get, and gives those there were.
    fn umask(&mut self, new: Option<u16>) -> u16;
}

/// Signals, by number.
pub mod signal {
    #![allow(missing_docs)]
    pub const HUP: u8 = 1;
    pub const INT: u8 = 2;
    pub const QUIT: u8 = 3;
    pub const KILL: u8 = 9;
    pub const PIPE: u8 = 13;
    pub const TERM: u8 = 15;
    pub const CHLD: u8 = 17;
    pub const CONT: u8 = 18;
    pub const STOP: u8 = 19;
    pub const TSTP: u8 = 20;
    pub const TTIN: u8 = 21;
    pub const WINCH: u8 = 28;
    pub const URG: u8 = 23;

    /// Their names, from 1 on.
    pub const NAMES: [&str; 31] = [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
        "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
        "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// The number of a name, with or without `SIG`.
    pub fn number(name: &str) -> Option<u8> {
        if let Ok(number) = name.parse::<u8>() {
            return Some(number).filter(|n| *n < 65);
        }
        let name = name.to_ascii_uppercase();
        let name = name.strip_prefix("SIG").unwrap_or(&name);
        let at = NAMES.iter().position(|n| *n == name)?;
        Some(at as u8 + 1)
    }
}
