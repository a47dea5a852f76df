//! Assignments: what they say, and what they make.

use crate::workstation::shell::expand::{Expanded, Expander, Stop};
use crate::workstation::shell::parser::TOP;
use crate::workstation::shell::scan::{self, Rules};
use crate::workstation::shell::syntax::Text;
use crate::workstation::shell::variable::{flag, Key, Value};
use std::rc::Rc;

/// An element of a list: its place or name, and its text.
pub type Item = (Option<String>, Rc<str>);

/// `name=value`
#[derive(Clone, Debug)]
pub struct Assign {
    /// The name.
    pub name: Text,
    /// What stands in brackets behind it.
    pub subscript: Option<Text>,
    /// `+=`
    pub adds: bool,
    /// The text.
    pub text: Rc<str>,
    /// The list, where it is one.
    pub list: Option<Vec<Item>>,
}

/// Those of the shell's own whose arguments are assignments.
pub const DECLARES: [&str; 5] = ["declare", "export", "local", "readonly", "typeset"];

/// Expands an assignment.
pub fn assign(word: &str, e: &mut Expander) -> Expanded<Assign> {
    let start = scan::assignment(word, TOP).unwrap_or(word.len());
    let (left, value) = word.split_at(start);
    let left = left.strip_suffix('=').unwrap_or(left);
    let (left, adds) = match left.strip_suffix('+') {
        Some(left) => (left, true),
        None => (left, false),
    };
    let (name, subscript) = match left.split_once('[') {
        Some((name, rest)) => (name, Some(rest.strip_suffix(']').unwrap_or(rest))),
        None => (left, None),
    };
    let (text, list) = match value.strip_prefix('(').and_then(|v| v.strip_suffix(')')) {
        Some(inside) => (String::new(), Some(items(inside, e)?)),
        None => (e.value(value)?, None),
    };
    Ok(Assign {
        name: name.into(),
        subscript: subscript.map(Text::from),
        adds,
        text: text.into(),
        list,
    })
}

/// What stands in the parentheses of a list.
fn items(inside: &str, e: &mut Expander) -> Expanded<Vec<Item>> {
    let mut found = Vec::new();
    let mut at = 0;
    let bytes = inside.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\n' => at += 1,
            b'#' => at += inside[at..].find('\n').unwrap_or(inside.len() - at),
            _ => {
                let close = key_end(inside, at);
                let begin = close.unwrap_or(at);
                let end = scan::word(inside, begin, TOP, Rules::default()).unwrap_or(bytes.len());
                let end = end.max(scan::char_end(inside, at));
                let word = inside.get(at..end).unwrap_or("");
                let keyed = match close {
                    Some(close) => word.get(1..close - 1 - at).zip(word.get(close + 1 - at..)),
                    None => word.strip_prefix('[').and_then(|w| w.split_once("]=")),
                };
                at = end;
                match keyed {
                    Some((key, value)) => {
                        let value = e.value(value)?;
                        found.push((Some(key.to_string()), value.into()));
                    }
                    None => found.extend(e.fields(word)?.into_iter().map(|text| (None, text))),
                }
            }
        }
    }
    Ok(found)
}

/// Where the `=` behind the key of an element stands: there may be blanks in `[…]`.
fn key_end(inside: &str, at: usize) -> Option<usize> {
    let mut depth = 0;
    for (place, byte) in inside.bytes().enumerate().skip(at) {
        match byte {
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let is_key = inside.get(place + 1..)?.starts_with('=');
            return (is_key && place > at).then_some(place + 1);
        }
    }
    None
}

/// Makes an assignment.
pub fn make(assign: &Assign, e: &mut Expander) -> Expanded<()> {
    let name = e.state.target(&assign.name);
    let Some(list) = &assign.list else {
        let mut text = assign.text.clone();
        if assign.adds {
            let held = e.state.variables.find(&name);
            let is_number = held.is_some_and(|v| v.flags & flag::INTEGER != 0);
            let before = match &assign.subscript {
                Some(key) => e.element(&name, key)?,
                None => e.state.text(&name),
            };
            let before = before.unwrap_or_default();
            text = match is_number {
                true => {
                    let sum = format!(
                        "({})+({text})",
                        if before.is_empty() { "0" } else { &before }
                    );
                    e.arithmetic(&sum)?.to_string().into()
                }
                false => format!("{before}{text}").into(),
            };
        }
        return e.assign(&assign.name, assign.subscript.as_deref(), text);
    };
    if e.state.is_readonly(&name) {
        return Err(Stop::Fault(format!("{name}: readonly variable")));
    }
    let held = e.state.variables.find(&name);
    // What is added to an array is noted element by element.
    let grows = assign.adds && held.is_some_and(|v| v.value.is_array());
    if !grows {
        e.note(&name);
    }
    let variable = e.state.variables.entry(&name);
    let is_map = matches!(variable.value, Value::Map(_));
    if !assign.adds {
        variable.value = match is_map {
            true => Value::Map(Vec::new()),
            false => Value::List(Vec::new()),
        };
    } else if !is_map {
        variable.value.list();
    }
    let mut next = match &variable.value {
        Value::List(list) => list.last().map_or(0, |(i, _)| i.saturating_add(1)),
        _ => 0,
    };
    let is_changed = variable.flags & (flag::INTEGER | flag::LOWER | flag::UPPER) != 0;
    let mut key: Option<String> = None;
    for (place, text) in list {
        if is_map {
            match (place, key.take()) {
                (Some(place), _) => {
                    let place = e.single(place)?;
                    e.set_element(&name, Key::Name(place.as_str().into()), text.clone());
                }
                (None, Some(before)) => {
                    e.set_element(&name, Key::Name(before.as_str().into()), text.clone());
                }
                (None, None) => key = Some(text.to_string()),
            }
            continue;
        }
        if let Some(place) = place {
            next = e.arithmetic(place)?;
        }
        match is_changed || next < 0 {
            true => e.assign(&name, Some(&next.to_string()), text.clone())?,
            false if grows => e.set_element(&name, Key::Number(next), text.clone()),
            // What the variable was is known already, and once is enough for a long list.
            false => {
                let variable = e.state.variables.entry(&name);
                variable.value.set_at(next, text.clone());
            }
        }
        next = next.saturating_add(1);
    }
    if let Some(key) = key {
        e.set_element(&name, Key::Name(key.as_str().into()), "".into());
    }
    Ok(())
}
