//! The commands, and how a command line is cut into words.

use crate::smtp::release::{Change, Release};

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
        if !(4..=8).contains(&word.len()) {
            return Verb::Unknown;
        }
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// The text, brackets and quotes included.
    pub text: &'a str,
    /// False where a bracket or quote was not closed.
    pub closed: bool,
}

/// Whether a byte is white space to Postfix's tokeniser (C's `isspace` in the C locale).
pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// [`is_space`], of a byte.
pub fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Whether a word looks like the start of a message header, `Name:`: what a browser or a
/// message sent after a refused `DATA` would say. Postfix hangs up on it.
pub fn is_header(word: &str) -> bool {
    let mut name = false;
    let mut space = false;
    for c in word.chars() {
        match c {
            ':' => return name,
            ' ' | '\t' if name => space = true,
            _ if !c.is_ascii() || c.is_ascii_control() || space || c == ' ' => return false,
            _ => name = true,
        }
    }
    false
}

/// The words of a line; those of nearly all lines find room without being allocated.
#[cfg(not(target_arch = "wasm32"))]
pub type Words<'a> = smallvec::SmallVec<[Word<'a>; 4]>;

/// In the browser every byte of code counts, and nobody counts allocations.
#[cfg(target_arch = "wasm32")]
pub type Words<'a> = Vec<Word<'a>>;

/// Cuts a command line into words: white space separates, `<…>` and `"…"` hold together, and
/// `to:` and `from:` end a word so that `MAIL FROM:<a@b>` has three.
///
/// ```
/// use smtp_terminal::smtp::command::words;
/// let line: Vec<&str> = words("MAIL FROM:<a b@c> SIZE=1").into_iter().map(|w| w.text).collect();
/// assert_eq!(line, ["MAIL", "FROM:", "<a b@c>", "SIZE=1"]);
/// ```
pub fn words(line: &str) -> Words<'_> {
    let mut words = Words::new();
    // What matters to the tokeniser is ASCII, so bytes will do.
    let bytes = line.as_bytes();
    let mut at = 0;
    loop {
        while bytes.get(at).is_some_and(|&b| is_space_byte(b)) {
            at += 1;
        }
        let start = at;
        let mut closed = true;
        while let Some(&b) = bytes.get(at) {
            at += 1;
            match b {
                b if is_space_byte(b) => {
                    at -= 1;
                    break;
                }
                b'<' | b'"' => (at, closed) = quoted(bytes, at, b, closed),
                b':' => {
                    let text = &bytes[start..at];
                    if text.eq_ignore_ascii_case(b"to:") || text.eq_ignore_ascii_case(b"from:") {
                        break;
                    }
                }
                b'\\' => at = after_character(line, at),
                _ => {}
            }
        }
        if at == start {
            return words;
        }
        words.push(Word {
            text: &line[start..at],
            closed,
        });
    }
}

/// The place after the character that starts at `at`.
fn after_character(line: &str, at: usize) -> usize {
    at + line[at..].chars().next().map_or(0, char::len_utf8)
}

/// Reads from after an opening bracket or quote to its partner: where that ends, and whether the
/// word is still well formed. Quotes nest inside brackets, brackets inside brackets.
fn quoted(bytes: &[u8], start: usize, open: u8, closed: bool) -> (usize, bool) {
    let partner = |open: u8| if open == b'<' { b'>' } else { open };
    let mut outer = Vec::new();
    let mut wanted = partner(open);
    let mut at = start;
    while let Some(&b) = bytes.get(at) {
        at += 1;
        if b == b'\\' {
            if at == bytes.len() {
                break;
            }
            at += 1;
            // The rest of a character of several bytes.
            while bytes.get(at).is_some_and(|b| (0x80..0xC0).contains(b)) {
                at += 1;
            }
        } else if b == wanted {
            match outer.pop() {
                Some(before) => wanted = before,
                None => return (at, closed),
            }
        } else if b == b'"' || (b == b'<' && wanted == b'>') {
            outer.push(wanted);
            wanted = partner(b);
        }
    }
    (at, false)
}

/// The default of `smtpd_forbidden_commands`: what a web browser says, or a word that starts
/// with no letter.
pub fn is_forbidden_by_default(word: &str) -> bool {
    ["CONNECT", "GET", "POST"]
        .iter()
        .any(|w| w.eq_ignore_ascii_case(word))
        || !word.starts_with(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_lines_are_cut_as_postfix_cuts_them() {
        let cut = |line| words(line).iter().map(|w| w.text).collect::<Vec<_>>();
        assert_eq!(cut("  NOOP \t x "), ["NOOP", "x"]);
        assert_eq!(cut("RCPT To:é\\ b \\"), ["RCPT", "To:", "é\\ b", "\\"]);
        assert_eq!(cut("VRFY \"a <b\" c> d"), ["VRFY", "\"a <b\"", "c>", "d"]);
        assert_eq!(
            cut("MAIL FROM: <a \"b>\" c> <d"),
            ["MAIL", "FROM:", "<a \"b>\" c>", "<d"]
        );
        assert!(!words("RCPT TO:<a \"b>").last().unwrap().closed);
        assert!(cut(" \t").is_empty());
    }

    #[test]
    fn headers_are_told_from_commands() {
        assert!(is_header("Subject:"));
        assert!(is_header("To:x"));
        assert!(!is_header("HELO"));
        assert!(!is_header(":"));
    }
}
