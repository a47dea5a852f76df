//! What is typed to a server: a command with its parts, an answer of AUTH, a line of a message.

use crate::explain::model::{entry, find, find_in_any_case, split_reference, text, Entry};
use crate::explain::pattern::fill;
use crate::explain::scene::Kind;
use crate::explain::writer::Writer;
use crate::smtp::command::{words, Verb};
use crate::smtp::sasl::from_base64;

/// Explains what was typed.
pub fn explain(writer: &mut Writer) {
    match writer.scene.kind {
        Kind::Header => header(writer),
        Kind::Answer => answer(writer),
        Kind::Dot => said(writer, "."),
        Kind::Body => said(writer, "body"),
        Kind::Input => {
            let program = writer.scene.program.clone();
            let found = entry(&writer.texts.commands, "input");
            if let Some(entry) = found {
                writer.entry(entry, &|_| Some(program.clone()));
            }
        }
        _ => command(writer),
    }
}

fn said(writer: &mut Writer, name: &str) {
    let texts = writer.texts;
    writer.named(&texts.commands, name);
}

/// A field of a message's head that is being typed.
fn header(writer: &mut Writer) {
    let start = writer.scene.start;
    if !field(writer, start) {
        said(writer, "header");
    }
}

/// A field of the head of a message, which begins at a place of the line; whether there is a text for it.
pub fn field(writer: &mut Writer, start: usize) -> bool {
    let texts = writer.texts;
    let line = writer.scene.text.clone();
    let Some((name, value)) = line.get(start..).unwrap_or("").split_once(':') else {
        return false;
    };
    let Some(what) = find_in_any_case(&texts.headers, name) else {
        return false;
    };
    let title = fill(writer.word("header"), &|_| Some(name.to_string()));
    writer.title(&title);
    writer.part(start, start + name.len(), what);
    let start = line.len() - value.trim_start().len();
    writer.part(
        start,
        line.len(),
        find(&texts.fields, "value").unwrap_or(""),
    );
    writer.say("", what);
    true
}

/// What is said after a challenge of AUTH.
fn answer(writer: &mut Writer) {
    let (start, end) = (writer.scene.start, writer.scene.text.len());
    let line = writer.scene.said().to_string();
    let plain = from_base64(line.trim()).unwrap_or_default();
    let name = match (line.trim(), plain.is_empty()) {
        ("*", _) => "*",
        (_, true) => "not base64",
        _ => "answer",
    };
    let shown = secret(&plain);
    let found = entry(&writer.texts.commands, name);
    if let Some(entry) = found {
        writer.entry(entry, &|_| Some(shown.clone()));
        let what = fill(writer.word("base64"), &|_| Some(shown.clone()));
        writer.part(start, end, if plain.is_empty() { "" } else { &what });
    }
}

/// A text of SASL PLAIN has bytes of zero between its parts.
fn secret(plain: &str) -> String {
    plain.replace('\0', " ␀ ").trim().to_string()
}

/// A command with its words.
fn command(writer: &mut Writer) {
    let start = writer.scene.start;
    let line = writer.scene.text.clone();
    let said_now = line.get(start..).unwrap_or("");
    let texts = writer.texts;
    let spans: Vec<(usize, &str)> = words(said_now)
        .iter()
        .map(|word| (start + offset(said_now, word.text), word.text))
        .collect();
    let Some((verb_at, verb)) = spans.first().copied() else {
        return said(writer, "empty");
    };
    // Commands that Postfix has not have their form as well.
    let is_known = |entry: &&Entry| is_verb(verb) || entry.grammar.is_some();
    let Some(found) = entry(&texts.commands, verb).filter(is_known) else {
        return unknown(writer, said_now, verb);
    };
    writer.part(verb_at, verb_at + verb.len(), &found.title.0);
    if matches!(&*verb.to_ascii_uppercase(), "MAIL" | "RCPT") {
        envelope(writer, found, &spans);
    } else {
        for (i, (at, word)) in spans.iter().enumerate().skip(1) {
            argument(writer, found, i, *at, word);
        }
    }
    writer.entry(found, &|_| None);
}

