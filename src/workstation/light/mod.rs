//! What the light build has behind its terminal: a shell that reads words, quotes and lists, some
//! programs that print, and telnet.

mod parse;
mod programs;

use std::collections::VecDeque;

use crate::network::World;
use crate::scenario::Workstation;
use crate::workstation::answer::{Reply, Signal};
use crate::workstation::line::history::History;
use crate::workstation::line::key::Key;
use crate::workstation::programs::telnet::Telnet;
use crate::workstation::screen::{Screen, Voice};
use parse::{parse, Command, Join};

/// A command that goes on for longer than this is run as it stands, in bytes.
const LONGEST: usize = 64 << 10;

/// The shell, and telnet while it runs.
#[derive(Debug)]
pub struct Seat {
    workstation: Workstation,
    /// Commands of the current line that have not run yet.
    rest: VecDeque<(Join, Command)>,
    telnet: Option<Telnet>,
    /// The lines so far of a command that goes on (`\\` at the end).
    begun: String,
    /// What telnet reads is a message, whose lines are not answered.
    streams: bool,
    /// A program has ended and the rest of its line is to be run.
    resume: bool,
    status: i32,
    signal: Option<Signal>,
}

impl Seat {
    /// A shell that shows its first prompt.
    pub fn new(
        workstation: Workstation,
        _: &mut World,
        screen: &mut Screen,
        _: &mut History,
    ) -> Seat {
        let seat = Seat {
            workstation,
            rest: VecDeque::new(),
            telnet: None,
            begun: String::new(),
            streams: false,
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
        self.telnet.is_some()
    }

    /// There are no processes here.
    pub fn started(&self) -> usize {
        0
    }

    /// Nothing here goes on by itself.
    pub fn is_running(&self) -> bool {
        false
    }

    /// Nobody asks for a password here.
    pub fn hides_typing(&self) -> bool {
        false
    }

    /// There are no other keys than those of the editor.
    pub fn key(
        &mut self,
        _: Key,
        _: &str,
        _: &mut World,
        _: &mut Screen,
        _: &mut History,
    ) -> Reply {
        Reply::Unknown
    }

    /// What the surroundings are to know, once.
    pub fn signal(&mut self) -> Option<Signal> {
        self.signal.take()
    }

    /// The prompt that is shown, if any: `safeer@penguinpower:~$ `.
    pub fn prompt(&self) -> Option<String> {
        match &self.telnet {
            Some(telnet) => telnet.prompt().map(str::to_string),
            None if self.begun.is_empty() => Some(self.workstation.prompt_in("~")),
            None => Some("> ".into()),
        }
    }

    fn show_prompt(&self, screen: &mut Screen) {
        screen.write(Voice::Prompt, &self.prompt().unwrap_or_default());
    }

    fn leave(&mut self, screen: &mut Screen) {
        screen.write(Voice::Typed, "exit\n");
        self.rest.clear();
        self.signal = Some(Signal::Exit);
        self.show_prompt(screen);
    }

    /// Ctrl-D on an empty line.
    pub fn end_of_input(&mut self, world: &mut World, screen: &mut Screen) {
        match &mut self.telnet {
            None => self.leave(screen),
            Some(telnet) => telnet.end_of_input(world, screen),
        }
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self, typed: &str, world: &mut World, screen: &mut Screen) {
        screen.write(Voice::Typed, typed);
        screen.write(Voice::Workstation, "^C");
        match &mut self.telnet {
            Some(telnet) => {
                telnet.interrupt(world, screen);
            }
            None => {
                screen.write(Voice::Workstation, "\n");
                self.begun.clear();
                self.status = 130;
                self.show_prompt(screen);
            }
        }
    }

    /// Ctrl-], which only telnet knows.
    pub fn escape(&mut self, _: &mut World, screen: &mut Screen, _: &mut History) {
        self.telnet.iter_mut().for_each(|t| t.escape(screen));
    }

    /// Goes on as far as possible.
    pub fn advance(&mut self, world: &mut World, screen: &mut Screen, history: &mut History) {
        loop {
            if std::mem::take(&mut self.resume) {
                self.go_on(world, screen, history);
            }
            let Some(telnet) = &mut self.telnet else {
                return;
            };
            let ended = telnet.advance(world, screen);
            // A message's lines follow one another, once the server's word that it may come is here.
            self.streams = (self.streams || telnet.is_ready(world)) && telnet.streams(world);
            match ended {
                Some(status) => self.finish(status),
                None => return,
            }
        }
    }

    /// Whether the next line that is typed is read.
    pub fn is_ready(&self, world: &World) -> bool {
        let telnet = self.telnet.as_ref();
        telnet.is_none_or(|telnet| self.streams || telnet.is_ready(world))
    }

    /// A line has been typed.
    pub fn line(
        &mut self,
        line: &str,
        world: &mut World,
        screen: &mut Screen,
        history: &mut History,
    ) {
        history.add(line, self.is_busy());
        if let Some(telnet) = &mut self.telnet {
            self.streams &= line != ".";
            if let Some(status) = telnet.line(line, world, screen) {
                self.finish(status);
            }
            return;
        }
        let backslashes = line.len() - line.trim_end_matches('\\').len();
        if backslashes % 2 == 1 && self.begun.len() < LONGEST {
            self.begun.push_str(&line[..line.len() - 1]);
            return self.show_prompt(screen);
        }
        let line = std::mem::take(&mut self.begun) + line;
        match parse(&line, &self.variables()) {
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
            ("?".into(), self.status.to_string()),
            ("HOME".into(), self.workstation.home()),
            ("HOSTNAME".into(), self.workstation.host.clone()),
            ("LOGNAME".into(), user.clone()),
            ("PWD".into(), self.workstation.home()),
            ("SHELL".into(), "/bin/bash".into()),
            ("USER".into(), user),
        ]
    }

    /// A program has ended.
    fn finish(&mut self, status: i32) {
        self.telnet = None;
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
            // Whoever may do anything anyway needs no other rights.
            let is_sudo = command.words.first().is_some_and(|w| w == "sudo");
            let words = command.words.get(usize::from(is_sudo)..).unwrap_or(&[]);
            let Some((name, arguments)) = words.split_first().filter(|_| runs) else {
                continue;
            };
            match name.as_str() {
                "telnet" => {
                    let from = &self.workstation.host;
                    self.telnet = Some(Telnet::start(arguments, from, world, screen));
                    return;
                }
                "exit" | "logout" => return self.leave(screen),
                "clear" | "reset" => {
                    screen.clear();
                    self.status = 0;
                }
                "history" => {
                    screen.write(Voice::Workstation, &history.list());
                    self.status = 0;
                }
                _ => {
                    let (text, status) = programs::run(name, arguments, &self.workstation, world);
                    screen.write(Voice::Workstation, &text);
                    self.status = status;
                }
            }
        }
        self.show_prompt(screen);
    }
}

