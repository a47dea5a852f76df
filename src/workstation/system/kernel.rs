//! Processes, and the system in which they run.

use crate::network::{ConnectionId, World};
use crate::time::Time;
use crate::workstation::answer::Document;
use crate::workstation::line::history::History;
use crate::workstation::programs::io::{Sleep, State};
use crate::workstation::screen::Screen;
use crate::workstation::system::open::Handle;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::Debug;
use std::rc::Rc;

/// What a step has come to.
#[derive(Debug)]
pub enum Step {
    /// Something was done; there may be more.
    Went,
    /// Nothing can be done now.
    Waits,
    /// It has ended, with this status.
    Ended(i32),
    /// It has been killed by this signal, of its own accord.
    Died(u8),
    /// Something else goes on in its place (execve).
    Becomes(Box<dyn Body>),
}

/// What runs in a process.
pub trait Body: Debug {
    /// Goes on a little.
    fn step(&mut self, kernel: &mut Kernel) -> Step;

    /// A signal has come that may be caught; whether it was. Otherwise it does what it does by
    /// default, which is to end the process.
    fn signal(&mut self, _signal: u8, _kernel: &mut Kernel) -> bool {
        false
    }

    /// It is the shell that waits for a command line; its prompt.
    fn prompt(&self) -> Option<String> {
        None
    }

    /// Whether it is a shell.
    fn is_shell(&self) -> bool {
        false
    }

    /// Called when nothing else can go on: a program that prints while it reads may print what
    /// the beginning of its input has come to.
    fn flush(&mut self, _kernel: &mut Kernel) -> Step {
        Step::Waits
    }

    /// The file that is being edited, if this is an editor.
    fn document(&self) -> Option<&Document> {
        None
    }

    /// Ctrl-], which telnet knows.
    fn escape(&mut self, _kernel: &mut Kernel) {}

    /// What the Tab key makes of a line up to the cursor.
    fn complete(&mut self, _line: &str, _kernel: &mut Kernel) -> Option<Completion> {
        None
    }
}

/// What the Tab key has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// What is put in at the cursor.
    pub insert: String,
    /// What it could be, where there is more than one.
    pub choices: Vec<String>,
}

/// A process.
#[derive(Debug)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// Who has started it.
    pub parent: u32,
    /// The group that gets signals from the keyboard together.
    pub group: u32,
    /// The host that it runs on.
    pub host: Rc<str>,
    /// Who runs it.
    pub user: Rc<str>,
    /// The directory that it is in.
    pub directory: Rc<str>,
    /// Its environment.
    pub environment: Rc<Vec<(String, String)>>,
    /// What is open.
    pub descriptors: Vec<(i32, Handle)>,
    /// Permissions that new files do not get.
    pub umask: u16,
    /// Its command line, for `ps`.
    pub words: Rc<[String]>,
    /// What runs; taken out while it does.
    pub body: Option<Box<dyn Body>>,
    /// Where it stands.
    pub state: State,
    /// Until when it sleeps.
    pub sleep: Option<Sleep>,
    /// When it was started.
    pub begun: Time,
    /// Signals that have not been dealt with.
    pub pending: Vec<u8>,
    /// Its parent has not heard yet where it stands.
    pub is_news: bool,
    /// How many programs have taken the place of one another here.
    pub places: u32,
}

impl Process {
    /// What a descriptor stands for.
    pub fn open(&self, descriptor: i32) -> Option<&Handle> {
        let found = self.descriptors.iter().find(|(d, _)| *d == descriptor);
        found.map(|(_, handle)| handle)
    }

    /// Lets a descriptor stand for something else, or for nothing; what it stood for.
    pub fn redirect(&mut self, descriptor: i32, handle: Option<Handle>) -> Option<Handle> {
        let place = self.descriptors.iter().position(|(d, _)| *d == descriptor);
        match (place, handle) {
            (Some(place), Some(handle)) => {
                Some(std::mem::replace(&mut self.descriptors[place].1, handle))
            }
            (Some(place), None) => Some(self.descriptors.swap_remove(place).1),
            (None, Some(handle)) => {
                self.descriptors.push((descriptor, handle));
                None
            }
            (None, None) => None,
        }
    }
}

/// Makes the body of a program, for a process that stands ready; or what the shell says of it,
/// and the status.
pub type Launch = fn(&[String], &mut Kernel) -> Result<Box<dyn Body>, (String, i32)>;

/// The terminal, as the system sees it.
#[derive(Debug)]
pub struct Terminal {
    /// What was typed and has not been read.
    pub typed: VecDeque<u8>,
    /// Ctrl-D was pressed.
    pub ends: bool,
    /// The group of processes in front.
    pub group: u32,
    /// Somebody waits for a line.
    pub is_wanted: bool,
    /// A shell waits for what runs behind it.
    pub is_patient: bool,
    /// What is typed is shown.
    pub echoes: bool,
    /// The front end has an editor.
    pub can_edit: bool,
}

/// Bytes that are as much work as a line on the terminal.
pub const LINE: usize = 64;

/// All processes, and what they share.
#[derive(Debug)]
pub struct System {
    /// The processes.
    pub processes: Vec<Process>,
    /// The terminal.
    pub terminal: Terminal,
    /// Connections that nobody has open any more.
    pub closed: Rc<RefCell<Vec<ConnectionId>>>,
    pub(in crate::workstation) next: u32,
    pub(in crate::workstation) launch: Launch,
    /// How many commands wait for what runs here (`aside`).
    pub(in crate::workstation) depth: u32,
    /// What was printed, written and read since the front end had its turn, in lines of [`LINE`]
    /// bytes.
    pub printed: usize,
}

impl System {
    /// A system without processes.
    pub fn new(launch: Launch) -> System {
        System {
            processes: Vec::new(),
            terminal: Terminal {
                typed: VecDeque::new(),
                ends: false,
                group: 0,
                is_wanted: false,
                is_patient: false,
                echoes: true,
                can_edit: false,
            },
            closed: Rc::default(),
            next: 2_000,
            launch,
            depth: 0,
            printed: 0,
        }
    }

    /// A new number for a process.
    pub fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// The place of a process.
    pub fn place(&self, pid: u32) -> Option<usize> {
        self.processes.iter().position(|p| p.pid == pid)
    }
}

/// The system as one process sees it.
#[derive(Debug)]
pub struct Os<'a> {
    /// All processes.
    pub system: &'a mut System,
    /// The screen.
    pub screen: &'a mut Screen,
    /// What was typed before.
    pub history: &'a mut History,
    /// The place of the process.
    pub at: usize,
}

/// The system and the world, as one process sees them.
#[derive(Debug)]
pub struct Kernel<'a> {
    /// The world.
    pub world: &'a mut World,
    /// The system.
    pub os: Os<'a>,
}
