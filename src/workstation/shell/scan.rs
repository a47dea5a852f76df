//! Where the parts of a word end: quotes, `$…`, patterns.

use crate::workstation::shell::fault::Fault;

/// What is not closed.
pub type Found = Result<usize, Fault>;

/// How deep we are, and who knows where the commands end that stand inside a word.
#[derive(Clone, Copy)]
pub struct Level {
    /// How many stand in each other.
    pub depth: u32,
    /// This is inside of `$(…)`.
    pub is_inner: bool,
    /// This is inside of `${…}` that is not quoted.
    pub is_braced: bool,
    /// The end of the commands that begin at a place, behind their `)`.
    pub commands: fn(&str, usize, Level) -> Found,
}

impl Level {
    /// How deep commands may stand in commands.
    pub const DEEPEST: u32 = 60;

    fn deeper(self) -> Level {
        Level {
            depth: self.depth + 1,
            ..self
        }
    }
}

fn open(what: char) -> Fault {
    Fault::Open(what)
}

fn at(text: &str, place: usize) -> u8 {
    text.as_bytes().get(place).copied().unwrap_or(0)
}

/// Whether a byte ends a word.
pub fn is_meta(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\n' | b'|' | b'&' | b';' | b'(' | b')' | b'<' | b'>'
    )
}

/// Whether a name can start with this, or go on with it.
pub fn is_name(byte: u8, is_first: bool) -> bool {
    byte == b'_' || byte.is_ascii_alphabetic() || (!is_first && byte.is_ascii_digit())
}

/// Where a name that starts here ends.
pub fn name_end(text: &str, from: usize) -> usize {
    let mut end = from;
    while is_name(at(text, end), end == from) {
        end += 1;
    }
    end
}

/// Whether a text is a name.
pub fn is_identifier(text: &str) -> bool {
    !text.is_empty() && name_end(text, 0) == text.len()
}

/// The end of `'…'`, whose start is here.
pub fn single(text: &str, from: usize) -> Found {
    let rest = text.get(from + 1..).unwrap_or("");
    let end = rest.find('\'').ok_or(open('\''))?;
    Ok(from + end + 2)
}

/// The end of `'…'` after a `$`.
fn ansi(text: &str, from: usize) -> Found {
    let mut place = from + 1;
    loop {
        match at(text, place) {
            b'\'' => return Ok(place + 1),
            b'\\' => place += 2,
            0 if place >= text.len() => return Err(open('\'')),
            _ => place += 1,
        }
    }
}

/// The end of `"…"`.
pub fn double(text: &str, from: usize, level: Level) -> Found {
    let mut place = from + 1;
    loop {
        match at(text, place) {
            b'"' => return Ok(place + 1),
            b'\\' => place += 2,
            b'$' => place = dollar(text, place, level, true)?,
            b'`' => place = backquote(text, place)?,
            0 if place >= text.len() => return Err(open('"')),
            _ => place += 1,
        }
    }
}

/// The end of `` `…` ``.
pub fn backquote(text: &str, from: usize) -> Found {
    let mut place = from + 1;
    loop {
        match at(text, place) {
            b'`' => return Ok(place + 1),
            b'\\' => place += 2,
            0 if place >= text.len() => return Err(open('`')),
            _ => place += 1,
        }
    }
}

/// The end of what a `$` begins; only its own where it begins nothing.
pub fn dollar(text: &str, from: usize, level: Level, quoted: bool) -> Found {
    match at(text, from + 1) {
        b'(' if at(text, from + 2) == b'(' => match arithmetic(text, from + 3, level) {
            Some(end) => Ok(end),
            // Where it is neither, the line is that of its start.
            None => match (level.commands)(text, from + 2, level.deeper()) {
                Err(Fault::Open(')')) => Err(open('(')),
                found => found,
            },
        },
        b'(' => (level.commands)(text, from + 2, level.deeper()),
        b'{' => brace(text, from + 2, level, quoted),
        b'[' => {
            let end = text.get(from..).and_then(|t| t.find(']'));
            end.map(|end| from + end + 1).ok_or(open(']'))
        }
        b'\'' if !quoted => ansi(text, from + 1),
        b'"' if !quoted => double(text, from + 1, level),
        byte if is_name(byte, true) => Ok(name_end(text, from + 1)),
        byte if byte.is_ascii_digit() || b"*@#?-$!".contains(&byte) => Ok(from + 2),
        _ => Ok(from + 1),
    }
}

/// The end of an expression and its `))`, where it is one.
pub fn arithmetic(text: &str, from: usize, level: Level) -> Option<usize> {
    let mut place = from;
    let mut open = 0;
    loop {
        match at(text, place) {
            b'(' => open += 1,
            b')' if open > 0 => open -= 1,
            b')' => return (at(text, place + 1) == b')').then_some(place + 2),
            b'\\' => place += 1,
            b'$' if at(text, place + 1) == b'\'' => place = ansi(text, place + 1).ok()? - 1,
            b'\'' => place = single(text, place).ok()? - 1,
            b'"' => place = double(text, place, level).ok()? - 1,
            0 if place >= text.len() => return None,
            _ => {}
        }
        place += 1;
    }
}

