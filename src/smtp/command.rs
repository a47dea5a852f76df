//! The commands, and how a command line is cut into words.

use std::iter::Peekable;
use std::str::Chars;

use super::release::{Change, Release};
use super::text::is_space;

/// A command that this server knows (RFC 5321 section 4.1.1 and the extensions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Verb {
    Helo,
    Ehlo,
    Xclient,
    Xforward,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    Data,
    Bdat,
    Rset,
    Noop,
    Vrfy,
    Etrn,
    Quit,
    Help,
    /// Any other word.
    Unknown,
}

impl Verb {
    /// Every verb in the order in which the `disconnect` line of the log counts them.
    pub const ALL: [Verb; 17] = [
        Verb::Helo,
        Verb::Ehlo,
        Verb::Xclient,
        Verb::Xforward,
        Verb::Starttls,
        Verb::Auth,
        Verb::Mail,
        Verb::Rcpt,
        Verb::Data,
        Verb::Bdat,
        Verb::Rset,
        Verb::Noop,
        Verb::Vrfy,
        Verb::Etrn,
        Verb::Quit,
        Verb::Help,
        Verb::Unknown,
    ];

    /// The verb that a word names, in either case, if the release knows it.
    pub fn of(word: &str, release: Release) -> Verb {
        Verb::ALL[..16]
            .iter()
            .copied()
            .find(|v| v.name().eq_ignore_ascii_case(word))
            .filter(|v| match v {
                Verb::Bdat => release.has(Change::Chunking),
                Verb::Help => release.has(Change::Help),
                _ => true,
            })
            .unwrap_or(Verb::Unknown)
    }

    /// The name in capitals, as the log writes it.
    pub fn name(self) -> &'static str {
        match self {
            Verb::Helo => "HELO",
            Verb::Ehlo => "EHLO",
            Verb::Xclient => "XCLIENT",
            Verb::Xforward => "XFORWARD",
            Verb::Starttls => "STARTTLS",
            Verb::Auth => "AUTH",
            Verb::Mail => "MAIL",
            Verb::Rcpt => "RCPT",
            Verb::Data => "DATA",
            Verb::Bdat => "BDAT",
            Verb::Rset => "RSET",
            Verb::Noop => "NOOP",
            Verb::Vrfy => "VRFY",
            Verb::Etrn => "ETRN",
            Verb::Quit => "QUIT",
            Verb::Help => "HELP",
            Verb::Unknown => "UNKNOWN",
        }
    }

    /// Counts against `smtpd_junk_command_limit`: it does nothing for the delivery of mail.
    pub fn is_junk(self) -> bool {
        use Verb::*;
        matches!(self, Helo | Ehlo | Rset | Noop | Vrfy | Etrn)
    }

    /// Allowed before STARTTLS where `smtpd_tls_security_level = encrypt`.
    pub fn is_allowed_before_tls(self) -> bool {
        use Verb::*;
        matches!(self, Helo | Ehlo | Xclient | Starttls | Noop | Quit | Help)
    }

    /// Must be the last command of a pipelined group (RFC 2920 section 3.1).
    pub fn must_be_last(self) -> bool {
        use Verb::*;
        matches!(self, Helo | Ehlo | Data | Noop | Vrfy)
    }
}

/// One argument of a command, as the tokeniser gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text, brackets and quotes included.
    pub text: String,
    /// False where a bracket or quote was not closed.
    pub closed: bool,
}

/// Cuts a command line into words: white space separates, `<…>` and `"…"` hold together, and
/// `to:` and `from:` end a word so that `MAIL FROM:<a@b>` has three.
///
/// ```
/// use smtp_terminal::smtp::command::words;
/// let line: Vec<String> = words("MAIL FROM:<a b@c> SIZE=1").into_iter().map(|w| w.text).collect();
/// assert_eq!(line, ["MAIL", "FROM:", "<a b@c>", "SIZE=1"]);
/// ```
pub fn words(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = line.chars().peekable();
    loop {
        let mut word = Word {
            text: String::new(),
            closed: true,
        };
        while let Some(c) = rest.next() {
            match c {
                c if is_space(c) => {
                    while rest.next_if(|&c| is_space(c)).is_some() {}
                    if !word.text.is_empty() {
                        break;
                    }
                }
                '<' => quoted(&mut rest, &mut word, '<', '>'),
                '"' => quoted(&mut rest, &mut word, '"', '"'),
                ':' => {
                    word.text.push(':');
                    let text = &word.text;
                    if text.eq_ignore_ascii_case("to:") || text.eq_ignore_ascii_case("from:") {
                        break;
                    }
                }
                '\\' => {
                    word.text.push('\\');
                    match rest.next() {
                        Some(c) => word.text.push(c),
                        None => break,
                    }
                }
                c => word.text.push(c),
            }
        }
        if word.text.is_empty() {
            return words;
        }
        words.push(word);
    }
}

/// Reads up to the closing character. Quotes nest inside brackets, brackets inside brackets.
fn quoted(rest: &mut Peekable<Chars>, word: &mut Word, open: char, close: char) {
    word.text.push(open);
    let mut outer = Vec::new();
    let mut wanted = close;
    while let Some(c) = rest.next() {
        word.text.push(c);
        if c == '\\' {
            match rest.next() {
                Some(c) => word.text.push(c),
                None => break,
            }
        } else if c == wanted {
            match outer.pop() {
                Some(before) => wanted = before,
                None => return,
            }
        } else if c == '"' || (c == '<' && wanted == '>') {
            outer.push(wanted);
            wanted = if c == '<' { '>' } else { c };
        }
    }
    word.closed = false;
}
