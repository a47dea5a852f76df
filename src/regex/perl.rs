//! Reads an expression of Perl's (pcre2pattern(3)) into a tree. Its text has a character for each
//! byte, and letters are those of ASCII.
//!
//! What cannot be had in time proportional to the text is refused here: atomic groups, possessive
//! quantifiers, conditions, recursion, verbs. Looks ahead and behind and back references are taken,
//! and the steps that they cost are counted (`matching`).
//!
//! Over 500 lines because groups, sets and escapes are read with one place and one set of flags.

use crate::regex::flags::Flags;
use crate::regex::kinds::{kind, named, others, NEWLINE, VERTICAL, WORD};
use crate::regex::length::{look, may_be_empty};
use crate::regex::parse::{class, Edge, Part, Set, DEPTH, REPEATS};

/// An expression as it was read, and how many groups it has; `None` where it is malformed or not
/// to be had.
pub fn parse(source: &str, flags: Flags) -> Option<(Part, usize)> {
    let mut parser = Parser {
        rest: source.chars().collect(),
        at: 0,
        flags,
        groups: 0,
        names: Vec::new(),
        farthest: 0,
        looks: 0,
        is_quoted: false,
    };
    let part = parser.alternatives(0)?;
    let is_whole = parser.at == parser.rest.len() && parser.farthest <= parser.groups;
    is_whole.then_some((part, parser.groups))
}

