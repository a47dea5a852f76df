//! `!!`, `!n`, `!name`, `!$`: earlier lines in the one that is typed.

use crate::workstation::line::history::History;

/// The line with what it recalls in it; `None` where it recalls nothing.
///
/// # Errors
/// What bash says where there is no such line.
pub fn recall(line: &str, history: &History) -> Result<Option<String>, String> {
    let lines = history.of(false);
    // `^old^new^`
    if let Some(rest) = line.strip_prefix('^') {
        let mut parts = rest.splitn(3, '^');
        let (old, new) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let last = lines.last().ok_or(":s: substitution failed")?;
        return match last.contains(old) && !old.is_empty() {
            true => Ok(Some(
                last.replacen(old, new, 1) + parts.next().unwrap_or(""),
            )),
            false => Err(format!(":s{line}: substitution failed")),
        };
    }
    if !line.contains('!') {
        return Ok(None);
    }
    let chars: Vec<char> = line.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    let mut found = false;
    let mut quoted = false;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        match c {
            '\\' => {
                out.push(c);
                out.extend(next);
                at += 2;
            }
            '"' => {
                quoted = !quoted;
                out.push(c);
                at += 1;
            }
            '\'' if !quoted => {
                let rest = chars.get(at + 1..).unwrap_or(&[]);
                let length = rest
                    .iter()
                    .position(|c| *c == '\'')
                    .map_or(rest.len(), |l| l + 1);
                out.extend(chars.iter().skip(at).take(length + 1));
                at += length + 1;
            }
            // A comment recalls nothing: `#!/bin/sh`.
            '#' if !quoted && (at == 0 || chars.get(at - 1).is_some_and(|c| c.is_whitespace())) => {
                out.extend(chars.iter().skip(at));
                break;
            }
            // `${!NAME}` and `$!` are the shell's.
            '!' if out.ends_with("${") || out.ends_with('$') => {
                out.push(c);
                at += 1;
            }
            '!' if next.is_some_and(|n| !(" \t\n=(".contains(n) || quoted && n == '"')) => {
                let (text, length) = event(chars.get(at + 1..).unwrap_or(&[]), lines)?;
                out.push_str(&text);
                at += 1 + length;
                found = true;
            }
            c => {
                out.push(c);
                at += 1;
            }
        }
    }
    Ok(found.then_some(out))
}

/// What stands behind a `!`: the text that it recalls, and how long it is.
fn event(rest: &[char], lines: &[String]) -> Result<(String, usize), String> {
    let missing = |name: &str| format!("!{name}: event not found");
    let first = rest.first().copied().unwrap_or(' ');
    let (line, mut length) = match first {
        '!' => (lines.last(), 1),
        // Words of the line before.
        '$' | '^' | '*' | ':' => (lines.last(), 0),
        '?' => {
            let end = rest
                .iter()
                .skip(1)
                .position(|c| *c == '?')
                .map_or(rest.len(), |e| e + 2);
            let part: String = rest.iter().take(end).filter(|c| **c != '?').collect();
            (lines.iter().rev().find(|l| l.contains(&part)), end)
        }
        _ => {
            let is_number = first == '-' || first.is_ascii_digit();
            let ends = |c: &char| match is_number {
                true => !(c.is_ascii_digit() || *c == '-'),
                false => " \t:;&|()<>\"'$*^".contains(*c),
            };
            let end = rest.iter().position(ends).unwrap_or(rest.len());
            let name: String = rest.iter().take(end).collect();
            let found = match name.parse::<i64>() {
                Ok(number) if number > 0 => lines.get(number as usize - 1),
                Ok(number) => lines
                    .len()
                    .checked_sub(number.unsigned_abs() as usize)
                    .and_then(|at| lines.get(at)),
                Err(_) => lines.iter().rev().find(|l| l.starts_with(&name)),
            };
            (found, end)
        }
    };
    let name: String = rest.iter().take(length.max(1)).collect();
    let line = line.ok_or_else(|| missing(&name))?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut place = rest.get(length).copied();
    let has_colon = place == Some(':');
    if has_colon {
        place = rest.get(length + 1).copied();
    }
    let (text, more) = match place {
        Some('$') => (words.last().copied().unwrap_or("").to_string(), 1),
        Some('^') => (words.get(1).copied().unwrap_or("").to_string(), 1),
        Some('*') => (words.get(1..).unwrap_or(&[]).join(" "), 1),
        Some(c) if has_colon && c.is_ascii_digit() => {
            let digits = rest
                .iter()
                .skip(length + 1)
                .take_while(|c| c.is_ascii_digit());
            let digits: String = digits.collect();
            let word = digits.parse().ok().and_then(|at: usize| words.get(at));
            let word = word.ok_or_else(|| format!(":{digits}: bad word specifier"))?;
            (word.to_string(), digits.len())
        }
        Some('s') if has_colon => {
            let rest = rest.get(length + 2..).unwrap_or(&[]);
            let sign = rest.first().copied().unwrap_or('/');
            let text: String = rest.iter().skip(1).collect();
            let mut parts = text.splitn(3, sign);
            let (old, new) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            if !line.contains(old) {
                return Err(format!(":s{sign}{old}{sign}{new}: substitution failed"));
            }
            let used = 2
                + old.chars().count()
                + new.chars().count()
                + usize::from(text.matches(sign).count() > 1);
            (line.replacen(old, new, 1), 1 + used.min(rest.len()))
        }
        _ => return Ok((line.clone(), length)),
    };
    length += more + usize::from(has_colon);
    Ok((text, length))
}
