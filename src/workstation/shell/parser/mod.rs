//! From text to commands (bash's grammar). What is read is taken from the text as far as it is
//! needed: a command at a time, so that a mistake in the tenth line does not keep nine from running.
//!
//! Pieces are taken by `token`; commands that begin with a reserved word stand in `reserved`, what
//! is in `[[ … ]]` in `condition`, simple commands and redirections in `simple`.

use std::rc::Rc;

use crate::workstation::shell::fault::Fault;
use crate::workstation::shell::scan::{self, Level};
use crate::workstation::shell::syntax::{Node, Redirect, Tree, What};

mod condition;
mod reserved;
mod simple;
mod token;

use self::token::{Kind, Parsed, Token};
pub use self::token::{Parser, INSIDE, TOP};

/// Words that mean something where a command is expected.
pub const RESERVED: [&str; 22] = [
    "if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until", "do",
    "done", "in", "function", "time", "{", "}", "!", "[[", "]]", "coproc",
];

/// The aliases there are.
pub type Aliases<'a> = &'a [(String, String)];

impl Parser<'_> {
    fn node(line: u32, what: What) -> Tree {
        Rc::new(Node {
            line,
            what,
            redirects: Vec::new(),
        })
    }

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
        if self.depth > Level::DEEPEST {
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
        if self.depth > Level::DEEPEST {
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
        if self.depth > Level::DEEPEST {
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
            Kind::Operator("((") => match scan::arithmetic(&self.text, token.end, self.level()) {
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
