//! How a rule recognizes a line: a text with `{name}` where something may stand.
//!
//! What stands between two names is looked for from left to right, as early as it fits, so a line
//! is gone through once. Some names want a certain shape ([`fits`]). A run of blanks counts as one.

/// A line with each run of blanks as one, and none at its ends.
#[derive(Clone, Debug, Default)]
pub struct Plain {
    /// The text.
    pub text: String,
    /// For each byte, and for the end, where it is in the line.
    at: Vec<usize>,
}

/// A piece of a line that a name stands for, in bytes of the [`Plain`] text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    pub name: &'a str,
    pub start: usize,
    pub end: usize,
}

impl Plain {
    /// The part of a line from `start` on.
    pub fn new(line: &str, start: usize) -> Plain {
        let mut plain = Plain::default();
        let mut is_blank = true;
        for (i, c) in line.char_indices().filter(|(i, _)| *i >= start) {
            let blank = matches!(c, ' ' | '\t');
            if !(blank && is_blank) {
                let c = if blank { ' ' } else { c };
                plain.text.push(c);
                plain.at.extend((0..c.len_utf8()).map(|byte| i + byte));
            }
            is_blank = blank;
        }
        if plain.text.ends_with(' ') {
            plain.text.pop();
            plain.at.pop();
        }
        let end = plain.at.last().map_or(start, |last| last + 1);
        plain.at.push(end);
        plain
    }

    /// Where a place of the text is in the line.
    pub fn place(&self, at: usize) -> usize {
        let end = self.at.last().copied().unwrap_or(0);
        self.at.get(at).copied().unwrap_or(end)
    }
}

/// The pieces that the names of a pattern stand for, where the whole text fits it.
pub fn pieces<'a>(pattern: &'a str, text: &str) -> Option<Vec<Piece<'a>>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut rest = pattern;
    loop {
        let (literal, behind) = rest.split_once('{').unwrap_or((rest, ""));
        let here = text.get(at..)?;
        match found.last_mut() {
            None => {
                here.starts_with(literal).then_some(())?;
                at += literal.len();
            }
            Some(piece) => at = close(piece, text, literal, behind.is_empty())?,
        }
        if behind.is_empty() {
            return (at == text.len()).then_some(found);
        }
        let (name, after) = behind.split_once('}')?;
        found.push(Piece {
            name,
            start: at,
            end: at,
        });
        rest = after;
    }
}

/// Ends a piece where what follows it in the pattern is found; where the search goes on.
fn close(piece: &mut Piece, text: &str, literal: &str, is_last: bool) -> Option<usize> {
    let start = piece.start;
    if is_last {
        let end = text.len().checked_sub(literal.len())?;
        let inside = text.get(start..end)?;
        (text.ends_with(literal) && fits(piece.name, inside)).then_some(())?;
        piece.end = end;
        return Some(text.len());
    }
    let mut from = start;
    loop {
        let place = from + text.get(from..)?.find(literal)?;
        if fits(piece.name, text.get(start..place)?) {
            piece.end = place;
            return Some(place + literal.len());
        }
        from = place + text.get(place..)?.chars().next()?.len_utf8();
    }
}

/// Whether a text has the shape that a name wants.
fn fits(name: &str, text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match name {
        "code" => text.len() == 3 && digits(text),
        "dsn" => is_enhanced(text),
        "queue-id" => {
            // No word in small letters.
            let is_like_one = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase();
            (5..=20).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric())
                && text.bytes().any(is_like_one)
        }
        "count" | "number" | "size" | "pid" | "port" => digits(text),
        "delay" | "before" | "waited" | "connected" | "transferred" => {
            text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        }
        "word" | "client" | "name" | "process" | "parameter" | "path" => {
            !text.is_empty() && !text.contains(' ')
        }
        "stamp" => is_stamp(text),
        _ => true,
    }
}

/// Whether a text is an enhanced status code (RFC 3463 section 2).
pub fn is_enhanced(text: &str) -> bool {
    let mut count = 0;
    let is_number =
        |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let is_good = text.split('.').all(|part| {
        count += 1;
        is_number(part)
    });
    is_good && count == 3 && text.starts_with(['2', '4', '5'])
}

/// Whether a text is the time of a line of the log: `Nov 24 01:55:53`, or RFC 3339.
fn is_stamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let colons = bytes.iter().filter(|b| **b == b':').count();
    let is_old = text.len() <= 15 && text.split(' ').count() == 3;
    let is_new = text.len() > 18 && bytes.get(4) == Some(&b'-') && !text.contains(' ');
    colons >= 2 && (is_old || is_new)
}

/// A text with the pieces in the place of their names.
pub fn fill(text: &str, piece: &dyn Fn(&str) -> Option<String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let known = behind.split_once('}');
        match known.and_then(|(name, after)| Some((piece(name)?, after))) {
            Some((value, after)) => {
                filled.push_str(&value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = behind;
            }
        }
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, line: &str) -> Option<Vec<String>> {
        let plain = Plain::new(line, 0);
        let pieces = pieces(pattern, &plain.text)?;
        let text = |p: Piece| format!("{}={}", p.name, &plain.text[p.start..p.end]);
        Some(pieces.into_iter().map(text).collect())
    }

    #[test]
    fn a_pattern_finds_its_pieces() {
        let pattern = "<{address}>: Recipient address rejected: User unknown in {table} table";
        let line = "<a@b>: Recipient address rejected: User unknown in local recipient table";
        let pieces = found(pattern, line).unwrap();
        assert_eq!(pieces, ["address=a@b", "table=local recipient"]);
        assert_eq!(found("Ok", "Okay"), None);
        assert_eq!(found("{a}Ok", "xOk").unwrap(), ["a=x"]);
        assert_eq!(found("x", " x  ").unwrap(), [""; 0]);
    }

    #[test]
    fn a_shape_is_waited_for() {
        let line = "warning: C53E7265CB0: x";
        assert_eq!(found("{queue-id}: {rest}", line), None);
        let pieces = found("warning: {queue-id}: {rest}", line).unwrap();
        assert_eq!(pieces, ["queue-id=C53E7265CB0", "rest=x"]);
        let pieces = found("{number} of {count}", "12 of  3").unwrap();
        assert_eq!(pieces, ["number=12", "count=3"]);
        assert!(is_enhanced("5.1.1") && is_enhanced("2.10.123"));
        assert!(!is_enhanced("3.1.1") && !is_enhanced("5.1") && !is_enhanced("5.1.1234"));
    }

    #[test]
    fn places_are_those_of_the_line() {
        let line = "\tby  é  x ";
        let plain = Plain::new(line, 0);
        assert_eq!(plain.text, "by é x");
        let [piece] = pieces("by {name} x", &plain.text).unwrap()[..] else {
            panic!("one name, one piece");
        };
        assert_eq!(&line[plain.place(piece.start)..plain.place(piece.end)], "é");
        assert_eq!(plain.place(plain.text.len()), line.len() - 1);
    }

    #[test]
    fn texts_are_filled() {
        let piece = |name: &str| (name == "a").then(|| "x".to_string());
        assert_eq!(fill("{a} and {b} {", &piece), "x and {b} {");
    }
}
