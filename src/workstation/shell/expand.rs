//! What words come to: braces, `~`, parameters, commands, arithmetic, splitting, file names,
//! and the quotes taken off, in this order.
//!
//! A command inside a word has to run before the word can be finished: [`Stop::Command`] says so,
//! what the word has changed so far is taken back, and it is begun again once the command's text is
//! among `done`. So nothing here ever waits.

use std::rc::Rc;

use crate::workstation::shell::braces::braces;
use crate::workstation::shell::fault::Fault;
use crate::workstation::shell::glob;
use crate::workstation::shell::parser::{Parser, TOP};
use crate::workstation::shell::pattern::{self, Sign, BREAK, EMPTY, EXPANDED, QUOTED};
use crate::workstation::shell::place::Place;
use crate::workstation::shell::quote::ansi;
use crate::workstation::shell::scan;
use crate::workstation::shell::state::State;
use crate::workstation::shell::syntax::Tree;
use crate::workstation::shell::variable::{Key, Variable};

/// What one word may come to, in characters.
const LENGTH: usize = 4 << 20;

/// What is said where there is no room for more.
pub(super) const MEMORY: &str = "xrealloc: cannot allocate memory";

/// What all words of a command may come to, in characters, and how many each counts for besides.
const GIVEN: usize = 4 * LENGTH;
const WORD: usize = 16;

/// How deep expansions may stand in each other.
const DEPTH: u32 = 60;

/// Why an expansion has not come to its end.
#[derive(Debug)]
pub enum Stop {
    /// A command has to run first; its text is what it prints.
    Command(Option<Tree>),
    /// A command has to be started whose output, or input, has a path (`<(…)`, `>(…)`).
    Path(Option<Tree>, bool),
    /// It is wrong; the command is not run.
    Fault(String),
    /// The same of a variable that is a number, which `bash -c` does not get over.
    Number(String),
    /// It is wrong, and a shell that reads a file ends here.
    Fatal(String),
}

/// What a command inside a word has left: its text and its status.
pub type Done = (Rc<str>, i32);

/// What an expansion gives.
pub type Expanded<T> = Result<T, Stop>;

/// What a variable was, or an element of an array.
pub(super) enum Before {
    Whole(Option<Variable>),
    Element(Key, Option<Rc<str>>),
}

/// Expands words.
pub struct Expander<'a> {
    /// The shell's knowledge, which an expansion may change.
    pub state: &'a mut State,
    pub(super) place: Place<'a>,
    done: &'a [Done],
    used: usize,
    pub(super) undo: Vec<(Rc<str>, Before)>,
    /// How many characters it has gone through.
    pub(super) length: usize,
    /// How much is in the words that it has given.
    given: usize,
    random: u32,
    status: i32,
    depth: u32,
    /// How deep in expressions the one is that comes next.
    pub(super) within: u32,
    splits: bool,
    /// A value, or what stands after `<<<`: parts of `"${@…}"` have the first separator between them.
    pub joins: bool,
    /// `"$@"` without arguments was met: quotes around it are no word.
    is_void: bool,
    /// What is wrong with it, but keeps nothing from being done.
    pub complaints: Vec<String>,
}

/// How a part of a word is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Bare,
    Quoted,
    /// A here-document: quotes are characters like others.
    Document,
}

