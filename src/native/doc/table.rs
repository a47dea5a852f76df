//! Tables in which one column has what the client says, and another what the server says: row by row they
//! are a dialogue.

use crate::native::doc::document::{Block, Line};
use crate::native::doc::marks::{is_reply, mark, named, Speaker};
use crate::native::doc::words::is_gap;

/// The lines of a cell.
type Cell = Vec<Line>;

/// A table that is being read.
#[derive(Default)]
pub struct Table {
    rows: Vec<Vec<Cell>>,
    /// It has something in it that is read for itself.
    is_frame: bool,
}

impl Table {
    /// Another row begins.
    pub fn row(&mut self) {
        self.rows.push(Vec::new());
    }

    /// Another cell of it begins.
    pub fn cell(&mut self) {
        match self.rows.last_mut() {
            Some(row) => row.push(Vec::new()),
            None => self.rows.push(vec![Vec::new()]),
        }
    }

    /// More lines of the cell.
    pub fn add(&mut self, lines: &[Line]) {
        let cell = self.rows.last_mut().and_then(|row| row.last_mut());
        if let Some(cell) = cell {
            cell.extend(lines.iter().cloned());
        }
    }

    /// There is a listing or a table in it: it puts things beside each other, and is no dialogue.
    pub fn spoil(&mut self) {
        self.is_frame = true;
    }

    /// The dialogue that it is, if it is one.
    pub fn dialogue(&self) -> Option<Block> {
        if self.is_frame {
            return None;
        }
        let lines = self.columns().or_else(|| self.voices())?;
        // A list of commands that are not said to anybody has no names in it.
        let is_bare = |line: &Line| {
            let said = mark(&line.text).map_or(line.text.trim(), |(_, text)| text.trim());
            let said = said.to_ascii_uppercase();
            let said = said.trim_end_matches([':', ' ']);
            matches!(said, "HELO" | "EHLO" | "MAIL FROM" | "RCPT TO")
        };
        (!lines.iter().any(is_bare)).then_some(Block {
            lines,
            is_prose: true,
        })
    }

    /// Of columns whose titles say who speaks.
    fn columns(&self) -> Option<Vec<Line>> {
        let (titles, rows) = self.rows.split_first()?;
        // Marks in the cells say it better.
        if rows
            .iter()
            .flatten()
            .flatten()
            .any(|l| mark(&l.text).is_some())
        {
            return None;
        }
        let column = |speaker| {
            let mut of_it = titles.iter().enumerate().filter(|(_, cell)| {
                let title = cell.first().map_or("", |line| line.text.as_str());
                named(title) == Some(speaker)
            });
            // Two are a comparison.
            of_it.next().filter(|_| of_it.next().is_none())
        };
        let (client, _) = column(Speaker::Client)?;
        let (server, _) = column(Speaker::Server)?;
        let mut lines = Vec::new();
        for row in rows {
            lines.extend(row.get(client).into_iter().flatten().cloned());
            for line in row.get(server).into_iter().flatten() {
                // What the server says may be told instead of shown.
                if is_reply(&line.text) || is_gap(&line.text) {
                    lines.extend(parts(line));
                }
            }
        }
        Some(lines)
    }

    /// Of rows whose first cell is a mark.
    fn voices(&self) -> Option<Vec<Line>> {
        let mut lines = Vec::new();
        for row in &self.rows {
            let mut cells = row.iter();
            let sign = cells.find_map(|cell| match cell.as_slice() {
                [line] if line.text.trim().ends_with(':') => {
                    let sign = line.text.trim();
                    mark(sign).filter(|(_, rest)| rest.is_empty())?;
                    Some(sign)
                }
                _ => None,
            });
            let (Some(sign), Some(said)) = (sign, cells.next()) else {
                continue;
            };
            for line in said {
                let before = sign.chars().count() + 1;
                let mut line = line.clone();
                line.text = format!("{sign} {}", line.text);
                line.at.column = line.at.column.saturating_sub(before).max(1);
                lines.push(line);
            }
        }
        (lines.len() >= 2).then_some(lines)
    }
}

/// A line of a cell as lines of a reply: `250-one … 250 last` leaves some out. Of two replies between which
/// the reader may choose nothing is said.
fn parts(line: &Line) -> Vec<Line> {
    let of = |text: &str| Line {
        text: text.into(),
        ..line.clone()
    };
    let gap = [" … ", " ... ", " […] ", " [...] "]
        .iter()
        .find_map(|sign| line.text.split_once(sign));
    match gap {
        Some((first, last)) if is_reply(last) => vec![of(first), of("..."), of(last)],
        _ if has_choice(&line.text) => vec![of("...")],
        _ => vec![line.clone()],
    }
}

/// Whether a line has a second reply in it.
fn has_choice(text: &str) -> bool {
    let signs = [" or ", " / ", ", ", " | ", " oder ", " ou ", " o "];
    signs
        .iter()
        .any(|sign| text.split(sign).skip(1).any(is_reply))
}
