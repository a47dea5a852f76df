//! `$(( … ))`: numbers of 64 bits, as C has them.

use crate::workstation::shell::scan::{is_name, name_end};

/// How deep expressions may stand in each other, by parentheses or through variables.
const DEPTH: u32 = 60;

/// A name, and its subscript.
pub type Named<'a> = (&'a str, Option<&'a str>);

/// Where variables are. A subscript is an expression too, `depth` deep in others.
pub trait Store {
    /// The text of a variable, or of an element of it.
    ///
    /// # Errors
    /// What bash says about it.
    fn value(&mut self, named: Named, depth: u32) -> Result<Option<String>, String>;

    /// Sets it.
    ///
    /// # Errors
    /// What bash says about it.
    fn assign(&mut self, named: Named, value: i64, depth: u32) -> Result<(), String>;
}

/// What an expression comes to that stands so deep in others.
///
/// # Errors
/// What bash says about it: the expression, what is wrong, and where.
pub fn evaluate(text: &str, store: &mut dyn Store, depth: u32) -> Result<i64, String> {
    let mut expression = Expression {
        text,
        place: 0,
        token: Token::End,
        start: 0,
        next: 0,
        name: None,
        depth,
        is_idle: 0,
        store,
    };
    if text.trim().is_empty() {
        return Ok(0);
    }
    if depth > DEPTH {
        return Err(expression.fault("expression recursion level exceeded"));
    }
    expression.read()?;
    let value = expression.comma()?;
    match expression.token {
        Token::End => Ok(value),
        _ => Err(expression.fault("syntax error in expression")),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Number(i64),
    Name,
    Operator(&'static str),
    End,
}

struct Expression<'t, 's> {
    text: &'t str,
    /// Behind the current piece.
    place: usize,
    token: Token,
    /// Where the last piece that is one begins, for complaints.
    start: usize,
    /// Where the current piece begins.
    next: usize,
    /// The name of the current piece, and its subscript.
    name: Option<Named<'t>>,
    depth: u32,
    /// What is read is not done: the other half of `&&`, `||` or `?:`.
    is_idle: u32,
    store: &'s mut dyn Store,
}

const OPERATORS: [&str; 39] = [
    "<<=", ">>=", "**", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "*=", "/=",
    "%=", "+=", "-=", "&=", "^=", "|=", "+", "-", "*", "/", "%", "<", ">", "=", "!", "~", "&", "|",
    "^", "?", ":", ",", "(", ")",
];

/// What binds least first.
const LEVELS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<", ">", "<=", ">="],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

type Value = Result<i64, String>;

impl<'t> Expression<'t, '_> {
    fn fault(&self, what: &str) -> String {
        let rest = self.text.get(self.start..).unwrap_or("");
        let text = self.text.trim_start_matches([' ', '\t', '\n']);
        format!("{text}: {what} (error token is \"{rest}\")")
    }

    fn byte(&self, place: usize) -> u8 {
        self.text.as_bytes().get(place).copied().unwrap_or(0)
    }

    /// Reads the next piece.
    fn read(&mut self) -> Result<(), String> {
        while matches!(self.byte(self.place), b' ' | b'\t' | b'\n') {
            self.place += 1;
        }
        let start = self.place;
        self.next = start;
        let rest = self.text.get(start..).unwrap_or("");
        if rest.is_empty() {
            self.token = Token::End;
            return Ok(());
        }
        let before = self.token;
        self.start = start;
        let first = self.byte(start);
        if is_name(first, true) {
            let end = name_end(self.text, start);
            self.place = end;
            let mut subscript = None;
            if self.byte(end) == b'[' {
                let mut open = 0;
                let close = rest.get(end - start..).unwrap_or("").find(|c| {
                    open += match c {
                        '[' => 1,
                        ']' => -1,
                        _ => 0,
                    };
                    open == 0
                });
                let Some(close) = close else {
                    return Err(self.fault("bad array subscript"));
                };
                subscript = self.text.get(end + 1..end + close);
                self.place = end + close + 1;
            }
            self.name = Some((self.text.get(start..end).unwrap_or(""), subscript));
            self.token = Token::Name;
            return self.look_behind_names();
        }
        if first.is_ascii_digit() {
            let is_digit = |c: char| c.is_ascii_alphanumeric() || "#@_".contains(c);
            let length = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
            self.place = start + length;
            let number = self.number(rest.get(..length).unwrap_or(""))?;
            self.token = Token::Number(number);
            return Ok(());
        }
        match OPERATORS.iter().find(|o| rest.starts_with(**o)) {
            Some(operator) => {
                let mut operator = *operator;
                if matches!(operator, "++" | "--") && before != Token::Name {
                    // Before anything but a name these are two signs.
                    let behind = rest.get(2..).unwrap_or("").trim_start();
                    if !behind.bytes().next().is_some_and(|b| is_name(b, true)) {
                        operator = operator.get(1..).unwrap_or("");
                    }
                }
                self.place = start + operator.len();
                self.token = Token::Operator(operator);
                Ok(())
            }
            None => Err(self.fault(match before {
                Token::Number(_) | Token::Name | Token::Operator(")") => {
                    "syntax error: invalid arithmetic operator"
                }
                _ => "syntax error: operand expected",
            })),
        }
    }

    /// Behind a name bash looks at the next piece at once, and behind that if it is a name.
    fn look_behind_names(&mut self) -> Result<(), String> {
        let mut place = self.place;
        loop {
            let rest = self.text.get(place..).unwrap_or("");
            let piece = rest.trim_start_matches([' ', '\t', '\n']);
            place += rest.len() - piece.len();
            let first = self.byte(place);
            if is_name(first, true) {
                place = name_end(self.text, place);
                continue;
            }
            // What stands in brackets belongs to the name before it.
            let is_piece = piece.is_empty() || first.is_ascii_digit() || first == b'[';
            if is_piece || OPERATORS.iter().any(|o| piece.starts_with(o)) {
                return Ok(());
            }
            self.start = place;
            return Err(self.fault("syntax error: invalid arithmetic operator"));
        }
    }

    /// Of a number that is none, what follows it is not shown.
    fn misread(&self, number: &str, what: &str) -> String {
        let before = self.text.get(..self.start).unwrap_or("").trim_start();
        format!("{before}{number}: {what} (error token is \"{number}\")")
    }

    fn number(&self, text: &str) -> Value {
        let (base, digits) = match text.split_once('#') {
            Some((base, digits)) => {
                let base = base.parse::<i64>().unwrap_or(0);
                if !(2..=64).contains(&base) {
                    return Err(self.fault("invalid arithmetic base"));
                }
                if digits.is_empty() {
                    return Err(self.fault("invalid integer constant"));
                }
                (base, digits)
            }
            None => match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
                Some(digits) => (16, digits),
                None if text.len() > 1 && text.starts_with('0') => (8, &text[1..]),
                None => (10, text),
            },
        };
        let mut value: i64 = 0;
        for c in digits.chars() {
            let digit = match c {
                '0'..='9' => c as i64 - '0' as i64,
                'a'..='z' => c as i64 - 'a' as i64 + 10,
                'A'..='Z' if base <= 36 => c as i64 - 'A' as i64 + 10,
                'A'..='Z' => c as i64 - 'A' as i64 + 36,
                '@' => 62,
                '_' => 63,
                _ => return Err(self.misread(text, "invalid number")),
            };
            if digit >= base {
                return Err(self.misread(text, "value too great for base"));
            }
            value = value.wrapping_mul(base).wrapping_add(digit);
        }
        Ok(value)
    }

    fn is(&self, operator: &str) -> bool {
        matches!(self.token, Token::Operator(o) if o == operator)
    }

    fn comma(&mut self) -> Value {
        let mut value = self.assignment()?;
        while self.is(",") {
            self.read()?;
            value = self.assignment()?;
        }
        Ok(value)
    }

    /// Something that stands in what is being read.
    fn deeper(&mut self, act: impl FnOnce(&mut Self) -> Value) -> Value {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.fault("expression recursion level exceeded"));
        }
        let value = act(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn assignment(&mut self) -> Value {
        let target = match self.token {
            Token::Name => self.name,
            _ => None,
        };
        let first = self.next;
        let value = self.deeper(Self::conditional)?;
        let Token::Operator(operator) = self.token else {
            return Ok(value);
        };
        let Some(kind) = operator
            .strip_suffix('=')
            .filter(|k| !matches!(*k, "=" | "!" | "<" | ">"))
        else {
            return Ok(value);
        };
        // Only a name by itself can be given a value.
        let name_text =
            target.map(|(name, subscript)| name.len() + subscript.map_or(0, |s| s.len() + 2));
        let is_alone = name_text.is_some_and(|length| {
            let between = self.text.get(first + length..self.next);
            between.is_some_and(|between| between.trim().is_empty())
        });
        let Some((name, subscript)) = target.filter(|_| is_alone) else {
            return Err(self.fault("attempted assignment to non-variable"));
        };
        self.read()?;
        let operand = self.next;
        let right = self.deeper(Self::assignment)?;
        let value = match kind {
            "" => right,
            kind => self.apply(kind, value, right, operand)?,
        };
        self.set(Some((name, subscript)), value)?;
        Ok(value)
    }

    fn conditional(&mut self) -> Value {
        let condition = self.binary(0)?;
        if !self.is("?") {
            return Ok(condition);
        }
        self.read()?;
        if self.token == Token::End || self.is(":") {
            return Err(self.fault("expression expected"));
        }
        let yes = self.idle(condition == 0, |e| e.comma())?;
        if !self.is(":") {
            return Err(self.fault("`:' expected for conditional expression"));
        }
        self.read()?;
        if self.token == Token::End {
            return Err(self.fault("expression expected"));
        }
        let no = self.idle(condition != 0, |e| e.deeper(Self::conditional))?;
        Ok(if condition != 0 { yes } else { no })
    }

    fn idle(&mut self, is_idle: bool, act: impl FnOnce(&mut Self) -> Value) -> Value {
        self.is_idle += u32::from(is_idle);
        let value = act(self);
        self.is_idle -= u32::from(is_idle);
        value
    }

    fn binary(&mut self, level: usize) -> Value {
        let Some(operators) = LEVELS.get(level) else {
            return self.power();
        };
        let mut left = self.binary(level + 1)?;
        while let Token::Operator(operator) = self.token {
            if !operators.contains(&operator) {
                break;
            }
            self.read()?;
            let operand = self.next;
            let is_idle = match operator {
                "||" => left != 0,
                "&&" => left == 0,
                _ => false,
            };
            let right = self.idle(is_idle, |e| e.binary(level + 1))?;
            left = self.apply(operator, left, right, operand)?;
        }
        Ok(left)
    }

    /// Two numbers joined; `operand` is where the second begins.
    fn apply(&mut self, operator: &str, a: i64, b: i64, operand: usize) -> Value {
        if matches!(operator, "/" | "%") && b == 0 {
            if self.is_idle > 0 {
                return Ok(0);
            }
            self.start = operand;
            return Err(self.fault("division by 0"));
        }
        let truth = |is: bool| i64::from(is);
        Ok(match operator {
            "||" => truth(a != 0 || b != 0),
            "&&" => truth(a != 0 && b != 0),
            "|" => a | b,
            "^" => a ^ b,
            "&" => a & b,
            "==" => truth(a == b),
            "!=" => truth(a != b),
            "<" => truth(a < b),
            ">" => truth(a > b),
            "<=" => truth(a <= b),
            ">=" => truth(a >= b),
            "<<" => a.wrapping_shl(b as u32),
            ">>" => a.wrapping_shr(b as u32),
            "+" => a.wrapping_add(b),
            "-" => a.wrapping_sub(b),
            "*" => a.wrapping_mul(b),
            "/" => a.wrapping_div(b),
            _ => a.wrapping_rem(b),
        })
    }

    fn power(&mut self) -> Value {
        let base = self.unary()?;
        if !self.is("**") {
            return Ok(base);
        }
        self.read()?;
        let exponent = self.deeper(Self::power)?;
        match u64::try_from(exponent) {
            Err(_) => Err(self.fault("exponent less than 0")),
            Ok(mut exponent) => {
                let (mut value, mut square) = (1_i64, base);
                while exponent > 0 {
                    if exponent & 1 == 1 {
                        value = value.wrapping_mul(square);
                    }
                    square = square.wrapping_mul(square);
                    exponent >>= 1;
                }
                Ok(value)
            }
        }
    }

    fn unary(&mut self) -> Value {
        let Token::Operator(operator) = self.token else {
            return self.primary();
        };
        if !matches!(operator, "!" | "~" | "+" | "-" | "++" | "--") {
            return self.primary();
        }
        self.read()?;
        match operator {
            "++" | "--" if self.token == Token::Name => {
                let step = if operator == "++" { 1 } else { -1 };
                let target = self.name;
                let value = self.look_up()?.wrapping_add(step);
                self.set(target, value)?;
                self.read()?;
                Ok(value)
            }
            _ => {
                let value = self.deeper(Self::unary)?;
                Ok(match operator {
                    "!" => i64::from(value == 0),
                    "~" => !value,
                    "-" => value.wrapping_neg(),
                    _ => value,
                })
            }
        }
    }

    fn set(&mut self, target: Option<Named>, value: i64) -> Result<(), String> {
        match target {
            Some(name) if self.is_idle == 0 => self.store.assign(name, value, self.depth + 1),
            _ => Ok(()),
        }
    }

    /// The number that the current name stands for.
    fn look_up(&mut self) -> Value {
        let Some(name) = self.name.filter(|_| self.is_idle == 0) else {
            return Ok(0);
        };
        match self.store.value(name, self.depth + 1)? {
            None => Ok(0),
            Some(text) => evaluate(&text, self.store, self.depth + 1),
        }
    }

    fn primary(&mut self) -> Value {
        match self.token {
            Token::Number(number) => {
                self.read()?;
                Ok(number)
            }
            Token::Name => {
                let target = self.name;
                let rest = self.text.get(self.place..).unwrap_or("").trim_start();
                if rest.starts_with('=') && !rest.starts_with("==") {
                    // What is to be given a value is not asked for the one it has.
                    self.read()?;
                    return Ok(0);
                }
                let value = self.look_up()?;
                self.read()?;
                if let Token::Operator(operator @ ("++" | "--")) = self.token {
                    let step = if operator == "++" { 1 } else { -1 };
                    self.set(target, value.wrapping_add(step))?;
                    // What comes now comes after a number.
                    self.token = Token::Number(value);
                    self.read()?;
                }
                Ok(value)
            }
            Token::Operator("(") => {
                self.read()?;
                let value = self.comma()?;
                if !self.is(")") {
                    return Err(self.fault("missing `)'"));
                }
                self.read()?;
                Ok(value)
            }
            _ => Err(self.fault("syntax error: operand expected")),
        }
    }
}
