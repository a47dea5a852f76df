//! A script as a list of commands.

use std::rc::Rc;

use crate::regex::Regex;

/// A line, or lines, that a command is for.
#[derive(Clone, Debug)]
pub enum Address {
    /// By its number; 0 only before a regular expression.
    Line(usize),
    /// Every so many lines from there.
    Step(usize, usize),
    /// The last.
    Last,
    /// Those that match; none means the last regular expression that was used.
    Match(Option<Rc<Regex>>),
    /// So many lines more (`+N`).
    Plus(usize),
    /// Up to a multiple (`~N`).
    Multiple(usize),
}

/// A part of what `s` puts in.
#[derive(Clone, Debug)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// What a group matched.
    Group(usize),
    /// `\U`, `\L`, `\u`, `\l`, `\E`.
    Case(char),
}

/// `s` with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Substitution {
    /// What is looked for; none means the last regular expression that was used.
    pub pattern: Option<Rc<Regex>>,
    /// What is put in.
    pub pieces: Vec<Piece>,
    /// All that are found, from the number on.
    pub all: bool,
    /// The first that counts.
    pub number: usize,
    /// The line is printed where something was replaced.
    pub prints: bool,
    /// And written there.
    pub file: Option<String>,
}

/// What a command does.
#[derive(Clone, Debug)]
pub enum Action {
    /// `{`: where the block ends.
    Block(usize),
    /// `l`, and how wide its lines are.
    Listed(Option<usize>),
    /// `}`, and `:label`.
    Nothing,
    /// `b`, `t`, `T`: which, and where to.
    Branch(char, usize),
    /// `a`, `i`, `c` with their text.
    Text(char, String),
    /// `r` and `w` with their file.
    File(char, String),
    /// `s`.
    Substitute(Box<Substitution>),
    /// `y`: characters, and what they become.
    Transliterate(Vec<(char, char)>),
    /// `q` and `Q` with the exit status.
    Quit(bool, i32),
    /// A letter that says it all: `p`, `d`, `=` …
    Plain(char),
}

/// A command with its addresses.
#[derive(Clone, Debug)]
pub struct Command {
    /// One, or from the first to the second.
    pub addresses: (Option<Address>, Option<Address>),
    /// It is for all other lines.
    pub is_negated: bool,
    /// What it does.
    pub action: Action,
}
