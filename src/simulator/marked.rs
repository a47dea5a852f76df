//! What a result is worth: it is played again, and what comes of it is compared with its claim.

use crate::lesson::submission::{self, Claim, Submission};
use crate::lesson::{self, progress};
use crate::scenario::Fault;
use crate::simulator::{Outside, Simulator};

/// What was found of a result.
#[derive(Debug)]
pub struct Mark {
    /// Whose it is.
    pub learner: String,
    /// What has come of what was done, when it was done again.
    pub found: Claim,
    /// Whether that is what the result says.
    pub verdict: Verdict,
}

/// Whether a result says what is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does, to the byte.
    Agrees,
    /// It is not as it was when it was written.
    Spoilt,
    /// It says something else, and what.
    Differs(&'static str),
}

/// Marks a result of a lesson. `scenario` is the text of the one that the lesson names.
///
/// # Errors
/// What is wrong with the lesson, the scenario or the result, and where; the result is of another
/// lesson or another version of it.
pub fn mark(lesson: &str, scenario: &str, result: &str) -> Result<Mark, Fault> {
    let body = result
        .rsplit_once(",\"checksum\"")
        .map_or("", |(body, _)| body);
    let Submission {
        learner,
        progress: done,
        claim,
        checksum,
    } = submission::read(result)?;
    let run = done.run(&lesson::read(lesson)?, lesson)?;
    let outside = Outside {
        now: run.now,
        seed: run.seed,
    };
    let mut simulator = Simulator::teach(lesson, scenario, outside)?;
    simulator.again(&run.inputs);
    let Some(found) = simulator.claim() else {
        return Err(Fault {
            document: "lesson",
            place: String::new(),
            problem: "there is none".into(),
        });
    };
    let verdict = match differs(&claim, &found) {
        _ if progress::checksum(body) != checksum => Verdict::Spoilt,
        Some(what) => Verdict::Differs(what),
        None => Verdict::Agrees,
    };
    Ok(Mark {
        learner,
        found,
        verdict,
    })
}

/// In what a claim is not what was found.
fn differs(claim: &Claim, found: &Claim) -> Option<&'static str> {
    let reached = |claim: &Claim| -> Vec<bool> {
        claim
            .steps
            .iter()
            .map(|step| step.reached.is_some())
            .collect()
    };
    if claim.done != found.done || reached(claim) != reached(found) {
        Some("steps")
    } else if claim.score != found.score {
        Some("score")
    } else if claim.steps != found.steps || claim.took != found.took {
        Some("times, hints or mistakes")
    } else if claim.transcript != found.transcript {
        Some("transcript")
    } else {
        None
    }
}
