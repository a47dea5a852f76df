//! What sort compares of lines, and how.

use std::cmp::Ordering;

use crate::platform;

/// What is compared: `2.3,4n`.
#[derive(Clone, Debug, Default)]
pub struct Key {
    /// The first field and character, from 1.
    pub from: (usize, usize),
    /// The last ones, of which 0 means the end.
    pub to: Option<(usize, usize)>,
    /// The letters that say how.
    pub kinds: String,
}

/// The places at which fields begin and end. Without a separator the blanks before a field belong
/// to it.
fn fields(line: &str, separator: Option<char>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut begin = 0;
    match separator {
        Some(separator) => {
            for part in line.split(separator) {
                found.push((begin, begin + part.len()));
                begin += part.len() + separator.len_utf8();
            }
        }
        None => {
            let mut was_blank = true;
            for (at, c) in line.char_indices() {
                let is_blank = c == ' ' || c == '\t';
                if is_blank && !was_blank {
                    found.push((begin, at));
                    begin = at;
                }
                was_blank = is_blank;
            }
            found.push((begin, line.len()));
        }
    }
    found
}

impl Key {
    /// The part of a line.
    pub fn of(&self, line: &str, separator: Option<char>) -> Span {
        let fields = fields(line, separator);
        let skips = self.kinds.contains('b');
        let nth = |line: &str, from: usize, count: usize| {
            let rest = line.get(from..).unwrap_or("");
            let mut from = from;
            if skips {
                from += rest.len() - rest.trim_start_matches([' ', '\t']).len();
            }
            let rest = line.get(from..).unwrap_or("");
            let end = rest
                .char_indices()
                .nth(count)
                .map_or(rest.len(), |(i, _)| i);
            from + end
        };
        let begin = match fields.get(self.from.0 - 1) {
            Some((begin, _)) => nth(line, *begin, self.from.1.saturating_sub(1)),
            None => line.len(),
        };
        let end = match self.to {
            None => line.len(),
            Some((field, column)) => match (fields.get(field.wrapping_sub(1)), column) {
                (Some((_, end)), 0) => *end,
                (Some((begin, _)), column) => nth(line, *begin, column),
                (None, _) => line.len(),
            },
        };
        (begin, end.max(begin))
    }
}

/// The number that a text begins with: sign, whole digits without leading zeros, the rest.
fn number(text: &str) -> (bool, &str, &str) {
    let text = text.trim_start_matches([' ', '\t']);
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let digits = |text: &str| {
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len())
    };
    let whole = &text[..digits(text)];
    let rest = text[whole.len()..].strip_prefix('.').unwrap_or("");
    let part = rest[..digits(rest)].trim_end_matches('0');
    (is_negative, whole.trim_start_matches('0'), part)
}

fn by_number(a: &str, b: &str) -> Ordering {
    let ((minus_a, whole_a, part_a), (minus_b, whole_b, part_b)) = (number(a), number(b));
    let zero = |whole: &str, part: &str| whole.is_empty() && part.is_empty();
    let (minus_a, minus_b) = (
        minus_a && !zero(whole_a, part_a),
        minus_b && !zero(whole_b, part_b),
    );
    if minus_a != minus_b {
        return minus_b.cmp(&minus_a);
    }
    let size = whole_a.len().cmp(&whole_b.len());
    let order = size.then(whole_a.cmp(whole_b)).then(part_a.cmp(part_b));
    if minus_a {
        order.reverse()
    } else {
        order
    }
}

/// `2K`, `1.5M`, `3G`: by the letter first.
fn by_size(a: &str, b: &str) -> Ordering {
    let unit = |text: &str| {
        let rest = text.trim_start_matches([' ', '\t', '-']);
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let letters = "kKMGTPEZY";
        let place = rest.chars().next().and_then(|c| letters.find(c));
        place.map_or(0, |p| p.max(1))
    };
    let is_negative = |text: &str| text.trim_start().starts_with('-');
    match (is_negative(a), is_negative(b)) {
        (false, false) => unit(a).cmp(&unit(b)).then(by_number(a, b)),
        _ => by_number(a, b),
    }
}

