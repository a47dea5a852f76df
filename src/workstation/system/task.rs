//! Bodies of the programs in the tables.

use std::time::Duration;

use crate::smtp::bytes::decode;
use crate::time::Time;
use crate::workstation::answer::Document;
use crate::workstation::programs::io::{signal, Read, Sleep, Take};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::Work;
use crate::workstation::programs::output::{Become, Next, Output};
use crate::workstation::programs::table::{Program, Run};
use crate::workstation::system::kernel::Kernel;
use crate::workstation::system::kernel::{Body, Step};

/// What a program may read before it runs out of memory.
const MEMORY: usize = 16 << 20;

/// With more than this, a program that is called with all its input again and again is called once in
/// a moment.
const LARGE: usize = 64 << 10;

/// Bytes, and ends of lines, that are printed in one step, so that a person may stop it.
const SLICE: usize = 64 << 10;
const LINES: usize = 500;

/// A piece of work is as much as so many lines that are printed.
const WORK: usize = 800;

/// So many pieces are done at once, so that what is small needs no turn of its own.
const PIECES: usize = 3;

/// A program that computes.
#[derive(Debug)]
pub struct Task {
    run: Run,
    streams: bool,
    words: Vec<String>,
    input: Vec<u8>,
    /// It wants its input.
    reads: bool,
    /// How much of its text and how many of its complaints have been printed.
    shown: (usize, usize),
    /// How much it had read when it was last called, and how much calls it again.
    seen: usize,
    enough: usize,
    /// When that was.
    called: Time,
    /// How it would have ended after what it need not read again.
    earlier: i32,
    /// What is being printed, and whether that is all.
    printing: Option<(Output, bool)>,
    /// What it has still to do, and whether that is with the whole of its input.
    work: Option<(Work, bool)>,
    /// What it was called with last has said so much in earlier pieces, and would end so.
    said: (usize, usize),
    status: i32,
    forgets: bool,
    /// Paths such as /dev/fd/63 among its words, with what was read there.
    open: Vec<(String, String)>,
    opening: Vec<(i32, Vec<u8>)>,
}

/// A program that goes on.
#[derive(Debug)]
pub struct Ongoing(Box<dyn Job>);

/// The body of a program, with the words after its name.
pub fn body(program: &Program, words: &[String], kernel: &mut Kernel) -> Box<dyn Body> {
    use crate::workstation::programs::table::Entry;
    let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
    if arguments.contains(&"--help") && !program.help.is_empty() {
        return Box::new(Finished(crate::workstation::programs::catalogue::help(
            program,
        )));
    }
    match program.entry {
        Entry::Job(start) => {
            let mut body: Box<dyn Body> = Box::new(Finished(Output::default()));
            kernel.with_machine(None, false, &[], &mut |at| {
                body = match start(&arguments, at) {
                    Ok(job) => Box::new(Ongoing(job)),
                    Err(output) => Box::new(Finished(output)),
                };
            });
            body
        }
        Entry::Run(run) => Box::new(Task {
            run,
            streams: program.streams,
            words: words.to_vec(),
            input: Vec::new(),
            reads: false,
            shown: (0, 0),
            seen: 0,
            enough: 4_096,
            called: Time::default(),
            earlier: i32::MAX,
            printing: None,
            work: None,
            said: (0, 0),
            status: 0,
            forgets: false,
            open: Vec::new(),
            opening: words.iter().filter_map(|w| descriptor(w)).collect(),
        }),
        Entry::Shell | Entry::Script(_) => Box::new(Finished(Output::default())),
    }
}

/// A descriptor that a word names.
fn descriptor(word: &str) -> Option<(i32, Vec<u8>)> {
    let number = word.strip_prefix("/dev/fd/")?.parse().ok()?;
    (number > 2).then_some((number, Vec::new()))
}

