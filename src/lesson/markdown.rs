//! The Markdown of lessons: a small part of it, as a tree that holds nothing but text, so that a
//! front end cannot show what it should not.
//!
//! | written                        | is                                                       |
//! |--------------------------------|----------------------------------------------------------|
//! | an empty line                  | the end of a paragraph                                   |
//! | `*word*`, `**word**`           | emphasis, strong emphasis                                |
//! | `` `word` ``                   | code                                                     |
//! | `` `> line` ``                 | a command to press: the line is typed                    |
//! | `[text](address)`              | a link: http, https, or within the site                  |
//! | `- item`, `1. item`            | a list; a line that is indented goes on with its item    |
//! | `## title`                     | a heading                                                |
//! | ```` ``` ```` … ```` ``` ````  | lines of code; after ```` ```type ```` each is a command to press |
//! | `\` before a mark              | the mark itself                                          |

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A heading.
    Heading(Vec<Inline>),
    /// A list.
    List {
        /// Its items have numbers.
        is_numbered: bool,
        /// The items.
        items: Vec<Vec<Inline>>,
    },
    /// Lines of code.
    Code(String),
    /// Lines to press, each for itself.
    Commands(Vec<String>),
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Text.
    Text(String),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Code.
    Code(String),
    /// A command to press.
    Command(String),
    /// A link.
    Link {
        /// What is shown.
        text: Vec<Inline>,
        /// Where it leads.
        address: String,
    },
}

/// The longest text, in bytes.
const LONGEST: usize = 20_000;

/// How deep emphasis and links may be in each other.
const DEEPEST: usize = 4;

/// Reads a text.
///
/// ```
/// use smtp_terminal::lesson::markdown::{parse, Block, Inline};
/// let blocks = parse("Say `> HELO penguinpower`.").unwrap();
/// let command = Inline::Command("HELO penguinpower".into());
/// assert_eq!(
///     blocks,
///     [Block::Paragraph(vec![Inline::Text("Say ".into()), command, Inline::Text(".".into())])]
/// );
/// assert!(parse("[a](javascript:alert(1))").is_err());
/// ```
///
/// # Errors
/// A link to what it must not lead to, code that does not end, a text that is too long.
pub fn parse(text: &str) -> Result<Vec<Block>, String> {
    if text.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let mut blocks = Vec::new();
    let mut paragraph = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let start = line.trim_start();
        if let Some(kind) = start.strip_prefix("```") {
            end(&mut paragraph, &mut blocks)?;
            let mut inside = Vec::new();
            loop {
                match lines.next() {
                    None => return Err("lines of code begin with ``` and do not end".into()),
                    Some(line) if line.trim() == "```" => break,
                    Some(line) => inside.push(line.to_string()),
                }
            }
            blocks.push(match kind.trim() {
                "type" => Block::Commands(inside),
                _ => Block::Code(inside.join("\n")),
            });
        } else if start.is_empty() {
            end(&mut paragraph, &mut blocks)?;
            // What follows an empty line is no part of the list above it.
            blocks.push(Block::Paragraph(Vec::new()));
        } else if let Some(title) = start.strip_prefix('#') {
            end(&mut paragraph, &mut blocks)?;
            let title = title.trim_start_matches('#').trim();
            blocks.push(Block::Heading(inlines(title)?));
        } else if let Some((numbered, item)) = item(start) {
            end(&mut paragraph, &mut blocks)?;
            let item = inlines(item)?;
            match blocks.last_mut() {
                Some(Block::List { is_numbered, items }) if *is_numbered == numbered => {
                    items.push(item);
                }
                _ => blocks.push(Block::List {
                    is_numbered: numbered,
                    items: vec![item],
                }),
            }
        } else if let (true, true, Some(Block::List { items, .. })) = (
            line.starts_with(' '),
            paragraph.is_empty(),
            blocks.last_mut(),
        ) {
            if let Some(item) = items.last_mut() {
                item.push(Inline::Text(" ".into()));
                item.extend(inlines(start)?);
            }
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    end(&mut paragraph, &mut blocks)?;
    blocks.retain(|block| *block != Block::Paragraph(Vec::new()));
    Ok(blocks)
}

/// A paragraph has come to its end.
fn end(paragraph: &mut String, blocks: &mut Vec<Block>) -> Result<(), String> {
    if !paragraph.is_empty() {
        blocks.push(Block::Paragraph(inlines(paragraph)?));
        paragraph.clear();
    }
    Ok(())
}

/// An item of a list: whether it has a number, and what it says.
fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(rest) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some((false, rest));
    }
    let (number, rest) = line.split_once(". ")?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (is_number && number.len() < 4).then_some((true, rest))
}

fn inlines(text: &str) -> Result<Vec<Inline>, String> {
    inside(text, DEEPEST)
}

/// Adds text to what is there.
fn say(found: &mut Vec<Inline>, text: &str) {
    match found.last_mut() {
        Some(Inline::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => found.push(Inline::Text(text.into())),
    }
}

fn inside(text: &str, depth: usize) -> Result<Vec<Inline>, String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '`', '*', '[']) {
        let (before, marked) = rest.split_at(at);
        say(&mut found, before);
        rest = match special(marked, depth)? {
            Some((inline, after)) => {
                found.push(inline);
                after
            }
            None => {
                // A backslash hides the mark behind it; any other mark stands for itself.
                let mut characters = marked.chars();
                let mark = characters.next().unwrap_or(' ');
                let next = characters
                    .next()
                    .filter(|c| mark == '\\' && c.is_ascii_punctuation());
                let shown = next.unwrap_or(mark);
                say(&mut found, shown.encode_utf8(&mut [0; 4]));
                let length = mark.len_utf8() + next.map_or(0, char::len_utf8);
                marked.get(length..).unwrap_or("")
            }
        };
    }
    say(&mut found, rest);
    Ok(found)
}

