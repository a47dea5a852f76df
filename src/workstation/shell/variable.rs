//! Variables: texts, arrays, and what is said about them.

use std::rc::Rc;

/// What may be said about a variable (`declare`).
pub mod flag {
    #![allow(missing_docs)]
    pub const EXPORT: u8 = 1;
    pub const READONLY: u8 = 2;
    pub const INTEGER: u8 = 4;
    pub const LOWER: u8 = 8;
    pub const UPPER: u8 = 16;
    pub const REFERENCE: u8 = 32;
    pub const LETTERS: [(u8, char); 6] = [
        (INTEGER, 'i'),
        (REFERENCE, 'n'),
        (READONLY, 'r'),
        (EXPORT, 'x'),
        (LOWER, 'l'),
        (UPPER, 'u'),
    ];
}

/// Bytes that an element of an array, or a variable, takes beside its text.
pub const ELEMENT: usize = 64;

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing yet.
    Unset,
    /// A text.
    Text(Rc<str>),
    /// Texts by number, in order.
    List(Vec<(i64, Rc<str>)>),
    /// Texts by name, in bash's order.
    Map(Vec<(Rc<str>, Rc<str>)>),
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: Rc<str>,
    /// What it holds.
    pub value: Value,
    /// What is said about it.
    pub flags: u8,
}

/// All variables, by name.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    all: Rc<Vec<Variable>>,
}

/// Where bash's table of an associative array keeps a name: what is listed first has the lowest
/// place, and of those in one place the newest comes first.
fn bucket(name: &str) -> u32 {
    let hash = name.bytes().fold(2_166_136_261_u32, |hash, byte| {
        hash.wrapping_mul(16_777_619) ^ u32::from(byte)
    });
    hash & 1_023
}

/// The place of a name in such a table, or where it would come.
fn place(map: &[(Rc<str>, Rc<str>)], name: &str) -> Result<usize, usize> {
    let own = bucket(name);
    let first = map.partition_point(|(n, _)| bucket(n) < own);
    let near = map.iter().enumerate().skip(first);
    let mut near = near.take_while(|(_, (n, _))| bucket(n) == own);
    near.find(|(_, (n, _))| &**n == name)
        .map_or(Err(first), |(at, _)| Ok(at))
}

/// What an element of an array is called by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// Its number.
    Number(i64),
    /// Its name.
    Name(Rc<str>),
}

impl Value {
    /// The text: of an array, its first.
    pub fn text(&self) -> Option<&Rc<str>> {
        match self {
            Value::Unset => None,
            Value::Text(text) => Some(text),
            Value::List(list) => list.iter().find(|(i, _)| *i == 0).map(|(_, t)| t),
            Value::Map(_) => self.named("0"),
        }
    }

    /// How many texts it holds.
    pub fn count(&self) -> usize {
        match self {
            Value::Unset => 0,
            Value::Text(_) => 1,
            Value::List(list) => list.len(),
            Value::Map(map) => map.len(),
        }
    }

    /// The text of a name in an array with names.
    pub fn named(&self, name: &str) -> Option<&Rc<str>> {
        match self {
            Value::Map(map) => Some(&map.get(place(map, name).ok()?)?.1),
            _ => None,
        }
    }

    /// Puts one of an array back as it was.
    pub fn put_back(&mut self, key: &Key, before: Option<Rc<str>>) {
        match (key, before, &mut *self) {
            (Key::Number(index), Some(text), _) => self.set_at(*index, text),
            (Key::Name(name), Some(text), _) => self.set_named(name, text),
            (Key::Number(index), None, Value::List(list)) => {
                if let Ok(at) = list.binary_search_by_key(index, |(i, _)| *i) {
                    list.remove(at);
                }
            }
            (Key::Name(name), None, Value::Map(map)) => {
                if let Ok(at) = place(map, name) {
                    map.remove(at);
                }
            }
            _ => {}
        }
    }

    /// All texts.
    pub fn texts(&self) -> Vec<Rc<str>> {
        match self {
            Value::Unset => Vec::new(),
            Value::Text(text) => vec![text.clone()],
            Value::List(list) => list.iter().map(|(_, t)| t.clone()).collect(),
            Value::Map(map) => map.iter().map(|(_, t)| t.clone()).collect(),
        }
    }

