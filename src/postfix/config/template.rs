//! Templates cut into pieces (mac_parse(3)).

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Stands for itself.
    Text(&'a str),
    /// What was written after a `$`, without its brackets.
    Name(&'a str),
}

/// What is wrong with a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A bracket without its partner.
    Truncated,
    /// A `$` without a name.
    Empty,
}

impl Fault {
    /// What Postfix warns of in a template.
    pub fn warning(self, text: &str) -> String {
        let fault = match self {
            Fault::Truncated => "truncated macro reference",
            Fault::Empty => "empty macro name",
        };
        format!("{fault}: \"{text}\"")
    }
}

/// Cuts a template into pieces, of which `each` is told and says whether it could use it. As
/// Postfix does after one that it could not use, this goes on up to the next bracket.
///
/// # Errors
/// The template is malformed from there on.
pub fn pieces(text: &str, mut each: impl FnMut(Piece) -> bool) -> Result<(), Fault> {
    let mut literal = String::new();
    let mut rest = text;
    let mut goes_on = true;
    while let Some((before, tail)) = rest.split_once('$') {
        literal.push_str(before);
        if let Some(tail) = tail.strip_prefix('$') {
            literal.push('$');
            rest = tail;
            continue;
        }
        if !literal.is_empty() {
            goes_on = each(Piece::Text(&literal));
            literal.clear();
        }
        let name;
        if tail.starts_with(['{', '(']) {
            (name, rest) = bracketed(tail).ok_or(Fault::Truncated)?;
            if !goes_on {
                return Ok(());
            }
        } else {
            (name, rest) = tail.split_at(tail.bytes().take_while(|b| is_word(*b)).count());
        }
        if name.is_empty() {
            return Err(Fault::Empty);
        }
        goes_on = each(Piece::Name(name));
    }
    literal.push_str(rest);
    if !literal.is_empty() && goes_on {
        each(Piece::Text(&literal));
    }
    Ok(())
}

/// Whether a byte may stand in a name.
pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What stands between a bracket and its partner, and what follows.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let open = *text.as_bytes().first()?;
    let close = if open == b'(' { b')' } else { b'}' };
    let mut level = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        if byte == open {
            level += 1;
        } else if byte == close {
            level = level.saturating_sub(1);
            if level == 0 {
                return Some((text.get(1..at)?, text.get(at + 1..)?));
            }
        }
    }
    None
}

/// `{text}` at the start of a text: what stands in the braces, and what follows.
pub fn curly(text: &str) -> Option<(&str, &str)> {
    text.starts_with('{').then(|| bracketed(text))?
}
