//! Random sessions, played to the real server and to ours.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;
use std::time::Instant;

use super::hosts;
use super::machine::{kind, report, Account, Machine, Patience};
use super::support::dialogue::{Dialogue, CLOSED};
use super::support::ours::Performance;
use super::support::sabotage::Sabotage;
use super::support::scene::Network;
use super::support::tests;
use super::{beside, generate, log, shrink, Options};

/// So many configurations there are at least.
const LEAST_CONFIGURATIONS: usize = 18;

/// Of so many sessions the real server may crash in one, and in some more where there are few.
const CRASHES: [usize; 2] = [100, 2];

/// How long a queue ID of this machine's file system may be; ours has 11 characters.
const ID_LENGTHS: [usize; 4] = [9, 10, 12, 13];

/// So many sessions there are with each main.cf, and so many at each port of a host.
const SESSIONS: usize = 200;
const SESSIONS_OF_A_PORT: usize = 40;

/// Wrong bytes are planted in one of so many sessions.
const SABOTAGED: usize = 25;

/// The configurations of the random sessions: name and text.
pub fn configurations(wanted: &[String]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = std::fs::read_dir(tests("postfix/configs"))
        .unwrap()
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_string();
            Some((name, beside::placed(std::fs::read_to_string(&path).ok()?)))
        })
        .filter(|(name, _)| wanted.is_empty() || wanted.contains(name))
        .collect();
    found.sort();
    found
}

/// What came of the sessions of a configuration.
#[derive(Default)]
struct Count {
    /// Those that were compared from their beginning to their end.
    compared: usize,
    /// Those in which the real server crashed; what came before was compared.
    crashed: usize,
    /// Those that differ.
    wrong: usize,
}

impl Count {
    fn add(&mut self, other: &Count) {
        self.compared += other.compared;
        self.crashed += other.crashed;
        self.wrong += other.wrong;
    }

    fn tell(&self, name: &str, seed: u64, begun: Instant) {
        println!(
            "{name}: {} random sessions, {} differ, {} cut short by a crash of the real server, {:.0} s (--config {name} --seed {seed})",
            self.compared + self.crashed,
            self.wrong,
            self.crashed,
            begun.elapsed().as_secs_f64(),
        );
    }
}

/// Where random numbers begin, if not with the seed that is given.
pub fn seed(given: Option<u64>) -> u64 {
    // In CI every run is the same; at home every run looks somewhere else.
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let fixed = std::env::var_os("CI").map(|_| 2026);
    given.or(fixed).unwrap_or_else(|| clock.unwrap().as_secs())
}

/// Compares; whether all is the same.
pub fn compare(options: &Options, nameserver: Ipv4Addr) -> bool {
    let seed = seed(options.seed);
    let mut all = Count::default();
    let mut configurations_played = 0;
    let mut sabotage = Sabotage::default();
    let wanted = options.sessions.unwrap_or(SESSIONS);
    let sessions = options.session.map_or(wanted, |_| 1);
    for (name, main_cf) in configurations(&options.config) {
        if options.build.is_some() && main_cf.contains("pcre:") {
            println!("{name}: left out, this Postfix has no pcre tables");
            continue;
        }
        let begun = Instant::now();
        // A build of one's own seldom has the library that SMTPUTF8 needs.
        let without = format!("{main_cf}\nsmtputf8_enable = no\n");
        let main_cf = match options.build {
            Some(_) if !main_cf.contains("smtputf8_enable") => without,
            _ => main_cf,
        };
        let machine = Machine::start(&main_cf, &options.build(), nameserver);
        let part = Part {
            name: &name,
            seed,
            sessions: wanted,
            first: 0,
            offers: generate::Offers::of(&main_cf),
        };
        let found = play(options, part, &machine, &mut sabotage);
        configurations_played += 1;
        found.tell(&name, seed, begun);
        assert_eq!(found.compared + found.crashed, sessions, "{name}");
        all.add(&found);
    }
    let hosts = match &options.build {
        Some(_) => Vec::new(),
        None => hosts::all(&options.config),
    };
    for host in hosts {
        configurations_played += 1;
        if host.has_dovecot() && !super::oracle::has_dovecot() {
            println!(
                "{}: left out: Dovecot has its passwords, and dovecot-core is not here",
                host.name
            );
            continue;
        }
        let wanted = options.sessions.unwrap_or(SESSIONS_OF_A_PORT);
        let mut machine = Machine::host(&host, &options.build(), nameserver);
        for (place, port) in host.ports().into_iter().enumerate() {
            let name = format!("{}:{}", host.name, port.number);
            let is_wanted = |w: &String| *w == name || *w == host.name;
            if !options.config.is_empty() && !options.config.iter().any(is_wanted) {
                continue;
            }
            if port.probes {
                println!("{name}: left to the letters, since it sends probes");
                continue;
            }
            let begun = Instant::now();
            machine.turn_to(port.number);
            let part = Part {
                name: &name,
                seed,
                sessions: wanted,
                // Every client comes once.
                first: place * wanted,
                offers: port.offers,
            };
            let found = play(options, part, &machine, &mut sabotage);
            found.tell(&name, seed, begun);
            all.add(&found);
        }
    }
    println!(
        "{} random sessions with {configurations_played} configurations, {} differ, {} cut short by a crash of the real server",
        all.compared + all.crashed,
        all.wrong,
        all.crashed
    );
    let wanted = match (options.config.len(), &options.build) {
        (0, None) => LEAST_CONFIGURATIONS + hosts::LEAST,
        (0, Some(_)) => 1,
        (named, _) => named,
    };
    let are_enough = configurations_played >= wanted && all.compared + all.crashed > 0;
    if !are_enough {
        println!("there were to be {wanted} configurations");
    }
    let [one_in, few] = CRASHES;
    let are_few = all.crashed <= few.max((all.compared + all.crashed) / one_in);
    if !are_few {
        println!("the real server crashed in too many of them to say that it was asked");
    }
    all.wrong == 0
        && are_enough
        && are_few
        && (options.session.is_some() || sabotage.verdict(&["replies"]))
}

