//! Replies: a code and one or more lines of text (RFC 5321 section 4.2).

use std::fmt;

/// What the server says to one command.
///
/// ```
/// use smtp_terminal::smtp::reply::Reply;
/// let reply = Reply::from("250 2.1.0 Ok");
/// assert_eq!(reply.code(), 250);
/// assert_eq!(reply.to_string(), "250 2.1.0 Ok\r\n");
/// let ehlo = Reply::lines(250, ["smtp.safeer.in", "PIPELINING"]);
/// assert_eq!(ehlo.to_string(), "250-smtp.safeer.in\r\n250 PIPELINING\r\n");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Each line as it is sent, without its CR LF.
    lines: Vec<String>,
}

impl Reply {
    /// A reply of several lines; all but the last get a hyphen after the code.
    pub fn lines<S: AsRef<str>>(code: u16, texts: impl IntoIterator<Item = S>) -> Reply {
        let mut lines: Vec<String> = texts
            .into_iter()
            .map(|t| format!("{code}-{}", t.as_ref()))
            .collect();
        if let Some(last) = lines.last_mut() {
            last.replace_range(3..4, " ");
        }
        Reply { lines }
    }

    /// The three-digit code; 0 where the text has none, which only a faulty access table makes.
    pub fn code(&self) -> u16 {
        self.lines
            .first()
            .and_then(|l| l.get(..3)?.parse().ok())
            .unwrap_or(0)
    }

    /// Whether it refuses, for now (4xx) or for good (5xx).
    pub fn is_refusal(&self) -> bool {
        matches!(self.code(), 400..600)
    }

    /// The text as it is sent, lines joined by CR LF, without the last one.
    pub fn text(&self) -> String {
        self.lines.join("\r\n")
    }

    /// Turns 5xx into 4xx in code and enhanced code (`soft_bounce = yes`).
    pub fn soften(&mut self) {
        for line in &mut self.lines {
            if line.starts_with('5') {
                line.replace_range(0..1, "4");
                if line.get(4..5) == Some("5") {
                    line.replace_range(4..5, "4");
                }
            }
        }
    }
}

/// A reply whose text may hold CR LF between lines.
impl<S: AsRef<str>> From<S> for Reply {
    fn from(text: S) -> Reply {
        let mut lines: Vec<String> = text.as_ref().split("\r\n").map(str::to_string).collect();
        while lines.len() > 1 && lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        let all_but_last = lines.len() - 1;
        for line in &mut lines[..all_but_last] {
            if line.is_char_boundary(3) && line.is_char_boundary(4) && line.len() > 3 {
                line.replace_range(3..4, "-");
            }
        }
        Reply { lines }
    }
}

/// The wire form: every line ends with CR LF.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.lines.iter().try_for_each(|l| write!(f, "{l}\r\n"))
    }
}
