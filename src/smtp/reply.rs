//! Replies: a code and one or more lines of text (RFC 5321 section 4.2).

// In the browser a text is a text, and nothing is converted.
#![cfg_attr(target_arch = "wasm32", allow(clippy::useless_conversion))]

use std::fmt;

use crate::smtp::bytes::{decode, encode_into};

/// A text that need not be allocated where it is always the same.
#[cfg(not(target_arch = "wasm32"))]
pub type Text = std::borrow::Cow<'static, str>;

/// In the browser every byte of code counts, and nobody counts allocations.
#[cfg(target_arch = "wasm32")]
pub type Text = String;

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
    /// Its lines, with CR LF between them.
    text: Text,
}

impl Reply {
    /// A reply of several lines; all but the last get a hyphen after the code.
    pub fn lines<S: AsRef<str>>(code: u16, texts: impl IntoIterator<Item = S>) -> Reply {
        let mut joined = String::new();
        let mut last = 0;
        for text in texts {
            if !joined.is_empty() {
                joined.push_str("\r\n");
            }
            last = joined.len();
            joined.push_str(&format!("{code}-{}", text.as_ref()));
        }
        if joined.len() >= last + 4 {
            joined.replace_range(last + 3..last + 4, " ");
        }
        Reply {
            text: joined.into(),
        }
    }

    /// A reply whose text may hold CR LF between lines, each with its code: tables and footers
    /// make such.
    pub fn of_lines(text: &str) -> Reply {
        let text = text.trim_end_matches("\r\n");
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
        Reply {
            text: joined.into(),
        }
    }

    /// The three-digit code; 0 where the text has none, which only a faulty access table makes.
    pub fn code(&self) -> u16 {
        let code = self.text.get(..3).and_then(|code| code.parse().ok());
        code.unwrap_or(0)
    }

    /// Whether its code is 421 or 521, after which the server hangs up.
    pub fn ends_session(&self) -> bool {
        matches!(self.text.as_bytes(), [b'4' | b'5', b'2', b'1', ..])
    }

    /// Whether it refuses, for now (4xx) or for good (5xx).
    pub fn is_refusal(&self) -> bool {
        matches!(self.code(), 400..600)
    }

    /// The text as it is sent, without the last CR LF.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds it to what is sent: every line ends with CR LF.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        encode_into(&self.text, out);
        out.extend_from_slice(b"\r\n");
    }

    /// Turns 5xx into 4xx in code and enhanced code (`soft_bounce = yes`).
    pub fn soften(&mut self) {
        let softer = |line: &str| match line.strip_prefix('5') {
            Some(rest) if rest.get(3..4) == Some("5") => format!("4{}4{}", &rest[..3], &rest[4..]),
            Some(rest) => format!("4{rest}"),
            None => line.to_string(),
        };
        let lines = self.text.split_inclusive('\n').map(softer);
        self.text = lines.collect::<String>().into();
    }
}

/// A reply of one line.
impl From<String> for Reply {
    fn from(mut text: String) -> Reply {
        while text.ends_with("\r\n") {
            text.truncate(text.len() - 2);
        }
        Reply { text: text.into() }
    }
}

/// What is always said in the same words.
impl From<&'static str> for Reply {
    fn from(text: &'static str) -> Reply {
        Reply { text: text.into() }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl From<Text> for Reply {
    fn from(text: Text) -> Reply {
        match text {
            Text::Borrowed(text) => text.into(),
            Text::Owned(text) => text.into(),
        }
    }
}

/// Takes the first whole reply out of what a server has sent: its lines, joined with LF. For
/// clients; `None` until the last line has come.
///
/// ```
/// use smtp_terminal::smtp::reply::take_reply;
/// let mut heard = b"250-mx\r\n250 DSN\r\n354".to_vec();
/// assert_eq!(take_reply(&mut heard).as_deref(), Some("250-mx\n250 DSN"));
/// assert_eq!(take_reply(&mut heard), None);
/// ```
pub fn take_reply(heard: &mut Vec<u8>) -> Option<String> {
    let mut end = 0;
    loop {
        let line = heard[end..].iter().position(|&b| b == b'\n')?;
        let is_last = heard.get(end + 3) != Some(&b'-');
        end += line + 1;
        if is_last {
            break;
        }
    }
    let bytes: Vec<u8> = heard.drain(..end).collect();
    let text = decode(&bytes).replace('\r', "");
    Some(text.trim_end().to_string())
}

/// Adds the lines of a footer to a refusal, each with its codes (`\c` starts it on the same line), as
/// `expand` makes of them; `None` where one is malformed (`smtpd_reject_footer`).
pub fn with_footer(
    text: &str,
    footer: &str,
    expand: &mut dyn FnMut(&str) -> Option<String>,
) -> Option<String> {
    let (code, rest) = text.split_once(' ')?;
    let status = rest
        .split(' ')
        .next()
        .filter(|w| w.bytes().filter(|&b| b == b'.').count() == 2 && w.starts_with(['4', '5']));
    let mut out = text.to_string();
    let (mut same_line, footer) = match footer.strip_prefix("\\c") {
        Some(rest) => (true, rest),
        None => (false, footer),
    };
    for line in footer.split("\\n") {
        let line = expand(line);
        if !std::mem::take(&mut same_line) {
            out.push_str(&format!("\r\n{code} "));
            if let Some(status) = status {
                out.push_str(&format!("{status} "));
            }
        }
        out.push_str(&line?);
    }
    Some(out)
}

/// The wire form: every line ends with CR LF.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text)?;
        f.write_str("\r\n")
    }
}
