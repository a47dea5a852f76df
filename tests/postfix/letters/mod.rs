//! Letters, delivered by the real Postfix and by ours: what is said, the mailboxes, the log, what
//! mailq shows and what an administrator is told are compared. The order in which recipients are
//! served is the real one's own affair, so what belongs to one message is kept together, and
//! messages are compared as sets.

mod administer;
mod evidence;
mod hosts;
mod lines;
mod mask;
mod ours;
mod real;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Mutex;
use std::time::Instant;

use evidence::{all, alone, findings, Evidence, Exhibit, Findings};

use super::log;
use super::support::dialogue::Turn;
use super::support::sabotage::Sabotage;
use super::support::tests;
use super::WAITING;

/// So many of each kind are identical at least, in all sets together.
const LEAST: &[(&str, usize)] = &[
    ("log of bounce", 190),
    ("log of cleanup", 1050),
    ("log of discard", 17),
    ("log of error", 24),
    ("log of local", 600),
    ("log of master", 4),
    ("log of pickup", 19),
    ("log of postqueue", 24),
    ("log of postsuper", 380),
    ("log of qmgr", 1550),
    ("log of sendmail", 123),
    ("log of smtp", 490),
    ("log of smtpd", 144),
    ("log of virtual", 11),
    ("mailboxes", 181),
    ("mailq", 54),
    ("postcat", 342),
    ("postconf", 84),
    ("postqueue", 246),
    ("postsuper", 258),
    ("replies", 157),
    ("sendmail", 120),
    ("sessions of smtpd", 149),
];

/// What wrong bytes are planted in.
const PLANTED: &[&str] = &[
    "a line missing",
    "a line twice",
    "a message twice",
    "log after",
    "log here",
    "log there",
    "mailboxes",
    "mailq",
    "postcat",
    "postconf",
    "postqueue",
    "postsuper",
    "replies",
];

/// One letter of a file in `letters/`.
#[derive(Clone)]
struct Letter {
    /// Who sends it, and to which port: `@ 127.16.4.11 587`.
    client: Option<String>,
    port: Option<u16>,
    /// The commands, MAIL and RCPT among them; `handshake` begins TLS.
    commands: Vec<String>,
    content: Vec<String>,
}

