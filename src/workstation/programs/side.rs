//! `diff -y`: two files beside one another.

/// The lines of a file, and whether its last one has no end.
type Lines<'l> = (&'l [&'l str], bool);

/// Columns of a tab.
const TAB: usize = 8;

/// How it is shown.
pub struct Side {
    /// How wide each half is.
    half: usize,
    /// Where the right one begins.
    right: usize,
    /// What both have stands on the left alone, or nowhere.
    is_left: bool,
    is_short: bool,
}

impl Side {
    /// For so many columns.
    pub fn new(width: usize, is_left: bool, is_short: bool) -> Side {
        let width = width.clamp(1, 4_096);
        let right = (width + TAB + 3) / (2 * TAB) * TAB;
        let half = right.saturating_sub(3).min(width.saturating_sub(right));
        Side {
            half,
            right: if half > 0 { right } else { width },
            is_left,
            is_short,
        }
    }

    /// Both files, with what differs marked.
    pub fn show(&self, [old, new]: [Lines; 2], hunks: &[[usize; 4]]) -> String {
        let mut text = String::new();
        let (mut a, mut c) = (0, 0);
        let end = [old.0.len(), old.0.len(), new.0.len(), new.0.len()];
        for [to, old_end, new_to, new_end] in hunks.iter().chain([&end]).copied() {
            while a < to && c < new_to {
                let (other, mark) = match self.is_left {
                    true => (None, '('),
                    false => (line(new, c), ' '),
                };
                if !self.is_short {
                    self.put(line(old, a), mark, other, &mut text);
                }
                (a, c) = (a + 1, c + 1);
            }
            (a, c) = (to, new_to);
            while a < old_end || c < new_end {
                let left = line(old, a).filter(|_| a < old_end);
                let right = line(new, c).filter(|_| c < new_end);
                let mark = match (&left, &right) {
                    (Some(_), Some(_)) => '|',
                    (None, _) => '>',
                    _ => '<',
                };
                self.put(left, mark, right, &mut text);
                (a, c) = (a + 1, c + 1);
            }
            (a, c) = (old_end, new_end);
        }
        text
    }

    fn put(
        &self,
        left: Option<(&str, bool)>,
        mark: char,
        right: Option<(&str, bool)>,
        text: &mut String,
    ) {
        let mut column = 0;
        if let Some((line, _)) = left {
            self.half_line(line, &mut column, 0, text);
        }
        let ends = |half: Option<(&str, bool)>| half.map(|(_, ends)| ends);
        if mark != ' ' {
            blank(&mut column, (self.half + self.right - 1) / 2, text);
            text.push(match (mark, ends(left), ends(right)) {
                ('|', Some(true), Some(false)) => '/',
                ('|', Some(false), Some(true)) => '\\',
                _ => mark,
            });
            column += 1;
        }
        if let Some((line, _)) = right.filter(|(line, _)| !line.is_empty()) {
            blank(&mut column, self.right, text);
            self.half_line(line, &mut column, self.right, text);
        }
        if ends(left) == Some(true) || ends(right) == Some(true) {
            text.push('\n');
        }
    }

    /// What there is room for of a line.
    fn half_line(&self, line: &str, column: &mut usize, from: usize, text: &mut String) {
        let (mut place, mut shown) = (0, 0);
        for c in line.chars() {
            if c == '\t' {
                let next = (place / TAB + 1) * TAB;
                if place == shown && next < self.half {
                    text.push(c);
                    shown = next;
                }
                place = next;
                continue;
            }
            place += 1;
            if place <= self.half {
                text.push(c);
                shown = place;
            }
        }
        *column = from + shown;
    }
}

/// A line, and whether it has an end.
fn line<'l>((lines, is_open): Lines<'l>, at: usize) -> Option<(&'l str, bool)> {
    let line = lines.get(at)?;
    Some((line, !is_open || at + 1 < lines.len()))
}

/// Blanks up to a column.
fn blank(column: &mut usize, to: usize, text: &mut String) {
    while (*column / TAB + 1) * TAB <= to {
        text.push('\t');
        *column = (*column / TAB + 1) * TAB;
    }
    while *column < to {
        text.push(' ');
        *column += 1;
    }
}
