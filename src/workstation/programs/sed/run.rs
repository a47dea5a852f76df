//! Runs a script over the lines of its inputs, a piece at a time.

use std::rc::Rc;

use crate::regex::Regex;
use crate::workstation::programs::sed::script::{Action, Address, Command};
use crate::workstation::programs::sed::substitute::{replaced, unambiguous, BYTES};
use crate::workstation::programs::work::Ends;

/// How many commands may run.
const STEPS: usize = 5_000_000;

/// What is done in one piece: a command, and a line, count for [`COMMAND`] bytes, what looks through a line for
/// its length.
const PIECE: usize = 128 << 10;
const COMMAND: usize = 16;

/// The lines of one stream.
pub struct Stream {
    /// The script.
    commands: Rc<[Command]>,
    /// `-n`: lines are printed only where the script says so.
    is_quiet: bool,
    /// What has been printed, and taken from here.
    pub out: String,
    printed: usize,
    /// What was written to files.
    pub written: Vec<(String, String)>,
    /// The exit status that `q` asked for.
    pub status: Option<i32>,
    hold: String,
    /// The number of the line.
    pub number: usize,
    /// For each command, whether it is inside its range, and where that ends.
    inside: Vec<Option<usize>>,
    steps: usize,
    lacks_end: bool,
    /// What lines end with, and how wide those of `l` are.
    pub ends: Ends,
    pub width: usize,
    lines: Lines,
    /// The line that the script is in the middle of.
    now: Option<Now>,
    /// What is done in this piece.
    done: usize,
}

/// A line, and how far the script has come with it.
#[derive(Default)]
struct Now {
    space: String,
    appended: String,
    at: usize,
    has_replaced: bool,
    has_jumped: bool,
    /// The regular expression that was used last.
    last: Option<Rc<Regex>>,
}

/// What happens after a command.
enum Then {
    Next,
    Jump(usize),
    /// The line is done; whether it is printed as usual.
    End(bool),
    /// The first line is gone, the script begins again without reading.
    Again,
    Quit(bool),
}

/// Lines that have not been read yet.
#[derive(Default)]
struct Lines {
    text: String,
    at: usize,
}

impl Lines {
    fn next(&mut self) -> Option<&str> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let line = rest.split('\n').next().unwrap_or("");
        self.at += line.len() + 1;
        Some(line)
    }

    fn is_last(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The last line has no end.
    fn is_open(&self) -> bool {
        !self.text.ends_with('\n')
    }
}

/// The file that a command writes to.
fn opened(command: &Command) -> Option<(String, String)> {
    let name = match &command.action {
        Action::File('w' | 'W', name) => name,
        Action::Substitute(it) => it.file.as_ref()?,
        _ => return None,
    };
    (name != "/dev/stdout").then(|| (name.clone(), String::new()))
}

impl Stream {
    /// A stream that has read nothing.
    pub fn new(commands: Vec<Command>, is_quiet: bool) -> Stream {
        Stream {
            is_quiet,
            out: String::new(),
            printed: 0,
            // A file is there, and empty, as soon as the script has been read.
            written: commands.iter().filter_map(opened).collect(),
            status: None,
            hold: String::new(),
            number: 0,
            inside: vec![None; commands.len()],
            steps: 0,
            lacks_end: false,
            ends: Ends::default(),
            width: 70,
            lines: Lines::default(),
            now: None,
            done: 0,
            commands: commands.into(),
        }
    }

    /// The next text is read.
    pub fn open(&mut self, text: String) {
        self.lines = Lines { text, at: 0 };
    }

    /// Runs the script over some more lines; `read` gives the files that `r` names. Whether there are more.
    ///
    /// # Errors
    /// What sed says of a script that goes wrong while it runs.
    pub fn go_on(&mut self, read: &mut dyn FnMut(&str) -> Option<String>) -> Result<bool, String> {
        self.done = 0;
        loop {
            let mut now = match (self.now.take(), self.done > PIECE) {
                (None, true) => return Ok(!self.lines.is_last()),
                (Some(now), _) => now,
                (None, _) => {
                    let Some(line) = self.lines.next() else {
                        return Ok(false);
                    };
                    self.number += 1;
                    self.done += COMMAND + line.len();
                    Now {
                        space: line.to_string(),
                        ..Now::default()
                    }
                }
            };
            match self.line(&mut now, read)? {
                Some(true) => return Ok(false),
                Some(false) => {}
                None => {
                    self.now = Some(now);
                    return Ok(true);
                }
            }
        }
    }

    /// What has been printed since this was asked last.
    pub fn take(&mut self) -> String {
        self.printed += self.out.len();
        std::mem::take(&mut self.out)
    }