/// The name of each set of letters: a main.cf and what is sent to it.
fn sets() -> Vec<String> {
    let files = std::fs::read_dir(tests("postfix/letters")).unwrap();
    let paths = files.map(|f| f.unwrap().path());
    let text = paths.filter(|p| p.extension().is_some_and(|e| e == "txt"));
    let mut names: Vec<String> = text
        .map(|p| p.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A set: servers, and what is sent to them.
struct Set {
    name: String,
    letters: Vec<Letter>,
    scene: Scene,
}

/// The server that has the letters, and the one that mail goes on to.
enum Scene {
    /// As main.cf says.
    Config(String, String),
    /// A host, and the others of its world.
    Host(Box<hosts::World>),
}

impl Set {
    fn read(name: &str) -> Set {
        if let Some(host) = name.strip_prefix(hosts::MARK) {
            return hosts::read(host);
        }
        let read = |name| std::fs::read_to_string(tests(&format!("postfix/letters/{name}.cf")));
        Set {
            name: name.into(),
            letters: letters(name),
            scene: Scene::Config(read(name).unwrap(), read("remote").unwrap()),
        }
    }
}

fn letters(name: &str) -> Vec<Letter> {
    let text = std::fs::read_to_string(tests(&format!("postfix/letters/{name}.txt"))).unwrap();
    let lines: Vec<&str> = text.lines().filter(|l| !l.starts_with("# ")).collect();
    let mut letters = Vec::new();
    for part in lines.split(|l| *l == "==").filter(|p| !p.is_empty()) {
        let end = part.iter().position(|l| l.is_empty()).unwrap();
        let own = |lines: &[&str]| lines.iter().map(|l| l.to_string()).collect();
        let from = part[0].strip_prefix("@ ");
        let mut from = from.into_iter().flat_map(|words| words.split(' '));
        letters.push(Letter {
            client: from.next().map(String::from),
            port: from.next().and_then(|port| port.parse().ok()),
            commands: own(&part[usize::from(part[0].starts_with("@ "))..end]),
            content: own(&part[end + 1..]),
        });
    }
    letters
}

/// The arguments of sendmail, for a letter that a program on the host sends.
fn submission(letter: &Letter) -> Option<Vec<&str>> {
    let line = letter.commands[0].strip_prefix("sendmail ")?;
    Some(line.split(' ').collect())
}

/// What stands in the place of a letter that is never sent: the session ends before DATA.
const NOTHING: &str = "(nothing)";

/// What a client says, each time after one reply, which is not known.
fn turns(letter: &Letter) -> Vec<Turn> {
    let turn = |sends: Vec<String>, replies| Turn {
        sends,
        replies: vec![vec!["?".into()]; replies],
        ..Turn::default()
    };
    let line = |line: &str| vec![format!("C: {line}")];
    let mut turns = Vec::new();
    for (place, command) in letter.commands.iter().enumerate() {
        let is_handshake = command == HANDSHAKE;
        if place == 0 {
            // The greeting, which a handshake may come before.
            let first = is_handshake.then(|| format!("T: {HANDSHAKE}"));
            turns.push(turn(first.into_iter().collect(), 1));
        }
        match (is_handshake, place) {
            (true, 0) => {}
            (true, _) => turns.push(turn(vec![format!("T: {HANDSHAKE}")], 0)),
            (false, _) => turns.push(turn(line(command), 1)),
        }
    }
    if letter.content != [NOTHING] {
        turns.extend([turn(line("DATA"), 1), turn(content(letter), 1)]);
    }
    turns.push(turn(line("QUIT"), 1));
    turns
}

/// What a command is called that begins TLS.
const HANDSHAKE: &str = "handshake";

fn content(letter: &Letter) -> Vec<String> {
    let stuffed = |l: &String| match l.starts_with('.') {
        true => format!("C: .{l}"),
        false => format!("C: {l}"),
    };
    let end = "C: .".to_string();
    letter.content.iter().map(stuffed).chain([end]).collect()
}

/// What came of a set of letters.
#[derive(Default)]
struct Result {
    /// What there is to read about it.
    report: String,
    /// How many outputs of each kind are identical.
    counts: BTreeMap<String, usize>,
    /// How many differ.
    differ: usize,
    sabotage: Sabotage,
}

/// Compares; whether all is the same.
pub fn compare(nameserver: Ipv4Addr, part: Option<&str>, only: &[String]) -> bool {
    let mut names = sets();
    names.extend(hosts::names());
    names.retain(|name| part.is_none_or(|part| name.contains(part)));
    names.retain(|name| only.is_empty() || only.contains(name));
    let is_whole = part.is_none() && only.is_empty();
    let names = Mutex::new(names.into_iter());
    let results = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..WAITING {
            scope.spawn(|| loop {
                let Some(name) = names.lock().unwrap().next() else {
                    break;
                };
                let begun = Instant::now();
                let mut result = compare_set(&Set::read(&name), nameserver);
                let took = begun.elapsed().as_secs_f64();
                result.report.push_str(&format!("{name}: {took:.0} s\n"));
                results.lock().unwrap().insert(name, result);
            });
        }
    });
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut differ = 0;
    let mut sabotage = Sabotage::default();
    for result in results.into_inner().unwrap().into_values() {
        print!("{}", result.report);
        differ += result.differ;
        sabotage.join(result.sabotage);
        for (kind, count) in result.counts {
            *counts.entry(kind).or_default() += count;
        }
    }
    let total: usize = counts.values().sum();
    println!(
        "letters: {total} outputs identical, {differ} differ: {}",
        listed(&counts)
    );
    let mut are_enough = true;
    for (kind, least) in LEAST {
        let count = counts.get(*kind).copied().unwrap_or(0);
        if count < *least && is_whole {
            are_enough = false;
            println!("{kind}: {count}, but there were {least}");
        }
    }
    if !only.is_empty() {
        return differ == 0;
    }
    differ == 0 && are_enough && sabotage.verdict(PLANTED)
}

fn listed(counts: &BTreeMap<String, usize>) -> String {
    let each: Vec<String> = counts
        .iter()
        .map(|(kind, n)| format!("{kind} {n}"))
        .collect();
    each.join(", ")
}

/// A kind of exhibit without what tells one from another.
fn sort(kind: &str) -> String {
    let words: Vec<&str> = kind.split(' ').collect();
    match words[..] {
        ["mailbox", ..] => "mailboxes".into(),
        ["command", program, ..] => program.into(),
        _ => kind.into(),
    }
}

