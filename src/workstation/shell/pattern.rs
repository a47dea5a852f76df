//! Patterns: `*`, `?`, `[…]` and `@(a|b)`, in which quoted characters stand for themselves.

use crate::platform;

/// A character with what is known of it.
pub type Sign = u32;

/// It was quoted: nothing about it is special.
pub const QUOTED: Sign = 1 << 31;
/// It came out of an expansion: blanks split words here.
pub const EXPANDED: Sign = 1 << 30;
/// Between two words that are two whatever is in them (`"$@"`).
pub const BREAK: Sign = 0x3FFF_FFFF;
/// Quotes with nothing in them: a word all the same.
pub const EMPTY: Sign = 0x3FFF_FFFE;

/// The character of a sign.
pub fn letter(sign: Sign) -> char {
    char::from_u32(sign & 0x1F_FFFF).unwrap_or('\u{FFFD}')
}

/// The text of signs.
pub fn text(signs: &[Sign]) -> String {
    let real = |sign: &&Sign| **sign != EMPTY && **sign != BREAK;
    signs.iter().filter(real).map(|s| letter(*s)).collect()
}

/// Whether something in it is more than itself.
pub fn is_pattern(signs: &[Sign]) -> bool {
    let mut bracket = false;
    for (at, sign) in signs.iter().enumerate() {
        let Some(c) = special(Some(sign)) else {
            continue;
        };
        let opens = special(signs.get(at + 1)) == Some('(');
        bracket |= c == '[';
        if matches!(c, '*' | '?') || (bracket && c == ']') || (opens && "+@!".contains(c)) {
            return true;
        }
    }
    false
}

/// How many characters every text has that it fits, where that can be said.
pub fn fixed_length(pattern: &[Sign]) -> Option<usize> {
    let (mut at, mut length) = (0, 0);
    while let Some(sign) = pattern.get(at) {
        match special(Some(sign)) {
            Some('*') => return None,
            Some('?' | '+' | '@' | '!') if special(pattern.get(at + 1)) == Some('(') => {
                return None;
            }
            Some('[') => match bracket(pattern, at, 'x', Style::default()) {
                Some((_, end)) => at = end,
                None => at += 1,
            },
            _ => at += 1,
        }
        length += 1;
    }
    Some(length)
}

/// How patterns are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// `@(a|b)` and its like are patterns.
    pub extended: bool,
    /// Case is ignored.
    pub ignores_case: bool,
}

/// What may still be tried; patterns of many stars end here.
const TRIES: u32 = 200_000;

/// Whether a pattern fits the whole of a text.
pub fn fits(pattern: &[Sign], text: &[char], style: Style) -> bool {
    let mut tries = TRIES;
    matches(pattern, text, style, &mut tries)
}

fn same(a: char, b: char, style: Style) -> bool {
    a == b || (style.ignores_case && platform::lower_letter(a) == platform::lower_letter(b))
}

/// The character of a sign that may be special.
pub fn special(sign: Option<&Sign>) -> Option<char> {
    let sign = *sign?;
    (sign & QUOTED == 0 && sign != BREAK && sign != EMPTY).then(|| letter(sign))
}

fn matches(pattern: &[Sign], text: &[char], style: Style, tries: &mut u32) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on if this does not fit: behind a star, with one character more for it.
    let mut again: Option<(usize, usize)> = None;
    loop {
        if *tries == 0 {
            return false;
        }
        *tries -= 1;
        if style.extended {
            if let (Some(kind), Some('(')) = (special(pattern.get(p)), special(pattern.get(p + 1)))
            {
                if let Some(end) = group_end(pattern, p + 2).filter(|_| "?*+@!".contains(kind)) {
                    let (Some(inside), Some(rest)) =
                        (pattern.get(p + 2..end), pattern.get(end + 1..))
                    else {
                        return false;
                    };
                    let text = text.get(t..).unwrap_or(&[]);
                    if alternatives(kind, inside, rest, text, style, tries) {
                        return true;
                    }
                    match again {
                        Some((star, from)) if from < text.len() + t => {
                            again = Some((star, from + 1));
                            (p, t) = (star, from + 1);
                            continue;
                        }
                        _ => return false,
                    }
                }
            }
        }
        let ok = match (special(pattern.get(p)), pattern.get(p), text.get(t)) {
            (_, None, None) => return true,
            (Some('*'), ..) => {
                again = Some((p + 1, t));
                p += 1;
                continue;
            }
            (_, Some(_), None) | (_, None, Some(_)) => false,
            (Some('?'), _, Some(_)) => {
                (p, t) = (p + 1, t + 1);
                true
            }
            (Some('['), Some(_), Some(c)) => match bracket(pattern, p, *c, style) {
                Some((true, end)) => {
                    (p, t) = (end, t + 1);
                    true
                }
                Some((false, _)) => false,
                None => {
                    let is = *c == '[';
                    (p, t) = (p + 1, t + 1);
                    is
                }
            },
            (_, Some(sign), Some(c)) => {
                let is = same(letter(*sign), *c, style);
                (p, t) = (p + 1, t + 1);
                is
            }
        };
        if !ok {
            match again {
                Some((star, from)) if from < text.len() => {
                    again = Some((star, from + 1));
                    (p, t) = (star, from + 1);
                }
                _ => return false,
            }
        }
    }
}

