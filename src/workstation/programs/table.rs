//! What a row of the table of programs says.

use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::{Outcome, Output};

/// A program that computes: it gets the words after its name and the machine that it runs on.
pub type Run = fn(&[&str], &mut Machine) -> Outcome;

/// Begins a program that goes on; or what it printed before it ended at once.
pub type Start = fn(&[&str], &mut Machine) -> Result<Box<dyn Job>, Output>;

/// How a program runs.
#[derive(Clone, Copy, Debug)]
pub enum Entry {
    /// It computes.
    Run(Run),
    /// It goes on.
    Job(Start),
    /// It is a shell.
    Shell,
    /// It is a text for the shell, which runs it as a script.
    Script(&'static str),
}

/// The folder of programs for scripts alone, which nobody is shown.
pub const HIDDEN: &str = "/usr/lib/machine";

/// A program, as it lies in a folder of Debian's.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// The folder that it is in: `/usr/bin`.
    pub folder: &'static str,
    /// How it runs.
    pub entry: Entry,
    /// What `--help` says: what follows its name, `|`, and what it does. Where this is empty the
    /// program itself answers `--help`.
    pub help: &'static str,
    /// It is part of Postfix or comes with it, so only a host with a mail server has it.
    pub needs_mail: bool,
    /// What it has read so far already settles what it has to print so far, so that it may be
    /// called with the beginning of its input while more is to come (`tail -f … | grep …`). Such
    /// a program only prints; whenever it is called it prints everything from the start, and what
    /// is new of that is shown.
    pub streams: bool,
}

impl Program {
    const fn row(name: &'static str, entry: Entry, help: &'static str) -> Program {
        Program {
            name,
            folder: "/usr/bin",
            entry,
            help,
            needs_mail: false,
            streams: false,
        }
    }

    /// A program in /usr/bin that computes.
    pub const fn new(name: &'static str, run: Run, help: &'static str) -> Program {
        Program::row(name, Entry::Run(run), help)
    }

    /// A program in /usr/bin that goes on.
    pub const fn job(name: &'static str, start: Start, help: &'static str) -> Program {
        Program::row(name, Entry::Job(start), help)
    }

    /// A script.
    pub const fn script(name: &'static str, text: &'static str, help: &'static str) -> Program {
        Program::row(name, Entry::Script(text), help)
    }

    /// A shell.
    pub const fn shell(name: &'static str) -> Program {
        Program::row(name, Entry::Shell, "")
    }

    /// One that is in /usr/sbin.
    pub const fn in_sbin(mut self) -> Program {
        self.folder = "/usr/sbin";
        self
    }

    /// One that is in a folder of its own.
    pub const fn in_folder(mut self, folder: &'static str) -> Program {
        self.folder = folder;
        self
    }

    /// One that only a host with a mail server has.
    pub const fn with_mail(mut self) -> Program {
        self.needs_mail = true;
        self
    }

    /// One that prints while it reads.
    pub const fn streaming(mut self) -> Program {
        self.streams = true;
        self
    }
}
