//! xargs, timeout, watch and nohup: programs that run others.

use std::time::Duration;

use crate::time::Time;
use crate::workstation::programs::clock::span;
use crate::workstation::programs::io::signal;
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Become, Outcome, Output};
use crate::workstation::programs::predicates::quoted;
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::job("timeout", timeout, "[-k TIME] [-s SIGNAL] TIME COMMAND [ARG]...|Runs a command, and ends it after a time."),
    Program::job("watch", watch, "[-n SECONDS] [-t] COMMAND|Runs a command again and again; Ctrl-C ends it."),
    Program::new("xargs", xargs, "[-0] [-d CHARACTER] [-I TEXT] [-n NUMBER] [-r] [-t] [COMMAND [ARG]...]|Runs a command with its input as arguments."),
];

/// A word as `ls` and `xargs -t` show it: in quotes where a shell would want them.
fn plain(word: &str) -> String {
    match word.is_empty() || word.contains(|c| " \n\t!\"$&()*;<=>[\\]^`|?'".contains(c)) {
        true => quoted(word),
        false => word.into(),
    }
}

/// How long the words of a command may be, each with its end.
const COMMAND: usize = 131_072;

fn xargs(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "xargs",
        short: "+0a:d:E:I:i::L:n:P:prs:tx",
        long: &[
            "null=0",
            "arg-file=a",
            "delimiter=d",
            "replace=i",
            "max-args=n",
            "max-lines=L",
            "no-run-if-empty=r",
            "verbose=t",
            "max-procs=P",
            "interactive=p",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    let text = match options.value('a') {
        Some(file) => at.text(file).map_err(|why| {
            Output::bad(format!("xargs: Cannot open input file '{file}': {why}"), 1)
        })?,
        None => at.input()?.to_string(),
    };
    let has = |letter| options.has(letter);
    let replaced = match has('i') {
        true => Some(options.value('i').filter(|t| !t.is_empty()).unwrap_or("{}")),
        false => options.value('I'),
    };
    let mut items: Vec<String> = Vec::new();
    if let Some(end) = options.value('d').or(has('0').then_some("\0")) {
        let end = match end {
            "\\n" => '\n',
            "\\t" => '\t',
            "\\0" => '\0',
            end => end.chars().next().unwrap_or('\n'),
        };
        items.extend(text.split(end).map(str::to_string));
        if items.last().is_some_and(String::is_empty) {
            items.pop();
        }
    } else if has('L') {
        items.extend(
            text.lines()
                .map(|l| l.trim_start().to_string())
                .filter(|l| !l.is_empty()),
        );
    } else {
        let mut word: Option<String> = None;
        let mut quote = None;
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match (quote, c) {
                (Some(q), c) if c == q => quote = None,
                (Some(q), '\n') => {
                    let kind = if q == '"' { "double" } else { "single" };
                    return Err(Output::bad(format!("xargs: unmatched {kind} quote; by default quotes are special to xargs unless you use the -0 option"), 1));
                }
                (Some(_), c) => word.get_or_insert_default().push(c),
                (None, '\'' | '"') => {
                    quote = Some(c);
                    word.get_or_insert_default();
                }
                (None, '\\') => word.get_or_insert_default().extend(chars.next()),
                (None, c @ (' ' | '\t')) if replaced.is_some() => {
                    word.iter_mut().for_each(|word| word.push(c));
                }
                (None, ' ' | '\t' | '\n') => items.extend(word.take()),
                (None, c) => word.get_or_insert_default().push(c),
            }
        }
        items.extend(word);
    }
    let number = |letter| -> Result<Option<usize>, Output> {
        let Some(text) = options.value(letter) else {
            return Ok(None);
        };
        let bad = || {
            Output::bad(
                format!("xargs: invalid number \"{text}\" for -{letter} option"),
                1,
            )
        };
        let number: usize = text.parse().map_err(|_| bad())?;
        Ok(Some(number.max(1)))
    };
    let mut count = number('n')?.or(number('L')?).unwrap_or(usize::MAX);
    let mut command: Vec<&str> = options.operands.clone();
    if command.is_empty() {
        command.push("echo");
    }
    if replaced.is_some() {
        count = 1;
    }
    if items.is_empty() && (has('r') || replaced.is_some()) {
        return Ok(Output::default());
    }
    if let Some(name) = command.first().filter(|name| !at.has_program(name)) {
        let text = format!("xargs: {name}: No such file or directory");
        return Err(Output::bad(text, 127));
    }
    let mut script = match has('a') {
        true => String::from("r=0\n"),
        false => String::from("exec </dev/null\nr=0\n"),
    };
    let mut rest = items.as_slice();
    let own: usize = command.iter().map(|word| word.len() + 1).sum();
    loop {
        let mut size = own;
        let fits = rest.iter().take(count).take_while(|word| {
            size += word.len() + 1;
            size <= COMMAND
        });
        let (now, later) = rest.split_at(fits.count().max(1).min(rest.len()));
        rest = later;
        let mut words: Vec<String> = Vec::new();
        for word in &command {
            words.push(match (replaced, now.first()) {
                (Some(mark), Some(item)) => word.replace(mark, item),
                _ => word.to_string(),
            });
        }
        if replaced.is_none() {
            match has('L') {
                true => words.extend(
                    now.iter()
                        .flat_map(|line| line.split_whitespace().map(str::to_string)),
                ),
                false => words.extend(now.iter().cloned()),
            }
        }
        if has('t') {
            script.push_str(&format!(
                "printf '%s\\n' {} >&2\n",
                quoted(&words.iter().map(|w| plain(w)).collect::<Vec<_>>().join(" "))
            ));
        }
        // What is no builtin of the shell.
        script.push_str("env -- ");
        for word in &words {
            script.push_str(&quoted(word));
            script.push(' ');
        }
        script
            .push_str("|| { s=$?; [ $s = 127 ] && exit 127; [ $s = 255 ] && exit 124; r=123; }\n");
        if rest.is_empty() {
            break;
        }
    }
    script.push_str("exit $r\n");
    let words = vec!["bash".into(), "-c".into(), script, "xargs".into()];
    Ok(Output::becoming(Become {
        words,
        ..Become::default()
    }))
}

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
