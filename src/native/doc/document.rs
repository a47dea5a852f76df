//! A document as lines that keep their places: the blocks in which a dialogue may stand, and the
//! comments that are meant for this program.

/// Where something stands in a file, both counted from one; columns count characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// A line of a block as a reader sees it: without tags, indentation of the block and entities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What is to be read.
    pub text: String,
    /// Where its first character stands.
    pub at: Place,
    /// A comment before it says that it is right as it is.
    pub is_accepted: bool,
}

/// Lines that stand together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The lines in order.
    pub lines: Vec<Line>,
    /// It is running text and no listing, so it takes more to be a dialogue.
    pub is_prose: bool,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Lines that may be a dialogue.
    Block(Block),
    /// What a comment says after `smtp-terminal:`.
    Comment(String, Place),
}

/// What a comment says to this program, where it says anything.
pub fn addressed(comment: &str) -> Option<&str> {
    comment.trim().strip_prefix("smtp-terminal:").map(str::trim)
}

/// From bytes of a text to places.
pub struct Places<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    /// Those of a text.
    pub fn of(text: &'a str) -> Places<'a> {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1));
        Places {
            text,
            starts: starts.collect(),
        }
    }

    /// The place of a byte.
    pub fn at(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or("");
        Place {
            line,
            column: before.chars().count() + 1,
        }
    }
}

/// Lines that are being put together, character by character.
#[derive(Default)]
pub struct Lines {
    lines: Vec<Line>,
    text: String,
    at: Option<usize>,
    accept_next: bool,
}

impl Lines {
    /// Adds to the line, from this byte of the source.
    pub fn push(&mut self, text: &str, at: usize) {
        self.at.get_or_insert(at);
        self.text.push_str(text);
    }

    /// Whether the line has nothing to be seen yet.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether the line ends with a space already.
    pub fn ends_with_space(&self) -> bool {
        self.text.is_empty() || self.text.ends_with(' ')
    }

    /// The next line, or this one where nothing has come of it, is right as it is.
    pub fn accept(&mut self) {
        self.accept_next = true;
    }

    /// Ends a line.
    pub fn end_line(&mut self, at: usize, places: &Places) {
        let text = std::mem::take(&mut self.text);
        let start = self.at.take().unwrap_or(at);
        let is_accepted = self.accept_next && !text.trim().is_empty();
        self.accept_next &= !is_accepted;
        self.lines.push(Line {
            text: text.trim_end_matches(['\r', ' ', '\t']).into(),
            at: places.at(start),
            is_accepted,
        });
    }

    /// The lines that have ended, from this one on.
    pub fn since(&self, first: usize) -> &[Line] {
        self.lines.get(first..).unwrap_or(&[])
    }

    /// Ends the block, which is nothing where no line has anything to be seen.
    pub fn end(&mut self, at: usize, places: &Places, is_prose: bool) -> Option<Item> {
        if !self.text.is_empty() {
            self.end_line(at, places);
        }
        self.at = None;
        self.accept_next = false;
        let lines = std::mem::take(&mut self.lines);
        let is_empty = lines.iter().all(|line| line.text.trim().is_empty());
        (!is_empty).then_some(Item::Block(Block { lines, is_prose }))
    }
}
