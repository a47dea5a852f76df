//! main.cf, to be read and written.

use web_sys::HtmlTextAreaElement;
use yew::{html, Html, NodeRef};

use crate::smtp::bytes::shown;
use crate::ui::node;
use crate::ui::views::choice::Choice;
use crate::ui::views::desk::{hint, Desk};
use crate::ui::words::{fill, say};
use crate::views::configurations;

/// The first server's main.cf in a field.
pub fn configuration(desk: &Desk) -> Vec<Html> {
    let choice = desk.choice;
    let all = configurations(desk.simulator.world());
    let Some((host, text)) = all.into_iter().next() else {
        return Vec::new();
    };
    let field = NodeRef::default();
    let onclick = {
        let (field, host, choice) = (field.clone(), host.clone(), choice.clone());
        desk.choose.reform(move |_| {
            let text = field.cast::<HtmlTextAreaElement>().map(|f| f.value());
            Choice {
                edited: text.map(|text| (host.clone(), text)),
                ..choice.clone()
            }
        })
    };
    let hint = hint(&[&format!("ssh root@{host}"), "postconf -e", "postfix reload"]);
    vec![
        hint,
        html! {
            <>
                <p role="status">{ node::text(&choice.answer) }</p>
                // Only its first text: what is being typed is not written over.
                <textarea ref={field} aria-label={fill("main.cf of {}", &[&host])} spellcheck="false" rows="8"
                    defaultvalue={shown(&text).into_owned()} />
                <p><button type="button" {onclick}>{ say("Save and reload") }</button></p>
            </>
        },
    ]
}
