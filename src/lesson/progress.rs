//! How far a learner is, to be kept and taken up again.

use serde::Deserialize;

use super::inputs::{Input, LEAST, ROOM};
use super::model::Lesson;
use super::saved::{self, Saved};
use crate::json::{self, Fault, Writer};
use crate::scenario::model::GREATEST;
use crate::scenario::values::{Name, Whole};
use crate::time::Time;

/// What faults call the document.
const PROGRESS: &str = "progress";

/// The form of the document; one of another form is not read.
const FORMAT: u64 = 1;

/// So much may have been done.
const INPUTS: usize = ROOM / LEAST;

/// What was done in a lesson: played again in the lesson's world it gives the same to the byte.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Progress"))]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// The form of this document: 1.
    pub format: Whole<GREATEST>,
    /// The lesson's id.
    pub lesson: Name,
    /// The lesson's version.
    pub version: Whole<GREATEST>,
    /// The checksum of the lesson's text.
    pub sum: String,
    /// What the clock said at the start, in microseconds since 1970.
    pub now: Whole<GREATEST>,
    /// Where random numbers began.
    pub seed: String,
    /// What was done, in order.
    pub inputs: Vec<Saved>,
}

/// Where a run begins, and what was done.
#[derive(Debug, PartialEq, Eq)]
pub struct Run {
    /// What the clock said.
    pub now: Time,
    /// Where random numbers began.
    pub seed: u64,
    /// What was done.
    pub inputs: Vec<Input>,
}

/// Reads the document.
///
/// # Errors
/// What is wrong with it, and where.
pub fn read(text: &str) -> Result<Progress, Fault> {
    json::read(PROGRESS, text)
}

impl Progress {
    /// What is to be played again.
    ///
    /// # Errors
    /// It is of another lesson or another version of it, or of a form that is not known.
    pub fn run(self, lesson: &Lesson, text: &str) -> Result<Run, Fault> {
        let fault = |place: &str, problem: &str| Fault {
            document: PROGRESS,
            place: place.into(),
            problem: problem.into(),
        };
        if self.format.0 != FORMAT {
            return Err(fault("format", "only 1 is known here"));
        }
        if self.lesson.0 != lesson.id.0 {
            return Err(fault("lesson", "it is of another lesson"));
        }
        if self.version.0 != lesson.version() || self.sum != checksum(text) {
            return Err(fault("version", "the lesson has changed since"));
        }
        if self.inputs.len() > INPUTS {
            return Err(fault("inputs", "there are too many"));
        }
        let seed = self.seed.parse();
        Ok(Run {
            now: Time(self.now.0),
            seed: seed.map_err(|_| fault("seed", "it is not a number"))?,
            inputs: saved::inputs(self.inputs),
        })
    }
}

/// Writes the document: of a lesson with its text, and what was done there.
pub fn write(lesson: &Lesson, text: &str, run: &Run, out: &mut Writer) {
    out.open("{").member("format").number(FORMAT);
    out.member("lesson").text(&lesson.id.0);
    out.member("version").number(lesson.version());
    out.member("sum").text(&checksum(text));
    out.member("now").number(run.now.0);
    out.member("seed").text(&run.seed.to_string());
    out.member("inputs");
    saved::write(&run.inputs, out);
    out.close("}");
}

/// A checksum of a text (FNV-1a of 64 bits): it tells accidents, and no fraud.
///
/// ```
/// use smtp_terminal::lesson::progress::checksum;
/// assert_eq!(checksum(""), "cbf29ce484222325");
/// assert_eq!(checksum("a"), "af63dc4c8601ec8c");
/// ```
pub fn checksum(text: &str) -> String {
    let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        sum ^= u64::from(byte);
        sum = sum.wrapping_mul(0x0100_0000_01b3);
    }
    format!("{sum:016x}")
}
