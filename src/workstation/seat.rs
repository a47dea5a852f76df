//! What the full build has behind its terminal: a system with a shell, and what runs in it.

use std::rc::Rc;

use crate::files::debian::{self, Machine};
use crate::files::node::Node;
use crate::files::who::Who;
use crate::network::World;
use crate::scenario::Workstation;
use crate::workstation::answer::{Document, Reply, Signal};
use crate::workstation::line::history::History;
use crate::workstation::line::key::Key;
use crate::workstation::programs::accounts::follow_accounts;
use crate::workstation::programs::files::{home_of, LOGS};
use crate::workstation::programs::io::{signal, State};
use crate::workstation::programs::table::HIDDEN;
use crate::workstation::programs::TABLES;
use crate::workstation::screen::{Screen, Voice};
use crate::workstation::shell::launch::{fresh, interactive, launch, login_environment};
use crate::workstation::system::kernel::Process;
use crate::workstation::system::kernel::{Kernel, Os, System};
use crate::workstation::system::open::Open;
use crate::workstation::trust;

/// The system, and the first shell in it.
#[derive(Debug)]
pub struct Seat {
    system: System,
    first: u32,
    /// Where and as whom the learner sat down.
    home: Workstation,
    /// Where and as whom the learner is now.
    now: Workstation,
    is_running: bool,
    signal: Option<Signal>,
    search: Option<Search>,
}

/// What Ctrl-R has found.
#[derive(Debug)]
struct Search {
    /// What was typed.
    wanted: String,
    /// Which line of the history it is in.
    at: usize,
    /// That line.
    line: String,
}

/// Gives every host the files that a Debian machine has.
pub fn furnish(world: &mut World, workstation: &Workstation) {
    let now = world.now();
    for host in &mut world.hosts {
        let mut users: Vec<String> = Vec::new();
        if let Some(server) = &host.server {
            users.extend(server.users.iter().map(|u| u.name.clone()));
        }
        if host.name == workstation.host && !users.contains(&workstation.user) {
            users.insert(0, workstation.user.clone());
        }
        users.retain(|u| u != "root");
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let domain = host
            .server
            .as_ref()
            .and_then(|s| s.config.expand("$mydomain").ok());
        let is_known = users.contains(&workstation.user.as_str());
        let machine = Machine {
            host: &host.name,
            mail_name: domain.as_deref(),
            users: &users,
            admin: match is_known {
                true => &workstation.user,
                false => users.first().copied().unwrap_or(""),
            },
        };
        let files = match &mut host.server {
            Some(server) => &mut server.files,
            None => &mut host.files,
        };
        files.now = now;
        for program in TABLES.iter().flat_map(|table| table.iter()) {
            let node = Node {
                mode: 0o755,
                ..Node::file("\u{7f}ELF\u{2}\u{1}\u{1}\0\0\0\0\0\0\0\0\0")
            };
            let path = format!("{}/{}", program.folder, program.name);
            let is_known = program.folder != HIDDEN;
            if is_known && files.node(&path).is_none() && (domain.is_some() || !program.needs_mail)
            {
                files.put(path, node);
            }
        }
        match &mut host.server {
            Some(server) => {
                // Members of the group adm may read it.
                let log = Node {
                    mode: 0o640,
                    gid: 4,
                    ..Node::file("")
                };
                for path in LOGS {
                    server.files.put(path, log.clone());
                }
                debian::furnish(&mut server.files, &machine);
                // The learner looks after its mail, and needs no sudo for that.
                let passwd = server.files.get("/etc/passwd").unwrap_or("");
                let learner = Who::named(&workstation.user, passwd, "");
                server.files.administrator = learner.map_or(0, |who| who.uid);
                trust::certify(&mut server.files, &host.name, &server.config, now);
                server.files.date();
                // A file of text ends with the end of a line.
                if let Some(node) = server.files.node_mut("/etc/postfix/main.cf") {
                    if !node.text.ends_with('\n') {
                        node.text.push('\n');
                    }
                }
                follow_accounts(server);
                server.find_owners();
            }
            None => {
                debian::furnish(&mut host.files, &machine);
                trust::believe(&mut host.files, now);
                host.files.date();
            }
        }
    }
}

