//! The pieces in which programs look at long texts (`Machine::goes_on`): between two of them the page is drawn and
//! Ctrl-C is heard.

use std::borrow::Cow;

/// Bytes that are looked at in one piece.
pub const PIECE: usize = 32 << 10;

/// The next lines of a text, some [`PIECE`] bytes of them, with their ends.
pub fn piece<'t>(text: &'t str, place: &mut usize) -> &'t str {
    let rest = text.get(*place..).unwrap_or("");
    let far = rest.bytes().skip(PIECE).position(|byte| byte == b'\n');
    let piece = rest.get(..far.map_or(rest.len(), |far| PIECE + far + 1));
    let piece = piece.unwrap_or(rest);
    *place += piece.len();
    piece
}

/// Whether lines end with NUL (`-z`).
#[derive(Clone, Copy, Debug, Default)]
pub struct Ends(pub bool);

impl Ends {
    /// A text in which NUL and the end of a line have changed places, if so: what comes in and what goes out.
    pub fn of(self, text: &str) -> Cow<'_, str> {
        match self.0 {
            false => text.into(),
            true => text.chars().map(Ends::other).collect(),
        }
    }

    fn other(c: char) -> char {
        match c {
            '\n' => '\0',
            '\0' => '\n',
            c => c,
        }
    }
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
