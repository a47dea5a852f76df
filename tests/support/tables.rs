//! What is asked of tables, parameters and addresses, as plain text:
//!
//! ```text
//! # A comment. The first ones say what the file shows.
//! @ /etc/postfix/main.cf           a file, with what follows
//! compatibility_level = 3.6
//! @ access                         one in /srv/t, where all is typed
//! asha OK
//! $ postmap access                 what is typed, with what comes
//! $ postmap -q asha access
//! OK
//!
//! ====                             the next host
//! ```
//!
//! Where main.cf says `maillog_file = /var/log/mail.log`, the mail system runs, and has done all that
//! there was to do before the next command. There is no name server.

use std::path::PathBuf;

use smtp_terminal::simulator::Simulator;

use super::tests;

/// Where everything is typed.
pub const FOLDER: &str = "/srv/t";

/// The main.cf of hosts that are given none.
pub const MAIN_CF: &str = "compatibility_level = 3.6\nmyhostname = h.example\nalias_maps =\n\
                           alias_database =\n";

const PROMPT: &str = "%%% ";

/// A host, and what is typed there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// Comment lines.
    pub comments: Vec<String>,
    /// Files with their texts.
    pub files: Vec<(String, String)>,
    /// Commands, each with what it prints.
    pub asked: Vec<(String, String)>,
}

/// All files of tests.
pub fn paths() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(tests("tables")).unwrap_or_else(|e| panic!("{e}"));
    let mut paths: Vec<PathBuf> = folder.filter_map(|e| e.ok().map(|e| e.path())).collect();
    paths.sort();
    paths
}

/// The hosts of a file.
pub fn parse(text: &str) -> Vec<Host> {
    text.split("\n====\n").map(Host::parse).collect()
}

/// The text of a file.
pub fn text(hosts: &[Host]) -> String {
    let hosts: Vec<String> = hosts.iter().map(Host::text).collect();
    hosts.join("\n====\n") + "\n"
}

impl Host {
    fn parse(text: &str) -> Host {
        let mut host = Host::default();
        for line in text.trim_end_matches('\n').split('\n') {
            if let Some(path) = line.strip_prefix("@ ") {
                host.files.push((path.into(), String::new()));
            } else if let Some(command) = line.strip_prefix("$ ") {
                host.asked.push((command.into(), String::new()));
            } else if let Some((_, said)) = host.asked.last_mut() {
                said.push_str(line);
                said.push('\n');
            } else if let Some((_, file)) = host.files.last_mut() {
                file.push_str(line);
                file.push('\n');
            } else if line.starts_with('#') {
                host.comments.push(line.into());
            }
        }
        host
    }

    fn text(&self) -> String {
        let mut text: String = self.comments.iter().map(|c| format!("{c}\n")).collect();
        for (mark, list) in [("@", &self.files), ("$", &self.asked)] {
            for (name, inner) in list {
                text.push_str(&format!("{mark} {name}\n{inner}"));
            }
        }
        text.trim_end_matches('\n').into()
    }

    /// Whether its mail system runs: one that has a log.
    pub fn runs(&self) -> bool {
        let mut files = self.files.iter();
        files.any(|(_, text)| text.contains("maillog_file = /var/log/mail.log\n"))
    }

    /// The text of a file with its whole path, and main.cf, which every host has.
    pub fn whole_files(&self) -> Vec<(String, String)> {
        let whole = |path: &String| match path.starts_with('/') {
            true => path.clone(),
            false => format!("{FOLDER}/{path}"),
        };
        let mut files: Vec<(String, String)> = Vec::new();
        if !self
            .files
            .iter()
            .any(|(path, _)| path == "/etc/postfix/main.cf")
        {
            files.push(("/etc/postfix/main.cf".into(), MAIN_CF.into()));
        }
        files.extend(
            self.files
                .iter()
                .map(|(path, text)| (whole(path), text.clone())),
        );
        files
    }

    /// What our host prints.
    pub fn ours(&self) -> Vec<String> {
        let mut files = self.whole_files();
        let main_cf = files
            .iter()
            .find(|(path, _)| path == "/etc/postfix/main.cf");
        let main_cf = main_cf.map(|(_, text)| text.clone()).unwrap_or_default();
        files.retain(|(path, _)| path != "/etc/postfix/main.cf");
        files.push((format!("{FOLDER}/.there"), String::new()));
        // A scenario ends the last line itself.
        let value = |text: String| text.strip_suffix('\n').unwrap_or(&text).into();
        let files: serde_json::Map<String, serde_json::Value> = files
            .into_iter()
            .map(|(path, text)| (path, value(text)))
            .collect();
        let scenario = serde_json::json!({
            "workstation": { "host": "h.example", "user": "root", "prompt": PROMPT },
            "hosts": [{
                "name": "h.example", "addresses": ["127.0.0.1"], "main_cf": main_cf,
                "files": files, "users": [{ "name": "asha" }]
            }],
            "start": 1_795_514_400u64, "seed": 7, "latency": 0
        });
        let mut simulator =
            Simulator::new(&scenario.to_string()).unwrap_or_else(|e| panic!("{e}\n{self:#?}"));
        run(&mut simulator, &format!("cd {FOLDER}"));
        let asked = self.asked.iter();
        let run = |(command, _): &(String, String)| {
            let said = in_order(&run(&mut simulator, command));
            if self.runs() {
                run(&mut simulator, "sleep 1");
            }
            said
        };
        asked.map(run).collect()
    }
}

/// A text with what postconf warns of in order: the real one goes by numbers that are different
/// every time.
pub fn in_order(text: &str) -> String {
    let is_warning = |line: &&str| line.starts_with("postconf: warning: /etc/postfix/");
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines
        .chunk_by_mut(|one, other| is_warning(one) == is_warning(other))
        .filter(|run| run.first().is_some_and(is_warning))
        .for_each(|run| run.sort());
    lines.concat()
}

/// What our shell prints for a line.
fn run(simulator: &mut Simulator, line: &str) -> String {
    let before = simulator.transcript().len();
    simulator.run(line);
    simulator.settle();
    let screen = simulator.transcript();
    let text = screen.get(before + line.len() + 1..).unwrap_or("");
    match text.strip_suffix(PROMPT) {
        Some(text) if text.is_empty() || text.ends_with('\n') => text.into(),
        Some(text) => format!("{text}\n"),
        None => format!("{text}(no prompt)\n"),
    }
}
