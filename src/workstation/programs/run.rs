//! timeout, watch and nohup: programs that run others.

use std::time::Duration;

use crate::time::Time;
use crate::workstation::programs::clock::span;
use crate::workstation::programs::io::signal;
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Become, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::job(
        "timeout",
        timeout,
        "[-k TIME] [-s SIGNAL] TIME COMMAND [ARG]...|Runs a command, and ends it after a time.",
    ),
    Program::job(
        "watch",
        watch,
        "[-n SECONDS] [-t] COMMAND|Runs a command again and again; Ctrl-C ends it.",
    ),
];

/// A command that runs for a while.
#[derive(Debug)]
struct Limited {
    what: Become,
    span: Duration,
    signal: u8,
    keeps_status: bool,
    pid: Option<(u32, Time)>,
    is_late: bool,
}

fn timeout(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    const KNOWN: Known = Known {
        program: "timeout",
        short: "+k:s:pfv",
        long: &[
            "kill-after=k",
            "signal=s",
            "preserve-status=p",
            "foreground=f",
            "verbose=v",
        ],
        status: 125,
    };
    let options = KNOWN.read(arguments)?;
    let Some((time, words)) = options
        .operands
        .split_first()
        .filter(|(_, w)| !w.is_empty())
    else {
        let text = "Try 'timeout --help' for more information.";
        return Err(Output::bad(text, 125));
    };
    let bad = || KNOWN.mistake(&format!("invalid time interval ‘{time}’"));
    let number = options
        .value('s')
        .map_or(Some(signal::TERM), signal::number);
    let _ = at;
    Ok(Box::new(Limited {
        what: Become {
            words: words.iter().map(|w| w.to_string()).collect(),
            ..Become::default()
        },
        span: span(time).ok_or_else(bad)?,
        signal: number.unwrap_or(signal::TERM),
        keeps_status: options.has('p'),
        pid: None,
        is_late: false,
    }))
}

impl Job for Limited {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        let now = at.world.now();
        let (pid, until) = match self.pid {
            Some(begun) => begun,
            None => match at.spawn(&self.what) {
                Ok(pid) => {
                    let begun = (pid, now + self.span);
                    self.pid = Some(begun);
                    begun
                }
                Err((_, status)) => {
                    let name = self.what.words.first().map_or("", String::as_str);
                    at.complain(&format!(
                        "timeout: failed to run command ‘{name}’: No such file or directory\n"
                    ));
                    return Some(status);
                }
            },
        };
        let state = at.system().and_then(|io| io.state(pid));
        match state.filter(|s| !s.has_ended()) {
            None if self.is_late && !self.keeps_status => Some(124),
            None => Some(state.map_or(0, |s| s.status())),
            Some(_) => {
                if !self.is_late && now >= until && !self.span.is_zero() {
                    self.is_late = true;
                    let number = self.signal;
                    at.system().map(|io| io.kill(pid, number));
                } else if !self.is_late && !self.span.is_zero() {
                    at.wake_at(until, false);
                }
                None
            }
        }
    }

    fn signal(&mut self, number: u8, at: &mut Machine) -> bool {
        if let Some((pid, _)) = self.pid {
            at.system().map(|io| io.kill(pid, number));
        }
        false
    }
}

/// A command that is run again and again.
#[derive(Debug)]
struct Watch {
    what: Become,
    head: Option<String>,
    span: Duration,
    pid: Option<u32>,
    next: Time,
    runs: u32,
}

/// How often a command is run before it has been watched for long enough.
const RUNS: u32 = 150;

fn watch(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    const KNOWN: Known = Known {
        program: "watch",
        short: "+n:tdbecgx",
        long: &[
            "interval=n",
            "no-title=t",
            "differences=d",
            "beep=b",
            "errexit=e",
            "color=c",
            "chgexit=g",
            "exec=x",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    let command = options.operands.join(" ");
    if command.is_empty() {
        return Err(Output::bad("Usage:\n watch [options] command", 1));
    }
    let seconds = options.value('n').unwrap_or("2");
    let bad = || Output::bad(format!("watch: failed to parse argument: '{seconds}'"), 1);
    let every = span(seconds)
        .ok_or_else(bad)?
        .max(Duration::from_millis(100));
    Ok(Box::new(Watch {
        head: (!options.has('t')).then(|| {
            format!(
                "Every {}.{}s: {command}",
                every.as_secs(),
                every.subsec_millis() / 100
            )
        }),
        what: Become {
            words: vec!["sh".into(), "-c".into(), command],
            ..Become::default()
        },
        span: every,
        pid: None,
        next: at.world.now(),
        runs: 0,
    }))
}

impl Job for Watch {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        if let Some(pid) = self.pid {
            let state = at.system().and_then(|io| io.state(pid));
            if state.is_some_and(|s| !s.has_ended()) {
                return None;
            }
            self.pid = None;
        }
        let now = at.world.now();
        if now < self.next {
            at.wake_at(self.next, true);
            return None;
        }
        if self.runs == RUNS {
            at.complain("(watch: this is enough.)\n");
            return Some(0);
        }
        self.runs += 1;
        self.next = now + self.span;
        if at.is_terminal(1) {
            at.system().into_iter().for_each(|io| io.clear());
        }
        if let Some(head) = &self.head {
            let host = at.host.split('.').next().unwrap_or("");
            let line = format!(
                "{head}    {host}: {}\n\n",
                crate::workstation::programs::clock::strftime("%a %b %e %T %Y", now)
            );
            at.print(&line);
        }
        match at.spawn(&self.what) {
            Ok(pid) => self.pid = Some(pid),
            Err((why, status)) => {
                at.complain(&format!("{why}\n"));
                return Some(status);
            }
        }
        None
    }
}
