//! The light build has no views beside the terminal.

use web_sys::HtmlElement;
use yew::{Callback, Html};

use crate::simulator::Simulator;

/// Nothing can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {}

impl Choice {
    /// Nothing changes.
    pub fn take_effect(self, _: &mut Simulator) -> Choice {
        self
    }
}

/// The terminal's own style sheet is enough.
pub fn add_style(_: &HtmlElement) {}

/// The screen alone.
pub fn beside(screen: Html, _: &Simulator, _: &Choice, _: impl Fn() -> Callback<Choice>) -> Html {
    screen
}
