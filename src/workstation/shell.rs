//! What the full build has behind its terminal.

use std::collections::VecDeque;

use crate::network::World;
use crate::scenario::Workstation;
use crate::workstation::front::Signal;
use crate::workstation::job::Job;
use crate::workstation::line::history::History;
use crate::workstation::parse::{parse, Command, Join};
use crate::workstation::pipeline;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::telnet::Telnet;
use crate::workstation::screen::{Screen, Voice};

/// Stands for the exit status of the command before.
const STATUS: char = '\u{E03F}';

/// The shell, and the program in front of it.
#[derive(Debug)]
pub struct Seat {
    workstation: Workstation,
    /// Commands of the current line that have not run yet.
    rest: VecDeque<(Join, Command)>,
    job: Option<Job>,
    /// The directory that the shell is in.
    directory: String,
    /// Where it was before ssh, innermost last.
    before: Vec<(Workstation, String)>,
    /// A program has ended and the rest of its line is to be run.
    resume: bool,
    status: i32,
    signal: Option<Signal>,
}

impl Seat {
    /// A shell that shows its first prompt.
    pub fn new(workstation: Workstation, screen: &mut Screen) -> Seat {
        let seat = Seat {
            directory: workstation.home(),
            before: Vec::new(),
            workstation,
            rest: VecDeque::new(),
            job: None,
            resume: false,
            status: 0,
            signal: None,
        };
        seat.show_prompt(screen);
        seat
    }

    /// Where and as whom the learner is logged in.
    pub fn workstation(&self) -> &Workstation {
        &self.workstation
    }

    /// Whether a program runs in front of the shell.
    pub fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    /// What the surroundings are to know, once.
    pub fn signal(&mut self) -> Option<Signal> {
        self.signal.take()
    }

    /// The prompt that is shown, if any.
    pub fn prompt(&self) -> Option<String> {
        match &self.job {
            Some(job) => job.prompt().map(str::to_string),
            None => Some(self.workstation.prompt_in(&self.short_directory())),
        }
    }

    fn show_prompt(&self, screen: &mut Screen) {
        let text = self.workstation.prompt_in(&self.short_directory());
        screen.write(Voice::Prompt, &text);
    }