/// Where a word that was cut out of a line begins in it.
fn offset(line: &str, word: &str) -> usize {
    let inside = (word.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
    inside.min(line.len())
}

/// Whether a word is a command of SMTP.
pub fn is_verb(word: &str) -> bool {
    let known = Verb::ALL.iter().map(|verb| verb.name());
    known
        .filter(|name| *name != "UNKNOWN")
        .any(|name| name.eq_ignore_ascii_case(word))
}

/// A word after the verb, by its place.
fn argument(writer: &mut Writer, found: &Entry, place: usize, at: usize, word: &str) {
    let parts = found.parts.as_ref();
    let own = |name: &str| parts.and_then(|parts| find(parts, name));
    let what = own(&place.to_string()).or_else(|| own("more"));
    let plain = from_base64(word).unwrap_or_default();
    let what = match own("2").filter(|_| place == 2 && !plain.is_empty()) {
        Some(_) if own("base64").is_some() => {
            fill(own("base64").unwrap_or(""), &|_| Some(secret(&plain)))
        }
        _ => what.unwrap_or("").to_string(),
    };
    writer.part(at, at + word.len(), &what);
}

/// The words of MAIL and RCPT (RFC 5321 section 4.1.1.2 and 4.1.1.3).
fn envelope(writer: &mut Writer, found: &Entry, spans: &[(usize, &str)]) {
    let texts = writer.texts;
    let parts = found.parts.as_ref();
    let own = |name: &str| parts.and_then(|parts| find(parts, name)).unwrap_or("");
    let mut has_path = false;
    for (i, (at, word)) in spans.iter().copied().enumerate().skip(1) {
        if i == 1 && word.ends_with(':') {
            writer.part(at, at + word.len(), own("keyword"));
        } else if !has_path {
            has_path = true;
            path(writer, found, at, word);
        } else {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            let what = find_in_any_case(&texts.options, name).unwrap_or(own("more"));
            let (what, _) = split_reference(what);
            writer.part(at, at + name.len(), what);
            if !value.is_empty() {
                let value_at = at + name.len() + 1;
                let what = find(&texts.fields, "value").unwrap_or("");
                writer.part(value_at, value_at + value.len(), what);
            }
        }
    }
}

/// An address between brackets, or without them.
fn path(writer: &mut Writer, found: &Entry, at: usize, word: &str) {
    let parts = found.parts.as_ref();
    let own = |name: &str| parts.and_then(|parts| find(parts, name)).unwrap_or("");
    let inside = word.strip_prefix('<').unwrap_or(word);
    let at_inside = at + word.len() - inside.len();
    let inside = inside.strip_suffix('>').unwrap_or(inside);
    if inside.is_empty() {
        return writer.part(at, at + word.len(), own("empty"));
    }
    match inside.rsplit_once('@') {
        Some((local, domain)) => {
            let domain_at = at_inside + local.len() + 1;
            writer.part(at_inside, domain_at - 1, own("local"));
            writer.part(domain_at, domain_at + domain.len(), own("domain"));
        }
        None => writer.part(at_inside, at_inside + inside.len(), own("bare")),
    }
    if word.starts_with('<') {
        writer.part(at, at + 1, own("bracket"));
    }
}

/// What is no command of SMTP: a header, a line of the shell, a slip.
fn unknown(writer: &mut Writer, line: &str, verb: &str) {
    let texts = writer.texts;
    let is_header = line
        .split_once(':')
        .is_some_and(|(name, _)| find_in_any_case(&texts.headers, name).is_some());
    let name = match (is_header, near(verb)) {
        (true, _) => "header as command",
        (false, Some(_)) => "near",
        (false, None) => "unknown",
    };
    let meant = near(verb).unwrap_or("").to_string();
    writer.found.is_general = name == "unknown";
    if let Some(found) = entry(&texts.commands, name) {
        let known = |name: &str| match name {
            "near" => Some(meant.clone()),
            "verb" => Some(verb.to_string()),
            _ => None,
        };
        writer.entry(found, &known);
        let at = writer.scene.start + offset(line, verb);
        let what = fill(&found.title.0, &known);
        writer.part(at, at + verb.len(), &what);
        writer.refer(text(&found.reference));
    }
}

/// The command that a word is nearly.
pub fn near(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_uppercase();
    let names = Verb::ALL.iter().map(|verb| verb.name());
    let mut known = names.filter(|name| *name != "UNKNOWN");
    known.find(|name| (4..=9).contains(&word.len()) && is_near(word.as_bytes(), name.as_bytes()))
}

/// Whether two words differ in one letter, in one more, or in two that have changed places.
fn is_near(one: &[u8], other: &[u8]) -> bool {
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[start..], &other[start..]);
    let back = one.iter().rev().zip(other.iter().rev());
    let end = back.take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    match (one, other) {
        ([a, b], [c, d]) => a == d && b == c,
        (one, other) => one.len() <= 1 && other.len() <= 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_seen() {
        assert_eq!(near("hello"), Some("HELO"));
        assert_eq!(near("MIAL"), Some("MAIL"));
        assert_eq!(near("RCTP"), Some("RCPT"));
        assert_eq!(near("DATTA"), Some("DATA"));
        assert_eq!(near("FROM:"), None);
        assert_eq!(near("MAILFROM"), None);
    }
}
