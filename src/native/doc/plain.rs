//! Plain text, reStructuredText, AsciiDoc: what is indented, or stands between lines of `----`, is a
//! block, and so is what stands between such.

use crate::native::doc::document::{addressed, Block, Item, Line, Place};

/// What a comment begins with, in one notation or another.
const LEADERS: [&str; 7] = ["//", "..", "#", ";", "%", "<!--", "{/*"];

/// Reads a text.
pub fn read(text: &str, items: &mut Vec<Item>) {
    let mut block: Vec<Line> = Vec::new();
    let mut is_indented = false;
    for (number, source) in text.lines().enumerate() {
        let line = source.trim_end();
        let bare = line.trim_start();
        let indent = line.chars().count() - bare.chars().count();
        let place = Place {
            line: number + 1,
            column: indent + 1,
        };
        if let Some(said) = comment(bare) {
            end(&mut block, items);
            items.push(Item::Comment(said.into(), place));
            continue;
        }
        if is_fence(bare) {
            end(&mut block, items);
            continue;
        }
        if !bare.is_empty() && (indent > 0) != is_indented {
            end(&mut block, items);
            is_indented = indent > 0;
        }
        block.push(Line {
            text: unstarred(line),
            at: Place { column: 1, ..place },
            is_accepted: false,
        });
    }
    end(&mut block, items);
}

/// A line in which AsciiDoc shows what is typed in bold: `$ *nc localhost 25*`.
fn unstarred(line: &str) -> String {
    let bold = line.strip_suffix('*').and_then(|head| {
        let (before, bold) = head.rsplit_once('*')?;
        let is_bold = !bold.is_empty() && !bold.starts_with(' ') && !bold.ends_with(' ');
        let is_begun = before.is_empty() || before.ends_with([' ', '\t']);
        (is_bold && is_begun).then(|| format!("{before}{bold}"))
    });
    bold.unwrap_or_else(|| line.into())
}

fn comment(line: &str) -> Option<&str> {
    let leader = LEADERS.iter().find(|leader| line.starts_with(**leader))?;
    let body = line.get(leader.len()..)?;
    let body = body.trim_end_matches("-->").trim_end_matches("*/}");
    addressed(body)
}

fn is_fence(line: &str) -> bool {
    let is_of = |sign: char| line.len() >= 4 && line.chars().all(|c| c == sign);
    is_of('-') || is_of('.') || line.starts_with("```") || line.starts_with("~~~")
}

/// Ends a block, without the indentation that all of its lines have.
fn end(block: &mut Vec<Line>, items: &mut Vec<Item>) {
    let mut lines = std::mem::take(block);
    let indent = |line: &Line| {
        let bare = line.text.trim_start();
        (!bare.is_empty()).then(|| line.text.chars().count() - bare.chars().count())
    };
    let Some(common) = lines.iter().filter_map(indent).min() else {
        return;
    };
    for line in &mut lines {
        line.text = line.text.chars().skip(common).collect();
        line.at.column += common;
    }
    items.push(Item::Block(Block {
        lines,
        is_prose: common == 0,
    }));
}
