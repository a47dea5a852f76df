//! What a process may ask of the system.

use crate::files::who::Who;
use crate::network::World;
use crate::smtp::bytes::encode;
use crate::workstation::programs::files::{files, who};
use crate::workstation::programs::io::{signal, Io, Listed, Read, Sleep, State, Take};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Become;
use crate::workstation::screen::Voice;
use crate::workstation::system::aside;
use crate::workstation::system::kernel::{Body, Kernel, Os, Process, Step, LINE};
use crate::workstation::system::open::{Connection, Handle, Open};
use std::rc::Rc;

/// How many processes there may be at once.
const PROCESSES: usize = 120;

/// How many programs may take each other's place (`env env … true`).
const PLACES: u32 = 100;

/// Bytes that are as much work as a word that is handed to a program.
const WORD: usize = 32;

/// Rows that a screen holds before a program that fills it is stopped.
const ROWS: usize = 100_000;

impl Os<'_> {
    /// The process itself.
    pub fn me(&self) -> &Process {
        &self.system.processes[self.at]
    }

    /// The process itself.
    pub fn me_mut(&mut self) -> &mut Process {
        &mut self.system.processes[self.at]
    }

    /// A process beside this one, which has everything that this one has.
    pub fn fork(&mut self, body: Box<dyn Body>) -> Option<u32> {
        let count = self.system.processes.len();
        if count >= PROCESSES {
            return None;
        }
        let pid = self.system.number();
        let me = self.me();
        let child = Process {
            pid,
            parent: me.pid,
            group: me.group,
            host: me.host.clone(),
            user: me.user.clone(),
            directory: me.directory.clone(),
            environment: me.environment.clone(),
            descriptors: me.descriptors.clone(),
            umask: me.umask,
            words: me.words.clone(),
            body: Some(body),
            state: State::Running,
            sleep: None,
            begun: me.begun,
            is_news: false,
            pending: Vec::new(),
            places: 0,
        };
        self.system.processes.push(child);
        Some(pid)
    }

    /// A process by its number.
    pub fn process(&mut self, pid: u32) -> Option<&mut Process> {
        self.system.processes.iter_mut().find(|p| p.pid == pid)
    }

    /// Reads from the terminal.
    fn read_terminal(&mut self, take: Take) -> Read {
        let (group, pid) = (self.me().group, self.me().pid);
        let terminal = &mut self.system.terminal;
        if group != terminal.group {
            self.kill(pid, signal::TTIN);
            return Read::Wait;
        }
        let bytes = take.from(&mut terminal.typed);
        if !bytes.is_empty() {
            return Read::Bytes(bytes);
        }
        if std::mem::take(&mut terminal.ends) {
            return Read::End;
        }
        terminal.is_wanted = true;
        Read::Wait
    }

    /// Sends a signal to all processes of a group.
    pub fn kill_group(&mut self, group: u32, signal: u8) -> bool {
        let members = self.system.processes.iter_mut();
        let mut any = false;
        for process in members.filter(|p| p.group == group && !p.state.has_ended()) {
            process.pending.push(signal);
            any = true;
        }
        any
    }
}

impl Io for Os<'_> {
    fn aside(
        &mut self,
        words: &[String],
        input: &[u8],
        world: &mut World,
    ) -> (String, String, Option<i32>) {
        let depth = self.system.depth + 1;
        if depth > aside::DEEPEST + 1 {
            return Default::default();
        }
        let me = self.me();
        let place = (me.host.clone(), me.user.clone(), me.directory.clone());
        let environment = me.environment.clone();
        let launch = self.system.launch;
        let found = aside::run(world, (launch, depth), place, words, input, &mut |kernel| {
            kernel.os.me_mut().environment = environment.clone();
            launch(words, kernel)
        });
        (found.output, found.error, found.status)
    }

    fn read(&mut self, descriptor: i32, take: Take, world: &mut World) -> Read {
        match self.me().open(descriptor).cloned() {
            _ if descriptor < 0 => self.read_terminal(take),
            None => Read::Fault("Bad file descriptor"),
            Some(handle) if handle.is_terminal() => self.read_terminal(take),
            Some(handle) => {
                let read = handle.read(take, world);
                if let Read::Bytes(bytes) = &read {
                    self.system.printed += bytes.len() / LINE;
                }
                read
            }
        }
    }

    fn write(
        &mut self,
        descriptor: i32,
        voice: Voice,
        text: &str,
        world: &mut World,
    ) -> Result<(), &'static str> {
        let handle = self.me().open(descriptor).cloned();
        let handle = handle.ok_or("Bad file descriptor")?;
        if !handle.is_terminal() {
            self.system.printed += text.len() / LINE;
            return handle.write(&encode(text), world);
        }
        self.system.printed += text.matches('\n').count();
        if self.screen.floods(ROWS) {
            let (screen, group) = (&mut *self.screen, self.system.terminal.group);
            screen.write(
                Voice::Workstation,
                "\n(Stopped: this is too much for a terminal.)\n",
            );
            self.kill_group(group, signal::KILL);
            return Ok(());
        }
        self.screen.write(voice, text);
        Ok(())
    }

    fn is_terminal(&self, descriptor: i32) -> bool {
        self.me().open(descriptor).is_some_and(|h| h.is_terminal())
    }

    fn path(&self, descriptor: i32) -> Option<&str> {
        self.me().open(descriptor)?.path()
    }

    fn variable(&self, name: &str) -> Option<&str> {
        let mut all = self.me().environment.iter();
        all.find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    fn environment(&self) -> Vec<(String, String)> {
        self.me().environment.to_vec()
    }

    fn sleep(&mut self, sleep: Sleep) {
        self.me_mut().sleep = Some(sleep);
    }

    fn spawn(&mut self, what: &Become, world: &mut World) -> Result<u32, (String, i32)> {
        let nobody = Box::new(Nobody);
        let Some(pid) = self.fork(nobody) else {
            return Err(("fork: Resource temporarily unavailable".into(), 254));
        };
        let at = self.system.processes.len() - 1;
        let mut kernel = self.kernel_of(at, world);
        if what.is_deaf {
            kernel.os.me_mut().redirect(0, Some(Open::text(Vec::new())));
        }
        let body = kernel.launch(what);
        match body {
            Ok(body) => {
                self.system.processes[at].body = Some(body);
                Ok(pid)
            }
            Err(why) => {
                self.system.processes.truncate(at);
                Err(why)
            }
        }
    }

    fn state(&mut self, pid: u32) -> Option<State> {
        let me = self.me().pid;
        let place = self.system.place(pid)?;
        let process = &mut self.system.processes[place];
        if process.parent == me && process.state.has_ended() {
            // Nobody will ask again.
            process.parent = 1;
        }
        Some(process.state)
    }

    fn kill(&mut self, pid: u32, signal: u8) -> bool {
        let pid = if pid == 0 { self.me().pid } else { pid };
        match self.process(pid).filter(|p| !p.state.has_ended()) {
            Some(process) => {
                process.pending.push(signal);
                true
            }
            None => false,
        }
    }

    fn processes(&self) -> Vec<Listed> {
        let front = self.system.terminal.group;
        let listed = |p: &Process| Listed {
            pid: p.pid,
            parent: p.parent,
            user: p.user.to_string(),
            host: p.host.to_string(),
            words: p.words.to_vec(),
            state: p.state,
            begun: p.begun,
            is_in_front: p.group == front,
        };
        self.system.processes.iter().map(listed).collect()
    }

    fn set_echo(&mut self, shows: bool) {
        self.system.terminal.echoes = shows;
    }

    fn can_edit(&self) -> bool {
        self.system.terminal.can_edit
    }

    fn clear(&mut self) {
        self.screen.clear();
    }

    fn umask(&mut self, new: Option<u16>) -> u16 {
        let me = self.me_mut();
        let before = me.umask;
        me.umask = new.unwrap_or(before);
        before
    }
}