/// What a mark begins, and what follows it.
fn special(text: &str, depth: usize) -> Result<Option<(Inline, &str)>, String> {
    if let Some(rest) = text.strip_prefix('`') {
        let Some((code, after)) = rest.split_once('`') else {
            return Ok(None);
        };
        let inline = match code.strip_prefix("> ") {
            Some(command) => Inline::Command(command.into()),
            None => Inline::Code(code.into()),
        };
        return Ok(Some((inline, after)));
    }
    if depth == 0 {
        return Ok(None);
    }
    for (mark, is_strong) in [("**", true), ("*", false)] {
        let Some(rest) = text.strip_prefix(mark) else {
            continue;
        };
        let Some((within, after)) = rest.split_once(mark) else {
            continue;
        };
        if within.is_empty() || within.starts_with(' ') {
            continue;
        }
        let within = inside(within, depth - 1)?;
        let inline = match is_strong {
            true => Inline::Strong(within),
            false => Inline::Emphasis(within),
        };
        return Ok(Some((inline, after)));
    }
    let link = text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]("));
    let Some((shown, rest)) = link else {
        return Ok(None);
    };
    let Some((address, after)) = rest.split_once(')') else {
        return Ok(None);
    };
    if !is_safe(address) {
        return Err(format!(
            "a link leads to http://, https:// or within the site, not to {}",
            crate::json::quote(address)
        ));
    }
    let inline = Inline::Link {
        text: inside(shown, depth - 1)?,
        address: address.into(),
    };
    Ok(Some((inline, after)))
}

/// Whether a link may lead there: over HTTP, or to a place that is named without a scheme.
fn is_safe(address: &str) -> bool {
    let is_plain = !address
        .bytes()
        .any(|b| b <= b' ' || b == 0x7f || b == b'\\');
    let lower = address.to_ascii_lowercase();
    let is_web = lower.starts_with("https://") || lower.starts_with("http://");
    let first = address.split(['/', '?', '#']).next().unwrap_or("");
    let is_within = !first.contains(':') && !address.starts_with("//");
    is_plain && !address.is_empty() && (is_web || is_within)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(inlines: &[Inline]) -> String {
        let one = |inline: &Inline| match inline {
            Inline::Text(text) => text.clone(),
            Inline::Emphasis(inside) => format!("<em>{}</em>", shown(inside)),
            Inline::Strong(inside) => format!("<strong>{}</strong>", shown(inside)),
            Inline::Code(code) => format!("<code>{code}</code>"),
            Inline::Command(line) => format!("<button>{line}</button>"),
            Inline::Link { text, address } => format!("<a {address}>{}</a>", shown(text)),
        };
        inlines.iter().map(one).collect()
    }

    fn html(text: &str) -> String {
        let one = |block: &Block| match block {
            Block::Paragraph(inside) => format!("<p>{}</p>", shown(inside)),
            Block::Heading(inside) => format!("<h>{}</h>", shown(inside)),
            Block::List { is_numbered, items } => {
                let items: String = items
                    .iter()
                    .map(|i| format!("<li>{}</li>", shown(i)))
                    .collect();
                let name = if *is_numbered { "ol" } else { "ul" };
                format!("<{name}>{items}</{name}>")
            }
            Block::Code(code) => format!("<pre>{code}</pre>"),
            Block::Commands(lines) => format!("<keys>{}</keys>", lines.join("|")),
        };
        parse(text).unwrap().iter().map(one).collect()
    }

    #[test]
    fn each_form() {
        let cases = [
            ("a\nb\n\nc", "<p>a b</p><p>c</p>"),
            (
                "*a* **b** `c` \\*d\\*",
                "<p><em>a</em> <strong>b</strong> <code>c</code> *d*</p>",
            ),
            (
                "- a\n- b\n  c\n\nd",
                "<ul><li>a</li><li>b c</li></ul><p>d</p>",
            ),
            ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
            ("## a `b`\nc", "<h>a <code>b</code></h><p>c</p>"),
            ("```\n*a*\n\nb\n```", "<pre>*a*\n\nb</pre>"),
            ("a:\n```type\nDATA\n.\n```", "<p>a:</p><keys>DATA|.</keys>"),
            ("[a *b*](x.html#y)", "<p><a x.html#y>a <em>b</em></a></p>"),
            ("`> telnet a 25`", "<p><button>telnet a 25</button></p>"),
            (
                "2 * 3 * 4, a_b_c, [x], `y",
                "<p>2 * 3 * 4, a_b_c, [x], `y</p>",
            ),
            ("<b>&amp;", "<p><b>&amp;</p>"),
            ("***a***", "<p><strong>*a</strong>*</p>"),
            ("\\", "<p>\\</p>"),
        ];
        for (text, wanted) in cases {
            assert_eq!(html(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn links_that_lead_astray() {
        let bad = [
            "javascript:x",
            "JavaScript:x",
            "data:text/html,x",
            "//x.example",
            "vbscript:x",
            " javascript:x",
            "java\tscript:x",
            "\\\\x",
            "",
            "a:b",
            "mailto:x",
        ];
        for address in bad {
            assert!(parse(&format!("[a]({address})")).is_err(), "{address:?}");
        }
        for address in [
            "http://x",
            "https://x/a:b",
            "a/b:c",
            "#x",
            "?a:b",
            "/x",
            "../x",
        ] {
            assert!(parse(&format!("[a]({address})")).is_ok(), "{address:?}");
        }
    }
}
