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

/// How patterns are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// `@(a|b)` and its like are patterns.
    pub extended: bool,
    /// Case is ignored.
    pub ignores_case: bool,
}

/// The character of a sign that may be special.
pub fn special(sign: Option<&Sign>) -> Option<char> {
    let sign = *sign?;
    (sign & QUOTED == 0 && sign != BREAK && sign != EMPTY).then(|| letter(sign))
}

/// `[…]`: whether it fits a character, and where it ends; `None` where it is no set.
pub(super) fn bracket(
    pattern: &[Sign],
    from: usize,
    c: char,
    style: Style,
) -> Option<(bool, usize)> {
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
