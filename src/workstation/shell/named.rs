//! What names stand for while a word is expanded: variables, positional and special parameters,
//! elements of arrays, and the same for arithmetic.

use std::borrow::Cow;
use std::rc::Rc;

use crate::workstation::shell::arithmetic::{evaluate, Named, Store};
use crate::workstation::shell::expand::{Before, Expanded, Expander, Stop};
use crate::workstation::shell::parser::TOP;
use crate::workstation::shell::state::cased;
use crate::workstation::shell::variable::{flag, Key, Value};
use crate::workstation::shell::{quote, scan};

/// An expression whose `$'…'` stand there as bash puts them before it reads on: in single quotes.
fn written_out(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find("$'") else {
        return text.into();
    };
    let (mut out, mut at) = (String::new(), 0);
    let mut is_quoted = text
        .get(..first)
        .is_some_and(|t| t.matches('"').count() % 2 == 1);
    while let Some(begin) = text.get(at..).and_then(|t| t.find("$'")).map(|n| at + n) {
        let end = match is_quoted {
            true => begin + 2,
            false => scan::dollar(text, begin, TOP, false).unwrap_or(text.len()),
        };
        out.push_str(text.get(at..begin).unwrap_or(""));
        match text.get(begin + 2..end.saturating_sub(1)) {
            Some(inside) if !is_quoted => out.push_str(&quote::single(&quote::ansi(inside))),
            _ => out.push_str(text.get(begin..end).unwrap_or("")),
        }
        let next = text
            .get(end..)
            .and_then(|t| t.find("$'"))
            .map_or(text.len(), |n| end + n);
        let quotes = text.get(end..next).unwrap_or("").matches('"').count();
        is_quoted ^= quotes % 2 == 1;
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out.into()
}

impl Expander<'_> {
    /// A number.
    pub fn arithmetic(&mut self, text: &str) -> Expanded<i64> {
        // Quotes have no meaning in an expression, but for those that are quoted.
        let mut bare = String::new();
        for c in self.document(&written_out(text))?.chars() {
            match c {
                '"' if bare.ends_with('\\') => {
                    bare.pop();
                    bare.push('"');
                }
                '"' => {}
                c => bare.push(c),
            }
        }
        let text = bare;
        let depth = self.within;
        let mut failed = None;
        let value = evaluate(&text, &mut Names(self, &mut failed), depth);
        match failed {
            Some(stop) => Err(stop),
            None => value.map_err(Stop::Fault),
        }
    }

    /// The text of a parameter; an empty one where there is none, if that is allowed.
    pub(super) fn wanted(&mut self, name: &str) -> Expanded<Rc<str>> {
        match self.parameter(name) {
            Some(text) => Ok(text),
            None if self.state.is_on("nounset") => {
                Err(Stop::Fatal(format!("{name}: unbound variable")))
            }
            None => Ok("".into()),
        }
    }

    /// The text of a parameter.
    pub(super) fn parameter(&mut self, name: &str) -> Option<Rc<str>> {
        if let Ok(number) = name.parse::<usize>() {
            return match number {
                0 => Some(self.state.name.clone()),
                number => self.state.arguments.get(number - 1).cloned(),
            };
        }
        let number = |n: i64| Some(Rc::from(n.to_string()));
        match name {
            "?" => return number(self.state.status.into()),
            "#" => return number(self.state.arguments.len() as i64),
            "$" => return number(self.state.pid.into()),
            "!" => return self.state.background.and_then(|pid| number(pid.into())),
            "-" => return Some(self.state.letters().into()),
            "@" | "*" => {
                let all = self.state.arguments.clone();
                let separator = match name {
                    "*" => self.separators().chars().next().map(String::from),
                    _ => Some(" ".into()),
                };
                let joined = all.join(&*separator.unwrap_or_default());
                return (!all.is_empty()).then(|| joined.into());
            }
            "BASHPID" => return number(self.place.pid.into()),
            "LINENO" => return number(self.state.line.into()),
            "SECONDS" => {
                let (from, at) = self.state.elapsed;
                let since = self.place.now - at;
                return number(from.saturating_add(since.as_secs() as i64));
            }
            "EPOCHSECONDS" => return number(self.place.now.seconds() as i64),
            "RANDOM" => {
                let random = self.state.next_random();
                return number(random.into());
            }
            _ => {}
        }
        self.state.text(name)
    }

    /// What a variable holds.
    pub(super) fn held(&self, name: &str) -> Value {
        let name = self.state.target(name);
        let found = self.state.variables.find(&name);
        found.map_or(Value::Unset, |v| v.value.clone())
    }

    /// The element of an array.
    pub(super) fn element(&mut self, name: &str, subscript: &str) -> Expanded<Option<Rc<str>>> {
        // What is held is looked at where it is: a loop that asks for each element copies none of the others.
        let target = self.state.target(name);
        let held = self.state.variables.find(&target);
        if held.is_some_and(|v| matches!(v.value, Value::Map(_))) {
            let key = self.single(subscript)?;
            let held = self.state.variables.find(&target);
            return Ok(held.and_then(|v| v.value.named(&key)).cloned());
        }
        let index = self.arithmetic(subscript)?;
        let held = self.state.variables.find(&target);
        let value = held.map_or(&Value::Unset, |v| &v.value);
        if value.place(index).is_none() {
            self.complaints.push(format!("{name}: bad array subscript"));
            return Ok(None);
        }
        Ok(value.at(index))
    }

    /// Gives a variable, or an element of it, a text, in a way that can be taken back.
    pub fn assign(&mut self, name: &str, subscript: Option<&str>, text: Rc<str>) -> Expanded<()> {
        let name = self.state.target(name);
        if self.state.is_readonly(&name) {
            return Err(Stop::Fault(format!("{name}: readonly variable")));
        }
        let held = self.state.variables.find(&name);
        let is_map = held.is_some_and(|v| matches!(v.value, Value::Map(_)));
        let mut text = text;
        if held.is_some_and(|v| v.flags & flag::INTEGER != 0) {
            let number = self.arithmetic(&text).map_err(|stop| match stop {
                Stop::Fault(text) => Stop::Number(text),
                stop => stop,
            });
            text = number?.to_string().into();
        }
        let key = match subscript {
            None => None,
            Some(key) if is_map => Some(Key::Name(self.single(key)?.as_str().into())),
            Some(subscript) => {
                let index = self.arithmetic(subscript)?;
                let held = self.state.variables.find(&name);
                let place = held.map_or(&Value::Unset, |v| &v.value).place(index);
                let wrong = || Stop::Fault(format!("{name}[{subscript}]: bad array subscript"));
                Some(Key::Number(place.ok_or_else(wrong)?))
            }
        };
        match key {
            None => {
                self.note(&name);
                self.state.set(&name, text);
            }
            Some(key) => self.set_element(&name, key, text),
        }
        if matches!(&*name, "RANDOM" | "SECONDS") {
            let text = self.state.text(&name).unwrap_or_default();
            let number = text.parse::<i64>().unwrap_or(0);
            match &*name {
                "RANDOM" => self.state.random = number as u32,
                _ => self.state.elapsed = (number, self.place.now),
            }
        }
        Ok(())
    }

    /// Notes a variable before something else changes it.
    pub fn note(&mut self, name: &str) {
        let name = self.state.target(name);
        let before = self.state.variables.find(&name).cloned();
        self.length += 8 * before.as_ref().map_or(0, |v| v.value.count());
        self.undo.push((name, Before::Whole(before)));
    }

    /// Gives an element of a variable a text. Of a long array only what that element was is noted.
    pub(super) fn set_element(&mut self, name: &Rc<str>, key: Key, text: Rc<str>) {
        let held = self.state.variables.find(name).map(|v| &v.value);
        let before = match (held, &key) {
            (Some(Value::List(_)), Key::Number(index)) => Some(held.and_then(|v| v.at(*index))),
            (Some(Value::Map(_)), Key::Name(key)) => Some(held.and_then(|v| v.named(key)).cloned()),
            _ => None,
        };
        match before {
            Some(before) => {
                let before = Before::Element(key.clone(), before);
                self.undo.push((name.clone(), before));
            }
            None => self.note(name),
        }
        let variable = self.state.variables.entry(name);
        let text = cased(variable, text);
        variable.value.put_back(&key, Some(text));
    }
}

