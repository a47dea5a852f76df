//! WORKSTATION: the learner's shell, its line editor, its screen and its programs.

#[cfg(feature = "full")]
pub mod job;
pub mod line;
#[cfg(feature = "full")]
pub mod pipeline;
pub mod programs;
pub mod screen;

use std::collections::VecDeque;

use crate::network::World;
use crate::scenario::Workstation;
#[cfg(feature = "full")]
use job::Job;
use line::editor::Editor;
use line::key::Key;
use line::parse::{parse, Command, Join};
use programs::telnet::Telnet;
use screen::{Screen, Voice};

/// In the light build telnet is the only program that stays.
#[cfg(not(feature = "full"))]
type Job = Telnet;

/// Stands for the exit status of the command before.
#[cfg(feature = "full")]
const STATUS: char = '\u{E03F}';

/// What the shell wants its surroundings to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The learner has left the shell (`exit`, Ctrl-D).
    Exit,
}

/// A shell at a workstation.
#[derive(Debug)]
pub struct Shell {
    workstation: Workstation,
    /// What the learner sees.
    pub screen: Screen,
    /// The line that is being typed.
    pub editor: Editor,
    /// Lines of the shell, oldest first, and lines typed to a program.
    history: [Vec<String>; 2],
    /// Lines that wait until the program in front reads them.
    ahead: VecDeque<Typed>,
    /// Commands of the current line that have not run yet.
    rest: VecDeque<(Join, Command)>,
    job: Option<Job>,
    /// The directory that the shell is in.
    #[cfg(feature = "full")]
    directory: String,
    /// Where it was before ssh, innermost last.
    #[cfg(feature = "full")]
    before: Vec<(Workstation, String)>,
    /// A program has ended and the rest of its line is to be run.
    resume: bool,
    status: i32,
    signal: Option<Signal>,
}

/// Input that waits for its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Typed {
    Line(String),
    Escape,
}

impl Shell {
    /// A shell that shows its first prompt.
    pub fn new(workstation: Workstation) -> Shell {
        let mut shell = Shell {
            #[cfg(feature = "full")]
            directory: workstation.home(),
            #[cfg(feature = "full")]
            before: Vec::new(),
            workstation,
            screen: Screen::default(),
            editor: Editor::default(),
            history: [Vec::new(), Vec::new()],
            ahead: VecDeque::new(),
            rest: VecDeque::new(),
            job: None,
            resume: false,
            status: 0,
            signal: None,
        };
        shell.prompt();
        shell
    }

    /// The prompt of the shell: `safeer@penguinpower:~$ `.
    pub fn prompt_text(&self) -> String {
        let host = self.workstation.host.split('.').next().unwrap_or("");
        self.workstation
            .prompt
            .replace("\\u", &self.workstation.user)
            .replace("\\h", host)
            .replace("\\w", AsRef::<str>::as_ref(&self.short_directory()))
    }