impl<'a> Expander<'a> {
    /// Begins an expansion; `done` are the commands in it that have run.
    pub fn new(state: &'a mut State, place: Place<'a>, done: &'a [Done]) -> Expander<'a> {
        Expander {
            random: state.random,
            status: state.status,
            state,
            place,
            done,
            used: 0,
            undo: Vec::new(),
            length: 0,
            given: 0,
            depth: 0,
            within: 0,
            splits: true,
            joins: false,
            is_void: false,
            complaints: Vec::new(),
        }
    }

    /// Takes back what was changed; the knowledge that a command inside sees is returned.
    pub fn take_back(mut self) -> State {
        let seen = self.state.clone();
        self.forget();
        self.state.random = self.random;
        self.state.status = self.status;
        seen
    }

    /// Takes back what it has changed.
    pub fn forget(&mut self) {
        for (name, before) in std::mem::take(&mut self.undo).into_iter().rev() {
            match before {
                Before::Whole(before) => self.state.variables.restore(&name, before),
                Before::Element(key, before) => {
                    let variable = self.state.variables.entry(&name);
                    variable.value.put_back(&key, before);
                }
            }
        }
    }

    /// How many commands inside have been used.
    pub fn last_status(&self) -> Option<i32> {
        self.done[..self.used].last().map(|(_, status)| *status)
    }

    /// The words that a word comes to.
    pub fn fields(&mut self, word: &str) -> Expanded<Vec<Rc<str>>> {
        let words = match self.state.is_on("braceexpand") && word.contains('{') {
            true => braces(word).map_err(Stop::Fault)?,
            false => vec![word.to_string()],
        };
        let mut found = Vec::new();
        for word in words {
            // Most words have nothing in them.
            if word.is_empty() {
                continue;
            }
            if !word.contains(|c: char| "\\'\"$`~*?[<>(".contains(c)) {
                self.length += word.len();
                found.push(word.into());
                continue;
            }
            self.splits = true;
            let mut signs = Vec::new();
            self.walk(&word, &mut signs, Mode::Bare, false)?;
            for field in self.split(&signs)? {
                self.given += field.len() + WORD;
                if self.given > GIVEN {
                    return Err(Stop::Fault(MEMORY.into()));
                }
                self.paths(&field, &mut found)?;
            }
        }
        Ok(found)
    }

    /// The one text that a word comes to.
    pub fn single(&mut self, word: &str) -> Expanded<String> {
        Ok(pattern::text(&self.whole(word, false)?))
    }

    /// The value of an assignment, in which `~` stands after each `:` too.
    pub fn value(&mut self, word: &str) -> Expanded<String> {
        self.joins = true;
        let whole = self.whole(word, true);
        self.joins = false;
        Ok(pattern::text(&whole?))
    }

    /// The one word that a word comes to, with what was quoted.
    pub fn whole(&mut self, word: &str, assigns: bool) -> Expanded<Vec<Sign>> {
        let splits = std::mem::replace(&mut self.splits, false);
        let mut signs = Vec::new();
        let walked = self.walk(word, &mut signs, Mode::Bare, assigns);
        self.splits = splits;
        walked?;
        signs.retain(|s| *s != EMPTY);
        for sign in signs.iter_mut().filter(|s| **s == BREAK) {
            *sign = ' ' as Sign | QUOTED;
        }
        Ok(signs)
    }

    /// A here-document.
    pub fn document(&mut self, text: &str) -> Expanded<String> {
        let splits = std::mem::replace(&mut self.splits, false);
        let mut signs = Vec::new();
        let walked = self.walk(text, &mut signs, Mode::Document, false);
        self.splits = splits;
        walked?;
        for sign in signs.iter_mut().filter(|s| **s == BREAK) {
            *sign = ' ' as Sign;
        }
        Ok(pattern::text(&signs))
    }

    // ---- parts of a word

    pub(super) fn walk(
        &mut self,
        text: &str,
        out: &mut Vec<Sign>,
        mode: Mode,
        assigns: bool,
    ) -> Expanded<()> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Stop::Fault("expansion: too deep".into()));
        }
        let bytes = text.as_bytes();
        let flag = if mode == Mode::Bare { 0 } else { QUOTED };
        let (mut at, begun) = (0, out.len());
        while at < bytes.len() {
            if out.len() > LENGTH {
                return Err(Stop::Fault(MEMORY.into()));
            }
            let part = |end: usize| text.get(at + 1..end - 1).unwrap_or("");
            match bytes[at] {
                b'\\' => {
                    let end = scan::char_end(text, at + 1);
                    let next = text.get(at + 1..end).unwrap_or("");
                    let escapes = match mode {
                        Mode::Bare => true,
                        Mode::Quoted => matches!(next, "$" | "`" | "\"" | "\\" | "\n"),
                        Mode::Document => matches!(next, "$" | "`" | "\\" | "\n"),
                    };
                    match (escapes, next) {
                        (true, "\n") => {}
                        (true, "") => out.push('\\' as Sign | flag),
                        (true, next) => out.extend(next.chars().map(|c| c as Sign | QUOTED)),
                        (false, next) => {
                            out.push('\\' as Sign | QUOTED);
                            out.extend(next.chars().map(|c| c as Sign | QUOTED));
                        }
                    }
                    at = end.max(at + 1);
                }
                b'\'' if mode == Mode::Bare => {
                    let end = scan::single(text, at).unwrap_or(bytes.len() + 1);
                    self.push_quoted(part(end), out);
                    at = end;
                }
                b'"' if mode != Mode::Document => {
                    let end = scan::double(text, at, TOP).unwrap_or(bytes.len() + 1);
                    self.quoted(part(end), out)?;
                    at = end;
                }
                b'`' => {
                    let end = scan::backquote(text, at);
                    let end = end.or_else(|_| self.unclosed(text, at, "\"`\"", mode))?;
                    let tree = self.parse(part(end), mode != Mode::Bare)?;
                    self.command(tree, out, mode)?;
                    at = end;
                }
                b'$' => at = self.dollar(text, at, out, mode)?,
                b'~' if mode == Mode::Bare => {
                    let before = at.checked_sub(1).map(|b| bytes[b]);
                    let starts = match before {
                        None => true,
                        Some(byte) => assigns && byte == b':',
                    };
                    match starts.then(|| self.tilde(text.get(at..).unwrap_or(""), assigns)) {
                        Some(Some((home, length))) => {
                            out.extend(home.chars().map(|c| c as Sign | QUOTED));
                            at += length;
                        }
                        _ => {
                            out.push('~' as Sign);
                            at += 1;
                        }
                    }
                }
                b'<' | b'>' if mode == Mode::Bare && bytes.get(at + 1) == Some(&b'(') => {
                    let mut parser = Parser::new(text.into(), at + 2, self.state.line, self.depth);
                    let tree = parser.list_in_parentheses();
                    let tree = tree.map_err(|fault| Stop::Fault(fault.text()))?;
                    match self.done.get(self.used) {
                        None => return Err(Stop::Path(tree, bytes[at] == b'<')),
                        Some((path, _)) => {
                            out.extend(path.chars().map(|c| c as Sign | QUOTED));
                            self.used += 1;
                        }
                    }
                    at = parser.place();
                }
                byte if byte < 128 => {
                    out.push(Sign::from(byte) | flag);
                    at += 1;
                }
                _ => {
                    let end = scan::char_end(text, at);
                    let chars = text.get(at..end).unwrap_or("").chars();
                    out.extend(chars.map(|c| c as Sign | flag));
                    at = end.max(at + 1);
                }
            }
        }
        self.depth -= 1;
        self.length += out.len() - begun;
        Ok(())
    }

    fn push_quoted(&self, text: &str, out: &mut Vec<Sign>) {
        match text.is_empty() {
            true => out.push(EMPTY),
            false => out.extend(text.chars().map(|c| c as Sign | QUOTED)),
        }
    }

    /// What stands in double quotes.
    fn quoted(&mut self, inside: &str, out: &mut Vec<Sign>) -> Expanded<()> {
        let before = out.len();
        let void = std::mem::replace(&mut self.is_void, false);
        self.walk(inside, out, Mode::Quoted, false)?;
        if out.len() == before && !self.is_void {
            out.push(EMPTY);
        }
        self.is_void = void;
        Ok(())
    }

    /// `~`, `~asha`, `~+`: the directory, and how much of the text stood for it.
    fn tilde(&self, text: &str, assigns: bool) -> Option<(Rc<str>, usize)> {
        let ends = |c: char| c == '/' || (assigns && c == ':');
        let length = text.find(ends).unwrap_or(text.len());
        let name = text.get(1..length)?;
        let home = match name {
            "" => match self.state.text("HOME") {
                Some(home) => home,
                None => glob::home(&self.place, None)?,
            },
            "+" => self.state.text("PWD")?,
            "-" => self.state.text("OLDPWD")?,
            name if name.contains(|c: char| "\\'\"$`".contains(c)) => return None,
            name => glob::home(&self.place, Some(name))?,
        };
        Some((home, length))
    }

    /// A command inside a word.
    fn command(&mut self, tree: Option<Tree>, out: &mut Vec<Sign>, mode: Mode) -> Expanded<()> {
        let Some((text, status)) = self.done.get(self.used).cloned() else {
            return Err(Stop::Command(tree));
        };
        self.used += 1;
        self.state.status = status;
        self.push_value(&text, out, mode);
        Ok(())
    }

    pub(super) fn push_value(&self, text: &str, out: &mut Vec<Sign>, mode: Mode) {
        let flag = match mode {
            Mode::Bare => EXPANDED,
            _ => QUOTED,
        };
        out.extend(text.chars().map(|c| c as Sign | flag));
    }

    /// `$@`, `$*`, `${a[@]}`.
    pub(super) fn push_values(
        &mut self,
        values: &[Rc<str>],
        is_star: bool,
        out: &mut Vec<Sign>,
        mode: Mode,
    ) {
        let joins = is_star && (mode != Mode::Bare || !self.splits);
        let separators = self.separators();
        for (i, value) in values.iter().enumerate() {
            if i > 0 && joins {
                out.extend(separators.chars().next().map(|c| c as Sign | QUOTED));
            } else if i > 0 {
                // Without quotes the first separator stands between them, and splits them again.
                let first = separators.chars().next();
                let splits = mode == Mode::Bare && self.splits;
                let first = first.filter(|_| splits);
                out.push(first.map_or(BREAK, |c| c as Sign | EXPANDED));
            }
            if value.is_empty() && mode == Mode::Quoted && !joins {
                out.push(EMPTY);
            }
            self.push_value(value, out, mode);
        }
        self.is_void |= values.is_empty() && !is_star;
    }

    fn dollar(
        &mut self,
        text: &str,
        at: usize,
        out: &mut Vec<Sign>,
        mode: Mode,
    ) -> Expanded<usize> {
        let bytes = text.as_bytes();
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        match next {
            b'(' => {
                if bytes.get(at + 2) == Some(&b'(') {
                    if let Some(end) = scan::arithmetic(text, at + 3, TOP) {
                        let inside = text.get(at + 3..end - 2).unwrap_or("");
                        let value = self.arithmetic(inside)?;
                        self.push_value(&value.to_string(), out, mode);
                        return Ok(end);
                    }
                }
                let inside = text.get(at + 2..).unwrap_or("");
                let blank = inside.len() - inside.trim_start().len();
                let line = self.state.line + u32::from(mode == Mode::Document);
                let mut parser = Parser::new(text.into(), at + 2 + blank, line, self.depth);
                let tree = match parser.list_in_parentheses() {
                    Ok(tree) => tree,
                    Err(_) if inside.starts_with('(') && mode == Mode::Document => {
                        return self.unclosed(text, at, "`)'", mode);
                    }
                    Err(fault) if mode == Mode::Document => {
                        let fault = match fault {
                            Fault::End => Fault::Open(')'),
                            fault => fault,
                        };
                        let shown = inside.split('\n').next().unwrap_or("");
                        return Err(Stop::Fault(parser.complaint(&fault, shown, 1)));
                    }
                    Err(fault) => return Err(Stop::Fault(fault.text())),
                };
                let end = parser.place();
                self.command(tree, out, mode)?;
                Ok(end)
            }
            b'[' => {
                let end = scan::dollar(text, at, TOP, false);
                let end = end.or_else(|_| self.unclosed(text, at, "`]'", mode))?;
                let value = self.arithmetic(text.get(at + 2..end - 1).unwrap_or(""))?;
                self.push_value(&value.to_string(), out, mode);
                Ok(end)
            }
            b'{' => {
                let quoted = mode != Mode::Bare;
                let end = scan::brace(text, at + 2, TOP, quoted);
                let end = end.or_else(|_| self.unclosed(text, at, "`}'", mode))?;
                let inside = text.get(at + 2..end - 1).unwrap_or("");
                self.braced(inside, out, mode)?;
                Ok(end)
            }
            b'\'' if mode == Mode::Bare => {
                let end = scan::dollar(text, at, TOP, false).unwrap_or(bytes.len() + 1);
                let inside = ansi(text.get(at + 2..end - 1).unwrap_or(""));
                self.push_quoted(&inside, out);
                Ok(end)
            }
            b'"' if mode == Mode::Bare => {
                let end = scan::double(text, at + 1, TOP).unwrap_or(bytes.len() + 1);
                self.quoted(text.get(at + 2..end - 1).unwrap_or(""), out)?;
                Ok(end)
            }
            _ => {
                let end = scan::dollar(text, at, TOP, mode != Mode::Bare).unwrap_or(at + 1);
                let name = text.get(at + 1..end).unwrap_or("");
                if name.is_empty() {
                    let flag = if mode == Mode::Bare { 0 } else { QUOTED };
                    out.push('$' as Sign | flag);
                    return Ok(at + 1);
                }
                match name {
                    "@" | "*" => {
                        let arguments = self.state.arguments.clone();
                        self.push_values(&arguments, name == "*", out, mode);
                    }
                    name => {
                        let value = self.wanted(name)?;
                        self.push_value(&value, out, mode);
                    }
                }
                Ok(end)
            }
        }
    }

    // ---- parameters
}