/// A session that was played to both.
struct Played {
    number: usize,
    session: generate::Session,
    ours: Performance,
    real: Account,
}

/// What the real server said and logged before it crashed, and the same part of ours.
fn before_the_crash(real: &Account, ours: &Account) -> [Account; 2] {
    let mut parts = [real.clone(), ours.clone()];
    let [real, ours] = &mut parts;
    // The last thing that the client heard is the connection's end, and what is before it may be
    // the beginning of a reply.
    let mut left: usize = 0;
    for (turn, said) in real.said.iter_mut().enumerate() {
        let heard = said.len();
        said.retain(|reply| {
            let last = reply.last().map_or("", String::as_str);
            last != CLOSED && !last.ends_with(" (no end)") && !last.starts_with("(silence")
        });
        left = turn + 1;
        if let Some(ours) = ours.said.get_mut(turn).filter(|_| heard > said.len()) {
            ours.truncate(said.len());
            break;
        }
    }
    real.said.truncate(left);
    ours.said.truncate(left);
    ours.log.truncate(real.log.len());
    parts
}

/// Sessions with one main.cf or at one port.
struct Part<'a> {
    name: &'a str,
    seed: u64,
    sessions: usize,
    /// Clients have numbers from here on.
    first: usize,
    offers: generate::Offers,
}

fn play(options: &Options, part: Part, machine: &Machine, sabotage: &mut Sabotage) -> Count {
    let Part {
        name,
        seed,
        sessions,
        first,
        offers,
    } = part;
    let next = AtomicUsize::new(options.session.unwrap_or(0));
    let end = options.session.map_or(sessions, |n| n + 1);
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
                let client = network.client(first + number).to_string();
                let mut session =
                    generate::session(&mut random, machine.talk(&client), &client, offers);
                session.dialogue.name = format!("{name}, seed {seed}, session {number}");
                let ours = machine.ours(&session.dialogue);
                let said = machine.real(&session.dialogue, session.dribbling, Patience::Long);
                let real = Account {
                    said,
                    ..Account::default()
                };
                played.lock().unwrap().push(Played {
                    number,
                    session,
                    ours,
                    real,
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
    for line in machine.real.fatal() {
        println!("-- {name}: {line}");
    }
    let start = machine.real_start();
    let mut kinds: BTreeMap<String, Vec<(Played, [Account; 2])>> = BTreeMap::new();
    let mut count = Count::default();
    for mut one in played {
        let log = logs.remove(one.session.dialogue.client());
        let has_crashed = log.as_ref().is_some_and(|log| log.has_crashed);
        one.real.start.clone_from(&start);
        one.real.log = log.map(|log| log.lines).unwrap_or_default();
        let mut accounts = [one.real.clone(), machine.account(&one.ours)];
        if has_crashed {
            count.crashed += 1;
            accounts = before_the_crash(&accounts[0], &accounts[1]);
            println!(
                "-- {name}: the real server crashed in session {}, after {} replies and {} lines of its log, which were compared",
                one.number,
                accounts[0].said.concat().len(),
                accounts[0].log.len(),
            );
        } else {
            count.compared += 1;
        }
        // Whether a message is too big by a byte depends on the length of its queue ID.
        for length in ID_LENGTHS {
            if accounts[0] == accounts[1] || has_crashed {
                break;
            }
            let ours = machine.ours_with_ids(length, &one.session.dialogue);
            let account = machine.account(&ours);
            if accounts[0] == account {
                (one.ours, accounts[1]) = (ours, account);
            }
        }
        if accounts[0] != accounts[1] {
            count.wrong += 1;
            kinds
                .entry(kind(&accounts))
                .or_default()
                .push((one, accounts));
        } else if !has_crashed && one.number % SABOTAGED == 0 {
            machine.sabotage(sabotage, &one.real, &one.ours, 3);
        } else if has_crashed {
            let mut before = one.ours.bytes();
            before.truncate(accounts[0].said.len().saturating_sub(1));
            sabotage.plant("replies before a crash", &before, 3, |turn, bytes| {
                let spoilt = machine.account(&one.ours.with_bytes(turn, bytes));
                let [real, ours] = before_the_crash(&one.real, &spoilt);
                real != ours
            });
        }
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, sessions): &(String, Vec<_>)| std::cmp::Reverse(sessions.len()));
    for (what, sessions) in kinds.iter().take(options.show) {
        println!("-- {name}: {} × {what}", sessions.len());
        // The shortest tells most.
        let Some((one, accounts)) = sessions
            .iter()
            .min_by_key(|(p, _)| p.session.dialogue.turns.len())
        else {
            continue;
        };
        let dialogue = &one.session.dialogue;
        match shrink::shrink(machine, dialogue, one.session.dribbling) {
            Some((short, found)) => {
                print!("{}", report(&short, &found));
                if options.record && !name.contains(':') {
                    keep(name, one.number, &short, &found);
                }
            }
            None => {
                println!("(it did not come back when it was played by itself)");
                print!("{}", report(dialogue, accounts));
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
    count
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
