//! The conformance machine: the real Postfix and ours with the same main.cf, the same clients,
//! the same sessions. What the client is told must be the same bytes, and so must smtpd's log.
//!
//! `make conformance` runs it; `cargo test --test postfix -- --help` names its options.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod generate;
mod letters;
mod log;
mod lookups;
mod machine;
mod nameserver;
mod oracle;
mod shrink;
#[path = "../support/mod.rs"]
mod support;
mod vocabulary;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;
use std::time::Instant;

use clap::Parser;
use machine::{kind, report, Account, Machine};
use oracle::Build;
use smtp_terminal::postfix::config::main_cf::Config;
use support::dialogue::Dialogue;
use support::player::record;
use support::scene::Network;
use support::{difference, main_cf, tests};

/// Compares smtp-terminal with a real Postfix.
#[derive(Parser)]
struct Options {
    /// Only this part: transcripts, defaults or random; or `oracle`, which starts the real server
    /// with one configuration for you to talk to.
    #[arg(long)]
    only: Option<String>,
    /// Only this configuration of tests/postfix/configs; may be given more than once.
    #[arg(long)]
    config: Vec<String>,
    /// Random sessions for each configuration.
    #[arg(long, default_value_t = 200)]
    sessions: usize,
    /// Where random numbers begin; the clock decides otherwise, but not in CI.
    #[arg(long)]
    seed: Option<u64>,
    /// Only this session of those, to look at it again.
    #[arg(long)]
    session: Option<usize>,
    /// Write what the real server says into the transcripts, and the shortest session of each
    /// difference that is found into new ones.
    #[arg(long)]
    record: bool,
    /// A Postfix built from source, with its daemons in libexec/ and its commands in bin/.
    #[arg(long)]
    build: Option<PathBuf>,
    /// How many sessions run at a time.
    #[arg(long, default_value_t = 6)]
    jobs: usize,
    /// How many kinds of differences are shown for a configuration.
    #[arg(long, default_value_t = 12)]
    show: usize,
    /// What `cargo test` was given to choose tests by: it chooses nothing here.
    #[arg(hide = true)]
    filter: Vec<String>,
    /// What `cargo test` hands on.
    #[arg(long, hide = true)]
    nocapture: bool,
}

impl Options {
    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }

    fn build(&self) -> Build {
        Build {
            folder: self.build.clone(),
        }
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    if let Err(why) = oracle::availability() {
        eprintln!("SKIPPED the comparison with the real Postfix: {why}");
        // In CI it must be there.
        return ExitCode::from(u8::from(std::env::var_os("CI").is_some()));
    }
    let nameserver = match nameserver::start() {
        Ok(address) => address,
        Err(e) => {
            eprintln!("SKIPPED: the tests' name server needs port 53 of a loopback address: {e}");
            return ExitCode::from(u8::from(std::env::var_os("CI").is_some()));
        }
    };
    if options.only.as_deref() == Some("oracle") {
        return oracle(&options, nameserver);
    }
    let mut failed = false;
    if options.wants("defaults") && options.build.is_none() {
        failed |= !defaults(&options.build());
    }
    if options.wants("transcripts") {
        failed |= !transcripts(&options, nameserver);
    }
    if options.wants("letters") && options.build.is_none() && !options.record {
        failed |= !letters::compare(nameserver);
    }
    if options.wants("lookups") && options.build.is_none() && !options.record {
        failed |= !lookups::compare(nameserver);
    }
    if options.wants("random") && !(options.record && options.only.is_none()) {
        failed |= !random(&options, nameserver);
    }
    ExitCode::from(u8::from(failed))
}

/// The real server, until a line comes from standard input.
fn oracle(options: &Options, nameserver: Ipv4Addr) -> ExitCode {
    let Some((name, main_cf)) = configurations(&options.config).into_iter().next() else {
        eprintln!("there is no such configuration");
        return ExitCode::FAILURE;
    };
    let real = oracle::Postfix::start(&main_cf, &options.build(), nameserver);
    println!(
        "{name}: listening on {}; press Enter to stop it",
        real.address
    );
    let read = std::io::stdin().read_line(&mut String::new());
    println!("{}", real.log());
    ExitCode::from(u8::from(read.is_err()))
}

/// Our defaults are those of `postconf -d`.
fn defaults(build: &Build) -> bool {
    let real: BTreeMap<String, String> = build.defaults().into_iter().collect();
    let mut count = 0;
    let mut wrong = 0;
    for (name, value) in smtp_terminal::postfix::config::defaults::all() {
        // Which comes from the machine.
        if name == "myhostname" {
            continue;
        }
        count += 1;
        if real.get(name).map(String::as_str) != Some(value) {
            wrong += 1;
            println!("{name} = {value}, but postconf -d: {:?}", real.get(name));
        }
    }
    println!(
        "{} of {count} defaults are those of postconf -d",
        count - wrong
    );
    wrong == 0
}

