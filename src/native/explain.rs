//! `smtp-terminal explain`: what a line means, as text.

use std::io;
use std::path::Path;

use smtp_terminal::explain::{Explain, Explanation};
use smtp_terminal::simulator::Simulator;

use crate::native::file::read;

/// The English texts.
const ENGLISH: &str = include_str!("../../www/explain/en.json");

/// The text is broken before this column.
const WIDTH: usize = 78;

/// Prints what a line means, or each line of standard input.
pub fn run(
    scenario: Option<&Path>,
    texts: Option<&Path>,
    after: &str,
    line: Option<String>,
) -> Result<(), String> {
    let scenario = scenario.map_or(Ok("{}".to_string()), read)?;
    let simulator = Simulator::new(&scenario).map_err(|fault| fault.to_string())?;
    let mut explain = Explain::read(ENGLISH).map_err(|fault| fault.to_string())?;
    if let Some(texts) = texts {
        let laid = explain.lay_over(&read(texts)?);
        laid.map_err(|fault| fault.to_string())?;
    }
    let lines = match line {
        Some(line) => vec![line],
        None => io::stdin()
            .lines()
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string())?,
    };
    for line in &lines {
        let line = line.trim_end();
        if let Some(found) = explain.alone(line, after, simulator.world()) {
            print!("{}", shown(&found, &explain));
        }
    }
    Ok(())
}

/// An explanation as text.
fn shown(found: &Explanation, explain: &Explain) -> String {
    let mut text = format!("{}\n\n{}\n", found.line, found.title);
    if !found.parts.is_empty() {
        text += &format!("\n{}\n", explain.word("parts"));
    }
    for part in &found.parts {
        let piece = match found.piece(part) {
            " " => "␣",
            piece => piece,
        };
        let indent = " ".repeat(piece.chars().count().min(20) + 4);
        text += &wrapped(&part.what, &format!("  {piece}  "), &indent);
    }
    for section in &found.says {
        text.push('\n');
        if !section.heading.is_empty() {
            text += &format!("{}\n", section.heading);
        }
        for paragraph in section.text.lines() {
            text += &wrapped(&paragraph.replace('`', ""), "  ", "  ");
        }
    }
    if !found.likely.is_empty() && found.likely != found.title {
        text += &format!("\n{}\n", explain.word("likely"));
        text += &wrapped(&found.likely, "  ", "  ");
    }
    if !found.reference.is_empty() {
        let (laid, down) = (explain.word("reference"), &found.reference);
        text += &format!("\n{laid} {down}\n");
    }
    text + "\n"
}

/// A paragraph, its first line after `first`, the others after `indent`.
fn wrapped(text: &str, first: &str, indent: &str) -> String {
    let mut out = String::from(first);
    let mut column = first.chars().count();
    let mut is_start = true;
    for word in text.split(' ') {
        let length = word.chars().count();
        if !is_start && column + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(indent);
            column = indent.len();
        } else if !is_start {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
        is_start = false;
    }
    out + "\n"
}
