//! Where in a document its reader is.

use std::cell::Cell;

use super::problem::shown;

/// The place of the value that is being read. It is left only when its value was read without a
/// fault, so that it names the place of the first one.
#[derive(Default)]
pub struct Path(Cell<String>);

impl Path {
    /// Takes a step, such as `.main_cf`, `[1]` or `["/etc/aliases"]`, of a name and what stands
    /// around it; [`Path::leave`] wants to know what this returns.
    pub fn enter(&self, step: [&str; 3]) -> usize {
        let mut text = self.0.take();
        let length = text.len();
        for part in step {
            text += part;
        }
        self.0.set(text);
        length
    }

    /// Goes back to where the step was taken.
    pub fn leave(&self, length: usize) {
        let mut text = self.0.take();
        text.truncate(length);
        self.0.set(text);
    }

    /// `hosts[1].main_cf`.
    pub fn text(&self) -> String {
        let text = self.0.take();
        shown(text.strip_prefix('.').unwrap_or(&text), 200)
    }
}
