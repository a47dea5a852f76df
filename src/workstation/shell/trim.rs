//! Patterns that are taken off a value, or replaced in it.

use crate::workstation::shell::fit::Fit;
use crate::workstation::shell::pattern::{letter, special, Sign, Style, QUOTED};

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

/// Takes what fits off one end, as little or as much as fits.
pub fn trim(
    text: &str,
    pattern: &[Sign],
    at_end: bool,
    longest: bool,
    style: Style,
    steps: &mut usize,
) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut fit = Fit::new(pattern, &chars, style, steps);
    let kept = if at_end {
        let mut starts: Box<dyn Iterator<Item = usize>> = match longest {
            true => Box::new(0..=chars.len()),
            false => Box::new((0..=chars.len()).rev()),
        };
        starts.find(|from| fit.is_whole(*from)).map(|to| 0..to)
    } else {
        let ends = fit.ends(0);
        let end = if longest { ends.last() } else { ends.first() };
        end.map(|from| *from..chars.len())
    };
    match kept.and_then(|kept| chars.get(kept)) {
        Some(kept) => kept.iter().collect(),
        None => text.into(),
    }
}

/// Puts something in the place of what fits.
pub fn replaced(
    text: &str,
    pattern: &[Sign],
    new: &[Sign],
    kind: Option<char>,
    style: Style,
    steps: &mut usize,
) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    if pattern.is_empty() && kind.is_none_or(|k| k == '/') {
        return text.into();
    }
    let mut fit = Fit::new(pattern, &chars, style, steps);
    while at <= chars.len() {
        let end = match kind {
            Some('#') if at > 0 => None,
            Some('%') => fit.is_whole(at).then_some(chars.len()),
            _ => fit.ends(at).pop(),
        };
        let end =
            end.filter(|end| *end > at || chars.is_empty() || matches!(kind, Some('#' | '%')));
        if let Some(end) = end {
            for sign in new {
                match special(Some(sign)) {
                    Some('&') => out.extend(chars.get(at..end).unwrap_or(&[])),
                    _ => out.push(letter(*sign)),
                }
            }
            let is_something = end > at;
            at = end;
            if kind != Some('/') {
                out.extend(chars.get(at..).unwrap_or(&[]));
                return out;
            }
            if is_something {
                continue;
            }
        }
        out.extend(chars.get(at));
        at += 1;
    }
    out
}
