//! Patterns that are taken off a value, or replaced in it.

use crate::workstation::shell::pattern::{
    fits, fixed_length, letter, special, Sign, Style, QUOTED,
};

/// Backslashes that came out of an expansion are for the pattern.
pub fn escaped(signs: Vec<Sign>) -> Vec<Sign> {
    let mut out = Vec::with_capacity(signs.len());
    let mut signs = signs.into_iter();
    while let Some(sign) = signs.next() {
        match special(Some(&sign)) {
            Some('\\') => match signs.next() {
                Some(next) => out.push(next | QUOTED),
                None => out.push(sign),
            },
            _ => out.push(sign),
        }
    }
    out
}

/// The lengths that the start of a text may have to fit, the one to be taken first.
pub fn lengths(pattern: &[Sign], most: usize, longest: bool) -> Vec<usize> {
    match fixed_length(pattern) {
        Some(length) => Some(length).filter(|l| *l <= most).into_iter().collect(),
        None if longest => (0..=most).rev().collect(),
        None => (0..=most).collect(),
    }
}

/// Takes what fits off one end, as little or as much as fits.
pub fn trim(text: &str, pattern: &[Sign], at_end: bool, longest: bool, style: Style) -> String {
    let chars: Vec<char> = text.chars().collect();
    for length in lengths(pattern, chars.len(), longest) {
        let split = if at_end { chars.len() - length } else { length };
        let (head, tail) = chars.split_at(split);
        let (cut, kept) = if at_end { (tail, head) } else { (head, tail) };
        if fits(pattern, cut, style) {
            return kept.iter().collect();
        }
    }
    text.into()
}

/// Puts something in the place of what fits.
pub fn replaced(
    text: &str,
    pattern: &[Sign],
    new: &[Sign],
    kind: Option<char>,
    style: Style,
) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    if pattern.is_empty() && kind.is_none_or(|k| k == '/') {
        return text.into();
    }
    while at <= chars.len() {
        let rest = chars.get(at..).unwrap_or(&[]);
        let fitting = match kind {
            Some('#') if at > 0 => None,
            Some('%') => fits(pattern, rest, style).then_some(rest.len()),
            _ => lengths(pattern, rest.len(), true).into_iter().find(|l| {
                rest.get(..*l)
                    .is_some_and(|part| fits(pattern, part, style))
            }),
        };
        let fitting =
            fitting.filter(|l| *l > 0 || chars.is_empty() || matches!(kind, Some('#' | '%')));
        if let Some(length) = fitting {
            for sign in new {
                match special(Some(sign)) {
                    Some('&') => out.extend(rest.iter().take(length)),
                    _ => out.push(letter(*sign)),
                }
            }
            at += length;
            if kind != Some('/') {
                out.extend(chars.get(at..).unwrap_or(&[]));
                return out;
            }
            if length > 0 {
                continue;
            }
        }
        out.extend(chars.get(at));
        at += 1;
    }
    out
}