#[cfg(test)]
mod tests {
    use crate::simulator::Simulator;

    #[test]
    fn lines_go_on_and_rights_are_there() {
        let mut simulator = Simulator::new("{}").unwrap();
        simulator.run("echo a \\\n b\nsudo echo c\necho d\\\\\n/usr/bin/swaks\nexit");
        simulator.settle();
        let text = simulator.transcript();
        for expected in [
            ":~$ echo a \\\n>  b\na b\n",
            ":~$ sudo echo c\nc\n",
            "echo d\\\\\nd\\\n",
            ":~$ exit\nexit\n",
            "swaks: No such file or directory\nswaks is not here: try help\n",
        ] {
            assert!(text.contains(expected), "{expected:?} in {text}");
        }
    }

    #[test]
    fn the_lines_of_a_message_do_not_wait_for_answers() {
        let mut simulator = crate::simulator::Simulator::new("{}").unwrap();
        let message = "A line.\n".repeat(500);
        simulator.run(&format!(
            "telnet smtp.safeer.in 25\nHELO me\nMAIL FROM:<asha@safeer.in>\nRCPT TO:<safeer@safeer.in>\n\
             DATA\n{message}.\nNOOP"
        ));
        // One for each command, and for each fifty lines.
        for _ in 0..40 {
            if let Some(at) = simulator.deadline() {
                simulator.tick(at);
            }
        }
        let text = simulator.screen().text();
        let begins = "\nDATA\n354 End data with <CR><LF>.<CR><LF>\nA line.\n";
        assert!(text.contains(begins), "{text}");
        let ends = "A line.\n.\n250 2.0.0 Ok: queued as ";
        let (_, after) = text.split_once(ends).unwrap();
        assert!(after.contains("\nNOOP\n250 2.0.0 Ok\n"), "{after}");
    }
}
