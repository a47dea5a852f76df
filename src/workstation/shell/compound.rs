//! Commands that are made of commands: lists, pipes, conditions, loops, subshells.

use std::rc::Rc;

use crate::workstation::programs::io::{signal, Io, State as Stand};
use crate::workstation::shell::bash::{Bash, Changed, Data, Frame, Kind};
use crate::workstation::shell::condition;
use crate::workstation::shell::pattern::{fits, Style};
use crate::workstation::shell::syntax::{Tree, What};
use crate::workstation::system::kernel::Kernel;
use crate::workstation::system::open::{pipe, Open};
use crate::workstation::system::process::Step;

/// `at`, once everything is done but to wait.
const WAITING: usize = usize::MAX;

impl Bash {
    /// What the command on top has come to remember.
    pub fn data(&mut self) -> Option<(&mut Data, &mut usize)> {
        match self.frames.last_mut() {
            Some(Frame {
                kind: Kind::Node(_, data),
                at,
                ..
            }) => Some((data, at)),
            _ => None,
        }
    }

    fn set(&mut self, place: usize, new: Data) {
        if let Some((data, at)) = self.data() {
            (*data, *at) = (new, place);
        }
    }

    /// The command on top goes on.
    pub fn step_node(&mut self, k: &mut Kernel) -> Step {
        let Some(Frame {
            kind: Kind::Node(tree, _),
            at,
            redirected,
            ..
        }) = self.frames.last()
        else {
            return Step::Went;
        };
        let (tree, at, redirected) = (tree.clone(), *at, *redirected);
        if let What::Simple { .. } = tree.what {
            return self.step_simple(&tree, at, k);
        }
        if redirected < tree.redirects.len() {
            if at == 0 {
                self.state.line = tree.line;
            }
            return match self.redirect_next(&tree, k) {
                Ok(step) => step,
                Err(Changed) => Step::Went,
            };
        }
        match self.compound(&tree, at, k) {
            Ok(step) => step,
            Err(Changed) => Step::Went,
        }
    }

