//! Expressions: variables, elements, operators, calls.

use std::rc::Rc;

use super::record::cut;
use super::{Flow, Machine, Reader, Run, Slot, Table, BYTES, CALLS};
use crate::platform;
use crate::regex::{Regex, Syntax};
use crate::workstation::programs::awk::format::sprintf;
use crate::workstation::programs::awk::tree::{Array, Expr};
use crate::workstation::programs::awk::value::Value;

impl Machine<'_> {
    pub(super) fn sprintf(&mut self, given: &[Value], name: &str) -> Run<String> {
        let Some((format, values)) = given.split_first() else {
            return Ok(String::new());
        };
        let format = self.string(format);
        match sprintf(&format, values, &|v| self.string(v)) {
            Ok(text) => {
                self.steps += text.len() / 16;
                Ok(text)
            }
            Err(begun) => {
                if name == "printf" {
                    self.said.text.push_str(&begun);
                }
                self.failed(&format!(
                    "not enough arguments passed to {name}(\"{format}\")"
                ))
            }
        }
    }

    pub(super) fn regex(&mut self, source: &str) -> Run<Rc<Regex>> {
        if let Some(regex) = self.regexes.get(source) {
            return Ok(Rc::clone(regex));
        }
        match Regex::new(source, Syntax::Awk, false) {
            Ok(regex) => {
                let regex = Rc::new(regex);
                if self.regexes.len() < 1_000 {
                    self.regexes.insert(source.into(), Rc::clone(&regex));
                }
                Ok(regex)
            }
            Err(why) => self.failed(&format!(
                "regular expression compile failed ({why})\n{source}"
            )),
        }
    }

    /// The expression that a value stands for; a literal one is there already.
    pub(super) fn pattern(&mut self, expr: &Expr) -> Run<Rc<Regex>> {
        if let Expr::Regex(regex) = expr {
            return Ok(Rc::clone(regex));
        }
        let source = self.value(expr)?;
        let source = self.string(&source);
        self.regex(&source)
    }

    pub(super) fn table(&mut self, array: Array) -> Run<usize> {
        let new = self.tables.len();
        let slot = match array {
            Array::Global(place) => self.slots.get_mut(place),
            Array::Local(place) => self.frames.last_mut().and_then(|f| f.get_mut(place)),
        };
        match slot {
            Some(Slot::Table(table)) => Ok(*table),
            Some(slot @ Slot::Value(Value::Nothing)) => {
                *slot = Slot::Table(new);
                self.tables.push(Table::default());
                Ok(new)
            }
            _ => self.failed("a variable is used as an array"),
        }
    }

    pub(super) fn key(&mut self, keys: &[Expr]) -> Run<Rc<str>> {
        let mut parts = Vec::new();
        for key in keys {
            let value = self.value(key)?;
            parts.push(self.string(&value));
        }
        match parts.len() {
            1 => Ok(parts.swap_remove(0)),
            _ => {
                let between = self.get("SUBSEP");
                Ok(parts.join(&self.string(&between)).into())
            }
        }
    }

    pub(super) fn assign(&mut self, place: &Expr, value: Value) -> Run<()> {
        match place {
            Expr::Variable(variable) => {
                let name = self.program.names.get(*variable).map(String::as_str);
                if name == Some("NF") {
                    self.split_record()?;
                    let count = self.field_index(value.number())?;
                    self.fields.resize(count, Value::Field("".into()));
                    self.slots[*variable] = Slot::Value(value);
                    self.join_fields();
                    return Ok(());
                }
                match &mut self.slots[*variable] {
                    Slot::Table(_) => return self.failed("an array is used as a variable"),
                    slot => *slot = Slot::Value(value),
                }
            }
            Expr::Local(place) => {
                if let Some(slot) = self.frames.last_mut().and_then(|f| f.get_mut(*place)) {
                    *slot = Slot::Value(value);
                }
            }
            Expr::Field(number) => {
                let number = self.value(number)?.number();
                let index = self.field_index(number)?;
                self.set_field(index, value)?;
            }
            Expr::Element(array, keys) => {
                let key = self.key(keys)?;
                let table = self.table(*array)?;
                *self.tables[table].get(&key) = value;
                if self.tables[table].elements.len() > 200_000 {
                    return self.failed("an array has grown too large");
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn value(&mut self, expr: &Expr) -> Run<Value> {
        self.step()?;
        Ok(match expr {
            Expr::Number(number) => Value::Number(*number),
            Expr::Text(text) => Value::text(text),
            Expr::Regex(regex) => {
                let found = regex.is_match(&self.record);
                self.searches(self.record.len());
                Value::Number(f64::from(found))
            }
            Expr::Variable(place) => {
                if self.program.names.get(*place).is_some_and(|n| n == "NF") {
                    self.split_record()?;
                }
                match &self.slots[*place] {
                    Slot::Value(value) => value.clone(),
                    Slot::Table(_) => return self.failed("an array is used as a variable"),
                }
            }
            Expr::Local(place) => match self.frames.last().and_then(|f| f.get(*place)) {
                Some(Slot::Value(value)) => value.clone(),
                _ => Value::Nothing,
            },
            Expr::Field(number) => {
                let number = self.value(number)?.number();
                self.field(number)?
            }
            Expr::Element(array, keys) => {
                let key = self.key(keys)?;
                let table = self.table(*array)?;
                self.tables[table].get(&key).clone()
            }
            Expr::In(array, keys) => {
                let key = self.key(keys)?;
                let table = self.table(*array)?;
                Value::Number(f64::from(self.tables[table].elements.contains_key(&key)))
            }
            Expr::Assign(place, operation, value) => {
                let mut value = self.value(value)?;
                if let Some(operation) = operation {
                    let before = self.value(place)?;
                    let result = Self::arithmetic(operation, before.number(), value.number());
                    value = Value::Number(result);
                }
                self.assign(place, value.clone())?;
                value
            }
            Expr::Step(place, by, is_after) => {
                let before = self.value(place)?.number();
                self.assign(place, Value::Number(before + by))?;
                Value::Number(if *is_after { before } else { before + by })
            }
            Expr::Binary(sign, left, right) => self.binary(sign, left, right)?,
            Expr::Unary(sign, inside) => {
                let value = self.value(inside)?;
                match *sign {
                    "!" => Value::Number(f64::from(!value.is_true())),
                    "-" => Value::Number(-value.number()),
                    "+" => Value::Number(value.number()),
                    _ => value,
                }
            }
            Expr::Choice(condition, then, otherwise) => match self.value(condition)?.is_true() {
                true => self.value(then)?,
                false => self.value(otherwise)?,
            },
            Expr::Matches(left, right, wanted) => {
                let text = self.value(left)?;
                let text = self.string(&text);
                let regex = self.pattern(right)?;
                self.searches(text.len());
                Value::Number(f64::from(regex.is_match(&text) == *wanted))
            }
            Expr::Group(all) => {
                let mut last = Value::Nothing;
                for expr in all {
                    last = self.value(expr)?;
                }
                last
            }
            Expr::Builtin(name, arguments) => self.builtin(name, arguments)?,
            Expr::Call(place, arguments) => self.call(*place, arguments)?,
            Expr::Getline(to, from) => self.getline(to.as_deref(), from.as_ref())?,
        })
    }

    pub(super) fn arithmetic(sign: &str, a: f64, b: f64) -> f64 {
        match sign {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            "%" => platform::remainder(a, b),
            _ => platform::power(a, b),
        }
    }

    pub(super) fn binary(&mut self, sign: &str, left: &Expr, right: &Expr) -> Run<Value> {
        let truth = |is: bool| Value::Number(f64::from(is));
        let first = self.value(left)?;
        match sign {
            "&&" => return Ok(truth(first.is_true() && self.value(right)?.is_true())),
            "||" => return Ok(truth(first.is_true() || self.value(right)?.is_true())),
            _ => {}
        }
        let second = self.value(right)?;
        Ok(match sign {
            "" => {
                let text = format!("{}{}", self.string(&first), self.string(&second));
                if text.len() > BYTES {
                    return self.failed("a text has grown too large");
                }
                // To copy a long text is work.
                self.steps += text.len() / 256;
                Value::Text(text.into())
            }
            "<" | "<=" | "==" | "!=" | ">" | ">=" => {
                let order = match (first.as_number(), second.as_number()) {
                    (Some(a), Some(b)) => a.partial_cmp(&b),
                    _ => Some(self.string(&first).cmp(&self.string(&second))),
                };
                truth(match sign {
                    "<" => order.is_some_and(|o| o.is_lt()),
                    "<=" => order.is_some_and(|o| o.is_le()),
                    "==" => order.is_some_and(|o| o.is_eq()),
                    "!=" => order.is_none_or(|o| o.is_ne()),
                    ">" => order.is_some_and(|o| o.is_gt()),
                    _ => order.is_some_and(|o| o.is_ge()),
                })
            }
            sign => Value::Number(Self::arithmetic(sign, first.number(), second.number())),
        })
    }

    pub(super) fn call(&mut self, place: usize, arguments: &[Expr]) -> Run<Value> {
        let program = Rc::clone(&self.program);
        let Some(function) = program.functions.get(place) else {
            return Ok(Value::Nothing);
        };
        if self.frames.len() >= CALLS {
            return self.failed("function call nesting too deep");
        }
        let mut frame = Vec::new();
        for (argument, is_array) in arguments.iter().zip(&function.parameters) {
            // An array, or what may become one, is handed over itself.
            let array = match argument {
                Expr::Variable(place) => Some((Array::Global(*place), self.slots.get(*place))),
                Expr::Local(place) => {
                    let slot = self.frames.last().and_then(|f| f.get(*place));
                    Some((Array::Local(*place), slot))
                }
                _ => None,
            };
            let slot = match array {
                Some((_, Some(Slot::Table(table)))) => Slot::Table(*table),
                Some((array, Some(Slot::Value(Value::Nothing)))) if *is_array => {
                    Slot::Table(self.table(array)?)
                }
                _ => Slot::Value(self.value(argument)?),
            };
            frame.push(slot);
        }
        frame.resize(function.parameters.len(), Slot::Value(Value::Nothing));
        self.frames.push(frame);
        let base = self.stack.len();
        self.then(Some(&function.body));
        let flow = self.execute(base, false);
        self.frames.pop();
        match flow?.unwrap_or(Flow::On) {
            Flow::Return(value) => Ok(value),
            Flow::Exit => {
                self.leaves = true;
                Ok(Value::Nothing)
            }
            _ => Ok(Value::Nothing),
        }
    }

    pub(super) fn getline(
        &mut self,
        to: Option<&Expr>,
        from: Option<&(Box<Expr>, bool)>,
    ) -> Run<Value> {
        let line = match from {
            None => match self.next_record()? {
                Some(line) => line,
                None => return Ok(Value::Number(0.0)),
            },
            Some((source, is_command)) => {
                let source = self.value(source)?;
                let source = self.string(&source);
                if !self.readers.contains(&source) {
                    let text = match (*is_command, &*source) {
                        (false, path) => self.outside.read(path).ok(),
                        (true, command) => Some(self.command(command, "")?.0),
                    };
                    let Some(text) = text else {
                        return Ok(Value::Number(-1.0));
                    };
                    self.readers
                        .insert(source.to_string(), Reader { text, at: 0 });
                }
                let (separator, regex) = self.separators()?;
                let found = self
                    .readers
                    .get_mut(&source)
                    .and_then(|r| cut(r, &separator, regex.as_deref()));
                match found {
                    Some(line) => line,
                    None => return Ok(Value::Number(0.0)),
                }
            }
        };
        match to {
            Some(place) => self.assign(place, Value::Field(line.into()))?,
            None => self.set_record(&line),
        }
        Ok(Value::Number(1.0))
    }
}
