//! What runs: jobs, fg, bg, kill, wait, disown; and trap, history, times.

use std::rc::Rc;

use crate::workstation::programs::io::{signal, Io, State as Stand};
use crate::workstation::shell::bash::{Bash, Data, Outcome};
use crate::workstation::shell::quote;
use crate::workstation::system::kernel::Kernel;

pub fn jobs(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let (letters, operands): (String, Vec<Rc<str>>) = match b.options(words, "lnprs", k) {
        Ok(options) => (
            options.given.iter().map(|(l, _)| *l).collect(),
            options.operands.iter().map(|w| Rc::from(*w)).collect(),
        ),
        Err(status) => return Outcome::Done(status),
    };
    b.look_at_jobs(k);
    let mut text = String::new();
    let mut status = 0;
    let mut places: Vec<usize> = (0..b.jobs.len()).collect();
    if !operands.is_empty() {
        places.clear();
        for word in &operands {
            match b.find_job(Some(word)) {
                Some(place) => places.push(place),
                None => {
                    b.complain_as("jobs", &format!("{word}: no such job"), k);
                    status = 1;
                }
            }
        }
    }
    for place in places {
        let job = &b.jobs[place];
        let stand = job.stand();
        if letters.contains('r') && stand != Stand::Running
            || letters.contains('s') && !matches!(stand, Stand::Stopped(_))
        {
            continue;
        }
        match letters.contains('p') {
            true => text.push_str(&format!("{}\n", job.group())),
            false => text.push_str(&job.line(b.mark(job.id), letters.contains('l'))),
        }
    }
    b.jobs.retain(|j| !j.stand().has_ended());
    let printed = b.print("jobs", &text, k);
    Outcome::Done(status.max(printed))
}

pub fn fg(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    if !b.state.is_on("monitor") {
        b.complain_as("fg", "no job control", k);
        return Outcome::Done(1);
    }
    // It is being waited for already.
    if b.simple().is_some_and(|s| s.is_waiting()) {
        return wait_in_front(b, k);
    }
    b.look_at_jobs(k);
    let word = words.get(1).map(|w| with_sign(w));
    let Some(place) = b.find_job(word.as_deref()) else {
        let what = words.get(1).map_or("current", |w| w);
        b.complain_as("fg", &format!("{what}: no such job"), k);
        return Outcome::Done(1);
    };
    let job = &b.jobs[place];
    if job.stand().has_ended() {
        b.complain_as("fg", "job has terminated", k);
        return Outcome::Done(1);
    }
    let (group, text) = (job.group(), format!("{}\n", job.text));
    b.print("fg", &text, k);
    k.os.system.terminal.group = group;
    k.os.kill_group(group, signal::CONT);
    if let Some(simple) = b.simple() {
        simple.bytes = group.to_le_bytes().to_vec();
    }
    if let Some(job) = b.jobs.get_mut(place) {
        job.was_in_front = true;
        job.pids
            .iter_mut()
            .for_each(|(_, s)| *s = s.filter(|s| s.has_ended()));
    }
    Outcome::Again
}

/// `1` is `%1` to fg and bg.
fn with_sign(word: &str) -> String {
    match word.starts_with('%') {
        true => word.into(),
        false => format!("%{word}"),
    }
}

fn wait_in_front(b: &mut Bash, k: &mut Kernel) -> Outcome {
    let bytes = b.simple().map(|s| s.bytes.clone()).unwrap_or_default();
    let group = bytes.try_into().map_or(0, u32::from_le_bytes);
    b.look_at_jobs(k);
    let Some(place) = b.jobs.iter().position(|j| j.group() == group) else {
        return Outcome::Done(127);
    };
    let stand = b.jobs[place].stand();
    if stand == Stand::Running {
        return Outcome::Waits;
    }
    k.os.system.terminal.group = k.os.me().group;
    if let Stand::Stopped(_) = stand {
        let next = b.jobs.iter().map(|j| j.stamp).max().unwrap_or(0) + 1;
        let job = &mut b.jobs[place];
        job.stamp = next;
        job.is_told = true;
        let line = job.line('+', false);
        let _ = k.write(2, &format!("\n{line}"));
    } else {
        b.jobs.remove(place);
        if stand == Stand::Killed(signal::INT) {
            if !k.os.screen.is_at_line_start() {
                let _ = k.write(2, "\n");
            }
            b.is_interrupted = true;
        }
    }
    Outcome::Done(stand.status())
}

