//! A reply that a document shows beside the one that Postfix gives. What an author is free to choose
//! does not count: names, addresses of hosts, queue IDs, challenges, sizes, the library's words for a
//! wrong password; nor does what is shortened and says so.

use crate::native::doc::dialogue::{code, Shown};
use crate::native::doc::transcript::Piece;
use crate::native::doc::words::is_gap;
use crate::native::doc::world::is_name;

/// What is wrong with a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Another code.
    WrongCode,
    /// Another enhanced code, or none.
    WrongEnhancedCode,
    /// Other words.
    WrongText,
    /// Refused by Postfix, accepted in the document.
    RefusedCommand,
    /// Accepted by Postfix, refused in the document.
    AcceptedCommand,
    /// No reply is shown where others are.
    MissingReply,
    /// A reply to nothing.
    UnexpectedReply,
    /// A queue ID of a form that no Postfix gives.
    WrongQueueId,
    /// The hyphens of a reply of several lines are wrong.
    BrokenReply,
    /// EHLO's reply offers what Postfix does not offer there.
    UnknownExtension,
    /// EHLO's reply has not all that Postfix offers, and does not say so.
    MissingExtension,
    /// EHLO's reply offers things in an order that is not Postfix's.
    WrongOrder,
    /// A program prints something else.
    WrongOutput,
    /// A parameter that Postfix does not have.
    UnknownParameter,
    /// A comment for this program that it does not understand.
    BadComment,
}

/// Every rule with its name and what it is about.
pub const RULES: [(Rule, &str, &str); 15] = [
    (Rule::WrongCode, "wrong-code", "The reply has another code."),
    (
        Rule::WrongEnhancedCode,
        "wrong-enhanced-code",
        "The reply has another enhanced status code, or one where there is none.",
    ),
    (Rule::WrongText, "wrong-text", "The reply has other words."),
    (
        Rule::RefusedCommand,
        "refused-command",
        "Postfix refuses what the document shows accepted.",
    ),
    (
        Rule::AcceptedCommand,
        "accepted-command",
        "Postfix accepts what the document shows refused.",
    ),
    (
        Rule::MissingReply,
        "missing-reply",
        "Postfix replies to a command whose reply is not shown, as others are.",
    ),
    (
        Rule::UnexpectedReply,
        "unexpected-reply",
        "Postfix says nothing where the document shows a reply.",
    ),
    (
        Rule::WrongQueueId,
        "wrong-queue-id",
        "A queue ID is of hexadecimal digits in capitals, or a long one of digits and consonants.",
    ),
    (
        Rule::BrokenReply,
        "broken-reply",
        "In a reply of several lines all but the last have a hyphen after the code.",
    ),
    (
        Rule::UnknownExtension,
        "unknown-extension",
        "Postfix does not offer this in its reply to EHLO.",
    ),
    (
        Rule::MissingExtension,
        "missing-extension",
        "The reply to EHLO lacks lines, and nothing (250-...) says that they are left out.",
    ),
    (
        Rule::WrongOrder,
        "wrong-order",
        "Postfix offers this elsewhere in its reply to EHLO.",
    ),
    (
        Rule::WrongOutput,
        "wrong-output",
        "The program prints something else.",
    ),
    (
        Rule::UnknownParameter,
        "unknown-parameter",
        "Postfix has no such parameter, and nothing comes of it.",
    ),
    (
        Rule::BadComment,
        "bad-comment",
        "The comment for smtp-terminal is not understood.",
    ),
];

impl Rule {
    /// Its name.
    pub fn name(self) -> &'static str {
        let found = RULES.iter().find(|(rule, ..)| *rule == self);
        found.map_or("", |(_, name, _)| name)
    }
}

/// A line that Postfix would not have said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub rule: Rule,
    /// The line of the reply, counted from none.
    pub line: usize,
    /// What Postfix says instead; empty where it says nothing.
    pub expected: String,
}

/// How a reply is to be compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// The command was EHLO.
    pub is_ehlo: bool,
    /// The command was HELO or EHLO.
    pub is_hello: bool,
    /// The server is older than Postfix 2.3 and has no enhanced codes.
    pub is_old: bool,
    /// Another command was said than the document shows, since that has something for the reader to
    /// fill in.
    pub is_filled_in: bool,
    /// Something was left out after the reply.
    pub is_cut: bool,
    /// The server's limits are known, and so sizes count.
    pub is_known: bool,
    /// All of the server is known, and so is what it offers.
    pub is_given: bool,
}

