//! sort, as GNU coreutils have it.

use std::cmp::Ordering;

use crate::platform;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[Program::new(
    "sort",
    sort,
    "[-nrufhVkt] [FILE]...|Puts lines in order.",
)];

const SORT: Known = Known {
    program: "sort",
    short: "bcdfghik:Mmno:RrsS:t:T:uVz",
    long: &[
        "ignore-leading-blanks=b",
        "check=c",
        "dictionary-order=d",
        "ignore-case=f",
        "general-numeric-sort=g",
        "human-numeric-sort=h",
        "key=k",
        "month-sort=M",
        "merge=m",
        "numeric-sort=n",
        "output=o",
        "reverse=r",
        "stable=s",
        "field-separator=t",
        "unique=u",
        "version-sort=V",
        "zero-terminated=z",
    ],
    status: 2,
};

/// What is compared: `2.3,4n`.
#[derive(Clone, Debug, Default)]
struct Key {
    /// The first field and character, from 1; the last ones, of which 0 means the end.
    from: (usize, usize),
    to: Option<(usize, usize)>,
    kinds: String,
}

fn key(text: &str) -> Result<Key, Output> {
    let wrong = |what: &str, part: &str| {
        Output::bad(
            format!("sort: {what}: invalid field specification ‘{part}’"),
            2,
        )
    };
    let (from, to) = match text.split_once(',') {
        Some((from, to)) => (from, Some(to)),
        None => (text, None),
    };
    let mut kinds = String::new();
    let mut place = |part: &str| -> Option<(usize, usize)> {
        let end = part
            .find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(part.len());
        kinds.push_str(&part[end..]);
        match part[..end].split_once('.') {
            Some((field, column)) => Some((field.parse().ok()?, column.parse().ok()?)),
            None => Some((part[..end].parse().ok()?, 0)),
        }
    };
    let start =
        place(from).ok_or_else(|| match from.starts_with(|c: char| c.is_ascii_digit()) {
            true => wrong("stray character in field spec", text),
            false => Output::bad(
                format!("sort: invalid number at field start: invalid count at start of ‘{text}’"),
                2,
            ),
        })?;
    if start.0 == 0 {
        return Err(wrong("field number is zero", text));
    }
    let end = match to {
        Some(to) => Some(place(to).ok_or_else(|| {
            let what = "invalid number after ‘,’";
            Output::bad(format!("sort: {what}: invalid count at start of ‘{to}’"), 2)
        })?),
        None => None,
    };
    if let Some(odd) = kinds.chars().find(|c| !"bdfghiMnRrV".contains(*c)) {
        let _ = odd;
        return Err(wrong("stray character in field spec", text));
    }
    Ok(Key {
        from: start,
        to: end,
        kinds,
    })
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
    fn of<'l>(&self, line: &'l str, separator: Option<char>) -> &'l str {
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
        line.get(begin..end.max(begin)).unwrap_or("")
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

/// What is compared of a line.
enum Cut<'t> {
    /// A part of it.
    Text(&'t str),
    /// As upper case, or without what counts not.
    Folded(String),
    /// The number that it begins with; what is none comes first.
    Number(Option<f64>),
}

