//! What several tests share: dialogues as files, and ways to play them.

#![allow(dead_code)]

pub mod dialogue;
pub mod ours;
pub mod player;
pub mod sabotage;
pub mod scene;
pub mod screen;
pub mod served;
pub mod shape;
pub mod starts;
pub mod tables;
pub mod tls;

use std::path::PathBuf;

/// A path below `tests/`.
pub fn tests(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(path)
}

/// The main.cf of a dialogue: the one that it starts from, with the lines that it adds.
pub fn main_cf(dialogue: &dialogue::Dialogue) -> String {
    let file = match &dialogue.base {
        Some(name) => format!("postfix/configs/{name}.cf"),
        None => "transcripts/main.cf".into(),
    };
    let base = std::fs::read_to_string(tests(&file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    with_lines(&base, &dialogue.config)
}

/// A main.cf with further lines, each in the place of one that sets the same parameter.
pub fn with_lines(base: &str, config: &[String]) -> String {
    let name = |l: &str| l.split_once('=').map(|(n, _)| n.trim().to_string());
    let mut replaced = false;
    let is_kept = |line: &&str| {
        // What continues a line goes with it.
        if !line.starts_with([' ', '\t']) {
            let same = |c: &String| name(c).is_some() && name(c) == name(line);
            replaced = config.iter().any(same);
        }
        !replaced
    };
    let mut lines: Vec<&str> = base.lines().filter(is_kept).collect();
    lines.extend(config.iter().map(String::as_str));
    lines.join("\n") + "\n"
}

/// Two lists of replies beside each other, as a report of a failure.
pub fn difference(
    dialogue: &dialogue::Dialogue,
    names: [&str; 2],
    one: &[Vec<Vec<String>>],
    other: &[Vec<Vec<String>>],
) -> Option<String> {
    for (i, turn) in dialogue.turns.iter().enumerate() {
        let [left, right] = [one.get(i), other.get(i)];
        if left != right {
            let shown = |said: Option<&Vec<Vec<String>>>| {
                let lines: Vec<&str> = said
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(String::as_str)
                    .collect();
                if lines.is_empty() {
                    "(nothing)".into()
                } else {
                    lines.join("\n      ")
                }
            };
            return Some(format!(
                "{}:\n  after {}\n  {}:\n      {}\n  {}:\n      {}\n",
                dialogue.name,
                turn.sends.join("\n        "),
                names[0],
                shown(left),
                names[1],
                shown(right),
            ));
        }
    }
    None
}
