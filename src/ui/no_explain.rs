//! The light build explains nothing.

use web_sys::{Element, KeyboardEvent, MouseEvent};
use yew::{Callback, Html};

use crate::simulator::Simulator;

/// Nothing can be asked.
pub enum Asked {}

/// Nothing is ever open.
#[derive(Default)]
pub struct Explainer {}

impl Explainer {
    /// Nothing is asked.
    pub fn act(&mut self, asked: Asked, _: &Simulator) {
        match asked {}
    }

    /// Nothing is said.
    pub fn news(&mut self, _: &Simulator) -> Option<String> {
        None
    }

    /// Nothing is open.
    pub fn close(&mut self) {}

    /// The screen alone.
    pub fn around(&self, screen: Html, _: &Simulator, _: impl Fn() -> Callback<Asked>) -> Html {
        screen
    }

    /// Nothing is to be placed.
    pub fn place(&mut self, _: &Element) {}
}

/// No key asks.
pub fn key(_: &KeyboardEvent) -> Option<Asked> {
    None
}

/// Clicks do what they did.
pub fn click(
    others: Callback<MouseEvent>,
    _: impl Fn() -> Callback<Asked>,
) -> Callback<MouseEvent> {
    others
}
