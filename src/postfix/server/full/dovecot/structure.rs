//! The parts of a message (RFC 2045, RFC 2046), as BODYSTRUCTURE shows them and sections name them.

use super::folder::size;
use super::header::{chosen, envelope, quoted, value};

/// So deep are parts within parts, and so many are in one.
const DEEPEST: usize = 10;
const MOST: usize = 100;

/// A part of a message, or all of it.
pub(super) struct Part<'a> {
    pub(super) head: &'a str,
    pub(super) body: &'a str,
    kind: String,
    /// The parts of one of several; the message in a `message/rfc822`.
    parts: Vec<Part<'a>>,
}

/// A header's value and what it says besides, as `name=value`.
fn options(value: &str) -> (&str, Vec<(&str, &str)>) {
    let (first, rest) = value.split_once(';').unwrap_or((value, ""));
    let pairs = rest.split(';').filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        Some((name, value.trim_matches('"')))
    });
    (first.trim(), pairs.collect())
}

/// `("name" "value" …)`.
fn listed(pairs: &[(&str, &str)]) -> String {
    if pairs.is_empty() {
        return "NIL".into();
    }
    let pairs = pairs.iter().map(|(name, value)| {
        let [name, value] = [name, value].map(|text| quoted(Some(text)));
        format!("{name} {value}")
    });
    format!("({})", pairs.collect::<Vec<_>>().join(" "))
}

impl<'a> Part<'a> {
    /// Reads a text.
    pub(super) fn read(text: &'a str, depth: usize) -> Part<'a> {
        let end = match text.starts_with('\n') {
            true => 1,
            false => text.find("\n\n").map_or(text.len(), |at| at + 2),
        };
        let (head, body) = text.split_at(end);
        let kind = value(head, "content-type").unwrap_or_default();
        let (first, said) = options(&kind);
        let first = first.to_ascii_lowercase();
        let mut said = said.iter();
        let boundary = said.find(|(name, _)| name.eq_ignore_ascii_case("boundary"));
        let parts = match boundary {
            _ if depth >= DEEPEST => Vec::new(),
            Some((_, boundary)) if first.starts_with("multipart/") => {
                let cut = cut(body, boundary).into_iter();
                cut.map(|text| Part::read(text, depth + 1)).collect()
            }
            _ if first == "message/rfc822" => vec![Part::read(body, depth + 1)],
            _ => Vec::new(),
        };
        Part {
            head,
            body,
            kind,
            parts,
        }
    }

    fn is_message(&self) -> bool {
        options(&self.kind).0.eq_ignore_ascii_case("message/rfc822")
    }

    /// The part that numbers mean.
    fn find(&self, numbers: &str) -> Option<&Part<'a>> {
        let mut part = self;
        for (at, number) in numbers.split('.').enumerate() {
            let number: usize = number.parse().ok()?;
            if part.is_message() && at > 0 {
                part = part.parts.first()?;
            }
            part = match part.parts.is_empty() || part.is_message() {
                true if number == 1
                    && (at == 0 || !part.kind.is_empty() || part.parts.is_empty()) =>
                {
                    part
                }
                true => return None,
                false => part.parts.get(number.checked_sub(1)?)?,
            };
        }
        Some(part)
    }

    /// What a section means; `None` where it is none.
    pub(super) fn section(&self, section: &str) -> Option<String> {
        let end = section
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(section.len());
        let (numbers, what) = section.split_at(end);
        let numbers = numbers.trim_end_matches('.');
        let part = match numbers {
            "" => Some(self),
            numbers => self.find(numbers),
        };
        let inner = part.map(|part| match part.parts.first() {
            Some(inner) if !numbers.is_empty() && part.is_message() => inner,
            _ => part,
        });
        let text = |part: Option<&Part<'a>>, get: fn(&Part<'a>) -> &'a str| {
            part.map_or("", get).to_string()
        };
        Some(match what {
            "" if numbers.is_empty() => format!("{}{}", self.head, self.body),
            "" => text(part, |part| part.body),
            "MIME" if !numbers.is_empty() => text(part, |part| part.head),
            "HEADER" => text(inner, |part| part.head),
            "TEXT" => text(inner, |part| part.body),
            what if what.starts_with("HEADER.FIELDS") => {
                chosen(inner.map_or("", |part| part.head), what)
            }
            _ => return None,
        })
    }

    /// The structure; `is_long` is that of BODYSTRUCTURE.
    pub(super) fn structure(&self, is_long: bool) -> String {
        let (kind, mut said) = options(&self.kind);
        let (kind, below) = kind.split_once('/').unwrap_or(("text", "plain"));
        let disposition = value(self.head, "content-disposition");
        let disposition = match disposition.as_deref().map(options) {
            Some((first, said)) => format!("({} {})", quoted(Some(first)), listed(&said)),
            None => "NIL".into(),
        };
        let language = match value(self.head, "content-language") {
            Some(own) => format!("({})", quoted(Some(&own))),
            None => "NIL".into(),
        };
        let get = |name| quoted(value(self.head, name).as_deref());
        let more = format!(" {disposition} {language} {}", get("content-location"));
        let [kind_shown, below_shown] = [kind, below].map(|text| quoted(Some(text.trim())));
        if kind.eq_ignore_ascii_case("multipart") && !self.parts.is_empty() {
            let parts: String = self
                .parts
                .iter()
                .map(|part| part.structure(is_long))
                .collect();
            return match is_long {
                true => format!("({parts} {below_shown} {}{more})", listed(&said)),
                false => format!("({parts} {below_shown})"),
            };
        }
        let is_text = kind.eq_ignore_ascii_case("text");
        if is_text
            && !said
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case("charset"))
        {
            said.push(("charset", "us-ascii"));
        }
        let count = self.body.matches('\n').count();
        let own = match self.parts.first() {
            Some(inner) => format!(
                " ({}) {} {count}",
                envelope(inner.head),
                inner.structure(is_long)
            ),
            None if is_text => format!(" {count}"),
            None => String::new(),
        };
        let coding = value(self.head, "content-transfer-encoding");
        format!(
            "({kind_shown} {below_shown} {} {} {} {} {}{own}{})",
            listed(&said),
            get("content-id"),
            get("content-description"),
            quoted(Some(coding.as_deref().unwrap_or("7bit"))),
            size(self.body),
            match is_long {
                true => format!(" {}{more}", get("content-md5")),
                false => String::new(),
            }
        )
    }
}

/// What stands between the lines of a boundary.
fn cut<'a>(body: &'a str, boundary: &str) -> Vec<&'a str> {
    let mark = format!("--{boundary}");
    let (mut parts, mut start, mut at) = (Vec::new(), None, 0);
    for line in body.split_inclusive('\n') {
        let rest = line.trim_end().strip_prefix(&mark);
        if let Some(rest) = rest.filter(|rest| matches!(*rest, "" | "--")) {
            if let Some(start) = start.take() {
                let text = body.get(start..at).unwrap_or("");
                parts.push(text.strip_suffix('\n').unwrap_or(text));
            }
            if rest == "--" || parts.len() >= MOST {
                return parts;
            }
            start = Some(at + line.len());
        }
        at += line.len();
    }
    parts.extend(start.and_then(|start| body.get(start..)));
    parts
}
