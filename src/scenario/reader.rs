//! Reads values out of a document, and remembers the first that is wrong. Whoever reads goes on
//! with nothing in its place, and asks at the end: an early return for each value would weigh as
//! much as all of the rest.

use std::cell::RefCell;

use crate::json::Value;
use crate::scenario::Fault;
use crate::smtp::bytes::decode;

/// What is wrong with the document, if anything is.
pub type Faults = RefCell<Option<Fault>>;

/// A text of the document, as the program has texts.
fn inside(text: &str) -> String {
    decode(text.as_bytes()).into_owned()
}

/// A value, and the path that leads to it.
pub struct At<'a> {
    /// The value.
    pub value: &'a Value,
    /// `hosts[1].main_cf`.
    pub path: String,
    /// The first fault.
    pub faults: &'a Faults,
}

impl<'a> At<'a> {
    /// Notes that something is wrong here.
    pub fn fault(&self, problem: impl Into<String>) {
        self.faults.borrow_mut().get_or_insert(Fault {
            place: self.path.clone(),
            problem: problem.into(),
        });
    }

    fn at(&self, value: &'a Value, path: String) -> At<'a> {
        At {
            value,
            path,
            faults: self.faults,
        }
    }

    /// The members of an object.
    pub fn members(&self) -> &'a [(String, Value)] {
        match self.value {
            Value::Object(members) => members,
            _ => {
                self.fault("expected an object, { … }");
                &[]
            }
        }
    }

    /// A member that may be missing. Members that nobody asks for are mistakes.
    pub fn member(&self, name: &str) -> Option<At<'a>> {
        let path = match self.path.as_str() {
            "" => name.to_string(),
            path => format!("{path}.{name}"),
        };
        let mut members = self.members().iter();
        let found = members.find(|(n, v)| n == name && *v != Value::Null);
        found.map(|(_, value)| self.at(value, path))
    }

    /// Says which members there may be.
    pub fn allow(&self, names: &[&str]) {
        let mut members = self.members().iter();
        if let Some((odd, _)) = members.find(|(k, _)| !names.contains(&k.as_str())) {
            self.fault(format!(
                "there is no \"{odd}\" here; use {}",
                names.join(", ")
            ));
        }
    }

    /// A text, or a list of lines.
    pub fn text(&self) -> String {
        match self.value {
            Value::String(text) => inside(text),
            // Long texts read better as a list of lines.
            Value::Array(lines) => {
                let mut text = Vec::new();
                for line in lines {
                    match line {
                        Value::String(line) => text.push(line.as_str()),
                        _ => self.fault("expected a text, or a list of lines"),
                    }
                }
                inside(&text.join("\n"))
            }
            _ => {
                self.fault("expected a text in quotes");
                String::new()
            }
        }
    }

    /// The text of a member.
    pub fn text_of(&self, name: &str) -> Option<String> {
        self.member(name).map(|at| at.text())
    }

    /// The number of a member.
    pub fn number_of(&self, name: &str) -> Option<u64> {
        let at = self.member(name)?;
        match at.value {
            Value::Number(number) => Some(*number),
            _ => {
                at.fault("expected a whole number");
                None
            }
        }
    }

    /// The items of a list.
    pub fn items(&self, name: &str) -> Vec<At<'a>> {
        let Some(at) = self.member(name) else {
            return Vec::new();
        };
        let Value::Array(list) = at.value else {
            at.fault("expected a list, [ … ]");
            return Vec::new();
        };
        let mut items = Vec::new();
        for (i, value) in list.iter().enumerate() {
            items.push(at.at(value, format!("{}[{i}]", at.path)));
        }
        items
    }

    /// The members of an object, each a text or a list of lines.
    pub fn texts(&self) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        for (name, value) in self.members() {
            let at = self.at(value, format!("{}[\"{name}\"]", self.path));
            texts.push((inside(name), at.text()));
        }
        texts
    }
}
