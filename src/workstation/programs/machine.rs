//! Where a program runs: the host, the person, the directory, its input and its output.

use std::fmt;

use crate::network::World;
use crate::smtp::bytes::decode;
use crate::time::Time;
use crate::workstation::programs::io::{Io, Read, Sleep, Take};
use crate::workstation::programs::noise::{is_endless, noise, ALL};
use crate::workstation::programs::output::{Become, Output};
use crate::workstation::screen::Voice;

/// Where a program runs.
#[derive(Debug)]
pub struct Machine<'a> {
    /// The network with its hosts.
    pub world: &'a mut World,
    /// The host.
    pub host: &'a str,
    /// Who runs it.
    pub user: &'a str,
    /// The directory that it is in.
    pub directory: &'a str,
    input: Option<&'a str>,
    is_whole: bool,
    io: Option<&'a mut (dyn Io + 'a)>,
    has_moved: bool,
    next: Option<Become>,
    work: Option<Work>,
    /// What can be read under paths such as /dev/fd/63.
    open: &'a [(String, String)],
}

/// Does the next piece of what is to be done, putting what it says into an output; whether there is more.
type Go = dyn FnMut(&mut Machine, &mut Output) -> bool;

/// What a program that computes has still to do.
pub struct Work(Box<Go>);

impl Work {
    /// Does the next piece; whether there is more to do.
    pub fn go_on(&mut self, at: &mut Machine, output: &mut Output) -> bool {
        (self.0)(at, output)
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Work")
    }
}

/// An operand that names something to read: its text, or why there is none.
pub type Source = (String, Result<String, &'static str>);

/// What a program that goes on has read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A line, without its end.
    Text(String),
    /// There is no more.
    End,
    /// Nothing yet.
    Wait,
}

