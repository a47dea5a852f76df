//! From text to commands (bash's grammar). What is read is taken from the text as far as it is
//! needed: a command at a time, so that a mistake in the tenth line does not keep nine from running.

use std::borrow::Cow;
use std::rc::Rc;

use crate::workstation::shell::scan::{self, Rules};
use crate::workstation::shell::syntax::{Arm, Condition, Node, Redirect, Text, Tree, What};

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `syntax error near unexpected token`
    Token(String),
    /// The text ends too early.
    End,
    /// A quote, a brace or a parenthesis is not closed.
    Open(char),
    /// A here-document has not ended; this line would end it.
    Document(String),
    /// Commands in commands in commands …
    Deep,
    /// Something else.
    Other(String),
}

impl Fault {
    /// Whether more text may mend it.
    pub fn is_open(&self) -> bool {
        matches!(self, Fault::End | Fault::Open(_) | Fault::Document(_))
    }

    /// What bash says.
    pub fn text(&self) -> String {
        match self {
            Fault::Token(token) => format!("syntax error near unexpected token `{token}'"),
            Fault::End | Fault::Document(_) => "syntax error: unexpected end of file".into(),
            Fault::Open('(') => Fault::Open(')').text(),
            Fault::Open(what) => {
                format!("unexpected EOF while looking for matching `{what}'")
            }
            Fault::Deep => "syntax error: too many commands in each other".into(),
            Fault::Other(text) => text.clone(),
        }
    }
}

/// What is read.
type Parsed<T> = Result<T, Fault>;

/// What the next piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Word,
    Operator(&'static str),
    /// A number, or `{name}`, in front of a `<` or `>`.
    Number,
    Newline,
    End,
}

#[derive(Clone, Copy, Debug)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

const OPERATORS: [&str; 24] = [
    "&>>", "<<<", "<<-", ";;&", "&&", "||", ";;", ";&", "<<", ">>", "<&", ">&", "<>", ">|", "&>",
    "|&", "((", "|", "&", ";", "(", ")", "<", ">",
];

/// Words that mean something where a command is expected.
pub const RESERVED: [&str; 22] = [
    "if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until", "do",
    "done", "in", "function", "time", "{", "}", "!", "[[", "]]", "coproc",
];

/// Words that cannot start a command.
const CLOSERS: [&str; 8] = ["then", "else", "elif", "fi", "do", "done", "esac", "}"];

/// Reads commands.
#[derive(Debug)]
pub struct Parser<'t> {
    text: Cow<'t, str>,
    place: usize,
    /// The line that we are on.
    pub line: u32,
    depth: u32,
    ahead: Option<Token>,
    /// Here-documents whose text begins on the next line.
    pending: Vec<Rc<Pending>>,
    /// What an alias has put in, and up to where it is not looked up again.
    replaced: Vec<(String, usize)>,
    /// Here-documents that the end of the text has ended.
    pub warnings: Vec<(u32, String)>,
    /// More text may come.
    pub is_open: bool,
    /// A line without an end has been given one.
    has_ended: bool,
    /// Patterns such as `@(a|b)` are read everywhere.
    pub extended: bool,
}

#[derive(Debug)]
struct Pending {
    document: Rc<std::cell::OnceCell<(Text, bool)>>,
    delimiter: String,
    strips: bool,
    expands: bool,
    line: u32,
}

/// The aliases there are.
pub type Aliases<'a> = &'a [(String, String)];

impl<'t> Parser<'t> {
    /// How deep commands may stand in commands.
    pub const DEPTH: u32 = 60;