    /// All numbers or names.
    pub fn keys(&self) -> Vec<Rc<str>> {
        match self {
            Value::Unset => Vec::new(),
            Value::Text(_) => vec!["0".into()],
            Value::List(list) => list.iter().map(|(i, _)| i.to_string().into()).collect(),
            Value::Map(map) => map.iter().map(|(n, _)| n.clone()).collect(),
        }
    }

    /// Whether it is an array.
    pub fn is_array(&self) -> bool {
        matches!(self, Value::List(_) | Value::Map(_))
    }

    /// Makes it an array, keeping a text as its first.
    pub fn list(&mut self) -> &mut Vec<(i64, Rc<str>)> {
        if !matches!(self, Value::List(_)) {
            *self = Value::List(self.text().cloned().map(|t| (0, t)).into_iter().collect());
        }
        match self {
            Value::List(list) => list,
            // It was made one just now.
            _ => unreachable!(),
        }
    }

    /// One of a list; numbers below zero count from behind.
    pub fn at(&self, index: i64) -> Option<Rc<str>> {
        let index = self.place(index)?;
        match self {
            Value::List(list) => {
                let at = list.binary_search_by_key(&index, |(i, _)| *i).ok()?;
                list.get(at).map(|(_, t)| t.clone())
            }
            value if index == 0 => value.text().cloned(),
            _ => None,
        }
    }

    /// The number of an element; those below zero count from behind the last.
    pub fn place(&self, index: i64) -> Option<i64> {
        if index >= 0 {
            return Some(index);
        }
        let last = match self {
            Value::List(list) => list.last().map_or(-1, |(i, _)| *i),
            Value::Unset => -1,
            _ => 0,
        };
        Some(last.wrapping_add(1).wrapping_add(index)).filter(|i| *i >= 0)
    }

    /// Sets one of a list.
    pub fn set_at(&mut self, index: i64, text: Rc<str>) {
        let list = self.list();
        match list.binary_search_by_key(&index, |(i, _)| *i) {
            Ok(at) => list[at].1 = text,
            Err(at) => list.insert(at, (index, text)),
        }
    }

    /// Sets one of an array with names.
    pub fn set_named(&mut self, name: &str, text: Rc<str>) {
        if !matches!(self, Value::Map(_)) {
            *self = Value::Map(Vec::new());
        }
        if let Value::Map(map) = self {
            match place(map, name) {
                Ok(at) => map[at].1 = text,
                Err(at) => map.insert(at, (name.into(), text)),
            }
        }
    }
}

impl Variables {
    fn search(&self, name: &str) -> Result<usize, usize> {
        self.all.binary_search_by(|v| (*v.name).cmp(name))
    }

    /// A variable.
    pub fn find(&self, name: &str) -> Option<&Variable> {
        self.all.get(self.search(name).ok()?)
    }

    /// A variable that is there from now on.
    pub fn entry(&mut self, name: &str) -> &mut Variable {
        let place = self.search(name);
        let all = Rc::make_mut(&mut self.all);
        let place = match place {
            Ok(place) => place,
            Err(place) => {
                let fresh = Variable {
                    name: name.into(),
                    value: Value::Unset,
                    flags: 0,
                };
                all.insert(place, fresh);
                place
            }
        };
        &mut all[place]
    }

    /// Takes a variable away.
    pub fn remove(&mut self, name: &str) -> Option<Variable> {
        let place = self.search(name).ok()?;
        Some(Rc::make_mut(&mut self.all).remove(place))
    }

    /// Puts one back as it was.
    pub fn restore(&mut self, name: &str, before: Option<Variable>) {
        match before {
            Some(variable) => *self.entry(name) = variable,
            None => {
                self.remove(name);
            }
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Variable> {
        self.all.iter()
    }

    /// The memory that they take, about.
    pub fn size(&self) -> usize {
        let of = |value: &Value| match value {
            Value::Unset => 0,
            Value::Text(text) => text.len(),
            Value::List(list) => list.iter().map(|(_, text)| ELEMENT + text.len()).sum(),
            Value::Map(map) => map.iter().map(|(n, t)| ELEMENT + n.len() + t.len()).sum(),
        };
        self.iter().map(|v| ELEMENT + of(&v.value)).sum()
    }

    /// What programs get.
    pub fn environment(&self) -> Vec<(String, String)> {
        let exported = self.iter().filter(|v| v.flags & flag::EXPORT != 0);
        let with_text = exported.filter_map(|v| match &v.value {
            Value::Text(text) => Some((v.name.to_string(), text.to_string())),
            _ => None,
        });
        with_text.collect()
    }
}