impl<'a> Machine<'a> {
    /// A place for a program.
    pub fn new(
        world: &'a mut World,
        host: &'a str,
        user: &'a str,
        directory: &'a str,
        input: Option<&'a str>,
    ) -> Machine<'a> {
        Machine {
            world,
            host,
            user,
            directory,
            input,
            is_whole: true,
            io: None,
            has_moved: false,
            next: None,
            work: None,
            open: &[],
        }
    }

    /// Texts that stand open under paths of their own.
    pub fn set_open(&mut self, open: &'a [(String, String)]) {
        self.open = open;
    }

    /// A text that stands open under a path.
    pub fn opened(&self, path: &str) -> Option<&'a str> {
        let found = self.open.iter().find(|(p, _)| p == path);
        found.map(|(_, text)| text.as_str())
    }

    /// Puts the place into a system, and says whether its input is all that there will be.
    pub fn attach(&mut self, io: &'a mut (dyn Io + 'a), is_whole: bool) {
        self.io = Some(io);
        self.is_whole = is_whole;
    }

    /// All that there is to read on the program's input.
    ///
    /// # Errors
    /// It is not there yet: the program returns that, and is called again when it is. So a program
    /// asks for its input before it changes anything.
    pub fn input(&self) -> Result<&'a str, Output> {
        self.input.ok_or_else(Output::waiting)
    }

    /// The same place with a text to read.
    pub fn with_input<T>(&mut self, text: &str, act: impl FnOnce(&mut Machine) -> T) -> T {
        let mut inner = Machine::new(self.world, self.host, self.user, self.directory, Some(text));
        act(&mut inner)
    }

    /// Whether [`Machine::input`] gives all of it. A program that streams is also called with the
    /// beginning; if it can say nothing about that yet it returns [`Output::waiting`].
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// What operands name: files, the input for `-`, and the input where there are none.
    ///
    /// # Errors
    /// As [`Machine::input`].
    pub fn sources(&self, names: &[&str]) -> Result<Vec<Source>, Output> {
        let names = if names.is_empty() { &["-"] } else { names };
        let read = |name: &&str| {
            let text = match *name {
                "-" | "/dev/stdin" | "/dev/fd/0" => Ok(self.input()?.to_string()),
                name if is_endless(name) => Ok(noise(name, ALL)),
                name => self.text(name).map_err(|errno| errno.text()),
            };
            Ok((name.to_string(), text))
        };
        names.iter().map(read).collect()
    }

    /// Whether this host has a mail server.
    pub fn has_mail(&self) -> bool {
        has_mail(self.world, self.host)
    }

    fn io<T>(&mut self, act: impl FnOnce(&mut dyn Io, &mut World) -> T) -> Option<T> {
        match &mut self.io {
            Some(io) => Some(act(&mut **io, self.world)),
            None => None,
        }
    }

    /// Reads what is there on the program's input.
    pub fn read_input(&mut self, take: Take) -> Read {
        let read = self.io(|io, world| io.read(0, take, world));
        let read = read.unwrap_or(Read::End);
        self.has_moved |= matches!(read, Read::Bytes(_));
        read
    }

    /// Reads a line, keeping in `begun` what has come of it when there is not all of it yet. Only
    /// a program that asks for a line at the terminal is given one.
    pub fn read_line(&mut self, begun: &mut Vec<u8>) -> Line {
        loop {
            match self.read_input(Take::LINE) {
                Read::Bytes(bytes) => begun.extend(bytes),
                Read::Wait => return Line::Wait,
                Read::End | Read::Fault(_) if begun.is_empty() => return Line::End,
                Read::End | Read::Fault(_) => begun.push(b'\n'),
            }
            if begun.last() == Some(&b'\n') {
                let line = std::mem::take(begun);
                let line = line.strip_suffix(b"\n").unwrap_or(&line);
                return Line::Text(decode(line).into_owned());
            }
        }
    }

    /// Reads a line from the keyboard, wherever the input comes from.
    pub fn type_line(&mut self, begun: &mut Vec<u8>) -> Line {
        match self.io(|io, world| io.read(-1, Take::LINE, world)) {
            Some(Read::Bytes(bytes)) => {
                self.has_moved = true;
                begun.extend(bytes);
                match begun.ends_with(b"\n") {
                    true => {
                        let line = std::mem::take(begun);
                        let line = line.strip_suffix(b"\n").unwrap_or(&line);
                        Line::Text(decode(line).into_owned())
                    }
                    false => Line::Wait,
                }
            }
            Some(Read::Wait) => Line::Wait,
            _ => Line::End,
        }
    }

    /// Prints, in a voice. A program that prints where nobody reads any more is ended.
    pub fn say(&mut self, voice: Voice, text: &str) {
        if text.is_empty() {
            return;
        }
        self.has_moved = true;
        let said = self.io(|io, world| io.write(1, voice, text, world));
        if said == Some(Err("")) {
            self.io(|io, _| io.kill(0, crate::workstation::programs::io::signal::PIPE));
        }
    }

    /// Prints.
    pub fn print(&mut self, text: &str) {
        self.say(Voice::Workstation, text);
    }

    /// Complains.
    pub fn complain(&mut self, text: &str) {
        self.has_moved |= !text.is_empty();
        // There may be nobody to hear it.
        let _ = self.io(|io, world| io.write(2, Voice::Workstation, text, world));
    }

    /// The path of the file that the output goes to.
    pub fn output_path(&self) -> Option<&str> {
        self.io.as_ref()?.path(1)
    }

    /// Whether the input is a file.
    pub fn reads_file(&self) -> bool {
        self.io.as_ref().is_some_and(|io| io.path(0).is_some())
    }

    /// Whether input (0), output (1) or error output (2) is the terminal.
    pub fn is_terminal(&self, descriptor: i32) -> bool {
        self.io
            .as_ref()
            .is_some_and(|io| io.is_terminal(descriptor))
    }

    /// A variable of the environment.
    pub fn variable(&self, name: &str) -> Option<String> {
        let io = self.io.as_ref()?;
        io.variable(name).map(str::to_string)
    }

    /// The environment.
    pub fn environment(&self) -> Vec<(String, String)> {
        self.io.as_ref().map_or(Vec::new(), |io| io.environment())
    }

    /// The system, for what is not said here.
    pub fn system(&mut self) -> Option<&mut (dyn Io + 'a)> {
        self.io.as_deref_mut()
    }

    /// Starts a program beside this one, with the same input and output.
    ///
    /// # Errors
    /// What the shell says where it cannot be started, and the status.
    pub fn spawn(&mut self, what: &Become) -> Result<u32, (String, i32)> {
        self.has_moved = true;
        let none = || Err((String::new(), 127));
        self.io(|io, world| io.spawn(what, world))
            .unwrap_or_else(none)
    }

    /// Runs a program to its end, with this to read: what it prints, what it complains of, its status.
    pub fn aside(&mut self, words: &[String], input: &[u8]) -> (String, String, Option<i32>) {
        let said = self.io(|io, world| io.aside(words, input, world));
        said.unwrap_or_default()
    }

    /// Does nothing before then, unless something else happens; `is_endless` where it would go on
    /// like this for ever.
    pub fn wake_at(&mut self, until: Time, is_endless: bool) {
        self.doze(until, None, is_endless);
    }

    /// Sleeps until then. Nobody has to wait for all of that: from the second moment on the clock
    /// is put forward.
    pub fn sleep_until(&mut self, until: Time, patience: Time) {
        self.doze(until, Some(patience), false);
    }

    fn doze(&mut self, until: Time, patience: Option<Time>, is_endless: bool) {
        let sleep = Sleep {
            until,
            patience,
            is_endless,
        };
        self.io(|io, _| io.sleep(sleep));
    }

    /// Another program takes the place of this one when it returns.
    pub fn become_other(&mut self, what: Become) {
        self.next = Some(what);
    }

    /// A program that computes has more to do once it has returned: this, again and again while it says so.
    /// What looks at each line of a text does it so, that nobody waits for all of them.
    pub fn goes_on(&mut self, go: impl FnMut(&mut Machine, &mut Output) -> bool + 'static) {
        self.work = Some(Work(Box::new(go)));
    }

    /// What it goes on with.
    pub fn take_work(&mut self) -> Option<Work> {
        self.work.take()
    }

    /// Whether it has read or printed anything.
    pub fn has_moved(&self) -> bool {
        self.has_moved
    }

    /// What takes its place.
    pub fn take_next(&mut self) -> Option<Become> {
        self.next.take()
    }
}

/// Whether a host has a mail server.
pub fn has_mail(world: &World, host: &str) -> bool {
    world.host(host).is_some_and(|h| h.server.is_some())
}
