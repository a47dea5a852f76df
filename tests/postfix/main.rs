//! Against the real Postfix: the recorded transcripts and random sessions are played to it and
//! to `smtp-terminal serve` with the same main.cf; every reply is compared, and of the transcripts
//! every line of smtpd in the log.
//!
//! `make record` (SMTP_TERMINAL_RECORD=1) writes what the real server says into the transcripts.

#![allow(clippy::unwrap_used)]

mod log;
mod oracle;
mod random;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use oracle::Postfix;
use support::dialogue::Dialogue;
use support::player::{play, record};
use support::served::Served;
use support::{difference, main_cf, tests};

/// Whether the real server is here. In CI it must be.
fn oracle_is_here(test: &str) -> bool {
    match oracle::availability() {
        Ok(()) => true,
        Err(why) => {
            assert!(std::env::var_os("CI").is_none(), "{test}: {why}");
            eprintln!("SKIPPED {test}: {why}");
            false
        }
    }
}

/// `serve` with a main.cf.
fn serve(name: &str, main_cf: &str) -> Served {
    let file = std::env::temp_dir().join(format!("st-{}-{name}.cf", std::process::id()));
    std::fs::write(&file, main_cf).unwrap();
    let user = ["--user", "safeer:penguin"];
    let config = file.display().to_string();
    let served = Served::start(&[&["--config", &config], &user[..]].concat());
    std::fs::remove_file(&file).unwrap();
    served
}

#[test]
fn transcripts() {
    if !oracle_is_here("transcripts") {
        return;
    }
    let recording = std::env::var_os("SMTP_TERMINAL_RECORD").is_some();
    let mut groups: BTreeMap<Vec<String>, Vec<(PathBuf, Dialogue)>> = BTreeMap::new();
    for (path, dialogue) in Dialogue::read_all(&tests("transcripts")) {
        let missing = format!("{}: `S: ?` is left; run `make record`", dialogue.name);
        assert!(recording || !dialogue.has_gaps(), "{missing}");
        groups
            .entry(dialogue.config.clone())
            .or_default()
            .push((path, dialogue));
    }
    let count: usize = groups.values().map(Vec::len).sum();
    assert!(count >= 40, "only {count} transcripts");
    let configurations = groups.len();
    let work = Mutex::new(groups.into_iter().enumerate());
    let problems = Mutex::new(Vec::new());
    let next = || work.lock().unwrap().next();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((number, (config, dialogues))) = next() {
                    let found = compare(number, &config, dialogues, recording);
                    problems.lock().unwrap().extend(found);
                }
            });
        }
    });
    let problems = problems.into_inner().unwrap();
    let identical = count - problems.len();
    println!("{identical} of {count} transcripts identical to real Postfix, replies and log, {configurations} configurations");
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// Plays the dialogues of one configuration to both servers; gives a report for each that
/// differs.
fn compare(
    number: usize,
    config: &[String],
    dialogues: Vec<(PathBuf, Dialogue)>,
    recording: bool,
) -> Vec<String> {
    let main_cf = main_cf(config);
    let real = Postfix::start(&main_cf);
    let ours = serve(&number.to_string(), &main_cf);
    let mut problems = Vec::new();
    let before = log::sessions(&real.log()).len();
    let count = dialogues.len();
    let mut played = Vec::new();
    for (path, mut dialogue) in dialogues {
        if recording {
            let said = record(real.address, &dialogue);
            dialogue = dialogue.with_replies(&said);
            std::fs::write(&path, dialogue.to_string()).unwrap();
        }
        let recorded: Vec<_> = dialogue.turns.iter().map(|t| t.replies.clone()).collect();
        let real_said = play(real.address, &dialogue);
        let we_said = play(ours.address, &dialogue);
        let stale = difference(&dialogue, ["recorded", "Postfix"], &recorded, &real_said);
        let wrong = difference(&dialogue, ["Postfix", "we"], &real_said, &we_said);
        problems.extend(stale.or(wrong));
        played.push(dialogue.name);
    }
    if recording {
        return problems;
    }
    // The log is written by another process, a moment later.
    let is_complete = |sessions: &Vec<Vec<String>>| {
        let over = |s: &&Vec<String>| s.last().is_some_and(|l| l.starts_with("disconnect"));
        sessions.iter().filter(over).count() >= count
    };
    let logs = [
        settled(|| log::sessions(&real.log()).split_off(before), is_complete),
        settled(|| log::sessions(&ours.log()), is_complete),
    ];
    for (who, sessions) in ["Postfix", "we"].iter().zip(&logs) {
        if sessions.len() != count {
            let seen = sessions.len();
            problems.push(format!(
                "{config:?}: {who} logged {seen} of {count} sessions\n"
            ));
        }
    }
    for (name, (theirs, own)) in played.iter().zip(logs[0].iter().zip(&logs[1])) {
        if theirs != own {
            problems.push(format!(
                "{name}: the log\n  Postfix:\n      {}\n  we:\n      {}\n",
                theirs.join("\n      "),
                own.join("\n      ")
            ));
        }
    }
    problems
}

/// Looks until what is seen is complete, or for a few seconds.
fn settled<T>(look: impl Fn() -> T, is_complete: impl Fn(&T) -> bool) -> T {
    for _ in 0..100 {
        let seen = look();
        if is_complete(&seen) {
            return seen;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    look()
}

#[test]
fn random_sessions() {
    if !oracle_is_here("random_sessions") {
        return;
    }
    random::run();
}

#[test]
fn the_defaults_are_those_of_postconf() {
    if !oracle_is_here("the_defaults_are_those_of_postconf") {
        return;
    }
    let real: BTreeMap<String, String> = oracle::defaults().into_iter().collect();
    let wrong: Vec<String> = smtp_terminal::postfix::defaults::all()
        // Which comes from the machine.
        .filter(|(name, _)| *name != "myhostname")
        .filter(|(name, value)| real.get(*name).map(String::as_str) != Some(value))
        .map(|(name, value)| format!("{name} = {value}, but postconf -d: {:?}", real.get(name)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
