//! Expressions, from the loosest operator to the tightest.

use super::{Parser, Read, DEPTH, LINKS};
use crate::regex::{Regex, Syntax};
use crate::workstation::programs::awk::lexer::Token;
use crate::workstation::programs::awk::tree::Expr;

impl Parser {
    pub(super) fn deeper<T>(&mut self, read: fn(&mut Parser) -> Read<T>) -> Read<T> {
        self.depth += 1;
        if self.depth > DEPTH {
            return self.too_deep();
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn too_deep<T>(&self) -> Read<T> {
        Err(format!("line {}: program is nested too deep", self.line()))
    }

    /// One more operator that stands around what is before it.
    fn link(&mut self) -> Read<()> {
        self.links += 1;
        match self.links > LINKS {
            true => self.too_deep(),
            false => Ok(()),
        }
    }

    pub(super) fn expr(&mut self) -> Read<Expr> {
        self.deeper(Parser::choice)
    }

    pub(super) fn choice(&mut self) -> Read<Expr> {
        let first = self.binary(0)?;
        if self.take("?") {
            self.newlines();
            let then = self.expr()?;
            self.newlines();
            self.expect(":")?;
            self.newlines();
            let otherwise = self.expr()?;
            return Ok(Expr::Choice(first.into(), then.into(), otherwise.into()));
        }
        let is_place = matches!(
            first,
            Expr::Variable(_) | Expr::Local(_) | Expr::Field(_) | Expr::Element(..)
        );
        if is_place {
            if let Some(sign) = self.any(&["=", "+=", "-=", "*=", "/=", "%=", "^="]) {
                self.newlines();
                let operation = match sign {
                    "+=" => Some("+"),
                    "-=" => Some("-"),
                    "*=" => Some("*"),
                    "/=" => Some("/"),
                    "%=" => Some("%"),
                    "^=" => Some("^"),
                    _ => None,
                };
                let value = self.expr()?;
                return Ok(Expr::Assign(first.into(), operation, value.into()));
            }
        }
        Ok(first)
    }

    /// `||`, `&&`, `in`, `~`, comparisons, from the loosest.
    pub(super) fn binary(&mut self, level: usize) -> Read<Expr> {
        const LEVELS: [&[&str]; 5] = [
            &["||"],
            &["&&"],
            &["in"],
            &["~", "!~"],
            &["<", "<=", "==", "!=", ">", ">="],
        ];
        let Some(signs) = LEVELS.get(level) else {
            return self.concatenation();
        };
        let mut left = self.binary(level + 1)?;
        loop {
            if self.is("in") && self.no_in || self.is(">") && self.no_greater {
                return Ok(left);
            }
            // `"command" | getline` binds like a comparison.
            if level == 4 && self.is("|") {
                if let Some((Token::Word("getline"), _)) = self.tokens.get(self.at + 1) {
                    self.at += 2;
                    self.link()?;
                    let to = self.place_after()?;
                    left = Expr::Getline(to, Some((left.into(), true)));
                    continue;
                }
            }
            let Some(sign) = self.any(signs) else {
                return Ok(left);
            };
            self.link()?;
            self.newlines();
            left = match sign {
                "in" => {
                    let Some(Token::Name(name)) = self.peek().cloned() else {
                        return self.error();
                    };
                    self.at += 1;
                    let keys = match left {
                        Expr::Group(keys) => keys,
                        key => vec![key],
                    };
                    Expr::In(self.array(&name), keys)
                }
                "~" | "!~" => {
                    let right = self.binary(level + 1)?;
                    Expr::Matches(left.into(), right.into(), sign == "~")
                }
                sign => {
                    let right = self.binary(level + 1)?;
                    Expr::Binary(sign, left.into(), right.into())
                }
            };
        }
    }

    pub(super) fn concatenation(&mut self) -> Read<Expr> {
        let mut left = self.sum(0)?;
        while self.begins_operand() {
            self.link()?;
            let right = self.sum(0)?;
            left = Expr::Binary("", left.into(), right.into());
        }
        Ok(left)
    }

    pub(super) fn begins_operand(&self) -> bool {
        match self.peek() {
            Some(Token::Sign(sign)) => ["$", "!", "(", "-", "+", "++", "--"].contains(sign),
            Some(Token::Word(word)) => ![
                "in", "BEGIN", "END", "function", "if", "else", "while", "for", "do", "break",
                "continue", "next", "nextfile", "exit", "return", "delete", "print", "printf",
                "getline",
            ]
            .contains(word),
            Some(_) => true,
            None => false,
        }
    }

    pub(super) fn sum(&mut self, level: usize) -> Read<Expr> {
        let signs: &[&'static str] = match level {
            0 => &["+", "-"],
            1 => &["*", "/", "%"],
            _ => return self.unary(),
        };
        let mut left = self.sum(level + 1)?;
        while let Some(sign) = self.any(signs) {
            self.link()?;
            let right = self.sum(level + 1)?;
            left = Expr::Binary(sign, left.into(), right.into());
        }
        Ok(left)
    }

    pub(super) fn unary(&mut self) -> Read<Expr> {
        match self.any(&["!", "-", "+"]) {
            Some(sign) => {
                let inside = self.deeper(Parser::unary)?;
                Ok(Expr::Unary(sign, inside.into()))
            }
            None => self.power(),
        }
    }

    pub(super) fn power(&mut self) -> Read<Expr> {
        let base = self.postfix()?;
        if self.take("^") {
            let exponent = self.deeper(Parser::power_operand)?;
            return Ok(Expr::Binary("^", base.into(), exponent.into()));
        }
        Ok(base)
    }

    pub(super) fn power_operand(&mut self) -> Read<Expr> {
        match self.any(&["-", "+", "!"]) {
            Some(sign) => {
                let inside = self.deeper(Parser::power_operand)?;
                Ok(Expr::Unary(sign, inside.into()))
            }
            None => self.power(),
        }
    }

    pub(super) fn postfix(&mut self) -> Read<Expr> {
        if let Some(sign) = self.any(&["++", "--"]) {
            let place = self.deeper(Parser::postfix)?;
            let by = if sign == "++" { 1.0 } else { -1.0 };
            return Ok(Expr::Step(place.into(), by, false));
        }
        let value = self.primary()?;
        let is_place = matches!(
            value,
            Expr::Variable(_) | Expr::Local(_) | Expr::Field(_) | Expr::Element(..)
        );
        if is_place {
            if let Some(sign) = self.any(&["++", "--"]) {
                let by = if sign == "++" { 1.0 } else { -1.0 };
                return Ok(Expr::Step(value.into(), by, true));
            }
        }
        Ok(value)
    }

    /// What getline reads into, if anything.
    pub(super) fn place_after(&mut self) -> Read<Option<Box<Expr>>> {
        match self.peek() {
            Some(Token::Name(_) | Token::Sign("$")) => Ok(Some(self.primary()?.into())),
            _ => Ok(None),
        }
    }

    pub(super) fn primary(&mut self) -> Read<Expr> {
        let Some(token) = self.peek().cloned() else {
            return self.error();
        };
        let line = self.line();
        self.at += 1;
        Ok(match token {
            Token::Number(number) => Expr::Number(number),
            Token::Text(text) => Expr::Text(text),
            Token::Regex(source) => match Regex::new(&source, Syntax::Awk, false) {
                Ok(regex) => Expr::Regex(regex.into()),
                Err(_) => {
                    return Err(format!(
                        "line {line}: regular expression compile failed\n{source}"
                    ))
                }
            },
            Token::Sign("$") => {
                let of = match self.any(&["++", "--"]) {
                    Some(sign) => {
                        let place = self.deeper(Parser::primary)?;
                        let by = if sign == "++" { 1.0 } else { -1.0 };
                        Expr::Step(place.into(), by, false)
                    }
                    None if self.take("-") => {
                        Expr::Unary("-", self.deeper(Parser::primary)?.into())
                    }
                    None => self.deeper(Parser::primary)?,
                };
                Expr::Field(of.into())
            }
            Token::Sign("(") => {
                let mut inside = self.list(")")?;
                match inside.len() {
                    0 => return self.error(),
                    // Parentheses keep a place from being one.
                    1 if !self.is("in") => {
                        let inside = inside.pop().unwrap_or(Expr::Number(0.0));
                        Expr::Unary("(", inside.into())
                    }
                    _ => Expr::Group(inside),
                }
            }
            Token::Sign("-" | "+" | "!") => {
                self.at -= 1;
                return self.unary();
            }
            Token::Call(name) => {
                self.expect("(")?;
                let arguments = self.list(")")?;
                let place = self.function_place(&name, line);
                for (at, argument) in arguments.iter().enumerate() {
                    if let Expr::Local(parameter) = argument {
                        self.handed_on.push([self.function, *parameter, place, at]);
                    }
                }
                Expr::Call(place, arguments)
            }
            Token::Name(name) => match self.take("[") {
                true => {
                    let keys = self.list("]")?;
                    Expr::Element(self.array(&name), keys)
                }
                false => self.variable(&name),
            },
            Token::Word("getline") => {
                let to = self.place_after()?;
                let from = match self.take("<") {
                    true => Some((Box::new(self.primary()?), false)),
                    false => None,
                };
                self.program.has_getline |= from.is_none();
                Expr::Getline(to, from)
            }
            Token::Word("length") if !self.is("(") => Expr::Builtin("length", Vec::new()),
            Token::Word(word) if self.take("(") => Expr::Builtin(word, self.list(")")?),
            _ => {
                self.at -= 1;
                return self.error();
            }
        })
    }
}
