//! A simple command: its words, its assignments, its redirections, and then a function, something
//! of the shell's own, or a program.

use std::rc::Rc;

use crate::time::Time;
use crate::workstation::programs::io::{Io, State as Stand};
use crate::workstation::programs::output::Become;
use crate::workstation::shell::bash::{Bash, Call, Changed, Data, Frame, Kind, CALLS};
use crate::workstation::shell::braces::braces;
use crate::workstation::shell::builtins::{self, Builtin, Outcome};
use crate::workstation::shell::expand::{Expanded, Expander, Stop};
use crate::workstation::shell::scan::{self, Rules};
use crate::workstation::shell::syntax::{Text, Tree, What};
use crate::workstation::shell::variable::{flag, Value, Variable};
use crate::workstation::system::kernel::Kernel;
use crate::workstation::system::process::Step;

/// What a simple command has come to.
#[derive(Debug, Default)]
pub struct Simple {
    /// The command and its arguments.
    pub words: Vec<Rc<str>>,
    /// The assignments before it.
    pub assigns: Vec<Assign>,
    /// Arrays that are given to `declare` and its like, by the name in its words.
    pub lists: Vec<Assign>,
    /// Variables as they were before the assignments.
    pub before: Vec<(Rc<str>, Option<Variable>)>,
    /// What one of the shell's own has read so far.
    pub bytes: Vec<u8>,
    /// Until when it waits.
    pub until: Option<Time>,
    /// A signal has come that a trap was for.
    pub trapped: Option<u8>,
    builtin: Option<Builtin>,
    pids: Vec<(u32, Option<Stand>)>,
    has_begun: bool,
}

impl Simple {
    /// Whether it is one of the shell's own that waits for something.
    pub fn is_waiting(&self) -> bool {
        self.builtin.is_some() && self.has_begun
    }
}

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
const DECLARES: [&str; 5] = ["declare", "export", "local", "readonly", "typeset"];

/// Expands an assignment.
pub fn assign(word: &str, e: &mut Expander) -> Expanded<Assign> {
    let start = scan::assignment(word).unwrap_or(word.len());
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
                let end = scan::word(inside, at, 0, Rules::default()).unwrap_or(bytes.len());
                let end = end.max(scan::char_end(inside, at));
                let word = inside.get(at..end).unwrap_or("");
                at = end;
                let keyed = word.strip_prefix('[').and_then(|w| w.split_once("]="));
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
    e.note(&name);
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
        Value::List(list) => list.last().map_or(0, |(i, _)| i + 1),
        _ => 0,
    };
    let mut key: Option<String> = None;
    for (place, text) in list {
        if is_map {
            match (place, key.take()) {
                (Some(place), _) => {
                    let place = e.single(place)?;
                    e.assign_named(&name, &place, text);
                }
                (None, Some(before)) => e.assign_named(&name, &before, text),
                (None, None) => key = Some(text.to_string()),
            }
            continue;
        }
        if let Some(place) = place {
            next = e.arithmetic(place)?;
        }
        e.assign(&name, Some(&next.to_string()), text.clone())?;
        next += 1;
    }
    if let Some(key) = key {
        e.assign_named(&name, &key, &"".into());
    }
    Ok(())
}

impl Expander<'_> {
    fn assign_named(&mut self, name: &str, key: &str, text: &Rc<str>) {
        self.state
            .variables
            .entry(name)
            .value
            .set_named(key, text.clone());
    }
}

impl Bash {
    /// The simple command on top.
    pub fn simple(&mut self) -> Option<&mut Simple> {
        match self.frames.last_mut() {
            Some(Frame {
                kind: Kind::Node(_, Data::Simple(simple)),
                ..
            }) => Some(simple),
            _ => None,
        }
    }

    /// A simple command goes on.
    pub fn step_simple(&mut self, tree: &Tree, at: usize, k: &mut Kernel) -> Step {
        match self.simple_phase(tree, at, k) {
            Ok(step) => step,
            Err(Changed) => Step::Went,
        }
    }

