//! The letters and the real Postfix.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use super::super::oracle::{Build, Postfix};
use super::administer::administer;
use super::evidence::Evidence;
use super::{submission, turns, Letter};

/// Where the other host is, beside the one that has the letters.
pub const OTHER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// How long the letters may be on their way, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(240);

/// What the real servers of a set are like, for ours to be the same.
pub struct Likeness {
    /// The port of the server that has the letters.
    pub port: u16,
    /// The port of the other one.
    pub other_port: u16,
    /// How long a queue ID is.
    pub id_length: usize,
    /// main.cf, as both have it.
    pub main_cf: String,
}

/// What the real one makes of the letters.
pub fn deliver(
    main_cf: &str,
    other_cf: &str,
    letters: &[Letter],
    nameserver: Ipv4Addr,
) -> (Evidence, Likeness) {
    let build = Build::default();
    let other = Postfix::start_at(OTHER, other_cf, &build, nameserver);
    let place = format!("[{OTHER}]:{}", other.address.port());
    let port = format!("]:{}", other.address.port());
    let main_cf = main_cf
        .replace("[REMOTE]", &place)
        .replace("]:REMOTE", &port);
    let postfix = Postfix::start(&main_cf, &build, nameserver);
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
    let main_cf = format!(
        "{main_cf}virtual_mailbox_base = {}\n",
        postfix.virtual_mailboxes()
    );
    administer(&mut evidence, &main_cf, &mailq, &mut |words| {
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
        main_cf,
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
    let stream = TcpStream::connect(postfix.address).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    let mut said = String::new();
    let mut reply = || loop {
        let mut line = String::new();
        // A server that has hung up says no more.
        let read = reader.read_line(&mut line).unwrap_or(0);
        said.push_str(&line);
        if read == 0 || line.get(3..4) != Some("-") {
            return;
        }
    };
    reply();
    for turn in turns(letter) {
        if writer.write_all(turn.as_bytes()).is_err() {
            break;
        }
        reply();
    }
    said
}
