//! Where commands come from: a text, the input, a person at the prompt.

use crate::workstation::shell::parser::Parser;

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A script, with the name that complaints have.
    Script,
    /// `bash -c`
    Command,
    /// `eval`
    Eval,
    /// `source`: `return` ends it.
    File,
    /// A trap.
    Trap,
    /// The input of a shell.
    Input,
    /// A person types.
    Prompt,
}

/// Where commands come from.
#[derive(Debug)]
pub struct Source {
    pub(super) origin: Origin,
    pub(super) parser: Parser<'static>,
    /// What has been read and makes no whole command yet.
    pub(super) text: String,
    /// Part of a line.
    pub(super) bytes: Vec<u8>,
    /// The line that the text begins on.
    pub(super) line: u32,
    /// The delimiter of a here-document that is open: only that line can end it.
    pub(super) document: Option<String>,
    /// That document has grown too long: the rest of it is read, and then all is dropped.
    pub(super) is_lost: bool,
    pub(super) prompt: String,
    /// The line to go back to at the end.
    pub(super) outer: u32,
    /// The trees of a command that is being put together.
    pub(super) has_ended: bool,
}

impl Source {
    /// A text.
    pub fn new(origin: Origin, text: &str, line: u32, outer: u32) -> Source {
        Source {
            origin,
            parser: Parser::new(text.to_string().into(), 0, line, 0),
            text: String::new(),
            bytes: Vec::new(),
            line,
            document: None,
            is_lost: false,
            prompt: String::new(),
            outer,
            has_ended: false,
        }
    }

    /// What a trap does.
    pub fn trap(text: &str, line: u32) -> Source {
        Source::new(Origin::Trap, text, line, line)
    }

    /// Whether it goes on with the next command when one was dropped.
    pub fn goes_on(&self) -> bool {
        true
    }

    /// What was begun is dropped.
    pub fn forget(&mut self) {
        self.text.clear();
        self.bytes.clear();
        self.document = None;
        self.is_lost = false;
    }

    /// The prompt that is shown.
    pub fn shown_prompt(&self) -> Option<String> {
        (self.origin == Origin::Prompt).then(|| self.prompt.clone())
    }
}
