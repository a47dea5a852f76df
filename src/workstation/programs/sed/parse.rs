//! Reads a script, by the grammar of GNU sed and with its complaints.

use std::rc::Rc;

use crate::regex::{Regex, Syntax};
use crate::workstation::programs::sed::escape::{escapes, pieces};
use crate::workstation::programs::sed::script::{Action, Address, Command, Piece, Substitution};
use crate::workstation::programs::work::Ends;

/// How many commands a script may have.
const COMMANDS: usize = 5_000;

/// Reads a script.
///
/// # Errors
/// What sed says after its name.
pub fn parse(source: &str, is_extended: bool, ends: Ends) -> Result<Vec<Command>, String> {
    let mut parser = Parser {
        text: source.chars().collect(),
        at: 0,
        syntax: if is_extended {
            Syntax::Posix
        } else {
            Syntax::Basic
        },
        ends,
    };
    match parser.commands() {
        Ok(commands) => Ok(commands),
        Err(Trouble::Here(why)) => Err(format!("-e expression #1, char {}: {why}", parser.at)),
        Err(Trouble::At(place, why)) => Err(format!("-e expression #1, char {place}: {why}")),
        Err(Trouble::Whole(why)) => Err(why),
    }
}

enum Trouble {
    /// After what has been read.
    Here(String),
    At(usize, &'static str),
    Whole(String),
}

impl From<&str> for Trouble {
    fn from(why: &str) -> Trouble {
        Trouble::Here(why.into())
    }
}

type Read<T> = Result<T, Trouble>;

pub(super) struct Parser {
    pub(super) text: Vec<char>,
    pub(super) at: usize,
    syntax: Syntax,
    ends: Ends,
}

impl Parser {
    pub(super) fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += usize::from(c.is_some());
        c
    }

