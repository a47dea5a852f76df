//! A line of a reply: its digits, its enhanced code, and what its text says.

use crate::explain::model::{find, split_reference, text, Entry};
use crate::explain::pattern::{fill, is_enhanced};
use crate::explain::scene::is_reply;
use crate::explain::writer::{rule, Rule, Writer};
use crate::smtp::sasl::from_base64;

/// Explains the reply that the line is.
pub fn explain(writer: &mut Writer) {
    let start = writer.scene.start;
    if !inside(writer, start) {
        writer.found.is_general = true;
    }
}

/// Explains a reply that begins at a place of the line; whether there is a rule of its own for it.
pub fn inside(writer: &mut Writer, start: usize) -> bool {
    let line = writer.scene.text.clone();
    let said = line.get(start..).unwrap_or("");
    if !is_reply(said) {
        return false;
    }
    let code = said.get(..3).unwrap_or("");
    let behind = (start + 4).min(line.len());
    let (enhanced, text_at) = enhanced_at(&line, behind);
    digits(writer, start, code);
    status(writer, behind, enhanced);
    let is_known = keyword(writer, &line, behind, code)
        || challenge(writer, &line, behind, code)
        || known(writer, &line, behind, text_at, code);
    if !is_known {
        general(writer, code, enhanced);
    }
    is_known
}

/// Explains what a rule for replies says of a text without a code, inside another line.
pub fn words(writer: &mut Writer, start: usize) -> bool {
    let line = writer.scene.text.clone();
    let (enhanced, text_at) = enhanced_at(&line, start);
    status(writer, start, enhanced);
    known(writer, &line, start, text_at, "")
}

/// The enhanced code at a place, and where the text behind it begins.
fn enhanced_at(line: &str, at: usize) -> (&str, usize) {
    let rest = line.get(at..).unwrap_or("");
    let first = rest.split(' ').next().unwrap_or("");
    match is_enhanced(first) {
        true => (first, (at + first.len() + 1).min(line.len())),
        false => ("", at),
    }
}

/// The digits of a code.
fn digits(writer: &mut Writer, start: usize, code: &str) {
    let texts = writer.texts;
    let first = code.get(..1).unwrap_or("");
    let second = format!("x{}", code.get(1..2).unwrap_or(""));
    let third = find(&texts.codes, code).or_else(|| find(&texts.digits, "xx"));
    let parts = [
        find(&texts.digits, first),
        find(&texts.digits, &second),
        third,
    ];
    for (i, what) in parts.into_iter().enumerate() {
        writer.part(start + i, start + i + 1, what.unwrap_or(""));
    }
    writer.part(
        start + 3,
        start + 4,
        match writer.scene.said().get(3..4) {
            Some("-") => find(&texts.digits, "-").unwrap_or(""),
            _ => "",
        },
    );
}

/// The numbers of an enhanced code (RFC 3463).
pub fn status(writer: &mut Writer, start: usize, enhanced: &str) {
    let texts = writer.texts;
    let mut numbers = enhanced.split('.');
    let mut next = || numbers.next().unwrap_or("");
    let [class, subject, detail] = [next(), next(), next()];
    if detail.is_empty() {
        return;
    }
    let names = [
        class.to_string(),
        format!("X.{subject}"),
        format!("X.{subject}.{detail}"),
    ];
    let mut at = start;
    for (name, number) in names.iter().zip([class, subject, detail]) {
        let what = find(&texts.enhanced, name).unwrap_or("");
        writer.part(at, at + number.len(), what);
        at += number.len() + 1;
    }
}

/// What a server offers in its reply to EHLO.
fn keyword(writer: &mut Writer, line: &str, at: usize, code: &str) -> bool {
    let rest = line.get(at..).unwrap_or("");
    let name = rest.split([' ', '=']).next().unwrap_or("");
    let is_known = |(known, _): &&(String, Entry)| known == name;
    let found = writer.texts.keywords.0.iter().find(is_known);
    let Some((_, entry)) = found.filter(|_| code == "250") else {
        return false;
    };
    let end = at + name.len();
    writer.part(at, end, &entry.title.0);
    if line.len() > end + 1 {
        let what = entry.parts.as_ref().and_then(|parts| find(parts, "value"));
        writer.part(end + 1, line.len(), what.unwrap_or(""));
    }
    writer.entry(entry, &|name| {
        (name == "value").then(|| line.get(end + 1..).unwrap_or("").to_string())
    });
    true
}

/// What AUTH asks for, out of base64.
fn challenge(writer: &mut Writer, line: &str, at: usize, code: &str) -> bool {
    let rest = line.get(at..).unwrap_or("");
    let Some(rule) = rule(&writer.texts.replies, "334", 0, &|_| true).filter(|_| code == "334")
    else {
        return false;
    };
    let plain = from_base64(rest).unwrap_or_default();
    let what = match plain.is_empty() {
        true => String::new(),
        false => fill(writer.word("base64"), &|_| Some(plain.clone())),
    };
    writer.part(at, line.len(), &what);
    writer.entry(rule.entry, &|_| Some(plain.clone()));
    true
}

/// What a rule for replies says.
fn known(writer: &mut Writer, line: &str, at: usize, text_at: usize, code: &str) -> bool {
    let texts = writer.texts;
    let is_wanted = |entry: &Entry| {
        let codes = text(&entry.code);
        codes.is_empty() || codes.split(' ').any(|wanted| wanted == code)
    };
    let find = |at| rule(&texts.replies, line, at, &is_wanted);
    let mut found: Option<Rule> = find(at);
    if found.is_none() && text_at > at {
        found = find(text_at);
    }
    // What an administrator adds to refusals (smtpd_reject_footer), in the same line or below it.
    if let Some(end) = line
        .rfind("; ")
        .filter(|end| found.is_none() && *end > text_at)
    {
        found = rule(
            &texts.replies,
            line.get(..end).unwrap_or(""),
            text_at,
            &is_wanted,
        );
    }
    if found.is_none() && writer.scene.goes_on && code.starts_with(['4', '5']) {
        found = rule(&texts.replies, "footer", 0, &|_| true);
    }
    if let Some(rule) = &found {
        writer.rule(rule);
    }
    found.is_some()
}

/// What there is to say where no rule knows the text: what its codes say.
fn general(writer: &mut Writer, code: &str, enhanced: &str) {
    let texts = writer.texts;
    let numbers = enhanced.split_once('.').map_or("", |(_, numbers)| numbers);
    let detail = find(&texts.enhanced, &format!("X.{numbers}")).filter(|_| numbers != "0.0");
    let first = code.get(..1).unwrap_or("");
    let class = find(&texts.digits, first).unwrap_or("");
    let about = find(&texts.codes, code);
    // The enhanced code says more closely what has happened than the code does. What each digit means stands with
    // the pieces, so it is said once.
    let about = detail.or(about).unwrap_or(class);
    writer.title(split_reference(about).0);
    if code.starts_with(['4', '5']) {
        writer.found.likely = split_reference(about).0.into();
    }
}
