//! `{a,b}` and `{1..9}`: texts of words, quotes and all.

use crate::workstation::shell::parser::TOP;
use crate::workstation::shell::scan;

/// How many words one may come to.
const WORDS: usize = 100_000;

/// The words that a word stands for.
///
/// # Errors
/// There are too many of them.
pub fn braces(word: &str) -> Result<Vec<String>, String> {
    let mut done = Vec::new();
    expand(word, 0, &mut done)?;
    Ok(done)
}

fn too_many(count: usize) -> String {
    format!("brace expansion: failed to allocate memory for {count} elements")
}

/// Words are taken from a stack, so that what comes out is in order and nothing recurs.
fn expand(word: &str, _: u32, done: &mut Vec<String>) -> Result<(), String> {
    let mut stack = vec![(word.to_string(), 0)];
    while let Some((word, from)) = stack.pop() {
        let Some((start, end, parts)) = first_group(&word, from)? else {
            done.push(word);
            continue;
        };
        if done.len() + stack.len() + parts.len() > WORDS {
            return Err(too_many(parts.len()));
        }
        let (head, tail) = (&word[..start], &word[end..]);
        for part in parts.iter().rev() {
            stack.push((format!("{head}{part}{tail}"), start));
        }
    }
    Ok(())
}

/// Where a group stands, and what it offers.
type Group = (usize, usize, Vec<String>);

/// The first group from a place on.
fn first_group(word: &str, from: usize) -> Result<Option<Group>, String> {
    let bytes = word.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        if bytes[at] != b'{' {
            at = skip(word, at);
            continue;
        }
        if let Some((end, commas)) = close(word, at) {
            let inside = &word[at + 1..end - 1];
            if !commas.is_empty() {
                let mut parts = Vec::new();
                let mut start = at + 1;
                for comma in commas.into_iter().chain([end - 1]) {
                    parts.push(word[start..comma].to_string());
                    start = comma + 1;
                }
                return Ok(Some((at, end, parts)));
            }
            if let Some(parts) = sequence(inside)? {
                return Ok(Some((at, end, parts)));
            }
        }
        at += 1;
    }
    Ok(None)
}

/// Behind what stands here; quotes and `$…` are one.
fn skip(word: &str, at: usize) -> usize {
    scan::step(word, at, TOP).unwrap_or(word.len()).max(at + 1)
}

/// The end of the group that begins here, and its commas.
fn close(word: &str, from: usize) -> Option<(usize, Vec<usize>)> {
    let bytes = word.as_bytes();
    let (mut at, mut open, mut commas) = (from + 1, 0, Vec::new());
    while at < bytes.len() {
        match bytes[at] {
            b'{' => open += 1,
            b'}' if open == 0 => return Some((at + 1, commas)),
            b'}' => open -= 1,
            b',' if open == 0 => commas.push(at),
            _ => {
                at = skip(word, at);
                continue;
            }
        }
        at += 1;
    }
    None
}

/// `1..9`, `a..z`, with a step.
fn sequence(inside: &str) -> Result<Option<Vec<String>>, String> {
    let mut parts = inside.split("..");
    let (Some(first), Some(last)) = (parts.next(), parts.next()) else {
        return Ok(None);
    };
    let step = match parts.next().map(str::parse::<i64>) {
        None => 0,
        Some(Ok(step)) => step,
        Some(Err(_)) => return Ok(None),
    };
    if parts.next().is_some() {
        return Ok(None);
    }
    let letter = |text: &str| {
        let mut chars = text.chars();
        chars
            .next()
            .filter(|c| chars.next().is_none() && c.is_ascii_alphabetic())
    };
    let (from, to, width, letters) = match (first.parse::<i64>(), last.parse::<i64>()) {
        (Ok(from), Ok(to)) => {
            let padded = |text: &str| {
                let digits = text.trim_start_matches('-');
                digits.len() > 1 && digits.starts_with('0')
            };
            let width = match padded(first) || padded(last) {
                true => first.len().max(last.len()),
                false => 0,
            };
            (from, to, width, false)
        }
        _ => match (letter(first), letter(last)) {
            (Some(from), Some(to)) => (from as i64, to as i64, 0, true),
            _ => return Ok(None),
        },
    };
    // Bash cannot count so far, and leaves them as they are.
    if to.checked_sub(from).is_none() {
        return Ok(None);
    }
    let step = step.unsigned_abs().max(1);
    let count = (to.abs_diff(from) / step).saturating_add(1);
    if count > WORDS as u64 {
        return Err(too_many(usize::try_from(count).unwrap_or(usize::MAX)));
    }
    let one = |i: u64| {
        let distance = i.wrapping_mul(step) as i64;
        let value = match to >= from {
            true => from.wrapping_add(distance),
            false => from.wrapping_sub(distance),
        };
        match (letters, width) {
            (true, _) => match char::from_u32(value as u32) {
                // These would be read again.
                Some(c @ ('\\' | '`')) => format!("\\{c}"),
                c => c.unwrap_or(' ').to_string(),
            },
            (false, width) => format!("{value:0width$}"),
        }
    };
    Ok(Some((0..count).map(one).collect()))
}
