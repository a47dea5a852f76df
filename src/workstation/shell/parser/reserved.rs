//! Commands that begin with a reserved word.

use super::token::{Kind, Parsed};
use super::{Aliases, Parser, RESERVED};
use crate::workstation::shell::fault::Fault;
use crate::workstation::shell::scan;
use crate::workstation::shell::syntax::{Arm, Text, Tree, What};

/// Words that cannot start a command.
const CLOSERS: [&str; 8] = ["then", "else", "elif", "fi", "do", "done", "esac", "}"];
/// `select` is a loop whose condition shows the menu and asks; an empty answer shows it again.
fn select(line: u32, name: Text, words: Option<Vec<Text>>, body: Tree) -> What {
    let simple = |assigns, words| Parser::node(line, What::Simple { assigns, words });
    let mut asks = vec!["select".into(), name];
    asks.extend(words.unwrap_or_else(|| vec!["\"$@\"".into()]));
    let asks = What::Loop {
        until: false,
        condition: simple(Vec::new(), asks),
        body,
    };
    let begins = simple(vec!["REPLY=".into()], Vec::new());
    What::Sequence(vec![(begins, false), (Parser::node(line, asks), false)])
}

impl Parser<'_> {
    /// A command that begins with a reserved word, if one does.
    pub(super) fn reserved(&mut self, aliases: Aliases) -> Parsed<Option<What>> {
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
            "for" => {
                self.take()?;
                self.for_loop(aliases)?
            }
            "select" => {
                self.take()?;
                let line = self.line;
                match self.for_loop(aliases)? {
                    What::For { name, words, body } => select(line, name, words, body),
                    other => other,
                }
            }
            "coproc" => {
                self.take()?;
                self.coprocess(aliases)?
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

    /// `coproc`, with or without a name before what runs.
    fn coprocess(&mut self, aliases: Aliases) -> Parsed<What> {
        let first = self.peek()?;
        let word = self.word_ahead()?.unwrap_or("").to_string();
        if scan::is_identifier(&word) && !RESERVED.contains(&word.as_str()) {
            self.take()?;
            let is_compound = match self.peek()?.kind {
                Kind::Operator(o) => matches!(o, "(" | "(("),
                Kind::Word => self.word_ahead()?.is_some_and(|w| RESERVED.contains(&w)),
                _ => false,
            };
            if is_compound {
                return Ok(What::Coprocess(word.into(), self.command(aliases)?));
            }
            self.place = first.start;
            self.ahead = None;
        }
        Ok(What::Coprocess("COPROC".into(), self.command(aliases)?))
    }

    pub(super) fn loop_body(&mut self, aliases: Aliases) -> Parsed<Tree> {
        self.wants_word("do")?;
        let body = self.list(aliases, &["done"])?;
        self.take()?;
        Ok(body)
    }

    pub(super) fn for_loop(&mut self, aliases: Aliases) -> Parsed<What> {
        if let Kind::Operator("((") = self.peek()?.kind {
            let token = self.peek()?;
            let end = scan::arithmetic(&self.text, token.end, self.level()).ok_or(Fault::End)?;
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

    pub(super) fn case(&mut self, aliases: Aliases) -> Parsed<What> {
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
}
