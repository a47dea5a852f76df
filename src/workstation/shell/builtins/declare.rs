//! declare, export, readonly, local: variables and functions with what they are.

use crate::platform;
use crate::workstation::shell::assign::{make, Assign};
use crate::workstation::shell::bash::{Bash, Call, Frame, Kind, Outcome};
use crate::workstation::shell::expand::{Expanded, Stop};
use crate::workstation::shell::parser::TOP;
use crate::workstation::shell::print;
use crate::workstation::shell::quote;
use crate::workstation::shell::scan;
use crate::workstation::shell::variable::{flag, Value, Variable};
use crate::workstation::system::kernel::Kernel;
use std::rc::Rc;

/// A variable as `declare -p` writes it.
fn shown(variable: &Variable) -> String {
    let mut letters = String::new();
    match variable.value {
        Value::List(_) => letters.push('a'),
        Value::Map(_) => letters.push('A'),
        _ => {}
    }
    for (bit, letter) in flag::LETTERS {
        if variable.flags & bit != 0 {
            letters.push(letter);
        }
    }
    let letters = if letters.is_empty() {
        "-".into()
    } else {
        letters
    };
    let value = match &variable.value {
        Value::Unset => String::new(),
        value => format!("={}", contents(value)),
    };
    format!("declare -{letters} {}{value}\n", variable.name)
}

/// What a variable holds, as it would be written.
pub(super) fn contents(value: &Value) -> String {
    match value {
        Value::Unset => String::new(),
        Value::Text(text) => quote::double(text),
        Value::List(list) => {
            let items: Vec<String> = list
                .iter()
                .map(|(i, text)| format!("[{i}]={}", quote::double(text)))
                .collect();
            format!("({})", items.join(" "))
        }
        Value::Map(map) => {
            let mut out = String::from("(");
            for (name, text) in map {
                let plain = !name.is_empty()
                    && name
                        .chars()
                        .all(|c| platform::is_alphanumeric(c) || "_-./+,@%".contains(c));
                let name = if plain {
                    name.to_string()
                } else {
                    quote::double(name)
                };
                out.push_str(&format!("[{name}]={} ", quote::double(text)));
            }
            out + ")"
        }
    }
}

pub fn declare(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let name = words[0].clone();
    // Signs of options that turn something off.
    let mut off = 0_u8;
    let mut rest: Vec<Rc<str>> = vec![name.clone()];
    let mut options_end = false;
    for word in words.iter().skip(1) {
        let letters = word.strip_prefix('+').filter(|_| !options_end);
        match letters {
            Some(letters) => {
                for (bit, letter) in flag::LETTERS {
                    if letters.contains(letter) {
                        off |= bit;
                    }
                }
            }
            None => {
                options_end |= !word.starts_with('-');
                rest.push(word.clone());
            }
        }
    }
    let known = match &*name {
        "export" => "fnp",
        "readonly" => "aAfp",
        _ => "aAfFgiIlnprtux",
    };
    let (letters, operands): (String, Vec<Rc<str>>) = match b.options(&rest, known, k) {
        Ok(options) => (
            options.given.iter().map(|(l, _)| *l).collect(),
            options.operands.iter().map(|w| Rc::from(*w)).collect(),
        ),
        Err(status) => return Outcome::Done(status),
    };
    let has = |letter| letters.contains(letter);
    let mut on = 0;
    for (bit, letter) in flag::LETTERS {
        if has(letter) && !(&*name == "export" && letter == 'n') {
            on |= bit;
        }
    }
    match &*name {
        "export" if has('n') => off |= flag::EXPORT,
        "export" => on |= flag::EXPORT,
        "readonly" => on |= flag::READONLY,
        _ => {}
    }
    if &*name == "local" && call(b).is_none() {
        b.complain_as("local", "can only be used in a function", k);
        return Outcome::Done(1);
    }
    if has('f') || has('F') {
        return functions(b, &name, &operands, has('F'), k);
    }
    if operands.is_empty() || has('p') {
        return list(b, &name, on, &letters, &operands, k);
    }
    let is_local = &*name == "local"
        || (matches!(&*name, "declare" | "typeset") && !has('g') && call(b).is_some());
    let lists = b.simple().map(|s| s.lists.clone()).unwrap_or_default();
    let mut status = 0;
    for word in &operands {
        let start = scan::assignment(word, TOP);
        let left = word
            .get(..start.map_or(word.len(), |s| s - 1))
            .unwrap_or("");
        let (left, adds) = match left.strip_suffix('+').filter(|_| start.is_some()) {
            Some(left) => (left, true),
            None => (left, false),
        };
        let (target, subscript) = match left.split_once('[') {
            Some((target, key)) => (target, Some(key.trim_end_matches(']'))),
            None => (left, None),
        };
        if !scan::is_identifier(target) {
            b.complain_as(&name, &format!("`{word}': not a valid identifier"), k);
            status = 1;
            continue;
        }
        if b.state.is_readonly(target) && (start.is_some() || off & flag::READONLY != 0) {
            b.complain_as(&name, &format!("{target}: readonly variable"), k);
            status = 1;
            continue;
        }
        if is_local {
            let before = b.state.variables.find(target).cloned();
            if let Some(call) = call(b) {
                if !call.locals.iter().any(|(n, _)| &**n == target) {
                    call.locals.push((target.into(), before));
                    b.state.variables.remove(target);
                }
            }
        }
        let variable = b.state.variables.entry(target);
        if has('A') && !matches!(variable.value, Value::Map(_)) {
            variable.value = Value::Map(Vec::new());
        } else if has('a') && !variable.value.is_array() {
            variable.value.list();
        }
        // Read-only comes last, or it could not be set.
        let reference = on & flag::REFERENCE;
        variable.flags = (variable.flags | on) & !flag::READONLY & !flag::REFERENCE & !off;
        if on & flag::LOWER != 0 {
            variable.flags &= !flag::UPPER;
        } else if on & flag::UPPER != 0 {
            variable.flags &= !flag::LOWER;
        }
        let list = lists.iter().find(|a| *a.name == *target);
        let made = match (list, start) {
            (Some(assign), _) => b.expand(k, |e| named(&name, make(assign, e))),
            (None, Some(start)) => {
                let assign = Assign {
                    name: target.into(),
                    subscript: subscript.map(Rc::from),
                    adds,
                    text: word.get(start..).unwrap_or("").into(),
                    list: None,
                };
                b.expand(k, |e| named(&name, make(&assign, e)))
            }
            (None, None) => Ok(()),
        };
        if made.is_err() {
            return Outcome::Done(1);
        }
        let variable = b.state.variables.entry(target);
        variable.flags |= reference | (on & flag::READONLY);
    }
    Outcome::Done(status)
}

