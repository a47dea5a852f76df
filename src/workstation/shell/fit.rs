//! Where in a text a pattern fits. All its ways are walked at once, so that nothing is tried twice, and what
//! is walked is counted.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::platform;
use crate::workstation::shell::pattern::{bracket, letter, special, Sign, Style};

/// What may be walked for one pattern.
pub const STEPS: usize = 5_000_000;

/// How deep `!(…)` may stand in each other: each is asked in the midst of the one around it.
const NOTS: usize = 40;

/// A part of a pattern.
enum Part {
    Sign(Sign),
    Any,
    /// `[…]`, which begins here, in a pattern that ends there.
    Set(usize, usize),
    Star,
    /// To go on at any of these.
    Ways(Vec<usize>),
    /// `!(…)`: the ways into it, and what follows.
    Not(Vec<usize>, usize),
    /// The end of the pattern, or of what stands in `!(…)`.
    End,
}

/// A pattern at a text.
pub struct Fit<'a> {
    pattern: &'a [Sign],
    text: &'a [char],
    style: Style,
    parts: Rc<[Part]>,
    /// Which round has last met a part.
    met: Vec<usize>,
    round: usize,
    /// Where what stands in a `!(…)` ends that begins there.
    known: BTreeMap<(usize, usize), Rc<[usize]>>,
    /// What may still be walked; nothing fits any more once it is 0.
    steps: &'a mut usize,
}

/// A parenthesis that is open while a pattern is read.
struct Open {
    /// `None`: it stands for itself.
    kind: Option<char>,
    close: usize,
    /// The part that leads into the group, and where each choice begins and ends.
    at: usize,
    starts: Vec<usize>,
    ends: Vec<usize>,
}

/// The parenthesis that closes each that opens.
fn closings(pattern: &[Sign]) -> BTreeMap<usize, usize> {
    let (mut open, mut found) = (Vec::new(), BTreeMap::new());
    for (at, sign) in pattern.iter().enumerate() {
        match special(Some(sign)) {
            Some('(') => open.push(at),
            Some(')') => found.extend(open.pop().map(|from| (from, at))),
            _ => {}
        }
    }
    found
}

fn read(pattern: &[Sign], extended: bool) -> Vec<Part> {
    let closings = if extended {
        closings(pattern)
    } else {
        BTreeMap::new()
    };
    let mut parts = Vec::with_capacity(pattern.len() + 1);
    let mut open: Vec<Open> = Vec::new();
    let mut nots = 0;
    let mut at = 0;
    while let Some(sign) = pattern.get(at) {
        // A set may have gone past the end of a parenthesis that stands for itself.
        while open
            .last()
            .is_some_and(|o| o.kind.is_none() && o.close < at)
        {
            open.pop();
        }
        let c = special(Some(sign));
        let close = closings.get(&(at + 1)).copied();
        match (c, close, open.last_mut()) {
            (Some(kind @ ('?' | '*' | '+' | '@' | '!')), Some(close), _)
                if kind != '!' || nots < NOTS =>
            {
                nots += usize::from(kind == '!');
                open.push(Open {
                    kind: Some(kind),
                    close,
                    at: parts.len(),
                    starts: vec![parts.len() + 1],
                    ends: Vec::new(),
                });
                parts.push(Part::End);
                at += 2;
                continue;
            }
            (Some('('), ..) => {
                if let Some(close) = closings.get(&at) {
                    open.push(Open {
                        kind: None,
                        close: *close,
                        at: 0,
                        starts: Vec::new(),
                        ends: Vec::new(),
                    });
                }
                parts.push(Part::Sign(*sign));
            }
            (Some('|'), _, Some(group)) if group.kind.is_some() => {
                group.ends.push(parts.len());
                group.starts.push(parts.len() + 1);
                parts.push(Part::End);
            }
            (Some(')'), _, Some(top)) if top.close == at => {
                match open.pop() {
                    Some(group) if group.kind.is_some() => {
                        nots -= usize::from(group.kind == Some('!'));
                        shut(group, &mut parts);
                    }
                    _ => parts.push(Part::Sign(*sign)),
                };
            }
            (Some('*'), ..) => parts.push(Part::Star),
            (Some('?'), ..) => parts.push(Part::Any),
            (Some('['), ..) => {
                let group = open.iter().rev().find(|o| o.kind.is_some());
                let end = group.map_or(pattern.len(), |o| o.close);
                let found = bracket(&pattern[..end], at, 'x', Style::default());
                if let Some((_, next)) = found {
                    parts.push(Part::Set(at, end));
                    at = next;
                    continue;
                }
                parts.push(Part::Sign(*sign));
            }
            _ => parts.push(Part::Sign(*sign)),
        }
        at += 1;
    }
    parts.push(Part::End);
    parts
}

/// Ends a group: its choices lead to what follows, or back.
fn shut(mut group: Open, parts: &mut Vec<Part>) {
    let here = parts.len();
    let next = here + 1;
    let (end, last) = match group.kind {
        Some('*') => (Some(group.at), Part::Ways(vec![group.at])),
        Some('+') => (Some(here), Part::Ways(vec![group.at, next])),
        Some('!') => (None, Part::End),
        _ => (Some(next), Part::Ways(vec![next])),
    };
    parts.push(last);
    for choice in group.ends {
        parts[choice] = end.map_or(Part::End, |end| Part::Ways(vec![end]));
    }
    if matches!(group.kind, Some('?' | '*')) {
        group.starts.push(next);
    }
    parts[group.at] = match group.kind {
        Some('!') => Part::Not(group.starts, next),
        _ => Part::Ways(group.starts),
    };
}