fn compare_set(set: &Set, nameserver: Ipv4Addr) -> Result {
    let mut result = Result::default();
    let (name, letters) = (&set.name, &set.letters);
    let (real, likeness) = real::deliver(set, nameserver);
    let ours = ours::deliver(&likeness, set);
    let [theirs, mine] = [all(&real), all(&ours)];
    for (whose, one, other) in [("Postfix", &theirs, &mine), ("ours", &mine, &theirs)] {
        for (kind, text) in alone(one, other) {
            result.differ += 1;
            let text = text.replace('\n', "\n  ");
            result
                .report
                .push_str(&format!("{name}, {kind}: {whose} alone\n  {text}\n"));
        }
    }
    let counts = &mut result.counts;
    for (kind, texts) in &theirs {
        let is_ours = |text: &&String| mine.get(kind).is_some_and(|m| m.contains(text));
        for text in texts.iter().filter(is_ours) {
            match kind.strip_prefix("log ") {
                // A line of a session is counted with its message.
                Some(kind) if kind.ends_with(": session") => {
                    *counts.entry("sessions of smtpd".into()).or_default() += 1;
                }
                Some(_) => {
                    for program in lines::programs(text) {
                        *counts.entry(format!("log of {program}")).or_default() += 1;
                    }
                }
                None => *counts.entry(sort(kind)).or_default() += 1,
            }
        }
    }
    let same: usize = counts.values().sum();
    result.report.push_str(&format!(
        "{name}: {} letters: {same} outputs identical, {} differ: {}\n",
        letters.len(),
        result.differ,
        listed(counts)
    ));
    if result.differ == 0 {
        // The other sets show by many that wrong bytes are noticed.
        let count = match &set.scene {
            Scene::Config(..) => 12,
            Scene::Host(_) => 1,
        };
        plant(&ours, &theirs, &mine, &mut result.sabotage, count);
    }
    result
}

/// Plants wrong bytes in what we have to show, and lines and messages that stand in the log too
/// often or not at all.
fn plant(
    ours: &Evidence,
    theirs: &Findings,
    mine: &Findings,
    sabotage: &mut Sabotage,
    count: usize,
) {
    // The same findings but for those of an exhibit that was spoilt.
    let notices = |exhibit: &Exhibit, text: String| {
        let mut other = mine.clone();
        for (kind, text) in findings(exhibit) {
            let own = other.entry(kind).or_default();
            if let Some(at) = own.iter().position(|t| *t == text) {
                own.swap_remove(at);
            }
        }
        let mut spoilt = exhibit.clone();
        spoilt.text = text;
        for (kind, text) in findings(&spoilt) {
            other.entry(kind).or_default().push(text);
        }
        !alone(theirs, &other).is_empty() || !alone(&other, theirs).is_empty()
    };
    let mut by_kind: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, exhibit) in ours.exhibits.iter().enumerate() {
        by_kind.entry(sort(&exhibit.kind)).or_default().push(number);
    }
    for (kind, numbers) in by_kind {
        let texts: Vec<&str> = numbers
            .iter()
            .map(|&n| ours.exhibits[n].text.as_str())
            .collect();
        sabotage.plant(&kind, &texts, count, |at, bytes| {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            notices(&ours.exhibits[numbers[at]], text)
        });
    }
    let logs = ours.exhibits.iter().filter(|e| e.kind.starts_with("log "));
    for exhibit in logs {
        let log: Vec<&str> = exhibit.text.lines().collect();
        // How often a process starts is the machine's affair.
        let of_starts = log::before_sessions(&exhibit.text);
        let is_of_start = |at: usize| of_starts.iter().any(|(place, _)| *place == at);
        let lines = log.iter().enumerate().step_by(log.len() / count + 1);
        let lines = lines.filter(|(at, line)| !is_of_start(*at) && lines::counts(line));
        for (at, line) in lines {
            let [mut twice, mut missing] = [log.clone(), log.clone()];
            twice.insert(at, line);
            missing.remove(at);
            sabotage.note("a line twice", line, notices(exhibit, twice.join("\n")));
            sabotage.note("a line missing", line, notices(exhibit, missing.join("\n")));
        }
    }
    // A message that is tried again while it waits in maildrop is no difference; any other is.
    for exhibit in ours.exhibits.iter().filter(|e| e.kind == "log here") {
        let messages = lines::messages(&exhibit.text);
        for id in messages.into_iter().filter(|_| count > 1) {
            let own = exhibit.text.lines().filter(|l| l.contains(&id));
            let own: Vec<String> = own.map(|l| l.replace(&id, "ABCDEF12345")).collect();
            let own = own.join("\n");
            let waits = own.contains(": uid=") && own.contains("not accepted, try again later");
            let noticed = notices(exhibit, format!("{}\n{own}", exhibit.text));
            sabotage.note("a message twice", &own, noticed != waits);
        }
    }
}
