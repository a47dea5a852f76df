//! What several tests share: dialogues as files, and ways to play them.

#![allow(dead_code)]

pub mod dialogue;
pub mod player;
pub mod screen;
pub mod served;

use std::path::PathBuf;

/// A path below `tests/`.
pub fn tests(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(path)
}

/// main.cf of all transcripts, with the lines that one adds.
pub fn main_cf(config: &[String]) -> String {
    let base = std::fs::read_to_string(tests("transcripts/main.cf")).unwrap();
    let replaced = |line: &str| {
        let name = |l: &str| l.split_once('=').map(|(n, _)| n.trim().to_string());
        config
            .iter()
            .any(|c| name(c).is_some() && name(c) == name(line))
    };
    let mut lines: Vec<&str> = base.lines().filter(|l| !replaced(l)).collect();
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
