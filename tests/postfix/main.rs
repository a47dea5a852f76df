//! The conformance machine: the real Postfix and ours with the same main.cf, the same clients,
//! the same sessions. What the client is told must be the same bytes, and so must smtpd's log.
//!
//! `make conformance` runs it; `cargo test --test postfix -- --help` names its options.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod beside;
mod generate;
mod generators;
mod hosts;
mod letters;
mod log;
mod lookups;
mod machine;
mod nameserver;
mod oracle;
mod parameters;
mod random;
mod shrink;
mod starts;
#[path = "../support/mod.rs"]
mod support;
mod tables;
mod transcripts;
mod vocabulary;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::time::Instant;

use clap::{Parser, ValueEnum};
use oracle::Build;
use smtp_terminal::postfix::config::parameter;
use support::sabotage::Sabotage;

/// How many wait for a real server at a time. Its sleeps are longer than its work, so that they leave most of
/// two processors idle.
const WAITING: usize = 12;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// `postconf -d`.
    Defaults,
    /// Which values Postfix refuses.
    Parameters,
    /// What smtpd says when it starts.
    Starts,
    /// What is asked of tables and parameters.
    Tables,
    /// The dialogues of tests/transcripts.
    Transcripts,
    /// What becomes of letters.
    Letters,
    /// dig, host and nslookup.
    Lookups,
    /// The little languages that users write, at random.
    Generators,
    /// Random sessions.
    Random,
    /// Nothing: starts the real server with one configuration for you to talk to.
    Oracle,
}

/// Compares smtp-terminal with a real Postfix.
#[derive(Parser)]
struct Options {
    /// Only this part.
    #[arg(long)]
    only: Option<Part>,
    /// Only this configuration of tests/postfix/configs (of letters/, with `--only letters`), this host of
    /// tests/postfix/hosts or this port of one (`suite:587`); may be given more than once.
    #[arg(long)]
    config: Vec<String>,
    /// Random sessions for each configuration (200), and for each port of each host (40).
    #[arg(long)]
    sessions: Option<usize>,
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
    /// Inputs of each little language.
    #[arg(long, default_value_t = 2_000)]
    inputs: usize,
    /// Only this input of those, to look at it again.
    #[arg(long)]
    input: Option<usize>,
    /// Only this little language; may be given more than once.
    #[arg(long)]
    language: Vec<String>,
    /// With `--only transcripts`, `letters` or `tables`: only those with this in their names.
    filter: Vec<String>,
    /// What `cargo test` hands on.
    #[arg(long, hide = true)]
    nocapture: bool,
}

impl Options {
    /// The transcripts, sets of letters or tables that are looked at, by a part of their names.
    fn named(&self) -> Option<&str> {
        let has_names = matches!(
            self.only,
            Some(Part::Transcripts | Part::Letters | Part::Tables)
        );
        let only = self.filter.first().filter(|_| has_names);
        only.map(String::as_str)
    }

