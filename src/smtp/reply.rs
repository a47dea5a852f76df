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
    /// As it is sent.
    wire: String,
}

impl Reply {
    /// A reply of several lines; all but the last get a hyphen after the code.
    pub fn lines<S: AsRef<str>>(code: u16, texts: impl IntoIterator<Item = S>) -> Reply {
        let mut wire = String::new();
        let mut last = 0;
        for text in texts {
            last = wire.len();
            wire.push_str(&format!("{code}-{}\r\n", text.as_ref()));
        }
        if wire.len() >= last + 4 {
            wire.replace_range(last + 3..last + 4, " ");
        }
        Reply { wire }
    }

    /// The three-digit code; 0 where the text has none, which only a faulty access table makes.
    pub fn code(&self) -> u16 {
        let code = self.wire.get(..3).and_then(|code| code.parse().ok());
        code.unwrap_or(0)
    }

    /// Whether it refuses, for now (4xx) or for good (5xx).
    pub fn is_refusal(&self) -> bool {
        matches!(self.code(), 400..600)
    }

    /// The text as it is sent: every line ends with CR LF.
    pub fn wire(&self) -> &str {
        &self.wire
    }

    /// The text as it is sent, without the last CR LF.
    pub fn text(&self) -> &str {
        self.wire.strip_suffix("\r\n").unwrap_or(&self.wire)
    }

    /// Turns 5xx into 4xx in code and enhanced code (`soft_bounce = yes`).
    pub fn soften(&mut self) {
        let softer = |line: &str| match line.strip_prefix('5') {
            Some(rest) if rest.get(3..4) == Some("5") => format!("4{}4{}", &rest[..3], &rest[4..]),
            Some(rest) => format!("4{rest}"),
            None => line.to_string(),
        };
        self.wire = self.wire.split_inclusive('\n').map(softer).collect();
    }
}

/// A reply whose text may hold CR LF between lines.
impl From<String> for Reply {
    fn from(mut text: String) -> Reply {
        while text.ends_with("\r\n") {
            text.truncate(text.len() - 2);
        }
        if text.as_bytes().contains(&b'\n') {
            let lines: Vec<&str> = text.split("\r\n").collect();
            let mut joined = String::with_capacity(text.len() + 2);
            for (i, line) in lines.iter().enumerate() {
                if i > 0 {
                    joined.push_str("\r\n");
                }
                match (i + 1 < lines.len(), line.get(..3), line.get(4..)) {
                    (true, Some(code), Some(rest)) => {
                        joined.push_str(code);
                        joined.push('-');
                        joined.push_str(rest);
                    }
                    _ => joined.push_str(line),
                }
            }
            text = joined;
        }
        text.push_str("\r\n");
        Reply { wire: text }
    }
}

impl From<&str> for Reply {
    fn from(text: &str) -> Reply {
        let mut own = String::with_capacity(text.len() + 2);
        own.push_str(text);
        Reply::from(own)
    }
}

/// The wire form: every line ends with CR LF.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.wire)
    }
}
