//! Statements, and what they print.

use std::rc::Rc;

use super::{Fatal, Flow, Frame, Machine, Reader, Run, Table, BYTES, STEPS};
use crate::workstation::programs::awk::tree::{Expr, Statement};
use crate::workstation::programs::awk::value::Value;

/// What a print statement costs beside its expressions, in steps.
const PRINT: usize = 40;

/// What a command costs, in steps.
const COMMAND: usize = 20_000;

impl Machine<'_> {
    pub(super) fn step(&mut self) -> Run<()> {
        self.steps += 1;
        if self.steps > STEPS || self.printed + self.said.text.len() > BYTES {
            return self.failed("the program runs without end and was stopped");
        }
        Ok(())
    }

    /// To look through a long text is work.
    pub(super) fn looks(&mut self, length: usize) {
        self.steps += length / 64;
    }

    /// And to look for an expression in it is more.
    pub(super) fn searches(&mut self, length: usize) {
        self.steps += length / 8;
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

    /// A part of the statement that runs is what comes next; without one that has come to its end.
    pub(super) fn then(&mut self, part: Option<&Rc<Statement>>) {
        match part {
            Some(statement) => self.stack.push(Frame {
                statement: Rc::clone(statement),
                at: 0,
                keys: Vec::new(),
            }),
            None => {
                self.stack.pop();
            }
        }
    }

    /// Runs what is on the stack above a place; nothing where it goes on in the next piece.
    pub(super) fn execute(&mut self, base: usize, has_pieces: bool) -> Run<Option<Flow>> {
        while self.stack.len() > base {
            if has_pieces && self.steps >= self.enough {
                return Ok(None);
            }
            let flow = self.go_deeper()?;
            let is_break = match flow {
                Flow::On => continue,
                Flow::Break => true,
                Flow::Continue => false,
                flow => {
                    self.stack.truncate(base);
                    return Ok(Some(flow));
                }
            };
            // Up to the loop that this is in.
            let is_loop = |frame: &Frame| {
                use Statement::{For, ForIn, While};
                matches!(&*frame.statement, While(..) | For(..) | ForIn(..))
            };
            while self.stack.len() > base && !self.stack.last().is_some_and(is_loop) {
                self.stack.pop();
            }
            if is_break && self.stack.len() > base {
                self.stack.pop();
            }
        }
        let is_over = !has_pieces || self.steps < self.enough;
        Ok(is_over.then_some(Flow::On))
    }

    /// The next step of the statement on top of the stack.
    fn go_deeper(&mut self) -> Run<Flow> {
        let Some(frame) = self.stack.last_mut() else {
            return Ok(Flow::On);
        };
        let statement = Rc::clone(&frame.statement);
        let at = frame.at;
        frame.at += 1;
        if at == 0 {
            self.step()?;
        }
        match &*statement {
            Statement::Block(all) => self.then(all.get(at)),
            Statement::If(condition, then, otherwise) => {
                self.stack.pop();
                match (self.value(condition)?.is_true(), otherwise) {
                    (true, _) => self.then(Some(then)),
                    (false, Some(otherwise)) => self.then(Some(otherwise)),
                    (false, None) => {}
                }
            }
            Statement::While(condition, body, runs_first) => {
                self.step()?;
                let runs = at == 0 && *runs_first || self.value(condition)?.is_true();
                self.then(runs.then_some(body));
            }
            Statement::For(first, ..) if at == 0 => self.then(Some(first)),
            Statement::For(_, condition, _, body) if at % 2 == 1 => {
                self.step()?;
                let runs = match condition {
                    Some(condition) => self.value(condition)?.is_true(),
                    None => true,
                };
                self.then(runs.then_some(body));
            }
            Statement::For(_, _, step, _) => self.then(Some(step)),
            Statement::ForIn(variable, array, body) => {
                if at == 0 {
                    let table = self.table(*array)?;
                    let mut keys = self.tables[table].keys();
                    self.steps += keys.len() / 8;
                    keys.reverse();
                    self.stack.last_mut().into_iter().for_each(|frame| {
                        frame.keys = std::mem::take(&mut keys);
                    });
                }
                let key = self.stack.last_mut().and_then(|frame| frame.keys.pop());
                if let Some(key) = &key {
                    self.step()?;
                    self.assign(variable, Value::Field(Rc::clone(key)))?;
                }
                self.then(key.map(|_| body));
            }
            simple => {
                self.stack.pop();
                return self.statement(simple);
            }
        }
        Ok(Flow::On)
    }

    /// A statement that no other is a part of.
    fn statement(&mut self, statement: &Statement) -> Run<Flow> {
        match statement {
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
            _ => {}
        }
        Ok(Flow::On)
    }

    pub(super) fn print_statement(
        &mut self,
        is_format: bool,
        values: &[Expr],
        to: &Option<(&'static str, Expr)>,
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
                self.said.complain(text);
                Ok(())
            }
            // A command that only shows what it gets.
            ("|", "cat") => self.print(&text),
            ("|", "cat 1>&2" | "cat >&2") => {
                self.said.complain(text);
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
        self.said.text.push_str(text);
        self.step()
    }

    /// Runs a command, after what was printed before it.
    pub(super) fn command(&mut self, line: &str, input: &str) -> Run<(String, i32)> {
        self.steps += COMMAND;
        self.step()?;
        let (output, error, status) = self.outside.command(line, input);
        if !error.is_empty() {
            self.said.complain(error);
        }
        Ok((output, status))
    }

    /// Ends what is printed into a command; its status.
    pub(super) fn end_pipe(&mut self, command: &str) -> Run<Option<i32>> {
        let Some(reader) = self.readers.remove(&format!("| {command}")) else {
            return Ok(None);
        };
        let (output, status) = self.command(command, &reader.text)?;
        self.said.text.push_str(&output);
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