/// Dialogues with their files, by the main.cf that they need.
type Groups = BTreeMap<String, Vec<(PathBuf, Dialogue)>>;

fn transcripts(options: &Options, nameserver: Ipv4Addr) -> bool {
    let build = options.build();
    let version = build.version();
    let mut groups = Groups::new();
    let mut others = 0;
    for (path, dialogue) in Dialogue::read_all(&tests("transcripts")) {
        if dialogue.has_gaps() && !options.record {
            println!("{}: `S: ?` is left; run `make record`", dialogue.name);
            return false;
        }
        let text = main_cf(&dialogue);
        let shown = Config::parse(&text).map(|c| c.get("mail_version"));
        // A dialogue of another release is for that release to confirm.
        if shown.is_ok_and(|shown| shown != version) {
            others += 1;
            continue;
        }
        groups.entry(text).or_default().push((path, dialogue));
    }
    let count: usize = groups.values().map(Vec::len).sum();
    let configurations = groups.len();
    let work = Mutex::new(groups.into_iter());
    let problems = Mutex::new(Vec::new());
    let next = || work.lock().unwrap().next();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((main_cf, dialogues)) = next() {
                    let found = compare(options, &main_cf, nameserver, dialogues);
                    problems.lock().unwrap().extend(found);
                }
            });
        }
    });
    let problems = problems.into_inner().unwrap();
    if options.record {
        println!("recorded {count} transcripts from Postfix {version}");
        return true;
    }
    let identical = count - problems.len().min(count);
    println!("{identical} of {count} transcripts identical to Postfix {version}, replies and log, {configurations} configurations ({others} of other releases left out)");
    for problem in &problems {
        println!("{problem}");
    }
    problems.is_empty()
}

/// Plays the dialogues of one configuration to both servers; gives a report for each that
/// differs.
fn compare(
    options: &Options,
    main_cf: &str,
    nameserver: Ipv4Addr,
    dialogues: Vec<(PathBuf, Dialogue)>,
) -> Vec<String> {
    let machine = Machine::start(main_cf, &options.build(), nameserver);
    let mut problems = Vec::new();
    for (path, mut dialogue) in dialogues {
        if options.record {
            let said = record(machine.real.address, &dialogue);
            dialogue = dialogue.with_replies(&said);
            std::fs::write(&path, dialogue.to_string()).unwrap();
            continue;
        }
        let recorded: Vec<_> = dialogue.turns.iter().map(|t| t.replies.clone()).collect();
        let Some(accounts) = machine.difference(&dialogue, false) else {
            let said = machine.ours(&dialogue).said;
            problems.extend(difference(
                &dialogue,
                ["recorded", "Postfix and we"],
                &recorded,
                &said,
            ));
            continue;
        };
        problems.push(report(&dialogue, &accounts));
    }
    problems
}

/// The configurations of the random sessions: name and text.
fn configurations(wanted: &[String]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = std::fs::read_dir(tests("postfix/configs"))
        .unwrap()
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_string();
            Some((name, std::fs::read_to_string(&path).ok()?))
        })
        .filter(|(name, _)| wanted.is_empty() || wanted.contains(name))
        .collect();
    found.sort();
    found
}

fn random(options: &Options, nameserver: Ipv4Addr) -> bool {
    // In CI every run is the same; at home every run looks somewhere else.
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let fixed = std::env::var_os("CI").map(|_| 2026);
    let seed = options
        .seed
        .or(fixed)
        .unwrap_or_else(|| clock.unwrap().as_secs());
    let mut all = 0;
    let mut wrong = 0;
    for (name, main_cf) in configurations(&options.config) {
        if options.build.is_some() && main_cf.contains("pcre:") {
            println!("{name}: left out, this Postfix has no pcre tables");
            continue;
        }
        let begun = Instant::now();
        let found = random_sessions(options, &name, &main_cf, seed, nameserver);
        all += options.sessions;
        wrong += found;
        println!(
            "{name}: {} random sessions, {found} differ, {:.0} s (--config {name} --seed {seed})",
            options.sessions,
            begun.elapsed().as_secs_f64(),
        );
    }
    println!("{all} random sessions, {wrong} differ");
    assert!(all > 0, "there is no such configuration");
    wrong == 0
}