/// The parenthesis that closes.
fn group_end(pattern: &[Sign], from: usize) -> Option<usize> {
    let mut open = 1;
    for (at, sign) in pattern.iter().enumerate().skip(from) {
        match special(Some(sign)) {
            Some('(') => open += 1,
            Some(')') => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
    }
    None
}

/// `?(…)`, `*(…)`, `+(…)`, `@(…)`, `!(…)` and what follows.
fn alternatives(
    kind: char,
    inside: &[Sign],
    rest: &[Sign],
    text: &[char],
    style: Style,
    tries: &mut u32,
) -> bool {
    let mut choices: Vec<&[Sign]> = Vec::new();
    let (mut open, mut start) = (0, 0);
    for (at, sign) in inside.iter().enumerate() {
        match special(Some(sign)) {
            Some('(') => open += 1,
            Some(')') => open -= 1,
            Some('|') if open == 0 => {
                choices.extend(inside.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    choices.extend(inside.get(start..));
    if matches!(kind, '?' | '*') && matches(rest, text, style, tries) {
        return true;
    }
    for length in 0..=text.len() {
        let (Some(head), Some(tail)) = (text.get(..length), text.get(length..)) else {
            break;
        };
        if *tries == 0 {
            return false;
        }
        *tries -= 1;
        let any = choices.iter().any(|c| matches(c, head, style, tries));
        let fits = match kind {
            '!' => !any && matches(rest, tail, style, tries),
            '?' | '@' => any && matches(rest, tail, style, tries),
            _ if !any => false,
            _ => {
                matches(rest, tail, style, tries)
                    || (length > 0 && alternatives('*', inside, rest, tail, style, tries))
            }
        };
        if fits {
            return true;
        }
    }
    false
}

/// `[…]`: whether it fits a character, and where it ends; `None` where it is no set.
fn bracket(pattern: &[Sign], from: usize, c: char, style: Style) -> Option<(bool, usize)> {
    let mut at = from + 1;
    let negates = matches!(special(pattern.get(at)), Some('!' | '^'));
    at += usize::from(negates);
    let first = at;
    let mut found = false;
    loop {
        let sign = pattern.get(at)?;
        if special(Some(sign)) == Some(']') && at > first {
            return Some((found != negates, at + 1));
        }
        if special(Some(sign)) == Some('[') && special(pattern.get(at + 1)) == Some(':') {
            let rest = pattern.get(at + 2..)?;
            let end = rest.iter().position(|s| letter(*s) == ':')?;
            let name = text(rest.get(..end)?);
            if special(rest.get(end + 1)) == Some(']') {
                found |= is_in_class(&name, c);
                at += end + 4;
                continue;
            }
        }
        let low = letter(*sign);
        at += 1;
        let is_range = special(pattern.get(at)) == Some('-')
            && pattern
                .get(at + 1)
                .is_some_and(|s| special(Some(s)) != Some(']'));
        let high = match is_range {
            true => {
                at += 2;
                letter(*pattern.get(at - 1)?)
            }
            false => low,
        };
        found |= (low..=high).contains(&c)
            || (style.ignores_case
                && ((low..=high).contains(&platform::lower_letter(c))
                    || (low..=high).contains(&platform::upper_letter(c))));
    }
}

fn is_in_class(name: &str, c: char) -> bool {
    match name {
        "alpha" => platform::is_letter(c),
        "digit" => c.is_ascii_digit(),
        "alnum" => platform::is_alphanumeric(c),
        "upper" => platform::is_upper(c),
        "lower" => platform::is_lower(c),
        "space" => c.is_whitespace(),
        "blank" => c == ' ' || c == '\t',
        "punct" => c.is_ascii_punctuation(),
        "print" => !c.is_control(),
        "graph" => !c.is_control() && !c.is_whitespace(),
        "cntrl" => c.is_control(),
        "xdigit" => c.is_ascii_hexdigit(),
        "word" => platform::is_alphanumeric(c) || c == '_',
        _ => false,
    }
}