    fn compound(&mut self, tree: &Tree, at: usize, k: &mut Kernel) -> Result<Step, Changed> {
        match &tree.what {
            What::Sequence(items) => match items.get(at) {
                None => self.pop(k),
                Some((item, background)) => {
                    self.set(at + 1, Data::None);
                    match background {
                        true => self.start_job(item, k),
                        false => self.push_node(item, false),
                    }
                }
            },
            What::AndOr(first, rest) => match at {
                0 => {
                    self.set(1, Data::None);
                    self.push_node(first, true);
                }
                at => match rest.get(at - 1) {
                    None => self.pop(k),
                    Some((and, next)) => {
                        self.set(at + 1, Data::None);
                        if *and == (self.state.status == 0) {
                            self.push_node(next, at < rest.len());
                        }
                    }
                },
            },
            What::Pipeline {
                stages,
                negated,
                timed,
            } => {
                return Ok(self.pipeline(stages, *negated, *timed, at, k));
            }
            What::Group(inside) => match at {
                0 => {
                    self.set(1, Data::None);
                    self.push_node(inside, false);
                }
                _ => self.pop(k),
            },
            What::Subshell(inside) => return Ok(self.subshell_step(inside, at, k)),
            What::If(branches, otherwise) => {
                let (place, decided) = (at / 2, at % 2 == 1);
                match branches.get(place) {
                    Some((condition, _)) if !decided => {
                        self.set(at + 1, Data::None);
                        self.push_node(condition, true);
                    }
                    Some((_, body)) if self.state.status == 0 => {
                        self.set(WAITING - 1, Data::None);
                        self.push_node(body, false);
                    }
                    Some(_) => self.set(at + 1, Data::None),
                    None => match otherwise {
                        Some(body) if place == branches.len() => {
                            self.set(WAITING - 1, Data::None);
                            self.push_node(body, false);
                        }
                        _ => {
                            if place == branches.len() {
                                self.state.status = 0;
                            }
                            self.pop(k);
                        }
                    },
                }
            }
            What::Loop {
                until,
                condition,
                body,
            } => match at {
                0 | 2 => {
                    let status = if at == 0 { 0 } else { self.state.status };
                    self.set(1, Data::Status(status));
                    self.push_node(condition, true);
                }
                _ if (self.state.status == 0) != *until => {
                    self.set(2, Data::None);
                    self.push_node(body, false);
                }
                _ => {
                    if let Some((Data::Status(status), _)) = self.data() {
                        self.state.status = *status;
                    }
                    self.pop(k);
                }
            },
            What::For { name, words, body } => {
                return self.for_step(tree, name, words, body, at, k)
            }
            What::Count(parts, body) => {
                // first, condition, body, step, condition …
                match at {
                    0 => {
                        self.state.line = tree.line;
                        self.number(&parts[0], "((", k)?;
                        self.set(1, Data::Status(0));
                    }
                    1 => {
                        let goes_on = match parts[1].trim().is_empty() {
                            true => true,
                            false => self.number(&parts[1], "((", k)? != 0,
                        };
                        match goes_on {
                            true => {
                                self.set(2, Data::None);
                                self.push_node(body, false);
                            }
                            false => {
                                if let Some((Data::Status(status), _)) = self.data() {
                                    self.state.status = *status;
                                }
                                self.pop(k);
                            }
                        }
                    }
                    _ => {
                        let status = self.state.status;
                        self.number(&parts[2], "((", k)?;
                        self.set(1, Data::Status(status));
                    }
                }
            }
            What::Case(..) => return self.case_step(tree, at, k),
            What::Function(name, body) => {
                let mut functions = self.state.functions.to_vec();
                functions.retain(|(n, _)| n != name);
                functions.push((name.clone(), body.clone()));
                functions.sort_by(|a, b| a.0.cmp(&b.0));
                self.state.functions = Rc::new(functions);
                self.state.status = 0;
                self.pop(k);
            }
            What::Condition(inside) => {
                self.state.line = tree.line;
                self.trace(
                    || {
                        format!(
                            "[[ {} ]]",
                            crate::workstation::shell::print::condition(inside)
                        )
                    },
                    k,
                );
                let found = self.condition(inside, k)?;
                let status = match found {
                    Ok(is) => i32::from(!is),
                    Err(why) => {
                        self.complain(&why, k);
                        2
                    }
                };
                self.finish(status, k);
            }
            What::Arithmetic(text) => {
                self.state.line = tree.line;
                self.trace(|| format!("(( {} ))", text.trim()), k);
                let value = self.number(text, "((", k)?;
                self.finish(i32::from(value == 0), k);
            }
            What::Simple { .. } => {}
        }
        Ok(Step::Went)
    }

    /// The number that a text comes to. A mistake in it makes the command fail.
    fn number(&mut self, text: &str, name: &str, k: &mut Kernel) -> Result<i64, Changed> {
        use crate::workstation::shell::expand::Stop;
        let found = self.expand(k, |e| match e.arithmetic(text) {
            Ok(number) => Ok(Ok(number)),
            Err(Stop::Fault(why)) => Ok(Err(why)),
            Err(stop) => Err(stop),
        })?;
        match found {
            Ok(number) => Ok(number),
            Err(why) => {
                self.complain(&format!("{name}: {why}"), k);
                self.finish(1, k);
                Err(Changed)
            }
        }
    }

