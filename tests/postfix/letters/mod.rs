//! Letters, delivered by the real Postfix and by ours: the mailboxes, the log and what mailq shows
//! are compared. The order in which recipients are served is the real one's own affair, so lines
//! and messages are compared as sets.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use smtp_terminal::files::Files;
use smtp_terminal::network::{Event, Host, Port, World};
use smtp_terminal::postfix::server::{Server, User};
use smtp_terminal::simulator::Outside;
use smtp_terminal::workstation::programs::machine::{self, Machine};

use super::oracle::{forward_file, Build, Postfix};
use super::support::{scene, tests};

/// One letter of a file in `letters/`.
struct Letter {
    /// The commands, MAIL and RCPT among them.
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

fn letters(name: &str) -> Vec<Letter> {
    let text = std::fs::read_to_string(tests(&format!("postfix/letters/{name}.txt"))).unwrap();
    let lines: Vec<&str> = text.lines().filter(|l| !l.starts_with("# ")).collect();
    let mut letters = Vec::new();
    for part in lines.split(|l| *l == "==").filter(|p| !p.is_empty()) {
        let end = part.iter().position(|l| l.is_empty()).unwrap();
        let own = |lines: &[&str]| lines.iter().map(|l| l.to_string()).collect();
        letters.push(Letter {
            commands: own(&part[..end]),
            content: own(&part[end + 1..]),
        });
    }
    letters
}

/// What is left of the letters: masked texts, sorted.
#[derive(Default)]
struct Outcome {
    /// By kind: `log cleanup`, `mailbox games`, `mailq` …
    found: BTreeMap<String, Vec<String>>,
}

impl Outcome {
    fn add(&mut self, kind: String, text: String) {
        let list = self.found.entry(kind).or_default();
        list.push(text);
        list.sort();
    }

    fn add_log(&mut self, place: &str, log: &str) {
        for line in log.lines() {
            let Some((_, rest)) = line.split_once(" postfix/") else {
                continue;
            };
            let Some((program, text)) = rest.split_once(": ") else {
                continue;
            };
            let program = program.split('[').next().unwrap_or("");
            // smtpd has its own comparison; master and postfix have no part in this.
            if !matches!(
                program,
                "smtpd" | "master" | "postfix" | "postlogd" | "anvil" | "scache"
            ) {
                self.add(format!("log of {program} {place}"), mask(text));
            }
        }
    }

