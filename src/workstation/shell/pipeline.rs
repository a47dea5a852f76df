//! What runs beside the shell: pipes, subshells, jobs, and how the shell waits for them.

use crate::workstation::programs::io::{signal, Io, State as Stand};
use crate::workstation::shell::bash::{Bash, Data, Frame, Kind};
use crate::workstation::shell::compound::WAITING;
use crate::workstation::shell::syntax::{Tree, What};
use crate::workstation::system::kernel::Kernel;
use crate::workstation::system::kernel::Step;
use crate::workstation::system::open::{pipe, Open};
use std::rc::Rc;

impl Bash {
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
    pub(super) fn tell_killed(&mut self, number: u8, pid: u32, tree: &Tree, k: &mut Kernel) {
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

    pub(super) fn waits(&mut self) -> Vec<(u32, Option<Stand>)> {
        match self.data() {
            Some((Data::Wait(pids), _)) => std::mem::take(pids),
            _ => Vec::new(),
        }
    }

    pub(super) fn subshell_step(&mut self, inside: &Tree, at: usize, k: &mut Kernel) -> Step {
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

    pub(super) fn pipeline(
        &mut self,
        stages: &[Tree],
        negated: bool,
        timed: bool,
        at: usize,
        k: &mut Kernel,
    ) -> Step {
        let status = match (stages, at) {
            ([only], 0) => {
                let now = (k.world.now().0 / 1_000) as i32;
                self.set(1, Data::Status(now));
                self.unopened = 0;
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
                _ => (k.world.now().0 / 1_000) as i32,
            };
            let took = ((k.world.now().0 / 1_000) as i32)
                .wrapping_sub(begun)
                .max(0);
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
        // `!` does not turn round that a compound command could not begin.
        let could_begin = match stages {
            [only] => {
                self.unopened != self.frames.len() || matches!(only.what, What::Simple { .. })
            }
            _ => true,
        };
        match negated && could_begin {
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

    pub(super) fn start_pipeline(&mut self, stages: &[Tree], k: &mut Kernel) {
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

    /// `coproc`: a command beside the shell, at whose ends the shell has descriptors.
    pub(super) fn start_coprocess(&mut self, name: &str, tree: &Tree, k: &mut Kernel) {
        use crate::workstation::shell::variable::Value;
        let bash = Bash::subshell(self.state.clone(), tree);
        let Some(pid) = self.fork(bash, k) else {
            return;
        };
        let (reads, writes) = (pipe(), pipe());
        if let Some(child) = k.os.process(pid) {
            child.redirect(0, Some(writes.0));
            child.redirect(1, Some(reads.1));
        }
        let me = k.os.me_mut();
        let free: Vec<i32> = (10..64).rev().filter(|d| me.open(*d).is_none()).collect();
        // As bash comes to have them.
        let (Some(from), Some(to)) = (free.first(), free.get(3)) else {
            return;
        };
        me.redirect(*from, Some(reads.0));
        me.redirect(*to, Some(writes.1));
        let ends = vec![(0, from.to_string().into()), (1, to.to_string().into())];
        self.state.variables.entry(name).value = Value::List(ends);
        self.state.set(&format!("{name}_PID"), pid.to_string());
        self.state.background = Some(pid);
        self.state.status = 0;
        self.add_job(pid, tree, k);
    }

    /// `command &`
    pub(super) fn start_job(&mut self, tree: &Tree, k: &mut Kernel) {
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
}
