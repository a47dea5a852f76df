//! What probably went wrong, after the last line that was typed.

use std::rc::Rc;

use crate::workstation::screen::{Row, Voice};

/// So many rows at the end of the screen are looked at.
const MOST: usize = 12;

/// The newest row after the last typed line of which there is something to say, and that.
pub fn find(rows: &[Rc<Row>], what: impl Fn(usize) -> Option<String>) -> Option<(usize, String)> {
    let is_typed = |row: &Row| row.spans.iter().any(|span| span.voice == Voice::Typed);
    let newest = rows.iter().enumerate().rev();
    let after = newest.take(MOST).take_while(|(_, row)| !is_typed(row));
    for (at, _) in after {
        if let Some(text) = what(at) {
            return Some((at, text));
        }
    }
    None
}