    fn for_step(
        &mut self,
        tree: &Tree,
        name: &str,
        words: &Option<Vec<Rc<str>>>,
        body: &Tree,
        at: usize,
        k: &mut Kernel,
    ) -> Result<Step, Changed> {
        if at == 0 {
            self.state.line = tree.line;
            let list = match words {
                None => self.state.arguments.to_vec(),
                Some(words) => self.expand(k, |e| {
                    let mut found = Vec::new();
                    for word in words {
                        found.extend(e.fields(word)?);
                    }
                    Ok(found)
                })?,
            };
            if list.is_empty() {
                self.state.status = 0;
            }
            self.set(1, Data::Words(list));
            return Ok(Step::Went);
        }
        let next = match self.data() {
            Some((Data::Words(list), _)) => list.get(at - 1).cloned(),
            _ => None,
        };
        let Some(word) = next else {
            self.pop(k);
            return Ok(Step::Went);
        };
        if self.state.is_on("xtrace") {
            let all = match words {
                Some(words) => words.join(" "),
                None => "\"$@\"".into(),
            };
            self.trace(|| format!("for {name} in {all}"), k);
        }
        if self.state.is_readonly(name) {
            self.complain(&format!("{name}: readonly variable"), k);
            self.finish(1, k);
            return Ok(Step::Went);
        }
        self.state.set(name, word);
        if let Some((_, at)) = self.data() {
            *at += 1;
        }
        self.push_node(body, false);
        Ok(Step::Went)
    }

    fn case_step(&mut self, tree: &Tree, at: usize, k: &mut Kernel) -> Result<Step, Changed> {
        let What::Case(word, arms) = &tree.what else {
            return Ok(Step::Went);
        };
        let style = Style {
            extended: true,
            ignores_case: self.state.is_on("nocasematch"),
        };
        match at {
            0 => {
                self.state.line = tree.line;
                let value = self.expand(k, |e| e.single(word))?;
                self.trace(|| format!("case {word} in"), k);
                self.state.status = 0;
                self.set(1, Data::Case(value.chars().collect(), 0, 0));
            }
            1 => {
                let (arm, place) = match self.data() {
                    Some((Data::Case(_, arm, place), _)) => (*arm, *place),
                    _ => return Ok(Step::Went),
                };
                let Some(found) = arms.get(arm) else {
                    self.pop(k);
                    return Ok(Step::Went);
                };
                let Some(pattern) = found.patterns.get(place) else {
                    if let Some((Data::Case(_, arm, place), _)) = self.data() {
                        (*arm, *place) = (*arm + 1, 0);
                    }
                    return Ok(Step::Went);
                };
                let signs = self.expand(k, |e| e.pattern(pattern))?;
                let Some((Data::Case(value, _, place), at)) = self.data() else {
                    return Ok(Step::Went);
                };
                *place += 1;
                if fits(&signs, value, style) {
                    *at = 2;
                }
            }
            // The body of an arm, and the next one's where it falls through.
            2 => {
                let arm = match self.data() {
                    Some((Data::Case(_, arm, place), at)) => {
                        *at = 3;
                        *place = usize::MAX;
                        *arm
                    }
                    _ => return Ok(Step::Went),
                };
                match arms.get(arm).and_then(|a| a.body.as_ref()) {
                    Some(body) => self.push_node(body, false),
                    None => self.state.status = 0,
                }
            }
            _ => {
                let (arm, at) = match self.data() {
                    Some((Data::Case(_, arm, place), at)) => {
                        *place = 0;
                        (arm, at)
                    }
                    _ => return Ok(Step::Went),
                };
                let end = arms.get(*arm).map_or(";;", |a| a.end);
                *arm += 1;
                match end {
                    ";&" if *arm < arms.len() => *at = 2,
                    ";;&" => *at = 1,
                    _ => self.pop(k),
                }
            }
        }
        Ok(Step::Went)
    }

    // ---- processes

    /// Puts a process in front, with a group of its own, where jobs are controlled.
    pub fn put_in_front(&mut self, pid: u32, group: u32, k: &mut Kernel) {
        if !self.state.is_on("monitor") {
            return;
        }
        if let Some(child) = k.os.process(pid) {
            child.group = group;
        }
        k.os.system.terminal.group = group;
    }

