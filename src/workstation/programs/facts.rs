//! What scripts ask the machine, where a real one would look into /proc or ask a daemon.
//!
//! `fact` stands in a folder that no PATH names. It prints what a shell can evaluate; `fact ps`
//! lists processes, `fact beside NAME` hears what a daemon's configuration comes to, `fact person NAME` says of whom it knows, `fact note dovecot` writes what it says, `fact log FILE` a line of somebody's,
//! `fact auth NAME` compares a password with Dovecot's, `fact pw SCHEME HASH` hashes one, `fact password NAME` sets a password from its input, `fact check NAME` compares one, and `fact accounts` says
//! that /etc/passwd was changed.

use crate::files::who::Who;
use crate::postfix::neighbour::people::{hashed, Person};
use crate::workstation::programs::accounts::accounts_changed;
use crate::workstation::programs::files::{files_mut, settle, LOGS};
use crate::workstation::programs::io::State;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::{Program, HIDDEN};

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new("fact", fact, "").in_folder(HIDDEN),
    Program::new("getopt", getopt, ""),
];

fn fact(words: &[&str], at: &mut Machine) -> Outcome {
    match words {
        ["ps"] => return Ok(processes(at)),
        [verb, name, rest @ ..] => {
            let text = at.input()?.to_string();
            let now = at.world.now();
            if (*verb, LOGS.contains(name)) == ("log", true) {
                settle(at.world, at.host, name);
                let files = files_mut(at.world, at.host);
                // Where there is no room for it, it is lost.
                let _ = files.map(|files| files.write(name, &Who::ROOT, &text, true, 0o640));
                return Ok(Output::default());
            }
            let may = at.who().is_root() || at.user == *name;
            let Some((server, _)) = at.server() else {
                return Ok(Output::status(1));
            };
            let own = server.users.iter_mut().find(|user| user.name == *name);
            let said = match *verb {
                "password" => {
                    let text = text.trim_end_matches('\n').to_string();
                    if let Some(user) = own.filter(|_| may) {
                        user.password = Some(text).filter(|t| !t.is_empty());
                    }
                    Some(String::new())
                }
                "check" => own
                    .filter(|user| user.password.as_ref() == Some(&text))
                    .map(|_| String::new()),
                "beside" => {
                    server.hear_daemon(name, &text);
                    Some(String::new())
                }
                "note" => {
                    server.note_daemon(now, &text);
                    Some(String::new())
                }
                "person" => server.person(name).flatten().map(|person| {
                    let Person {
                        uid,
                        gid,
                        home,
                        mail,
                    } = person;
                    format!("uid\t{uid}\ngid\t{gid}\nhome\t{home}\nmail\t{mail}\n")
                }),
                "auth" => {
                    let is_right = server.knows(name, &text) == Some(Some(true));
                    is_right.then(String::new)
                }
                _ => hashed(name, &text, rest.first().unwrap_or(&"")),
            };
            return Ok(said.map_or(Output::status(1), Output::good));
        }
        ["accounts"] => {
            if let Some((server, _)) = at.server() {
                accounts_changed(server);
            }
            return Ok(Output::default());
        }
        _ => {}
    }
    let now = at.world.now().seconds();
    let who = at.who();
    let booted = listed(at).iter().map(|p| p.begun.seconds()).min();
    let host = at.world.host(at.host);
    let mut open = String::new();
    let mut beside = String::new();
    let mut addresses = String::new();
    let mut is_up = false;
    if let Some(host) = host {
        addresses = host.addresses.join(" ");
        for own in host.server.iter().flat_map(|server| &server.neighbours.0) {
            // Of those that a scenario places nobody knows what they are called.
            let is_daemon = matches!(&*own.default, "dovecot" | "opendkim" | "postgrey");
            if let (true, Some(("inet", place))) = (is_daemon, own.at.split_once(':')) {
                let port = place.split('@').next().and_then(|p| p.rsplit(':').next());
                beside.push_str(&format!("{}|{} ", own.default, port.unwrap_or("")));
            }
        }
        if let Some(server) = host.server.as_ref().filter(|s| !s.is_stopped) {
            is_up = true;
            for (port, addresses) in server.open_ports() {
                for address in addresses {
                    open.push_str(&format!("{address}|{port} "));
                }
            }
        }
    }
    let master = at.read("/var/spool/postfix/pid/master.pid");
    Ok(Output::good(format!(
        "fqdn='{}' addresses='{addresses}' mail={} up={} master={} open='{open}' beside='{beside}' now={now} booted={} root={} me='{}'\n",
        at.host,
        i32::from(at.has_mail()),
        i32::from(is_up),
        master.as_deref().unwrap_or("1201").trim(),
        booted.unwrap_or(now),
        i32::from(who.is_root()),
        at.user,
    )))
}

