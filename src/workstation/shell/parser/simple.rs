//! Simple commands, with their redirections and aliases.

use std::rc::Rc;

use super::token::{Kind, Parsed, Pending, Token};
use super::{bare, Aliases, Parser};
use crate::workstation::shell::fault::Fault;
use crate::workstation::shell::scan::{self, Rules};
use crate::workstation::shell::syntax::{Node, Redirect, Text, Tree, What};

impl Parser<'_> {
    pub(super) fn redirects(&mut self) -> Parsed<Vec<Redirect>> {
        let mut found = Vec::new();
        while let Some(redirect) = self.redirect()? {
            found.push(redirect);
        }
        Ok(found)
    }

    pub(super) fn redirect(&mut self) -> Parsed<Option<Redirect>> {
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
    pub(super) fn replace_alias(&mut self, aliases: Aliases) -> Parsed<()> {
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

    /// Where an assignment may stand, what is in brackets behind a name is one word, blanks and all.
    fn with_subscript(&mut self, token: Token) -> Parsed<()> {
        let bracket = scan::name_end(&self.text, token.start);
        let is_open = bracket > token.start && self.byte(bracket) == b'[' && bracket < token.end;
        if !is_open || self.slice(token).contains(']') {
            return Ok(());
        }
        let mut end = bracket + 1;
        while self.byte(end) != b']' {
            if end >= self.text.len() {
                return Err(Fault::Open(']'));
            }
            end = scan::step(&self.text, end, self.level())?;
        }
        let end = scan::word(&self.text, end, self.level(), Rules::default())?;
        self.ahead = Some(Token { end, ..token });
        Ok(())
    }

    pub(super) fn simple(&mut self, aliases: Aliases) -> Parsed<Tree> {
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
            if words.is_empty() {
                self.with_subscript(token)?;
            }
            let token = self.take()?;
            let word: Text = self.slice(token).into();
            let end = token.end;
            looks = self
                .replaced
                .iter()
                .any(|(_, at)| *at == end + 1 && matches!(self.byte(end), b' ' | b'\t'));
            if words.is_empty() {
                if scan::assignment(&word, self.level()).is_some() {
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
