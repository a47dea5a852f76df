//! Rows for the page. What is finished never changes, so it is not Yew's to compare at each update:
//! only rows that are new are written down, and `www/rows.js` draws them.

use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::smtp::bytes::shown;
use crate::workstation::screen::{Row, Screen, Voice};

#[wasm_bindgen]
extern "C" {
    /// What draws: the element's script.
    pub type Paper;

    /// Draws rows below those that are there (all anew where `anew`), and what stands to the left
    /// of the line. `state` is a sum of [`RESTS`], [`IS_IN_PROGRAM`], [`IS_CONNECTED`] and as many
    /// [`RUN`]s as texts were run.
    #[wasm_bindgen(method)]
    pub fn draw(this: &Paper, rows: &str, left: &str, anew: bool, state: u32);

    /// Says something to those who listen, after what was drawn.
    #[wasm_bindgen(method)]
    pub fn say(this: &Paper, text: &str);
}

/// All lines that were typed have been read and answered.
pub const RESTS: u32 = 1;
/// A program reads what is typed.
pub const IS_IN_PROGRAM: u32 = 2;
/// A connection of the learner's is open.
pub const IS_CONNECTED: u32 = 4;

/// A text was run.
pub const RUN: u32 = 8;

/// How far a screen has been drawn.
#[derive(Default)]
pub struct Drawn {
    generation: u32,
    rows: usize,
}

impl Drawn {
    /// The rows that are new, written down, and whether all are to be drawn anew; `is_blank` where
    /// nothing stands on the page.
    pub fn catch_up(&mut self, screen: &Screen, is_blank: bool) -> (String, bool) {
        let anew = is_blank || self.generation != screen.generation;
        if anew {
            self.rows = 0;
        }
        self.generation = screen.generation;
        let all: &[Rc<Row>] = screen.rows();
        let mut text = String::new();
        for row in all.get(self.rows..).unwrap_or_default() {
            write(row, &mut text);
            text.push('\n');
        }
        self.rows = all.len();
        (text, anew)
    }
}

/// A row: each span a letter for its voice and its text, between them a byte that no text has. A
/// refusal begins with `!`.
pub fn write(row: &Row, to: &mut String) {
    if row.is_refusal() {
        to.push('!');
    }
    for (i, span) in row.spans.iter().enumerate() {
        if i > 0 {
            to.push('\0');
        }
        to.push(match span.voice {
            Voice::Typed => 't',
            Voice::Server => 's',
            Voice::Workstation => 'w',
            Voice::Prompt => 'p',
        });
        to.push_str(&shown(&span.text));
    }
}