    /// Reads a text from a place on.
    pub fn new(text: Cow<'t, str>, place: usize, line: u32, depth: u32) -> Parser<'t> {
        Parser {
            text,
            place,
            line,
            depth,
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

    fn byte(&self, place: usize) -> u8 {
        self.text.as_bytes().get(place).copied().unwrap_or(0)
    }

    fn slice(&self, token: Token) -> &str {
        self.text.get(token.start..token.end).unwrap_or("")
    }

    // ---- pieces

    fn peek(&mut self) -> Parsed<Token> {
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

    fn scan(&mut self, rules: Rules) -> Parsed<Token> {
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
                scan::word(&self.text, start, self.depth, rules)?,
            ),
            byte if scan::is_meta(byte) && !(rules.regex && b"(|".contains(&byte)) => {
                let found = OPERATORS.iter().find(|o| rest.starts_with(**o));
                let operator = found.copied().unwrap_or(";");
                (Kind::Operator(operator), start + operator.len())
            }
            _ => {
                let end = scan::word(&self.text, start, self.depth, rules)?;
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
    fn take(&mut self) -> Parsed<Token> {
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
    fn documents(&mut self) -> Parsed<()> {
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

    fn is_operator(&mut self, operator: &str) -> Parsed<bool> {
        Ok(matches!(self.peek()?.kind, Kind::Operator(o) if o == operator))
    }

    fn takes(&mut self, operator: &str) -> Parsed<bool> {
        let is = self.is_operator(operator)?;
        if is {
            self.take()?;
        }
        Ok(is)
    }

    /// The next word, where it is one, as it is written.
    fn word_ahead(&mut self) -> Parsed<Option<&str>> {
        let token = self.peek()?;
        Ok((token.kind == Kind::Word).then(|| self.slice(token)))
    }

    fn is_word(&mut self, word: &str) -> Parsed<bool> {
        Ok(self.word_ahead()? == Some(word))
    }

    fn takes_word(&mut self, word: &str) -> Parsed<bool> {
        let is = self.is_word(word)?;
        if is {
            self.take()?;
        }
        Ok(is)
    }

    fn wants_word(&mut self, word: &str) -> Parsed<()> {
        match self.takes_word(word)? {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    /// The complaint about the next piece.
    fn unexpected(&mut self) -> Fault {
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

    fn newlines(&mut self) -> Parsed<()> {
        while self.peek()?.kind == Kind::Newline {
            self.take()?;
        }
        Ok(())
    }

    fn text_of(&mut self) -> Parsed<Text> {
        match self.peek()?.kind {
            Kind::Word | Kind::Number => {
                let token = self.take()?;
                Ok(self.slice(token).into())
            }
            _ => Err(self.unexpected()),
        }
    }

    fn node(line: u32, what: What) -> Tree {
        Rc::new(Node {
            line,
            what,
            redirects: Vec::new(),
        })
    }

    // ---- commands

    /// The next command line; `None` at the end of the text.
    ///
    /// # Errors
    /// What is wrong with it, or that it goes on in text that is not here yet.
    pub fn command_line(&mut self, aliases: Aliases) -> Parsed<Option<Tree>> {
        self.newlines()?;
        if self.peek()?.kind == Kind::End {
            return Ok(None);
        }
        let line = self.line;
        let mut items = Vec::new();
        loop {
            let command = self.and_or(aliases)?;
            let background = self.is_operator("&")?;
            items.push((command, background));
            let separated = background || self.is_operator(";")?;
            if separated {
                self.take()?;
            }
            match self.peek()?.kind {
                Kind::Newline => {
                    self.take()?;
                    break;
                }
                Kind::End => {
                    self.documents()?;
                    break;
                }
                _ if separated => {}
                _ => return Err(self.unexpected()),
            }
        }
        Ok(Some(Parser::node(line, What::Sequence(items))))
    }

    /// Commands up to a word or operator that ends them.
    fn list(&mut self, aliases: Aliases, ends: &[&str]) -> Parsed<Tree> {
        self.depth += 1;
        if self.depth > Parser::DEPTH {
            return Err(Fault::Deep);
        }
        self.newlines()?;
        let line = self.line;
        let mut items = Vec::new();
        loop {
            let command = self.and_or(aliases)?;
            let background = self.is_operator("&")?;
            items.push((command, background));
            let separated = background || self.is_operator(";")?;
            if separated {
                self.take()?;
            }
            let has_newline = self.peek()?.kind == Kind::Newline;
            self.newlines()?;
            let token = self.peek()?;
            let is_end = match token.kind {
                // A simple command would have taken the word.
                Kind::Word => ends.contains(&self.slice(token)),
                Kind::Operator(o) => ends.contains(&o),
                _ => false,
            };
            if is_end {
                break;
            }
            if !separated && !has_newline {
                return Err(self.unexpected());
            }
        }
        self.depth -= 1;
        Ok(Parser::node(line, What::Sequence(items)))
    }

    /// Commands up to a `)`, which is taken too; there may be none.
    pub fn list_in_parentheses(&mut self) -> Parsed<Option<Tree>> {
        if self.depth > Parser::DEPTH {
            return Err(Fault::Deep);
        }
        self.newlines()?;
        let found = match self.is_operator(")")? {
            true => None,
            false => Some(self.list(&[], &[")"])?),
        };
        match self.takes(")")? {
            true => Ok(found),
            false => Err(self.unexpected()),
        }
    }

    fn and_or(&mut self, aliases: Aliases) -> Parsed<Tree> {
        let line = self.line;
        let first = self.pipeline(aliases)?;
        let mut rest = Vec::new();
        loop {
            let and = self.is_operator("&&")?;
            if !and && !self.is_operator("||")? {
                break;
            }
            self.take()?;
            self.newlines()?;
            rest.push((and, self.pipeline(aliases)?));
        }
        Ok(match rest.is_empty() {
            true => first,
            false => Parser::node(line, What::AndOr(first, rest)),
        })
    }

    fn pipeline(&mut self, aliases: Aliases) -> Parsed<Tree> {
        let line = self.line;
        let (mut negated, mut timed) = (false, false);
        loop {
            if self.takes_word("!")? {
                negated = !negated;
            } else if !timed && self.takes_word("time")? {
                timed = true;
                self.takes_word("-p")?;
            } else {
                break;
            }
        }
        if timed
            && matches!(
                self.peek()?.kind,
                Kind::Newline | Kind::End | Kind::Operator(";")
            )
        {
            let what = What::Simple {
                assigns: Vec::new(),
                words: Vec::new(),
            };
            let stages = vec![Parser::node(line, what)];
            return Ok(Parser::node(
                line,
                What::Pipeline {
                    stages,
                    negated,
                    timed,
                },
            ));
        }
        let mut stages = vec![self.command(aliases)?];
        loop {
            let both = self.is_operator("|&")?;
            if !both && !self.is_operator("|")? {
                break;
            }
            self.take()?;
            if both {
                if let Some(last) = stages.pop() {
                    stages.push(Parser::with_error(last));
                }
            }
            self.newlines()?;
            stages.push(self.command(aliases)?);
        }
        Ok(match (stages.len(), negated, timed) {
            (1, false, false) => stages.remove(0),
            _ => Parser::node(
                line,
                What::Pipeline {
                    stages,
                    negated,
                    timed,
                },
            ),
        })
    }

    /// `|&`: what it says on its error output goes the same way.
    fn with_error(tree: Tree) -> Tree {
        let join = Redirect {
            descriptor: Some(2),
            variable: None,
            operator: ">&",
            target: "1".into(),
            document: Rc::default(),
        };
        match Rc::try_unwrap(tree) {
            Ok(mut node) => {
                node.redirects.push(join);
                Rc::new(node)
            }
            Err(tree) => tree,
        }
    }

    fn command(&mut self, aliases: Aliases) -> Parsed<Tree> {
        self.depth += 1;
        if self.depth > Parser::DEPTH {
            return Err(Fault::Deep);
        }
        let tree = self.command_inside(aliases);
        self.depth -= 1;
        tree
    }

    fn command_inside(&mut self, aliases: Aliases) -> Parsed<Tree> {
        let token = self.peek()?;
        let line = self.line;
        let what = match token.kind {
            Kind::Operator("((") => match scan::arithmetic(&self.text, token.end) {
                Some(end) => {
                    let inside = self.text.get(token.end..end - 2).unwrap_or("").into();
                    self.skip_to(end);
                    What::Arithmetic(inside)
                }
                None => {
                    self.ahead = Some(Token {
                        kind: Kind::Operator("("),
                        end: token.start + 1,
                        ..token
                    });
                    return self.command_inside(aliases);
                }
            },
            Kind::Operator("(") => {
                self.take()?;
                let inside = self.list(aliases, &[")"])?;
                self.take()?;
                What::Subshell(inside)
            }
            Kind::Operator(
                "<" | ">" | "<<" | ">>" | "<&" | ">&" | "<>" | ">|" | "&>" | "&>>" | "<<<" | "<<-",
            )
            | Kind::Number => return self.simple(aliases),
            Kind::Word => match self.reserved(aliases)? {
                Some(what) => what,
                None => return self.simple(aliases),
            },
            _ => return Err(self.unexpected()),
        };
        let redirects = self.redirects()?;
        Ok(Rc::new(Node {
            line,
            what,
            redirects,
        }))
    }

    fn skip_to(&mut self, end: usize) {
        self.ahead = None;
        let skipped = self.text.get(self.place..end).unwrap_or("");
        self.line += skipped.matches('\n').count() as u32;
        self.place = end;
    }

    /// A command that begins with a reserved word, if one does.
    fn reserved(&mut self, aliases: Aliases) -> Parsed<Option<What>> {
        let word = self.word_ahead()?.unwrap_or("").to_string();
        if CLOSERS.contains(&word.as_str()) || word == "!" {
            return Err(self.unexpected());
        }
        Ok(Some(match word.as_str() {
            "{" => {
                self.take()?;
                let inside = self.list(aliases, &["}"])?;
                self.take()?;
                What::Group(inside)
            }
            "if" => {
                self.take()?;
                let mut branches = Vec::new();
                let mut otherwise = None;
                loop {
                    let condition = self.list(aliases, &["then"])?;
                    self.take()?;
                    let body = self.list(aliases, &["elif", "else", "fi"])?;
                    branches.push((condition, body));
                    let token = self.take()?;
                    match self.slice(token) {
                        "elif" => continue,
                        "else" => {
                            otherwise = Some(self.list(aliases, &["fi"])?);
                            self.take()?;
                        }
                        _ => {}
                    }
                    break;
                }
                What::If(branches, otherwise)
            }
            "while" | "until" => {
                self.take()?;
                let condition = self.list(aliases, &["do"])?;
                let body = self.loop_body(aliases)?;
                What::Loop {
                    until: word == "until",
                    condition,
                    body,
                }
            }
            "for" | "select" => {
                self.take()?;
                self.for_loop(aliases)?
            }
            "case" => {
                self.take()?;
                self.case(aliases)?
            }
            "function" => {
                self.take()?;
                let name = self.text_of()?;
                if self.takes("(")? && !self.takes(")")? {
                    return Err(self.unexpected());
                }
                self.newlines()?;
                What::Function(name, self.command(aliases)?)
            }
            "[[" => {
                self.take()?;
                let condition = self.condition_or()?;
                if !self.takes_word("]]")? {
                    let what = "syntax error in conditional expression";
                    return Err(match self.shown_token()? {
                        None => Fault::Other(what.into()),
                        Some(token) => Fault::Other(format!("{what}: unexpected token `{token}'")),
                    });
                }
                What::Condition(condition)
            }
            _ => return Ok(None),
        }))
    }

    fn loop_body(&mut self, aliases: Aliases) -> Parsed<Tree> {
        self.wants_word("do")?;
        let body = self.list(aliases, &["done"])?;
        self.take()?;
        Ok(body)
    }

    fn for_loop(&mut self, aliases: Aliases) -> Parsed<What> {
        if let Kind::Operator("((") = self.peek()?.kind {
            let token = self.peek()?;
            let end = scan::arithmetic(&self.text, token.end).ok_or(Fault::End)?;
            let inside = self.text.get(token.end..end - 2).unwrap_or("");
            let mut parts = inside.split(';').map(Text::from);
            let mut part = || parts.next().unwrap_or("".into());
            let parts = [part(), part(), part()];
            self.skip_to(end);
            self.takes(";")?;
            self.newlines()?;
            let body = match self.takes_word("{")? {
                true => {
                    let body = self.list(aliases, &["}"])?;
                    self.take()?;
                    body
                }
                false => self.loop_body(aliases)?,
            };
            return Ok(What::Count(parts, body));
        }
        let name = self.text_of()?;
        if !scan::is_identifier(&name) {
            return Err(Fault::Other(format!("`{name}': not a valid identifier")));
        }
        self.newlines()?;
        let mut words = None;
        if self.takes_word("in")? {
            let mut list = Vec::new();
            while matches!(self.peek()?.kind, Kind::Word | Kind::Number) {
                list.push(self.text_of()?);
            }
            words = Some(list);
            if !self.takes(";")? && self.peek()?.kind != Kind::Newline {
                return Err(self.unexpected());
            }
        } else {
            self.takes(";")?;
        }
        self.newlines()?;
        let body = match self.takes_word("{")? {
            true => {
                let body = self.list(aliases, &["}"])?;
                self.take()?;
                body
            }
            false => self.loop_body(aliases)?,
        };
        Ok(What::For { name, words, body })
    }

    fn case(&mut self, aliases: Aliases) -> Parsed<What> {
        let word = self.text_of()?;
        self.newlines()?;
        self.wants_word("in")?;
        self.newlines()?;
        let mut arms = Vec::new();
        self.extended = true;
        while !self.is_word("esac")? {
            self.takes("(")?;
            let mut patterns = vec![self.text_of()?];
            while self.takes("|")? {
                patterns.push(self.text_of()?);
            }
            if !self.takes(")")? {
                return Err(self.unexpected());
            }
            self.newlines()?;
            let is_empty = match self.peek()?.kind {
                Kind::Operator(";;" | ";&" | ";;&") => true,
                _ => self.is_word("esac")?,
            };
            let body = match is_empty {
                true => None,
                false => Some(self.list(aliases, &[";;", ";&", ";;&", "esac"])?),
            };
            let end = match self.peek()?.kind {
                Kind::Operator(end) => {
                    self.take()?;
                    end
                }
                _ => ";;",
            };
            arms.push(Arm {
                patterns,
                body,
                end,
            });
            self.newlines()?;
        }
        self.take()?;
        Ok(What::Case(word, arms))
    }

    fn condition_or(&mut self) -> Parsed<Condition> {
        let mut left = self.condition_and()?;
        while self.takes("||")? {
            self.newlines()?;
            left = Condition::Or(Box::new(left), Box::new(self.condition_and()?));
        }
        Ok(left)
    }

    fn condition_and(&mut self) -> Parsed<Condition> {
        let mut left = self.condition_one()?;
        while self.takes("&&")? {
            self.newlines()?;
            left = Condition::And(Box::new(left), Box::new(self.condition_one()?));
        }
        Ok(left)
    }

    fn condition_one(&mut self) -> Parsed<Condition> {
        self.depth += 1;
        if self.depth > Parser::DEPTH {
            return Err(Fault::Deep);
        }
        self.newlines()?;
        let one = self.condition_inside();
        self.depth -= 1;
        let one = one?;
        self.newlines()?;
        Ok(one)
    }

    /// The next piece, where it is no word.
    fn shown_token(&mut self) -> Parsed<Option<String>> {
        let token = self.peek()?;
        Ok(match token.kind {
            Kind::Word | Kind::Number => None,
            Kind::Newline | Kind::End => Some("newline".into()),
            Kind::Operator(operator) => Some(operator.into()),
        })
    }

    /// The operand of an operator in `[[ … ]]`.
    fn operand(&mut self, kind: &str) -> Parsed<Text> {
        let token = match self.is_word("]]")? {
            true => Some("]]".into()),
            false => self.shown_token()?,
        };
        match token {
            None => self.text_of(),
            Some(token) => Err(Fault::Other(format!(
                "unexpected argument `{token}' to conditional {kind} operator"
            ))),
        }
    }

    fn condition_inside(&mut self) -> Parsed<Condition> {
        if self.takes_word("!")? {
            return Ok(Condition::Not(Box::new(self.condition_one()?)));
        }
        if self.takes("(")? {
            let inside = self.condition_or()?;
            if self.takes(")")? {
                return Ok(inside);
            }
            let token = match self.is_word("]]")? {
                true => Some("]]".to_string()),
                false => self.shown_token()?,
            };
            return Err(Fault::Other(match token {
                None => "expected `)'".into(),
                Some(token) => format!("unexpected token `{token}', expected `)'"),
            }));
        }
        if self.is_word("]]")? {
            // bash finds no words for this.
            return Err(Fault::Other(String::new()));
        }
        if let Some(token) = self.shown_token()? {
            let text = format!("unexpected token `{token}' in conditional command");
            return Err(Fault::Other(text));
        }
        let first = self.text_of()?;
        let is_unary = first.len() == 2
            && first.starts_with('-')
            && crate::workstation::shell::condition::UNARY.contains(&first[1..]);
        let next = self.word_ahead()?.unwrap_or("").to_string();
        const BINARY: [&str; 13] = [
            "=", "==", "!=", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef",
        ];
        let is_binary = BINARY.contains(&next.as_str());
        if is_unary && !is_binary && !matches!(self.peek()?.kind, Kind::Operator("<" | ">")) {
            return Ok(Condition::Unary(first, self.operand("unary")?));
        }
        let operator: Text = match self.peek()?.kind {
            Kind::Operator(o @ ("<" | ">")) => {
                self.take()?;
                o.into()
            }
            Kind::Operator("&&" | "||" | ")") => return Ok(Condition::Unary("-n".into(), first)),
            Kind::Word if next == "]]" => return Ok(Condition::Unary("-n".into(), first)),
            Kind::Word if is_binary => self.text_of()?,
            _ => {
                let what = "conditional binary operator expected";
                return Err(Fault::Other(match self.shown_token()? {
                    None => what.into(),
                    Some(token) => format!("unexpected token `{token}', {what}"),
                }));
            }
        };
        if self.byte(self.place) != b'\n' {
            let token = self.scan(Rules {
                extended: true,
                regex: &*operator == "=~",
            })?;
            self.ahead = Some(token);
        }
        Ok(Condition::Binary(first, operator, self.operand("binary")?))
    }

    // ---- simple commands

    fn redirects(&mut self) -> Parsed<Vec<Redirect>> {
        let mut found = Vec::new();
        while let Some(redirect) = self.redirect()? {
            found.push(redirect);
        }
        Ok(found)
    }

    fn redirect(&mut self) -> Parsed<Option<Redirect>> {
        let token = self.peek()?;
        let (mut descriptor, mut variable) = (None, None);
        if token.kind == Kind::Number {
            let text = self.slice(token);
            match text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
                Some(name) => variable = Some(name.into()),
                None => descriptor = Some(text.parse().unwrap_or(i32::MAX)),
            }
            self.take()?;
        }
        let operator = match self.peek()?.kind {
            Kind::Operator(
                o @ ("<" | ">" | "<<" | ">>" | "<&" | ">&" | "<>" | ">|" | "&>" | "&>>" | "<<<"
                | "<<-"),
            ) => o,
            _ => return Ok(None),
        };
        let line = self.line;
        self.take()?;
        let target = self.text_of()?;
        let document: Rc<std::cell::OnceCell<(Text, bool)>> = Rc::default();
        if matches!(operator, "<<" | "<<-") {
            let expands = !target.contains(['\'', '"', '\\']);
            self.pending.push(Rc::new(Pending {
                document: document.clone(),
                delimiter: bare(&target),
                strips: operator == "<<-",
                expands,
                line,
            }));
        }
        Ok(Some(Redirect {
            descriptor,
            variable,
            operator,
            target,
            document,
        }))
    }

    /// An alias in the place of a command.
    fn replace_alias(&mut self, aliases: Aliases) -> Parsed<()> {
        // Each is replaced once, so this ends.
        for _ in 0..64 {
            let token = self.peek()?;
            if token.kind != Kind::Word {
                return Ok(());
            }
            let word = self.slice(token).to_string();
            self.replaced.retain(|(_, end)| *end > token.start);
            if self.replaced.iter().any(|(name, _)| *name == word) {
                return Ok(());
            }
            let Some((_, value)) = aliases.iter().find(|(name, _)| *name == word) else {
                return Ok(());
            };
            let grown = value.len() as isize - word.len() as isize;
            self.replaced
                .iter_mut()
                .for_each(|(_, end)| *end = end.saturating_add_signed(grown));
            self.text
                .to_mut()
                .replace_range(token.start..token.end, value);
            self.replaced.push((word, token.start + value.len()));
            self.place = token.start;
            self.ahead = None;
        }
        Ok(())
    }

    fn simple(&mut self, aliases: Aliases) -> Parsed<Tree> {
        let mut line = self.line;
        let (mut assigns, mut words): (Vec<Text>, Vec<Text>) = (Vec::new(), Vec::new());
        let mut redirects = Vec::new();
        // After an alias that ends in a blank the next word may be one too.
        let mut looks = true;
        loop {
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                continue;
            }
            if looks && !aliases.is_empty() {
                let before = self.replaced.len();
                self.replace_alias(aliases)?;
                if words.is_empty() && self.replaced.len() > before {
                    // It may have become anything.
                    if assigns.is_empty() && redirects.is_empty() {
                        return self.command(aliases);
                    }
                }
            }
            let token = self.peek()?;
            match token.kind {
                Kind::Word | Kind::Number => {}
                Kind::Operator("((") | Kind::Operator("(")
                    if words.len() == 1 && assigns.is_empty() && redirects.is_empty() =>
                {
                    let name = words.remove(0);
                    if token.kind == Kind::Operator("((") {
                        return Err(self.unexpected());
                    }
                    self.take()?;
                    if !self.takes(")")? {
                        return Err(self.unexpected());
                    }
                    self.newlines()?;
                    let body = self.command(aliases)?;
                    return Ok(Parser::node(line, What::Function(name, body)));
                }
                _ => break,
            }
            let token = self.take()?;
            let word: Text = self.slice(token).into();
            let end = token.end;
            looks = self
                .replaced
                .iter()
                .any(|(_, at)| *at == end + 1 && matches!(self.byte(end), b' ' | b'\t'));
            if words.is_empty() {
                if scan::assignment(&word).is_some() {
                    looks = true;
                    assigns.push(word);
                    continue;
                }
                line = self.line;
            }
            words.push(word);
        }
        if assigns.is_empty() && words.is_empty() && redirects.is_empty() {
            return Err(self.unexpected());
        }
        Ok(Rc::new(Node {
            line,
            what: What::Simple { assigns, words },
            redirects,
        }))
    }
}

/// A word without its quotes.
pub fn bare(word: &str) -> String {
    let mut text = String::new();
    let mut chars = word.chars();
    let mut quote = None;
    while let Some(c) = chars.next() {
        match c {
            '\\' if quote.is_none() => text.extend(chars.next()),
            '\'' | '"' if quote.is_none() => quote = Some(c),
            c if quote == Some(c) => quote = None,
            c => text.push(c),
        }
    }
    text
}