impl<'a> Fit<'a> {
    /// Puts a pattern to a text, for so many steps.
    pub fn new(
        pattern: &'a [Sign],
        text: &'a [char],
        style: Style,
        steps: &'a mut usize,
    ) -> Fit<'a> {
        *steps = steps.saturating_sub(pattern.len());
        let parts: Rc<[Part]> = read(pattern, style.extended).into();
        Fit {
            pattern,
            text,
            style,
            met: vec![0; parts.len()],
            parts,
            round: 0,
            known: BTreeMap::new(),
            steps,
        }
    }

    /// Whether it fits all that stands behind a place.
    pub fn is_whole(&mut self, from: usize) -> bool {
        self.ends(from).last() == Some(&self.text.len())
    }

    /// Where what fits and begins there may end, in order.
    pub fn ends(&mut self, from: usize) -> Vec<usize> {
        self.walk(vec![0], from)
    }

    fn walk(&mut self, mut now: Vec<usize>, from: usize) -> Vec<usize> {
        let parts = self.parts.clone();
        let (mut ends, mut nots) = (Vec::new(), Vec::<(Rc<[usize]>, usize)>::new());
        for at in from..=self.text.len() {
            self.round += 1;
            let round = self.round;
            let mut next = Vec::new();
            let follows = nots.iter().filter(|(is, _)| is.binary_search(&at).is_err());
            now.extend(follows.map(|(_, next)| *next));
            *self.steps = self.steps.saturating_sub(nots.len());
            while let Some(place) = now.pop() {
                if std::mem::replace(&mut self.met[place], round) == round {
                    continue;
                }
                *self.steps = self.steps.saturating_sub(1);
                if *self.steps == 0 {
                    return Vec::new();
                }
                let c = self.text.get(at);
                let goes_on = match (&parts[place], c) {
                    (Part::Ways(ways), _) => {
                        *self.steps = self.steps.saturating_sub(ways.len());
                        now.extend(ways);
                        false
                    }
                    (Part::Not(ways, next), _) => {
                        let is = match self.known.get(&(place, at)) {
                            Some(is) => is.clone(),
                            None => {
                                let is: Rc<[usize]> = self.walk(ways.clone(), at).into();
                                self.known.insert((place, at), is.clone());
                                is
                            }
                        };
                        if is.first() != Some(&at) {
                            now.push(*next);
                        }
                        nots.push((is, *next));
                        false
                    }
                    (Part::End, _) => {
                        ends.push(at);
                        false
                    }
                    (Part::Star, c) => {
                        now.push(place + 1);
                        next.extend(c.map(|_| place));
                        false
                    }
                    (_, None) => false,
                    (Part::Any, _) => true,
                    (Part::Set(from, end), Some(c)) => {
                        let set = self.pattern.get(..*end).unwrap_or(&[]);
                        bracket(set, *from, *c, self.style).is_some_and(|(is, _)| is)
                    }
                    (Part::Sign(sign), Some(c)) => same(letter(*sign), *c, self.style),
                };
                if goes_on {
                    next.push(place + 1);
                }
            }
            if next.is_empty() && nots.is_empty() {
                break;
            }
            now = next;
        }
        ends
    }
}

fn same(a: char, b: char, style: Style) -> bool {
    a == b || (style.ignores_case && platform::lower_letter(a) == platform::lower_letter(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a pattern fits, and in how many steps.
    fn ends(pattern: &str, text: &str) -> (Vec<usize>, usize) {
        let style = Style {
            extended: true,
            ..Style::default()
        };
        let pattern: Vec<Sign> = pattern.chars().map(|c| c as Sign).collect();
        let text: Vec<char> = text.chars().collect();
        let mut steps = STEPS;
        let ends = Fit::new(&pattern, &text, style, &mut steps).ends(0);
        (ends, STEPS - steps)
    }

    #[test]
    fn a_pattern_fits_where_bash_says_so() {
        for (pattern, text, found) in [
            ("a*b", "abab", &[2, 4][..]),
            ("?(a)b", "ab", &[2]),
            ("*(ab|a)", "aab", &[0, 1, 2, 3]),
            ("+(a|b)b", "abb", &[2, 3]),
            ("@(a|+(b))", "bb", &[1, 2]),
            ("!(a)", "ab", &[0, 2]),
            ("!(!(a))", "ab", &[1]),
            ("@((|x)", "(x", &[]),
            ("@([a]|x)", "x", &[1]),
            ("+(a", "+(a", &[3]),
            ("@(([)]|x)y", "([)]|xy", &[]),
            ("a|b", "a|b", &[3]),
        ] {
            assert_eq!(ends(pattern, text).0, found, "{pattern} in {text}");
        }
    }

    #[test]
    fn nothing_is_tried_twice() {
        let a = "a".repeat(1_000);
        for pattern in ["+(a)c", "+(a|aa|aaa)b", "*(*(a)*(a))*(a)c", "a*a*a*a*b"] {
            let (found, steps) = ends(pattern, &a);
            assert!(found.is_empty(), "{pattern}");
            assert!(steps < 30 * a.len(), "{pattern}: {steps}");
        }
        let deep = "+(".repeat(1_000) + "a" + &")".repeat(1_000);
        let (found, steps) = ends(&deep, "aaaa");
        assert_eq!(found, [1, 2, 3, 4]);
        assert!(steps < 10 * deep.len(), "{steps}");
        // What is left of it stands for itself.
        let deep = "!(".repeat(10_000) + "a" + &")".repeat(10_000);
        assert!(ends(&deep, "aaaa").1 < 1_000_000);
        let (found, steps) = ends(&("!(b)".repeat(300) + "b"), &a);
        assert_eq!((found, steps), (Vec::new(), STEPS));
    }
}