/// The end of `${…}`, from behind its brace.
pub fn brace(text: &str, from: usize, level: Level, quoted: bool) -> Found {
    if level.depth > Level::DEEPEST {
        return Err(Fault::Deep);
    }
    let mut place = from;
    // `${#…}` and `${#}`; a `#` that comes later is an operator.
    if at(text, place) == b'#' {
        place += 1;
    }
    loop {
        match at(text, place) {
            b'}' => return Ok(place + 1),
            b'\\' => place += 2,
            b'\'' if !quoted => place = single(text, place)?,
            b'"' => place = double(text, place, level.deeper())?,
            b'$' => {
                let mut inner = level.deeper();
                inner.is_braced |= !quoted;
                place = dollar(text, place, inner, quoted)?;
            }
            b'`' => place = backquote(text, place)?,
            0 if place >= text.len() => return Err(open('}')),
            _ => place += 1,
        }
    }
}

/// The end of a pattern such as `@(a|b)`, from its parenthesis; also of anything else in
/// parentheses that is part of a word.
fn group(text: &str, from: usize, level: Level) -> Found {
    let mut place = from + 1;
    let mut count = 1;
    while count > 0 {
        match at(text, place) {
            b'(' => count += 1,
            b')' => count -= 1,
            0 if place >= text.len() => return Err(open(')')),
            b'\n' => {}
            _ => {
                place = step(text, place, level)?;
                continue;
            }
        }
        place += 1;
    }
    Ok(place)
}

/// Behind the character or the quoted part that starts here.
pub fn step(text: &str, from: usize, level: Level) -> Found {
    match at(text, from) {
        b'\\' => Ok(char_end(text, (from + 1).min(text.len()))),
        b'\'' => single(text, from),
        b'"' => double(text, from, level),
        b'`' => backquote(text, from),
        b'$' => dollar(text, from, level, false),
        _ => Ok(char_end(text, from)),
    }
}

/// Behind the character that starts here.
pub fn char_end(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or("");
    from + rest.chars().next().map_or(0, char::len_utf8)
}

/// Where an assignment's value begins: `name=`, `name+=`, `name[…]=`.
pub fn assignment(text: &str, level: Level) -> Option<usize> {
    let mut end = name_end(text, 0);
    if end == 0 {
        return None;
    }
    if at(text, end) == b'[' {
        let mut place = end + 1;
        while at(text, place) != b']' {
            if place >= text.len() {
                return None;
            }
            place = step(text, place, level).ok()?;
        }
        end = place + 1;
    }
    if at(text, end) == b'+' {
        end += 1;
    }
    (at(text, end) == b'=').then_some(end + 1)
}

/// How a word is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// It may have patterns such as `@(a|b)`.
    pub extended: bool,
    /// It is a regular expression in `[[ … ]]`.
    pub regex: bool,
}

/// The end of the word that starts here.
pub fn word(text: &str, from: usize, level: Level, rules: Rules) -> Found {
    let mut place = from;
    while place < text.len() {
        let byte = at(text, place);
        match byte {
            b'(' if rules.regex => place = group(text, place, level)?,
            b'|' if rules.regex => place += 1,
            b'(' if rules.extended && place > from && b"?*+@!".contains(&at(text, place - 1)) => {
                place = group(text, place, level)?;
            }
            // `name=(…)`
            b'(' if place > from && at(text, place - 1) == b'=' => {
                let head = text.get(from..place).unwrap_or("");
                if assignment(head, level) != Some(head.len()) {
                    return Ok(place);
                }
                place = array(text, place, level)?;
            }
            b'<' | b'>' if at(text, place + 1) == b'(' && !rules.regex => {
                place = (level.commands)(text, place + 2, level.deeper())?;
            }
            byte if is_meta(byte) => return Ok(place),
            _ => place = step(text, place, level)?,
        }
    }
    Ok(place.min(text.len()))
}

/// The end of the list of an array, which may go over lines and have comments.
fn array(text: &str, from: usize, level: Level) -> Found {
    let mut place = from + 1;
    let mut starts = true;
    loop {
        match at(text, place) {
            b')' => return Ok(place + 1),
            b' ' | b'\t' | b'\n' => {
                starts = true;
                place += 1;
                continue;
            }
            b'#' if starts => {
                while !matches!(at(text, place), b'\n' | 0) {
                    place += 1;
                }
                continue;
            }
            0 if place >= text.len() => return Err(open('(')),
            byte if is_meta(byte) => {
                let token = text.get(place..=place).unwrap_or("");
                return Err(Fault::Listed(token.into()));
            }
            // Bash forgets in `$(…)` that the next character is quoted.
            b'\\' if level.is_inner && at(text, place + 1) != b'\n' => place += 1,
            _ => {
                let found = step(text, place, level);
                place = found.map_err(|fault| match fault {
                    Fault::Open(what) if level.is_inner => Fault::Lost(what),
                    fault => fault,
                })?;
            }
        }
        starts = false;
    }
}