fn listed(at: &mut Machine) -> Vec<crate::workstation::programs::io::Listed> {
    at.system().map_or(Vec::new(), |io| io.processes())
}

/// One a line: number, parent, user, when it began, state, whether it is in front, and its words.
fn processes(at: &mut Machine) -> Output {
    let mut output = Output::default();
    let own = at.host.to_string();
    for p in listed(at) {
        if p.host != own || p.state.has_ended() {
            continue;
        }
        let state = match p.state {
            State::Stopped(_) => "T",
            _ if p.words.first().is_some_and(|w| w == "ps") => "R",
            _ => "S",
        };
        let front = if p.is_in_front { "+" } else { "" };
        let words = p.words.join(" ").replace('\n', " ");
        let (pid, parent, user) = (p.pid, p.parent, p.user);
        let begun = p.begun.seconds();
        output.text.push_str(&format!(
            "{pid} {parent} {user} {begun} {state}{front} {words}\n"
        ));
    }
    output
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    format!(" '{}'", word.replace('\'', "'\\''"))
}

/// getopt of util-linux, with `-o`, `-l` and `-n`: options put in order for a script. Names whose
/// values are written to it end with `:` or `::`.
fn getopt(words: &[&str], _: &mut Machine) -> Outcome {
    const OWN: Known = Known {
        program: "getopt",
        short: "+o:l:n:",
        long: &["options=o", "longoptions=l", "name=n"],
        status: 2,
    };
    let given = OWN.read(words)?;
    // Each long name gets a letter of its own from here on.
    const FIRST: u32 = 0xE000;
    let names = given.value('l').unwrap_or("");
    let names: Vec<&str> = names.split(',').filter(|n| !n.is_empty()).collect();
    let mut short = given.value('o').unwrap_or("").to_string();
    let mut long = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let bare = name.trim_end_matches(':');
        if let Some(letter) = char::from_u32(FIRST + place as u32) {
            short.push(letter);
            short.push_str(name.get(bare.len()..).unwrap_or(""));
            long.push(format!("{bare}={letter}"));
        }
    }
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    let known = Known {
        program: given.value('n').unwrap_or("getopt"),
        short: &short,
        long: &long,
        status: 1,
    };
    let found = known.read(&given.operands)?;
    let mut text = String::new();
    for (letter, value) in found.given {
        let place = (letter as u32).checked_sub(FIRST);
        match place.and_then(|place| names.get(place as usize)) {
            Some(name) => {
                text.push_str(" --");
                text.push_str(name.trim_end_matches(':'));
            }
            None => {
                text.push_str(" -");
                text.push(letter);
            }
        }
        let mut rest = short.split(letter).skip(1);
        if rest.next().is_some_and(|rest| rest.starts_with(':')) {
            text.push_str(&quoted(value));
        }
    }
    text.push_str(" --");
    for word in found.operands {
        text.push_str(&quoted(word));
    }
    text.push('\n');
    Ok(Output::good(text))
}
