//! Pieces: words, operators, ends of lines, and the here-documents that begin there.

use std::borrow::Cow;
use std::rc::Rc;

use crate::workstation::shell::fault::Fault;
use crate::workstation::shell::scan::{self, Level, Rules};
use crate::workstation::shell::syntax::Text;

/// What the next piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Operator(&'static str),
    /// A number, or `{name}`, in front of a `<` or `>`.
    Number,
    Newline,
    End,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

const OPERATORS: [&str; 24] = [
    "&>>", "<<<", "<<-", ";;&", "&&", "||", ";;", ";&", "<<", ">>", "<&", ">&", "<>", ">|", "&>",
    "|&", "((", "|", "&", ";", "(", ")", "<", ">",
];

/// How the lines of a complaint begin that have the shell's name in front, and no number of a line.
pub const INSIDE: &str = "\u{1}";

/// What is read.
pub(super) type Parsed<T> = Result<T, Fault>;
/// Where a word stands that is in no other.
pub const TOP: Level = Level {
    depth: 0,
    is_inner: false,
    is_braced: false,
    commands: behind_commands,
};

/// The end of the commands in parentheses, the first of which is behind us.
fn behind_commands(text: &str, from: usize, level: Level) -> scan::Found {
    let mut parser = Parser::new(Cow::Borrowed(text), from, 1, level.depth);
    parser.is_inner = !level.is_braced;
    match parser.list_in_parentheses() {
        Ok(_) => Ok(parser.place()),
        Err(Fault::End) => Err(Fault::Open(')')),
        Err(Fault::Token(token)) => Err(Fault::Inner(token)),
        Err(fault) => Err(fault),
    }
}

/// Reads commands.
#[derive(Debug)]
pub struct Parser<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) place: usize,
    /// The line that we are on.
    pub line: u32,
    pub(super) depth: u32,
    /// It looks for the end of commands that stand in a word.
    is_inner: bool,
    pub(super) ahead: Option<Token>,
    /// Here-documents whose text begins on the next line.
    pub(super) pending: Vec<Rc<Pending>>,
    /// What an alias has put in, and up to where it is not looked up again.
    pub(super) replaced: Vec<(String, usize)>,
    /// Here-documents that the end of the text has ended.
    pub warnings: Vec<(u32, String)>,
    /// More text may come.
    pub is_open: bool,
    /// A line without an end has been given one.
    pub(super) has_ended: bool,
    /// Patterns such as `@(a|b)` are read everywhere.
    pub extended: bool,
}

#[derive(Debug)]
pub(super) struct Pending {
    pub(super) document: Rc<std::cell::OnceCell<(Text, bool)>>,
    pub(super) delimiter: String,
    pub(super) strips: bool,
    pub(super) expands: bool,
    pub(super) line: u32,
}