impl Os<'_> {
    /// The same for the process at another place.
    fn kernel_of<'b>(&'b mut self, at: usize, world: &'b mut World) -> Kernel<'b> {
        Kernel {
            world,
            os: Os {
                system: self.system,
                screen: self.screen,
                history: self.history,
                at,
            },
        }
    }
}

impl Kernel<'_> {
    /// On whose behalf things are done.
    pub fn who(&self) -> Who {
        let me = self.os.me();
        who(files(self.world, &me.host), &me.user)
    }

    /// Writes text; whether that was possible.
    pub fn write(&mut self, descriptor: i32, text: &str) -> Result<(), &'static str> {
        if text.is_empty() {
            return Ok(());
        }
        self.os
            .write(descriptor, Voice::Workstation, text, self.world)
    }

    /// Reads; what has come is text.
    pub fn read(&mut self, descriptor: i32, take: Take) -> Read {
        self.os.read(descriptor, take, self.world)
    }

    /// A program takes this process over: its user and environment change, and what it runs is
    /// given back.
    ///
    /// # Errors
    /// What the shell says, and the status.
    pub fn launch(&mut self, what: &Become) -> Result<Box<dyn Body>, (String, i32)> {
        let bytes: usize = what.words.iter().map(|w| w.len() + WORD).sum();
        self.os.system.printed += bytes / LINE;
        let me = self.os.me_mut();
        me.places += 1;
        if me.places > PLACES {
            let name = what.words.first().map_or("", String::as_str);
            let why = format!("{name}: more than {PLACES} programs in the place of one another");
            return Err((why, 126));
        }
        if let Some(user) = &what.user {
            me.user = user.as_str().into();
        }
        if let Some(host) = &what.host {
            me.host = host.as_str().into();
            me.directory = "/".into();
        }
        let mut environment = match what.is_bare {
            true => Vec::new(),
            false => me.environment.to_vec(),
        };
        for (name, value) in &what.environment {
            environment.retain(|(n, _)| n != name);
            environment.push((name.clone(), value.clone()));
        }
        me.environment = Rc::new(environment);
        me.words = what.words.clone().into();
        (self.os.system.launch)(&what.words, self)
    }

    /// The machine that a program of this process runs on, with a text to read.
    pub fn with_machine(
        &mut self,
        input: Option<&str>,
        is_whole: bool,
        open: &[(String, String)],
        run: &mut dyn FnMut(&mut Machine),
    ) {
        let me = self.os.me();
        let (host, user, directory) = (me.host.clone(), me.user.clone(), me.directory.clone());
        let mut machine = Machine::new(self.world, &host, &user, &directory, input);
        machine.attach(&mut self.os, is_whole);
        machine.set_open(open);
        run(&mut machine);
    }

    /// What stands open under a descriptor.
    pub fn open(&self, descriptor: i32) -> Option<Handle> {
        self.os.me().open(descriptor).cloned()
    }

    /// Opens a connection.
    pub fn connect(&mut self, address: &str, port: u16) -> Handle {
        let host = self.os.me().host.clone();
        let id = self.world.connect(&host, address, port);
        let connection = Connection::new(id, &self.os.system.closed);
        Rc::new(Open::Connection(connection))
    }
}

/// Stands in a process until it is known what will run there.
#[derive(Debug)]
struct Nobody;

impl Body for Nobody {
    fn step(&mut self, _: &mut Kernel) -> Step {
        Step::Waits
    }
}
