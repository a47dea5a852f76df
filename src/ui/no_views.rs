//! The light build has no views beside the terminal.

use wasm_bindgen::JsValue;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::{Callback, Html};

use crate::simulator::{Outside, Simulator};
use crate::workstation::line::key::Key;

/// No lesson is followed.
#[derive(Default)]
pub struct Lesson {}

impl Lesson {
    /// Nothing is drawn.
    pub fn follow(&mut self, _: &HtmlElement, _: &Element, _: &Simulator) {}

    /// Nothing is said.
    pub fn news(&mut self, _: &Simulator) -> Option<String> {
        None
    }
}

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

/// There are no lessons: only the scenario counts.
///
/// # Errors
/// What is wrong with it, and where.
pub fn build(scenario: &str, _: &JsValue, outside: Outside) -> Result<Simulator, String> {
    Simulator::with(scenario, outside).map_err(|fault| fault.to_string())
}

/// There is no editor.
pub fn prepare(_: &mut Simulator) {}

/// No view is ever open.
pub fn reflect(_: &HtmlElement, _: &Choice) {}

/// No file is ever open.
pub fn is_editing(_: &Simulator) -> bool {
    false
}

/// No program here says so much that its rows have to be counted.
pub fn rows(_: &Simulator) -> usize {
    0
}

/// Nothing is to be focused.
pub fn move_focus(_: &Element, _: &Simulator) {}

/// English only, with what stands in its one gap.
pub fn fill(english: &str, gaps: &[&str]) -> String {
    english.replace("{}", gaps.first().unwrap_or(&""))
}

/// The screen alone.
pub fn beside(screen: Html, _: &Simulator, _: &Choice, _: impl Fn() -> Callback<Choice>) -> Html {
    screen
}
