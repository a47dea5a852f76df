//! A message as Milters see it, and what they do to it.

use crate::dns::Dns;
use crate::smtp::bytes::encode;

/// A message as a Milter sees it.
pub struct Letter<'a> {
    /// Its queue ID.
    pub id: &'a str,
    /// The client's name and address; `localhost[127.0.0.1]` where a program has handed it in.
    pub client: [&'a str; 2],
    /// The seconds of its arrival.
    pub at: u64,
    /// The name of this host.
    pub hostname: &'a str,
    /// What can be asked for keys.
    pub dns: Option<&'a Dns>,
}

/// What becomes of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// It goes on.
    #[default]
    Kept,
    /// It is refused with this reply.
    Refused(String),
    /// It is taken and thrown away.
    Discarded,
}

/// What all Milters have come to.
#[derive(Debug, Default)]
pub struct Made {
    /// What becomes of the message.
    pub fate: Fate,
    /// It waits for the administrator.
    pub hold: bool,
    /// What they write to the log themselves.
    pub notes: Vec<(&'static str, String)>,
}

/// Puts a header line behind all others.
pub(super) fn append(text: &mut Vec<u8>, header: &str) {
    let mut end = 0;
    for line in text.split_inclusive(|b| *b == b'\n') {
        if line == b"\n" {
            break;
        }
        end += line.len();
    }
    let line = encode(&format!("{header}\n"));
    text.splice(end..end, line);
}

/// Puts a header line before all others.
pub(super) fn insert(text: &mut Vec<u8>, header: &str) {
    let line = encode(&format!("{header}\n"));
    text.splice(..0, line);
}