/// A session that was played to both.
struct Played {
    number: usize,
    session: generate::Session,
    ours: Account,
    real: Account,
}

fn random_sessions(
    options: &Options,
    name: &str,
    main_cf: &str,
    seed: u64,
    nameserver: Ipv4Addr,
) -> usize {
    // A build of one's own seldom has the library that SMTPUTF8 needs.
    let without = format!("{main_cf}\nsmtputf8_enable = no\n");
    let main_cf = match options.build {
        Some(_) if !main_cf.contains("smtputf8_enable") => &without,
        _ => main_cf,
    };
    let machine = Machine::start(main_cf, &options.build(), nameserver);
    let offers = generate::Offers::of(main_cf);
    let next = AtomicUsize::new(options.session.unwrap_or(0));
    let end = options.session.map_or(options.sessions, |n| n + 1);
    let played = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= end {
                    break;
                }
                // Each session can be replayed without those before it.
                let own = seed ^ ((number as u64) << 20) ^ name.bytes().map(u64::from).sum::<u64>();
                let mut random = fastrand::Rng::with_seed(own);
                let network = match random.u8(..100) {
                    0..=44 => Network::Own,
                    45..=69 => Network::Named,
                    _ => Network::ALL[random.usize(2..Network::ALL.len())],
                };
                let client = network.client(number).to_string();
                let mut session =
                    generate::session(&mut random, machine.talk(&client), &client, offers);
                session.dialogue.name = format!("{name}, seed {seed}, session {number}");
                let ours = machine.ours(&session.dialogue);
                let said = machine.real(&session.dialogue, session.dribbling);
                let log = Vec::new();
                played.lock().unwrap().push(Played {
                    number,
                    session,
                    ours,
                    real: Account { said, log },
                });
            });
        }
    });
    let mut played = played.into_inner().unwrap();
    played.sort_by_key(|p| p.number);
    let mut logs: BTreeMap<String, log::Session> = BTreeMap::new();
    for session in machine.real_logs(played.len()) {
        logs.insert(session.client.clone(), session);
    }
    // A process that crashes leaves its session without a last line.
    let has_crashed = machine.real.has_crashed();
    for line in machine.real.fatal() {
        println!("-- {name}: {line}");
    }
    let mut kinds: BTreeMap<String, Vec<Played>> = BTreeMap::new();
    let mut wrong = 0;
    for mut one in played {
        let log = logs.remove(one.session.dialogue.client());
        if has_crashed && log.as_ref().is_some_and(|log| !log.is_over) {
            println!(
                "-- {name}: the real server crashed in session {}",
                one.number
            );
            continue;
        }
        one.real.log = log.map(|log| log.lines).unwrap_or_default();
        if one.real != one.ours {
            wrong += 1;
            let accounts = [one.real.clone(), one.ours.clone()];
            kinds.entry(kind(&accounts)).or_default().push(one);
        }
    }
    let mut kinds: Vec<(String, Vec<Played>)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, sessions)| std::cmp::Reverse(sessions.len()));
    for (what, sessions) in kinds.iter().take(options.show) {
        println!("-- {name}: {} × {what}", sessions.len());
        // The shortest tells most.
        let Some(one) = sessions
            .iter()
            .min_by_key(|p| p.session.dialogue.turns.len())
        else {
            continue;
        };
        let dialogue = &one.session.dialogue;
        match shrink::shrink(&machine, dialogue, one.session.dribbling) {
            Some((short, accounts)) => {
                print!("{}", report(&short, &accounts));
                if options.record {
                    keep(name, one.number, &short, &accounts);
                }
            }
            None => {
                println!("(it did not come back when it was played by itself)");
                print!(
                    "{}",
                    report(dialogue, &[one.real.clone(), one.ours.clone()])
                );
            }
        }
    }
    if kinds.len() > options.show {
        let rest = kinds[options.show..].iter();
        println!("-- {name}: and {} more kinds:", kinds.len() - options.show);
        for (what, sessions) in rest {
            println!("     {} × {what}", sessions.len());
        }
    }
    wrong
}

/// Turns a difference into a transcript, with what the real server said.
fn keep(config: &str, number: usize, dialogue: &Dialogue, [real, _]: &[Account; 2]) {
    let mut kept = dialogue.with_replies(&real.said);
    kept.base = Some(config.into());
    kept.comments = vec![format!("# Found by a random session: {}.", dialogue.name)];
    let path = tests(&format!("transcripts/found-{config}-{number}.txt"));
    std::fs::write(&path, kept.to_string()).unwrap();
    println!("recorded as {}", path.display());
}
