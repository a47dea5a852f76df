//! What the learner sees: rows of text, each part with the voice that says it.

use std::borrow::Cow;
use std::rc::Rc;

use crate::smtp::bytes::{encode, shown};

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// The learner's typing.
    Typed,
    /// The other end of a connection.
    Server,
    /// A program of the workstation.
    Workstation,
    /// A prompt.
    Prompt,
}

/// A piece of a row in one voice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Who says it.
    pub voice: Voice,
    /// What it says, without line ends, as the program has texts.
    pub text: String,
}

impl Span {
    /// What it says, for a reader.
    pub fn shown(&self) -> Cow<'_, str> {
        shown(&self.text)
    }
}

fn is_late_control(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}')
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its parts, from left to right.
    pub spans: Vec<Span>,
}

impl Row {
    /// The text of the row, for a reader.
    pub fn text(&self) -> String {
        shown(&self.inside()).into_owned()
    }

    /// The bytes of the row, for a real terminal, but for the controls U+0080 to U+009F: it would
    /// obey them.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for chunk in encode(&self.inside()).utf8_chunks() {
            let text = chunk.valid().replace(is_late_control, "\u{FFFD}");
            bytes.extend_from_slice(text.as_bytes());
            bytes.extend_from_slice(chunk.invalid());
        }
        bytes
    }

    // A character may have come in two pieces, so the spans are put together first.
    fn inside(&self) -> String {
        self.spans.iter().map(|s| s.text.as_str()).collect()
    }

    /// Whether the server refuses something in this row (a reply of the form 4xx or 5xx).
    pub fn is_refusal(&self) -> bool {
        match self.spans.first() {
            Some(Span {
                voice: Voice::Server,
                text,
            }) => {
                let b = text.as_bytes();
                b.len() > 3
                    && matches!(b[0], b'4' | b'5')
                    && b[1].is_ascii_digit()
                    && b[2].is_ascii_digit()
                    && matches!(b[3], b' ' | b'-')
            }
            _ => false,
        }
    }
}

/// How many rows are kept, how long one may become in bytes, and what all may have together.
const ROWS: usize = 110_000;
const LONGEST: usize = 1 << 16;
const BYTES: usize = 16 << 20;

/// What stands in the place of rows that are gone.
const GONE: &str = "(Earlier rows are gone: a screen keeps so many and no more.)";

/// All rows since the screen was last cleared. The last one may be unfinished: a prompt.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    rows: Vec<Rc<Row>>,
    last: Row,
    /// What the last row has in bytes, and what all rows have, about.
    width: usize,
    bytes: usize,
    /// How often the screen was cleared or rows went: rows are where they were only if this is the same.
    pub generation: u32,
    /// How often rows went, and how many, since it was last cleared.
    went: (u32, usize),
    /// Rows that have come since something was typed.
    since: usize,
}

/// What a program writes on.
pub trait Paper {
    /// Adds text.
    fn write(&mut self, voice: Voice, text: &str);

    /// Whether the last row has nothing on it.
    fn is_at_line_start(&self) -> bool;

    /// Adds a complaint, which may go elsewhere.
    fn complain(&mut self, text: &str) {
        self.write(Voice::Workstation, text);
    }
}

impl Paper for Screen {
    fn write(&mut self, voice: Voice, text: &str) {
        Screen::write(self, voice, text);
    }

    fn is_at_line_start(&self) -> bool {
        Screen::is_at_line_start(self)
    }
}

impl Screen {
    /// Adds text; `\n` ends a row, other control characters but the tab are shown as `^X`.
    pub fn write(&mut self, voice: Voice, text: &str) {
        for c in text.chars() {
            match c {
                '\n' => self.end_row(),
                '\r' => {}
                '\t' => self.put(voice, c),
                c if c.is_ascii_control() => {
                    self.put(voice, '^');
                    self.put(voice, char::from(c as u8 ^ 0x40));
                }
                c => self.put(voice, c),
            }
        }
    }

    fn end_row(&mut self) {
        self.rows.push(Rc::new(std::mem::take(&mut self.last)));
        self.bytes += self.width;
        self.width = 0;
        self.since += 1;
        if self.rows.len() > ROWS || self.bytes > BYTES {
            // A tenth at a time, or the half of what is so long.
            let count = match self.rows.len() > ROWS {
                true => ROWS / 10,
                false => self.rows.len() / 2,
            };
            self.forget(count);
        }
    }

