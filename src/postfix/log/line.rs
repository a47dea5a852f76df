//! mail.log.

use std::fmt;
use std::sync::Arc;

use crate::smtp::policy::Note;
use crate::time::Time;

/// What this simulator has to say itself, which no Postfix says.
pub const REMARKS: &str = "smtp-terminal";

/// One line of mail.log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it was written.
    pub at: Time,
    /// The first label of the host's name.
    pub host: String,
    /// What a program's own name follows (`syslog_name`).
    pub name: Arc<str>,
    /// The process that wrote it.
    pub pid: u32,
    /// The program and its text.
    pub note: Note,
}

/// `Nov 24 01:55:53 smtp postfix/smtpd[1204]: connect from penguinpower[10.25.0.57]`
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        // These are no part of Postfix, or have not read yet what it is called.
        let (name, slash) = match self.note.program {
            "dovecot" => {
                let (at, text) = (self.at.log_stamp(), &self.note.text);
                // What it writes before it has a log has its number.
                let colon = if text.starts_with('[') { "" } else { ": " };
                return write!(f, "{at} {} dovecot{colon}{text}", self.host);
            }
            "postgrey" | "policyd-spf" | "opendkim" | "postfix" | REMARKS => ("", ""),
            _ => (&*self.name, "/"),
        };
        write!(
            f,
            "{} {} {name}{slash}{}[{}]: {}",
            self.at.log_stamp(),
            self.host,
            self.note.program,
            self.pid,
            self.note.text
        )
    }
}

/// A delay as Postfix logs it: two digits that matter, at most two after the point.
///
/// ```
/// use smtp_terminal::postfix::log::line::span;
/// use std::time::Duration;
/// assert_eq!(span(Duration::from_micros(13_400)), "0.01");
/// assert_eq!(span(Duration::from_millis(1_234)), "1.2");
/// assert_eq!(span(Duration::from_millis(300)), "0.3");
/// assert_eq!(span(Duration::from_millis(127_400)), "127");
/// ```
pub fn span(span: std::time::Duration) -> String {
    let millis = crate::time::millis(span);
    let hundredths = (millis + 5) / 10;
    let tenths = (millis + 50) / 100;
    let text = match millis {
        0..1_000 => format!("{}.{:02}", hundredths / 100, hundredths % 100),
        1_000..10_000 => format!("{}.{}", tenths / 10, tenths % 10),
        millis => ((millis + 500) / 1_000).to_string(),
    };
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}
