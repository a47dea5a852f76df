//! The functions that the language has.

use std::rc::Rc;

use super::{Machine, Run, Slot, Table, BYTES};
use crate::platform;
use crate::time::Time;
use crate::workstation::programs::awk::tree::{Array, Expr};
use crate::workstation::programs::awk::value::Value;
use crate::workstation::programs::clock::strftime;

/// Whether a text of no more bytes is plain is soon seen again.
const SHORT: usize = 1_000;

impl Machine<'_> {
    pub(super) fn builtin(&mut self, name: &'static str, arguments: &[Expr]) -> Run<Value> {
        // Those that take an expression or a place, not its value.
        match (name, arguments) {
            ("sub" | "gsub", [pattern, with, rest @ ..]) => {
                return self.substitute(name == "gsub", pattern, with, rest.first());
            }
            ("split", [text, Expr::Variable(_) | Expr::Local(_), ..]) => {
                return self.split_into(text, &arguments[1], arguments.get(2));
            }
            ("match", [text, pattern]) => {
                let text = self.value(text)?;
                let text = self.string(&text);
                let regex = self.pattern(pattern)?;
                self.searches(text.len());
                let (start, length) = match regex.find(&text, 0).map(|c| c.span()) {
                    Some((begin, end)) => (
                        text[..begin].chars().count() as f64 + 1.0,
                        text[begin..end].chars().count() as f64,
                    ),
                    None => (0.0, -1.0),
                };
                self.set("RSTART", Value::Number(start));
                self.set("RLENGTH", Value::Number(length));
                return Ok(Value::Number(start));
            }
            ("length", [Expr::Variable(place)]) => {
                if let Slot::Table(table) = self.slots[*place] {
                    return Ok(Value::Number(self.tables[table].elements.len() as f64));
                }
            }
            ("length", [Expr::Local(place)]) => {
                let slot = self.frames.last().and_then(|f| f.get(*place));
                if let Some(Slot::Table(table)) = slot {
                    return Ok(Value::Number(self.tables[*table].elements.len() as f64));
                }
            }
            _ => {}
        }
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.value(argument)?);
        }
        let text = |at: usize| values.get(at).map_or("".into(), |v| self.string(v));
        let number = |at: usize| values.get(at).map_or(0.0, Value::number);
        Ok(match name {
            "length" => {
                let text = match values.is_empty() {
                    true => self.record.clone(),
                    false => text(0),
                };
                let count = match self.is_plain(&text) {
                    true => text.len(),
                    false => {
                        self.looks(text.len());
                        text.chars().count()
                    }
                };
                Value::Number(count as f64)
            }
            "substr" => {
                let text = text(0);
                // mawk takes what is missing before the first character for something to add.
                let begin = number(1).trunc();
                let missing = (-begin).max(0.0);
                let end = match values.len() {
                    0..=2 => f64::INFINITY,
                    _ => begin.max(1.0) + number(2).trunc() + missing,
                };
                let from = (begin.max(1.0) - 1.0) as usize;
                let to = ((end - 1.0).max(0.0) as usize).max(from);
                let part: Rc<str> = match self.is_plain(&text) {
                    true => text.get(from..to.min(text.len())).unwrap_or("").into(),
                    false => {
                        self.looks(from);
                        let part = text.chars().skip(from).take(to - from);
                        part.collect::<String>().into()
                    }
                };
                self.looks(part.len());
                Value::Text(part)
            }
            "index" => {
                let (text, part) = (text(0), text(1));
                let place = text.find(&*part);
                self.looks(text.len());
                Value::Number(place.map_or(0.0, |p| text[..p].chars().count() as f64 + 1.0))
            }
            "sprintf" => {
                let text = self.sprintf(&values, "sprintf")?;
                Value::Text(text.into())
            }
            "tolower" => Value::Text(text(0).to_ascii_lowercase().into()),
            "toupper" => Value::Text(text(0).to_ascii_uppercase().into()),
            "int" => Value::Number(number(0).trunc()),
            "sqrt" => Value::Number(number(0).sqrt()),
            "exp" => Value::Number(platform::exp(number(0))),
            "log" => Value::Number(platform::ln(number(0))),
            "sin" => Value::Number(platform::sin(number(0))),
            "cos" => Value::Number(platform::cos(number(0))),
            "atan2" => Value::Number(platform::atan2(number(0), number(1))),
            "rand" => {
                let mut x = self.seed.0;
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                self.seed.0 = x;
                Value::Number((x >> 11) as f64 / (1_u64 << 53) as f64)
            }
            "srand" => {
                let before = self.seed.1;
                let seed = match values.is_empty() {
                    true => self.outside.seconds() as f64,
                    false => number(0),
                };
                self.seed = (seed.to_bits() | 1, seed);
                Value::Number(before)
            }
            "strftime" => {
                let format = if values.is_empty() {
                    "%c".into()
                } else {
                    text(0)
                };
                let seconds = match values.get(1) {
                    Some(seconds) => seconds.number() as u64,
                    None => self.outside.seconds(),
                };
                let seconds = seconds.min(253_402_300_799);
                Value::text(&strftime(&format, Time(seconds * 1_000_000)))
            }
            "systime" => Value::Number(self.outside.seconds() as f64),
            "close" => {
                let name = text(0);
                let status = self.end_pipe(&name)?;
                let was =
                    self.readers.remove(&name).is_some() | self.written.remove(&name).is_some();
                Value::Number(f64::from(status.unwrap_or(if was { 0 } else { -1 })))
            }
            "system" => {
                let (output, status) = self.command(&text(0), "")?;
                self.said.text.push_str(&output);
                Value::Number(f64::from(status))
            }
            "fflush" => Value::Number(0.0),
            other => return self.failed(&format!("this awk has no {other}()")),
        })
    }

    /// Whether each character of a text is one byte. Who goes through a long text by its places asks again and
    /// again.
    fn is_plain(&mut self, text: &Rc<str>) -> bool {
        if !Rc::ptr_eq(text, &self.plain) {
            self.looks(text.len());
            if !text.is_ascii() {
                return false;
            }
            if text.len() > SHORT {
                self.plain = text.clone();
            }
        }
        true
    }

    pub(super) fn split_into(
        &mut self,
        text: &Expr,
        array: &Expr,
        by: Option<&Expr>,
    ) -> Run<Value> {
        let text = self.value(text)?;
        let text = self.string(&text);
        self.looks(text.len());
        let parts = match by {
            Some(Expr::Regex(regex)) => {
                let mut parts = Vec::new();
                let (mut from, mut search) = (0, 0);
                while let Some(found) = regex.find(&text, search) {
                    let (begin, end) = found.span();
                    if begin == end {
                        match text[end..].chars().next() {
                            Some(c) => search = end + c.len_utf8(),
                            None => break,
                        }
                        continue;
                    }
                    parts.push(text[from..begin].to_string());
                    (from, search) = (end, end);
                }
                if !text.is_empty() {
                    parts.push(text[from..].to_string());
                }
                parts
            }
            by => {
                let by = match by {
                    Some(by) => self.value(by)?,
                    None => self.get("FS"),
                };
                let by = self.string(&by);
                self.split(&text, &by, false)?
            }
        };
        let array = match array {
            Expr::Local(place) => Array::Local(*place),
            Expr::Variable(place) => Array::Global(*place),
            _ => return Ok(Value::Nothing),
        };
        let table = self.table(array)?;
        self.tables[table] = Table::default();
        self.steps += parts.len();
        for (i, part) in parts.iter().enumerate() {
            let key: Rc<str> = (i + 1).to_string().into();
            *self.tables[table].get(&key) = Value::Field(part.as_str().into());
        }
        Ok(Value::Number(parts.len() as f64))
    }

    pub(super) fn substitute(
        &mut self,
        all: bool,
        pattern: &Expr,
        with: &Expr,
        place: Option<&Expr>,
    ) -> Run<Value> {
        let regex = self.pattern(pattern)?;
        let with = self.value(with)?;
        let with = self.string(&with);
        let text: Rc<str> = match place {
            Some(place) => {
                let value = self.value(place)?;
                self.string(&value)
            }
            None => self.record.clone(),
        };
        self.searches(text.len());
        let mut out = String::new();
        let (mut from, mut search, mut count) = (0, 0, 0);
        while let Some(found) = regex.find(&text, search) {
            let (begin, end) = found.span();
            out.push_str(&text[from..begin]);
            replace(&mut out, &with, &text[begin..end]);
            count += 1;
            from = end;
            if begin == end {
                match text[end..].chars().next() {
                    Some(c) => {
                        out.push(c);
                        from = end + c.len_utf8();
                    }
                    None => break,
                }
            }
            search = from;
            if !all || search > text.len() {
                break;
            }
            if out.len() > BYTES {
                return self.failed("a text has grown too large");
            }
        }
        out.push_str(&text[from..]);
        if count > 0 {
            match place {
                Some(place) => self.assign(place, Value::Text(out.into()))?,
                None => self.set_field(0, Value::Text(out.into()))?,
            }
        }
        Ok(Value::Number(f64::from(count)))
    }
}

/// `&` stands for what was found, `\&` for itself.
fn replace(out: &mut String, with: &str, found: &str) {
    let mut chars = with.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if matches!(chars.peek(), Some('&' | '\\')) => out.extend(chars.next()),
            '&' => out.push_str(found),
            c => out.push(c),
        }
    }
}
