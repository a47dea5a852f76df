//! The dialogues of tests/transcripts, played to the real server and to ours.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Mutex;

use smtp_terminal::postfix::config::main_cf::Config;

use super::machine::{report, Machine, Patience};
use super::oracle::has_dovecot;
use super::support::dialogue::Dialogue;
use super::support::player::record;
use super::support::sabotage::Sabotage;
use super::support::scene::made_up;
use super::support::{difference, main_cf, tests};
use super::{Options, WAITING};

/// So many there are at least for Debian's Postfix, and so many configurations.
const LEAST: [usize; 2] = [160, 80];

/// Dialogues with their files, by the main.cf that they need.
type Groups = BTreeMap<String, Vec<(PathBuf, Dialogue)>>;

/// Compares; whether all is the same.
pub fn compare(options: &Options, nameserver: Ipv4Addr) -> bool {
    let build = options.build();
    let version = build.version();
    let mut groups = Groups::new();
    let mut others = 0;
    for (path, dialogue) in Dialogue::read_all(&tests("transcripts")) {
        let chosen = options.named();
        if chosen.is_some_and(|part| !dialogue.name.contains(part)) {
            continue;
        }
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
        if made_up(&text, "dovecot_mechanisms").is_some() && !has_dovecot() {
            println!("{}: left out, there is no Dovecot here", dialogue.name);
            continue;
        }
        groups.entry(text).or_default().push((path, dialogue));
    }
    let count: usize = groups.values().map(Vec::len).sum();
    let configurations = groups.len();
    let work = Mutex::new(groups.into_iter());
    let problems = Mutex::new(Vec::new());
    let sabotage = Mutex::new(Sabotage::default());
    let next = || work.lock().unwrap().next();
    std::thread::scope(|scope| {
        for _ in 0..WAITING {
            scope.spawn(|| {
                while let Some((main_cf, dialogues)) = next() {
                    let mut found = Vec::new();
                    let mut own = Sabotage::default();
                    play(
                        options, &main_cf, nameserver, dialogues, &mut found, &mut own,
                    );
                    problems.lock().unwrap().extend(found);
                    sabotage.lock().unwrap().join(own);
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
    let [least, least_configurations] = match options.build.is_some() || options.named().is_some() {
        true => [1, 1],
        false => LEAST,
    };
    let are_enough = count >= least && configurations >= least_configurations;
    if !are_enough {
        println!("there were {least} in {least_configurations} configurations: where Debian has another release of Postfix, what that says has to be recorded (`make record`) and made ours");
    }
    let sabotage = sabotage.into_inner().unwrap();
    let logs: &[&str] = match build.logs() {
        true => &["replies", "smtpd's log"],
        false => &["replies"],
    };
    are_enough && problems.is_empty() && sabotage.verdict(logs)
}

/// Plays the dialogues of one configuration to both servers; reports each that differs.
fn play(
    options: &Options,
    main_cf: &str,
    nameserver: Ipv4Addr,
    dialogues: Vec<(PathBuf, Dialogue)>,
    problems: &mut Vec<String>,
    sabotage: &mut Sabotage,
) {
    let machine = Machine::start(main_cf, &options.build(), nameserver);
    for (path, mut dialogue) in dialogues {
        if options.record {
            let said = record(machine.real.address, &dialogue);
            dialogue = dialogue.with_replies(&said);
            std::fs::write(&path, dialogue.to_string()).unwrap();
            continue;
        }
        let (real, played) = machine.both(&dialogue, false, Patience::Long);
        let ours = machine.account(&played);
        if real != ours {
            problems.push(report(&dialogue, &[real, ours]));
            continue;
        }
        machine.sabotage(sabotage, &real, &played, 2);
        let recorded: Vec<_> = dialogue.turns.iter().map(|t| t.replies.clone()).collect();
        let names = ["recorded", "Postfix and we"];
        problems.extend(difference(&dialogue, names, &recorded, &ours.said));
    }
}
