//! A simple command: its words, its assignments, its redirections, and then a function, something
//! of the shell's own, or a program.

use std::rc::Rc;

use crate::workstation::programs::io::Io;
use crate::workstation::programs::output::Become;
use crate::workstation::shell::assign::{assign, make, Assign, DECLARES};
use crate::workstation::shell::bash::{
    Bash, Builtin, Call, Changed, Data, Frame, Kind, Outcome, Simple, CALLS,
};
use crate::workstation::shell::braces::braces;
use crate::workstation::shell::builtins::table;
use crate::workstation::shell::expand::Stop;
use crate::workstation::shell::parser::TOP;
use crate::workstation::shell::scan::{self};
use crate::workstation::shell::syntax::{Tree, What};
use crate::workstation::shell::variable::{flag, Value};
use crate::workstation::system::kernel::Kernel;
use crate::workstation::system::kernel::Step;

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
                        let value = scan::assignment(word, TOP).filter(|_| declares && i > 0);
                        let names = value.is_some();
                        let value = value.and_then(|at| word.get(at..));
                        let is_list = value.is_some_and(|value| value.starts_with('('));
                        let apart = match names && !is_list && e.state.is_on("braceexpand") {
                            true => braces(word).map_err(Stop::Fault)?,
                            false => vec![word.to_string()],
                        };
                        // What braces have made is an assignment no longer.
                        let names = names && apart.len() == 1;
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
                        if !lasts {
                            let held = e.state.variables.find(&assign.name).cloned();
                            before.push((assign.name.clone(), held));
                        }
                        make(&assign, e)?;
                        made.push(assign);
                    }
                    Ok((made, before))
                })?;
                for (name, before) in before.into_iter().rev() {
                    self.state.variables.restore(&name, before);
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
        if let Some(builtin) = table::find(&name) {
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
