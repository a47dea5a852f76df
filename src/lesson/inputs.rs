//! What a learner has done, as values: played again in the same world, they give the same bytes.

use std::time::Duration;

use super::typing::key_name;
use crate::workstation::answer::Asked;
use crate::workstation::line::key::Key;

/// What all inputs may have in bytes, as they are saved; what comes after that is not kept, and
/// cannot be taken back or played again, which whoever keeps them says (`is_full`). A browser's storage
/// has room for some five million characters.
pub(super) const ROOM: usize = 3_000_000;

/// The least that an input needs when it is saved.
pub(super) const LEAST: usize = 24;

/// What a text needs in a document: escapes are written with up to six bytes.
fn written(text: &str) -> usize {
    let bytes = text.bytes().map(|byte| match byte {
        b'"' | b'\\' => 2,
        b' '..=b'~' | 0x80.. => 1,
        _ => 6,
    });
    bytes.sum()
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A line was typed, and Enter.
    Line(String),
    /// A key was pressed.
    Key(Key),
    /// The line that is being typed became this one, with the cursor after so many characters.
    Set(String, usize),
    /// Time has passed until so long after the start.
    Tick(Duration),
    /// The clock was put forward.
    Skip(Duration),
    /// The main.cf of a host was written.
    Configure(String, String),
    /// The front end has an editor.
    Edits,
    /// An editor was told something.
    Edit(Asked),
    /// What never ends was stopped.
    BreakOff,
    /// A hint was taken.
    Hint,
}

impl Input {
    /// How much it needs when it is saved, at most.
    fn size(&self) -> usize {
        LEAST
            + match self {
                Input::Line(text) => written(text),
                Input::Set(text, _) => LEAST + written(text),
                Input::Key(key) => key_name(*key).len(),
                Input::Configure(host, text) => LEAST + written(host) + written(text),
                Input::Edit(Asked::Save(text) | Asked::SaveAndClose(text)) => written(text),
                _ => 0,
            }
    }

    /// Whether it is the learner's hand.
    pub fn is_typing(&self) -> bool {
        !matches!(self, Input::Tick(_) | Input::Hint | Input::Edits)
    }

    /// Whether it changes the line that is being typed, and nothing else.
    fn is_editing(&self) -> bool {
        match self {
            Input::Set(..) => true,
            Input::Key(key) => !matches!(key, Key::Enter | Key::Ctrl(_)),
            _ => false,
        }
    }

    /// Whether a program or the shell gets a line by it.
    fn is_line(&self) -> bool {
        matches!(self, Input::Line(_) | Input::Key(Key::Enter))
    }
}

/// What a learner has done, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    list: Vec<Input>,
    size: usize,
    is_full: bool,
    /// Nothing has come of the last tick, so that a later one can stand for both.
    is_idle: bool,
}

impl Inputs {
    /// All of them.
    pub fn list(&self) -> &[Input] {
        &self.list
    }

    /// Whether something is missing at the end, because it was too much.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// One more.
    pub fn add(&mut self, input: Input) {
        if let Input::Set(..) = input {
            // Letters of the same line, between which nothing has happened: the last state counts.
            let after =
                usize::from(self.is_idle && matches!(self.list.last(), Some(Input::Tick(_))));
            let place = self.list.len().checked_sub(1 + after);
            let place = place.and_then(|place| self.list.get_mut(place));
            if let Some(before @ Input::Set(..)) = place {
                self.size = self.size.saturating_sub(before.size()) + input.size();
                *before = input;
                return;
            }
        }
        self.is_idle = false;
        if self.size + input.size() > ROOM {
            self.is_full = true;
        }
        if !self.is_full {
            self.size += input.size();
            self.list.push(input);
        }
    }

    /// Time has passed; whether something was due in it.
    pub fn tick(&mut self, elapsed: Duration, is_due: bool) {
        if self.is_full {
            return;
        }
        let was_idle = self.is_idle;
        match self.list.last_mut() {
            Some(Input::Tick(last)) if was_idle => *last = elapsed,
            _ => self.add(Input::Tick(elapsed)),
        }
        self.is_idle = !is_due;
    }

    /// How many there were before the last line, if there is one.
    pub fn before_last_line(&self) -> Option<usize> {
        let last = self.list.iter().rposition(Input::is_line)?;
        // The letters of that line are part of it, and so is what has happened between them.
        let mut first = last;
        for (at, input) in self.list.iter().enumerate().take(last).rev() {
            match input {
                input if input.is_editing() => first = at,
                Input::Tick(_) | Input::Hint => {}
                _ => break,
            }
        }
        let is_enter = self.list.get(last) == Some(&Input::Key(Key::Enter));
        Some(if is_enter { first } else { last })
    }
}
