//! For those who watch: each line of the client's, when the session reads it.
//!
//! What is never read (after the session has hung up, or what comes before a TLS handshake) is no
//! line, and neither is the content of a chunk that is thrown away.

use crate::smtp::bytes::decode;
use crate::smtp::framing::End;
use crate::smtp::session::action::Action;

/// As much of a line is told; the rest is left out.
const LONGEST: usize = 1 << 16;

/// What is heard, where somebody watches.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The start of a line whose end has not been read; `None` where nobody watches.
    line: Option<Vec<u8>>,
    /// Lines that have not been told yet.
    told: Vec<Action>,
}

impl Watch {
    /// Somebody watches from here on.
    pub fn begin(&mut self) {
        self.line = Some(Vec::new());
    }

    /// A line, or a piece of one, has been read.
    pub fn hear(&mut self, piece: &[u8], end: End, content: bool) {
        let Some(line) = &mut self.line else {
            return;
        };
        let room = LONGEST.saturating_sub(line.len());
        line.extend(piece.iter().take(room));
        if end != End::Cut {
            let text = decode(&std::mem::take(line)).into_owned();
            self.told.push(Action::Line { text, content });
        }
    }

    /// The lines that have been heard since this was asked the last time.
    pub fn tell(&mut self) -> impl Iterator<Item = Action> + '_ {
        self.told.drain(..)
    }
}