    /// The directory, as the prompt shows it.
    fn short_directory(&self) -> String {
        let home = self.workstation.home();
        match self.directory.strip_prefix(&home) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("~{rest}"),
            _ => self.directory.clone(),
        }
    }

    /// cd, ssh and the end of ssh, and all that is no telnet: whether the command was one of them.
    fn run_full(&mut self, command: &Command, world: &mut World, screen: &mut Screen) -> bool {
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
                screen.write(Voice::Workstation, &text);
                self.status = 0;
            }
            ("cd", words) => {
                let wanted = words.first().copied().unwrap_or("~").to_string();
                let Workstation { host, user, .. } = &self.workstation;
                let at = Machine::new(world, host, user, &self.directory, None);
                let path = at.path(&wanted);
                if at.is_directory(&path) {
                    (self.directory, self.status) = (path, 0);
                } else {
                    let why = match at.read(&path) {
                        Some(_) => "Not a directory",
                        None => "No such file or directory",
                    };
                    let text = format!("bash: cd: {wanted}: {why}\n");
                    screen.write(Voice::Workstation, &text);
                    self.status = 1;
                }
            }
            ("ssh", words) => self.log_in(words, world, screen),
            _ => {
                match pipeline::Pipeline::start(command, &self.workstation, &self.directory, world)
                {
                    Ok(mut pipeline) => match pipeline.advance(world, screen) {
                        Some(status) => self.status = status,
                        None => self.job = Some(Job::Pipeline(Box::new(pipeline))),
                    },
                    Err(why) => {
                        screen.write(Voice::Workstation, &format!("bash: {why}\n"));
                        self.status = 1;
                    }
                }
            }
        }
        true
    }

    /// ssh: the prompt of another host.
    fn log_in(&mut self, words: &[&str], world: &World, screen: &mut Screen) {
        let target = words.iter().find(|w| !w.starts_with('-'));
        let Some(target) = target else {
            let text = "usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [user@]host\n";
            screen.write(Voice::Workstation, text);
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
                screen.write(Voice::Workstation, &problem.unwrap_or_default());
                self.status = 255;
            }
        }
    }

    fn leave(&mut self, screen: &mut Screen) {
        self.rest.clear();
        self.signal = Some(Signal::Exit);
        self.show_prompt(screen);
    }

    /// Ctrl-D on an empty line.
    pub fn end_of_input(&mut self, world: &mut World, screen: &mut Screen) {
        match &mut self.job {
            None => {
                screen.write(Voice::Typed, "exit\n");
                self.leave(screen);
            }
            Some(job) => job.end_of_input(world, screen),
        }
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self, typed: &str, world: &mut World, screen: &mut Screen) {
        match &mut self.job {
            Some(job) => job.interrupt(typed, world, screen),
            None => {
                screen.write(Voice::Typed, typed);
                screen.write(Voice::Workstation, "^C\n");
                self.status = 130;
                self.show_prompt(screen);
            }
        }
    }

    /// Ctrl-], which only telnet knows.
    pub fn escape(&mut self, screen: &mut Screen) {
        self.job.iter_mut().for_each(|job| job.escape(screen));
    }

    /// Goes on as far as possible.
    pub fn advance(&mut self, world: &mut World, screen: &mut Screen, history: &History) {
        loop {
            if std::mem::take(&mut self.resume) {
                self.go_on(world, screen, history);
            }
            match self.job.as_mut().map(|job| job.advance(world, screen)) {
                Some(Some(status)) => self.finish(status),
                _ => return,
            }
        }
    }

    /// Whether the next line that is typed is read.
    pub fn is_ready(&self, world: &World) -> bool {
        self.job.as_ref().is_none_or(|job| job.is_ready(world))
    }

    /// A line has been typed.
    pub fn line(&mut self, line: &str, world: &mut World, screen: &mut Screen) {
        if let Some(job) = &mut self.job {
            if let Some(status) = job.line(line, world, screen) {
                self.finish(status);
            }
            return;
        }
        match parse(line, &self.variables()) {
            Ok(commands) => {
                self.rest = commands.into();
                self.resume = true;
            }
            Err(problem) => {
                screen.write(Voice::Workstation, &format!("bash: {problem}\n"));
                self.status = 2;
                self.show_prompt(screen);
            }
        }
    }

    fn variables(&self) -> Vec<(String, String)> {
        let user = self.workstation.user.clone();
        vec![
            // Known when its command runs, not when the line is read.
            ("?".into(), STATUS.into()),
            ("HOME".into(), self.workstation.home()),
            ("HOSTNAME".into(), self.workstation.host.clone()),
            ("LOGNAME".into(), user.clone()),
            ("PWD".into(), self.directory.clone()),
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
    fn go_on(&mut self, world: &mut World, screen: &mut Screen, history: &History) {
        while let Some((join, command)) = self.rest.pop_front() {
            let runs = match join {
                Join::Always => true,
                Join::IfGood => self.status == 0,
                Join::IfBad => self.status != 0,
            };
            if !runs || command.words.is_empty() {
                continue;
            }
            let command = command.with(STATUS, &self.status.to_string());
            let left = self.run(&command, world, screen, history);
            if left || self.job.is_some() {
                return;
            }
        }
        self.show_prompt(screen);
    }

    /// Runs one command; whether it has left the shell.
    fn run(
        &mut self,
        command: &Command,
        world: &mut World,
        screen: &mut Screen,
        history: &History,
    ) -> bool {
        if self.run_full(command, world, screen) {
            return false;
        }
        let name = command.words[0].as_str();
        let arguments = &command.words[1..];
        match name {
            "telnet" => {
                let from = &self.workstation.host;
                let telnet = Telnet::start(arguments, from, world, screen);
                self.job = Some(Job::Telnet(telnet));
            }
            "clear" | "reset" => {
                screen.clear();
                self.status = 0;
            }
            "history" => {
                screen.write(Voice::Workstation, &history.list());
                self.status = 0;
            }
            "exit" | "logout" => {
                self.leave(screen);
                return true;
            }
            _ => {}
        }
        false
    }
}