impl<'t> Parser<'t> {
    /// Reads a text from a place on.
    pub fn new(text: Cow<'t, str>, place: usize, line: u32, depth: u32) -> Parser<'t> {
        Parser {
            text,
            place,
            line,
            depth,
            is_inner: false,
            ahead: None,
            pending: Vec::new(),
            replaced: Vec::new(),
            warnings: Vec::new(),
            is_open: false,
            has_ended: false,
            extended: false,
        }
    }

    /// How far it has read.
    pub fn place(&self) -> usize {
        self.place
    }

    /// The text of a line that it has just read from, for a complaint.
    pub fn line_text(&self) -> &str {
        let place = self
            .ahead
            .map_or(self.place, |t| t.start)
            .min(self.text.len());
        let before = self.text.get(..place).unwrap_or("");
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = self.text.get(start..).unwrap_or("");
        rest.split('\n').next().unwrap_or("")
    }

    /// What bash says of a fault in commands inside of something else, where they are shown like this.
    /// The text ends so many lines after its last one.
    pub fn complaint(&self, fault: &Fault, shown: &str, more: u32) -> String {
        let line = match fault {
            Fault::Open(')') | Fault::End | Fault::Document(_) => self.last_line() + more,
            _ => self.line,
        };
        let mut text = String::new();
        for (line, what) in &self.warnings {
            text.push_str(&format!("{INSIDE}line {line}: warning: {what}\n"));
        }
        let start = format!("{INSIDE}command substitution: line {line}: ");
        text.push_str(&format!("{start}{}", fault.text()));
        if matches!(fault, Fault::Token(_) | Fault::Inner(_)) {
            text.push_str(&format!("\n{start}`{shown}'"));
        }
        text
    }

    /// The rest of the line is left out, and whatever had been begun in it.
    pub fn leave_line(&mut self) {
        let rest = self.text.get(self.place..).unwrap_or("");
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        self.place += end;
        self.line += 1;
        (self.ahead, self.depth) = (None, 0);
        self.pending.clear();
    }

    /// The number of the last line.
    pub fn last_line(&self) -> u32 {
        let rest = self.text.get(self.place..).unwrap_or("");
        let rest_lines = rest.matches('\n').count() as u32;
        let line = self.line + rest_lines;
        match self.text.ends_with('\n') {
            true => line - 1,
            false => line,
        }
    }

    pub(super) fn byte(&self, place: usize) -> u8 {
        self.text.as_bytes().get(place).copied().unwrap_or(0)
    }

    pub(super) fn slice(&self, token: Token) -> &str {
        self.text.get(token.start..token.end).unwrap_or("")
    }

    pub(super) fn level(&self) -> Level {
        Level {
            depth: self.depth,
            is_inner: self.is_inner,
            ..TOP
        }
    }

    pub(super) fn peek(&mut self) -> Parsed<Token> {
        if let Some(token) = self.ahead {
            return Ok(token);
        }
        let token = self.scan(Rules {
            extended: self.extended,
            regex: false,
        })?;
        self.ahead = Some(token);
        Ok(token)
    }

    pub(super) fn scan(&mut self, rules: Rules) -> Parsed<Token> {
        let mut start = self.place;
        loop {
            match self.byte(start) {
                b' ' | b'\t' => start += 1,
                b'\\' if self.byte(start + 1) == b'\n' => {
                    if self.is_open && start + 2 >= self.text.len() {
                        return Err(Fault::End);
                    }
                    self.line += 1;
                    start += 2;
                }
                b'#' => {
                    let rest = self.text.get(start..).unwrap_or("");
                    start += rest.find('\n').unwrap_or(rest.len());
                }
                _ => break,
            }
        }
        self.place = start;
        let rest = self.text.get(start..).unwrap_or("");
        let (kind, end) = match self.byte(start) {
            0 if rest.is_empty() => {
                let is_line = start > 0 && !self.text.ends_with('\n') && !self.has_ended;
                self.has_ended = true;
                match is_line {
                    true => (Kind::Newline, start),
                    false => (Kind::End, start),
                }
            }
            b'\n' => (Kind::Newline, start + 1),
            // `<(` begins a word.
            b'<' | b'>' if self.byte(start + 1) == b'(' => (
                Kind::Word,
                scan::word(&self.text, start, self.level(), rules)?,
            ),
            byte if scan::is_meta(byte) && !(rules.regex && b"(|".contains(&byte)) => {
                let found = OPERATORS.iter().find(|o| rest.starts_with(**o));
                let operator = found.copied().unwrap_or(";");
                (Kind::Operator(operator), start + operator.len())
            }
            _ => {
                let end = scan::word(&self.text, start, self.level(), rules)?;
                let word = self.text.get(start..end).unwrap_or("");
                let follows = matches!(self.byte(end), b'<' | b'>');
                let is_number = word.bytes().all(|b| b.is_ascii_digit());
                let braced = word.strip_prefix('{').and_then(|w| w.strip_suffix('}'));
                let is_variable = braced.is_some_and(scan::is_identifier);
                match follows && (is_number || is_variable) {
                    true => (Kind::Number, end),
                    false => (Kind::Word, end),
                }
            }
        };
        if self.is_open
            && kind == Kind::Word
            && rest.get(..end - start).is_some_and(|w| w.ends_with("\\\n"))
            && end >= self.text.len()
        {
            return Err(Fault::End);
        }
        Ok(Token { kind, start, end })
    }

    /// Takes the next piece.
    pub(super) fn take(&mut self) -> Parsed<Token> {
        let token = self.peek()?;
        self.ahead = None;
        self.line += self.slice(token).matches('\n').count() as u32;
        self.place = token.end;
        if token.kind == Kind::Newline {
            self.documents()?;
        }
        Ok(token)
    }

    /// The here-documents that begin here.
    pub(super) fn documents(&mut self) -> Parsed<()> {
        for pending in std::mem::take(&mut self.pending) {
            let mut text = String::new();
            loop {
                let rest = self.text.get(self.place..).unwrap_or("");
                if rest.is_empty() {
                    if self.is_open {
                        return Err(Fault::Document(pending.delimiter.clone()));
                    }
                    let what = format!(
                        "here-document at line {} delimited by end-of-file (wanted `{}')",
                        pending.line, pending.delimiter
                    );
                    self.warnings.push((self.last_line(), what));
                    break;
                }
                let mut end = rest.find('\n').map_or(rest.len(), |at| at + 1);
                // A backslash at the end of a line joins it with the next.
                let ends_open = |line: &str| {
                    let bare = line.strip_suffix('\n').unwrap_or("");
                    (bare.len() - bare.trim_end_matches('\\').len()) % 2 == 1
                };
                while pending.expands && rest.get(..end).is_some_and(ends_open) {
                    let more = rest.get(end..).unwrap_or("");
                    if more.is_empty() {
                        break;
                    }
                    end += more.find('\n').map_or(more.len(), |at| at + 1);
                }
                let mut line = rest.get(..end).unwrap_or("");
                let lines = line.matches('\n').count() as u32;
                if pending.strips {
                    line = line.trim_start_matches('\t');
                }
                let is_end = line.strip_suffix('\n').unwrap_or(line) == pending.delimiter;
                if !is_end {
                    text.push_str(line);
                    if !line.ends_with('\n') {
                        text.push('\n');
                    }
                }
                self.line += lines;
                self.place += end;
                if is_end {
                    break;
                }
            }
            // It is read once.
            let _ = pending.document.set((text.into(), pending.expands));
        }
        Ok(())
    }

    pub(super) fn is_operator(&mut self, operator: &str) -> Parsed<bool> {
        Ok(matches!(self.peek()?.kind, Kind::Operator(o) if o == operator))
    }

    pub(super) fn takes(&mut self, operator: &str) -> Parsed<bool> {
        let is = self.is_operator(operator)?;
        if is {
            self.take()?;
        }
        Ok(is)
    }

    /// The next word, where it is one, as it is written.
    pub(super) fn word_ahead(&mut self) -> Parsed<Option<&str>> {
        let token = self.peek()?;
        Ok((token.kind == Kind::Word).then(|| self.slice(token)))
    }

    pub(super) fn is_word(&mut self, word: &str) -> Parsed<bool> {
        Ok(self.word_ahead()? == Some(word))
    }

    pub(super) fn takes_word(&mut self, word: &str) -> Parsed<bool> {
        let is = self.is_word(word)?;
        if is {
            self.take()?;
        }
        Ok(is)
    }

    pub(super) fn wants_word(&mut self, word: &str) -> Parsed<()> {
        match self.takes_word(word)? {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    /// The complaint about the next piece.
    pub(super) fn unexpected(&mut self) -> Fault {
        let token = match self.peek() {
            Ok(token) => token,
            Err(fault) => return fault,
        };
        match token.kind {
            Kind::End => Fault::End,
            Kind::Newline => Fault::Token("newline".into()),
            _ => Fault::Token(self.slice(token).into()),
        }
    }

    pub(super) fn newlines(&mut self) -> Parsed<()> {
        while self.peek()?.kind == Kind::Newline {
            self.take()?;
        }
        Ok(())
    }

    pub(super) fn text_of(&mut self) -> Parsed<Text> {
        match self.peek()?.kind {
            Kind::Word | Kind::Number => {
                let token = self.take()?;
                Ok(self.slice(token).into())
            }
            _ => Err(self.unexpected()),
        }
    }
}