    fn print(&mut self, text: &str) {
        self.begin();
        self.out.push_str(text);
        match self.lines.is_open() && self.lines.is_last() {
            true => self.lacks_end = true,
            false => self.out.push('\n'),
        }
    }

    /// The end that the last line lacks is missed only once something follows.
    fn begin(&mut self) {
        if std::mem::take(&mut self.lacks_end) {
            self.out.push('\n');
        }
    }

    /// A line that is followed by another in any case.
    fn print_before(&mut self, text: &str) {
        self.begin();
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// One line through the script; whether the script has quit, and nothing where it goes on in the next piece.
    fn line(
        &mut self,
        now: &mut Now,
        read: &mut dyn FnMut(&str) -> Option<String>,
    ) -> Result<Option<bool>, String> {
        let commands = Rc::clone(&self.commands);
        let (mut prints, mut quits) = (true, false);
        while let Some(command) = commands.get(now.at) {
            if self.done > PIECE && now.at > 0 {
                return Ok(None);
            }
            self.steps += 1;
            self.done += COMMAND;
            let printed = self.printed + self.out.len();
            if self.steps > STEPS || printed > BYTES || now.space.len() > BYTES {
                return Err("the script runs without end and was stopped".into());
            }
            let at = now.at;
            if self.applies(command, now)? == command.is_negated {
                now.at = match command.action {
                    Action::Block(end) => end,
                    _ => at + 1,
                };
                continue;
            }
            let then = match &command.action {
                Action::Block(_) | Action::Nothing => Then::Next,
                Action::Branch('b', to) => Then::Jump(*to),
                Action::Branch('t', to) if now.has_replaced => {
                    now.has_replaced = false;
                    Then::Jump(*to)
                }
                Action::Branch('T', to) if !now.has_replaced => Then::Jump(*to),
                Action::Branch(..) => {
                    now.has_replaced = false;
                    Then::Next
                }
                Action::Text('a', text) => {
                    now.appended.push_str(text);
                    Then::Next
                }
                Action::Text('i', text) => {
                    self.out.push_str(text);
                    Then::Next
                }
                Action::Text(_, text) => {
                    // The text stands for the whole of a range.
                    if command.addresses.1.is_none()
                        || command.is_negated
                        || self.inside.get(at).is_some_and(Option::is_none)
                    {
                        self.out.push_str(text);
                    }
                    Then::End(false)
                }
                Action::File('r', name) => {
                    now.appended.push_str(&read(name).unwrap_or_default());
                    Then::Next
                }
                Action::File(letter, name) => {
                    let text = match letter {
                        'W' => now.space.split('\n').next().unwrap_or(""),
                        _ => now.space.as_str(),
                    };
                    self.write(name, text);
                    Then::Next
                }
                Action::Substitute(s) => {
                    let pattern = s.pattern.as_ref().or(now.last.as_ref()).cloned();
                    let Some(pattern) = pattern else {
                        return Err(
                            "-e expression #1, char 0: no previous regular expression".into()
                        );
                    };
                    now.last = Some(Rc::clone(&pattern));
                    self.done += now.space.len();
                    // Who looks through a long text again works longer.
                    if now.has_jumped {
                        self.steps += now.space.len() / 4;
                    }
                    if let Some(new) = replaced(s, &pattern, &now.space) {
                        now.space = new;
                        now.has_replaced = true;
                        if s.prints {
                            self.print_before(&now.space);
                        }
                        if let Some(name) = &s.file {
                            self.write(name, &now.space);
                        }
                    }
                    Then::Next
                }
                Action::Transliterate(pairs) => {
                    self.done += now.space.len();
                    let of = |c: char| pairs.iter().find(|(from, _)| *from == c);
                    let chars = now.space.chars();
                    now.space = chars.map(|c| of(c).map_or(c, |(_, to)| *to)).collect();
                    Then::Next
                }
                Action::Quit(prints, status) => {
                    self.status = Some(*status);
                    Then::Quit(*prints)
                }
                Action::Listed(width) => {
                    let width = width.unwrap_or(self.width);
                    let text = unambiguous(&self.ends.of(&now.space), width);
                    self.out.push_str(&text);
                    Then::Next
                }
                Action::Plain(letter) => self.plain(*letter, now),
            };
            match then {
                Then::Next => now.at += 1,
                Then::Jump(to) => {
                    now.has_jumped = true;
                    now.at = to;
                }
                Then::Again => {
                    self.out.push_str(&std::mem::take(&mut now.appended));
                    now.at = 0;
                }
                Then::End(is_printed) => {
                    prints = is_printed;
                    break;
                }
                Then::Quit(is_printed) => {
                    (prints, quits) = (is_printed, true);
                    break;
                }
            }
        }
        if prints && !self.is_quiet {
            self.print(&now.space);
        }
        if !now.appended.is_empty() {
            self.begin();
            self.out.push_str(&now.appended);
        }
        Ok(Some(quits))
    }

    fn write(&mut self, name: &str, text: &str) {
        match name {
            "/dev/stdout" => self.print_before(text),
            name => {
                let place = self.written.iter().position(|(n, _)| n == name);
                let place = place.unwrap_or_else(|| {
                    self.written.push((name.to_string(), String::new()));
                    self.written.len() - 1
                });
                if let Some((_, all)) = self.written.get_mut(place) {
                    all.push_str(text);
                    all.push('\n');
                }
            }
        }
    }

    fn plain(&mut self, letter: char, now: &mut Now) -> Then {
        let Now {
            space, appended, ..
        } = now;
        match letter {
            '=' => {
                let number = self.number.to_string();
                self.print_before(&number);
            }
            'd' => return Then::End(false),
            'D' => match space.find('\n') {
                Some(end) => {
                    space.drain(..=end);
                    return Then::Again;
                }
                None => return Then::End(false),
            },
            'g' => *space = self.hold.clone(),
            'G' => {
                space.push('\n');
                space.push_str(&self.hold);
            }
            'h' => self.hold = space.clone(),
            'H' => {
                self.hold.push('\n');
                self.hold.push_str(space);
            }
            'x' => std::mem::swap(space, &mut self.hold),
            'z' => space.clear(),
            'p' => self.print(space),
            'P' => {
                let first = space.split('\n').next().unwrap_or("").to_string();
                self.print_before(&first);
            }
            'F' => self.print_before("-"),
            'n' => {
                if self.lines.is_last() {
                    return Then::Quit(true);
                }
                if !self.is_quiet {
                    self.print_before(space);
                }
                self.out.push_str(&std::mem::take(appended));
                *space = self.lines.next().unwrap_or("").to_string();
                self.number += 1;
            }
            'N' => {
                let Some(line) = self.lines.next() else {
                    return Then::Quit(true);
                };
                self.out.push_str(&std::mem::take(appended));
                self.number += 1;
                self.done += line.len();
                space.push('\n');
                space.push_str(line);
            }
            _ => {}
        }
        Then::Next
    }

    fn applies(&mut self, command: &Command, now: &mut Now) -> Result<bool, String> {
        let (first, second) = &command.addresses;
        let Some(first) = first else {
            return Ok(true);
        };
        let place = now.at;
        let is_last = self.lines.is_last();
        let done = &mut self.done;
        let mut is = |address: &Address, number: usize| -> Result<bool, String> {
            Ok(match address {
                Address::Line(line) => *line == number,
                Address::Step(from, 0) => *from == number,
                Address::Step(from, step) => {
                    number >= *from && (number - from).is_multiple_of(*step)
                }
                Address::Last => is_last,
                Address::Match(regex) => {
                    let regex = regex.as_ref().or(now.last.as_ref()).cloned();
                    let Some(regex) = regex else {
                        return Err(
                            "-e expression #1, char 0: no previous regular expression".into()
                        );
                    };
                    *done += now.space.len();
                    let is_match = regex.is_match(&now.space);
                    now.last = Some(regex);
                    is_match
                }
                Address::Plus(_) | Address::Multiple(_) => false,
            })
        };
        let number = self.number;
        let Some(second) = second else {
            return is(first, number);
        };
        let begins = match self.inside[place] {
            Some(_) => false,
            // From line 0 on, so that the first line may be the last.
            None if matches!(first, Address::Line(0)) && number == 1 => {
                self.inside[place] = Some(usize::MAX);
                false
            }
            None if !is(first, number)? => return Ok(false),
            None => true,
        };
        if begins {
            let end = match second {
                Address::Line(line) => *line,
                Address::Plus(more) => number.saturating_add(*more),
                Address::Multiple(0) => number,
                Address::Multiple(of) => number.next_multiple_of(*of),
                Address::Last if is_last => number,
                _ => usize::MAX,
            };
            self.inside[place] = (end > number).then_some(end);
            return Ok(true);
        }
        let end = self.inside[place].unwrap_or(0);
        if let (Address::Line(line), true) = (second, end != usize::MAX) {
            // Whoever comes too late finds the range closed.
            if *line < number {
                self.inside[place] = None;
                return is(first, number);
            }
        }
        let ends = match end {
            usize::MAX => is(second, number)?,
            end => number >= end,
        };
        if ends {
            self.inside[place] = None;
        }
        Ok(true)
    }
}
