//! What is to be typed, as a lesson writes it, and keys as texts.

use std::time::Duration;

use crate::workstation::line::key::Key;

/// Something that is to be done at the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A line, and Enter.
    Line(String),
    /// Text, without Enter.
    Text(String),
    /// A key.
    Key(Key),
    /// Time passes.
    Wait(Duration),
}

/// Keys with names.
const NAMED: [(&str, Key); 13] = [
    ("<Enter>", Key::Enter),
    ("<Tab>", Key::Tab),
    ("<Escape>", Key::Escape),
    ("<Backspace>", Key::Backspace),
    ("<Delete>", Key::Delete),
    ("<Left>", Key::Left),
    ("<Right>", Key::Right),
    ("<Up>", Key::Up),
    ("<Down>", Key::Down),
    ("<Home>", Key::Home),
    ("<End>", Key::End),
    ("^]", Key::Ctrl(']')),
    ("^\\", Key::Ctrl('\\')),
];

/// A year, the longest wait.
const LONGEST: u64 = 31_536_000;

/// The key that a text begins with, and what follows it.
fn key_at(text: &str) -> Option<(Key, &str)> {
    for (name, key) in NAMED {
        if let Some(rest) = text.strip_prefix(name) {
            return Some((key, rest));
        }
    }
    let letter = text.strip_prefix('^')?.chars().next()?;
    let is_letter = letter.is_ascii_uppercase();
    is_letter.then(|| {
        (
            Key::Ctrl(letter.to_ascii_lowercase()),
            text.get(2..).unwrap_or(""),
        )
    })
}

/// What a line of a lesson stands for. A line ends with Enter, but for one that ends with a key.
///
/// ```
/// use smtp_terminal::lesson::typing::{acts, Act};
/// use smtp_terminal::workstation::line::key::Key;
/// assert_eq!(acts("QUIT"), [Act::Line("QUIT".into())]);
/// assert_eq!(acts("^C"), [Act::Key(Key::Ctrl('c'))]);
/// assert_eq!(acts("tel<Tab>"), [Act::Text("tel".into()), Act::Key(Key::Tab)]);
/// assert_eq!(acts("<wait 60>").len(), 1);
/// ```
pub fn acts(line: &str) -> Vec<Act> {
    let wait = line
        .strip_prefix("<wait ")
        .and_then(|rest| rest.strip_suffix('>'));
    if let Some(seconds) = wait.and_then(|seconds| seconds.parse::<u64>().ok()) {
        return vec![Act::Wait(Duration::from_secs(seconds.min(LONGEST)))];
    }
    let mut acts = Vec::new();
    let mut text = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        match key_at(rest) {
            Some((key, after)) => {
                if !text.is_empty() {
                    acts.push(Act::Text(std::mem::take(&mut text)));
                }
                acts.push(Act::Key(key));
                rest = after;
            }
            None => {
                text.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or("");
            }
        }
    }
    if !text.is_empty() || acts.is_empty() {
        acts.push(Act::Line(text));
    }
    acts
}

/// A key as a text: `a`, `^C`, `<Up>`.
pub fn key_name(key: Key) -> String {
    let named = NAMED.iter().find(|(_, k)| *k == key);
    match (named, key) {
        (Some((name, _)), _) => (*name).into(),
        (None, Key::Ctrl(c)) => format!("^{}", c.to_ascii_uppercase()),
        (None, Key::Char(c)) => c.into(),
        (None, _) => String::new(),
    }
}

/// The key that a text stands for.
pub fn key_named(text: &str) -> Option<Key> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) => Some(Key::Char(c)),
        _ => key_at(text)
            .filter(|(_, rest)| rest.is_empty())
            .map(|(key, _)| key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_name() {
        let letters = ('a'..='z').map(Key::Ctrl);
        let others = ['x', '^', '<', 'ü'].map(Key::Char);
        let keys = NAMED
            .iter()
            .map(|(_, key)| *key)
            .chain(letters)
            .chain(others);
        for key in keys {
            assert_eq!(key_named(&key_name(key)), Some(key), "{key:?}");
        }
        assert_eq!(key_named("^"), Some(Key::Char('^')));
        assert_eq!(key_named("ab"), None);
        assert_eq!(key_named(""), None);
    }
}
