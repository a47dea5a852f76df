//! The message that curl writes of -F and -H (RFC 2046).

use crate::smtp::bytes::encode;
use crate::smtp::sasl::to_base64;

/// How deep parts may lie in one another.
const DEPTH: usize = 16;

/// How many bytes all parts may have together: as many as the files of a host.
const MOST: usize = 64 << 20;

/// One -F.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    name: String,
    file: String,
    mime: String,
    encoder: String,
    headers: Vec<String>,
    text: String,
    parts: Option<Vec<Part>>,
}

/// What ends a file's name, and what it is.
const KINDS: &[(&str, &str)] = &[
    (".gif", "image/gif"),
    (".jpg", "image/jpeg"),
    (".jpeg", "image/jpeg"),
    (".png", "image/png"),
    (".svg", "image/svg+xml"),
    (".txt", "text/plain"),
    (".htm", "text/html"),
    (".html", "text/html"),
    (".pdf", "application/pdf"),
    (".xml", "application/xml"),
];

fn kind_of(file: &str) -> Option<&'static str> {
    let file = file.to_ascii_lowercase();
    KINDS
        .iter()
        .find(|(end, _)| file.ends_with(end))
        .map(|(_, kind)| *kind)
}

fn unquoted(value: &str) -> String {
    let inside = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    inside.unwrap_or(value).replace("\\\"", "\"")
}

/// Splits at semicolons outside of quotes.
fn pieces(text: &str) -> Vec<String> {
    let (mut all, mut quoted) = (vec![String::new()], false);
    for c in text.chars() {
        quoted ^= c == '"';
        match (c, all.last_mut()) {
            (';', _) if !quoted => all.push(String::new()),
            (c, Some(last)) => last.push(c),
            _ => {}
        }
    }
    all
}

fn add(open: &mut [Part], part: Part) {
    if let Some(last) = open.last_mut() {
        last.parts.get_or_insert_default().push(part);
    }
}

/// Puts the innermost part that stands open into the one around it.
fn close(open: &mut Vec<Part>) {
    if open.len() > 1 {
        if let Some(done) = open.pop() {
            add(open, done);
        }
    }
}

/// The parts that the options name, each with whether it is text as it stands.
///
/// # Errors
/// A file cannot be read or is too long (`None`), or an option is not formed as it should be (its text).
pub(super) fn parts<'a>(
    options: impl Iterator<Item = (&'a str, bool)>,
    mut read: impl FnMut(&str) -> Option<String>,
) -> Result<Vec<Part>, Option<String>> {
    let mut open: Vec<Part> = vec![Part::default()];
    let mut room = MOST;
    for (option, is_plain) in options {
        let malformed = || Some(format!("Illegally formatted input field: {option}"));
        let (name, value) = option.split_once('=').ok_or_else(malformed)?;
        let mut part = Part {
            name: name.into(),
            ..Part::default()
        };
        if is_plain {
            part.text = value.into();
            add(&mut open, part);
            continue;
        }
        if value.starts_with(')') {
            close(&mut open);
            continue;
        }
        let mut words = pieces(value).into_iter();
        let first = words.next().unwrap_or_default();
        for word in words {
            let (key, value) = word.split_once('=').unwrap_or((&word, ""));
            let value = unquoted(value.trim());
            match key.trim() {
                "type" => part.mime = value,
                "filename" => part.file = value,
                "encoder" => part.encoder = value,
                "headers" => part.headers.push(value),
                _ => part.mime = format!("{};{word}", part.mime),
            }
        }
        if first.starts_with('(') {
            if open.len() > DEPTH {
                return Err(malformed());
            }
            part.parts = Some(Vec::new());
            open.push(part);
            continue;
        }
        match first.strip_prefix(['@', '<']) {
            Some(path) => {
                let path = unquoted(path);
                part.text = read(&path).ok_or(None)?;
                room = room.checked_sub(part.text.len()).ok_or(None)?;
                if first.starts_with('@') && part.file.is_empty() {
                    part.file = path.rsplit('/').next().unwrap_or(&path).into();
                }
            }
            None => part.text = unquoted(first.trim()),
        }
        add(&mut open, part);
    }
    while open.len() > 1 {
        close(&mut open);
    }
    Ok(open.pop().and_then(|whole| whole.parts).unwrap_or_default())
}

/// A line between parts; `seed` makes those of one message differ.
fn bound(seed: u64) -> String {
    // A step of a linear congruential generator: no two messages have the same.
    let mixed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    format!("------------------------{mixed:016x}")
}

fn write(parts: &[Part], bound_here: &str, seed: u64, out: &mut String) {
    for (number, part) in parts.iter().enumerate() {
        out.push_str(&format!("--{bound_here}\r\n"));
        let inner = bound(seed.wrapping_add(number as u64 + 1));
        if !part.name.is_empty() || !part.file.is_empty() {
            out.push_str("Content-Disposition: attachment");
            for (key, value) in [("name", &part.name), ("filename", &part.file)] {
                if !value.is_empty() {
                    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
                    out.push_str(&format!("; {key}=\"{value}\""));
                }
            }
            out.push_str("\r\n");
        }
        // What is text anyway needs no word about it.
        let own = match part.file.is_empty() {
            true => None,
            false => Some(kind_of(&part.file).unwrap_or("application/octet-stream")),
        };
        let own = own.filter(|kind| *kind != "text/plain");
        let mime = match (part.mime.as_str(), own) {
            ("", own) => own,
            (mime, _) => Some(mime),
        };
        match (&part.parts, mime) {
            (Some(_), mime) => out.push_str(&format!(
                "Content-Type: {}; boundary={inner}\r\n",
                mime.unwrap_or("multipart/mixed")
            )),
            (None, Some(mime)) => out.push_str(&format!("Content-Type: {mime}\r\n")),
            _ => {}
        }
        let encoding = match (part.encoder.as_str(), mime) {
            ("", Some(_)) if part.parts.is_none() => "8bit",
            (encoder, _) => encoder,
        };
        if !encoding.is_empty() {
            out.push_str(&format!("Content-Transfer-Encoding: {encoding}\r\n"));
        }
        for header in &part.headers {
            out.push_str(&format!("{header}\r\n"));
        }
        out.push_str("\r\n");
        match &part.parts {
            Some(parts) => write(parts, &inner, seed.wrapping_add(0x1000), out),
            None if part.encoder == "base64" => {
                let coded = to_base64(&encode(&part.text));
                for (place, c) in coded.chars().enumerate() {
                    if place > 0 && place % 76 == 0 {
                        out.push_str("\r\n");
                    }
                    out.push(c);
                }
            }
            None => out.push_str(&part.text),
        }
        out.push_str("\r\n");
    }
    out.push_str(&format!("--{bound_here}--\r\n"));
}

/// The whole message.
pub(super) fn message(parts: &[Part], headers: &[&str], seed: u64) -> String {
    let own = bound(seed);
    let mut out = format!("Content-Type: multipart/mixed; boundary={own}\r\nMime-Version: 1.0\r\n");
    for header in headers {
        out.push_str(&format!("{header}\r\n"));
    }
    out.push_str("\r\n");
    write(parts, &own, seed, &mut out);
    out
}
