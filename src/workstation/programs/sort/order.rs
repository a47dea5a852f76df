//! Lines that are put in order, piece by piece.

use std::cmp::Ordering;

use super::compare::{by_kind, part, Cut, Key, Span};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::work::{piece, Ends, PIECE};

/// Lines that are compared in one piece.
const LINES: usize = 20_000;

/// A line, and the place of what is compared of it.
type Line = (Span, usize);

/// How far it has come.
#[derive(Clone, Copy)]
enum Stage {
    /// Lines are taken from the text, up to this place.
    Taken(usize),
    /// Lists of so many lines are in order, and two of them are made one: where the first begins, and how far
    /// each has been taken.
    Merged(usize, usize, usize, usize),
    /// Up to this line all is printed.
    Printed(usize),
}

/// What has been done.
pub struct Begun {
    stage: Stage,
    lines: Vec<Line>,
    cut: Vec<Cut>,
    merged: Vec<Line>,
    sorted: String,
}

impl Default for Begun {
    fn default() -> Self {
        Begun {
            stage: Stage::Taken(0),
            lines: Vec::new(),
            cut: Vec::new(),
            merged: Vec::new(),
            sorted: String::new(),
        }
    }
}

/// Lines, and how they are to be in order.
pub struct Order {
    /// The lines.
    pub text: String,
    /// What is compared of each; without any, the whole.
    pub keys: Vec<Key>,
    /// The letters that say how, for each of those.
    pub kinds: Vec<String>,
    /// What stands between fields.
    pub separator: Option<char>,
    /// What lines end with.
    pub ends: Ends,
    /// Of those that are equal the first is kept.
    pub is_unique: bool,
    /// Those that are equal stay as they were.
    pub is_stable: bool,
    /// The last comes first.
    pub is_reversed: bool,
    /// They are looked at alone, and have this name.
    pub checks: Option<String>,
    /// The file that they go to.
    pub into: Option<String>,
    /// What has been done.
    pub begun: Begun,
}

impl Order {
    fn by_keys(&self, a: usize, b: usize) -> Ordering {
        let of = |first: usize| self.begun.cut.get(first..).unwrap_or(&[]).iter();
        let mut each = self.kinds.iter().zip(of(a).zip(of(b)));
        let order = each.find_map(|(kinds, (a, b))| {
            let order = by_kind(kinds, a, b, &self.text);
            Some(order).filter(|order| *order != Ordering::Equal)
        });
        order.unwrap_or(Ordering::Equal)
    }

    fn compare(&self, (a, cut_a): &Line, (b, cut_b): &Line) -> Ordering {
        self.by_keys(*cut_a, *cut_b).then_with(|| {
            let (a, b) = (part(&self.text, *a), part(&self.text, *b));
            match (self.is_stable, self.is_reversed) {
                (true, _) => Ordering::Equal,
                (_, true) => b.cmp(a),
                _ => a.cmp(b),
            }
        })
    }

    /// Takes the next lines from the text; up to where.
    fn take(&mut self, mut place: usize) -> usize {
        let mut begin = place;
        let Begun { lines, cut, .. } = &mut self.begun;
        for line in piece(&self.text, &mut place).split_inclusive('\n') {
            let bare = line.strip_suffix('\n').unwrap_or(line);
            lines.push(((begin, begin + bare.len()), cut.len()));
            for (i, kinds) in self.kinds.iter().enumerate() {
                let (from, to) = match self.keys.get(i) {
                    Some(key) => key.of(bare, self.separator),
                    None => (0, bare.len()),
                };
                cut.push(Cut::new(kinds, &self.text, (begin + from, begin + to)));
            }
            begin += line.len();
        }
        place
    }