pub fn bg(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    if !b.state.is_on("monitor") {
        b.complain_as("bg", "no job control", k);
        return Outcome::Done(1);
    }
    b.look_at_jobs(k);
    let word = words.get(1).map(|w| with_sign(w));
    let Some(place) = b.find_job(word.as_deref()) else {
        let what = words.get(1).map_or("current", |w| w);
        b.complain_as("bg", &format!("{what}: no such job"), k);
        return Outcome::Done(1);
    };
    let job = &b.jobs[place];
    if job.stand() == Stand::Running {
        let text = format!("job {} already in background", job.id);
        b.complain_as("bg", &text, k);
        return Outcome::Done(0);
    }
    let text = format!("[{}]{} {} &\n", job.id, b.mark(job.id), job.text);
    let group = job.group();
    b.print("bg", &text, k);
    k.os.kill_group(group, signal::CONT);
    if let Some(job) = b.jobs.get_mut(place) {
        job.pids
            .iter_mut()
            .for_each(|(_, s)| *s = s.filter(|s| s.has_ended()));
    }
    b.state.background = Some(group);
    Outcome::Done(0)
}

pub fn kill(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let mut rest = words.iter().skip(1).map(|w| &**w).peekable();
    let mut number = signal::TERM;
    let wrong = |b: &mut Bash, name: &str, k: &mut Kernel| {
        b.complain_as("kill", &format!("{name}: invalid signal specification"), k);
        Outcome::Done(1)
    };
    match rest.peek().copied() {
        None => return Outcome::Done(b.misuse_quietly("kill", k)),
        Some("-l" | "-L") => {
            rest.next();
            let names: Vec<&str> = rest.collect();
            let mut text = String::new();
            if names.is_empty() {
                for (i, name) in signal::NAMES.iter().enumerate() {
                    let end = if i % 5 == 4 || i == 30 { "\n" } else { "\t" };
                    text.push_str(&format!("{:2}) SIG{name}{end}", i + 1));
                }
            }
            for name in names {
                match name.parse::<usize>() {
                    Ok(code) => match signal::NAMES.get((code & 127).wrapping_sub(1)) {
                        Some(name) => text.push_str(&format!("{name}\n")),
                        None => return wrong(b, name, k),
                    },
                    Err(_) => match signal::number(name) {
                        Some(code) => text.push_str(&format!("{code}\n")),
                        None => return wrong(b, name, k),
                    },
                }
            }
            return Outcome::Done(b.print("kill", &text, k));
        }
        Some("-s" | "-n") => {
            rest.next();
            let name = rest.next().unwrap_or("");
            match signal::number(name) {
                Some(found) => number = found,
                None => return wrong(b, name, k),
            }
        }
        Some("--") => {
            rest.next();
        }
        Some(word) if word.starts_with('-') => {
            rest.next();
            match signal::number(&word[1..]) {
                Some(found) => number = found,
                None => return wrong(b, &word[1..], k),
            }
            if rest.peek() == Some(&"--") {
                rest.next();
            }
        }
        Some(_) => {}
    }
    b.look_at_jobs(k);
    let mut status = 0;
    let mut any = false;
    for word in rest {
        any = true;
        if word.starts_with('%') {
            let Some(place) = b.find_job(Some(word)) else {
                b.complain_as("kill", &format!("{word}: no such job"), k);
                status = 1;
                continue;
            };
            let job = &b.jobs[place];
            let (group, is_stopped) = (job.group(), matches!(job.stand(), Stand::Stopped(_)));
            match b.state.is_on("monitor") {
                true => {
                    k.os.kill_group(group, number);
                    // A stopped one is woken to hear of it.
                    if is_stopped && matches!(number, signal::TERM | signal::HUP) {
                        k.os.kill_group(group, signal::CONT);
                    }
                }
                false => {
                    k.os.kill(group, number);
                }
            }
            continue;
        }
        let Ok(pid) = word.parse::<i64>() else {
            let text = format!("{word}: arguments must be process or job IDs");
            b.complain_as("kill", &text, k);
            status = 1;
            continue;
        };
        let target = u32::try_from(pid.unsigned_abs()).unwrap_or(0);
        let uid = k.who();
        let own = k.os.me().user.clone();
        let foreign = k.os.process(target).is_some_and(|p| p.user != own) && !uid.is_root();
        let found = match pid {
            0 => {
                let group = k.os.me().group;
                k.os.kill_group(group, number)
            }
            pid if pid < 0 => k.os.kill_group(target, number),
            // Processes of the system, which nobody may end here.
            1..=2_000 => false,
            _ if foreign => false,
            _ if number == 0 => k.os.process(target).is_some(),
            _ => k.os.kill(target, number),
        };
        if !found {
            let why = match foreign || (1..=2).contains(&pid) {
                true => "Operation not permitted",
                false => "No such process",
            };
            b.complain_as("kill", &format!("({pid}) - {why}"), k);
            status = 1;
        }
    }
    if !any {
        return Outcome::Done(b.misuse_quietly("kill", k));
    }
    Outcome::Done(status)
}

