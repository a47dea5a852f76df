//! The texts of lessons as elements. What a lesson says becomes text and nothing else.

use std::rc::Rc;

use yew::{Callback, Html};

use crate::lesson::markdown::{parse, Block, Inline};
use crate::ui::node::{tag, text};

/// Draws a text; a command in it calls `press` with its line.
pub fn prose(source: &str, press: &Callback<String>) -> Vec<Html> {
    match parse(source) {
        Ok(blocks) => blocks.iter().map(|b| block(b, press)).collect(),
        // A lesson is checked when it is read, so this is for texts that were not.
        Err(_) => vec![plain("p", vec![text(source)])],
    }
}

fn block(block: &Block, press: &Callback<String>) -> Html {
    match block {
        Block::Paragraph(inside) => plain("p", inlines(inside, press)),
        Block::Heading(inside) => plain("h4", inlines(inside, press)),
        Block::List { is_numbered, items } => {
            let name = if *is_numbered { "ol" } else { "ul" };
            let items = items.iter().map(|item| plain("li", inlines(item, press)));
            plain(name, items.collect())
        }
        Block::Code(lines) => plain("pre", vec![plain("code", vec![text(lines)])]),
        Block::Commands(lines) => {
            let all = lines.iter().map(|line| command(line, press)).collect();
            tag("p", &["class"], &["commands"], all).into()
        }
    }
}

fn inlines(all: &[Inline], press: &Callback<String>) -> Vec<Html> {
    all.iter().map(|one| inline(one, press)).collect()
}

fn inline(one: &Inline, press: &Callback<String>) -> Html {
    match one {
        Inline::Text(words) => text(words),
        Inline::Emphasis(inside) => plain("em", inlines(inside, press)),
        Inline::Strong(inside) => plain("strong", inlines(inside, press)),
        Inline::Code(words) => plain("code", vec![text(words)]),
        Inline::Command(line) => command(line, press),
        Inline::Link {
            text: inside,
            address,
        } => tag("a", &["href"], &[address], inlines(inside, press)).into(),
    }
}

/// A button that types a line.
fn command(line: &str, press: &Callback<String>) -> Html {
    let own = line.to_string();
    let onclick = press.reform(move |_| own.clone());
    let keys = &["type", "class", "translate"];
    let mut button = tag(
        "button",
        keys,
        &["button", "command", "no"],
        vec![text(line)],
    );
    button.add_listener(Rc::new(yew::html::onclick::Wrapper::new(onclick)));
    button.into()
}

fn plain(name: &'static str, inside: Vec<Html>) -> Html {
    tag(name, &[], &[], inside).into()
}
