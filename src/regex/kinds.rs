//! Kinds of characters that Perl has letters for; a character is a byte.

pub(super) const DIGIT: &[(char, char)] = &[('0', '9')];
pub(super) const WORD: &[(char, char)] = &[('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
pub(super) const SPACE: &[(char, char)] = &[('\t', '\r'), (' ', ' ')];
pub(super) const BLANK: &[(char, char)] = &[('\t', '\t'), (' ', ' '), ('\u{a0}', '\u{a0}')];
pub(super) const VERTICAL: &[(char, char)] = &[('\n', '\r'), ('\u{85}', '\u{85}')];
pub(super) const NEWLINE: &[(char, char)] = &[('\n', '\n')];
const LAST: char = '\u{ff}';

/// What a letter after a backslash stands for, where that is a kind of characters.
pub(super) fn kind(c: char) -> Option<(bool, Vec<(char, char)>)> {
    let of = match c {
        'd' | 'D' => DIGIT,
        'w' | 'W' => WORD,
        's' | 'S' => SPACE,
        'h' | 'H' => BLANK,
        'v' | 'V' => VERTICAL,
        'N' => NEWLINE,
        _ => return None,
    };
    Some((c.is_ascii_uppercase(), of.to_vec()))
}

/// All bytes that are not among these.
pub(super) fn others(of: Vec<(char, char)>) -> Vec<(char, char)> {
    let has = |c: char| of.iter().any(|(a, b)| (*a..=*b).contains(&c));
    ('\0'..=LAST).filter(|c| !has(*c)).map(|c| (c, c)).collect()
}

/// Which marks a class such as `[:digit:]` has, whose bracket has been read, and where the second of
/// them is.
pub fn named(char_at: &dyn Fn(usize) -> Option<char>, at: usize) -> Option<(char, usize)> {
    let mark = char_at(at).filter(|c| ":.=".contains(*c))?;
    let mut place = at + 1;
    loop {
        match (char_at(place)?, char_at(place + 1)?) {
            ('\\', ']' | '\\') => place += 1,
            (']', _) => return None,
            ('[', next) if next == mark => return None,
            (this, ']') if this == mark => return Some((mark, place)),
            _ => {}
        }
        place += 1;
    }
}
