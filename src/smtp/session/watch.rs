//! For those who watch: each line of the client's, when the session reads it.
//!
//! What is never read (after the session has hung up, or what comes before a TLS handshake) is no
//! line, and neither is the content of a chunk that is thrown away.

use std::collections::VecDeque;

use crate::smtp::bytes::decode;
use crate::smtp::framing::End;
use crate::smtp::session::action::{Action, Todo};

/// As much of a line is told; the rest is left out.
const LONGEST: usize = 1 << 16;

/// The start of a line whose end has not been read; `None` where nobody watches.
#[derive(Debug, Default)]
pub(super) struct Watch(Option<Vec<u8>>);

impl Watch {
    /// Somebody watches from here on.
    pub fn begin(&mut self) {
        self.0 = Some(Vec::new());
    }

    /// A line, or a piece of one, has been read, and is to be told of.
    #[inline]
    pub fn hear(&mut self, piece: &[u8], end: End, content: bool, todo: &mut VecDeque<Todo>) {
        if self.0.is_some() {
            self.keep(piece, end, content, todo);
        }
    }

    fn keep(&mut self, piece: &[u8], end: End, content: bool, todo: &mut VecDeque<Todo>) {
        let Some(line) = &mut self.0 else {
            return;
        };
        let room = LONGEST.saturating_sub(line.len());
        line.extend(piece.iter().take(room));
        if end != End::Cut {
            let text = decode(&std::mem::take(line)).into_owned();
            todo.push_back(Todo::Act(Action::Line { text, content }));
        }
    }
}
