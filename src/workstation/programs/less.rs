//! less: a text, a page at a time. Its keys are read as lines here: Enter goes on, `q` ends.

use crate::workstation::programs::io::{Read, Take};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::{Line, Machine};
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::job("less", |words, at| start(words, at, false), HELP),
    Program::job("more", |words, at| start(words, at, true), HELP),
    Program::job("pager", |words, at| start(words, at, false), HELP),
];

const HELP: &str = "[FILE]|Shows a page at a time: Enter goes on, b back, /WORD searches, q ends.";

/// Lines of a page.
const PAGE: usize = 22;

/// A text that is being read.
#[derive(Debug)]
struct Less {
    lines: Vec<String>,
    place: usize,
    /// What is still to be read, where the text comes from a pipe.
    input: Option<Vec<u8>>,
    begun: Vec<u8>,
    /// It is more, which ends at the end.
    is_more: bool,
    has_begun: bool,
}

fn start(arguments: &[&str], at: &mut Machine, is_more: bool) -> Result<Box<dyn Job>, Output> {
    let names: Vec<&str> = arguments
        .iter()
        .copied()
        .filter(|a| !a.starts_with(['-', '+']))
        .collect();
    let mut less = Less {
        lines: Vec::new(),
        place: 0,
        input: names.is_empty().then(Vec::new),
        begun: Vec::new(),
        is_more,
        has_begun: false,
    };
    if names.is_empty() && at.is_terminal(0) {
        let text = "Missing filename (\"less --help\" for help)";
        return Err(Output::bad(text, 1));
    }
    for name in names {
        match at.text(name) {
            Ok(text) => less.lines.extend(text.lines().map(str::to_string)),
            Err(errno) if errno.text() == "Is a directory" => {
                return Err(Output::bad(format!("{name} is a directory"), 1));
            }
            Err(errno) => return Err(Output::bad(format!("{name}: {errno}"), 1)),
        }
    }
    if arguments.contains(&"+G") || arguments.contains(&"+F") {
        less.place = less.lines.len().saturating_sub(PAGE);
    }
    Ok(Box::new(less))
}

impl Less {
    fn page(&mut self) -> String {
        let end = (self.place + PAGE).min(self.lines.len());
        let lines = self.lines[self.place.min(end)..end].iter();
        let text: String = lines.map(|l| format!("{l}\n")).collect();
        self.place = end;
        match end == self.lines.len() {
            true if self.is_more => text,
            true => text + "(END)",
            false if self.is_more => format!("{text}--More--({}%)", end * 100 / self.lines.len()),
            false => text + ":",
        }
    }

    /// What a line that was typed shows; `None` ends it.
    fn answer(&mut self, line: &str) -> Option<String> {
        match line.trim() {
            "q" | "Q" | ":q" => return None,
            "g" | "<" => self.place = 0,
            "b" => self.place = self.place.saturating_sub(2 * PAGE),
            "G" | ">" => self.place = self.lines.len().saturating_sub(PAGE),
            text => {
                if let Some(pattern) = text.strip_prefix('/') {
                    let mut after = self.lines.iter().skip(self.place);
                    match after.position(|l| l.contains(pattern)) {
                        Some(further) => self.place += further,
                        None => return Some("Pattern not found  (press RETURN)".into()),
                    }
                }
            }
        }
        Some(self.page())
    }
}

impl Job for Less {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        // Text from a pipe, all of it.
        while let Some(bytes) = &mut self.input {
            match at.read_input(Take::ALL) {
                Read::Bytes(more) => bytes.extend(more),
                Read::Wait => return None,
                Read::End | Read::Fault(_) => {
                    let text = crate::smtp::bytes::decode(bytes).into_owned();
                    self.lines = text.lines().map(str::to_string).collect();
                    self.input = None;
                }
            }
        }
        // Into a pipe or a file it is a cat.
        if !at.is_terminal(1) {
            let text: String = self.lines.iter().map(|l| format!("{l}\n")).collect();
            at.print(&text);
            return Some(0);
        }
        if !self.has_begun {
            self.has_begun = true;
            let text = self.page();
            at.print(&text);
        }
        loop {
            if self.is_more && self.place == self.lines.len() {
                return Some(0);
            }
            match at.type_line(&mut self.begun) {
                Line::Wait => return None,
                Line::End => return Some(0),
                Line::Text(line) => match self.answer(&line) {
                    Some(text) => at.print(&text),
                    None => return Some(0),
                },
            }
        }
    }

    fn prompt(&self) -> Option<String> {
        Some(":".into())
    }
}
