//! The keyboard's focus stays in the terminal when what had it goes away: a view is closed, a button
//! is drawn anew.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ShadowRoot};

/// Whether anything in the terminal has the focus.
pub fn is_inside(beside: &Element) -> bool {
    let root = beside.get_root_node();
    root.dyn_ref::<ShadowRoot>()
        .is_some_and(|root| root.active_element().is_some())
}

/// Gives the focus to the line if it was in the terminal and is nowhere now.
pub fn keep(was_inside: bool, field: &Element) {
    if was_inside && !is_inside(field) {
        // A field that cannot be focused is not on the page.
        let _ = field.unchecked_ref::<HtmlElement>().focus();
    }
}