    /// Does the next piece; whether there is more to do.
    pub fn go_on(&mut self, at: &mut Machine, output: &mut Output) -> bool {
        match self.begun.stage {
            Stage::Taken(place) => {
                let place = self.take(place);
                self.begun.stage = match (place < self.text.len(), &self.checks) {
                    (true, _) => Stage::Taken(place),
                    (_, Some(_)) => Stage::Printed(0),
                    _ => Stage::Merged(1, 0, 0, 1),
                };
                true
            }
            Stage::Merged(..) => {
                self.merge();
                true
            }
            Stage::Printed(line) if self.checks.is_some() => self.check(line, output),
            Stage::Printed(line) => self.print(line, at, output),
        }
    }

    /// Makes longer lists of those that are in order.
    fn merge(&mut self) {
        let Stage::Merged(mut width, mut from, mut i, mut j) = self.begun.stage else {
            return;
        };
        let count = self.begun.lines.len();
        for _ in 0..LINES {
            if width >= count {
                self.begun.stage = Stage::Printed(0);
                return;
            }
            let middle = count.min(from + width);
            let end = count.min(from + 2 * width);
            let lines = &self.begun.lines;
            let one = lines.get(i).filter(|_| i < middle);
            let other = lines.get(j).filter(|_| j < end);
            let takes_other = match (one, other) {
                (Some(one), Some(other)) => self.compare(other, one) == Ordering::Less,
                (one, _) => one.is_none(),
            };
            match if takes_other { other } else { one }.copied() {
                Some(line) => {
                    self.begun.merged.push(line);
                    match takes_other {
                        true => j += 1,
                        false => i += 1,
                    }
                }
                None => {
                    from = end;
                    if from == count {
                        std::mem::swap(&mut self.begun.lines, &mut self.begun.merged);
                        self.begun.merged.clear();
                        (width, from) = (2 * width, 0);
                    }
                    (i, j) = (from, count.min(from + width));
                }
            }
        }
        self.begun.stage = Stage::Merged(width, from, i, j);
    }

    /// `-c`: looks at lines from one on.
    fn check(&mut self, first: usize, output: &mut Output) -> bool {
        let lines = self.begun.lines.get(first..).unwrap_or(&[]);
        let mut pairs = lines.iter().zip(lines.iter().skip(1)).take(LINES);
        let place = pairs.position(|((_, a), (_, b))| {
            let order = self.by_keys(*a, *b);
            order == Ordering::Greater || self.is_unique && order == Ordering::Equal
        });
        if let Some(place) = place {
            let line = lines
                .get(place + 1)
                .map_or("", |(l, _)| part(&self.text, *l));
            let name = self.checks.as_deref().unwrap_or("");
            let number = first + place + 2;
            output.fail(1, format!("sort: {name}:{number}: disorder: {line}\n"));
            return false;
        }
        self.begun.stage = Stage::Printed(first + LINES);
        lines.len() > LINES
    }

    /// Prints lines from one on.
    fn print(&mut self, first: usize, at: &mut Machine, output: &mut Output) -> bool {
        let lines = &self.begun.lines;
        let mut next = first;
        let mut text = String::new();
        while let Some((line, cut)) = lines.get(next).filter(|_| text.len() < PIECE) {
            let before = next.checked_sub(1).and_then(|before| lines.get(before));
            next += 1;
            let is_same = |(_, before): &Line| self.by_keys(*before, *cut) == Ordering::Equal;
            if self.is_unique && before.is_some_and(is_same) {
                continue;
            }
            text.push_str(part(&self.text, *line));
            text.push('\n');
        }
        let text = self.ends.of(&text).into_owned();
        let goes_on = next < lines.len();
        self.begun.stage = Stage::Printed(next);
        let Some(name) = &self.into else {
            output.text = text;
            return goes_on;
        };
        self.begun.sorted.push_str(&text);
        if !goes_on {
            if let Err(why) = at.write(name, &self.begun.sorted, false) {
                output.fail(2, format!("sort: open failed: {why}\n"));
            }
        }
        goes_on
    }
}
