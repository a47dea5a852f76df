//! The panel of nano and its kind: a text field with the file, and what can be done with it by
//! buttons, by nano's keys and by vi's commands.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};
use yew::{html, Callback, Html, NodeRef, TargetCast};

use crate::simulator::Simulator;
use crate::smtp::bytes::shown;
use crate::ui::node::{classed, tag, text};
use crate::ui::words::say;
use crate::workstation::answer::{Asked, Document};

/// What the buttons say, for vi and for the others.
const BUTTONS: [[&str; 3]; 2] = [
    [
        "Save (:w)",
        "Save and close (:wq)",
        "Close without saving (:q!)",
    ],
    ["Save (^O)", "Save and close (^X)", "Close without saving"],
];

/// What is asked, by the place of its button.
fn asked(place: usize, field: &NodeRef) -> Option<Asked> {
    let text = field.cast::<HtmlTextAreaElement>()?.value();
    Some(match place {
        0 => Asked::Save(text),
        1 => Asked::SaveAndClose(text),
        _ => Asked::Close,
    })
}

/// The place of the button that a command of vi's stands for.
fn command(text: &str) -> Option<usize> {
    match text.trim().trim_start_matches(':') {
        "w" | "w!" => Some(0),
        "wq" | "wq!" | "x" | "ZZ" => Some(1),
        "q" | "q!" | "ZQ" => Some(2),
        _ => None,
    }
}

/// With a part of the text selected, Ctrl-X cuts it.
fn has_selection(event: &KeyboardEvent) -> bool {
    event
        .target_dyn_into::<HtmlTextAreaElement>()
        .is_some_and(|f| f.selection_start().ok() != f.selection_end().ok())
}

/// The panel.
pub fn panel(document: &Document, ask: &Callback<Asked>) -> Html {
    let is_vi = document.program.starts_with('v');
    let (field, line) = (NodeRef::default(), NodeRef::default());
    let act: Rc<dyn Fn(usize)> = {
        let (ask, field) = (ask.clone(), field.clone());
        Rc::new(move |place| {
            asked(place, &field)
                .into_iter()
                .for_each(|asked| ask.emit(asked))
        })
    };
    let onkeydown = {
        let (act, line) = (act.clone(), line.clone());
        Callback::from(move |event: KeyboardEvent| {
            let place = match (event.ctrl_key(), event.key().as_str()) {
                (true, "o" | "s") => 0,
                (true, "x") if !is_vi && !has_selection(&event) => 1,
                (false, "Escape") if is_vi => {
                    if let Some(line) = line.cast::<HtmlInputElement>() {
                        line.set_value(":");
                        // A field that cannot be focused is not on the page.
                        let _ = line.focus();
                    }
                    3
                }
                _ => return,
            };
            event.prevent_default();
            if place < 3 {
                act(place);
            }
        })
    };
    let mut inside = Vec::new();
    for (place, name) in BUTTONS[usize::from(!is_vi)].iter().enumerate() {
        let act = act.clone();
        let onclick = Callback::from(move |_| act(place));
        inside.push(html! { <button type="button" {onclick}>{ say(name) }</button> });
    }
    if is_vi {
        let onkeydown = {
            let (act, field) = (act.clone(), field.clone());
            Callback::from(move |event: KeyboardEvent| {
                let Some(line) = event.target_dyn_into::<HtmlInputElement>() else {
                    return;
                };
                match (event.key().as_str(), command(&line.value())) {
                    ("Enter", Some(place)) => act(place),
                    ("Escape", _) => {
                        if let Some(field) = field.cast::<HtmlElement>() {
                            // A field that cannot be focused is not on the page.
                            let _ = field.focus();
                        }
                    }
                    _ => return,
                }
                event.prevent_default();
            })
        };
        inside.push(html! { <input ref={line} type="text" size="6" autocomplete="off" aria-label={say("Command of vi, for example :wq")} {onkeydown} /> });
    }
    let name = format!("{} {}", document.program, document.name);
    let what = match is_vi {
        true => "Type at once; Esc leads to the commands.",
        false => "",
    };
    let content = shown(&document.text.borrow()).into_owned();
    let inner = vec![
        classed("p", "hint", vec![text(&name), text(". "), text(&say(what))]),
        html! {
            // Only its first text: what is being typed is not written over.
            <textarea key={name.clone()} ref={field} aria-label={name.clone()} spellcheck="false"
                autocapitalize="off" rows="12" defaultvalue={content} {onkeydown} />
        },
        tag(
            "p",
            &["role"],
            &["status"],
            vec![text(&document.message.borrow())],
        )
        .into(),
        classed("p", "actions", inside),
    ];
    tag(
        "section",
        &["class", "aria-label"],
        &["view editor", &name],
        inner,
    )
    .into()
}

/// Puts the cursor into the file when it is opened, and back into the line when it is closed.
pub fn move_focus(beside: &web_sys::Element, simulator: &Simulator) {
    let wanted = match simulator.document() {
        Some(_) => ".editor textarea",
        None => ".entry input",
    };
    let root = beside.parent_element();
    let found = root.and_then(|root| root.query_selector(wanted).ok().flatten());
    if let Some(field) = found.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        // A field that cannot be focused is not on the page.
        let _ = field.focus();
    }
}
