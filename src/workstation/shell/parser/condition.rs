//! What is in `[[ … ]]`.

use super::token::{Kind, Parsed};
use super::Parser;
use crate::workstation::shell::fault::Fault;
use crate::workstation::shell::scan::{Level, Rules};
use crate::workstation::shell::syntax::{Condition, Text, UNARY};

impl Parser<'_> {
    pub(super) fn condition_or(&mut self) -> Parsed<Condition> {
        let mut left = self.condition_and()?;
        while self.takes("||")? {
            self.newlines()?;
            left = Condition::Or(Box::new(left), Box::new(self.condition_and()?));
        }
        Ok(left)
    }

    pub(super) fn condition_and(&mut self) -> Parsed<Condition> {
        let mut left = self.condition_one()?;
        while self.takes("&&")? {
            self.newlines()?;
            left = Condition::And(Box::new(left), Box::new(self.condition_one()?));
        }
        Ok(left)
    }

    pub(super) fn condition_one(&mut self) -> Parsed<Condition> {
        self.depth += 1;
        if self.depth > Level::DEEPEST {
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
    pub(super) fn shown_token(&mut self) -> Parsed<Option<String>> {
        let token = self.peek()?;
        Ok(match token.kind {
            Kind::Word | Kind::Number => None,
            Kind::Newline | Kind::End => Some("newline".into()),
            Kind::Operator(operator) => Some(operator.into()),
        })
    }

    /// The operand of an operator in `[[ … ]]`.
    pub(super) fn operand(&mut self, kind: &str) -> Parsed<Text> {
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

    pub(super) fn condition_inside(&mut self) -> Parsed<Condition> {
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
        let is_unary = first.len() == 2 && first.starts_with('-') && UNARY.contains(&first[1..]);
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
}