impl Bash {
    /// How a command is called, without a complaint.
    fn misuse_quietly(&mut self, name: &str, k: &mut Kernel) -> i32 {
        let usage = super::USAGE
            .iter()
            .find(|(n, _)| *n == name)
            .map_or("", |(_, u)| u);
        let _ = k.write(2, &format!("{name}: usage: {usage}\n"));
        2
    }
}

pub fn wait(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    if let Some(number) = b.simple().and_then(|s| s.trapped.take()) {
        return Outcome::Done(128 + i32::from(number));
    }
    let (next, operands): (bool, Vec<Rc<str>>) = match b.options(words, "fnp:", k) {
        Ok(options) => (
            options.has('n'),
            options.operands.iter().map(|w| Rc::from(*w)).collect(),
        ),
        Err(status) => return Outcome::Done(status),
    };
    b.look_at_jobs(k);
    k.os.system.terminal.is_patient = true;
    if operands.is_empty() {
        let ended = b.jobs.iter().position(|j| j.stand().has_ended());
        if next {
            return match ended {
                Some(place) => Outcome::Done(b.jobs.remove(place).stand().status()),
                None if b.jobs.is_empty() => Outcome::Done(127),
                None => Outcome::Waits,
            };
        }
        return match b.jobs.iter().any(|j| j.stand() == Stand::Running) {
            true => Outcome::Waits,
            false => {
                if !b.state.is_interactive {
                    b.jobs.clear();
                }
                Outcome::Done(0)
            }
        };
    }
    let mut status = 0;
    for word in operands {
        let Some(place) = b.find_job(Some(&word)) else {
            let text = match (word.strip_prefix('%'), word.parse::<u32>()) {
                (Some(_), _) => format!("{word}: no such job"),
                (None, Ok(pid)) => format!("pid {pid} is not a child of this shell"),
                (None, Err(_)) => {
                    b.complain_as("wait", &format!("`{word}': not a pid or valid job spec"), k);
                    status = 1;
                    continue;
                }
            };
            b.complain_as("wait", &text, k);
            status = 127;
            continue;
        };
        let stand = b.jobs[place].stand();
        if !stand.has_ended() {
            return Outcome::Waits;
        }
        status = stand.status();
        b.jobs[place].is_told = true;
    }
    Outcome::Done(status)
}

pub fn disown(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    b.look_at_jobs(k);
    let operands: Vec<Rc<str>> = match b.options(words, "har", k) {
        Ok(options) if options.has('a') => {
            b.jobs.clear();
            return Outcome::Done(0);
        }
        Ok(options) => options.operands.iter().map(|w| Rc::from(*w)).collect(),
        Err(status) => return Outcome::Done(status),
    };
    let words: Vec<Option<&str>> = match operands.is_empty() {
        true => vec![None],
        false => operands.iter().map(|w| Some(&**w)).collect(),
    };
    for word in words {
        match b.find_job(word) {
            Some(place) => {
                b.jobs.remove(place);
            }
            None => {
                let text = format!("{}: no such job", word.unwrap_or("current"));
                b.complain_as("disown", &text, k);
                return Outcome::Done(1);
            }
        }
    }
    Outcome::Done(0)
}

