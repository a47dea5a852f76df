//! Commands joined by pipes, from and into files: each runs when the one before it is done, which
//! nobody can tell from the outside. Three kinds wait: for the network (nc), for the learner (cat
//! without a file), for a file to grow (tail -f).

use std::collections::VecDeque;

use crate::network::World;
use crate::scenario::Workstation;
use crate::workstation::parse::Command;
use crate::workstation::programs::less::Less;
use crate::workstation::programs::netcat::Netcat;
use crate::workstation::programs::openssl::Client;
use crate::workstation::programs::ping::Ping;
use crate::workstation::programs::swaks::Swaks;
use crate::workstation::programs::{
    help,
    machine::{self, Machine},
    output::{Next, Output},
};
use crate::workstation::screen::{Screen, Voice};

/// A pipeline that runs.
#[derive(Debug)]
pub struct Pipeline {
    workstation: Workstation,
    directory: String,
    stages: VecDeque<Vec<String>>,
    /// What the next stage reads.
    input: Option<String>,
    output: Option<(String, bool)>,
    waits: Option<Waits>,
    /// What has come from the network for the next stage or a file.
    heard: String,
    status: i32,
    is_over: bool,
}

/// A program that reads a line and answers.
pub trait Dialog: std::fmt::Debug {
    /// Reads a line, or hears that there is no more (Ctrl-D); what it prints, and its exit status
    /// once it has ended.
    fn line(&mut self, line: Option<&str>, at: &mut Machine) -> (String, Option<i32>);

    /// Ctrl-C: what it prints, if it goes on.
    fn interrupt(&mut self) -> Option<&'static str> {
        None
    }
}

#[derive(Debug)]
enum Waits {
    Echo(Ping),
    Dialog(Box<dyn Dialog>),
    Network(Box<Netcat>),
    Transaction(Box<Swaks>),
    Secure(Box<Client>),
    Typing(Vec<String>, String),
    Growth(String, usize),
}

impl Pipeline {
    /// Starts a command; what bash says if a file cannot be opened.
    pub fn start(
        command: &Command,
        workstation: &Workstation,
        directory: &str,
        world: &mut World,
    ) -> Result<Pipeline, String> {
        let mut pipeline = Pipeline {
            workstation: workstation.clone(),
            directory: directory.into(),
            stages: [command.words.clone()]
                .into_iter()
                .chain(command.pipe.iter().cloned())
                .collect(),
            input: None,
            output: command.output.clone(),
            waits: None,
            heard: String::new(),
            status: 0,
            is_over: false,
        };
        let mut at = pipeline.machine(world);
        if let Some(path) = &command.input {
            let text = at.read(path);
            let text = text.ok_or_else(|| format!("{path}: No such file or directory"))?;
            pipeline.input = Some(text);
        } else if let Some((path, appends)) = &command.output {
            // The file is there, and empty, before anything runs.
            at.write(path, "", *appends)?;
        }
        Ok(pipeline)
    }

    fn machine<'a>(&'a self, world: &'a mut World) -> Machine<'a> {
        self.reading(world, None)
    }