impl Seat {
    /// A shell that shows its first prompt.
    pub fn new(
        workstation: Workstation,
        world: &mut World,
        screen: &mut Screen,
        history: &mut History,
    ) -> Seat {
        furnish(world, &workstation);
        let mut seat = Seat {
            system: System::new(launch),
            first: 0,
            home: workstation.clone(),
            now: workstation,
            is_running: false,
            signal: None,
            search: None,
        };
        seat.log_in(world, screen, history);
        seat.advance(world, screen, history);
        seat
    }

    /// Starts the first shell.
    fn log_in(&mut self, world: &mut World, screen: &mut Screen, history: &mut History) {
        let pid = self.system.number();
        self.first = pid;
        let terminal = Rc::new(Open::Terminal);
        let Workstation { host, user, prompt } = self.home.clone();
        self.system.processes.push(Process {
            pid,
            parent: 0,
            group: pid,
            directory: home_of(world, &host, &user).into(),
            host: host.into(),
            user: user.into(),
            environment: Rc::default(),
            descriptors: (0..3).map(|d| (d, terminal.clone())).collect(),
            umask: 0o022,
            words: Rc::from(["bash".to_string()]),
            body: None,
            state: State::Running,
            sleep: None,
            begun: world.now(),
            pending: Vec::new(),
            is_news: false,
            places: 0,
        });
        let at = self.system.processes.len() - 1;
        let mut kernel = Kernel {
            world,
            os: Os {
                system: &mut self.system,
                screen,
                history,
                at,
            },
        };
        let environment = login_environment(&kernel);
        kernel.os.me_mut().environment = Rc::new(environment);
        let state = fresh(&mut kernel);
        let bash = interactive(state, &prompt, &mut kernel);
        kernel.os.me_mut().body = Some(Box::new(bash));
    }

    /// Where and as whom the learner is logged in.
    pub fn workstation(&self) -> &Workstation {
        &self.now
    }

    /// The shell that shows a prompt, if one does: its place.
    fn prompting(&self) -> Option<usize> {
        let front = self.system.terminal.group;
        let asks = |p: &Process| {
            p.group == front
                && p.body
                    .as_ref()
                    .is_some_and(|b| b.is_shell() && b.prompt().is_some())
        };
        self.system.processes.iter().position(asks)
    }

    /// Whether a program runs in front of the shell.
    pub fn is_busy(&self) -> bool {
        self.prompting().is_none()
    }

    /// How many processes there have been.
    pub fn started(&self) -> usize {
        self.system.next as usize
    }

    /// Whether there is something to do at once.
    pub fn is_running(&self) -> bool {
        self.is_running
    }

    /// Whether what is typed is not to be seen.
    pub fn hides_typing(&self) -> bool {
        !self.system.terminal.echoes
    }

    /// The file that is being edited, if any.
    pub fn document(&self) -> Option<&Document> {
        let front = self.system.terminal.group;
        let mut in_front = self.system.processes.iter().filter(|p| p.group == front);
        in_front.find_map(|p| p.body.as_ref()?.document())
    }

    /// Whoever sits in front has an editor.
    pub fn let_edit(&mut self) {
        self.system.terminal.can_edit = true;
    }

    /// What the surroundings are to know, once.
    pub fn signal(&mut self) -> Option<Signal> {
        self.signal.take()
    }

    /// The prompt that is shown, if any.
    pub fn prompt(&self) -> Option<String> {
        let front = self.system.terminal.group;
        let mut in_front = self.system.processes.iter().filter(|p| p.group == front);
        in_front.find_map(|p| p.body.as_ref()?.prompt())
    }

    /// Ctrl-D on an empty line.
    pub fn end_of_input(&mut self, _: &mut World, _: &mut Screen) {
        self.system.terminal.ends = true;
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self, typed: &str, world: &mut World, screen: &mut Screen) {
        self.strike(signal::INT, typed, "^C", world, screen);
    }

    fn strike(&mut self, number: u8, typed: &str, shown: &str, _: &mut World, screen: &mut Screen) {
        screen.write(Voice::Typed, typed);
        screen.write(Voice::Workstation, shown);
        self.system.terminal.typed.clear();
        let group = self.system.terminal.group;
        let members = self
            .system
            .processes
            .iter_mut()
            .filter(|p| p.group == group);
        members.for_each(|p| match p.state.has_ended() {
            // Nobody has heard of its end yet: one that goes round in a loop is to hear of this one.
            true if number == signal::INT => p.state = State::Killed(number),
            _ => p.pending.push(number),
        });
    }

