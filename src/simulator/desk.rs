//! What a simulator keeps of a lesson. Its twin in the light build is `no_desk`.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use crate::lesson::inputs::Inputs;
use crate::lesson::typing::Act;
use crate::lesson::{Senses, Teacher};

/// The lesson that is being done, if one is.
#[derive(Debug, Default)]
pub(super) struct Taught(pub(super) Option<Box<Desk>>);

/// The lesson, who watches it, and what was done.
#[derive(Debug)]
pub(super) struct Desk {
    /// The lesson as it was read, and its scenario, where that is a document of its own.
    pub(super) text: Rc<str>,
    pub(super) scenario: Rc<str>,
    pub(super) teacher: Teacher,
    pub(super) senses: Senses,
    pub(super) inputs: Inputs,
    /// How many inputs there were when each step was begun, by the place of the step.
    pub(super) begun: Vec<usize>,
    /// How often the teacher has looked.
    pub(super) looks: u64,
    /// What is still to be typed of a solution.
    pub(super) script: VecDeque<Act>,
    pub(super) is_typing: bool,
    /// So much of the front end's time did not pass here, because it was taken back.
    pub(super) lost: Duration,
}

impl Taught {
    /// The front end's time without what was taken back.
    pub(super) fn less(&self, elapsed: Duration) -> Duration {
        let lost = self.0.as_ref().map_or(Duration::ZERO, |desk| desk.lost);
        elapsed.saturating_sub(lost)
    }

    /// The same, the other way.
    pub(super) fn more(&self, elapsed: Duration) -> Duration {
        let lost = self.0.as_ref().map_or(Duration::ZERO, |desk| desk.lost);
        elapsed.saturating_add(lost)
    }
}

impl Desk {
    /// How many inputs there were when the step that is to be done was begun.
    pub(super) fn step_began(&self) -> usize {
        self.begun.last().copied().unwrap_or(0)
    }
}
