//! ssh, and what empties the screen.

use crate::workstation::programs::address::addresses;
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::{Become, Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::shell("bash"),
    Program::shell("dash"),
    Program::shell("rbash"),
    Program::shell("sh"),
    Program::new("clear", clear, ""),
    Program::new("reset", clear, ""),
    Program::job("ssh", ssh, "[USER@]HOST [COMMAND]|Logs in on a server."),
];

fn clear(_: &[&str], at: &mut Machine) -> Outcome {
    if at.is_terminal(1) {
        at.system().into_iter().for_each(|io| io.clear());
    }
    Ok(Output::default())
}

/// A person on another host.
#[derive(Debug)]
struct Remote {
    host: String,
    what: Become,
    pid: Option<u32>,
    is_shell: bool,
}

fn ssh(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let mut user = at.user.to_string();
    let mut words = arguments.iter().copied();
    let mut target = None;
    while let Some(word) = words.next() {
        match word.strip_prefix('-') {
            Some("l") => user = words.next().unwrap_or("").into(),
            Some("p" | "i" | "o" | "F" | "L" | "R" | "D" | "J" | "c" | "m") => {
                words.next();
            }
            Some(_) => {}
            None => {
                target = Some(word);
                break;
            }
        }
    }
    let Some(target) = target else {
        let text = "usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [user@]host";
        return Err(Output::bad(text, 255));
    };
    let name = match target.split_once('@') {
        Some((named, name)) => {
            user = named.into();
            name
        }
        None => target,
    };
    let found = addresses(at.world, at.host, name);
    let is_here = found.iter().any(|a| a.starts_with("127.") || a == "::1");
    let host = at.world.hosts.iter().find(|h| match is_here {
        true => h.name.eq_ignore_ascii_case(at.host),
        false => h.addresses.iter().any(|a| found.contains(a)),
    });
    let Some(host) = host else {
        let text = format!("ssh: Could not resolve hostname {name}: Name or service not known");
        return Err(Output::bad(text, 255));
    };
    let Some(server) = &host.server else {
        let text = format!("ssh: connect to host {name} port 22: Connection refused");
        return Err(Output::bad(text, 255));
    };
    // Whoever has no account there is not let in.
    if user != "root" && !server.users.iter().any(|u| u.name == user) {
        let text = format!("{user}@{name}: Permission denied (publickey,password).");
        return Err(Output::bad(text, 255));
    }
    let command: Vec<&str> = words.collect();
    let command = command.join(" ");
    let words = match command.is_empty() {
        true => vec!["-bash".to_string()],
        false => vec!["bash".into(), "-c".into(), command.clone()],
    };
    Ok(Box::new(Remote {
        host: host.name.clone(),
        what: Become {
            words,
            user: Some(user),
            host: Some(host.name.clone()),
            is_bare: true,
            ..Become::default()
        },
        pid: None,
        is_shell: command.is_empty(),
    }))
}

impl Job for Remote {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        let Some(pid) = self.pid else {
            match at.spawn(&self.what) {
                Ok(pid) => self.pid = Some(pid),
                Err((why, status)) => {
                    at.complain(&format!("{why}\n"));
                    return Some(status);
                }
            }
            return None;
        };
        let state = at.system().and_then(|io| io.state(pid))?;
        if !state.has_ended() {
            return None;
        }
        if self.is_shell {
            at.complain(&format!("Connection to {} closed.\n", self.host));
        }
        Some(state.status())
    }
}
