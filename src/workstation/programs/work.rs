//! What a program goes on with, piece by piece: between two pieces the page is drawn and Ctrl-C is heard.

use std::fmt;

use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;

/// Bytes that are looked at in one piece.
pub const PIECE: usize = 32 << 10;

/// The next piece, which puts what it has to say into an output; whether there is more to do.
type Go = dyn FnMut(&mut Machine, &mut Output) -> bool;

/// What a program that computes has still to do.
pub struct Work(Box<Go>);

impl Work {
    /// Work that is done by this.
    pub fn new(go: Box<Go>) -> Work {
        Work(go)
    }

    /// Does the next piece; whether there is more to do.
    pub fn go_on(&mut self, at: &mut Machine, output: &mut Output) -> bool {
        (self.0)(at, output)
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Work")
    }
}

/// The next lines of a text, some [`PIECE`] bytes of them, with their ends.
pub fn piece<'t>(text: &'t str, place: &mut usize) -> &'t str {
    let rest = text.get(*place..).unwrap_or("");
    let far = rest.bytes().skip(PIECE).position(|byte| byte == b'\n');
    let piece = rest.get(..far.map_or(rest.len(), |far| PIECE + far + 1));
    let piece = piece.unwrap_or(rest);
    *place += piece.len();
    piece
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_into_whole_lines() {
        let text = "0123456789\n".repeat(10_000) + "end";
        let (mut place, mut pieces) = (0, Vec::new());
        while place < text.len() {
            pieces.push(piece(&text, &mut place));
        }
        assert_eq!(pieces.concat(), text);
        assert_eq!(pieces.len(), 4);
        assert!(pieces.iter().take(3).all(|p| p.ends_with('\n')));
        assert_eq!(piece("", &mut 0), "");
    }
}