struct Parser {
    rest: Vec<char>,
    at: usize,
    flags: Flags,
    groups: usize,
    names: Vec<(String, usize)>,
    /// The highest group that is referred to.
    farthest: usize,
    /// In how many looks this stands.
    looks: usize,
    /// Between `\Q` and `\E`.
    is_quoted: bool,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn takes(&mut self, text: &str) -> bool {
        let rest = self.rest.get(self.at..).unwrap_or(&[]);
        let count = text.chars().count();
        let is_next = text.chars().eq(rest.iter().copied().take(count));
        self.at += if is_next { count } else { 0 };
        is_next
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    /// The text up to a character, which is taken as well.
    fn until(&mut self, end: char) -> Option<String> {
        let rest = self.rest.get(self.at..)?;
        let length = rest.iter().position(|c| *c == end)?;
        let text = rest.iter().take(length).collect();
        self.at += length + 1;
        Some(text)
    }

    fn alternatives(&mut self, depth: usize) -> Option<Part> {
        if depth > DEPTH {
            return None;
        }
        let mut all = vec![self.row(depth)?];
        while self.takes("|") {
            all.push(self.row(depth)?);
        }
        match all.len() {
            1 => all.pop(),
            _ => Some(Part::Either(all)),
        }
    }

    fn row(&mut self, depth: usize) -> Option<Part> {
        let mut parts = Vec::new();
        loop {
            if !self.is_quoted {
                self.blanks();
            }
            let Some(c) = self.peek() else {
                break;
            };
            if self.is_quoted {
                self.is_quoted = !self.takes("\\E");
                if self.is_quoted {
                    self.at += 1;
                    let mut part = self.char(c);
                    if self.takes("\\E") {
                        self.is_quoted = false;
                        part = self.repeat(part)?;
                    }
                    parts.push(part);
                }
                continue;
            }
            match c {
                '|' => break,
                ')' if depth > 0 => break,
                ')' | '*' | '+' | '?' => return None,
                '{' => {
                    // A quantifier stands behind something.
                    let begin = self.at;
                    self.bounds().is_none().then(|| self.at = begin)?;
                }
                _ => {}
            }
            if self.takes("\\Q") {
                self.is_quoted = true;
                continue;
            }
            if self.takes("\\E") {
                continue;
            }
            let Some(part) = self.atom(depth)? else {
                continue;
            };
            // A place cannot be there twice.
            let part = match part {
                Part::Edge(_) => part,
                part => self.repeat(part)?,
            };
            parts.push(part);
        }
        Some(Part::Row(parts))
    }

    /// Goes over what does not count.
    fn blanks(&mut self) {
        while let Some(c) = self.peek() {
            let rest = self.rest.get(self.at..).unwrap_or_default();
            match c {
                '#' if self.flags.is_spaced => {
                    if self.until('\n').is_none() {
                        self.at = self.rest.len();
                    }
                }
                c if self.flags.is_spaced && c.is_ascii_whitespace() => self.at += 1,
                _ if rest.starts_with(&['(', '?', '#']) && self.until(')').is_some() => {}
                _ => return,
            }
        }
    }

    /// What a quantifier makes of a part. Behind one there is no other.
    fn repeat(&mut self, part: Part) -> Option<Part> {
        self.blanks();
        let begin = self.at;
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                let Some(bounds) = self.bounds() else {
                    self.at = begin;
                    return Some(part);
                };
                self.at -= 1;
                bounds?
            }
            _ => return Some(part),
        };
        self.at += 1;
        self.blanks();
        let is_lazy = self.takes("?") != self.flags.is_lazy;
        let again = |part, least, most| Part::Repeat(Box::new(part), least, most, is_lazy);
        Some(match (least, most) {
            // Once round without a character, and it goes on behind: `x*` is `(?:x+)?`.
            (0, None) if may_be_empty(&part) => again(again(part, 1, None), 0, Some(1)),
            (least, most) => again(part, least, most),
        })
    }

    /// `{2}`, `{2,}` or `{2,3}`, where it is one of them, and what it says, where that can be.
    #[allow(clippy::type_complexity)]
    fn bounds(&mut self) -> Option<Option<(usize, Option<usize>)>> {
        self.at += 1;
        let text = self.until('}')?;
        let (least, most) = text.split_once(',').unwrap_or((&text, &text));
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if least.is_empty() || !is_number(least) || !is_number(most) {
            return None;
        }
        let most = Some(most).filter(|most| !most.is_empty());
        let number = |text: &str| text.parse().ok().filter(|n| *n <= REPEATS);
        let bounds = match (number(least), most) {
            (Some(least), None) => Some((least, None)),
            (Some(least), Some(most)) => {
                let most = number(most).filter(|most| least <= *most);
                most.map(|most| (least, Some(most)))
            }
            (None, _) => None,
        };
        Some(bounds)
    }

    /// A character, in both cases where that does not matter.
    fn char(&self, c: char) -> Part {
        match self.flags.ignores_case && c.is_ascii_alphabetic() {
            true => self.set(false, vec![(c, c)]),
            false => Part::Char(c),
        }
    }

    fn set(&self, is_negated: bool, mut ranges: Vec<(char, char)>) -> Part {
        if self.flags.ignores_case {
            for letter in 'a'..='z' {
                let other = letter.to_ascii_uppercase();
                let has = |c: char| ranges.iter().any(|(a, b)| (*a..=*b).contains(&c));
                let (low, high) = (has(letter), has(other));
                ranges.extend((low != high).then_some(match low {
                    true => (other, other),
                    false => (letter, letter),
                }));
            }
        }
        Part::Set(Set { is_negated, ranges })
    }

    /// One thing; nothing where it only changes how the rest is read.
    fn atom(&mut self, depth: usize) -> Option<Option<Part>> {
        Some(Some(match self.next()? {
            '(' => return self.group(depth),
            '[' => self.brackets()?,
            '.' => match self.flags.dot_is_all {
                true => Part::Any,
                false => Part::Set(Set {
                    is_negated: true,
                    ranges: NEWLINE.to_vec(),
                }),
            },
            '^' => Part::Edge(match self.flags.is_multi_line {
                true => Edge::LineBegin,
                false => Edge::TextBegin,
            }),
            '$' => Part::Edge(match (self.flags.is_multi_line, self.flags.is_strict) {
                (true, _) => Edge::LineEnd,
                (false, true) => Edge::TextEnd,
                (false, false) => Edge::LastEnd,
            }),
            '\\' => self.escaped()?,
            c => self.char(c),
        }))
    }

    fn escaped(&mut self) -> Option<Part> {
        let c = self.next()?;
        if let Some((is_negated, ranges)) = kind(c) {
            return Some(Part::Set(Set { is_negated, ranges }));
        }
        Some(match c {
            'A' | 'G' => Part::Edge(Edge::TextBegin),
            'Z' => Part::Edge(Edge::LastEnd),
            'z' => Part::Edge(Edge::TextEnd),
            'b' => Part::Edge(Edge::Word),
            'B' => Part::Edge(Edge::NoWord),
            'R' => Part::Either(vec![
                Part::Row(vec![Part::Char('\r'), Part::Char('\n')]),
                self.set(false, VERTICAL.to_vec()),
            ]),
            '1'..='9' => {
                self.at -= 1;
                let begin = self.at;
                while self.peek().is_some_and(|c| c.is_ascii_digit()) {
                    self.at += 1;
                }
                let digits: String = self.rest.get(begin..self.at)?.iter().collect();
                let number = digits.parse().ok()?;
                if number < 10 || number <= self.groups {
                    return self.back(number);
                }
                // There is no such group, so it is a character in octal.
                self.at = begin + 1;
                let c = self.escaped_char(digits.chars().next()?)?;
                self.char(c)
            }
            'k' => {
                let end = match self.next()? {
                    '{' => '}',
                    '<' => '>',
                    '\'' => '\'',
                    _ => return None,
                };
                let name = self.until(end)?;
                return self.back_to(&name);
            }
            c => {
                let c = self.escaped_char(c)?;
                self.char(c)
            }
        })
    }

    fn back(&mut self, number: usize) -> Option<Part> {
        self.farthest = self.farthest.max(number);
        (self.looks == 0).then_some(Part::Back(number))
    }

    fn back_to(&mut self, name: &str) -> Option<Part> {
        let known = self.names.iter().find(|(known, _)| known == name);
        let number = known.map(|(_, number)| *number)?;
        self.back(number)
    }

    /// The character that an escape stands for.
    fn escaped_char(&mut self, c: char) -> Option<char> {
        Some(match c {
            'a' => '\u{7}',
            'e' => '\u{1b}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'c' => char::from(self.next()?.to_ascii_uppercase() as u8 ^ 0x40),
            'x' => {
                let mut digits = String::new();
                if self.takes("{") {
                    digits = self.until('}')?;
                } else {
                    while digits.len() < 2 && self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
                        digits.extend(self.next());
                    }
                }
                match digits.as_str() {
                    "" => '\0',
                    digits => u8::from_str_radix(digits, 16).ok()?.into(),
                }
            }
            '0'..='7' => {
                let mut value = c.to_digit(8)?;
                for _ in 0..2 {
                    if let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) {
                        self.at += 1;
                        value = value * 8 + digit;
                    }
                }
                u8::try_from(value).ok()?.into()
            }
            c if c.is_ascii_alphanumeric() => return None,
            c => c,
        })
    }

    /// Whether a class that has a name comes next.
    fn named(&self) -> Option<(char, usize)> {
        named(&|at| self.rest.get(at).copied(), self.at)
    }

    /// A set; its bracket has been read.
    fn brackets(&mut self) -> Option<Part> {
        if self.named().is_some() {
            return None;
        }
        let is_negated = self.takes("^");
        let mut ranges: Vec<(char, char)> = Vec::new();
        let first = self.at;
        loop {
            let c = self.next()?;
            let from = match c {
                ']' if self.at > first + 1 => return Some(self.set(is_negated, ranges)),
                '[' if self.named().is_some() => {
                    if !self.takes(":") {
                        return None;
                    }
                    let is_other = self.takes("^");
                    let name = self.until(':')?;
                    if !self.takes("]") {
                        return None;
                    }
                    let named = match name.as_str() {
                        "word" => WORD,
                        "ascii" => &[('\0', '\u{7f}')],
                        name => class(name).ok()?,
                    };
                    let ascii = named.iter().filter(|(from, _)| from.is_ascii());
                    let ascii = ascii
                        .map(|(from, to)| (*from, (*to).min('\u{7f}')))
                        .collect();
                    ranges.extend(if is_other { others(ascii) } else { ascii });
                    (!self.is_range()).then_some(())?;
                    continue;
                }
                '\\' => {
                    let c = self.next()?;
                    if let Some((is_other, of)) = kind(c).filter(|_| c != 'N') {
                        ranges.extend(if is_other { others(of) } else { of });
                        (!self.is_range()).then_some(())?;
                        continue;
                    }
                    self.in_brackets(c)?
                }
                c => c,
            };
            if !self.is_range() {
                ranges.push((from, from));
                continue;
            }
            self.at += 1;
            let to = match self.next()? {
                '\\' => {
                    let c = self.next()?;
                    self.in_brackets(c)?
                }
                '[' if self.named().is_some() => return None,
                c => c,
            };
            if to < from {
                return None;
            }
            ranges.push((from, to));
        }
    }

    /// Whether what has been read in brackets begins a range.
    fn is_range(&self) -> bool {
        self.peek() == Some('-') && self.rest.get(self.at + 1).is_some_and(|c| *c != ']')
    }

    fn in_brackets(&mut self, c: char) -> Option<char> {
        match c {
            'b' => Some('\u{8}'),
            'g' | '8' | '9' => Some(c),
            c => self.escaped_char(c),
        }
    }

    /// A group; its parenthesis has been read.
    fn group(&mut self, depth: usize) -> Option<Option<Part>> {
        let before = self.flags;
        let mut name = None;
        if self.takes("*") {
            return None;
        }
        if self.takes("?") {
            for (mark, is_behind, is_negated) in [
                ("=", false, false),
                ("!", false, true),
                ("<=", true, false),
                ("<!", true, true),
            ] {
                if self.takes(mark) {
                    self.looks += 1;
                    let inside = self.inside(depth, before)?;
                    self.looks -= 1;
                    return look(inside, is_behind, is_negated).map(Some);
                }
            }
            if self.takes("P=") {
                let name = self.until(')')?;
                return self.back_to(&name).map(Some);
            }
            name = match () {
                () if self.takes("P<") || self.takes("<") => Some(self.until('>')?),
                () if self.takes("'") => Some(self.until('\'')?),
                () => None,
            };
            if name.is_none() {
                let is_fresh = self.takes("^");
                if is_fresh {
                    self.flags = self.flags.fresh();
                }
                let mut is_on = true;
                loop {
                    match self.next()? {
                        ':' => break,
                        ')' => return Some(None),
                        '-' if is_on && !is_fresh => is_on = false,
                        letter if self.flags.turn(letter, is_on) => {}
                        _ => return None,
                    }
                }
                return self.inside(depth, before).map(Some);
            }
        } else if before.is_uncounted {
            return self.inside(depth, before).map(Some);
        }
        self.groups += 1;
        let number = self.groups;
        if let Some(name) = name {
            let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            let is_known = self.names.iter().any(|(known, _)| *known == name);
            if !starts || is_known {
                return None;
            }
            self.names.push((name, number));
        }
        let inside = self.inside(depth, before)?;
        Some(Some(Part::Group(number, Box::new(inside))))
    }

    /// What stands in a group; flags that it changes hold up to its end.
    fn inside(&mut self, depth: usize, before: Flags) -> Option<Part> {
        let inside = self.alternatives(depth + 1)?;
        self.flags = before;
        self.takes(")").then_some(inside)
    }
}
