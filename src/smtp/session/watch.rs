//! For those who watch: each line of the client's, when the session reads it.
//!
//! What is never read (after the session has hung up, or what comes before a TLS handshake) is no
//! line, and neither is the content of a chunk that is thrown away.

use crate::smtp::bytes::decode;
use crate::smtp::framing::End;
use crate::smtp::session::{Action, Session};

/// As much of a line is told; the rest is left out.
const LONGEST: usize = 1 << 16;

/// The start of a line whose end has not been read; `None` where nobody watches.
#[derive(Debug, Default)]
pub(super) struct Watch(Option<Vec<u8>>);

impl Session {
    /// From here on there is an [`Action::Line`] for each line.
    pub fn watch(&mut self) {
        self.watch = Watch(Some(Vec::new()));
    }

    /// Tells of a line, or of a piece of one.
    pub(super) fn tell(&mut self, piece: &[u8], end: End, content: bool) {
        let Some(line) = &mut self.watch.0 else {
            return;
        };
        let room = LONGEST.saturating_sub(line.len());
        line.extend(piece.iter().take(room));
        if end != End::Cut {
            let text = decode(&std::mem::take(line)).into_owned();
            self.act(Action::Line { text, content });
        }
    }
}
