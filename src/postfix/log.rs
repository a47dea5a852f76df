//! mail.log.

use std::fmt;

use crate::smtp::policy::Note;
use crate::time::Time;

/// One line of mail.log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it was written.
    pub at: Time,
    /// The first label of the host's name.
    pub host: String,
    /// The process that wrote it.
    pub pid: u32,
    /// The program and its text.
    pub note: Note,
}

/// `Nov 24 01:55:53 smtp postfix/smtpd[1204]: connect from penguinpower[10.25.0.57]`
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "{} {} postfix/{}[{}]: {}",
            self.at.log_stamp(),
            self.host,
            self.note.program,
            self.pid,
            self.note.text
        )
    }
}
