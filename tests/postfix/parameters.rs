//! Each parameter that ours knows, set to odd values: with which of them Postfix's programs do not
//! start, and what they say then. A program is run by hand with `-o name=value` and reads its
//! parameters before it finds that it has no master; so this takes no running Postfix.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use smtp_terminal::postfix::config::main_cf::Config;
use smtp_terminal::postfix::config::parameter::{self, Kind, Parameter};

use super::oracle::Build;
use super::support::sabotage::Sabotage;

/// Who may read a parameter, in the order in which they are asked.
const PROGRAMS: [&str; 13] = [
    "smtpd",
    "trivial-rewrite",
    "cleanup",
    "qmgr",
    "verify",
    "local",
    "smtp",
    "lmtp",
    "bounce",
    "virtual",
    "anvil",
    "postscreen",
    "pipe",
];

/// What no daemon reads: postdrop and postqueue do, whom `tests/tables/permitted.txt` asks.
const OF_COMMANDS: [&str; 5] = [
    "authorized_flush_users",
    "authorized_mailq_users",
    "authorized_submit_users",
    "empty_address_local_login_sender_maps_lookup_key",
    "local_login_sender_maps",
];

const MAIN_CF: &str =
    "myhostname = smtp.safeer.in\ncompatibility_level = 3.6\nvirtual_mailbox_base = /srv\n";

const NUMBERS: [&str; 24] = [
    "",
    "0",
    "1",
    "-1",
    "+5",
    "007",
    "5 5",
    "5x",
    "x",
    "0x10",
    "1.5",
    "1e3",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967297",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "$",
    "${nosuch",
    "$nosuch",
    "${nosuch:7}",
];

const TIMES: [&str; 25] = [
    "1s",
    "1m",
    "1h",
    "1d",
    "1w",
    "1S",
    "1sec",
    "s",
    "m",
    "x",
    "-1s",
    "5 d",
    "0s",
    "35791393m",
    "35791394m",
    "596522h",
    "596523h",
    "24854d",
    "24855d",
    "3549w",
    "3550w",
    "100d",
    "101d",
    "18446744073709551615s",
    "1s1s",
];

const FLAGS: [&str; 11] = [
    "",
    "yes",
    "no",
    "YES",
    "No",
    "true",
    "1",
    "y",
    "$",
    "${nosuch:yes}",
    "$nosuch",
];

const TEXTS: [&str; 5] = ["", "$", "x$", "${x", "${{x} == {y}"];

fn values(known: &Parameter) -> Vec<String> {
    let fixed: &[&[&str]] = match known.kind {
        Kind::Int | Kind::Long => &[&NUMBERS],
        Kind::Time => &[&NUMBERS, &TIMES],
        Kind::Flag => &[&FLAGS],
        Kind::Text | Kind::Raw => &[&TEXTS],
    };
    let mut values: Vec<String> = fixed.concat().iter().map(|v| v.to_string()).collect();
    // A server without virtual mailboxes starts without it; only virtual(8) does not.
    values.retain(|value| known.name != "virtual_mailbox_base" || !value.is_empty());
    if !matches!(known.kind, Kind::Text | Kind::Raw | Kind::Flag) {
        for bound in [known.least, known.most] {
            values.extend([bound - 1, bound, bound + 1].map(|n| n.to_string()));
        }
    }
    values
}

/// What is said of a value: warnings, and why the program does not start.
type Said = Vec<String>;

fn ours(name: &str, value: &str) -> Said {
    let config = Config::parse(&format!("{MAIN_CF}{name} = {value}\n")).unwrap();
    match config.verify() {
        Ok(()) => Vec::new(),
        Err(fatal) => [fatal.warnings, vec![fatal.reason]].concat(),
    }
}

/// The real programs, with a main.cf of their own.
struct Real {
    build: Build,
    folder: PathBuf,
}

impl Real {
    fn start(build: &Build) -> Real {
        let name = format!("st-{}-parameters", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("main.cf"), MAIN_CF).unwrap();
        let build = build.clone();
        Real { build, folder }
    }