    /// The directory, as the prompt shows it.
    #[cfg(feature = "full")]
    fn short_directory(&self) -> String {
        let home = self.workstation.home();
        match self.directory.strip_prefix(&home) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("~{rest}"),
            _ => self.directory.clone(),
        }
    }

    /// The light build's only directory.
    #[cfg(not(feature = "full"))]
    fn short_directory(&self) -> &'static str {
        "~"
    }

    /// cd, ssh and the end of ssh, and all that is no telnet: whether the command was one of them.
    #[cfg(feature = "full")]
    fn run_full(&mut self, command: &Command, world: &mut World) -> bool {
        let arguments: Vec<&str> = command.words[1..].iter().map(String::as_str).collect();
        let is_plain =
            command.pipe.is_empty() && command.output.is_none() && command.input.is_none();
        match (command.words[0].as_str(), arguments.as_slice()) {
            ("telnet" | "clear" | "reset" | "history", _) if is_plain => return false,
            ("exit" | "logout", _) if self.before.is_empty() => return false,
            ("exit" | "logout", _) => {
                let host = self.workstation.host.clone();
                if let Some((workstation, directory)) = self.before.pop() {
                    (self.workstation, self.directory) = (workstation, directory);
                }
                let text = format!("logout\nConnection to {host} closed.\n");
                self.screen.write(Voice::Workstation, &text);
                self.status = 0;
            }
            ("cd", words) => {
                let wanted = words.first().copied().unwrap_or("~").to_string();
                let Workstation { host, user, .. } = &self.workstation;
                let at = programs::machine::Machine::new(world, host, user, &self.directory, None);
                let path = at.path(&wanted);
                if at.is_directory(&path) {
                    (self.directory, self.status) = (path, 0);
                } else {
                    let why = match at.read(&path) {
                        Some(_) => "Not a directory",
                        None => "No such file or directory",
                    };
                    let text = format!("bash: cd: {wanted}: {why}\n");
                    self.screen.write(Voice::Workstation, &text);
                    self.status = 1;
                }
            }
            ("ssh", words) => self.log_in(words, world),
            _ => {
                match pipeline::Pipeline::start(command, &self.workstation, &self.directory, world)
                {
                    Ok(mut pipeline) => match pipeline.advance(world, &mut self.screen) {
                        Some(status) => self.status = status,
                        None => self.job = Some(Job::Pipeline(Box::new(pipeline))),
                    },
                    Err(why) => {
                        self.screen
                            .write(Voice::Workstation, &format!("bash: {why}\n"));
                        self.status = 1;
                    }
                }
            }
        }
        true
    }

    /// ssh: the prompt of another host.
    #[cfg(feature = "full")]
    fn log_in(&mut self, words: &[&str], world: &World) {
        let target = words.iter().find(|w| !w.starts_with('-'));
        let Some(target) = target else {
            let text = "usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [user@]host\n";
            self.screen.write(Voice::Workstation, text);
            self.status = 255;
            return;
        };
        let (user, name) = match target.split_once('@') {
            Some((user, name)) => (user.to_string(), name),
            None => (self.workstation.user.clone(), *target),
        };
        let addresses = world.dns.addresses(name).unwrap_or_default();
        let host = world
            .hosts
            .iter()
            .find(|h| h.addresses.iter().any(|a| addresses.contains(a)));
        let problem = match host {
            None => Some(format!(
                "ssh: Could not resolve hostname {name}: Name or service not known\n"
            )),
            Some(host) => match &host.server {
                None => Some(format!(
                    "ssh: connect to host {name} port 22: Connection refused\n"
                )),
                // Whoever has no account there is not let in.
                Some(server) if user != "root" && !server.users.iter().any(|u| u.name == user) => {
                    Some(format!(
                        "{user}@{name}: Permission denied (publickey,password).\n"
                    ))
                }
                Some(_) => None,
            },
        };
        match (problem, host) {
            (None, Some(host)) => {
                let there = Workstation {
                    host: host.name.clone(),
                    user: user.clone(),
                    prompt: match user.as_str() {
                        "root" => "\\u@\\h:\\w# ".into(),
                        _ => "\\u@\\h:\\w$ ".into(),
                    },
                };
                let here = std::mem::replace(&mut self.workstation, there);
                let home = crate::scenario::home(&user);
                self.before
                    .push((here, std::mem::replace(&mut self.directory, home)));
                self.status = 0;
            }
            (problem, _) => {
                self.screen
                    .write(Voice::Workstation, &problem.unwrap_or_default());
                self.status = 255;
            }
        }
    }

    /// Where and as whom the learner is logged in.
    pub fn workstation(&self) -> &Workstation {
        &self.workstation
    }

    /// Whether a program runs in front of the shell.
    pub fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    /// Whether lines still wait to be read.
    pub fn has_input_waiting(&self) -> bool {
        !self.ahead.is_empty()
    }

    /// What the surroundings are to know, once.
    pub fn signal(&mut self) -> Option<Signal> {
        self.signal.take()
    }

    fn prompt(&mut self) {
        let text = self.prompt_text();
        self.screen.write(Voice::Prompt, &text);
    }

    /// Types a whole line and the Enter key, as a person would: it is read when the program in
    /// front is ready for it.
    pub fn type_line(&mut self, line: &str, world: &mut World) {
        for (i, part) in line.split('\u{1d}').enumerate() {
            if i > 0 {
                self.ahead.push_back(Typed::Escape);
            }
            // Ctrl-] takes effect at once; what follows it on the line is typed afterwards.
            let is_last = line.matches('\u{1d}').count() == i;
            if is_last && (i == 0 || !part.is_empty()) {
                self.ahead.push_back(Typed::Line(part.to_string()));
            }
        }
        self.advance(world);
    }

    /// One key.
    pub fn press(&mut self, key: Key, world: &mut World) {
        let in_program = usize::from(self.job.is_some());
        match key {
            Key::Enter => {
                let line = self.editor.take();
                self.ahead.push_back(Typed::Line(line));
                self.advance(world);
            }
            Key::Ctrl(']') if self.job.is_some() => {
                self.ahead.push_back(Typed::Escape);
                self.advance(world);
            }
            Key::Ctrl('c') => self.interrupt(world),
            Key::Ctrl('d') if self.editor.is_empty() => match &mut self.job {
                None => {
                    self.screen.write(Voice::Typed, "exit\n");
                    self.leave();
                }
                Some(job) => {
                    job.end_of_input(world, &mut self.screen);
                    self.advance(world);
                }
            },
            Key::Ctrl('l') => {
                self.screen.clear();
                let prompt = match &self.job {
                    None => Some(self.prompt_text()),
                    Some(job) => job.prompt().map(str::to_string),
                };
                if let Some(prompt) = prompt {
                    self.screen.write(Voice::Prompt, &prompt);
                }
            }
            Key::Up | Key::Ctrl('p') => self.editor.older(&self.history[in_program]),
            Key::Down | Key::Ctrl('n') => self.editor.newer(&self.history[in_program]),
            key => self.editor.press(key),
        }
    }

    fn leave(&mut self) {
        self.rest.clear();
        self.signal = Some(Signal::Exit);
        self.prompt();
    }

    /// Ctrl-C: what was typed is dropped, and so is what waits to be read; a program decides
    /// for itself what it does about it.
    fn interrupt(&mut self, world: &mut World) {
        let typed = self.editor.take();
        self.ahead.clear();
        match &mut self.job {
            Some(job) => job.interrupt(&typed, world, &mut self.screen),
            None => {
                self.screen.write(Voice::Typed, &typed);
                self.screen.write(Voice::Workstation, "^C\n");
                self.status = 130;
                self.prompt();
            }
        }
        self.advance(world);
    }

    /// Goes on as far as possible: shows what has come, and reads lines that wait.
    pub fn advance(&mut self, world: &mut World) {
        loop {
            if std::mem::take(&mut self.resume) {
                self.go_on(world);
                continue;
            }
            if let Some(job) = &mut self.job {
                if let Some(status) = job.advance(world, &mut self.screen) {
                    self.finish(status);
                    continue;
                }
                if !job.is_ready(world) {
                    return;
                }
            }
            match self.ahead.pop_front() {
                None => return,
                Some(Typed::Escape) => {
                    if let Some(job) = &mut self.job {
                        job.escape(&mut self.screen);
                    }
                }
                Some(Typed::Line(line)) => self.enter(line, world),
            }
        }
    }

    /// A line has been read by the program in front, or by the shell.
    fn enter(&mut self, line: String, world: &mut World) {
        self.screen.write(Voice::Typed, &line);
        self.screen.write(Voice::Typed, "\n");
        let history = &mut self.history[usize::from(self.job.is_some())];
        if !line.trim().is_empty() && history.last() != Some(&line) {
            history.push(line.clone());
        }
        if let Some(job) = &mut self.job {
            if let Some(status) = job.line(&line, world, &mut self.screen) {
                self.finish(status);
            }
            return;
        }
        match parse(&line, &self.variables()) {
            Ok(commands) => {
                self.rest = commands.into();
                self.go_on(world);
            }
            Err(problem) => {
                self.screen
                    .write(Voice::Workstation, &format!("bash: {problem}\n"));
                self.status = 2;
                self.prompt();
            }
        }
    }

    fn variables(&self) -> Vec<(String, String)> {
        let user = self.workstation.user.clone();
        vec![
            // Known when its command runs, not when the line is read.
            #[cfg(feature = "full")]
            ("?".into(), STATUS.into()),
            #[cfg(not(feature = "full"))]
            ("?".into(), self.status.to_string()),
            ("HOME".into(), self.workstation.home()),
            ("HOSTNAME".into(), self.workstation.host.clone()),
            ("LOGNAME".into(), user.clone()),
            #[cfg(feature = "full")]
            ("PWD".into(), self.directory.clone()),
            #[cfg(not(feature = "full"))]
            ("PWD".into(), self.workstation.home()),
            ("SHELL".into(), "/bin/bash".into()),
            ("USER".into(), user),
        ]
    }

    /// A program has ended.
    fn finish(&mut self, status: i32) {
        self.job = None;
        self.status = status;
        self.resume = true;
    }

    /// Runs the commands that are left on the line, until one takes the terminal.
    fn go_on(&mut self, world: &mut World) {
        while let Some((join, command)) = self.rest.pop_front() {
            let runs = match join {
                Join::Always => true,
                Join::IfGood => self.status == 0,
                Join::IfBad => self.status != 0,
            };
            if !runs || command.words.is_empty() {
                continue;
            }
            #[cfg(feature = "full")]
            let command = command.with(STATUS, &self.status.to_string());
            let left = self.run(&command, world);
            if left || self.job.is_some() {
                return;
            }
        }
        self.prompt();
    }

    /// Runs one command; whether it has left the shell.
    fn run(&mut self, command: &Command, world: &mut World) -> bool {
        #[cfg(feature = "full")]
        if self.run_full(command, world) {
            return false;
        }
        let name = command.words[0].as_str();
        let arguments = &command.words[1..];
        match name {
            "telnet" => {
                let mut job =
                    Telnet::start(arguments, &self.workstation.host, world, &mut self.screen);
                match job.advance(world, &mut self.screen) {
                    Some(status) => self.status = status,
                    #[cfg(feature = "full")]
                    None => self.job = Some(Job::Telnet(job)),
                    #[cfg(not(feature = "full"))]
                    None => self.job = Some(job),
                }
            }
            "clear" | "reset" => {
                self.screen.clear();
                self.status = 0;
            }
            "history" => {
                for (i, line) in self.history[0].iter().enumerate() {
                    let text = format!("{:5}  {line}\n", i + 1);
                    self.screen.write(Voice::Workstation, &text);
                }
                self.status = 0;
            }
            "exit" | "logout" => {
                self.leave();
                return true;
            }
            _ => {
                let (text, status) = programs::builtin::run(name, arguments, &self.workstation);
                self.screen.write(Voice::Workstation, &text);
                self.status = status;
            }
        }
        false
    }
}
