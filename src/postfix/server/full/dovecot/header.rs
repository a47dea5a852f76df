//! The header of a message, and what IMAP makes of it.

const ENVELOPE: [&str; 10] = [
    "date",
    "subject",
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "in-reply-to",
    "message-id",
];

/// The logical lines of a header.
fn lines(head: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in head.trim_end().split('\n') {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => *last += &format!("\n{line}"),
            _ => lines.push(line.into()),
        }
    }
    lines
}

fn is_named(line: &str, name: &str) -> bool {
    line.split(':')
        .next()
        .is_some_and(|own| own.trim_end().eq_ignore_ascii_case(name))
}

/// The headers of `HEADER.FIELDS (…)`, or of `HEADER.FIELDS.NOT (…)` all others.
pub(super) fn chosen(head: &str, section: &str) -> String {
    let names = section.split(['(', ')']).nth(1).unwrap_or("");
    let is_wanted = |line: &&String| {
        names.split(' ').any(|name| is_named(line, name)) != section.contains(".NOT")
    };
    let found = lines(head);
    let found = found
        .iter()
        .filter(is_wanted)
        .map(|line| format!("{line}\n"));
    found.chain(["\n".to_string()]).collect()
}

/// The value of a header, on one line.
pub(super) fn value(head: &str, name: &str) -> Option<String> {
    let line = lines(head).into_iter().find(|line| is_named(line, name))?;
    let (_, value) = line.split_once(':')?;
    Some(value.replace("\n", "").trim().to_string())
}

pub(super) fn quoted(text: Option<&str>) -> String {
    match text {
        Some(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        None => "NIL".into(),
    }
}

pub(super) fn envelope(head: &str) -> String {
    let shown = ENVELOPE.map(|name| {
        let own = value(head, name);
        match name {
            "date" | "subject" | "in-reply-to" | "message-id" => quoted(own.as_deref()),
            "sender" | "reply-to" => people(own.or_else(|| value(head, "from"))),
            _ => people(own),
        }
    });
    shown.join(" ")
}

/// Addresses as ENVELOPE has them: a name, a route, and what is before and behind the `@`.
fn people(value: Option<String>) -> String {
    let Some(value) = value else {
        return "NIL".into();
    };
    let (mut parts, mut is_quoted) = (vec![String::new()], false);
    for letter in value.chars() {
        is_quoted ^= letter == '"';
        match parts.last_mut() {
            Some(last) if letter != ',' || is_quoted => last.push(letter),
            _ => parts.push(String::new()),
        }
    }
    let shown = parts.iter().map(|part| {
        let (name, address) = match part.rsplit_once('<') {
            Some((name, address)) => (name.trim().trim_matches('"'), address.trim_end_matches('>')),
            None => ("", part.trim()),
        };
        let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
        let name = quoted(Some(name).filter(|name| !name.is_empty()));
        format!(
            "({name} NIL {} {})",
            quoted(Some(local)),
            quoted(Some(domain))
        )
    });
    format!("({})", shown.collect::<String>())
}