    /// What one program says; nothing where it would start.
    fn ask(&self, program: &str, name: &str, value: &str) -> Said {
        let path = Path::new(&self.build.daemons()).join(program);
        let mut command = Command::new(&path);
        command.args(["-n", program, "-t", "unix", "-V", "-d"]);
        // After what is asked about, so that nothing else is complained of first.
        command.args(["-o", &format!("{name}={value}")]);
        command.env("MAIL_CONFIG", &self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut said = Vec::new();
        let mut reason = None;
        for line in BufReader::new(child.stderr.take().unwrap()).split(b'\n') {
            let line = String::from_utf8_lossy(&line.unwrap()).into_owned();
            let text = line.split_once(": ").map_or("", |(_, text)| text);
            if let Some(warning) = text.strip_prefix("warning: ") {
                said.push(warning.to_string());
            } else if let Some(fatal) = text.strip_prefix("fatal: ") {
                reason = Some(fatal.to_string());
                break;
            }
        }
        // It would sleep for a second.
        child.kill().unwrap();
        child.wait().unwrap();
        let reason = reason.unwrap_or_else(|| panic!("{path:?} says nothing: {said:?}"));
        // What comes after the parameters is that it has no master, or no queue.
        let is_about_it = [
            format!("bad numerical configuration: {name} = "),
            format!("bad boolean configuration: {name} = "),
            format!("bad string length 0 < 1: {name} = "),
            format!("bad string length 0 < 2: {name} = "),
            format!("bad string length (0 < 1): {name} = "),
            format!("invalid {name}"),
            format!("parameter {name}: "),
            "malformed compatibility level syntax".into(),
            "dictionary mail_dict: macro processing error".into(),
            "mac_exp_eval: ".into(),
        ];
        if !is_about_it.iter().any(|start| reason.starts_with(start)) {
            return Vec::new();
        }
        said.push(reason);
        said
    }

    /// The program that reads a parameter, and so refuses an odd value of it.
    fn reader(&self, known: &Parameter) -> Option<&'static str> {
        let odd = match (known.kind, known.least) {
            (Kind::Text, _) => "${",
            (Kind::Raw, _) => "",
            _ => "odd",
        };
        let refuses = |program: &&&str| !self.ask(program, known.name, odd).is_empty();
        PROGRAMS.iter().find(refuses).copied()
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Whether ours starts with what the real one starts with, and complains as it does.
pub fn compare(build: &Build) -> bool {
    let real = Real::start(build);
    let all: Vec<Parameter> = parameter::all().collect();
    let next = AtomicUsize::new(0);
    let found = Mutex::new((Vec::new(), Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(known) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if known.kind == Kind::Raw && known.least == 0 {
                        // No value of it is wrong.
                        continue;
                    }
                    if OF_COMMANDS.contains(&known.name) {
                        continue;
                    }
                    let Some(program) = real.reader(known) else {
                        found.lock().unwrap().1.push(known.name);
                        continue;
                    };
                    for value in values(known) {
                        let theirs = real.ask(program, known.name, &value);
                        let line = format!("{} = {value}", known.name);
                        found.lock().unwrap().0.push((line, theirs));
                    }
                }
            });
        }
    });
    let (asked, unread) = found.into_inner().unwrap();
    let mut differ = 0;
    let mut refused = 0;
    let mut texts = Vec::new();
    for (line, theirs) in &asked {
        let (name, value) = line.split_once(" = ").unwrap();
        let said = ours(name, value);
        refused += usize::from(!theirs.is_empty());
        if said != *theirs {
            differ += 1;
            println!("{line}\n    Postfix: {theirs:?}\n    ours:    {said:?}");
        }
        texts.push(said.join("\n"));
    }
    println!(
        "{} values of {} parameters, {refused} of them refused: {differ} differ",
        asked.len(),
        all.len() - unread.len(),
    );
    if !unread.is_empty() {
        println!("none of {PROGRAMS:?} reads {unread:?} when it starts: add the one that does");
    }
    let mut sabotage = Sabotage::default();
    sabotage.plant("parameters", &texts, 100, |number, wrong| {
        asked[number].1.join("\n").as_bytes() != wrong
    });
    let enough = asked.len() > 2_000 && refused > 1_000 && unread.is_empty();
    sabotage.verdict(&["parameters"]) && enough && differ == 0
}