/// The variables of an expression. What is not a mistake of the expression's own is kept aside.
struct Names<'e, 'a, 'f>(&'e mut Expander<'a>, &'f mut Option<Stop>);

impl Names<'_, '_, '_> {
    fn kept<T>(&mut self, found: Expanded<T>) -> Result<T, String> {
        found.map_err(|stop| {
            *self.1 = Some(stop);
            String::new()
        })
    }
}

impl Store for Names<'_, '_, '_> {
    fn value(&mut self, (name, subscript): Named, depth: u32) -> Result<Option<String>, String> {
        let before = std::mem::replace(&mut self.0.within, depth);
        let found = match subscript {
            Some(subscript) => {
                let found = self.0.element(name, subscript);
                self.0.within = before;
                self.kept(found)?
            }
            None => match self.0.parameter(name) {
                None if self.0.state.is_on("nounset") => {
                    let found = self.0.wanted(name);
                    Some(self.kept(found)?)
                }
                found => found,
            },
        };
        self.0.within = before;
        Ok(found.map(|text| text.to_string()))
    }

    fn assign(&mut self, (name, subscript): Named, value: i64, depth: u32) -> Result<(), String> {
        let before = std::mem::replace(&mut self.0.within, depth);
        let done = self.0.assign(name, subscript, value.to_string().into());
        self.0.within = before;
        self.kept(done)
    }
}
