//! How Postfix cuts its files into lines, and a value into words.

use crate::postfix::config::template::curly;
use crate::smtp::printable::head;

/// Cuts a list at white space and commas; what stands in braces holds together and keeps them.
///
/// ```
/// use smtp_terminal::postfix::config::syntax::split_list;
/// assert_eq!(split_list("a, b  inline:{x=1, y=2}"), ["a", "b", "inline:{x=1, y=2}"]);
/// ```
pub fn split_list(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(word) = next_word(&mut rest) {
        words.push(word.into());
    }
    words
}

/// The next word of a list, which is taken off it.
pub fn next_word<'t>(rest: &mut &'t str) -> Option<&'t str> {
    const BETWEEN: [char; 5] = [' ', '\t', '\r', '\n', ','];
    let start = rest.trim_start_matches(BETWEEN);
    let mut level = 0usize;
    let end = start.find(|c| {
        match c {
            '{' => level += 1,
            '}' => level = level.saturating_sub(1),
            c => return level == 0 && BETWEEN.contains(&c),
        }
        false
    });
    let (word, tail) = start.split_at(end.unwrap_or(start.len()));
    *rest = tail.get(1..).unwrap_or("");
    (!word.is_empty()).then_some(word)
}

/// What stands in the braces that a text begins and ends with; what is wrong where it does not.
///
/// # Errors
/// What Postfix says of it.
pub fn in_braces(text: &str) -> Result<&str, String> {
    let what = match curly(text) {
        Some((inner, "")) => return Ok(inner),
        Some(_) => "syntax error after '}'",
        None if text.starts_with('{') => "missing '}'",
        None => "no '{' at start of text",
    };
    Err(format!("{what} in \"{text}\""))
}

/// `name = value`.
///
/// # Errors
/// What is missing.
pub fn name_value(text: &str) -> Result<(&str, &str), &'static str> {
    let missing = "missing '=' after attribute name";
    let (name, value) = text.trim_ascii().split_once('=').ok_or(missing)?;
    let name = name.trim_ascii();
    match (
        name.is_empty(),
        name.contains(|c: char| c.is_ascii_whitespace()),
    ) {
        (true, _) => Err("missing attribute name"),
        (_, true) => Err(missing),
        _ => Ok((name, value.trim_ascii())),
    }
}

/// Joins continued lines, as they are; each comes with the number of its first line. One that begins
/// with white space continues nothing ([`misplaced`]).
pub fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (i, line) in text.split('\n').enumerate() {
        let trimmed = line.trim_ascii_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        match lines.last_mut() {
            Some((_, last)) if trimmed.len() < line.len() => last.push_str(line),
            _ => lines.push((i + 1, line.into())),
        }
    }
    lines
}

/// What Postfix says of a line that continues nothing, and does not read.
pub fn misplaced(path: &str, line: &str) -> Option<String> {
    line.starts_with(|c: char| c.is_ascii_whitespace())
        .then(|| {
            let start = head(line, 30);
            let more = if line.len() > 30 { "..." } else { "" };
            format!("{path}: logical line must not start with whitespace: \"{start}{more}\"")
        })
}
