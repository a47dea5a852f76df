//! What a line means, as a front end shows it.

/// An explanation of one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// The line itself.
    pub line: String,
    /// What it is, in a few words.
    pub title: String,
    /// Pieces of the line with what each means, from left to right.
    pub parts: Vec<Part>,
    /// What there is to say, in order.
    pub says: Vec<Section>,
    /// Where this is laid down: `RFC 5321 section 4.1.1.3`; empty where nothing is.
    pub reference: String,
    /// What probably went wrong, in a sentence; empty where nothing did.
    pub likely: String,
    /// Its texts are of the line's kind only: no rule of the document knows this very line.
    pub is_general: bool,
}

/// A piece of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// What it means.
    pub what: String,
}

/// A text under a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading; empty for what stands first.
    pub heading: String,
    /// The paragraphs, separated by line ends. What stands between backquotes is code.
    pub text: String,
}

impl Explanation {
    /// The piece of the line that a part is about.
    pub fn piece(&self, part: &Part) -> &str {
        self.line.get(part.start..part.end).unwrap_or("")
    }
}