    /// Waits for processes in front; their statuses once all have ended or stopped.
    pub fn wait_for(
        &mut self,
        mut pids: Vec<(u32, Option<Stand>)>,
        tree: &Tree,
        k: &mut Kernel,
    ) -> Result<Vec<Stand>, Vec<(u32, Option<Stand>)>> {
        for (pid, stand) in &mut pids {
            if stand.is_some_and(Stand::has_ended) {
                continue;
            }
            *stand = match k.os.state(*pid) {
                None => Some(Stand::Exited(127)),
                Some(Stand::Running) => None,
                found => found,
            };
        }
        let is_stopped = |s: &Option<Stand>| matches!(s, Some(Stand::Stopped(_)));
        let stops = pids.iter().any(|(_, s)| is_stopped(s)) && self.state.is_on("monitor");
        if !stops && pids.iter().any(|(_, s)| s.is_none() || is_stopped(s)) {
            return Err(pids);
        }
        if self.state.is_on("monitor") {
            k.os.system.terminal.group = k.os.me().group;
            k.os.system.terminal.echoes = true;
        }
        if stops {
            self.stop_job(pids.iter().map(|(pid, _)| *pid).collect(), tree, k);
        }
        let stands = pids.iter().filter_map(|(_, s)| *s);
        let stands: Vec<Stand> = stands.collect();
        if let Some(Stand::Killed(number)) = stands.last() {
            self.tell_killed(*number, pids.last().map_or(0, |p| p.0), tree, k);
        }
        Ok(stands)
    }

    /// What bash says of a command that a signal has ended.
    fn tell_killed(&mut self, number: u8, pid: u32, tree: &Tree, k: &mut Kernel) {
        let text = match number {
            signal::INT | signal::PIPE => "",
            number => crate::workstation::shell::job::words_for(number),
        };
        let talks = self.state.is_interactive && !self.is_subshell;
        if number == signal::INT {
            if talks {
                if !k.os.screen.is_at_line_start() {
                    let _ = k.write(2, "\n");
                }
                self.is_interrupted = true;
            } else if self.state.trap("INT").is_none() {
                // Who waits for one that was interrupted is interrupted.
                let pid = k.os.me().pid;
                k.os.kill(pid, signal::INT);
            }
            return;
        }
        if text.is_empty() {
            return;
        }
        match talks {
            true => {
                let _ = k.write(2, &format!("{text}\n"));
            }
            false => {
                let command = crate::workstation::shell::print::command(tree);
                self.complain(&format!("{pid} {text:<23} {command}"), k);
            }
        }
    }

    fn waits(&mut self) -> Vec<(u32, Option<Stand>)> {
        match self.data() {
            Some((Data::Wait(pids), _)) => std::mem::take(pids),
            _ => Vec::new(),
        }
    }

    fn subshell_step(&mut self, inside: &Tree, at: usize, k: &mut Kernel) -> Step {
        if at == 0 {
            let bash = Bash::subshell(self.state.clone(), inside);
            if let Some(pid) = self.fork(bash, k) {
                self.put_in_front(pid, pid, k);
                self.set(WAITING, Data::Wait(vec![(pid, None)]));
            }
            return Step::Went;
        }
        let pids = self.waits();
        match self.wait_for(pids, inside, k) {
            Err(pids) => {
                self.set(WAITING, Data::Wait(pids));
                Step::Waits
            }
            Ok(stands) => {
                let status = stands.last().map_or(0, |s| s.status());
                self.set_statuses(&stands);
                self.finish(status, k);
                Step::Went
            }
        }
    }

    /// `PIPESTATUS`
    pub fn set_statuses(&mut self, stands: &[Stand]) {
        use crate::workstation::shell::variable::Value;
        let list = stands.iter().zip(0..);
        let list = list
            .map(|(s, i)| (i, s.status().to_string().into()))
            .collect();
        self.state.variables.entry("PIPESTATUS").value = Value::List(list);
    }