/// Letters come before other characters, and `~` before nothing at all.
fn weights(text: &str) -> impl Iterator<Item = u32> + '_ {
    let weight = |c: char| match c {
        '~' => 0,
        c if c.is_ascii_alphabetic() => 1 + u32::from(c),
        c => 1_000 + u32::from(c),
    };
    text.chars().map(weight).chain([1])
}

/// Digits as numbers, the rest as text.
fn by_version(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let text = |t: &str| t.find(|c: char| c.is_ascii_digit()).unwrap_or(t.len());
        let (at_a, at_b) = (text(a), text(b));
        let order = weights(&a[..at_a]).cmp(weights(&b[..at_b]));
        if order != Ordering::Equal || a.is_empty() && b.is_empty() {
            return order;
        }
        (a, b) = (&a[at_a..], &b[at_b..]);
        let digits = |t: &str| t.find(|c: char| !c.is_ascii_digit()).unwrap_or(t.len());
        let (end_a, end_b) = (digits(a), digits(b));
        let order = by_number(&a[..end_a], &b[..end_b]);
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (&a[end_a..], &b[end_b..]);
    }
}

fn month(text: &str) -> usize {
    const NAMES: [&str; 12] = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ];
    let head: String = text.trim_start().chars().take(3).collect();
    let head = head.to_ascii_uppercase();
    NAMES.iter().position(|n| *n == head).map_or(0, |p| p + 1)
}

/// So much of a word is looked at for a number, since every part of it may be one.
const LONGEST_NUMBER: usize = 400;

/// A part of the text.
pub type Span = (usize, usize);

/// What is compared of a line.
pub enum Cut {
    /// A part of it.
    Text(Span),
    /// As upper case, or without what counts not.
    Folded(String),
    /// The number that it begins with; what is none comes first.
    Number(Option<f64>),
}

/// The part of a text.
pub fn part(text: &str, (begin, end): Span) -> &str {
    text.get(begin..end).unwrap_or("")
}

impl Cut {
    /// Made once for each line, and not for each comparison.
    pub fn new(kinds: &str, whole: &str, span: Span) -> Cut {
        let text = part(whole, span);
        let has = |c| kinds.contains(c);
        if has('g') {
            let word = text.split_whitespace().next().unwrap_or("");
            let mut ends = (1..=word.len().min(LONGEST_NUMBER)).rev();
            return Cut::Number(ends.find_map(|end| platform::number(word.get(..end)?)));
        }
        if has('n') || has('h') || has('V') || has('M') || !has('d') && !has('f') {
            return Cut::Text(span);
        }
        let counts = |c: &char| !has('d') || platform::is_alphanumeric(*c) || *c == ' ';
        let kept: String = text.chars().filter(counts).collect();
        Cut::Folded(match has('f') {
            true => platform::upper(&kept),
            false => kept,
        })
    }

    fn text<'t>(&'t self, whole: &'t str) -> &'t str {
        match self {
            Cut::Text(span) => part(whole, *span),
            Cut::Folded(text) => text,
            Cut::Number(_) => "",
        }
    }
}

/// The order of two.
pub fn by_kind(kinds: &str, a: &Cut, b: &Cut, whole: &str) -> Ordering {
    let has = |c| kinds.contains(c);
    let order = match (a, b) {
        (Cut::Number(a), Cut::Number(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
        _ => {
            let (a, b) = (a.text(whole), b.text(whole));
            match () {
                () if has('n') => by_number(a, b),
                () if has('h') => by_size(a, b),
                () if has('V') => by_version(a, b),
                () if has('M') => month(a).cmp(&month(b)),
                () => a.cmp(b),
            }
        }
    };
    if has('r') {
        order.reverse()
    } else {
        order
    }
}
