//! WORKSTATION: the learner's shell, its line editor, its screen and its programs.

pub mod builtin;
pub mod command_line;
pub mod editor;
pub mod key;
pub mod screen;
pub mod telnet;

use std::collections::VecDeque;

use crate::scenario::Workstation;
use crate::world::World;
use command_line::{parse, Command, Join};
use editor::Editor;
use key::Key;
use screen::{Screen, Voice};
use telnet::Telnet;

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
    job: Option<Telnet>,
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
            .replace("\\w", "~")
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
            ("?".into(), self.status.to_string()),
            ("HOME".into(), format!("/home/{user}")),
            ("HOSTNAME".into(), self.workstation.host.clone()),
            ("LOGNAME".into(), user.clone()),
            ("PWD".into(), format!("/home/{user}")),
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
            let left = self.run(&command, world);
            if left || self.job.is_some() {
                return;
            }
        }
        self.prompt();
    }

    /// Runs one command; whether it has left the shell.
    fn run(&mut self, command: &Command, world: &mut World) -> bool {
        let name = command.words[0].as_str();
        let arguments = &command.words[1..];
        match name {
            "telnet" => {
                let mut job =
                    Telnet::start(arguments, &self.workstation.host, world, &mut self.screen);
                match job.advance(world, &mut self.screen) {
                    Some(status) => self.status = status,
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
                let (text, status) = builtin::run(name, arguments, &self.workstation);
                self.screen.write(Voice::Workstation, &text);
                self.status = status;
            }
        }
        false
    }
}
