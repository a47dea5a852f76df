//! The letters and the real Postfix.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use super::super::oracle::{Build, Postfix};
use super::super::support::dialogue::{Dialogue, CLOSED};
use super::super::support::player::play;
use super::administer::administer;
use super::evidence::Evidence;
use super::{submission, turns, Letter, Scene, Set};

/// Where the other host is, beside the one that has the letters.
pub const OTHER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// How long the letters may be on their way, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(240);

/// What the real servers of a set are like, for ours to be the same.
pub struct Likeness {
    /// The port of the server that has the letters; a host has several of its own.
    pub port: u16,
    /// The port of the other one.
    pub other_port: u16,
    /// How long a queue ID is.
    pub id_length: usize,
    /// main.cf, as both have it; a host has its own.
    pub main_cf: String,
}

/// The server that has the letters, the other one, and main.cf as it is now.
fn start(scene: &Scene, nameserver: Ipv4Addr) -> (Postfix, Postfix, Option<String>) {
    let build = Build::default();
    match scene {
        Scene::Config(main_cf, other_cf) => {
            let other = Postfix::start_at(OTHER, other_cf, &build, nameserver);
            let place = format!("[{OTHER}]:{}", other.address.port());
            let port = format!("]:{}", other.address.port());
            let main_cf = main_cf
                .replace("[REMOTE]", &place)
                .replace("]:REMOTE", &port);
            let postfix = Postfix::start(&main_cf, &build, nameserver);
            let base = postfix.virtual_mailboxes();
            // Named only where it is used, since postconf is asked.
            let main_cf = match main_cf.contains("\nvirtual_mailbox_domains") {
                true => format!("{main_cf}virtual_mailbox_base = {base}\n"),
                false => main_cf,
            };
            (postfix, other, Some(main_cf))
        }
        Scene::Host(world) => {
            let nameserver = world.nameserver();
            let other = Postfix::start_host(&world.other, &build, nameserver);
            let postfix = Postfix::start_host(&world.host, &build, nameserver);
            (postfix, other, None)
        }
    }
}

/// What the real one makes of the letters.
pub fn deliver(set: &Set, nameserver: Ipv4Addr) -> (Evidence, Likeness) {
    let letters = &set.letters;
    let (postfix, other, main_cf) = start(&set.scene, nameserver);
    let mut evidence = Evidence::default();
    for letter in letters {
        evidence.add("replies", send(&postfix, letter));
    }
    let submitted = letters.iter().filter(|l| submission(l).is_some()).count();
    let [here, there] = settled(&postfix, &other, submitted);
    evidence.add("log here", &here);
    evidence.add("log there", there);
    for (place, postfix) in [("here", &postfix), ("there", &other)] {
        for (name, text) in postfix.mailboxes() {
            evidence.add(format!("mailbox {name} {place}"), text);
        }
    }
    let mailq = postfix.sized(&postfix.mailq());
    evidence.add("mailq", &mailq);
    administer(&mut evidence, main_cf.as_deref(), &mailq, &mut |words| {
        postfix.sized(&postfix.command(words))
    });
    let after = postfix.whole_log();
    let typed = after.strip_prefix(&here).unwrap_or(&after);
    // What qmgr does with a message that is released in passing is a matter of who is faster.
    let own = |l: &&str| l.contains(" postfix/post") || l.contains(" postfix/sendmail");
    let typed: Vec<&str> = typed.lines().filter(own).collect();
    evidence.add("log after", typed.join("\n"));
    let id = here.split(": message-id=").next();
    let id = id.and_then(|l| l.rsplit(' ').next());
    let likeness = Likeness {
        port: postfix.address.port(),
        other_port: other.address.port(),
        id_length: id.map_or(11, str::len),
        main_cf: main_cf.unwrap_or_default(),
    };
    (evidence, likeness)
}

/// Both logs once nothing is on its way any more: whatever was handed in has been picked up,
/// nothing is in the queues but what waits for another day, and nothing is written.
fn settled(here: &Postfix, there: &Postfix, submitted: usize) -> [String; 2] {
    let begun = Instant::now();
    let mut before = [String::new(), String::new()];
    loop {
        let is_busy = [here, there].map(|p| p.count(&["incoming", "active"])) != [0, 0];
        let logs = [here.whole_log(), there.whole_log()];
        let picked = logs[0].lines().filter(|l| l.contains(" postfix/pickup["));
        let is_done = !is_busy && picked.count() >= submitted && logs == before;
        if is_done {
            return logs;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "letters are still on their way:\n{}\n{}",
            logs[0],
            logs[1]
        );
        before = logs;
        std::thread::sleep(Duration::from_millis(1_000));
    }
}

/// Sends a letter; gives everything that was said.
fn send(postfix: &Postfix, letter: &Letter) -> String {
    if let Some(arguments) = submission(letter) {
        let text: String = letter.content.iter().map(|l| format!("{l}\n")).collect();
        return postfix.sendmail(&arguments, &text);
    }
    let mut address = postfix.address;
    address.set_port(letter.port.unwrap_or(address.port()));
    let dialogue = Dialogue {
        client: letter.client.clone(),
        turns: turns(letter),
        ..Dialogue::default()
    };
    let said = play(address, &dialogue).concat().concat();
    let lines = said.iter().filter(|line| *line != CLOSED);
    lines.map(|line| format!("{line}\r\n")).collect()
}
