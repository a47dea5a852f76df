//! How files are written, and who reads them.

use crate::native::doc::document::{Item, Places};
use crate::native::doc::{html, markdown, plain};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// CommonMark.
    Markdown,
    /// HTML.
    Html,
    /// Anything else: plain text, reStructuredText, AsciiDoc.
    Text,
}

impl Format {
    /// By the end of a file's name.
    pub fn of(name: &str) -> Format {
        let end = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
        match end.as_str() {
            "md" | "markdown" | "mdx" | "mkd" | "qmd" => Format::Markdown,
            "html" | "htm" | "xhtml" => Format::Html,
            _ => Format::Text,
        }
    }
}

/// Reads a file's text.
pub fn read(text: &str, format: Format) -> Vec<Item> {
    let places = Places::of(text);
    let mut items = Vec::new();
    match format {
        Format::Markdown => markdown::read(text, &places, &mut items),
        Format::Html => html::read(text, 0..text.len(), &places, &mut items),
        Format::Text => plain::read(text, &mut items),
    }
    items
}