/// Prints what is new in an output, or a slice of it (`Went`); `None` where all is printed.
fn print(output: &Output, shown: &mut (usize, usize), kernel: &mut Kernel) -> Option<Step> {
    let (mut texts, mut complaints) = (0, 0);
    for (is_error, piece) in output.pieces() {
        if is_error {
            complaints += 1;
            if complaints > shown.1 {
                // Nobody may be there to hear it.
                let _ = kernel.write(2, piece);
            }
            continue;
        }
        texts += piece.len();
        let new = piece.get(piece.len() - texts.saturating_sub(shown.0).min(piece.len())..);
        let new = new.unwrap_or("");
        let near = new.bytes().take(SLICE).enumerate();
        let mut lines = near.filter(|(_, byte)| *byte == b'\n');
        let most = lines.nth(LINES - 1).map_or(new.len(), |(at, _)| at + 1);
        let ends = (0..=SLICE.min(most)).rev();
        let end = ends.into_iter().find(|end| new.is_char_boundary(*end));
        let slice = new.get(..end.unwrap_or(0)).unwrap_or("");
        match kernel.write(1, slice) {
            Ok(()) if slice.len() < new.len() => {
                *shown = (texts - new.len() + slice.len(), shown.1.max(complaints));
                return Some(Step::Went);
            }
            Ok(()) => {}
            Err("") => return Some(Step::Died(signal::PIPE)),
            Err(why) => {
                let name = kernel.os.me().words.first().cloned().unwrap_or_default();
                let _ = kernel.write(2, &format!("{name}: write error: {why}\n"));
                return Some(Step::Ended(1));
            }
        }
    }
    *shown = (shown.0.max(texts), shown.1.max(complaints));
    None
}

/// Another program takes the place of this one.
fn become_other(what: &Become, kernel: &mut Kernel) -> Step {
    match kernel.launch(what) {
        Ok(body) => Step::Becomes(body),
        Err((why, status)) => {
            let _ = kernel.write(2, &format!("{why}\n"));
            Step::Ended(status)
        }
    }
}

impl Task {
    fn call(&mut self, kernel: &mut Kernel, is_whole: bool, input: Option<usize>) -> Step {
        let text = input.map(|length| decode(self.input.get(..length).unwrap_or(&[])));
        let arguments: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let mut output = Output::default();
        let mut work = None;
        self.said = (0, 0);
        kernel.with_machine(text.as_deref(), is_whole, &self.open, &mut |at| {
            output = (self.run)(&arguments, at).unwrap_or_else(|early| early);
            work = at.take_work();
            for _ in 0..PIECES {
                work.take_if(|work| !work.go_on(at, &mut output));
            }
        });
        drop(text);
        self.work = work.map(|work| (work, is_whole));
        if output.next == Next::Wait {
            self.reads = true;
            return Step::Waits;
        }
        self.print(output, is_whole, kernel)
    }

    /// Does the next piece of what it has to do.
    fn go_on(&mut self, mut work: Work, is_whole: bool, kernel: &mut Kernel) -> Step {
        let mut output = Output::status(self.status);
        output.forgets = self.forgets;
        let mut goes_on = false;
        kernel.with_machine(None, is_whole, &self.open, &mut |at| {
            goes_on = work.go_on(at, &mut output);
        });
        kernel.os.system.printed += WORK;
        self.work = goes_on.then_some((work, is_whole));
        self.print(output, is_whole, kernel)
    }

    fn print(&mut self, output: Output, is_whole: bool, kernel: &mut Kernel) -> Step {
        let (texts, complaints) = self.said;
        let shown = &self.shown;
        let mut shown = (
            shown.0.saturating_sub(texts),
            shown.1.saturating_sub(complaints),
        );
        let end = print(&output, &mut shown, kernel);
        self.shown = (shown.0 + texts, shown.1 + complaints);
        match (end, &output.next) {
            (Some(Step::Went), _) => {
                self.printing = Some((output, is_whole));
                Step::Went
            }
            (Some(end), _) => end,
            (None, _) if self.work.is_some() => {
                let said = output.said();
                self.said = (texts + said.0, complaints + said.1);
                (self.status, self.forgets) = (output.status, output.forgets);
                Step::Went
            }
            (None, Next::Become(what)) => become_other(what, kernel),
            (None, Next::End) if !is_whole => {
                if output.forgets {
                    self.input.drain(..self.seen);
                    self.seen = 0;
                    self.shown = (0, 0);
                    self.earlier = self.earlier.min(output.status);
                }
                Step::Went
            }
            _ => Step::Ended(output.status.min(self.earlier)),
        }
    }

    /// Called with the lines that are there while more may come.
    fn call_early(&mut self, kernel: &mut Kernel) -> Step {
        if !self.streams {
            self.enough = usize::MAX;
            return Step::Waits;
        }
        let mut new = self.input.iter().skip(self.seen);
        let Some(at) = new.rposition(|b| *b == b'\n') else {
            // What is all one line is not looked through each time that more of it comes.
            self.enough = 2 * self.input.len().max(2_048);
            return Step::Waits;
        };
        let lines = self.seen + at + 1;
        self.seen = lines;
        self.called = kernel.world.now();
        self.enough = 2 * lines.max(2_048);
        self.call(kernel, false, Some(lines))
    }
}

