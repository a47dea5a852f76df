//! What all views draw with.

use std::rc::Rc;

use yew::virtual_dom::VTag;
use yew::{Callback, Html};

use crate::simulator::Simulator;
use crate::ui::node::{classed, tag, text};
use crate::ui::views::choice::{Choice, Tab};
use crate::ui::words::say;
use crate::workstation::example_server;

/// What a view sees, and by what it chooses.
pub struct Desk<'a> {
    pub simulator: &'a Simulator,
    pub choice: &'a Choice,
    pub choose: &'a Callback<Choice>,
}

/// An element with nothing but a text in it.
pub fn label(name: &'static str, inside: &str) -> Html {
    plain(name, vec![text(inside)])
}

/// An element without attributes.
pub fn plain(name: &'static str, inside: Vec<Html>) -> Html {
    tag(name, &[], &[], inside).into()
}

/// A text in an element of a class.
pub fn words(name: &'static str, class: &str, inside: &str) -> Html {
    classed(name, class, vec![text(inside)])
}

/// An element with a text of ours, in the reader's language.
pub fn said(name: &'static str, english: &str) -> Html {
    label(name, &say(english))
}

/// The same, of a class.
pub fn told(name: &'static str, class: &str, english: &str) -> Html {
    words(name, class, &say(english))
}

/// The commands that show the same.
pub fn hint(commands: &[&str]) -> Html {
    let mut inside = vec![text(&say("The same by command:")), text(" ")];
    for (place, command) in commands.iter().enumerate() {
        if place > 0 {
            inside.push(text(&say(", then ")));
        }
        inside.push(label("code", command));
    }
    classed("p", "hint", inside)
}

/// Something that is kept when what stands around it changes.
pub fn keyed(mut tag: VTag, key: &str) -> Html {
    tag.key = Some(key.into());
    tag.into()
}

/// Parts that stay what they are when others come after them. Yew matches those without a key from the
/// last to the first, and a button that had the focus would be another's or gone.
pub fn numbered(mut parts: Vec<Html>) -> Vec<Html> {
    for (place, part) in parts.iter_mut().enumerate() {
        if let Html::VTag(tag) = part {
            Rc::make_mut(tag).key = Some(place.into());
        }
    }
    parts
}

impl Desk<'_> {
    /// The server that hints name.
    pub fn server(&self) -> &str {
        example_server(self.simulator.world(), &self.simulator.workstation().host)
    }

    /// A button that chooses something; `state` is what a screen reader says of it, or a class.
    pub fn button(&self, inside: Vec<Html>, state: (&'static str, bool), next: Choice) -> VTag {
        let onclick = self.choose.reform(move |_| next.clone());
        let (name, is) = state;
        let is = if is { "true" } else { "false" };
        let (keys, values): (&[&str], _) = match name {
            "pressed" => (&["type", "aria-pressed"], ["button", is]),
            class => (&["type", "class"], ["button", class]),
        };
        let mut tag = tag("button", keys, &values, inside);
        tag.add_listener(Rc::new(yew::html::onclick::Wrapper::new(onclick)));
        tag
    }

    /// A queue ID that leads to what a view has about it.
    pub fn id(&self, id: &str, to: Tab) -> Html {
        let next = Choice {
            tab: Some(to),
            reached: to,
            id: Some(id.to_string()),
            ..self.choice.clone()
        };
        self.button(vec![text(id)], ("id", false), next).into()
    }
}