impl<'t> Cut<'t> {
    /// Made once for each line, and not for each comparison.
    fn new(kinds: &str, text: &'t str) -> Cut<'t> {
        let has = |c| kinds.contains(c);
        if has('g') {
            let word = text.split_whitespace().next().unwrap_or("");
            let mut ends = (1..=word.len().min(LONGEST_NUMBER)).rev();
            return Cut::Number(ends.find_map(|end| platform::number(word.get(..end)?)));
        }
        if has('n') || has('h') || has('V') || has('M') || !has('d') && !has('f') {
            return Cut::Text(text);
        }
        let counts = |c: &char| !has('d') || platform::is_alphanumeric(*c) || *c == ' ';
        let kept: String = text.chars().filter(counts).collect();
        Cut::Folded(match has('f') {
            true => platform::upper(&kept),
            false => kept,
        })
    }

    fn text(&self) -> &str {
        match self {
            Cut::Text(text) => text,
            Cut::Folded(text) => text,
            Cut::Number(_) => "",
        }
    }
}

fn by_kind(kinds: &str, a: &Cut, b: &Cut) -> Ordering {
    let has = |c| kinds.contains(c);
    let order = match (a, b) {
        (Cut::Number(a), Cut::Number(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
        _ => {
            let (a, b) = (a.text(), b.text());
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

fn sort(arguments: &[&str], at: &mut Machine) -> Outcome {
    let options = SORT.read(arguments)?;
    let mut keys = Vec::new();
    let mut global = String::new();
    let mut separator = None;
    for (letter, value) in &options.given {
        match letter {
            'k' => keys.push(key(value)?),
            't' => {
                let mut chars = value.chars();
                separator = match (chars.next(), chars.next()) {
                    (None, _) => return Err(Output::bad("sort: empty tab", 2)),
                    (Some('\\'), Some('0')) => Some('\0'),
                    (Some(c), None) => Some(c),
                    _ => {
                        let why = format!("sort: multi-character tab ‘{value}’");
                        return Err(Output::bad(why, 2));
                    }
                };
            }
            letter => global.push(*letter),
        }
    }
    for key in &mut keys {
        // A key without kinds of its own has those of the whole.
        if key.kinds.is_empty() {
            key.kinds = global.clone();
        }
    }
    let own = Some(&global).filter(|_| keys.is_empty());
    for kinds in keys.iter().map(|key| &key.kinds).chain(own) {
        let has = |letter: char| kinds.contains(letter);
        let odd = "VRid".chars().any(has);
        if "nghM".chars().filter(|l| has(*l)).count() + usize::from(odd) > 1 {
            let order = "dfghiMnRV"
                .chars()
                .filter(|l| has(*l) && (*l != 'i' || !has('d')));
            let why = format!(
                "sort: options '-{}' are incompatible",
                order.collect::<String>()
            );
            return Err(Output::bad(why, 2));
        }
    }
    let mut output = Output::default();
    let mut text = String::new();
    for (name, source) in at.sources(&options.operands)? {
        match source {
            Ok(more) => {
                text.push_str(&more);
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
            }
            Err("Is a directory") => {
                return Err(Output::bad(
                    format!("sort: read failed: {name}: Is a directory"),
                    2,
                ));
            }
            Err(why) => return Err(Output::bad(format!("sort: cannot read: {name}: {why}"), 2)),
        }
    }
    let kinds: Vec<&str> = match keys.is_empty() {
        true => vec![&global],
        false => keys.iter().map(|key| key.kinds.as_str()).collect(),
    };
    let mut lines: Vec<(&str, usize)> = Vec::new();
    let mut cut = Vec::new();
    for line in text.lines_of() {
        lines.push((line, cut.len()));
        match keys.is_empty() {
            true => cut.push(Cut::new(&global, line)),
            false => {
                let parts = keys.iter().map(|key| (key, key.of(line, separator)));
                cut.extend(parts.map(|(key, part)| Cut::new(&key.kinds, part)));
            }
        }
    }
    let by_keys = |a: usize, b: usize| {
        let of = |first: usize| cut.get(first..).unwrap_or(&[]).iter();
        let mut each = kinds.iter().zip(of(a).zip(of(b)));
        let order = each.find_map(|(kinds, (a, b))| {
            Some(by_kind(kinds, a, b)).filter(|order| *order != Ordering::Equal)
        });
        order.unwrap_or(Ordering::Equal)
    };
    let is_unique = options.has('u');
    let is_stable = options.has('s') || is_unique;
    let whole = |(a, cut_a): &(&str, usize), (b, cut_b): &(&str, usize)| {
        by_keys(*cut_a, *cut_b).then_with(|| match is_stable {
            true => Ordering::Equal,
            false if options.has('r') => b.cmp(a),
            false => a.cmp(b),
        })
    };
    if options.has('c') {
        let name = options.operands.first().copied().unwrap_or("-");
        let wrong = |((_, a), (_, b)): (&(&str, usize), &(&str, usize))| {
            let order = by_keys(*a, *b);
            order == Ordering::Greater || is_unique && order == Ordering::Equal
        };
        let mut pairs = lines.iter().zip(lines.iter().skip(1));
        if let Some(place) = pairs.position(wrong) {
            let line = lines.get(place + 1).map_or("", |(line, _)| line);
            let why = format!("sort: {name}:{}: disorder: {line}", place + 2);
            return Err(Output::bad(why, 1));
        }
        return Ok(output);
    }
    lines.sort_by(whole);
    if is_unique {
        lines.dedup_by(|(_, b), (_, a)| by_keys(*a, *b) == Ordering::Equal);
    }
    let mut sorted = String::with_capacity(text.len());
    for (line, _) in lines {
        sorted.push_str(line);
        sorted.push('\n');
    }
    match options.value('o') {
        Some(name) => {
            if let Err(why) = at.write(name, &sorted, false) {
                return Err(Output::bad(format!("sort: open failed: {why}"), 2));
            }
        }
        None => output.text = sorted,
    }
    Ok(output)
}

/// A text by its lines.
pub(super) trait Lines {
    /// Its lines, without their ends.
    fn lines_of(&self) -> Vec<&str>;
}

impl Lines for str {
    fn lines_of(&self) -> Vec<&str> {
        match self.strip_suffix('\n').unwrap_or(self) {
            "" if self.is_empty() => Vec::new(),
            body => body.split('\n').collect(),
        }
    }
}
