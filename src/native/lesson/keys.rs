//! What looks like a key in a line that a lesson types, and is none: it would be typed as it stands.

use smtp_terminal::lesson::typing::{acts, key_named, Act};
use smtp_terminal::lesson::Lesson;

/// Names that other programs have for keys, in small letters.
const OTHERS: [&str; 16] = [
    "return", "cr", "esc", "space", "bs", "del", "insert", "ins", "pageup", "pagedown", "pgup",
    "pgdn", "enter", "tab", "break", "backtab",
];

/// What stands before the name of a key that is held down.
const HELD: [&str; 8] = [
    "ctrl-", "ctrl+", "alt-", "alt+", "shift-", "shift+", "strg-", "strg+",
];

/// Each with its place, and what is wrong there.
pub fn strange_keys(lesson: &Lesson) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut look = |place: String, lines: &[smtp_terminal::scenario::values::Text]| {
        for (at, line) in lines.iter().enumerate() {
            if let Some(problem) = strange(&line.0) {
                found.push((format!("{place}[{at}]"), problem));
            }
        }
    };
    for (at, step) in lesson.steps.iter().enumerate() {
        look(format!("steps[{at}].solution"), &step.solution);
        for (i, mistake) in step.mistakes().iter().enumerate() {
            let place = format!("steps[{at}].mistakes[{i}].example");
            look(place, mistake.example.as_deref().unwrap_or_default());
        }
    }
    for (i, mistake) in lesson.mistakes.iter().flatten().enumerate() {
        let place = format!("mistakes[{i}].example");
        look(place, mistake.example.as_deref().unwrap_or_default());
    }
    found
}

/// What of a line is no key, though it looks like one.
fn strange(line: &str) -> Option<String> {
    if matches!(acts(line).as_slice(), [Act::Wait(_)]) {
        return None;
    }
    let none = |text: &str, what: &str| {
        Some(format!(
            "`{text}` is no key and is typed as it stands; {what}"
        ))
    };
    let keys = "docs/LESSONS.md has a list of them";
    let mut characters = line.chars();
    if let (Some('^'), Some(letter), None) =
        (characters.next(), characters.next(), characters.next())
    {
        let large = format!("^{}", letter.to_ascii_uppercase());
        if key_named(line).is_none() && key_named(&large).is_some() {
            return none(line, &format!("write `{large}`"));
        }
    }
    for (at, _) in line.match_indices('<') {
        let rest = line.get(at..).unwrap_or("");
        let end = rest.find('>')?;
        let text = rest.get(..=end).unwrap_or("");
        let name = text.get(1..end).unwrap_or("").to_ascii_lowercase();
        if name == "wait" || name.starts_with("wait ") {
            return none(
                text,
                "write `<wait 5>`, alone on its line, for five seconds",
            );
        }
        // Addresses and HTML stand between such brackets, too.
        let before = line.get(..at).unwrap_or("");
        let is_word = text
            .bytes()
            .skip(1)
            .take(end - 1)
            .all(|b| b.is_ascii_alphanumeric());
        let is_named = is_word
            && text.as_bytes().get(1).is_some_and(u8::is_ascii_uppercase)
            && !before.contains(':');
        let is_function = name
            .strip_prefix('f')
            .is_some_and(|n| matches!(n.parse(), Ok(1..=12u8)));
        let is_held = HELD.iter().any(|held| name.starts_with(held));
        let is_other = OTHERS.contains(&name.as_str()) || is_function || is_held;
        if key_named(text).is_none() && (is_named || is_other) {
            return none(text, keys);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_none() {
        for line in [
            "<wait>",
            "<wait ten>",
            "<Wait 5>",
            "<wait 1.5>",
            "ls <wait 5>",
            "<enter>",
            "tel<tab>",
            "<Return>",
            "<Ctrl-C>",
            "<F1>",
            "<PageUp>",
            "<Entr>",
            "^c",
        ] {
            assert!(strange(line).is_some(), "{line}");
        }
        for line in [
            "",
            "<wait 5>",
            "tel<Tab>",
            "<Up><Up>",
            "^C",
            "^]",
            "^\\",
            "RCPT TO:<Asha>",
            "MAIL FROM:<>",
            "RCPT TO:<asha@safeer.in> NOTIFY=YES",
            "<html>",
            "<p>Hello</p>",
            "cat <file >other",
            "To: All <friends@x.example>",
            "grep '^[0-9A-F]'",
            "a < b",
            "^",
            "To: Friends <Friends>",
        ] {
            assert_eq!(strange(line), None, "{line}");
        }
    }
}