    fn add_mailbox(&mut self, name: &str, text: &str) {
        let mut entry = String::new();
        for line in text.lines() {
            if line.starts_with("From ") && !entry.is_empty() {
                self.add(format!("mailbox {name}"), std::mem::take(&mut entry));
            }
            entry.push_str(&mask(line));
            entry.push('\n');
        }
        self.add(format!("mailbox {name}"), entry);
    }
}

/// Takes out what is different every time: queue IDs, times, delays.
fn mask(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        let word = &rest[..end];
        let is_hex = word
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
        // A queue ID or a time: they look alike where an ID happens to have no letter.
        match (9..=15).contains(&end) && is_hex {
            true => out.push_str("NUMBER"),
            false => out.push_str(word),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    for (before, after) in [
        (", delay=", ", dsn="),
        ("; ", " +0000 (UTC)"),
        ("Date: ", " +0000 (UTC)"),
    ] {
        if let Some((start, tail)) = out.clone().split_once(before) {
            if let Some((_, end)) = tail.split_once(after) {
                out = format!("{start}{before}…{after}{end}");
            }
        }
    }
    if let Some(stamp) = out.find(" +0000 (UTC)").filter(|_| out.starts_with('\t')) {
        out = format!("\t…{}", &out[stamp..]);
    }
    // Where the other host is; its port is its own.
    for place in [
        "127.0.0.2[127.0.0.2]:25",
        "127.0.0.2[127.0.0.2]",
        "127.0.0.2",
    ] {
        out = out.replace(place, "OTHER");
    }
    while let Some((start, tail)) = out.clone().split_once("127.0.0.1[127.0.0.1]") {
        let port = tail
            .strip_prefix(':')
            .map_or("", |t| t.split([',', ' ', ')']).next().unwrap_or(""));
        let rest = &tail[if port.is_empty() { 0 } else { port.len() + 1 }..];
        out = format!("{start}OTHER{rest}");
    }
    if out == "Remote-MTA: dns; 127.0.0.1" {
        out = "Remote-MTA: dns; OTHER".into();
    }
    if out.starts_with("From ") && out.contains("  ") {
        out = out.split("  ").next().unwrap_or("").into();
    }
    out
}

/// The arguments of sendmail, for a letter that a program on the host sends.
fn submission(letter: &Letter) -> Option<Vec<&str>> {
    let line = letter.commands[0].strip_prefix("sendmail ")?;
    Some(line.split(' ').collect())
}

/// Sends a letter; gives the reply to its dot. The others are not looked at, as other tests do
/// that.
fn send(postfix: &Postfix, letter: &Letter) -> String {
    if let Some(arguments) = submission(letter) {
        let text: String = letter.content.iter().map(|l| format!("{l}\n")).collect();
        return postfix.sendmail(&arguments, &text);
    }
    let stream = TcpStream::connect(postfix.address).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    let mut reply = || loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.get(3..4) != Some("-") {
            return line;
        }
    };
    reply();
    for command in letter.commands.iter().map(String::as_str).chain(["DATA"]) {
        writer
            .write_all(format!("{command}\r\n").as_bytes())
            .unwrap();
        reply();
    }
    writer.write_all(content(letter).as_bytes()).unwrap();
    let answer = reply();
    writer.write_all(b"QUIT\r\n").unwrap();
    reply();
    answer
}

fn content(letter: &Letter) -> String {
    let stuffed = |l: &String| match l.starts_with('.') {
        true => format!(".{l}\r\n"),
        false => format!("{l}\r\n"),
    };
    letter.content.iter().map(stuffed).collect::<String>() + ".\r\n"
}

/// What the real one makes of the letters, and how long its queue IDs are.
fn real(
    main_cf: &str,
    other_cf: &str,
    letters: &[Letter],
    nameserver: Ipv4Addr,
) -> (Outcome, usize) {
    let other = Postfix::start(other_cf, &Build::default(), nameserver);
    let place = format!("[127.0.0.1]:{}", other.address.port());
    let main_cf = main_cf.replace("[REMOTE]", &place);
    let postfix = Postfix::start(&main_cf, &Build::default(), nameserver);
    let mut outcome = Outcome::default();
    for letter in letters {
        let answer = send(&postfix, letter);
        outcome.add("replies".into(), mask(answer.trim_end()));
    }
    // Until nothing more is written and nothing is being delivered.
    let begun = Instant::now();
    let mut before = 0;
    loop {
        std::thread::sleep(Duration::from_millis(1_500));
        let length = postfix.log().len() + other.log().len();
        if length == before || begun.elapsed() > Duration::from_secs(40) {
            break;
        }
        before = length;
    }
    outcome.add_log("here", &postfix.log());
    outcome.add_log("there", &other.log());
    for (place, postfix) in [("here", &postfix), ("there", &other)] {
        for (name, text) in postfix.mailboxes() {
            outcome.add_mailbox(&format!("{name} {place}"), &text);
        }
    }
    outcome.add("mailq".into(), mailq(&postfix.mailq()));
    let ids = ids_of(&postfix.mailq());
    administer(&mut outcome, &main_cf, &ids, &mut |words| {
        postfix.command(words)
    });
    let log = postfix.log();
    let id = log
        .split(": message-id=")
        .next()
        .and_then(|l| l.rsplit(' ').next());
    (outcome, id.map_or(11, str::len))
}

/// What an administrator types after the letters, for each message that is left where `ID`
/// stands for it.
const COMMANDS: [&str; 24] = [
    "postcat -q ID",
    "postcat -qe ID",
    "postcat -qh ID",
    "postcat -qb ID",
    "postcat -qbh ID",
    "postcat -q NOSUCHFILE",
    "postcat -q",
    "postqueue -j",
    "postqueue -i NOSUCHFILE",
    "postqueue",
    "postsuper -h ID",
    "postqueue -p",
    "postsuper -H ID",
    "postsuper -r NOSUCHFILE",
    "postsuper -d ID",
    "postsuper -d ALL",
    "postsuper -d",
    "postconf no_such_parameter",
    "postconf mydomain myorigin",
    "postconf -h mydestination",
    "postconf -x myorigin",
    "postconf -d mydestination",
    "postconf -e nonsense",
    "postconf -n",
];

/// The lines of `postconf -n` that are in a main.cf: the rest makes an instance private.
fn own_parameters(text: &str, main_cf: &str) -> String {
    let has = |line: &&str| {
        let name = line.split(" =").next().unwrap_or("");
        // The real one has its other host and its mailboxes elsewhere.
        let is_elsewhere = matches!(name, "transport_maps" | "virtual_mailbox_base");
        let mut own = main_cf.lines().map(|l| l.split('=').next().unwrap_or(""));
        !is_elsewhere && own.any(|own| own.trim() == name)
    };
    text.lines().filter(has).map(|l| format!("{l}\n")).collect()
}

/// Runs the commands; `ids` are the messages that are left.
fn administer(
    outcome: &mut Outcome,
    main_cf: &str,
    ids: &[String],
    run: &mut dyn FnMut(&[&str]) -> String,
) {
    for command in COMMANDS {
        let ids = match command.contains(" ID") {
            true => ids,
            false => &[String::new()][..],
        };
        for id in ids {
            let line = command.replace(" ID", &format!(" {id}"));
            let words: Vec<&str> = line.split(' ').collect();
            let text = run(&words);
            let text = match command {
                "postqueue -p" => mailq(&text),
                "postconf -n" => own_parameters(&text, main_cf),
                "postqueue -j" => sorted(&text),
                _ => text.lines().map(|l| admin_mask(l) + "\n").collect(),
            };
            outcome.add(format!("command {command}"), text);
        }
    }
}

/// The lines of `postqueue -j`, and the recipients in each, in an order of their own.
fn sorted(text: &str) -> String {
    let line = |line: &str| {
        let (start, recipients) = line.split_once(": [{").unwrap_or((line, ""));
        let mut recipients: Vec<&str> = recipients.trim_end_matches("}]}").split("}, {").collect();
        recipients.sort_unstable();
        mask(&format!("{start} {}", recipients.join(" ")))
    };
    let mut lines: Vec<String> = text.lines().map(line).collect();
    lines.sort();
    lines.join("\n")
}

/// Takes out what is different every time in what postcat and postqueue say.
fn admin_mask(line: &str) -> String {
    let mut line = mask(line);
    for start in [
        "message_arrival_time: ",
        "create_time: ",
        "named_attribute: log_client_port=",
        "named_attribute: client_port=",
        "named_attribute: server_port=",
    ] {
        if line.starts_with(start) {
            line = format!("{start}…");
        }
    }
    if let Some((start, rest)) = line.clone().split_once("deferred/") {
        if let Some((_, rest)) = rest.split_once('/') {
            line = format!("{start}deferred/…/{rest}");
        }
    }
    line
}

fn mailq(text: &str) -> String {
    let line = |l: &str| {
        let masked = mask(l);
        // ID, size, time of arrival, sender.
        match masked.split_whitespace().collect::<Vec<_>>().as_slice() {
            [id, size, _, _, _, _, sender] if id.starts_with("NUMBER") => {
                format!("{id} {size} … {sender}")
            }
            _ => masked,
        }
    };
    let mut lines: Vec<String> = text.lines().map(line).collect();
    lines.sort();
    lines.join("\n")
}

fn ours(main_cf: &str, other_cf: &str, letters: &[Letter], id_length: usize) -> Outcome {
    let user = |name: &str| User {
        name: name.into(),
        password: None,
    };
    let users = vec![user("games"), user("news"), user("proxy")];
    let own = vec!["127.0.0.1".to_string()];
    let mut files = Files::default();
    for (name, text) in scene::tables() {
        files.insert(format!("/etc/postfix/{name}"), text);
    }
    for name in ["games", "news"] {
        if let Some(text) = forward_file(main_cf, name) {
            files.insert(format!("/home/{name}/.forward"), text);
        }
    }
    let mut server = Server::new(main_cf, files, users, own.clone()).unwrap();
    // A queue ID ends with the number of an inode, which may be longer on another file system;
    // the sizes of messages count it.
    let digits = id_length.saturating_sub(5).clamp(1, 12) as u32;
    // A port of five digits, as the real one has.
    server.port = 22_821;
    server.renumber(16_u64.pow(digits - 1).wrapping_sub(0x200_000));
    let mut world = World::default();
    world.hosts.push(Host {
        name: "localhost".into(),
        addresses: own,
        ports: vec![(25, Port::Smtp)],
        server: Some(Box::new(server)),
        ..Host::default()
    });
    let there = vec!["127.0.0.2".to_string()];
    let users = vec![user("games"), user("news")];
    let mut other = Server::new(other_cf, Files::default(), users, there.clone()).unwrap();
    other.renumber(16_u64.pow(digits - 1).wrapping_sub(0x200_000) + 7);
    world.hosts.push(Host {
        name: "other".into(),
        addresses: there,
        ports: vec![(25, Port::Smtp)],
        server: Some(Box::new(other)),
        ..Host::default()
    });
    world.hosts.push(Host {
        name: "closed".into(),
        addresses: vec!["127.99.0.1".into()],
        ..Host::default()
    });
    world.dns = scene::dns();
    world.dns.add(
        "1.0.0.127.in-addr.arpa",
        smtp_terminal::dns::Data::Ptr("localhost".into()),
    );
    world
        .dns
        .add("localhost", smtp_terminal::dns::Data::A("127.0.0.1".into()));
    let mut now = Outside::default().now;
    world.tick(now);
    let mut outcome = Outcome::default();
    for letter in letters {
        if let Some(arguments) = submission(letter) {
            let mut words = vec!["sendmail".to_string()];
            words.extend(arguments.iter().map(|a| a.to_string()));
            let text: String = letter.content.iter().map(|l| format!("{l}\n")).collect();
            let mut at = Machine::new(&mut world, "localhost", "root", "/root", Some(&text));
            let output = machine::run(&words, &mut at).unwrap();
            let said = output.error() + &output.text;
            outcome.add("replies".into(), mask(said.trim_end()));
            continue;
        }
        let id = world.connect("localhost", "127.0.0.1", 25);
        let commands = letter.commands.iter().map(|c| format!("{c}\r\n"));
        let turns = commands.chain(["DATA\r\n".into(), content(letter), "QUIT\r\n".into()]);
        for turn in turns {
            now = now + Duration::from_millis(5);
            world.tick(now);
            world.send(id, turn.as_bytes());
        }
        now = now + Duration::from_millis(5);
        world.tick(now);
        let mut said = String::new();
        while let Some(event) = world.receive(id) {
            assert!(!matches!(event, Event::Refused | Event::TimedOut));
            if let Event::Data(bytes) = event {
                said.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
        // The last but one is the reply to the dot.
        let answer = said.lines().rev().nth(1).unwrap_or("");
        outcome.add("replies".into(), mask(answer));
    }
    world.tick(now + Duration::from_secs(20));
    for (place, host) in [("here", &world.hosts[0]), ("there", &world.hosts[1])] {
        let server = host.server.as_ref().unwrap();
        let log: String = server.log.iter().map(|line| format!("{line}\n")).collect();
        outcome.add_log(place, &log);
        for (path, text) in server.files.iter() {
            let name = path
                .strip_prefix("/var/mail/")
                .or(path.strip_prefix("/var/vmail/"))
                .or(path.strip_prefix("/home/"))
                .filter(|name| !name.ends_with("/.forward"));
            if let Some(name) = name {
                let name = name.split("/new/").next().unwrap_or(name);
                outcome.add_mailbox(&format!("{name} {place}"), text);
            }
        }
    }
    let server = world.hosts[0].server.as_ref().unwrap();
    outcome.add("mailq".into(), mailq(&server.mailq()));
    let ids = ids_of(&server.mailq());
    administer(&mut outcome, main_cf, &ids, &mut |words| {
        let words: Vec<String> = words.iter().map(|w| w.to_string()).collect();
        let mut at = Machine::new(&mut world, "localhost", "root", "/root", None);
        let output = machine::run(&words, &mut at).unwrap();
        output.error() + &output.text
    });
    outcome
}

/// The queue IDs in a list.
fn ids_of(mailq: &str) -> Vec<String> {
    let id = |line: &str| {
        let word = line.split(' ').next()?.trim_end_matches(['*', '!']);
        let is_id = word.len() > 8 && word.bytes().all(|b| b.is_ascii_hexdigit());
        is_id.then(|| word.to_string())
    };
    mailq.lines().filter_map(id).collect()
}

/// Compares; whether all is the same.
pub fn compare(nameserver: Ipv4Addr) -> bool {
    let mut all_same = true;
    for name in sets() {
        all_same &= compare_set(&name, nameserver);
    }
    all_same
}

fn compare_set(name: &str, nameserver: Ipv4Addr) -> bool {
    let read = |name| std::fs::read_to_string(tests(&format!("postfix/letters/{name}.cf")));
    let main_cf = read(name).unwrap();
    let letters = letters(name);
    let other_cf = read("remote").unwrap();
    let (theirs, id_length) = real(&main_cf, &other_cf, &letters, nameserver);
    let main_cf =
        main_cf.replace("[REMOTE]", "[127.0.0.2]") + "virtual_mailbox_base = /var/vmail\n";
    let mine = ours(&main_cf, &other_cf, &letters, id_length);
    let mut differ = 0;
    let mut same = 0;
    let kinds = theirs.found.keys().chain(mine.found.keys());
    let mut kinds: Vec<&String> = kinds.collect();
    kinds.sort();
    kinds.dedup();
    let none = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for kind in kinds {
        let theirs = theirs.found.get(kind).unwrap_or(&none);
        let mut mine = mine.found.get(kind).unwrap_or(&none).clone();
        for text in theirs {
            match mine.iter().position(|own| own == text) {
                Some(at) => {
                    mine.remove(at);
                    same += 1;
                    let start = kind.split(' ').take(3).collect::<Vec<_>>().join(" ");
                    let kind = match start.starts_with("mailbox") {
                        true => "mailboxes".into(),
                        false => start.replace("log of ", ""),
                    };
                    *counts.entry(kind).or_default() += 1;
                }
                None => {
                    differ += 1;
                    println!("{kind}: Postfix alone\n  {}", text.replace('\n', "\n  "));
                }
            }
        }
        for text in mine {
            differ += 1;
            println!("{kind}: ours alone\n  {}", text.replace('\n', "\n  "));
        }
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(kind, n)| format!("{kind} {n}"))
        .collect();
    println!("{name}: identical: {}", counts.join(", "));
    println!(
        "{name}: {} letters: {same} replies, log lines, messages in mailboxes and lists of the queue are those of Postfix, {differ} differ",
        letters.len()
    );
    differ == 0
}
