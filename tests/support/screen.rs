//! Sessions at the workstation as plain text, one file each: what is typed, a line `----`, and
//! the screen at its end with `|` for the cursor.
//!
//! A comment `# World: NAME` at the top names a scenario in `tests/worlds`; else it is the default.
//!
//! A line that is typed ends with Enter, unless it ends with a key such as `^C` or `<Up>`.

use std::path::{Path, PathBuf};

use smtp_terminal::simulator::Simulator;
use smtp_terminal::workstation::line::key::Key;

use super::dialogue::mask;
use super::tests;

/// One file.
pub struct Session {
    /// Where it is.
    pub path: PathBuf,
    /// Comment lines at the top.
    pub comments: Vec<String>,
    /// The scenario that it plays in.
    pub world: String,
    /// The lines that are typed.
    pub typed: Vec<String>,
    /// The screen at the end.
    pub screen: String,
}

impl Session {
    /// All sessions of a folder whose names start with `prefix`.
    pub fn read_all(folder: &Path, prefix: &str) -> Vec<Session> {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|p| p.file_name().unwrap().to_string_lossy().starts_with(prefix))
            .collect();
        paths.sort();
        paths.into_iter().map(Session::read).collect()
    }

    fn read(path: PathBuf) -> Session {
        let text = std::fs::read_to_string(&path).unwrap();
        let (head, screen) = text
            .split_once("\n----\n")
            .unwrap_or_else(|| panic!("{}: a line ---- is missing", path.display()));
        let is_comment = |line: &&str| line.starts_with("# ");
        let world = head.lines().find_map(|line| line.strip_prefix("# World: "));
        let world = world.map_or("{}".into(), |name| {
            std::fs::read_to_string(tests(&format!("worlds/{name}.json"))).unwrap()
        });
        Session {
            world,
            comments: head
                .lines()
                .filter(is_comment)
                .map(str::to_string)
                .collect(),
            typed: head
                .lines()
                .filter(|l| !is_comment(l))
                .map(str::to_string)
                .collect(),
            screen: screen.strip_suffix('\n').unwrap_or(screen).into(),
            path,
        }
    }

    /// Writes another screen into the file.
    pub fn record(&self, screen: &str) {
        let lines = self.comments.iter().chain(&self.typed);
        let head: String = lines.map(|line| format!("{line}\n")).collect();
        std::fs::write(&self.path, format!("{head}----\n{screen}\n")).unwrap();
    }
}

/// The keys of a typed line.
pub fn keys(line: &str) -> Vec<Key> {
    const NAMED: [(&str, Key); 9] = [
        ("<Up>", Key::Up),
        ("<Down>", Key::Down),
        ("<Left>", Key::Left),
        ("<Right>", Key::Right),
        ("<Tab>", Key::Tab),
        ("<Home>", Key::Home),
        ("<End>", Key::End),
        ("<Backspace>", Key::Backspace),
        ("<Delete>", Key::Delete),
    ];
    let mut keys = Vec::new();
    let mut rest = line;
    let mut ends_with_key = false;
    while let Some(c) = rest.chars().next() {
        let named = NAMED.iter().find(|(name, _)| rest.starts_with(name));
        let control = rest.strip_prefix('^').and_then(|r| r.chars().next());
        let control = control.filter(|c| c.is_ascii_uppercase() || *c == ']');
        ends_with_key = named.is_some() || control.is_some();
        if let Some((name, key)) = named {
            keys.push(*key);
            rest = &rest[name.len()..];
        } else if let Some(control) = control {
            keys.push(Key::Ctrl(control.to_ascii_lowercase()));
            rest = &rest[2..];
        } else {
            keys.push(Key::Char(c));
            rest = &rest[c.len_utf8()..];
        }
    }
    if !ends_with_key {
        keys.push(Key::Enter);
    }
    keys
}

/// The screen after a session in a world.
pub fn play(typed: &[String], world: &str) -> String {
    let mut simulator = Simulator::new(world).unwrap();
    for line in typed {
        keys(line).into_iter().for_each(|key| simulator.press(key));
        simulator.settle();
    }
    let (line, cursor) = simulator.line();
    let at = line
        .char_indices()
        .nth(cursor)
        .map_or(line.len(), |(i, _)| i);
    format!("{}{}|{}", simulator.transcript(), &line[..at], &line[at..])
}

/// A screen without what is different every time.
pub fn masked(screen: &str) -> String {
    let lines: Vec<String> = screen.split('\n').map(mask).collect();
    lines.join("\n")
}