fn functions(
    b: &mut Bash,
    name: &str,
    names: &[Rc<str>],
    only_names: bool,
    k: &mut Kernel,
) -> Outcome {
    let all = b.state.functions.clone();
    let mut text = String::new();
    let mut status = 0;
    if names.is_empty() {
        for (name, body) in all.iter() {
            match only_names {
                true => text.push_str(&format!("declare -f {name}\n")),
                false => text.push_str(&print::function(name, body)),
            }
        }
    }
    if name == "export" || name == "readonly" {
        return Outcome::Done(0);
    }
    for wanted in names {
        match all.iter().find(|(n, _)| n == wanted) {
            Some(_) if only_names => text.push_str(&format!("{wanted}\n")),
            Some((name, body)) => text.push_str(&print::function(name, body)),
            None => status = 1,
        }
    }
    let printed = b.print(name, &text, k);
    Outcome::Done(status.max(printed))
}

fn list(
    b: &mut Bash,
    name: &str,
    on: u8,
    letters: &str,
    operands: &[Rc<str>],
    k: &mut Kernel,
) -> Outcome {
    let mut text = String::new();
    let mut status = 0;
    if operands.is_empty() {
        let wants = |v: &&Variable| {
            v.flags & on == on
                && (!letters.contains('a') || matches!(v.value, Value::List(_)))
                && (!letters.contains('A') || matches!(v.value, Value::Map(_)))
        };
        let plain = letters.is_empty() && matches!(name, "declare" | "typeset");
        let locals: Option<Vec<Rc<str>>> = (name == "local")
            .then(|| call(b).map(|c| c.locals.iter().map(|(n, _)| n.clone()).collect()))
            .flatten();
        for variable in b.state.variables.iter().filter(wants) {
            if let Some(locals) = &locals {
                if !locals.contains(&variable.name) || &*variable.name == "FUNCNAME" {
                    continue;
                }
            }
            match (&variable.value, plain || name == "local") {
                (Value::Unset, true) => {}
                (Value::Text(value), true) => {
                    let line = format!("{}={}\n", variable.name, quote::where_needed(value));
                    text.push_str(&line.replace("=''\n", "=\n"));
                }
                (value, true) => text.push_str(&format!("{}={}\n", variable.name, contents(value))),
                _ => text.push_str(&shown(variable)),
            }
        }
    }
    for wanted in operands {
        let target = b.state.target(wanted);
        let own = b
            .state
            .variables
            .find(wanted)
            .filter(|v| v.flags & flag::REFERENCE != 0);
        match own.or_else(|| b.state.variables.find(&target)) {
            Some(variable) => text.push_str(&shown(variable)),
            None => {
                b.complain_as(name, &format!("{wanted}: not found"), k);
                status = 1;
            }
        }
    }
    let printed = b.print(name, &text, k);
    Outcome::Done(status.max(printed))
}

/// The call that `local` belongs to.
pub(super) fn call(b: &mut Bash) -> Option<&mut Call> {
    b.frames.iter_mut().rev().find_map(|frame| match frame {
        Frame {
            kind: Kind::Call(call),
            ..
        } if call.is_function => Some(&mut **call),
        _ => None,
    })
}

/// declare, typeset, local, export and readonly.
/// A mistake in a number is the builtin's.
pub(super) fn named(name: &str, made: Expanded<()>) -> Expanded<()> {
    made.map_err(|stop| match stop {
        Stop::Fault(why) => Stop::Fault(format!("{name}: {why}")),
        Stop::Number(why) => Stop::Number(format!("{name}: {why}")),
        stop => stop,
    })
}
