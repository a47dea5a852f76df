//! Markdown: fenced and indented code, HTML between the paragraphs, comments, the lines of paragraphs,
//! lists, each of whose points is a line, and tables, of each cell or of the columns of client and server.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::native::doc::document::{Item, Lines, Places};
use crate::native::doc::html;
use crate::native::doc::marks::{is_reply, mark};
use crate::native::doc::table::Table;

/// Reads a document.
pub fn read(text: &str, places: &Places, items: &mut Vec<Item>) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let mut code: Option<Lines> = None;
    let mut paragraph: Option<Paragraph> = None;
    let mut table = Table::default();
    // The first line of the cell.
    let mut cell = 0usize;
    // Lists in lists make one block.
    let mut depth = 0usize;
    // HTML up to here has been read already.
    let mut read_to = 0;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        if let (Some(open), None) = (&mut paragraph, &code) {
            open.take(&event, &range, places);
        }
        match event {
            Event::Start(Tag::List(_)) => {
                depth += 1;
                paragraph.get_or_insert_default();
            }
            Event::End(TagEnd::List(_)) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let block = paragraph.take();
                    items.extend(block.and_then(|mut p| p.lines.end(range.end, places, true)));
                }
            }
            Event::Start(Tag::Table(_)) if range.start >= read_to && depth == 0 => {
                paragraph = Some(Paragraph::default());
                table = Table::default();
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => table.row(),
            Event::Start(Tag::TableCell) => {
                table.cell();
                cell = paragraph.as_ref().map_or(0, |p| p.lines.since(0).len());
            }
            Event::End(TagEnd::TableCell) => {
                table.add(paragraph.as_ref().map_or(&[], |p| p.lines.since(cell)));
            }
            Event::End(TagEnd::Table) if depth == 0 => {
                let block = paragraph.take();
                let item = block.and_then(|mut p| p.lines.end(range.end, places, true));
                let dialogue = table.dialogue().map(Item::Block);
                items.extend(dialogue.or_else(|| item.and_then(spoken)));
            }
            Event::Start(Tag::Paragraph) if range.start >= read_to && depth == 0 => {
                paragraph = Some(Paragraph::default());
            }
            Event::End(TagEnd::Paragraph) if depth == 0 => {
                let block = paragraph.take();
                items.extend(block.and_then(|mut p| p.lines.end(range.end, places, true)));
            }
            Event::Start(Tag::CodeBlock(_)) if range.start >= read_to => {
                // What the list has said so far comes before it.
                let before = paragraph.as_mut();
                items.extend(before.and_then(|p| p.lines.end(range.start, places, true)));
                code = Some(Lines::default());
            }
            Event::Text(piece) => {
                if let Some(lines) = &mut code {
                    let is_literal = text.get(range.clone()) == Some(&*piece);
                    add(lines, &piece, range.start, is_literal, places);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                let block = code
                    .take()
                    .and_then(|mut c| c.end(range.end, places, false));
                items.extend(block);
            }
            Event::Start(Tag::HtmlBlock) if range.start >= read_to => {
                let end = with_its_end(text, range.start, range.end);
                html::read(text, range.start..end, places, items);
                read_to = end;
            }
            Event::InlineHtml(piece) if piece.starts_with("<!--") && range.start >= read_to => {
                html::read(text, range, places, items);
            }
            _ => {}
        }
    }
}

/// Running text, whose lines may be a dialogue.
#[derive(Default)]
struct Paragraph {
    lines: Lines,
    /// An address in `<` and `>` has begun.
    has_address: bool,
}

impl Paragraph {
    fn take(&mut self, event: &Event, range: &Range<usize>, places: &Places) {
        match event {
            Event::Text(piece) | Event::Code(piece) => self.lines.push(piece, range.start),
            Event::SoftBreak | Event::HardBreak => self.lines.end_line(range.start, places),
            Event::Start(Tag::Item)
            | Event::End(TagEnd::Item | TagEnd::TableCell | TagEnd::Paragraph)
                if !self.lines.is_blank() =>
            {
                self.lines.end_line(range.start, places);
            }
            // What looks like a tag and is none (<CR>) is what was meant.
            Event::InlineHtml(piece) => match html::is_break(piece) {
                Some(true) => self.lines.end_line(range.start, places),
                Some(false) => {}
                None => self.lines.push(piece, range.start),
            },
            Event::Start(Tag::Link {
                link_type: LinkType::Autolink | LinkType::Email,
                ..
            }) => {
                self.has_address = true;
                self.lines.push("<", range.start);
            }
            Event::End(TagEnd::Link) if std::mem::take(&mut self.has_address) => {
                self.lines.push(">", range.start);
            }
            _ => {}
        }
    }
}

/// Of a table what marks say who says it, row by row, and further lines of a reply: what stands beside it
/// explains it.
fn spoken(item: Item) -> Option<Item> {
    let Item::Block(mut block) = item else {
        return None;
    };
    let mut goes_on = false;
    block.lines.retain(|line| {
        let said = mark(&line.text);
        let is_part = said.is_some() || goes_on && is_reply(&line.text);
        let text = said.map_or(line.text.as_str(), |(_, text)| text);
        goes_on = is_part && is_reply(text) && text.trim().get(3..4) == Some("-");
        is_part
    });
    let marked = block.lines.iter().filter(|line| mark(&line.text).is_some());
    (marked.count() >= 2).then_some(Item::Block(block))
}

fn add(lines: &mut Lines, piece: &str, start: usize, is_literal: bool, places: &Places) {
    let mut at = start;
    for part in piece.split_inclusive('\n') {
        let shown = part.trim_end_matches('\n');
        if !shown.is_empty() {
            lines.push(shown, at);
        }
        if part.ends_with('\n') {
            lines.end_line(at, places);
        }
        if is_literal {
            at += part.len();
        }
    }
}

/// A `<pre>` inside of another element ends, for Markdown, at its first empty line; for who wrote
/// it, where it says.
fn with_its_end(text: &str, start: usize, end: usize) -> usize {
    let block = text.get(start..end).unwrap_or("").to_ascii_lowercase();
    if block.matches("<pre").count() <= block.matches("</pre").count() {
        return end;
    }
    let rest = text.get(end..).unwrap_or("").to_ascii_lowercase();
    rest.find("</pre>")
        .map_or(end, |at| end + at + "</pre>".len())
}
