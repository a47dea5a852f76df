//! The files of a host, as far as it has any: those of the scenario, mailboxes, main.cf, the log.

use crate::scenario::home;
use crate::workstation::programs::machine::{invalid_option, Machine};
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new("ls", ls, "[-l] [FILE]...|Lists files."),
    Program::new("pwd", pwd, ""),
];

/// The log of a mail server.
pub const LOG: &str = "/var/log/mail.log";

impl Machine<'_> {
    /// A path from the root, without `.` and `..`.
    pub fn path(&self, path: &str) -> String {
        absolute(self.directory, self.user, path)
    }

    /// What a file holds.
    pub fn read(&self, path: &str) -> Option<String> {
        let path = self.path(path);
        if path == "/dev/null" {
            return Some(String::new());
        }
        let host = self.world.host(self.host)?;
        match &host.server {
            Some(server) if path == LOG => {
                Some(server.log.iter().map(|line| format!("{line}\n")).collect())
            }
            Some(server) => server.files.get(&path).map(str::to_string),
            None => host.files.get(&path).map(str::to_string),
        }
    }

    /// Writes a file.
    ///
    /// # Errors
    /// What bash says of a file that cannot be written.
    pub fn write(&mut self, path: &str, text: &str, appends: bool) -> Result<(), String> {
        let full = self.path(path);
        if full == "/dev/null" {
            return Ok(());
        }
        if self.is_directory(&full) {
            return Err(format!("{path}: Is a directory"));
        }
        let parent = full.rsplit_once('/').map_or("", |(parent, _)| parent);
        if !parent.is_empty() && !self.is_directory(parent) {
            return Err(format!("{path}: No such file or directory"));
        }
        if full == LOG {
            return Err(format!("{path}: Permission denied"));
        }
        let before = match appends {
            true => self.read(&full).unwrap_or_default(),
            false => String::new(),
        };
        let host = self.world.hosts.iter_mut();
        if let Some(host) = host
            .into_iter()
            .find(|h| h.name.eq_ignore_ascii_case(self.host))
        {
            let files = match &mut host.server {
                Some(server) => &mut server.files,
                None => &mut host.files,
            };
            files.insert(full, before + text);
        }
        Ok(())
    }

    /// All paths of the host.
    fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        if let Some(host) = self.world.host(self.host) {
            match &host.server {
                Some(server) => {
                    paths.extend(server.files.iter().map(|(path, _)| path.to_string()));
                    paths.push(LOG.into());
                }
                None => paths.extend(host.files.iter().map(|(path, _)| path.to_string())),
            }
        }
        paths.retain(|path| path.starts_with('/'));
        paths
    }

    /// Whether there is such a directory.
    pub fn is_directory(&self, path: &str) -> bool {
        let path = self.path(path);
        let home = home(self.user);
        let always = [
            "/",
            "/home",
            "/tmp",
            "/etc",
            "/var",
            "/var/log",
            "/var/mail",
            &home,
        ];
        let below = format!("{}/", path.trim_end_matches('/'));
        always.contains(&path.as_str()) || self.paths().iter().any(|p| p.starts_with(&below))
    }
}

/// A path from the root.
pub fn absolute(directory: &str, user: &str, path: &str) -> String {
    let home = home(user);
    let whole = match path.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => home + rest,
        _ if path.starts_with('/') => path.to_string(),
        _ => format!("{directory}/{path}"),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// ls: the names in a directory, one a line.
fn ls(arguments: &[&str], at: &mut Machine) -> Outcome {
    let mut output = Output::default();
    let mut wanted: Vec<&str> = Vec::new();
    for word in arguments {
        match word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            Some(letters) => {
                if let Some(odd) = letters.chars().find(|c| !"1aAlhrt".contains(*c)) {
                    return Err(invalid_option("ls", odd));
                }
            }
            None => wanted.push(word),
        }
    }
    if wanted.is_empty() {
        wanted.push(".");
    }
    let many = wanted.len() > 1;
    for (i, name) in wanted.iter().enumerate() {
        if at.read(name).is_some() {
            output.text.push_str(&format!("{name}\n"));
        } else if at.is_directory(name) {
            if many {
                let gap = if i > 0 { "\n" } else { "" };
                output.text.push_str(&format!("{gap}{name}:\n"));
            }
            let below = format!("{}/", at.path(name).trim_end_matches('/'));
            let mut names: Vec<String> = at
                .paths()
                .iter()
                .filter_map(|path| path.strip_prefix(&below))
                .map(|rest| rest.split('/').next().unwrap_or(rest).to_string())
                .filter(|name| !name.starts_with('.'))
                .collect();
            names.sort();
            names.dedup();
            names
                .iter()
                .for_each(|name| output.text.push_str(&format!("{name}\n")));
        } else {
            let why = "No such file or directory";
            output.complain_first(format!("ls: cannot access '{name}': {why}\n"));
            output.status = 2;
        }
    }
    Ok(output)
}

/// pwd.
fn pwd(_: &[&str], at: &mut Machine) -> Outcome {
    Ok(Output::good(format!("{}\n", at.directory)))
}
