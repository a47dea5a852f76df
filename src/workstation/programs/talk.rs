//! telnet as a program of the system: it reads from the keyboard or from a pipe.

use crate::workstation::programs::address::{addresses, port};
use crate::workstation::programs::io::signal;
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::{Line, Machine};
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::Program;
use crate::workstation::programs::telnet::Telnet;
use crate::workstation::screen::{Paper, Voice};

/// The program of this file.
pub const PROGRAMS: &[Program] = &[Program::job(
    "telnet",
    start,
    "HOST [PORT]|Opens a connection; Ctrl-] leaves it.",
)];

/// What it has said and the system has not heard.
#[derive(Debug, Default)]
struct Sheet {
    said: Vec<(bool, Voice, String)>,
    is_inside: bool,
}

impl Paper for Sheet {
    fn write(&mut self, voice: Voice, text: &str) {
        self.is_inside = !text.ends_with('\n');
        self.said.push((false, voice, text.into()));
    }

    fn is_at_line_start(&self) -> bool {
        !self.is_inside
    }

    fn complain(&mut self, text: &str) {
        self.is_inside = !text.ends_with('\n');
        self.said.push((true, Voice::Workstation, text.into()));
    }
}

impl Sheet {
    fn hand_over(&mut self, at: &mut Machine) {
        for (is_error, voice, text) in self.said.drain(..) {
            match is_error {
                true => at.complain(&text),
                false => at.say(voice, &text),
            }
        }
    }
}

#[derive(Debug)]
struct Talk {
    telnet: Telnet,
    sheet: Sheet,
    begun: Vec<u8>,
    /// The last line was a dot.
    has_dotted: bool,
    /// The other end reads a message, and has said so.
    streams: bool,
}

fn start(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let mut arguments: Vec<String> = arguments.iter().map(|w| w.to_string()).collect();
    // The service is known by /etc/services.
    if let [.., host, service] = arguments.as_mut_slice() {
        let is_known = !addresses(at.world, at.host, host).is_empty();
        if let (true, Some(number)) = (is_known, port(at.world, at.host, service)) {
            *service = number.to_string();
        }
    }
    let mut sheet = Sheet::default();
    let telnet = Telnet::start(&arguments, at.host, at.world, &mut sheet);
    Ok(Box::new(Talk {
        telnet,
        sheet,
        begun: Vec::new(),
        has_dotted: false,
        streams: false,
    }))
}

impl Job for Talk {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        loop {
            let ended = self.telnet.advance(at.world, &mut self.sheet);
            self.sheet.hand_over(at);
            if ended.is_some() {
                return ended;
            }
            // At a keyboard the next line is read when the last one has been answered.
            let types = at.is_terminal(0);
            let is_ready = self.telnet.is_ready(at.world);
            // A message's lines follow one another, once the server's word that it may come is here.
            self.streams =
                (self.streams || is_ready) && !self.has_dotted && self.telnet.streams(at.world);
            let reads = match types {
                true => is_ready || self.streams,
                false => !self.telnet.is_connecting(),
            };
            if !reads {
                return None;
            }
            match at.read_line(&mut self.begun) {
                Line::Wait => return None,
                Line::Text(line) => {
                    self.sheet.is_inside = false;
                    self.has_dotted = line == ".";
                    self.telnet.line(&line, at.world, &mut self.sheet);
                }
                Line::End if types || self.telnet.prompt().is_some() => {
                    self.telnet.end_of_input(at.world, &mut self.sheet)
                }
                Line::End => self.telnet.hang_up(at.world, &mut self.sheet),
            }
        }
    }

    fn signal(&mut self, number: u8, at: &mut Machine) -> bool {
        if number != signal::INT {
            return false;
        }
        let catches = self.telnet.interrupt(at.world, &mut self.sheet);
        self.sheet.hand_over(at);
        catches
    }

    fn escape(&mut self, at: &mut Machine) {
        self.telnet.escape(&mut self.sheet);
        self.sheet.hand_over(at);
    }

    fn prompt(&self) -> Option<String> {
        self.telnet.prompt().map(str::to_string)
    }
}