    /// Ctrl-], which only telnet knows.
    pub fn escape(&mut self, world: &mut World, screen: &mut Screen, history: &mut History) {
        let group = self.system.terminal.group;
        for at in 0..self.system.processes.len() {
            if self.system.processes[at].group == group {
                self.system
                    .with_body(at, world, screen, history, |body, k| body.escape(k));
            }
        }
    }

    /// A key that the editor does not know; whether it was one.
    pub fn key(
        &mut self,
        key: Key,
        line: &str,
        world: &mut World,
        screen: &mut Screen,
        history: &mut History,
    ) -> Reply {
        let before = self.search.take();
        if key == Key::Ctrl('r') && self.prompting().is_some() {
            return self.look_back(before, line, history);
        }
        if let Some(prompt) = self.prompt().filter(|_| before.is_some()) {
            screen.rewrite(Voice::Prompt, &prompt);
        }
        match key {
            Key::Ctrl('z') => {
                if self.is_busy() {
                    self.strike(signal::TSTP, "", "^Z", world, screen);
                }
                Reply::Done
            }
            Key::Ctrl('\\') => {
                if self.is_busy() {
                    self.strike(signal::QUIT, "", "^\\", world, screen);
                }
                Reply::Done
            }
            Key::Tab => {
                let Some(at) = self.prompting() else {
                    return Reply::Insert("\t".into());
                };
                let found = self
                    .system
                    .with_body(at, world, screen, history, |body, k| body.complete(line, k));
                let found = found.flatten().unwrap_or_default();
                if found.insert.is_empty() && !found.choices.is_empty() {
                    return Reply::Choices(found.choices);
                }
                Reply::Insert(found.insert)
            }
            _ => Reply::Unknown,
        }
    }

    /// The line before that has in it what was typed; again, the one before that.
    fn look_back(&mut self, before: Option<Search>, line: &str, history: &History) -> Reply {
        let lines = history.of(false);
        let (wanted, end) = match before.filter(|search| search.line == line) {
            Some(search) => (search.wanted, search.at),
            None => (line.to_string(), lines.len()),
        };
        let older = lines.get(..end).unwrap_or(&[]);
        let found = older.iter().rposition(|l| l.contains(&wanted) && l != line);
        let state = if found.is_some() { "" } else { "failed " };
        let row = format!("({state}reverse-i-search)`{wanted}': ");
        let at = found.unwrap_or(end);
        let found = found.and_then(|at| lines.get(at)).map_or(line, |l| l);
        let line = found.to_string();
        self.search = Some(Search { wanted, at, line });
        Reply::Show(row, found.to_string())
    }

    /// Goes on as far as possible.
    pub fn advance(&mut self, world: &mut World, screen: &mut Screen, history: &mut History) {
        self.is_running = self.system.run(world, screen, history);
        let is_over = |p: &Process| p.pid == self.first && p.state.has_ended();
        if let Some(at) = self.system.processes.iter().position(is_over) {
            // In a page there is nowhere to go: the next shell is there at once.
            self.system.processes.remove(at);
            let rest = self.system.processes.iter_mut().filter(|p| p.group != 0);
            rest.for_each(|p| p.pending.push(signal::HUP));
            self.signal = Some(Signal::Exit);
            self.log_in(world, screen, history);
            self.is_running = self.system.run(world, screen, history);
        }
        let place = self.prompting().map(|at| &self.system.processes[at]);
        if let Some(process) = place {
            self.now.host = process.host.to_string();
            self.now.user = process.user.to_string();
        }
    }

    /// Whether the next line that is typed is read.
    pub fn is_ready(&self, _: &World) -> bool {
        let terminal = &self.system.terminal;
        // At a prompt a job that is busy behind it keeps nobody from typing.
        let is_prompted = || terminal.typed.is_empty() && self.prompting().is_some();
        match self.is_running {
            true => is_prompted(),
            false => terminal.is_wanted,
        }
    }

    /// A line has been typed.
    pub fn line(&mut self, line: &str, _: &mut World, _: &mut Screen, history: &mut History) {
        if self.is_busy() {
            history.add(line, true);
        }
        let bytes = crate::smtp::bytes::encode(line);
        let typed = &mut self.system.terminal.typed;
        typed.extend(bytes);
        typed.push_back(b'\n');
    }
}
