//! Whose turn it is: every process goes on as far as it can, and when none can, time passes.

use std::time::Duration;

use crate::network::World;
use crate::time::Time;
use crate::workstation::line::history::History;
use crate::workstation::programs::io::{signal, Sleep, State};
use crate::workstation::screen::Screen;
use crate::workstation::system::kernel::{Body, Process, Step};
use crate::workstation::system::kernel::{Kernel, Os, System};

/// Steps between two looks of the front end, so that it never stands still.
const FUEL: u32 = 2_000;

/// Steps of one process before the next has its turn.
const QUANTUM: u32 = 200;

/// Lines that are printed between two looks of the front end.
const LINES: usize = 1_500;

/// Steps that are as much work as what happens in the world at one moment.
const MOMENT: u32 = 20;

impl System {
    fn kernel<'a>(
        &'a mut self,
        at: usize,
        world: &'a mut World,
        screen: &'a mut Screen,
        history: &'a mut History,
    ) -> Kernel<'a> {
        Kernel {
            world,
            os: Os {
                system: self,
                screen,
                history,
                at,
            },
        }
    }

    /// Lets the body of a process do something.
    pub fn with_body<T>(
        &mut self,
        at: usize,
        world: &mut World,
        screen: &mut Screen,
        history: &mut History,
        act: impl FnOnce(&mut dyn Body, &mut Kernel) -> T,
    ) -> Option<T> {
        let mut body = self.processes.get_mut(at)?.body.take()?;
        let done = act(&mut *body, &mut self.kernel(at, world, screen, history));
        if let Some(process) = self.processes.get_mut(at) {
            process.body = Some(body);
        }
        Some(done)
    }

    /// Goes on as far as possible; whether there is more to do at once.
    pub fn run(&mut self, world: &mut World, screen: &mut Screen, history: &mut History) -> bool {
        let mut fuel = FUEL;
        self.printed = 0;
        loop {
            self.terminal.is_wanted = false;
            self.terminal.is_patient = false;
            let mut moved = false;
            let mut at = 0;
            while at < self.processes.len() {
                moved |= self.turn(at, &mut fuel, world, screen, history);
                at += 1;
            }
            moved |= self.bury(world);
            if fuel == 0 || self.printed > LINES {
                return true;
            }
            if moved {
                // A turn that costs nothing has an end too.
                fuel = fuel.saturating_sub(1);
                continue;
            }
            for at in 0..self.processes.len() {
                if !self.is_able(at, world) {
                    continue;
                }
                let step = self.with_body(at, world, screen, history, |body, k| body.flush(k));
                moved |= self.take(at, step, world);
            }
            if moved {
                fuel = fuel.saturating_sub(1);
                continue;
            }
            if !self.pass_time(world) {
                self.set_alarm(world);
                return false;
            }
            fuel = fuel.saturating_sub(MOMENT);
        }
    }

    /// Whether a process could go on: it runs, does not sleep, and what it writes is being read.
    fn is_able(&mut self, at: usize, world: &World) -> bool {
        let now = world.now();
        let Some(process) = self.processes.get_mut(at) else {
            return false;
        };
        if process.state != State::Running {
            return false;
        }
        let sleeps = |sleep: Sleep| sleep.patience.is_some() && sleep.until > now;
        if process.sleep.is_some_and(sleeps) {
            return false;
        }
        !process.open(1).is_some_and(|output| output.is_full())
    }

    /// One process has its turn; whether it did anything.
    fn turn(
        &mut self,
        at: usize,
        fuel: &mut u32,
        world: &mut World,
        screen: &mut Screen,
        history: &mut History,
    ) -> bool {
        let mut moved = self.deliver(at, world, screen, history);
        for _ in 0..QUANTUM {
            if *fuel == 0 || self.printed > LINES || !self.is_able(at, world) {
                break;
            }
            // Whoever wants to be woken says so each time.
            self.processes
                .iter_mut()
                .skip(at)
                .take(1)
                .for_each(|p| p.sleep = None);
            let step = self.with_body(at, world, screen, history, |body, k| body.step(k));
            if !self.take(at, step, world) {
                break;
            }
            moved = true;
            *fuel -= 1;
            moved |= self.deliver(at, world, screen, history);
        }
        moved
    }

    /// What a step has come to; whether something was done.
    fn take(&mut self, at: usize, step: Option<Step>, world: &mut World) -> bool {
        match step {
            None | Some(Step::Waits) => return false,
            Some(Step::Went) => {}
            Some(Step::Becomes(body)) => {
                if let Some(process) = self.processes.get_mut(at) {
                    process.body = Some(body);
                }
            }
            Some(Step::Ended(status)) => self.end(at, State::Exited(status), world),
            Some(Step::Died(signal)) => self.end(at, State::Killed(signal), world),
        }
        true
    }

    fn end(&mut self, at: usize, state: State, world: &mut World) {
        let Some(process) = self.processes.get_mut(at) else {
            return;
        };
        process.state = state;
        process.body = None;
        process.descriptors.clear();
        process.is_news = true;
        world.has_ended(&process.words, state.status());
        let pid = process.pid;
        for child in self.processes.iter_mut().filter(|p| p.parent == pid) {
            child.parent = 1;
        }
    }

    /// Signals that have come for a process.
    fn deliver(
        &mut self,
        at: usize,
        world: &mut World,
        screen: &mut Screen,
        history: &mut History,
    ) -> bool {
        let Some(process) = self.processes.get_mut(at) else {
            return false;
        };
        let pending = std::mem::take(&mut process.pending);
        let any = !pending.is_empty();
        for number in pending {
            let state = match self.processes.get(at) {
                Some(process) => process.state,
                None => break,
            };
            if state.has_ended() {
                break;
            }
            let catches = !matches!(number, signal::KILL | signal::STOP);
            let caught = catches
                && self.with_body(at, world, screen, history, |body, kernel| {
                    body.signal(number, kernel)
                }) == Some(true);
            let next = match number {
                signal::CONT => State::Running,
                _ if caught => continue,
                signal::CHLD | signal::WINCH | signal::URG | 0 => continue,
                signal::STOP | signal::TSTP | signal::TTIN | 22 => State::Stopped(number),
                number => {
                    self.end(at, State::Killed(number), world);
                    break;
                }
            };
            if let Some(process) = self.processes.get_mut(at) {
                process.is_news |= process.state != next;
                process.state = next;
                process.sleep = process
                    .sleep
                    .filter(|_| number != signal::CONT || state == next);
            }
        }
        any
    }

    /// Processes that nobody asks about are forgotten, and connections that nobody has open any
    /// more are closed.
    fn bury(&mut self, world: &mut World) -> bool {
        let before = self.processes.len();
        self.processes
            .retain(|p| !(p.state.has_ended() && p.parent == 1));
        for connection in self.closed.borrow_mut().drain(..) {
            world.close(connection);
        }
        before != self.processes.len()
    }

    /// Those for whom a person in front would have to wait: the clock may be put forward for them.
    fn sleepers(&self) -> impl Iterator<Item = (Time, Time)> + '_ {
        let terminal = &self.terminal;
        let runs = self.processes.iter().filter(|p| p.state == State::Running);
        runs.filter(|p| !terminal.is_wanted && (p.group == terminal.group || terminal.is_patient))
            .filter_map(|p| p.sleep)
            .filter_map(|sleep| Some((sleep.patience?, sleep.until)))
    }

    /// Puts the clock forward where somebody has slept long enough; whether it was.
    fn pass_time(&mut self, world: &mut World) -> bool {
        let now = world.now();
        let tired = self.sleepers().filter(|(patience, _)| *patience <= now);
        let Some(until) = tired.map(|(_, until)| until).min() else {
            return false;
        };
        let others = self.processes.iter().filter_map(|p| p.sleep);
        let others = others.map(|sleep| sleep.until).filter(|at| *at > now);
        let next = world.deadline().into_iter().chain(others).chain([until]);
        let next = next.min().unwrap_or(until);
        let span = next - now;
        world.skip(span.max(Duration::from_micros(1)).min(until - now));
        true
    }

    /// Says when somebody wants to go on.
    fn set_alarm(&self, world: &mut World) {
        let runs = self.processes.iter().filter(|p| p.state == State::Running);
        let sleeps: Vec<_> = runs.filter_map(|p| Some((p, p.sleep?))).collect();
        let patience = self.sleepers().map(|(patience, _)| patience).min();
        let due = sleeps.iter().map(|(_, sleep)| sleep.until).min();
        let front = self.terminal.group;
        let waits = |(p, sleep): &(&Process, Sleep)| {
            !sleep.is_endless && (p.group == front || self.terminal.is_patient)
        };
        let is_endless = !sleeps.iter().any(waits);
        let at = due.into_iter().chain(patience).min();
        world.alarm = at.map(|at| (at, is_endless));
    }
}
