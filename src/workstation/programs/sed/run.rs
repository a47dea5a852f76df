//! Runs a script over the lines of its inputs.

use crate::regex::Regex;
use crate::workstation::programs::sed::script::{Action, Address, Command};
use crate::workstation::programs::sed::substitute::{replaced, unambiguous, BYTES};

/// How many commands may run.
const STEPS: usize = 5_000_000;

/// The lines of one stream.
pub struct Stream<'s> {
    /// The script.
    pub commands: &'s [Command],
    /// `-n`: lines are printed only where the script says so.
    pub is_quiet: bool,
    /// What has been printed.
    pub out: String,
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
struct Lines<'t> {
    rest: std::iter::Peekable<std::str::Split<'t, char>>,
    /// The last line has no end.
    is_open: bool,
}

impl<'t> Lines<'t> {
    fn next(&mut self) -> Option<&'t str> {
        self.rest.next()
    }

    fn is_last(&mut self) -> bool {
        self.rest.peek().is_none()
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

impl<'s> Stream<'s> {
    /// A stream that has read nothing.
    pub fn new(commands: &'s [Command], is_quiet: bool) -> Stream<'s> {
        Stream {
            commands,
            is_quiet,
            out: String::new(),
            // A file is there, and empty, as soon as the script has been read.
            written: commands.iter().filter_map(opened).collect(),
            status: None,
            hold: String::new(),
            number: 0,
            inside: vec![None; commands.len()],
            steps: 0,
            lacks_end: false,
        }
    }

    /// Runs the script over a text; `read` gives the files that `r` names.
    ///
    /// # Errors
    /// What sed says of a script that goes wrong while it runs.
    pub fn run(
        &mut self,
        text: &str,
        read: &mut dyn FnMut(&str) -> Option<String>,
    ) -> Result<(), String> {
        if text.is_empty() {
            return Ok(());
        }
        let body = text.strip_suffix('\n').unwrap_or(text);
        let mut lines = Lines {
            rest: body.split('\n').peekable(),
            is_open: body.len() == text.len(),
        };
        while let Some(line) = lines.next() {
            self.number += 1;
            let mut space = line.to_string();
            if self.line(&mut space, &mut lines, read)? {
                break;
            }
        }
        Ok(())
    }

    fn print(&mut self, text: &str, lines: &mut Lines) {
        self.begin();
        self.out.push_str(text);
        match lines.is_open && lines.is_last() {
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

    /// One line through the script; whether the script has quit.
    fn line(
        &mut self,
        space: &mut String,
        lines: &mut Lines,
        read: &mut dyn FnMut(&str) -> Option<String>,
    ) -> Result<bool, String> {
        let commands = self.commands;
        let mut appended = String::new();
        let mut at = 0;
        let (mut has_replaced, mut has_jumped) = (false, false);
        let mut last: Option<&Regex> = None;
        let (mut prints, mut quits) = (true, false);
        while let Some(command) = commands.get(at) {
            self.steps += 1;
            if self.steps > STEPS || self.out.len() > BYTES || space.len() > BYTES {
                return Err("the script runs without end and was stopped".into());
            }
            if self.applies(at, command, space, lines, &mut last)? == command.is_negated {
                at = match command.action {
                    Action::Block(end) => end,
                    _ => at + 1,
                };
                continue;
            }
            let then = match &command.action {
                Action::Block(_) | Action::Nothing => Then::Next,
                Action::Branch('b', to) => Then::Jump(*to),
                Action::Branch('t', to) if has_replaced => {
                    has_replaced = false;
                    Then::Jump(*to)
                }
                Action::Branch('T', to) if !has_replaced => Then::Jump(*to),
                Action::Branch(..) => {
                    has_replaced = false;
                    Then::Next
                }
                Action::Text('a', text) => {
                    appended.push_str(text);
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
                    appended.push_str(&read(name).unwrap_or_default());
                    Then::Next
                }
                Action::File(letter, name) => {
                    let text = match letter {
                        'W' => space.split('\n').next().unwrap_or(""),
                        _ => space.as_str(),
                    };
                    self.write(name, text);
                    Then::Next
                }
                Action::Substitute(s) => {
                    let pattern = s.pattern.as_ref().or(last);
                    let Some(pattern) = pattern else {
                        return Err(
                            "-e expression #1, char 0: no previous regular expression".into()
                        );
                    };
                    last = Some(pattern);
                    // Who looks through a long text again works longer.
                    if has_jumped {
                        self.steps += space.len() / 4;
                    }
                    if let Some(new) = replaced(s, pattern, space) {
                        *space = new;
                        has_replaced = true;
                        if s.prints {
                            self.print_before(space);
                        }
                        if let Some(name) = &s.file {
                            self.write(name, space);
                        }
                    }
                    Then::Next
                }
                Action::Transliterate(pairs) => {
                    let of = |c: char| pairs.iter().find(|(from, _)| *from == c);
                    *space = space
                        .chars()
                        .map(|c| of(c).map_or(c, |(_, to)| *to))
                        .collect();
                    Then::Next
                }
                Action::Quit(prints, status) => {
                    self.status = Some(*status);
                    Then::Quit(*prints)
                }
                Action::Plain(letter) => self.plain(*letter, space, lines, &mut appended),
            };
            match then {
                Then::Next => at += 1,
                Then::Jump(to) => {
                    has_jumped = true;
                    at = to;
                }
                Then::Again => {
                    self.out.push_str(&std::mem::take(&mut appended));
                    at = 0;
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
            self.print(space, lines);
        }
        if !appended.is_empty() {
            self.begin();
            self.out.push_str(&appended);
        }
        Ok(quits)
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

    fn plain(
        &mut self,
        letter: char,
        space: &mut String,
        lines: &mut Lines,
        appended: &mut String,
    ) -> Then {
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
            'l' => {
                let text = unambiguous(space);
                self.out.push_str(&text);
            }
            'p' => self.print(space, lines),
            'P' => {
                let first = space.split('\n').next().unwrap_or("").to_string();
                self.print_before(&first);
            }
            'F' => self.print_before("-"),
            'n' => {
                if lines.is_last() {
                    return Then::Quit(true);
                }
                if !self.is_quiet {
                    self.print_before(space);
                }
                self.out.push_str(&std::mem::take(appended));
                *space = lines.next().unwrap_or("").to_string();
                self.number += 1;
            }
            'N' => {
                let Some(line) = lines.next() else {
                    return Then::Quit(true);
                };
                self.out.push_str(&std::mem::take(appended));
                self.number += 1;
                space.push('\n');
                space.push_str(line);
            }
            _ => {}
        }
        Then::Next
    }

    fn applies(
        &mut self,
        place: usize,
        command: &'s Command,
        space: &str,
        lines: &mut Lines,
        last: &mut Option<&'s Regex>,
    ) -> Result<bool, String> {
        let (first, second) = &command.addresses;
        let Some(first) = first else {
            return Ok(true);
        };
        let mut is = |address: &'s Address, number: usize| -> Result<bool, String> {
            Ok(match address {
                Address::Line(line) => *line == number,
                Address::Step(from, 0) => *from == number,
                Address::Step(from, step) => {
                    number >= *from && (number - from).is_multiple_of(*step)
                }
                Address::Last => lines.is_last(),
                Address::Match(regex) => {
                    let regex = regex.as_deref().or(*last);
                    let Some(regex) = regex else {
                        return Err(
                            "-e expression #1, char 0: no previous regular expression".into()
                        );
                    };
                    *last = Some(regex);
                    regex.is_match(space)
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
                Address::Last if lines.is_last() => number,
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
