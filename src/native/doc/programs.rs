//! The mail system's programs in a document's shell sessions. Only what is certain is checked: a
//! parameter that the document itself has set, a look-up in a table that it has shown, and the words
//! for an empty queue.

use serde_json::json;

use smtp_terminal::simulator::Simulator;

use crate::native::doc::compare::Rule;
use crate::native::doc::finding::Finding;
use crate::native::doc::transcript::{Event, Piece};
use crate::native::doc::words::is_gap;

/// Tables and parameters of more bytes are not remembered.
const MOST: usize = 100_000;

/// What a document has told of a machine so far.
#[derive(Default)]
pub struct Programs {
    /// Lines of main.cf.
    parameters: Vec<(String, String)>,
    /// Files by their path.
    files: Vec<(String, String)>,
}

impl Programs {
    /// Looks at the commands among what happens.
    pub fn look(&mut self, file: &str, events: &[Event], findings: &mut Vec<Finding>) {
        for event in events {
            if let Event::Command(command, output) = event {
                self.command(file, command, output, findings);
            }
        }
    }

    fn command(&mut self, file: &str, said: &Piece, output: &[Piece], findings: &mut Vec<Finding>) {
        let command = said.text.strip_prefix("sudo ").unwrap_or(&said.text).trim();
        if command.len() > MOST || is_put_together(command) {
            return self.write(command);
        }
        let mut words = command.split_whitespace();
        let program = words.next().and_then(|word| word.rsplit('/').next());
        let words: Vec<&str> = words.collect();
        let expected = match (program.unwrap_or(""), words.as_slice()) {
            ("postconf", ["-e" | "-ev", ..]) => return self.set(command),
            ("cat", [path]) if path.starts_with('/') => return self.show(path, output),
            ("postconf", [name]) => self.parameter(name),
            ("postmap", ["-q", key, table]) => self.look_up(key, table),
            ("mailq", []) | ("postqueue", ["-p"]) => {
                is_empty(output).then(|| "Mail queue is empty".into())
            }
            _ => None,
        };
        let (Some(expected), Some(first)) = (expected, output.first()) else {
            return;
        };
        let is_right = output.len() == 1 && first.text.trim() == expected;
        let is_open = output
            .iter()
            .any(|line| line.is_accepted || is_gap(&line.text) || line.text.contains("..."));
        if !is_right && !is_open {
            findings.push(Finding {
                file: file.into(),
                at: first.at,
                end_column: first.at.column + first.text.chars().count(),
                rule: Rule::WrongOutput,
                shown: first.text.clone(),
                expected,
                command: command.into(),
                note: String::new(),
            });
        }
    }

    /// `postconf -e 'name = value'`
    fn set(&mut self, command: &str) {
        let rest = command.split_once("-e").map_or("", |(_, rest)| rest).trim();
        let quotes = ['\'', '"'];
        let one = rest.trim_matches(quotes);
        // Of several on one line nothing is remembered.
        let has_more = one.contains(quotes);
        if let (false, Some((name, value))) = (has_more, one.split_once('=')) {
            let name = name.trim();
            self.parameters.retain(|(known, _)| known != name);
            self.parameters.push((name.into(), value.trim().into()));
        } else {
            self.parameters.clear();
        }
    }

    /// `cat FILE` shows what is in it.
    fn show(&mut self, path: &str, output: &[Piece]) {
        let text: String = output
            .iter()
            .map(|line| format!("{}\n", line.text))
            .collect();
        self.files.retain(|(known, _)| known != path);
        let is_whole =
            !text.is_empty() && text.len() < MOST && !text.contains("...") && !text.contains('…');
        if is_whole && self.files.len() < 100 {
            self.files.push((path.into(), text));
        }
    }

    /// Something that may write what has been shown.
    fn write(&mut self, command: &str) {
        self.files
            .retain(|(path, _)| !command.contains(path.as_str()));
        if command.contains("main.cf") || command.contains("postconf") {
            self.parameters.clear();
        }
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let (name, value) = self.parameters.iter().find(|(known, _)| known == name)?;
        Some(format!("{name} = {value}"))
    }

    /// Asks the simulated postmap.
    fn look_up(&self, key: &str, table: &str) -> Option<String> {
        let table = table.trim_matches(['\'', '"']);
        let (kind, path) = table.split_once(':')?;
        let (_, text) = self.files.iter().find(|(known, _)| known == path)?;
        let scenario = json!({
            "workstation": { "host": "mail", "user": "root", "prompt": "$ " },
            "hosts": [{
                "name": "mail",
                "addresses": ["192.0.2.25"],
                "main_cf": ["compatibility_level = 3.6"],
                "files": { path: text },
            }],
            "dns": [],
        });
        let mut simulator = Simulator::new(&scenario.to_string()).ok()?;
        if matches!(kind, "hash" | "btree" | "lmdb" | "dbm") {
            simulator.run(&format!("postmap {table}"));
            simulator.settle();
        }
        simulator.run(&format!("postmap -q {key} {table}"));
        simulator.settle();
        let screen = simulator.transcript();
        let mut lines = screen
            .lines()
            .rev()
            .filter(|line| *line != "$ " && !line.is_empty());
        let last = lines.next()?;
        (!last.starts_with("$ ") && !last.starts_with("postmap: ")).then(|| last.into())
    }
}

/// Whether a command is more than a program with its words.
fn is_put_together(command: &str) -> bool {
    let is_setting = command.starts_with("postconf -e ");
    command.contains(['|', '>', ';', '&', '`']) || !is_setting && command.contains('$')
}

/// Whether an output says that the queue is empty, in whatever words.
fn is_empty(output: &[Piece]) -> bool {
    let text = output
        .first()
        .map_or(String::new(), |line| line.text.to_lowercase());
    output.len() == 1 && text.contains("queue") && text.contains("empty")
}
