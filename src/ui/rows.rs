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

    /// Draws rows below those that are there, and what stands to the left of the line. So many of
    /// the oldest rows as `gone` says go before that, and the first row stands for the one that is
    /// oldest then; a negative number is all, and nothing comes of them. `state` is a sum of [`RESTS`], [`IS_IN_PROGRAM`], [`IS_CONNECTED`] and as many
    /// [`RUN`]s as texts were run.
    #[wasm_bindgen(method)]
    pub fn draw(this: &Paper, rows: &str, left: &str, gone: i32, state: u32);

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
    gone: (u32, usize),
    rows: usize,
}

impl Drawn {
    /// The rows that are new, written down, and how many of the oldest go ([`Paper::draw`]);
    /// `is_blank` where nothing stands on the page.
    pub fn catch_up(&mut self, screen: &Screen, is_blank: bool) -> (String, i32) {
        let all: &[Rc<Row>] = screen.rows();
        let now = screen.gone();
        let went = now.1.saturating_sub(self.gone.1);
        let anew = is_blank || self.gone.0 != now.0 || went > 0 && went >= self.rows;
        self.gone = now;
        self.rows = if anew { 0 } else { self.rows - went };
        let mut text = String::new();
        let mut next = self.rows;
        if went > 0 && !anew {
            next -= 1;
        }
        while let Some(row) = all.get(next) {
            // Where rows went, what is oldest now is not what it was.
            let row = match next < self.rows {
                true => all.first().unwrap_or(row),
                false => row,
            };
            write(row, &mut text);
            text.push('\n');
            next += 1;
        }
        self.rows = all.len();
        (text, if anew { -1 } else { went as i32 })
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