pub fn trap(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let (letters, operands): (String, Vec<Rc<str>>) = match b.options(words, "lp", k) {
        Ok(options) => (
            options.given.iter().map(|(l, _)| *l).collect(),
            options.operands.iter().map(|w| Rc::from(*w)).collect(),
        ),
        Err(status) => return Outcome::Done(status),
    };
    if letters.contains('l') {
        return kill(b, &["kill".into(), "-l".into()], k);
    }
    // By their numbers: EXIT is 0.
    let number = |name: &str| match name {
        "EXIT" => Some(0),
        "DEBUG" => Some(65),
        "ERR" => Some(66),
        "RETURN" => Some(67),
        name => signal::number(name),
    };
    let full = |name: &str| -> Option<Rc<str>> {
        let upper = name.to_ascii_uppercase();
        let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
        match bare {
            "0" | "EXIT" => Some("EXIT".into()),
            "DEBUG" | "ERR" | "RETURN" => Some(bare.into()),
            _ => {
                let at = signal::number(bare)?;
                signal::NAMES
                    .get(usize::from(at).wrapping_sub(1))
                    .map(|n| Rc::from(*n))
            }
        }
    };
    if operands.is_empty() || letters.contains('p') {
        let shown = b.state.shown_traps.as_ref().unwrap_or(&b.state.traps);
        let mut all = shown.to_vec();
        all.sort_by_key(|(name, _)| number(name));
        let mut text = String::new();
        for (name, action) in all {
            if !operands.is_empty() && !operands.iter().any(|o| full(o).as_ref() == Some(&name)) {
                continue;
            }
            let sign = match &*name {
                "EXIT" | "ERR" | "DEBUG" | "RETURN" => "",
                _ => "SIG",
            };
            text.push_str(&format!(
                "trap -- {} {sign}{name}\n",
                quote::single(&action)
            ));
        }
        return Outcome::Done(b.print("trap", &text, k));
    }
    // A single word, or a number first, gives back what there was.
    let resets = operands.len() == 1 || operands[0].parse::<u32>().is_ok() || &*operands[0] == "-";
    let (action, names) = match resets {
        true if operands.len() == 1 || &*operands[0] != "-" => (None, &operands[..]),
        true => (None, &operands[1..]),
        false => (Some(operands[0].clone()), &operands[1..]),
    };
    let mut status = 0;
    let mut all = b.state.traps.to_vec();
    for word in names {
        let Some(name) = full(word) else {
            b.complain_as("trap", &format!("{word}: invalid signal specification"), k);
            status = 1;
            continue;
        };
        all.retain(|(n, _)| *n != name);
        if let Some(action) = &action {
            all.push((name, action.clone()));
        }
    }
    b.state.traps = Rc::new(all);
    b.state.shown_traps = None;
    Outcome::Done(status)
}

pub fn history(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let text = match words.get(1).map(|w| &**w) {
        Some("-c") => {
            k.os.history.forget(None);
            String::new()
        }
        Some("-d") => {
            let number = words.get(2).and_then(|w| w.parse().ok());
            k.os.history.forget(number.or(Some(0)));
            String::new()
        }
        Some(word) if word.starts_with('-') => String::new(),
        // A script has none.
        _ if !b.state.is_interactive => String::new(),
        None => k.os.history.list(),
        Some(word) => match word.parse::<usize>() {
            Ok(count) => {
                let all = k.os.history.list();
                let lines: Vec<&str> = all.lines().collect();
                let from = lines.len().saturating_sub(count);
                lines[from..].iter().map(|l| format!("{l}\n")).collect()
            }
            Err(_) => {
                b.complain_as("history", &format!("{word}: numeric argument required"), k);
                return Outcome::Done(1);
            }
        },
    };
    Outcome::Done(b.print("history", &text, k))
}

pub fn times(b: &mut Bash, _: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let _ = Data::None;
    Outcome::Done(b.print("times", "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n", k))
}
