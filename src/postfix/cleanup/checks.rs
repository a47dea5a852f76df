//! header_checks(5): what a table says to a line of a message, and what is done about it.

use std::borrow::Cow;

use crate::postfix::cleanup::mime::{Class, Fault, Rules};
use crate::postfix::config::main_cf::Config;
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::retry::Retry;
use crate::postfix::lookup::tables::Tables;
use crate::smtp::bytes::encode;
use crate::smtp::command::is_header;

/// The tables that look at content.
#[derive(Clone, Debug, Default)]
pub struct Checks {
    /// The parameters that name them, in their order.
    names: [&'static str; 4],
    header: Maps,
    mime: Maps,
    nested: Maps,
    body: Maps,
    /// How much of each part is looked at, in bytes (`body_checks_size_limit`).
    body_limit: u64,
    /// `message_reject_characters`.
    rejected: Vec<u8>,
    /// `message_strip_characters`.
    stripped: Vec<u8>,
    /// How a message is cut into its pieces.
    pub rules: Rules,
    /// A header may say that there are eight bits (`detect_8bit_encoding_header`).
    pub sees_encoding: bool,
    /// Headers that are not kept (`message_drop_headers`).
    pub dropped: Vec<String>,
}

/// What is done with a line besides what is noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `REJECT`, with the enhanced code and text of the reply.
    Reject(String),
    /// `WARN`.
    Warn(String),
    /// `INFO`.
    Info(String),
    /// `FILTER transport:destination`.
    Filter(String),
    /// `PASS`: nothing more is looked at.
    Pass(String),
    /// `DISCARD`.
    Discard(String),
    /// `HOLD`.
    Hold(String),
    /// `PREPEND`.
    Prepend(String),
    /// `REPLACE`.
    Replace(String),
    /// `REDIRECT`.
    Redirect(String),
    /// `BCC`.
    Bcc(String),
    /// `STRIP`: dropped, and noted.
    Strip(String),
    /// `IGNORE`: dropped.
    Ignore,
    /// `DUNNO`, `OK`.
    Keep,
    /// A mistake in the table, as the log has it.
    Mistake(String),
}

/// What smtp can do with a line.
const OUTWARD: [&str; 8] = [
    "WARN", "INFO", "PREPEND", "REPLACE", "STRIP", "IGNORE", "DUNNO", "OK",
];

/// A parameter one of whose tables could not be asked, and why.
pub type Failed = (&'static str, Retry);

impl Checks {
    /// Opens the tables of main.cf that cleanup has.
    pub fn new(config: &Config, tables: &mut Tables) -> Checks {
        let names = [
            "header_checks",
            "mime_header_checks",
            "nested_header_checks",
            "body_checks",
        ];
        Checks::of(names, config, tables)
    }

    /// The same of those that smtp has.
    pub fn outward(config: &Config, tables: &mut Tables) -> Checks {
        let names = [
            "smtp_header_checks",
            "smtp_mime_header_checks",
            "smtp_nested_header_checks",
            "smtp_body_checks",
        ];
        Checks::of(names, config, tables)
    }

    fn of(names: [&'static str; 4], config: &Config, tables: &mut Tables) -> Checks {
        let [header, mime, nested, body] = names.map(|name| Maps::open(config, name, tables));
        Checks {
            sees_encoding: config.flag("detect_8bit_encoding_header"),
            names,
            header,
            mime,
            nested,
            body,
            body_limit: config.size("body_checks_size_limit"),
            rejected: unescape(&config.get("message_reject_characters")),
            stripped: unescape(&config.get("message_strip_characters")),
            rules: rules(config),
            dropped: config.list("message_drop_headers"),
        }
    }

    /// Whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        let maps = [&self.header, &self.mime, &self.nested, &self.body];
        maps.iter().all(|maps| maps.is_empty())
    }

    /// A message without the characters that are taken out of it, up to the line that has one which
    /// is refused, and that line.
    pub fn characters<'c>(&self, content: &'c [u8]) -> (Cow<'c, [u8]>, Option<Vec<u8>>) {
        let end = match self.rejected.is_empty() {
            true => None,
            false => content
                .iter()
                .position(|b| *b != b'\n' && self.rejected.contains(b)),
        };
        let is_end = |b: &u8| *b == b'\n';
        let (good, refused) = content.split_at(end.unwrap_or(content.len()));
        let begin = match refused.is_empty() {
            true => good.len(),
            false => good.iter().rposition(is_end).map_or(0, |at| at + 1),
        };
        let (good, rest) = content.split_at(begin);
        let line = rest.split(is_end).next().unwrap_or_default();
        let is_kept = |b: &&u8| is_end(b) || !self.stripped.contains(b);
        let good = match self.stripped.is_empty() {
            true => good.into(),
            false => good
                .iter()
                .filter(is_kept)
                .copied()
                .collect::<Vec<u8>>()
                .into(),
        };
        (good, end.map(|_| line.to_vec()))
    }

    /// What is to be done with a header.
    ///
    /// # Errors
    /// A table could not be asked: the name of the parameter that lists it, and why.
    pub fn header(&self, class: Class, header: &str) -> Result<Option<Action>, Failed> {
        let (maps, name) = match class {
            Class::Primary => (&self.header, self.names[0]),
            Class::Part => (&self.mime, self.names[1]),
            Class::Nested => (&self.nested, self.names[2]),
        };
        ask(maps, name, header, true)
    }

    /// What is to be done with a line of the body, `offset` bytes into its part.
    ///
    /// # Errors
    /// A table could not be asked: the name of the parameter that lists it, and why.
    pub fn body(&self, offset: u64, line: &str) -> Result<Option<Action>, Failed> {
        match self.body_limit == 0 || offset < self.body_limit {
            true => ask(&self.body, self.names[3], line, false),
            false => Ok(None),
        }
    }
}