    fn put(&mut self, voice: Voice, c: char) {
        // A terminal goes on in the next row where one is full, this one much later.
        if self.width >= LONGEST {
            self.end_row();
        }
        self.width += c.len_utf8();
        if voice == Voice::Typed {
            self.since = 0;
        }
        match self.last.spans.last_mut() {
            Some(span) if span.voice == voice => span.text.push(c),
            _ => self.last.spans.push(Span {
                voice,
                text: c.into(),
            }),
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.bytes = 0;
        self.last = Row::default();
        self.width = 0;
        self.generation += 1;
    }

    /// Writes the unfinished row anew.
    pub fn rewrite(&mut self, voice: Voice, text: &str) {
        self.last = Row::default();
        self.width = 0;
        self.write(voice, text);
    }

    /// Forgets the oldest rows, and says so in the row after them.
    fn forget(&mut self, count: usize) {
        let count = count.min(self.rows.len());
        self.rows.drain(..count);
        if let Some(first) = self.rows.first_mut() {
            let text = GONE.into();
            let voice = Voice::Workstation;
            *first = Rc::new(Row {
                spans: vec![Span { voice, text }],
            });
        }
        let spans = self.rows.iter().flat_map(|row| &row.spans);
        self.bytes = spans.map(|span| span.text.len()).sum();
        self.generation += 1;
        self.went = (self.went.0 + 1, self.went.1 + count);
    }

    /// What is the same as long as rows only come and the oldest go, and how many of those have gone.
    pub fn gone(&self) -> (u32, usize) {
        (self.generation.wrapping_sub(self.went.0), self.went.1)
    }

    /// Whether more rows than `most` have come since something was typed; then they are counted anew.
    pub fn floods(&mut self, most: usize) -> bool {
        let floods = self.since > most;
        if floods {
            self.since = 0;
        }
        floods
    }

    /// The finished rows.
    pub fn rows(&self) -> &[Rc<Row>] {
        &self.rows
    }

    /// The unfinished row: what stands to the left of the line that is being typed.
    pub fn last(&self) -> &Row {
        &self.last
    }

    /// Whether the last row has nothing on it.
    pub fn is_at_line_start(&self) -> bool {
        self.last.spans.is_empty()
    }

    /// The text of the screen, rows ended by `\n`, the unfinished row last.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            text.push_str(&row.text());
            text.push('\n');
        }
        text + &self.last.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_rows_go_and_that_is_said() {
        let mut screen = Screen::default();
        for number in 0..ROWS + 10 {
            screen.write(Voice::Server, &format!("{number}\n"));
        }
        assert!(screen.rows().len() <= ROWS);
        assert_eq!(screen.rows()[0].text(), GONE);
        let last = screen.rows().last().map(|row| row.text());
        assert_eq!(last, Some((ROWS + 9).to_string()));
        assert_eq!(screen.generation, 1);
    }

    #[test]
    fn long_rows_are_bounded() {
        let mut screen = Screen::default();
        screen.write(Voice::Server, &"x".repeat(3 * BYTES));
        let longest = screen.rows().iter().map(|row| row.text().len()).max();
        assert_eq!(longest, Some(LONGEST));
        assert!(screen.text().len() <= BYTES + 2 * LONGEST);
        assert_eq!(screen.rows()[0].text(), GONE);
    }

    #[test]
    fn rows_and_voices() {
        let mut screen = Screen::default();
        screen.write(Voice::Prompt, "$ ");
        screen.write(Voice::Typed, "x\n");
        screen.write(Voice::Server, "550 5.1.1 no\r\n250 Ok\r\n\x01");
        assert_eq!(screen.text(), "$ x\n550 5.1.1 no\n250 Ok\n^A");
        screen.write(Voice::Server, "\u{9b}");
        assert_eq!(screen.last().bytes(), "^A\u{FFFD}".as_bytes());
        assert!(!screen.rows()[0].is_refusal());
        assert!(screen.rows()[1].is_refusal());
        assert!(!screen.rows()[2].is_refusal());
    }
}
