//! Records, and their fields.

use std::rc::Rc;

use super::{assignment, Fatal, Machine, Reader, Run};
use crate::regex::Regex;
use crate::workstation::programs::awk::lexer::unescape;
use crate::workstation::programs::awk::value::Value;

impl Machine<'_> {
    /// The next record of the inputs.
    pub(super) fn next_record(&mut self) -> Run<Option<String>> {
        loop {
            if self.current.is_none() {
                let Some(text) = self.next_input()? else {
                    return Ok(None);
                };
                self.set("FNR", Value::Number(0.0));
                self.current = Some(Reader { text, at: 0 });
            }
            let (separator, regex) = self.separators()?;
            let found = self
                .current
                .as_mut()
                .and_then(|reader| cut(reader, &separator, regex.as_deref()));
            match found {
                Some(record) => {
                    for name in ["NR", "FNR"] {
                        let number = self.get(name).number() + 1.0;
                        self.set(name, Value::Number(number));
                    }
                    return Ok(Some(record));
                }
                None => self.current = None,
            }
        }
    }

    pub(super) fn separator(&self) -> Rc<str> {
        let separator = self.get("RS");
        self.string(&separator)
    }

    /// What is between records, as a regular expression too where it is one.
    pub(super) fn separators(&mut self) -> Run<(Rc<str>, Option<Rc<Regex>>)> {
        let separator = self.separator();
        let regex = match separator.chars().count() > 1 {
            true => Some(self.regex(&separator)?),
            false => None,
        };
        Ok((separator, regex))
    }

    /// The next of the files, or what was piped in where none is named; `name=value` between them
    /// gives a variable a value.
    pub(super) fn next_input(&mut self) -> Run<Option<String>> {
        while !self.inputs.is_empty() {
            let name = self.inputs.remove(0);
            if let Some((variable, value)) = assignment(&name) {
                self.set(variable, Value::Field(unescape(value).into()));
                if self.inputs.is_empty() && !self.input.is_empty() {
                    break;
                }
                continue;
            }
            if name.is_empty() {
                continue;
            }
            self.set("FILENAME", Value::text(&name));
            // What was piped in is not read after files.
            if name == "-" || name == "/dev/stdin" {
                return Ok(Some(std::mem::take(&mut self.input)));
            }
            let is_last = self.inputs.is_empty();
            if is_last {
                self.input.clear();
            }
            return match self.outside.read(&name) {
                Ok(text) => Ok(Some(text)),
                Err(why) => Err(Fatal(format!("cannot open {name} ({why})"))),
            };
        }
        if self.input.is_empty() {
            return Ok(None);
        }
        self.set("FILENAME", Value::text("-"));
        Ok(Some(std::mem::take(&mut self.input)))
    }

    pub(super) fn set_record(&mut self, text: &str) {
        self.looks(text.len());
        self.record = text.into();
        self.is_split = false;
    }

    pub(super) fn split_record(&mut self) -> Run<()> {
        if !self.is_split {
            self.is_split = true;
            let record = self.record.clone();
            let separator = self.get("FS");
            let separator = self.string(&separator);
            let has_paragraphs = self.separator().is_empty();
            let parts = self.split(&record, &separator, has_paragraphs)?;
            self.fields = parts.into_iter().map(|p| Value::Field(p.into())).collect();
            let count = Value::Number(self.fields.len() as f64);
            self.set("NF", count);
        }
        Ok(())
    }

    pub(super) fn split(&mut self, text: &str, separator: &str, lines: bool) -> Run<Vec<String>> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        self.looks(text.len());
        if separator == " " {
            let blank = [' ', '\t', '\n'];
            let parts = text.split(blank).filter(|p| !p.is_empty());
            return Ok(parts.map(str::to_string).collect());
        }
        if separator.is_empty() {
            return Ok(text.chars().map(String::from).collect());
        }
        let mut chars = separator.chars();
        let single = match (chars.next(), chars.next()) {
            (Some(c), None) if c != '\\' => Some(c),
            _ => None,
        };
        if let (Some(c), false) = (single, lines) {
            return Ok(text.split(c).map(str::to_string).collect());
        }
        let source = match (single, lines) {
            (Some(c), _) if ".*+?()|{}$[^".contains(c) => format!("\\{c}|\n"),
            (_, true) => format!("{separator}|\n"),
            _ => separator.to_string(),
        };
        let regex = self.regex(&source)?;
        let mut parts = Vec::new();
        let mut from = 0;
        let mut search = 0;
        while let Some(found) = regex.find(text, search) {
            let (begin, end) = found.span();
            if end == begin {
                match text[end..].chars().next() {
                    Some(c) => search = end + c.len_utf8(),
                    None => break,
                }
                continue;
            }
            parts.push(text[from..begin].to_string());
            (from, search) = (end, end);
        }
        parts.push(text[from..].to_string());
        Ok(parts)
    }

    pub(super) fn field(&mut self, number: f64) -> Run<Value> {
        let index = self.field_index(number)?;
        if index == 0 {
            return Ok(Value::Field(self.record.clone()));
        }
        self.split_record()?;
        Ok(self
            .fields
            .get(index - 1)
            .cloned()
            .unwrap_or_else(|| Value::text("")))
    }

    pub(super) fn field_index(&mut self, number: f64) -> Run<usize> {
        if number < 0.0 {
            return self.failed(&format!("negative field index ${}", number as i64));
        }
        if number > 100_000.0 {
            return self.failed(&format!("field index ${} is too large", number as i64));
        }
        Ok(number as usize)
    }

    pub(super) fn set_field(&mut self, index: usize, value: Value) -> Run<()> {
        if index == 0 {
            let text = self.string(&value);
            self.set_record(&text);
            // NF is right before it is asked for.
            return self.split_record();
        }
        self.split_record()?;
        let text = self.string(&value);
        if self.fields.len() < index {
            self.fields.resize(index, Value::Field("".into()));
            self.set("NF", Value::Number(index as f64));
        }
        self.fields[index - 1] = match value {
            Value::Number(_) => value,
            Value::Field(_) => value,
            _ => Value::Text(text),
        };
        self.join_fields();
        Ok(())
    }

    pub(super) fn join_fields(&mut self) {
        let between = self.get("OFS");
        let between = self.string(&between);
        let parts: Vec<Rc<str>> = self.fields.iter().map(|f| self.string(f)).collect();
        self.record = parts.join(&between).into();
        self.looks(self.record.len() + 16 * self.fields.len());
    }
}

/// The next record of a text.
pub(super) fn cut(reader: &mut Reader, separator: &str, regex: Option<&Regex>) -> Option<String> {
    let rest = reader.text.get(reader.at..)?;
    if separator.is_empty() {
        // Paragraphs.
        let begin = rest.len() - rest.trim_start_matches('\n').len();
        let body = &rest[begin..];
        if body.is_empty() {
            return None;
        }
        let end = body
            .find("\n\n")
            .unwrap_or(body.trim_end_matches('\n').len());
        reader.at += begin + end;
        return Some(body[..end].to_string());
    }
    if rest.is_empty() {
        return None;
    }
    let found = match regex {
        Some(regex) => regex.find(rest, 0).map(|c| c.span()).filter(|(b, e)| b < e),
        None => {
            let c = separator.chars().next()?;
            rest.find(c).map(|at| (at, at + c.len_utf8()))
        }
    };
    let (end, next) = found.unwrap_or_else(|| {
        let end = match regex {
            Some(_) => rest.trim_end_matches('\n').len(),
            None => rest.len(),
        };
        (end, rest.len())
    });
    reader.at += next;
    Some(rest[..end].to_string())
}