/// What main.cf says of a message's form. Too many parts in each other are looked for only where
/// something else is.
fn rules(config: &Config) -> Rules {
    let has = |names: [&str; 2]| names.iter().any(|name| config.flag(name));
    let both = "strict_8bitmime";
    let asked = [
        (has([both, "strict_7bit_headers"]), Fault::HeaderBits),
        (has([both, "strict_8bitmime_body"]), Fault::BodyBits),
        (config.flag("strict_mime_encoding_domain"), Fault::Encoding),
    ];
    let asked = asked.into_iter().filter(|(is_asked, _)| *is_asked);
    let mut faults: Vec<Fault> = asked.map(|(_, fault)| fault).collect();
    if !faults.is_empty() {
        faults.push(Fault::Nesting);
    }
    Rules {
        header_limit: config.count("header_size_limit"),
        depth: config.count("mime_nesting_limit"),
        boundary: config.count("mime_boundary_length_limit"),
        line: config.count("line_length_limit").max(1),
        is_plain: config.flag("disable_mime_input_processing"),
        converts: false,
        faults,
    }
}

/// The bytes that a text with backslashes stands for.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = encode(text).into_iter().peekable();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(next) = bytes.next() else {
            break;
        };
        out.push(match next {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'0'..=b'7' => {
                let mut value = next - b'0';
                for _ in 0..2 {
                    let digit = bytes.next_if(|b| (b'0'..=b'7').contains(b));
                    value = digit.map_or(value, |d| value.wrapping_mul(8).wrapping_add(d - b'0'));
                }
                value
            }
            other => other,
        });
    }
    out
}

fn ask(
    maps: &Maps,
    name: &'static str,
    line: &str,
    in_header: bool,
) -> Result<Option<Action>, Failed> {
    if maps.is_empty() {
        return Ok(None);
    }
    let found = maps.get(line).map_err(|retry| (name, retry))?;
    Ok(found.map(|value| action(&value, name, in_header)))
}

/// Reads the right-hand side of a table.
fn action(value: &str, name: &str, in_header: bool) -> Action {
    let (word, rest) = value.split_once([' ', '\t']).unwrap_or((value, ""));
    let text = rest.trim_start().to_string();
    let mistake = |what: String| Action::Mistake(what);
    let needs_header = |verb: &str| {
        mistake(format!(
            "bad {verb} header text \"{text}\" in {name} map -- need \"headername: headervalue\""
        ))
    };
    let is_outward = name.starts_with("smtp_");
    match word.to_ascii_uppercase().as_str() {
        verb if is_outward && !OUTWARD.contains(&verb) => {
            mistake(format!("unsupported command in {name} map: {value}"))
        }
        "REJECT" => Action::Reject(match text.as_str() {
            "" => "5.7.1 message content rejected".into(),
            _ => with_code(&text, "5.7.1"),
        }),
        "WARN" => Action::Warn(text),
        "INFO" => Action::Info(text),
        "FILTER" if text.is_empty() => {
            mistake(format!("missing FILTER command argument in {name} map"))
        }
        "FILTER" if !text.contains(':') => mistake(format!(
            "bad FILTER command {text} in {name} -- need transport:destination"
        )),
        "FILTER" => Action::Filter(text),
        "PASS" => Action::Pass(text),
        "DISCARD" => Action::Discard(text),
        "HOLD" => Action::Hold(text),
        verb @ ("PREPEND" | "REPLACE") if text.is_empty() => {
            mistake(format!("{verb} action without text in {name} map"))
        }
        verb @ ("PREPEND" | "REPLACE") if in_header && !is_header(&text) => needs_header(verb),
        "PREPEND" => Action::Prepend(text),
        "REPLACE" => Action::Replace(text),
        "REDIRECT" if !text.contains('@') => mistake(format!(
            "bad REDIRECT target \"{text}\" in {name} map -- need user@domain"
        )),
        "REDIRECT" => Action::Redirect(text),
        "BCC" if !text.contains('@') => mistake(format!(
            "bad BCC address \"{text}\" in {name} map -- need user@domain"
        )),
        "BCC" => Action::Bcc(text),
        "STRIP" => Action::Strip(text),
        "IGNORE" => Action::Ignore,
        "DUNNO" | "OK" => Action::Keep,
        _ => mistake(format!("unknown command in {name} map: {value}")),
    }
}

/// A text with an enhanced status code: its own, or this one.
pub fn with_code(text: &str, code: &str) -> String {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let mut parts = word.split('.');
    let is_class = matches!(parts.next(), Some("2" | "4" | "5"));
    let is_number = |p: Option<&str>| {
        p.is_some_and(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    };
    let is_code =
        is_class && is_number(parts.next()) && is_number(parts.next()) && parts.next().is_none();
    match is_code {
        true => format!("{word} {}", rest.trim_start()),
        false => format!("{code} {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_read() {
        let act = |value| action(value, "header_checks", true);
        assert_eq!(act("dunno"), Action::Keep);
        assert_eq!(
            act("REJECT"),
            Action::Reject("5.7.1 message content rejected".into())
        );
        assert_eq!(
            act("reject 4.2.0 later"),
            Action::Reject("4.2.0 later".into())
        );
        assert_eq!(act("REPLACE X: y"), Action::Replace("X: y".into()));
        assert!(matches!(act("REPLACE y"), Action::Mistake(_)));
    }
}
