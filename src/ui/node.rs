//! Elements made by a function. Written out by `html!`, each would weigh several times as much.

use yew::virtual_dom::{AttrValue, AttributeOrProperty, Attributes, VTag, VText};
use yew::Html;

use crate::smtp::bytes::shown;

/// An element with attributes, by their names and values, and what is inside.
pub fn tag(
    name: &'static str,
    keys: &'static [&'static str],
    values: &[&str],
    inside: Vec<Html>,
) -> VTag {
    let mut tag = VTag::new(name);
    let value = |value: &&str| {
        Some(AttributeOrProperty::Attribute(AttrValue::from(
            value.to_string(),
        )))
    };
    tag.set_attributes(Attributes::Dynamic {
        keys,
        values: values.iter().map(value).collect(),
    });
    tag.add_children(inside);
    tag
}

/// An element of a class.
pub fn classed(name: &'static str, class: &str, inside: Vec<Html>) -> Html {
    tag(name, &["class"], &[class], inside).into()
}

/// Characters that are not seen, or move what stands around them: the first and the last of each range.
/// `www/visible.js` has the same.
const ODD: [(u32, u32); 17] = [
    (0, 0x8),
    (0xB, 0x1F),
    (0x7F, 0x9F),
    (0xAD, 0xAD),
    (0x61C, 0x61C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180E, 0x180E),
    (0x200B, 0x200B),
    (0x200E, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE0FFF),
];

/// Whether a character is to be named where it stands. A joiner before a letter that is not Latin
/// belongs to how that one is written.
fn is_odd(c: char, next: Option<char>) -> bool {
    match c {
        '\u{200C}' | '\u{200D}' => next.is_none_or(|next| next <= '\u{24F}'),
        ' '..='~' => false,
        c => {
            let code = u32::from(c);
            ODD.iter()
                .any(|&(first, last)| first <= code && code <= last)
        }
    }
}

/// A character in a box of its own, out of which it does nothing, and which bears its name.
fn boxed(c: char) -> Html {
    let name = match c {
        '\0'..='\x1F' | '\x7F' => format!("^{}", char::from(c as u8 ^ 0x40)),
        c => format!("U+{:04X}", u32::from(c)),
    };
    let inside = VText::new(c.to_string()).into();
    tag(
        "span",
        &["class", "data-code"],
        &["odd", &name],
        vec![inside],
    )
    .into()
}

/// A text of the program's, as a reader sees it. What cannot be seen in it is named.
pub fn text(text: &str) -> Html {
    let shown = shown(text);
    let mut pieces: Vec<Html> = Vec::new();
    let mut from = 0;
    let mut rest = shown.char_indices();
    while let Some((at, c)) = rest.next() {
        if is_odd(c, rest.clone().next().map(|(_, next)| next)) {
            pieces.push(VText::new(shown.get(from..at).unwrap_or("").to_string()).into());
            pieces.push(boxed(c));
            from = at + c.len_utf8();
        }
    }
    let last: Html = VText::new(shown.get(from..).unwrap_or("").to_string()).into();
    if pieces.is_empty() {
        return last;
    }
    pieces.push(last);
    pieces.into_iter().collect()
}