    fn go_to(&mut self, place: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.at = place;
        }
    }

    fn simple_phase(&mut self, tree: &Tree, at: usize, k: &mut Kernel) -> Result<Step, Changed> {
        let What::Simple { assigns, words } = &tree.what else {
            return Ok(Step::Went);
        };
        match at {
            0 => {
                if self.state.line != tree.line {
                    self.state.line = tree.line;
                }
                self.substituted = None;
                let declares = words.first().is_some_and(|w| DECLARES.contains(&&**w));
                let simple = self.expand(k, |e| {
                    let mut simple = Simple::default();
                    for (i, word) in words.iter().enumerate() {
                        let names = declares && i > 0 && scan::assignment(word).is_some();
                        let is_list = word.contains("=(");
                        let apart = match names && !is_list && e.state.is_on("braceexpand") {
                            true => braces(word).map_err(Stop::Fault)?,
                            false => vec![word.to_string()],
                        };
                        for word in apart {
                            if !names {
                                simple.words.extend(e.fields(&word)?);
                                continue;
                            }
                            let assign = assign(&word, e)?;
                            let sign = if assign.adds { "+=" } else { "=" };
                            let key = assign.subscript.as_ref();
                            let key = key.map_or(String::new(), |k| format!("[{k}]"));
                            let shown = format!("{}{key}{sign}{}", assign.name, assign.text);
                            if assign.list.is_some() {
                                simple.lists.push(assign);
                            }
                            simple.words.push(shown.into());
                        }
                    }
                    Ok(simple)
                })?;
                if let Some((data, at)) = self.data() {
                    (*data, *at) = (Data::Simple(Box::new(simple)), 1);
                }
            }
            1 => {
                let lasts = words.is_empty();
                // Each sees what those before it have set.
                let (made, before) = self.expand(k, |e| {
                    let (mut made, mut before) = (Vec::new(), Vec::new());
                    for word in assigns {
                        let assign = assign(word, e)?;
                        let held = e.state.variables.find(&assign.name).cloned();
                        before.push((assign.name.clone(), held));
                        make(&assign, e)?;
                        made.push(assign);
                    }
                    Ok((made, before))
                })?;
                if !lasts {
                    for (name, before) in before.into_iter().rev() {
                        self.state.variables.restore(&name, before);
                    }
                }
                if let Some(simple) = self.simple() {
                    simple.assigns = made;
                }
                self.go_to(2);
            }
            2 => {
                let redirected = self.frames.last().map_or(0, |f| f.redirected);
                if redirected < tree.redirects.len() {
                    return self.redirect_next(tree, k);
                }
                self.go_to(3);
            }
            3 => return self.run_simple(tree, k),
            4 => return Ok(self.wait_simple(tree, k)),
            _ => {
                let status = self.state.status;
                self.finish(status, k);
            }
        }
        Ok(Step::Went)
    }

    fn run_simple(&mut self, tree: &Tree, k: &mut Kernel) -> Result<Step, Changed> {
        let Some(simple) = self.simple() else {
            return Ok(Step::Went);
        };
        if let (Some(builtin), true) = (simple.builtin, simple.has_begun) {
            return Ok(self.call_builtin(builtin, k));
        }
        let (words, assigns) = (simple.words.clone(), simple.assigns.clone());
        self.trace_simple(&words, &assigns, k);
        let Some(name) = words.first().cloned() else {
            let status = self.substituted.take().unwrap_or(0);
            self.finish(status, k);
            return Ok(Step::Went);
        };
        if let Some(body) = self.state.function(&name).filter(|_| !name.contains('/')) {
            self.set_for_now(&assigns, k)?;
            self.call_function(&name, &body, &words, k);
            return Ok(Step::Went);
        }
        if let Some(builtin) = builtins::find(&name) {
            self.set_for_now(&assigns, k)?;
            return Ok(self.call_builtin(builtin, k));
        }
        Ok(self.start_program(tree, &words, &assigns, k))
    }

    /// Assignments that last as long as the command.
    fn set_for_now(&mut self, assigns: &[Assign], k: &mut Kernel) -> Result<(), Changed> {
        for assign in assigns {
            let before = self.state.variables.find(&assign.name).cloned();
            if let Some(simple) = self.simple() {
                simple.before.push((assign.name.clone(), before));
            }
            self.expand(k, |e| make(assign, e))?;
            self.state.variables.entry(&assign.name).flags |= flag::EXPORT;
        }
        Ok(())
    }

    /// Calls a function; the command on top goes on when it returns.
    fn call_function(&mut self, name: &str, body: &Tree, words: &[Rc<str>], k: &mut Kernel) {
        if self.state.calls >= CALLS {
            let text = format!("{name}: maximum function nesting level exceeded ({CALLS})");
            self.complain(&text, k);
            self.cut(crate::workstation::shell::bash::Unwind::Abort, 1);
            return;
        }
        self.go_to(5);
        let arguments = words.get(1..).unwrap_or(&[]).to_vec();
        let before = std::mem::replace(&mut self.state.arguments, Rc::new(arguments));
        self.state.calls += 1;
        let names = self.state.variables.find("FUNCNAME").cloned();
        let mut list = match names.as_ref().map(|v| &v.value) {
            Some(Value::List(list)) => list.iter().map(|(i, t)| (i + 1, t.clone())).collect(),
            _ => Vec::new(),
        };
        list.insert(0, (0, name.into()));
        self.state.variables.entry("FUNCNAME").value = Value::List(list);
        let call = Call {
            arguments: before,
            locals: vec![("FUNCNAME".into(), names)],
            is_function: true,
        };
        self.push(Kind::Call(Box::new(call)), false);
        self.push_node(body, false);
    }

    fn call_builtin(&mut self, builtin: Builtin, k: &mut Kernel) -> Step {
        let top = self.frames.len();
        let Some(simple) = self.simple() else {
            return Step::Went;
        };
        simple.builtin = Some(builtin);
        let words = simple.words.clone();
        match builtin(self, &words, k) {
            Outcome::Done(status) => {
                // Something may have been put on top, or taken away.
                if self.frames.len() == top && self.unwind.is_none() {
                    self.finish(status, k);
                } else {
                    self.state.status = status;
                }
                Step::Went
            }
            Outcome::Waits => {
                if let Some(simple) = self.simple() {
                    simple.has_begun = true;
                }
                Step::Waits
            }
            Outcome::Again => {
                if let Some(simple) = self.simple() {
                    simple.has_begun = true;
                }
                Step::Went
            }
            Outcome::Pushed => {
                // What stands on top now decides the status.
                if let Some(frame) = self.frames.get_mut(top - 1) {
                    frame.at = 5;
                }
                Step::Went
            }
            Outcome::Becomes(body) => Step::Becomes(body),
        }
    }

    /// Starts a program, and waits for it.
    pub fn start_program(
        &mut self,
        tree: &Tree,
        words: &[Rc<str>],
        assigns: &[Assign],
        k: &mut Kernel,
    ) -> Step {
        let mut environment = self.state.variables.environment();
        for assign in assigns {
            environment.retain(|(name, _)| **name != *assign.name);
            environment.push((assign.name.to_string(), assign.text.to_string()));
        }
        let what = Become {
            words: words.iter().map(|w| w.to_string()).collect(),
            environment,
            is_bare: true,
            ..Become::default()
        };
        // The last command of a part of a shell takes its place.
        if self.is_subshell && self.frames.len() == 1 {
            return match k.launch(&what) {
                Ok(body) => Step::Becomes(body),
                Err((why, status)) => {
                    self.complain(&why, k);
                    self.finish(status, k);
                    Step::Went
                }
            };
        }
        match k.os.spawn(&what, k.world) {
            Ok(pid) => {
                self.put_in_front(pid, pid, k);
                if let Some(simple) = self.simple() {
                    simple.pids = vec![(pid, None)];
                }
                self.go_to(4);
            }
            Err((why, status)) => {
                let _ = tree;
                self.complain(&why, k);
                self.finish(status, k);
            }
        }
        Step::Went
    }

    fn wait_simple(&mut self, tree: &Tree, k: &mut Kernel) -> Step {
        let pids = match self.simple() {
            Some(simple) => std::mem::take(&mut simple.pids),
            None => return Step::Went,
        };
        match self.wait_for(pids, tree, k) {
            Err(pids) => {
                if let Some(simple) = self.simple() {
                    simple.pids = pids;
                }
                Step::Waits
            }
            Ok(stands) => {
                let status = stands.last().map_or(0, |s| s.status());
                self.finish(status, k);
                Step::Went
            }
        }
    }
}
