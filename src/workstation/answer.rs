//! What a seat answers to the terminal in front of it.

use std::cell::RefCell;

/// What the shell wants its surroundings to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The learner has left the shell (`exit`, Ctrl-D).
    Exit,
}

/// What comes of a key that is no part of editing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing is known of it.
    Unknown,
    /// It has been dealt with.
    Done,
    /// Text is put in at the cursor.
    Insert(String),
    /// There is more than one way to go on.
    Choices(Vec<String>),
    /// The line becomes this one, and the row in front of it shows that.
    Show(String, String),
}

/// What is asked of an editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The text is written to the file.
    Save(String),
    /// The same, and the editor ends if that was possible.
    SaveAndClose(String),
    /// The editor ends.
    Close,
}

/// A file in an editor, which the front end has to show.
#[derive(Debug)]
pub struct Document {
    /// The editor: `nano`, `vi`, `vim` or `emacs`.
    pub program: &'static str,
    /// The file, as it was named.
    pub name: String,
    /// What it holds.
    pub text: RefCell<String>,
    /// What the editor has said last.
    pub message: RefCell<String>,
    /// What it is to do.
    pub asked: RefCell<Vec<Asked>>,
}
