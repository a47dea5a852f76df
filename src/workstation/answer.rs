//! What a seat answers to the terminal in front of it.

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