    fn pipeline(
        &mut self,
        stages: &[Tree],
        negated: bool,
        timed: bool,
        at: usize,
        k: &mut Kernel,
    ) -> Step {
        let status = match (stages, at) {
            ([only], 0) => {
                let now = k.world.now().micros() as i32;
                self.set(1, Data::Status(now));
                self.push_node(only, negated);
                return Step::Went;
            }
            ([_], _) => self.state.status,
            (stages, 0) => {
                self.start_pipeline(stages, k);
                return Step::Went;
            }
            _ => {
                let pids = self.waits();
                let tree = match self.frames.last() {
                    Some(Frame {
                        kind: Kind::Node(tree, _),
                        ..
                    }) => tree.clone(),
                    _ => return Step::Went,
                };
                match self.wait_for(pids, &tree, k) {
                    Err(pids) => {
                        self.set(WAITING, Data::Wait(pids));
                        return Step::Waits;
                    }
                    Ok(stands) => {
                        self.set_statuses(&stands);
                        let mut failed = stands.iter().rev().filter(|s| s.status() != 0);
                        match self.state.is_on("pipefail") {
                            true => failed.next().map_or(0, |s| s.status()),
                            false => stands.last().map_or(0, |s| s.status()),
                        }
                    }
                }
            }
        };
        if timed {
            let begun = match self.data() {
                Some((Data::Status(begun), _)) => *begun,
                _ => k.world.now().micros() as i32,
            };
            let took = (k.world.now().micros() as i32).wrapping_sub(begun).max(0) / 1_000;
            let real = format!(
                "{}m{}.{:03}s",
                took / 60_000,
                took / 1_000 % 60,
                took % 1_000
            );
            let _ = k.write(
                2,
                &format!("\nreal\t{real}\nuser\t0m0.000s\nsys\t0m0.000s\n"),
            );
        }
        match negated {
            true => {
                self.state.status = i32::from(status == 0);
                self.pop(k);
            }
            // A single command has been judged already.
            false if stages.len() == 1 => self.pop(k),
            false => self.finish(status, k),
        }
        Step::Went
    }

    fn start_pipeline(&mut self, stages: &[Tree], k: &mut Kernel) {
        let mut pids = Vec::new();
        let mut input = None;
        for (i, stage) in stages.iter().enumerate() {
            let bash = Bash::subshell(self.state.clone(), stage);
            let Some(pid) = self.fork(bash, k) else {
                break;
            };
            let next = (i + 1 < stages.len()).then(pipe);
            let (reads, writes) = next.map_or((None, None), |(r, w)| (Some(r), Some(w)));
            if let Some(child) = k.os.process(pid) {
                if let Some(input) = std::mem::replace(&mut input, reads) {
                    child.redirect(0, Some(input));
                }
                if let Some(output) = writes {
                    child.redirect(1, Some(output));
                }
            }
            pids.push((pid, None));
            let group = pids.first().map_or(pid, |(first, _)| *first);
            self.put_in_front(pid, group, k);
        }
        self.set(WAITING, Data::Wait(pids));
    }

    /// `command &`
    fn start_job(&mut self, tree: &Tree, k: &mut Kernel) {
        let bash = Bash::subshell(self.state.clone(), tree);
        let Some(pid) = self.fork(bash, k) else {
            return;
        };
        let monitors = self.state.is_on("monitor");
        if let Some(child) = k.os.process(pid) {
            match monitors {
                true => child.group = pid,
                // Nobody types to it.
                false => {
                    child.redirect(0, Some(Rc::new(Open::Null)));
                }
            }
        }
        self.state.background = Some(pid);
        self.state.status = 0;
        self.add_job(pid, tree, k);
    }

    /// What `[[ … ]]` comes to.
    fn condition(
        &mut self,
        inside: &crate::workstation::shell::syntax::Condition,
        k: &mut Kernel,
    ) -> Result<Result<bool, String>, Changed> {
        let terminals: Vec<i32> = (0..3).filter(|d| k.os.is_terminal(*d)).collect();
        self.expand(k, |e| condition::evaluate(inside, &terminals, e))
    }
}