/// Compares a reply; `said` is what Postfix says, with LF between its lines.
pub fn compare(shown: &Shown, said: &str, manner: Manner) -> Vec<Fault> {
    let first = said.lines().next().unwrap_or("");
    let said_code = first.get(..3).unwrap_or("");
    let shown_code = code(shown);
    let one = |rule, line, expected: &str| {
        vec![Fault {
            rule,
            line,
            expected: expected.into(),
        }]
    };
    if said_code.parse() != Ok(shown_code) {
        let is_refused = !matches!(said_code.as_bytes().first(), Some(b'2' | b'3'));
        let rule = match (shown_code < 400, is_refused) {
            (true, true) => Rule::RefusedCommand,
            // A farewell is no acceptance.
            (false, false) if said_code != "221" => Rule::AcceptedCommand,
            _ => Rule::WrongCode,
        };
        return one(rule, 0, said);
    }
    let Some(line) = shown.first() else {
        return Vec::new();
    };
    if let Some(rule) = texts(line, first, manner) {
        return one(rule, 0, said);
    }
    // smtpd_reject_footer adds lines, and a table may do so.
    let is_refusal = shown_code >= 400;
    let has_lines = said.contains('\n');
    if shown.len() > 1 && !is_refusal && !has_lines {
        return one(Rule::WrongText, 1, said);
    }
    Vec::new()
}

/// A line of a reply; what is wrong with it.
fn texts(line: &Piece, said: &str, manner: Manner) -> Option<Rule> {
    let shown = plain(&line.text);
    let (shown_enhanced, shown_text) = parts(&shown);
    let said = plain(said);
    let (said_enhanced, said_text) = parts(&said);
    if shown_text.is_empty() && shown_enhanced.is_empty() || is_wild(shown_enhanced) {
        return None;
    }
    // A code alone, with or without dots, is a line that has been shortened.
    if is_gap(shown_text) && shown_enhanced.is_empty() {
        return None;
    }
    if shown_enhanced != said_enhanced && !(manner.is_old && shown_enhanced.is_empty()) {
        let is_rest_right = matches(shown_text, said_text, manner);
        return Some(match is_rest_right || !shown_enhanced.is_empty() {
            true => Rule::WrongEnhancedCode,
            false => Rule::WrongText,
        });
    }
    let is_challenge = said.starts_with("334");
    if is_challenge || manner.is_hello && is_name(shown_text) {
        return None;
    }
    let whole = format!("{shown_text} {}", plain(&line.more));
    let is_right = matches(shown_text, said_text, manner)
        || !line.more.is_empty() && matches_start(&whole, said_text, manner);
    match (is_right, queue_id(shown_text)) {
        (false, _) => Some(Rule::WrongText),
        (true, Some(id)) if is_invented(id) => Some(Rule::WrongQueueId),
        _ => None,
    }
}

/// The queue ID that a reply names.
fn queue_id(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("queued as ")?;
    let word = rest.split_whitespace().next()?;
    Some(word.trim_end_matches(['.', ',']))
}

/// Whether a queue ID is of no form that Postfix has. A short one is microseconds, five digits or more in
/// hexadecimal, and the number of a file; a long one seconds (six), microseconds (four), `z` and the number
/// of a file, all of it in digits and consonants (`enable_long_queue_ids`). What has no digit at all stands for
/// an ID.
fn is_invented(id: &str) -> bool {
    let stands_for_one = |c: char| "<>[]{}()$*%…".contains(c);
    if id.contains(stands_for_one) || !id.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
    let is_short = id.len() >= 6 && id.bytes().all(is_hex);
    let is_consonant = |byte: u8| byte.is_ascii_alphanumeric() && !b"AEIOUaeiou".contains(&byte);
    let is_long = id.len() >= 12
        && id.bytes().all(is_consonant)
        && id.bytes().rposition(|byte| byte == b'z') >= Some(10);
    !is_short && !is_long
}