    pub(super) fn take(&mut self, wanted: char) -> bool {
        let is = self.peek() == Some(wanted);
        self.at += usize::from(is);
        is
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|c| c == ' ' || c == '\t') {
            self.at += 1;
        }
    }

    fn number(&mut self) -> Option<usize> {
        let mut number: Option<usize> = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            let before = number.unwrap_or(0);
            number = Some(before.saturating_mul(10).saturating_add(digit as usize));
            self.at += 1;
        }
        number
    }

    fn commands(&mut self) -> Read<Vec<Command>> {
        let mut commands: Vec<Command> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut labels: Vec<(String, usize)> = Vec::new();
        let mut branches: Vec<(usize, String)> = Vec::new();
        loop {
            while self.peek().is_some_and(|c| c.is_whitespace() || c == ';') {
                self.at += 1;
            }
            if self.peek().is_none() {
                break;
            }
            if commands.len() > COMMANDS {
                return Err("the script is too long".into());
            }
            let addresses = self.addresses()?;
            self.blanks();
            let mut is_negated = false;
            while self.take('!') {
                if is_negated {
                    return Err("multiple `!'s".into());
                }
                is_negated = true;
                self.blanks();
            }
            let Some(letter) = self.next() else {
                return Err("missing command".into());
            };
            let count = usize::from(addresses.0.is_some()) + usize::from(addresses.1.is_some());
            let place = commands.len();
            let action = match letter {
                '#' if count > 0 => return Err("comments don't accept any addresses".into()),
                '#' => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                    continue;
                }
                '{' => {
                    open.push(place);
                    Action::Block(0)
                }
                '}' => {
                    if count > 0 {
                        return Err("} doesn't want any addresses".into());
                    }
                    let Some(begin) = open.pop() else {
                        return Err("unexpected `}'".into());
                    };
                    if let Some(command) = commands.get_mut(begin) {
                        command.action = Action::Block(place);
                    }
                    self.end()?;
                    Action::Nothing
                }
                ':' => {
                    if count > 0 {
                        return Err(": doesn't want any addresses".into());
                    }
                    self.blanks();
                    let label = self.word(|c| c == '\n' || c == ';');
                    if label.is_empty() {
                        return Err("\":\" lacks a label".into());
                    }
                    labels.push((label, place));
                    Action::Nothing
                }
                'b' | 't' | 'T' => {
                    self.blanks();
                    let label = self.word(|c| c.is_whitespace() || c == ';' || c == '}');
                    branches.push((place, label));
                    Action::Branch(letter, 0)
                }
                'a' | 'i' | 'c' => Action::Text(letter, self.lines()?),
                'r' | 'w' | 'R' | 'W' => {
                    self.blanks();
                    let name = self.word(|c| c == '\n');
                    if name.is_empty() {
                        return Err("missing filename in r/R/w/W commands".into());
                    }
                    Action::File(letter, name)
                }
                's' => Action::Substitute(self.substitution()?.into()),
                'y' => self.transliteration()?,
                'q' | 'Q' => {
                    if count > 1 {
                        return Err("command only uses one address".into());
                    }
                    self.blanks();
                    let status = self.number().unwrap_or(0);
                    self.end()?;
                    Action::Quit(letter == 'q', (status & 0xff) as i32)
                }
                '=' | 'd' | 'D' | 'g' | 'G' | 'h' | 'H' | 'l' | 'n' | 'N' | 'p' | 'P' | 'x'
                | 'z' | 'F' => {
                    self.blanks();
                    let width = match letter {
                        'l' => self.number(),
                        _ => None,
                    };
                    self.end()?;
                    match letter {
                        'l' => Action::Listed(width),
                        letter => Action::Plain(letter),
                    }
                }
                letter => return Err(Trouble::Here(format!("unknown command: `{letter}'"))),
            };
            commands.push(Command {
                addresses,
                is_negated,
                action,
            });
        }
        if !open.is_empty() {
            return Err(Trouble::At(0, "unmatched `{'"));
        }
        for (place, label) in branches {
            let to = match label.as_str() {
                "" => commands.len(),
                label => match labels.iter().find(|(name, _)| name == label) {
                    Some((_, place)) => *place,
                    None => {
                        let why = format!("can't find label for jump to `{label}'");
                        return Err(Trouble::Whole(why));
                    }
                },
            };
            if let Some(Action::Branch(_, place)) = commands.get_mut(place).map(|c| &mut c.action) {
                *place = to;
            }
        }
        Ok(commands)
    }

    /// Nothing but the end of the command may follow.
    fn end(&mut self) -> Read<()> {
        self.blanks();
        match self.peek() {
            None | Some('}' | '#') => Ok(()),
            Some('\n' | ';' | '\r') => {
                self.at += 1;
                Ok(())
            }
            Some(_) => {
                self.at += 1;
                Err("extra characters after command".into())
            }
        }
    }

    fn word(&mut self, ends: impl Fn(char) -> bool) -> String {
        let mut word = String::new();
        while let Some(c) = self.peek().filter(|c| !ends(*c)) {
            word.push(c);
            self.at += 1;
        }
        word.trim_end().to_string()
    }

    fn addresses(&mut self) -> Read<(Option<Address>, Option<Address>)> {
        let Some(first) = self.address(false)? else {
            if self.peek() == Some(',') {
                self.at += 1;
                return Err("unexpected `,'".into());
            }
            return Ok((None, None));
        };
        self.blanks();
        let is_zero = matches!(first, Address::Line(0));
        if !self.take(',') {
            if is_zero {
                self.at += 1;
                return Err("invalid usage of line address 0".into());
            }
            return Ok((Some(first), None));
        }
        self.blanks();
        let Some(second) = self.address(true)? else {
            self.at += 1;
            return Err("unexpected `,'".into());
        };
        if is_zero && !matches!(second, Address::Match(_)) {
            self.at += 1;
            return Err("invalid usage of line address 0".into());
        }
        Ok((Some(first), Some(second)))
    }

    fn address(&mut self, is_second: bool) -> Read<Option<Address>> {
        if let Some(number) = self.number() {
            if !is_second && self.take('~') {
                return Ok(Some(Address::Step(number, self.number().unwrap_or(0))));
            }
            return Ok(Some(Address::Line(number)));
        }
        Ok(match self.peek() {
            Some('$') => {
                self.at += 1;
                Some(Address::Last)
            }
            Some(c @ ('+' | '~')) if is_second => {
                self.at += 1;
                let number = self.number().unwrap_or(0);
                Some(match c {
                    '+' => Address::Plus(number),
                    _ => Address::Multiple(number),
                })
            }
            Some(c @ ('/' | '\\')) => {
                self.at += 1;
                let delimiter = match c {
                    '/' => Some('/'),
                    _ => self.next(),
                };
                let Some(source) = delimiter.and_then(|d| self.until(d, true)) else {
                    return Err("unterminated address regex".into());
                };
                let (mut ignores_case, mut is_multi_line) = (false, false);
                loop {
                    match self.peek() {
                        Some('I') => ignores_case = true,
                        Some('M') => is_multi_line = true,
                        _ => break,
                    }
                    self.at += 1;
                }
                Some(Address::Match(
                    self.regex(&source, ignores_case, is_multi_line)?
                        .map(Rc::new),
                ))
            }
            _ => None,
        })
    }

    /// An empty expression is the last one.
    fn regex(&self, source: &str, ignores_case: bool, is_multi_line: bool) -> Read<Option<Regex>> {
        if source.is_empty() {
            return Ok(None);
        }
        let source = escapes(source);
        let source = self.ends.of(&source);
        match Regex::new(&source, self.syntax, ignores_case) {
            Ok(mut regex) => {
                regex.is_multi_line = is_multi_line;
                Ok(Some(regex))
            }
            Err(why) => Err(why.into()),
        }
    }

    /// The text of a, i and c: on the same line, or after a backslash.
    fn lines(&mut self) -> Read<String> {
        self.blanks();
        if self.peek().is_none() {
            return Err("expected \\ after `a', `c' or `i'".into());
        }
        if self.peek() == Some('\\') {
            self.at += 1;
            let begin = self.at;
            self.blanks();
            if !self.take('\n') {
                if self.peek().is_none() {
                    return Ok(String::new());
                }
                // On the same line the backslash keeps the blanks.
                self.at = begin;
            }
        }
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '\\' => text.extend(self.next().map(|c| match c {
                    'n' => '\n',
                    't' => '\t',
                    c => c,
                })),
                '\n' => break,
                c => text.push(c),
            }
        }
        text.push('\n');
        Ok(text)
    }

    fn substitution(&mut self) -> Read<Substitution> {
        const OPEN: &str = "unterminated `s' command";
        let delimiter = self
            .next()
            .filter(|c| !matches!(c, '\n' | '\\'))
            .ok_or(OPEN)?;
        let source = self.until(delimiter, true).ok_or(OPEN)?;
        let with = self.until(delimiter, false).ok_or(OPEN)?;
        let (mut all, mut prints, mut number, mut file) = (false, false, None, None);
        let (mut ignores_case, mut is_multi_line) = (false, false);
        while let Some(flag) = self.next() {
            match flag {
                'g' if all => return Err("multiple `g' options to `s' command".into()),
                'g' => all = true,
                'p' if prints => return Err("multiple `p' options to `s' command".into()),
                'p' => prints = true,
                'i' | 'I' => ignores_case = true,
                'm' | 'M' => is_multi_line = true,
                '0'..='9' => {
                    self.at -= 1;
                    if number.is_some() {
                        return Err("multiple number options to `s' command".into());
                    }
                    number = self.number();
                    if number == Some(0) {
                        return Err("number option to `s' command may not be zero".into());
                    }
                }
                'w' => {
                    self.blanks();
                    let name = self.word(|c| c == '\n');
                    if name.is_empty() {
                        return Err("missing filename in r/R/w/W commands".into());
                    }
                    file = Some(name);
                    break;
                }
                '}' | '#' => {
                    self.at -= 1;
                    break;
                }
                '\n' | ';' => break,
                ' ' | '\t' | '\r' => {}
                _ => return Err("unknown option to `s'".into()),
            }
        }
        let pattern = self.regex(&source, ignores_case, is_multi_line)?;
        let mut pieces = pieces(&with);
        for piece in &mut pieces {
            if let Piece::Text(text) = piece {
                *text = self.ends.of(text).into_owned();
            }
        }
        let groups = pattern.as_ref().map_or(9, Regex::groups);
        for piece in &pieces {
            if let Piece::Group(group) = piece {
                if *group > groups {
                    let why = format!("invalid reference \\{group} on `s' command's RHS");
                    return Err(Trouble::Here(why));
                }
            }
        }
        Ok(Substitution {
            pattern: pattern.map(Rc::new),
            pieces,
            all,
            number: number.unwrap_or(1),
            prints,
            file,
        })
    }

    fn transliteration(&mut self) -> Read<Action> {
        const OPEN: &str = "unterminated `y' command";
        let delimiter = self.next().ok_or(OPEN)?;
        let from = self.until(delimiter, false).ok_or(OPEN)?;
        let to = self.until(delimiter, false).ok_or(OPEN)?;
        let plain = |text: &str| {
            let mut out = Vec::new();
            let mut chars = text.chars();
            while let Some(c) = chars.next() {
                out.push(match c {
                    '\\' => match chars.next() {
                        Some('n') => '\n',
                        Some('t') => '\t',
                        Some(c) => c,
                        None => '\\',
                    },
                    c => c,
                });
            }
            out
        };
        let (from, to) = (plain(&from), plain(&to));
        if from.len() != to.len() {
            return Err("strings for `y' command are different lengths".into());
        }
        self.end()?;
        Ok(Action::Transliterate(from.into_iter().zip(to).collect()))
    }
}
