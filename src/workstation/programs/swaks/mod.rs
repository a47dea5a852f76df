//! swaks, as Debian's 20201014.0 has it: a whole SMTP transaction by one command.
//!
//! | file         | holds                                           |
//! |--------------|-------------------------------------------------|
//! | `options`    | its options, as Getopt::Long reads them         |
//! | `plan`       | what they come to, and what it asks for         |
//! | `security`   | what it plans of TLS, XCLIENT and AUTH          |
//! | `message`    | the message                                     |
//! | `dialogue`   | the transaction                                 |
//! | `greeting`   | the greeting and STARTTLS in it                 |
//! | `auth`       | XCLIENT and AUTH in it                          |
//! | `transcript` | what is shown of it                             |
//! | `dump`       | `--dump` and `--support`                        |

mod auth;
mod dialogue;
mod dump;
mod greeting;
mod message;
mod options;
mod plan;
mod security;
mod transcript;

use crate::smtp::bytes::decode;
use crate::workstation::programs::io::{Read, Take};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::{Line, Machine};
use crate::workstation::programs::output::Output;
use crate::workstation::programs::swaks::dialogue::Dialogue;
use crate::workstation::programs::swaks::options::Given;
use crate::workstation::programs::swaks::plan::{Answers, Planner, Stop};
use crate::workstation::programs::swaks::transcript::Transcript;
use crate::workstation::programs::table::Program;

/// The program of this folder.
pub const PROGRAMS: &[Program] = &[Program::job("swaks", start, HELP)];

const HELP: &str = "--to PERSON [--from PERSON] [--server HOST[:PORT]] [--auth [TYPE] --auth-user NAME --auth-password WORD] [--tls | --tls-on-connect] [--header H] [--body TEXT] [--attach @FILE] [--quit-after STEP] [-n]|Sends a test message and shows the dialogue.";

/// A running swaks.
#[derive(Debug)]
struct Swaks {
    given: Given,
    answers: Answers,
    begun: Vec<u8>,
    /// A question has been put.
    asks: bool,
    /// How much of what it says before it begins has been shown.
    shown: usize,
    dialogue: Option<Dialogue>,
}

/// The words of a file of options: a name and a value in each line.
fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let dashes = if line.starts_with('-') { "" } else { "--" };
        let line = format!("{dashes}{line}");
        words.extend(line.splitn(2, [' ', '\t']).map(str::to_string));
    }
    words
}

fn start(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let mut given = Given::default();
    let mut layers: Vec<(String, Vec<String>)> = Vec::new();
    let named = arguments
        .iter()
        .rposition(|w| matches!(*w, "-config" | "--config"));
    let named = named.map(|place| arguments.get(place + 1).copied().unwrap_or("-"));
    let path = named.unwrap_or("~/.swaksrc");
    let text = at.text(path);
    match (&text, named.filter(|name| !name.starts_with('-'))) {
        (Err(_), Some(_)) => {
            let text = format!("*** Config file {path} could not be opened ($!).  Exiting");
            return Err(Output::bad(text, 1));
        }
        (Ok(text), _) => layers.push((format!("Config file {path}"), words_of(text))),
        _ => {}
    }
    let mut variables = Vec::new();
    for (name, value) in at.environment() {
        if let Some(name) = name.strip_prefix("SWAKS_OPT_") {
            variables.push((format!("--{}", name.replace('_', "-")), value));
        }
    }
    variables.sort();
    let mut words = Vec::new();
    for (name, value) in variables {
        words.push(name);
        words.extend(Some(value).filter(|v| !v.is_empty()));
    }
    layers.push(("environment".into(), words));
    let own = arguments.iter().map(|w| w.to_string()).collect();
    layers.push(("command line".into(), own));
    for (source, words) in layers {
        let left = given.read(words);
        let mut said = String::new();
        for warning in given.warnings.drain(..) {
            said.push_str(&format!("*** DEPRECATION WARNING: {warning}\n"));
        }
        said.push_str(&given.mistakes);
        if given.mistakes.is_empty() && !left.is_empty() {
            let left = left.join("', '");
            said.push_str(&format!(
                "*** Data left in option list when processing  {source} ('{left}').  Exiting\n"
            ));
        } else if given.mistakes.is_empty() {
            at.complain(&said);
            continue;
        }
        return Err(Output::bad(said.trim_end(), 1));
    }
    if given.has("version") {
        return Err(Output::good("swaks version 20201014.0\n\n        Copyright (c) 2003-2008,2010-2020 John Jetmore <jj33@pobox.com>\n\n"));
    }
    if given.has("help") {
        let (usage, what) = HELP.split_once('|').unwrap_or_default();
        return Err(Output::good(format!(
            "Usage: swaks {usage}
{what}
"
        )));
    }
    if given.has("support") {
        let mut shown = Transcript::new(&given);
        dump::support(&mut shown);
        let mut output = Output::default();
        for (is_error, text) in shown.said {
            match is_error {
                true => output.complain(text),
                false => output.text.push_str(&text),
            }
        }
        return Err(output);
    }
    Ok(Box::new(Swaks {
        given,
        answers: Answers::default(),
        begun: Vec::new(),
        asks: false,
        shown: 0,
        dialogue: None,
    }))
}