    fn generators(&self) -> generators::Range {
        generators::Range {
            seed: self.seed.unwrap_or(generators::SEED),
            count: self.inputs,
            only: self.input,
            show: self.show,
            languages: self.language.clone(),
        }
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
    let Some(part) = options.only else {
        return ExitCode::from(u8::from(!everything(options.record)));
    };
    let nameserver = match nameserver::start() {
        Ok(address) => address,
        Err(e) => {
            eprintln!("SKIPPED: the tests' name server needs port 53 of a loopback address: {e}");
            return ExitCode::from(u8::from(std::env::var_os("CI").is_some()));
        }
    };
    match part {
        Part::Oracle => oracle(&options, nameserver),
        _ => ExitCode::from(u8::from(!compare(&options, part, nameserver))),
    }
}

/// All parts, the long ones first.
const PARTS: [Part; 9] = [
    Part::Generators,
    Part::Random,
    Part::Tables,
    Part::Letters,
    Part::Transcripts,
    Part::Starts,
    Part::Parameters,
    Part::Lookups,
    Part::Defaults,
];

/// So many parts run at a time: most of each is waiting for the real server.
const TOGETHER: usize = 3;

/// Each part is a process of its own, so that what it prints is printed in one piece.
fn everything(recording: bool) -> bool {
    let own = std::env::current_exe().unwrap();
    // What random sessions find is recorded only where that is asked for.
    let wanted = |part: &&Part| !(recording && **part == Part::Random);
    let parts = Mutex::new(PARTS.iter().filter(wanted));
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..TOGETHER {
            scope.spawn(|| loop {
                let Some(part) = parts.lock().unwrap().next() else {
                    return;
                };
                println!("({part:?} begins)");
                let mut command = Command::new(&own);
                command.args(std::env::args_os().skip(1));
                command.args(["--only", part.to_possible_value().unwrap().get_name()]);
                let output = command.stdin(Stdio::null()).output().unwrap();
                let said = [output.stdout, output.stderr].concat();
                print!("{}", String::from_utf8_lossy(&said));
                if !output.status.success() {
                    failed.lock().unwrap().push((*part, said));
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    // Of a run that failed some hours ago only the end may be left.
    for (part, said) in &failed {
        println!(
            "FAILED: {part:?}\n{}",
            last_of(&String::from_utf8_lossy(said))
        );
    }
    if failed.is_empty() {
        println!("the real Postfix and ours: all that was compared is alike");
    }
    failed.is_empty()
}

/// So many lines of what a part that failed has printed are printed again.
const LAST: usize = 60;

fn last_of(said: &str) -> String {
    let lines: Vec<&str> = said.lines().collect();
    lines[lines.len().saturating_sub(LAST)..].join("\n")
}

/// One part; those that make no sense with a Postfix built from source, or when recording, are passed over.
fn compare(options: &Options, part: Part, nameserver: Ipv4Addr) -> bool {
    let built = options.build.is_some();
    let recording = options.record;
    let begun = Instant::now();
    let alike = match part {
        Part::Defaults => built || defaults(&options.build()),
        Part::Parameters => built || recording || parameters::compare(&options.build()),
        Part::Starts => built || starts::compare(&options.build(), recording),
        Part::Tables => built || tables::compare(recording, options.named()),
        Part::Transcripts => transcripts::compare(options, nameserver),
        Part::Letters => {
            built || recording || letters::compare(nameserver, options.named(), &options.config)
        }
        Part::Lookups => built || recording || lookups::compare(nameserver),
        Part::Generators => {
            built || recording || generators::compare(&options.generators(), nameserver)
        }
        Part::Random => random::compare(options, nameserver),
        Part::Oracle => true,
    };
    println!("({part:?}: {} s)", begun.elapsed().as_secs());
    alike
}

/// The real server, until a line comes from standard input.
fn oracle(options: &Options, nameserver: Ipv4Addr) -> ExitCode {
    let Some((name, main_cf)) = random::configurations(&options.config).into_iter().next() else {
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

/// So many defaults are compared at least.
const LEAST_DEFAULTS: usize = 747;

/// Our defaults are those of `postconf -d`.
fn defaults(build: &Build) -> bool {
    let real: BTreeMap<String, String> = build.defaults().into_iter().collect();
    let differs = |name: &str, value: &str| real.get(name).map(String::as_str) != Some(value);
    // Which comes from the machine.
    let known = parameter::all().filter(|known| known.name != "myhostname");
    let mut known: Vec<(&str, &str)> = known.map(|known| (known.name, known.default)).collect();
    // Those of older releases are not listed.
    let others = parameter::others().filter(|(marks, _, _)| !marks.contains('^'));
    known.extend(others.map(|(_, name, default)| (name, default)));
    let wrong = known.iter().filter(|(name, value)| differs(name, value));
    let wrong: Vec<_> = wrong.collect();
    for (name, value) in &wrong {
        println!("{name} = {value}, but postconf -d: {:?}", real.get(*name));
    }
    println!(
        "{} of {} defaults are those of postconf -d",
        known.len() - wrong.len(),
        known.len()
    );
    let mut sabotage = Sabotage::default();
    let values: Vec<&str> = known.iter().map(|(_, value)| *value).collect();
    sabotage.plant("defaults", &values, 100, |at, spoilt| {
        differs(known[at].0, &String::from_utf8_lossy(&spoilt))
    });
    wrong.is_empty() && known.len() >= LEAST_DEFAULTS && sabotage.verdict(&["defaults"])
}
