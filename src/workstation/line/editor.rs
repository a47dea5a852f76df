//! The line that is being typed, and the keys that change it (as in bash's emacs mode).

use crate::smtp::bytes::{decode, shown};
use crate::workstation::line::key::Key;

/// A line with a cursor.
///
/// ```
/// use smtp_terminal::workstation::line::editor::Editor;
/// use smtp_terminal::workstation::line::key::Key;
/// let mut editor = Editor::default();
/// "HLO".chars().for_each(|c| editor.press(Key::Char(c)));
/// editor.press(Key::Home);
/// editor.press(Key::Right);
/// editor.press(Key::Char('E'));
/// assert_eq!(editor.to_string(), "HE|LO");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Editor {
    chars: Vec<char>,
    cursor: usize,
    /// What the last kill took, for Ctrl-Y.
    killed: Vec<char>,
    /// Where in the history we are, counted from the newest line, and the line left behind.
    visiting: usize,
    left_behind: Vec<char>,
}

impl Editor {
    /// The text.
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// The text before the cursor.
    pub fn before_cursor(&self) -> String {
        self.chars.iter().take(self.cursor).collect()
    }

    /// The cursor, in characters from the start.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether nothing has been typed.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// Sets text and cursor, as a text field in a page has them.
    pub fn set(&mut self, text: &str, cursor: usize) {
        self.chars = text.chars().collect();
        self.cursor = cursor.min(self.chars.len());
    }

    /// Takes the line away, as the program has texts (see [`bytes`](crate::smtp::bytes)), and starts
    /// over.
    pub fn take(&mut self) -> String {
        self.take_with(&[])
    }

    /// [`take`](Editor::take), with more at its end.
    pub fn take_with(&mut self, more: &[u8]) -> String {
        let bytes = [self.text().as_bytes(), more].concat();
        let text = decode(&bytes).into_owned();
        self.chars.clear();
        self.cursor = 0;
        self.visiting = 0;
        text
    }

    /// Applies a key; keys that do not edit do nothing.
    pub fn press(&mut self, key: Key) {
        match key {
            Key::Char(c) => {
                self.chars.insert(self.cursor, c);
                self.cursor += 1;
            }
            Key::Backspace | Key::Ctrl('h') if self.cursor > 0 => {
                self.cursor -= 1;
                self.chars.remove(self.cursor);
            }
            Key::Delete | Key::Ctrl('d') if self.cursor < self.chars.len() => {
                self.chars.remove(self.cursor);
            }
            Key::Left | Key::Ctrl('b') => self.cursor = self.cursor.saturating_sub(1),
            Key::Right | Key::Ctrl('f') => self.cursor = (self.cursor + 1).min(self.chars.len()),
            Key::Home | Key::Ctrl('a') => self.cursor = 0,
            Key::End | Key::Ctrl('e') => self.cursor = self.chars.len(),
            Key::Ctrl('u') => self.kill(0, self.cursor),
            Key::Ctrl('k') => self.kill(self.cursor, self.chars.len()),
            Key::Ctrl('w') => {
                let before = &self.chars[..self.cursor];
                let word = before.iter().rposition(|c| *c != ' ').map_or(0, |i| i + 1);
                let start = before[..word]
                    .iter()
                    .rposition(|c| *c == ' ')
                    .map_or(0, |i| i + 1);
                self.kill(start, self.cursor);
            }
            Key::Ctrl('y') => {
                for c in self.killed.clone() {
                    self.press(Key::Char(c));
                }
            }
            _ => {}
        }
    }

    fn kill(&mut self, from: usize, to: usize) {
        if from < to {
            self.killed = self.chars.drain(from..to).collect();
            self.cursor = from;
        }
    }

    /// Goes one line back in a history.
    pub fn older(&mut self, history: &[String]) {
        if self.visiting < history.len() {
            if self.visiting == 0 {
                self.left_behind = self.chars.clone();
            }
            self.visiting += 1;
            self.show(history);
        }
    }

    /// Goes one line forward; past the newest is the line that was left behind.
    pub fn newer(&mut self, history: &[String]) {
        if self.visiting > 0 {
            self.visiting -= 1;
            self.show(history);
        }
    }

    fn show(&mut self, history: &[String]) {
        self.chars = match self.visiting {
            0 => std::mem::take(&mut self.left_behind),
            back => shown(&history[history.len() - back]).chars().collect(),
        };
        self.cursor = self.chars.len();
    }
}

/// The text with a bar where the cursor is.
impl std::fmt::Display for Editor {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let (before, after) = self.chars.split_at(self.cursor);
        before.iter().try_for_each(|c| write!(f, "{c}"))?;
        write!(f, "|")?;
        after.iter().try_for_each(|c| write!(f, "{c}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Editor {
        let mut editor = Editor::default();
        text.chars().for_each(|c| editor.press(Key::Char(c)));
        editor
    }

    #[test]
    fn killing_and_yanking() {
        let mut editor = typed("MAIL FROM: safeer");
        editor.press(Key::Ctrl('w'));
        assert_eq!(editor.to_string(), "MAIL FROM: |");
        editor.press(Key::Ctrl('u'));
        assert_eq!(editor.to_string(), "|");
        editor.press(Key::Ctrl('y'));
        assert_eq!(editor.to_string(), "MAIL FROM: |");
        editor.press(Key::Ctrl('a'));
        editor.press(Key::Ctrl('k'));
        assert_eq!(editor.to_string(), "|");
    }

    #[test]
    fn history_keeps_the_unfinished_line() {
        let history = ["first".to_string(), "second".to_string()];
        let mut editor = typed("unfinished");
        editor.older(&history);
        editor.older(&history);
        editor.older(&history);
        assert_eq!(editor.to_string(), "first|");
        editor.newer(&history);
        editor.newer(&history);
        assert_eq!(editor.to_string(), "unfinished|");
    }

    #[test]
    fn ends_of_the_line_stop_the_cursor() {
        let mut editor = typed("ab");
        editor.press(Key::Right);
        editor.press(Key::Delete);
        assert_eq!(editor.to_string(), "ab|");
        editor.press(Key::Home);
        editor.press(Key::Left);
        editor.press(Key::Backspace);
        assert_eq!(editor.to_string(), "|ab");
    }
}