/// Shows what is new of what has been said.
fn show(said: &[(bool, String)], given: &Given, at: &mut Machine) {
    for (is_error, text) in said {
        let own = match is_error {
            true => "output-file-stderr",
            false => "output-file-stdout",
        };
        match given.value(own).or_else(|| given.value("output")) {
            Some("/dev/stdout") => at.print(text),
            Some("/dev/stderr") => at.complain(text),
            Some(path) => {
                // Where it cannot be written, it is lost.
                let _ = at.write(path, text, true);
            }
            None if *is_error => at.complain(text),
            None => at.print(text),
        }
    }
}

impl Swaks {
    /// Goes on with its plan; its status where it ends with that.
    fn prepare(&mut self, at: &mut Machine) -> Option<i32> {
        loop {
            let mut planner = Planner {
                at,
                given: self.given.clone(),
                answers: &self.answers,
                asked: 0,
                shown: Transcript::new(&self.given),
            };
            let planned = planner.plan();
            let shown = planner.shown;
            let new = shown.said.get(self.shown..).unwrap_or_default();
            show(new, &self.given, at);
            self.shown = shown.said.len();
            match planned {
                Ok(plan) => {
                    let dumped = dump::dumped(&plan);
                    if let Some(text) = dumped {
                        show(&[(false, text)], &self.given, at);
                        return Some(0);
                    }
                    let mut shown = shown;
                    shown.said.clear();
                    self.dialogue = Some(Dialogue::new(plan, shown, at));
                    return None;
                }
                Err(Stop::End(status)) => return Some(status),
                Err(Stop::Input) => loop {
                    match at.read_input(Take::ALL) {
                        Read::Bytes(bytes) => self.begun.extend(bytes),
                        Read::Wait => return None,
                        Read::End | Read::Fault(_) => {
                            let bytes = std::mem::take(&mut self.begun);
                            self.answers.input = Some(decode(&bytes).into_owned());
                            break;
                        }
                    }
                },
                Err(Stop::Ask(prompt, takes_empty, hides)) => {
                    if !self.asks {
                        self.asks = true;
                        at.print(prompt);
                        if let Some(io) = at.system() {
                            io.set_echo(!hides);
                        }
                    }
                    let line = at.read_line(&mut self.begun);
                    if line == Line::Wait {
                        return None;
                    }
                    self.asks = false;
                    if hides {
                        if let Some(io) = at.system() {
                            io.set_echo(true);
                        }
                        at.print("\n");
                    }
                    match line {
                        Line::Text(text) if takes_empty || !text.is_empty() => {
                            self.answers.typed.push(text);
                        }
                        // The real one would ask for ever.
                        Line::End if !takes_empty => {
                            at.print("\n");
                            return Some(1);
                        }
                        Line::End => self.answers.typed.push(String::new()),
                        _ => {}
                    }
                }
            }
        }
    }
}

impl Job for Swaks {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        if self.dialogue.is_none() {
            let ended = self.prepare(at);
            if ended.is_some() {
                return ended;
            }
        }
        let dialogue = self.dialogue.as_mut()?;
        let ended = dialogue.advance(at);
        let said = std::mem::take(&mut dialogue.shown.said);
        show(&said, &self.given, at);
        ended
    }

    fn signal(&mut self, _: u8, at: &mut Machine) -> bool {
        if let Some(dialogue) = &mut self.dialogue {
            dialogue.abandon(at.world);
        }
        false
    }
}
