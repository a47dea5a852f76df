//! The files of a host, as far as it has any: those of the scenario, mailboxes, main.cf, the log.

use crate::files::errno::Errno;
use crate::files::tree::absolute;
use crate::files::who::{fields_of, Who};
use crate::files::Files;
use crate::network::World;
use crate::postfix::server::Server;
use crate::scenario::home;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[Program::new("pwd", pwd, "")];

/// The log of a mail server.
pub const LOG: &str = "/var/log/mail.log";

/// What rsyslog writes from it beside that: all of it, and what is worse than a warning.
pub const LOGS: [&str; 3] = [LOG, "/var/log/syslog", "/var/log/mail.err"];

/// A log of the mail server, as its path has it: what the file holds, and what has been said since.
pub fn log_text(server: &Server, path: &str) -> String {
    let mut text = server.files.get(path).unwrap_or("").to_string();
    text.push_str(&said(server, path));
    text
}

fn said(server: &Server, path: &str) -> String {
    let mut text = String::new();
    for line in server.log.iter() {
        let line = line.to_string();
        let is_bad = |word: &&str| line.contains(word);
        if !path.ends_with(".err") || ["fatal: ", "panic: ", " error: "].iter().any(is_bad) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// The files of a host.
pub fn files<'a>(world: &'a World, host: &str) -> Option<&'a Files> {
    let host = world.host(host)?;
    Some(host.server.as_ref().map_or(&host.files, |s| &s.files))
}

/// The same, to be changed.
pub fn files_mut<'a>(world: &'a mut World, host: &str) -> Option<&'a mut Files> {
    let now = world.now();
    let mut hosts = world.hosts.iter_mut();
    let host = hosts.find(|h| h.name.eq_ignore_ascii_case(host))?;
    let files = match &mut host.server {
        Some(server) => &mut server.files,
        None => &mut host.files,
    };
    files.now = now;
    Some(files)
}

/// Before somebody writes to a log, or takes it away, all logs become files that hold what the server
/// has said so far.
pub fn settle(world: &mut World, host: &str, path: &str) {
    let mut hosts = world.hosts.iter_mut();
    let host = hosts.find(|h| h.name.eq_ignore_ascii_case(host));
    let Some(server) = host.and_then(|h| h.server.as_mut()) else {
        return;
    };
    if !LOGS.contains(&path) || server.log.is_empty() {
        return;
    }
    for log in LOGS {
        let text = said(server, log);
        // One that has been removed stays so; where there is no room for it, it is lost.
        if server.files.contains(log) {
            let _ = server.files.write(log, &Who::ROOT, &text, true, 0o640);
        }
    }
    server.log.take();
}

/// What a file holds. The log is what the server has said so far.
pub fn text(world: &World, host: &str, path: &str, who: &Who) -> Result<String, Errno> {
    let files = files(world, host).ok_or(Errno::NoEntry)?;
    let text = files.read(path, who)?;
    // Who may not read it has seen nothing.
    world.has_read(host, path);
    let server = world.host(host).and_then(|h| h.server.as_ref());
    Ok(match server {
        Some(server) if LOGS.contains(&path) => log_text(server, path),
        _ => text.to_string(),
    })
}

/// On whose behalf a person does things on a host.
pub fn who(files: Option<&Files>, user: &str) -> Who {
    if user == "root" {
        return Who::ROOT;
    }
    let read = |path| files.and_then(|f| f.get(path)).unwrap_or("");
    let found = Who::named(user, read("/etc/passwd"), read("/etc/group"));
    let mut who = found.unwrap_or(Who {
        uid: 1_000,
        gid: 1_000,
        ..Who::ROOT
    });
    who.rules = files.is_some_and(|files| files.administrator == who.uid);
    who
}

/// Where a person's home is.
pub fn home_of(world: &World, host: &str, user: &str) -> String {
    let passwd = files(world, host).and_then(|f| f.get("/etc/passwd"));
    let fields = passwd.and_then(|text| fields_of(text, user));
    let found = fields.and_then(|fields| fields.get(5).map(|h| h.to_string()));
    found.unwrap_or_else(|| home(user))
}

impl Machine<'_> {
    /// A path from the root, without `.` and `..`.
    pub fn path(&self, path: &str) -> String {
        match path.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => absolute(
                &home_of(self.world, self.host, self.user),
                &format!(".{rest}"),
            ),
            _ => absolute(self.directory, path),
        }
    }

    /// On whose behalf the program does things.
    pub fn who(&self) -> Who {
        who(self.files(), self.user)
    }

    /// The files of the host.
    pub fn files(&self) -> Option<&Files> {
        files(self.world, self.host)
    }

    /// What a file holds.
    ///
    /// # Errors
    /// As open(2).
    pub fn text(&self, path: &str) -> Result<String, Errno> {
        if let Some(text) = self.opened(path) {
            return Ok(text.into());
        }
        text(self.world, self.host, &self.path(path), &self.who())
    }

    /// What a file holds, if it can be read.
    pub fn read(&self, path: &str) -> Option<String> {
        self.text(path).ok()
    }

    /// Writes a file.
    ///
    /// # Errors
    /// The path, and why it cannot be written.
    pub fn write(&mut self, path: &str, text: &str, appends: bool) -> Result<(), String> {
        let (full, who) = (self.path(path), self.who());
        let umask = self.system().map_or(0o022, |system| system.umask(None));
        settle(self.world, self.host, &full);
        let Some(files) = files_mut(self.world, self.host) else {
            return Ok(());
        };
        let done = files.write(&full, &who, text, appends, 0o666 & !umask);
        done.map_err(|errno| format!("{path}: {errno}"))
    }

    /// Whether there is such a directory.
    pub fn is_directory(&self, path: &str) -> bool {
        let path = self.path(path);
        self.files().is_some_and(|files| files.is_directory(&path))
    }
}

/// pwd.
fn pwd(_: &[&str], at: &mut Machine) -> Outcome {
    Ok(Output::good(format!("{}\n", at.directory)))
}