impl Body for Task {
    fn step(&mut self, kernel: &mut Kernel) -> Step {
        if let Some((output, is_whole)) = self.printing.take() {
            return self.print(output, is_whole, kernel);
        }
        if let Some((work, is_whole)) = self.work.take() {
            return self.go_on(work, is_whole, kernel);
        }
        while let Some((number, bytes)) = self.opening.first_mut() {
            match kernel.read(*number, Take::ALL) {
                Read::Bytes(more) if bytes.len() < MEMORY => bytes.extend(more),
                Read::Wait => return Step::Waits,
                Read::Fault(_) => {
                    self.opening.remove(0);
                }
                _ => {
                    let text = decode(bytes).into_owned();
                    self.open.push((format!("/dev/fd/{number}"), text));
                    self.opening.remove(0);
                }
            }
        }
        if !self.reads {
            return match self.call(kernel, true, None) {
                Step::Waits => Step::Went,
                step => step,
            };
        }
        match kernel.read(0, Take::ALL) {
            Read::Bytes(bytes) => {
                self.input.extend(bytes);
                if self.input.len() > MEMORY {
                    let name = kernel.os.me().words.first().cloned().unwrap_or_default();
                    let _ = kernel.write(2, &format!("{name}: memory exhausted\n"));
                    return Step::Ended(2);
                }
                if self.input.len() >= self.enough {
                    if let step @ (Step::Ended(_) | Step::Died(_)) = self.call_early(kernel) {
                        return step;
                    }
                }
                Step::Went
            }
            Read::Wait => Step::Waits,
            Read::End | Read::Fault(_) => self.call(kernel, true, Some(self.input.len())),
        }
    }

    fn flush(&mut self, kernel: &mut Kernel) -> Step {
        let now = kernel.world.now();
        match self.reads {
            true if self.seen > LARGE && now <= self.called => {
                // What is pasted comes line by line.
                kernel.os.me_mut().sleep = Some(Sleep {
                    until: now + Duration::from_millis(1),
                    patience: None,
                    is_endless: false,
                });
                Step::Waits
            }
            true if self.printing.is_none() && self.work.is_none() => self.call_early(kernel),
            _ => Step::Waits,
        }
    }
}

impl Body for Ongoing {
    fn step(&mut self, kernel: &mut Kernel) -> Step {
        let job = &mut self.0;
        let (mut ended, mut moved, mut next) = (None, false, None);
        kernel.with_machine(None, true, &[], &mut |at| {
            ended = job.poll(at);
            (moved, next) = (at.has_moved(), at.take_next());
        });
        if let Some(what) = next {
            return become_other(&what, kernel);
        }
        if kernel.os.me().pending.contains(&signal::PIPE) {
            return Step::Died(signal::PIPE);
        }
        match ended {
            Some(status) => Step::Ended(status),
            None if moved => Step::Went,
            None => Step::Waits,
        }
    }

    fn signal(&mut self, signal: u8, kernel: &mut Kernel) -> bool {
        let job = &mut self.0;
        let mut is_taken = false;
        kernel.with_machine(None, true, &[], &mut |at| is_taken = job.signal(signal, at));
        is_taken
    }

    fn escape(&mut self, kernel: &mut Kernel) {
        let job = &mut self.0;
        kernel.with_machine(None, true, &[], &mut |at| job.escape(at));
    }

    fn document(&self) -> Option<&Document> {
        self.0.document()
    }

    fn prompt(&self) -> Option<String> {
        self.0.prompt()
    }
}

/// A program that ends with what it has to say.
#[derive(Debug)]
pub struct Finished(pub Output);

impl Body for Finished {
    fn step(&mut self, kernel: &mut Kernel) -> Step {
        let mut shown = (0, 0);
        let end = loop {
            match print(&self.0, &mut shown, kernel) {
                Some(Step::Went) => {}
                end => break end,
            }
        };
        if let (None, Next::Become(what)) = (&end, &self.0.next) {
            return become_other(what, kernel);
        }
        end.unwrap_or(Step::Ended(self.0.status))
    }
}
