//! Statements, and what they print.

use std::rc::Rc;

use super::{Fatal, Flow, Machine, Outside, Reader, Run, Table, BYTES, STEPS};
use crate::workstation::programs::awk::tree::{Expr, Statement};
use crate::workstation::programs::awk::value::Value;

/// What a print statement costs beside its expressions, in steps.
const PRINT: usize = 40;

/// What a command costs, in steps.
const COMMAND: usize = 20_000;

impl<'p, O: Outside> Machine<'p, O> {
    pub(super) fn step(&mut self) -> Run<()> {
        self.steps += 1;
        if self.steps > STEPS || self.out.len() > BYTES {
            return self.failed("the program runs without end and was stopped");
        }
        Ok(())
    }

    pub(super) fn failed<T>(&mut self, why: &str) -> Run<T> {
        Err(self.fatal(why))
    }

    fn fatal(&mut self, why: &str) -> Fatal {
        let file = self.get("FILENAME").string("");
        let (fnr, nr) = (
            self.get("FNR").string("%.6g"),
            self.get("NR").string("%.6g"),
        );
        Fatal(format!(
            "run time error: {why}\n\tFILENAME=\"{file}\" FNR={fnr} NR={nr}"
        ))
    }

    pub(super) fn statement(&mut self, statement: &'p Statement) -> Run<Flow> {
        self.step()?;
        match statement {
            Statement::Block(all) => {
                for statement in all {
                    match self.statement(statement)? {
                        Flow::On => {}
                        flow => return Ok(flow),
                    }
                }
            }
            Statement::Do(expr) => {
                self.value(expr)?;
                if self.leaves {
                    return Ok(Flow::Exit);
                }
            }
            Statement::Print(is_format, values, to) => {
                self.steps += PRINT;
                self.print_statement(*is_format, values, to)?
            }
            Statement::If(condition, then, otherwise) => {
                if self.value(condition)?.is_true() {
                    return self.statement(then);
                }
                if let Some(otherwise) = otherwise {
                    return self.statement(otherwise);
                }
            }
            Statement::While(condition, body, runs_first) => {
                let mut asks = !runs_first;
                loop {
                    self.step()?;
                    if asks && !self.value(condition)?.is_true() {
                        break;
                    }
                    asks = true;
                    match self.statement(body)? {
                        Flow::On | Flow::Continue => {}
                        Flow::Break => break,
                        flow => return Ok(flow),
                    }
                }
            }
            Statement::For(first, condition, step, body) => {
                self.statement(first)?;
                loop {
                    self.step()?;
                    if let Some(condition) = condition {
                        if !self.value(condition)?.is_true() {
                            break;
                        }
                    }
                    match self.statement(body)? {
                        Flow::On | Flow::Continue => {}
                        Flow::Break => break,
                        flow => return Ok(flow),
                    }
                    self.statement(step)?;
                }
            }
            Statement::ForIn(variable, array, body) => {
                let table = self.table(*array)?;
                for key in self.tables[table].keys() {
                    self.step()?;
                    self.assign(variable, Value::Field(key))?;
                    match self.statement(body)? {
                        Flow::On | Flow::Continue => {}
                        Flow::Break => break,
                        flow => return Ok(flow),
                    }
                }
            }
            Statement::Delete(array, keys) => {
                let table = self.table(*array)?;
                if keys.is_empty() {
                    self.tables[table] = Table::default();
                } else {
                    let key = self.key(keys)?;
                    self.tables[table].elements.remove(&key);
                }
            }
            Statement::Leave(word) => {
                return Ok(match *word {
                    "break" => Flow::Break,
                    "continue" => Flow::Continue,
                    "next" => Flow::Next,
                    _ => Flow::NextFile,
                })
            }
            Statement::Return(word, value) => {
                let value = match value {
                    Some(value) => Some(self.value(value)?),
                    None => None,
                };
                if *word == "return" {
                    return Ok(Flow::Return(value.unwrap_or_default()));
                }
                if let Some(value) = value {
                    self.status = value.number() as i32 & 0xff;
                }
                return Ok(Flow::Exit);
            }
        }
        Ok(Flow::On)
    }

    pub(super) fn print_statement(
        &mut self,
        is_format: bool,
        values: &'p [Expr],
        to: &'p Option<(&'static str, Expr)>,
    ) -> Run<()> {
        let mut given = Vec::new();
        for value in values {
            given.push(self.value(value)?);
        }
        let text = if is_format {
            self.sprintf(&given, "printf")?
        } else {
            let number = self.get("OFMT").string("");
            let parts: Vec<Rc<str>> = match given.is_empty() {
                true => vec![self.record.clone()],
                false => given.iter().map(|v| v.string(&number)).collect(),
            };
            let (between, end) = (self.get("OFS"), self.get("ORS"));
            format!(
                "{}{}",
                parts.join(&self.string(&between)),
                self.string(&end)
            )
        };
        let Some((sign, place)) = to else {
            return self.print(&text);
        };
        let place = self.value(place)?;
        let place = self.string(&place);
        match (*sign, &*place) {
            (_, "/dev/stdout" | "-") => self.print(&text),
            (_, "/dev/stderr") => {
                self.error.push_str(&text);
                Ok(())
            }
            // A command that only shows what it gets.
            ("|", "cat") => self.print(&text),
            ("|", "cat 1>&2" | "cat >&2") => {
                self.error.push_str(&text);
                Ok(())
            }
            ("|", command) => {
                let name = format!("| {command}");
                match self.readers.get_mut(&name) {
                    Some(reader) => reader.text.push_str(&text),
                    None => {
                        self.readers.insert(name, Reader { text, at: 0 });
                    }
                }
                self.step()
            }
            (sign, path) => {
                let is_new = self.written.insert(path.to_string(), true).is_none();
                let appends = sign == ">>" || !is_new;
                match self.outside.write(path, &text, appends) {
                    Ok(()) => Ok(()),
                    Err(why) => Err(Fatal(format!("cannot open \"{path}\" for output ({why})"))),
                }
            }
        }
    }

    pub(super) fn print(&mut self, text: &str) -> Run<()> {
        self.out.push_str(text);
        self.step()
    }

    /// Runs a command, after what was printed before it.
    pub(super) fn command(&mut self, line: &str, input: &str) -> Run<(String, i32)> {
        self.steps += COMMAND;
        self.step()?;
        let (output, error, status) = self.outside.command(line, input);
        self.error.push_str(&error);
        Ok((output, status))
    }

    /// Ends what is printed into a command; its status.
    pub(super) fn end_pipe(&mut self, command: &str) -> Run<Option<i32>> {
        let Some(reader) = self.readers.remove(&format!("| {command}")) else {
            return Ok(None);
        };
        let (output, status) = self.command(command, &reader.text)?;
        self.out.push_str(&output);
        Ok(Some(status))
    }

    /// Ends all of these, once the program has ended.
    ///
    /// # Errors
    /// There was too much to do.
    pub fn flush(&mut self) -> Run<()> {
        while let Some((name, _)) = self.readers.below("| ").first() {
            let command = name[2..].to_string();
            self.end_pipe(&command)?;
        }
        Ok(())
    }
}
