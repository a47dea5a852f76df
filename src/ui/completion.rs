//! Keys of the shell that the text field has a use of its own for: Tab, Ctrl-R, Ctrl-Z and Ctrl-\.

use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::TargetCast;

use crate::workstation::line::key::Key;

/// What such a key is to the shell, if it is one there.
///
/// Tab completes what has been typed; on an empty line it goes on to what follows the terminal, so
/// that the keyboard has a way out. Ctrl-Z takes back what was typed, where anything was.
pub fn key(event: &KeyboardEvent) -> Option<Key> {
    let field = event.target_dyn_into::<HtmlInputElement>()?;
    let is_empty = field.value().is_empty();
    let is_control = event.ctrl_key();
    if event.shift_key() || event.alt_key() || event.meta_key() {
        return None;
    }
    match event.key().as_str() {
        "Tab" if !is_empty && !is_control => Some(Key::Tab),
        "r" if is_control => Some(Key::Ctrl('r')),
        "z" if is_control && is_empty => Some(Key::Ctrl('z')),
        "\\" if is_control && is_empty => Some(Key::Ctrl('\\')),
        _ => None,
    }
}