/// A line whose end may have been joined with what is no part of it.
fn matches_start(shown: &str, said: &str, manner: Manner) -> bool {
    let words: Vec<&str> = shown.split(' ').collect();
    (1..=words.len()).any(|n| {
        let start = words.get(..n).unwrap_or(&[]).join(" ");
        matches(&start, said, manner)
    })
}

/// The enhanced code, or nothing, and the text of a line without its code.
fn parts(line: &str) -> (&str, &str) {
    let rest = line.get(4..).unwrap_or("").trim();
    let (word, text) = rest.split_once(' ').unwrap_or((rest, ""));
    match is_enhanced(word) {
        true => (word, text.trim()),
        false => ("", rest),
    }
}

/// Whether a word is an enhanced status code (RFC 3463), or stands for one (`5.x.x`).
pub fn is_enhanced(word: &str) -> bool {
    let mut parts = word.split('.');
    let is_number = |part: &str| {
        let is_digits =
            !part.is_empty() && part.len() < 4 && part.bytes().all(|b| b.is_ascii_digit());
        is_digits || part.eq_ignore_ascii_case("x")
    };
    let is_class = parts
        .next()
        .is_some_and(|class| matches!(class, "2" | "3" | "4" | "5"));
    is_class
        && parts.next().is_some_and(is_number)
        && parts.next().is_some_and(is_number)
        && parts.next().is_none()
}

/// What stands for something that is left out or has to be filled in.
const WILD: [&str; 12] = [
    "[...]",
    "[…]",
    "(...)",
    "<...>",
    "...",
    "…",
    "[email protected]",
    "xxxx",
    "XXXX",
    "****",
    ". . .",
    "[snip]",
];

/// Whether something in a text is left out or has to be filled in.
pub fn is_wild(text: &str) -> bool {
    WILD.iter().any(|sign| text.contains(sign)) || text.contains(".x")
}

/// Whether words that are shown are those that are said.
fn matches(shown: &str, said: &str, manner: Manner) -> bool {
    let mut shown = masked(shown);
    let mut said = masked(said);
    if manner.is_filled_in {
        shown = without_name(&shown);
        said = without_name(&said);
    }
    if shown == said {
        return true;
    }
    for sign in WILD {
        shown = shown.replace(sign, "\u{0}");
    }
    if !shown.contains('\u{0}') {
        return false;
    }
    let mut parts = shown.split('\u{0}').map(str::trim);
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = said.strip_prefix(first) else {
        return false;
    };
    let mut last = "";
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = rest.get(at + part.len()..).unwrap_or("");
        last = part;
    }
    last.is_empty() || said.ends_with(last)
}

/// Without what is different every time.
fn masked(text: &str) -> String {
    // What BDAT says of its size.
    let text = match text.split_once(" bytes") {
        Some((head, tail)) => {
            let head = head.trim_end_matches(|c: char| c.is_ascii_digit());
            &format!("{head}N bytes{tail}")
        }
        None => text,
    };
    for start in ["queued as", "authentication failed"] {
        if let Some(at) = text.find(start) {
            return text.get(..at + start.len()).unwrap_or(text).into();
        }
    }
    let word = |word: &str| match word.find('[') {
        // client.example.org[192.0.2.7], with or without brackets around it
        Some(_) if word.trim_matches(['<', '>', ':', ';', ',']).ends_with(']') => {
            "HOST".to_string()
        }
        _ => word.to_string(),
    };
    let words: Vec<String> = text.split(' ').map(word).collect();
    words.join(" ")
}

/// Without the name that a refusal begins with.
fn without_name(text: &str) -> String {
    match text.split_once(">: ") {
        Some((name, rest)) if name.starts_with('<') => rest.into(),
        _ => text.into(),
    }
}

/// A line as it is read: single spaces, and the signs that typesetters change as they were.
pub fn plain(text: &str) -> String {
    let decoded = html_escape::decode_html_entities(text);
    let signs = decoded.chars().map(|c| match c {
        '‘' | '’' => '\'',
        '“' | '”' => '"',
        '‐' | '‑' | '–' => '-',
        '\u{a0}' | '\t' => ' ',
        c => c,
    });
    let text: String = signs.collect();
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