    fn reading<'a>(&'a self, world: &'a mut World, input: Option<&'a str>) -> Machine<'a> {
        let Workstation { host, user, .. } = &self.workstation;
        Machine::new(world, host, user, &self.directory, input)
    }

    /// Goes on as far as possible; gives the exit status once it has ended.
    pub fn advance(&mut self, world: &mut World, screen: &mut Screen) -> Option<i32> {
        while !self.is_over {
            match &mut self.waits {
                Some(Waits::Network(nc)) => {
                    let (text, ended) = nc.advance(world);
                    screen.write(Voice::Workstation, &std::mem::take(&mut nc.errors));
                    let status = self.hear(Voice::Server, &text, ended, screen)?;
                    self.hung_up(status, world, screen);
                }
                Some(Waits::Transaction(swaks)) => {
                    let (text, ended) = swaks.advance(world);
                    let status = self.hear(Voice::Workstation, &text, ended, screen)?;
                    self.hung_up(status, world, screen);
                }
                Some(Waits::Secure(client)) => {
                    let (text, ended) = client.advance(world);
                    let status = self.hear(Voice::Server, &text, ended, screen)?;
                    self.hung_up(status, world, screen);
                }
                Some(Waits::Typing(..) | Waits::Dialog(_)) => return None,
                Some(Waits::Echo(ping)) => {
                    let (text, ended) = ping.advance(world);
                    let status = self.hear(Voice::Workstation, &text, ended, screen)?;
                    self.hung_up(status, world, screen);
                }
                Some(Waits::Growth(path, seen)) => {
                    let (path, seen) = (path.clone(), *seen);
                    let text = self.machine(world).read(&path).unwrap_or_default();
                    let new = text.get(seen..).unwrap_or("").to_string();
                    self.waits = Some(Waits::Growth(path, text.len()));
                    if !new.is_empty() {
                        let shown = self.through(new, world, screen);
                        self.put(&shown, world, screen);
                    }
                    return None;
                }
                None => match self.stages.pop_front() {
                    Some(words) => self.run(words, world, screen),
                    None => self.is_over = true,
                },
            }
        }
        Some(self.status)
    }

    /// What has come from the network: shown at once at the end of a pipe, else kept.
    fn hear(
        &mut self,
        voice: Voice,
        text: &str,
        ended: Option<i32>,
        screen: &mut Screen,
    ) -> Option<i32> {
        match self.stages.is_empty() && self.output.is_none() {
            true => screen.write(voice, text),
            false => self.heard.push_str(text),
        }
        ended
    }

    /// A stage that waited for the network is done.
    fn hung_up(&mut self, status: i32, world: &mut World, screen: &mut Screen) {
        self.waits = None;
        let heard = std::mem::take(&mut self.heard);
        self.done(heard, status, world, screen);
    }

    /// What the stages that are left make of a text.
    fn through(&self, text: String, world: &mut World, screen: &mut Screen) -> String {
        let mut text = text;
        for words in &self.stages {
            let output = machine::run(words, &mut self.reading(world, Some(&text)));
            let output = output.unwrap_or_default();
            screen.write(Voice::Workstation, &output.error());
            text = output.text;
        }
        text
    }

    fn run(&mut self, words: Vec<String>, world: &mut World, screen: &mut Screen) {
        let name = words.first().map_or("", String::as_str).to_string();
        let arguments = &words[1.min(words.len())..];
        let input = self.input.take();
        let has_file = arguments.iter().any(|a| !a.starts_with('-'));
        if arguments.iter().any(|a| a == "--help") {
            if let Some(output) = help::help(&name) {
                return self.printed(output, world, screen);
            }
        }
        match name.as_str() {
            "ping" => match Ping::start(arguments, world) {
                Ok((ping, opening)) => {
                    self.hear(Voice::Workstation, &opening, None, screen);
                    self.waits = Some(Waits::Echo(ping));
                }
                Err(output) => self.printed(output, world, screen),
            },
            // A session with this host's own server.
            "sendmail" if arguments.iter().any(|a| a == "-bs") && self.exists(&words, world) => {
                let own = ["localhost".to_string(), "25".to_string()];
                let from = self.workstation.host.clone();
                let nc = Netcat::start(&own, input.as_deref(), &from, world);
                self.waits = Some(Waits::Network(Box::new(nc)));
            }
            "nc" | "netcat" => {
                let from = self.workstation.host.clone();
                let nc = Netcat::start(arguments, input.as_deref(), &from, world);
                self.waits = Some(Waits::Network(Box::new(nc)));
            }
            "openssl" => {
                let from = self.workstation.host.clone();
                self.waits = Some(Waits::Secure(Box::new(Client::start(
                    arguments, &from, world,
                ))));
            }
            "mail" | "mailx" if self.exists(&words, world) => {
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                let at = &mut self.machine(world);
                match crate::workstation::programs::mailx::start(&arguments, input.as_deref(), at) {
                    Ok(begun) => self.talk(begun, screen),
                    Err(output) => self.printed(output, world, screen),
                }
            }
            "less" | "more" if self.stages.is_empty() && self.output.is_none() => {
                let mut cat = words.clone();
                cat[0] = "cat".into();
                let at = &mut self.reading(world, input.as_deref());
                let output = machine::run(&cat, at).unwrap_or_default();
                let is_missing = input.is_none() && !has_file;
                if is_missing || output.status != 0 {
                    let text = match is_missing {
                        true => "Missing filename (\"less --help\" for help)".into(),
                        false => output
                            .error()
                            .trim_start_matches("cat: ")
                            .trim_end()
                            .to_string(),
                    };
                    return self.printed(Output::bad(text, 1), world, screen);
                }
                self.talk(Less::start(&output.text), screen);
            }
            "swaks" => {
                let Workstation { host, user, .. } = self.workstation.clone();
                let swaks = Swaks::start(arguments, &user, &host, world);
                self.waits = Some(Waits::Transaction(Box::new(swaks)));
            }
            "tail" if has_file && arguments.iter().any(|a| matches!(a.as_str(), "-f" | "-F")) => {
                self.follow(arguments, world, screen);
            }
            _ => self.run_with(&words, input.as_deref(), world, screen),
        }
    }

    /// Whether a program that would read is there at all.
    fn exists(&self, words: &[String], world: &World) -> bool {
        let has_mail = world
            .host(&self.workstation.host)
            .is_some_and(|h| h.server.is_some());
        let needs_mail = |name: &String| matches!(name.as_str(), "sendmail" | "mail" | "mailx");
        !words.first().is_some_and(needs_mail) || has_mail
    }

    fn run_with(
        &mut self,
        words: &[String],
        input: Option<&str>,
        world: &mut World,
        screen: &mut Screen,
    ) {
        let found = machine::run(words, &mut self.reading(world, input));
        match found {
            Some(output) if output.next == Next::Wait => {
                self.waits = Some(Waits::Typing(words.to_vec(), String::new()));
            }
            Some(output) => self.printed(output, world, screen),
            None => {
                let name = words.first().map_or("", String::as_str);
                let why = match name.contains('/') {
                    true => "No such file or directory",
                    false => "command not found",
                };
                screen.write(Voice::Workstation, &format!("bash: {name}: {why}\n"));
                self.done(String::new(), 127, world, screen);
            }
        }
    }

    /// A program has printed all that it had to say.
    fn printed(&mut self, output: Output, world: &mut World, screen: &mut Screen) {
        let mut text = String::new();
        for (is_error, piece) in output.pieces() {
            match is_error {
                true => screen.write(Voice::Workstation, piece),
                false if self.stages.is_empty() => self.put(piece, world, screen),
                false => text.push_str(piece),
            }
        }
        self.done(text, output.status, world, screen);
    }

    /// A program that reads lines has begun.
    fn talk(&mut self, (dialog, text): (Box<dyn Dialog>, String), screen: &mut Screen) {
        screen.write(Voice::Workstation, &text);
        self.waits = Some(Waits::Dialog(dialog));
    }

    /// A line for it, or the end of what is typed.
    fn tell(&mut self, line: Option<&str>, world: &mut World, screen: &mut Screen) {
        let Some(Waits::Dialog(mut dialog)) = self.waits.take_if(|w| matches!(w, Waits::Dialog(_)))
        else {
            return;
        };
        let (text, ended) = dialog.line(line, &mut self.machine(world));
        screen.write(Voice::Workstation, &text);
        match ended {
            Some(status) => self.done(String::new(), status, world, screen),
            None => self.waits = Some(Waits::Dialog(dialog)),
        }
    }

    /// tail -f: the end of a file, and then whatever is added to it.
    fn follow(&mut self, arguments: &[String], world: &mut World, screen: &mut Screen) {
        let path = arguments
            .iter()
            .rev()
            .find(|a| !a.starts_with('-'))
            .cloned()
            .unwrap_or_default();
        let mut words: Vec<String> = vec!["tail".into()];
        words.extend(
            arguments
                .iter()
                .filter(|a| !matches!(a.as_str(), "-f" | "-F"))
                .cloned(),
        );
        let output = machine::run(&words, &mut self.machine(world)).unwrap_or_default();
        screen.write(Voice::Workstation, &output.error());
        if output.status != 0 {
            screen.write(Voice::Workstation, "tail: no files remaining\n");
            return self.done(String::new(), 1, world, screen);
        }
        let seen = self.machine(world).read(&path).map_or(0, |text| text.len());
        let shown = self.through(output.text, world, screen);
        self.put(&shown, world, screen);
        self.waits = Some(Waits::Growth(path, seen));
    }

    /// A stage has printed a text and is done.
    fn done(&mut self, text: String, status: i32, world: &mut World, screen: &mut Screen) {
        self.status = status;
        if self.stages.is_empty() {
            self.put(&text, world, screen);
        } else {
            self.input = Some(text);
        }
    }

    /// Text at the end of the pipe.
    fn put(&mut self, text: &str, world: &mut World, screen: &mut Screen) {
        match self.output.clone() {
            None => screen.write(Voice::Workstation, text),
            Some((path, _)) => {
                // It was emptied at the start where it was to be.
                if let Err(why) = self.machine(world).write(&path, text, true) {
                    screen.write(Voice::Workstation, &format!("bash: {why}\n"));
                    self.status = 1;
                }
            }
        }
    }

    /// Whether it reads the next line that is typed.
    pub fn is_ready(&self, world: &World) -> bool {
        match &self.waits {
            Some(Waits::Network(nc)) => nc.is_ready(world),
            Some(Waits::Transaction(..)) => false,
            Some(Waits::Secure(client)) => client.is_ready(world),
            _ => true,
        }
    }

    /// A line has been typed.
    pub fn line(&mut self, line: &str, world: &mut World, screen: &mut Screen) -> Option<i32> {
        match &mut self.waits {
            Some(Waits::Network(nc)) => nc.send(&format!("{line}\n"), world),
            Some(Waits::Secure(client)) => client.line(line, world),
            Some(Waits::Dialog(_)) => self.tell(Some(line), world, screen),
            Some(Waits::Typing(words, _)) if line == "." && words[0] == "sendmail" => {
                self.end_of_input(world, screen);
            }
            Some(Waits::Typing(_, text)) => {
                text.push_str(line);
                text.push('\n');
            }
            _ => {}
        }
        self.advance(world, screen)
    }

    /// Ctrl-D on an empty line.
    pub fn end_of_input(&mut self, world: &mut World, screen: &mut Screen) {
        self.tell(None, world, screen);
        if let Some(Waits::Typing(words, text)) =
            self.waits.take_if(|w| matches!(w, Waits::Typing(..)))
        {
            self.run_with(&words, Some(&text), world, screen);
        }
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self, typed: &str, world: &mut World, screen: &mut Screen) {
        screen.write(Voice::Typed, typed);
        screen.write(Voice::Workstation, "^C\n");
        if let Some(Waits::Dialog(dialog)) = &mut self.waits {
            if let Some(text) = dialog.interrupt() {
                return screen.write(Voice::Workstation, text);
            }
        }
        match self.waits.take() {
            Some(Waits::Network(mut nc)) => nc.abandon(world),
            Some(Waits::Transaction(mut swaks)) => swaks.abandon(world),
            Some(Waits::Secure(mut client)) => client.abandon(world),
            Some(Waits::Echo(ping)) => {
                let text = ping.end(world);
                // It began with an empty line, which `^C` has ended already.
                screen.write(Voice::Workstation, text.trim_start_matches('\n'));
            }
            _ => {}
        }
        self.stages.clear();
        (self.status, self.is_over) = (130, true);
    }
}
