//! HTML: the text of `<pre>` and its kind, and of paragraphs that are broken into lines. What looks
//! like a tag and is none (`<CR>`, `<alice@example.org>`) is text, since that is what was meant.

use std::ops::Range;

use crate::native::doc::document::{addressed, Item, Lines, Places};
use crate::native::doc::table::Table;

/// Elements that keep their line ends.
const LISTINGS: [&str; 4] = ["pre", "listing", "xmp", "textarea"];

/// Elements whose text is not shown.
const HIDDEN: [&str; 4] = ["script", "style", "template", "noscript"];

/// Elements that begin a line of their own.
const BLOCKS: [&str; 36] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "section",
    "summary",
    "table",
    "tr",
    "ul",
];

/// Other elements.
const INLINE: [&str; 56] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "button", "center", "cite", "code",
    "col", "colgroup", "data", "del", "dfn", "em", "font", "i", "iframe", "img", "input", "ins",
    "kbd", "label", "legend", "link", "mark", "meta", "nobr", "object", "option", "output", "path",
    "q", "s", "samp", "select", "small", "span", "strike", "strong", "sub", "sup", "svg", "tbody",
    "td", "tfoot", "th", "thead", "time", "title", "tt", "u", "var",
];

/// A tag of more bytes is none.
const LONGEST_TAG: usize = 20_000;

/// The longest name of an entity, with `&` and `;`.
const ENTITY: usize = 34;

/// Reads a part of a document that is HTML.
pub fn read(text: &str, range: Range<usize>, places: &Places, items: &mut Vec<Item>) {
    let mut reader = Reader {
        places,
        items,
        lines: Lines::default(),
        listing: None,
        table: None,
        depth: 0,
    };
    reader.read(text, range);
}

struct Reader<'a> {
    places: &'a Places<'a>,
    items: &'a mut Vec<Item>,
    lines: Lines,
    /// The element whose text is a listing.
    listing: Option<&'static str>,
    /// The outermost table.
    table: Option<Table>,
    /// Tables within tables.
    depth: usize,
}

/// What begins with `<`.
enum Markup<'a> {
    Comment(&'a str),
    Tag { name: String, is_end: bool },
    Other,
}

impl Reader<'_> {
    fn read(&mut self, text: &str, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let rest = text.get(at..range.end).unwrap_or("");
            let Some(c) = rest.chars().next() else {
                break;
            };
            let step = match c {
                '<' => self.markup(rest, at),
                '&' => self.entity(rest, at),
                '\n' => {
                    self.line_end(at);
                    1
                }
                '\t' | ' ' if self.listing.is_none() => {
                    self.space(at);
                    1
                }
                c => {
                    let size = c.len_utf8();
                    self.lines.push(rest.get(..size).unwrap_or(""), at);
                    size
                }
            };
            at += step;
        }
        self.end(range.end);
    }

    fn end(&mut self, at: usize) {
        let is_prose = self.listing.is_none();
        let item = self.lines.end(at, self.places, is_prose);
        if let (Some(table), Some(Item::Block(block))) = (&mut self.table, &item) {
            match is_prose {
                true => table.add(&block.lines),
                false => table.spoil(),
            }
        }
        self.items.extend(item);
    }

    fn line_end(&mut self, at: usize) {
        match self.listing {
            Some(_) => self.lines.end_line(at, self.places),
            None => self.space(at),
        }
    }

    /// Spaces of running text are one.
    fn space(&mut self, at: usize) {
        if !self.lines.ends_with_space() {
            self.lines.push(" ", at);
        }
    }

    fn entity(&mut self, rest: &str, at: usize) -> usize {
        let end = rest.bytes().take(ENTITY).position(|byte| byte == b';');
        let size = end.map_or(1, |end| end + 1);
        let source = rest.get(..size).unwrap_or("&");
        let meant = html_escape::decode_html_entities(source).replace('\u{a0}', " ");
        self.lines.push(&meant, at);
        size
    }

    /// Takes a tag or a comment, or else the sign alone; how many bytes were taken.
    fn markup(&mut self, rest: &str, at: usize) -> usize {
        let (markup, size) = markup(rest);
        match markup {
            Markup::Other => self.lines.push("<", at),
            Markup::Comment(comment) => self.comment(comment, at),
            Markup::Tag { name, is_end } => {
                if HIDDEN.contains(&name.as_str()) && !is_end {
                    return size + hidden(rest.get(size..).unwrap_or(""), &name);
                }
                self.tag(&name, is_end, at);
            }
        }
        size
    }

    fn comment(&mut self, comment: &str, at: usize) {
        let Some(said) = addressed(comment) else {
            return;
        };
        if self.listing.is_some() {
            if matches!(said, "accept" | "ignore") {
                self.lines.accept();
            }
            return;
        }
        self.end(at);
        let place = self.places.at(at);
        self.items.push(Item::Comment(said.into(), place));
    }

    fn tag(&mut self, name: &str, is_end: bool, at: usize) {
        self.piece(name, is_end, at);
        if self.listing.is_some() {
            return;
        }
        match (name, is_end, &mut self.table) {
            ("table", false, None) => self.table = Some(Table::default()),
            ("table", false, Some(table)) => {
                table.spoil();
                self.depth += 1;
            }
            ("table", true, Some(_)) if self.depth > 0 => self.depth -= 1,
            ("table", true, Some(table)) => {
                self.items.extend(table.dialogue().map(Item::Block));
                self.table = None;
            }
            ("tr", false, Some(table)) => table.row(),
            ("td" | "th", false, Some(table)) => table.cell(),
            _ => {}
        }
    }

    /// Begins or ends lines and blocks.
    fn piece(&mut self, name: &str, is_end: bool, at: usize) {
        let listing = LISTINGS.into_iter().find(|listing| *listing == name);
        match (self.listing, listing, is_end) {
            (None, Some(listing), false) => {
                self.end(at);
                self.listing = Some(listing);
            }
            (Some(open), Some(closed), true) if open == closed => {
                self.end(at);
                self.listing = None;
            }
            _ if name == "br" => self.lines.end_line(at, self.places),
            (Some(_), None, _) if BLOCKS.contains(&name) && !self.lines.is_blank() => {
                self.lines.end_line(at, self.places);
            }
            // The points of a list are lines of one block.
            (None, None, _) if name == "li" => match self.lines.is_blank() {
                true => {}
                false => self.lines.end_line(at, self.places),
            },
            (None, None, _) if BLOCKS.contains(&name) || matches!(name, "td" | "th") => {
                self.end(at);
            }
            _ => {}
        }
    }
}

