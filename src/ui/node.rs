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

/// A text of the program's, as a reader sees it.
pub fn text(text: &str) -> Html {
    VText::new(shown(text).into_owned()).into()
}
