//! What a learner hands in: what was reached, and what shows that it was.

use serde::Deserialize;

use super::model::Lesson;
use super::progress::{self, checksum, Progress, Run};
use super::teacher::{Standing, Teacher};
use crate::json::{self, Fault, Writer};
use crate::scenario::model::GREATEST;
use crate::scenario::values::Whole;
use crate::time::micros;

/// What faults call the document.
const RESULT: &str = "result";

/// A learner's result in a lesson: what was done, and what is claimed to have come of it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "A result"))]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// Whose it is, as the learner or the page has it; may be empty.
    pub learner: String,
    /// What was done.
    pub progress: Progress,
    /// What came of it.
    pub claim: Claim,
    /// A checksum of all the above, against accidents.
    pub checksum: String,
}

/// What has come of what was done.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// All steps were reached, or passed over where they may be.
    pub done: bool,
    /// Of a hundred: the share of steps that were reached without their solution.
    pub score: Whole<100>,
    /// From the start to the last step that was reached, in microseconds of the lesson's clock.
    pub took: Whole<GREATEST>,
    /// The steps.
    pub steps: Vec<StepClaim>,
    /// The text of the terminal at the end.
    pub transcript: String,
}

/// What has come of a step.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StepClaim {
    /// When it was reached, in microseconds since the start.
    pub reached: Option<Whole<GREATEST>>,
    /// It was left out, as it may be.
    pub passed: bool,
    /// How many hints were taken; one more than there are for the solution.
    pub hints: Whole<10_000>,
    /// How many mistakes were made.
    pub mistakes: Whole<10_000>,
}

/// Reads the document.
///
/// # Errors
/// What is wrong with it, and where.
pub fn read(text: &str) -> Result<Submission, Fault> {
    json::read(RESULT, text)
}

impl Claim {
    /// What has come of a lesson.
    pub fn of(teacher: &Teacher, transcript: String) -> Claim {
        let begun = teacher.begun();
        let mut took = 0;
        let step = |(place, standing): (usize, &Standing)| {
            let reached = match standing {
                Standing::Reached(at) => Some(Whole(micros(*at - begun))),
                _ => None,
            };
            took = reached.map_or(took, |at| at.0.max(took));
            let remarks = teacher.remarks().iter().filter(|r| r.step == place);
            StepClaim {
                reached,
                passed: *standing == Standing::Passed,
                hints: Whole(teacher.taken(place) as u64),
                mistakes: Whole(remarks.count() as u64),
            }
        };
        let steps: Vec<StepClaim> = teacher.standing().iter().enumerate().map(step).collect();
        Claim {
            done: teacher.is_done(),
            score: Whole(teacher.score()),
            took: Whole(took),
            steps,
            transcript,
        }
    }

    fn write(&self, out: &mut Writer) {
        out.open("{").member("done").truth(self.done);
        out.member("score").number(self.score.0);
        out.member("took").number(self.took.0);
        out.member("steps").open("[");
        for step in &self.steps {
            out.open("{");
            if let Some(reached) = step.reached {
                out.member("reached").number(reached.0);
            }
            out.member("passed").truth(step.passed);
            out.member("hints").number(step.hints.0);
            out.member("mistakes").number(step.mistakes.0);
            out.close("}");
        }
        out.close("]")
            .member("transcript")
            .text(&self.transcript)
            .close("}");
    }
}

/// The document as a text.
pub fn write(lesson: &Lesson, text: &str, run: &Run, learner: &str, claim: &Claim) -> String {
    let mut out = Writer::default();
    out.open("{")
        .member("learner")
        .text(learner)
        .member("progress");
    progress::write(lesson, text, run, &mut out);
    out.member("claim");
    claim.write(&mut out);
    let body = out.done();
    format!("{body},\"checksum\":\"{}\"}}", checksum(&body))
}