/// Reads what begins with `<`, and says how long it is.
fn markup(rest: &str) -> (Markup<'_>, usize) {
    if let Some(comment) = rest.strip_prefix("<!--") {
        let end = comment.find("-->").unwrap_or(comment.len());
        let size = (4 + end + 3).min(rest.len());
        return (Markup::Comment(comment.get(..end).unwrap_or("")), size);
    }
    let is_end = rest.starts_with("</");
    let from = if is_end { 2 } else { 1 };
    let body = rest.get(from..).unwrap_or("");
    let length = body
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b':')
        .count();
    let name = body.get(..length).unwrap_or("").to_ascii_lowercase();
    let after = body.get(length..).unwrap_or("");
    let is_declaration =
        rest.starts_with("<!D") || rest.starts_with("<!d") || rest.starts_with("<?");
    let is_known =
        is_element(&name) && after.starts_with(|c: char| c == '>' || c == '/' || c.is_whitespace());
    if !is_known && !is_declaration {
        return (Markup::Other, 1);
    }
    match tag_end(rest) {
        Some(size) if is_declaration => (
            Markup::Tag {
                name: "meta".into(),
                is_end,
            },
            size,
        ),
        Some(size) => (Markup::Tag { name, is_end }, size),
        None => (Markup::Other, 1),
    }
}

/// Whether a tag or a comment breaks a line; nothing of what is neither.
pub fn is_break(text: &str) -> Option<bool> {
    match markup(text) {
        (Markup::Other, _) => None,
        (Markup::Comment(_), _) => Some(false),
        (Markup::Tag { name, .. }, _) => Some(name == "br"),
    }
}

fn is_element(name: &str) -> bool {
    let known: [&[&str]; 4] = [&LISTINGS, &HIDDEN, &BLOCKS, &INLINE];
    known.iter().any(|names| names.contains(&name))
        // Elements of one's own have a hyphen.
        || (name.contains('-') && name.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// Where a tag ends; quoted values may have a `>`.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().take(LONGEST_TAG).enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// How long it is to the end of an element whose text is not shown.
fn hidden(rest: &str, name: &str) -> usize {
    let end = format!("</{name}");
    let mut starts = rest.match_indices("</").map(|(at, _)| at);
    let is_end = |at: &usize| {
        let tag = rest.get(*at..*at + end.len());
        tag.is_some_and(|tag| tag.eq_ignore_ascii_case(&end))
    };
    starts.find(is_end).unwrap_or(rest.len())
}
