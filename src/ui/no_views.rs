//! The light build has no views beside the terminal.

use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::{Callback, Html};

use crate::simulator::Simulator;
use crate::workstation::line::key::Key;

/// Nothing can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {}

impl Choice {
    /// Nothing is asked for.
    pub fn of(_: &HtmlElement) -> Choice {
        Choice {}
    }

    /// Nothing changes.
    pub fn take_effect(self, _: &mut Simulator) -> Choice {
        self
    }
}

/// No keys but those of every terminal.
pub fn key(_: &KeyboardEvent) -> Option<Key> {
    None
}

/// There is no editor.
pub fn prepare(_: &mut Simulator) {}

/// No view is ever open.
pub fn reflect(_: &HtmlElement, _: &Choice) {}

/// No file is ever open.
pub fn is_editing(_: &Simulator) -> bool {
    false
}

/// Nothing is to be focused.
pub fn move_focus(_: &Element, _: &Simulator) {}

/// The screen alone.
pub fn beside(screen: Html, _: &Simulator, _: &Choice, _: impl Fn() -> Callback<Choice>) -> Html {
    screen
}
