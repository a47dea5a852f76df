//! Whether a lesson does what its author thinks: every solution is typed, and every mistake that has
//! an example is made.

use std::time::Duration;

use crate::lesson::condition::Condition;
use crate::lesson::{self, Lesson, Remark, Teacher};
use crate::scenario::Fault;
use crate::simulator::{Outside, Simulator};

/// So many seconds a solution that lacks a `<wait …>` is given, for its author to be told.
const PATIENCE: u64 = 5;

/// What came of it.
#[derive(Debug, Default)]
pub struct Tried {
    /// How many steps were reached by their solutions.
    pub steps: usize,
    /// How many mistakes were made, each of which got its sentence.
    pub mistakes: usize,
    /// The places of mistakes that have no example.
    pub untried: Vec<String>,
    /// What is not as it should be.
    pub problems: Vec<Problem>,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where in the document: `steps[3].solution`.
    pub place: String,
    /// What is wrong there.
    pub problem: String,
    /// What the terminal showed.
    pub screen: String,
}

/// Tries a lesson. `scenario` is the text of the one that it names.
///
/// # Errors
/// What is wrong with the lesson or the scenario, and where.
pub fn try_out(text: &str, scenario: &str) -> Result<Tried, Fault> {
    let lesson = lesson::read(text)?;
    let mut simulator = Simulator::teach(text, scenario, Outside::default())?;
    let mut tried = Tried::default();
    for at in 0..lesson.steps.len() {
        if simulator.at() > at {
            tried.add(
                at,
                "goal",
                "it holds before its solution is typed",
                &simulator,
            );
            continue;
        }
        tried.mistakes_of(&lesson, at, &mut simulator);
        let remarks = simulator.remarks().len();
        simulator.play();
        simulator.settle();
        if simulator.at() <= at {
            let missing = simulator.missing(None);
            simulator.skip(Duration::from_secs(PATIENCE));
            simulator.settle();
            let is_late = simulator.at() > at;
            let problem = match is_late {
                true => format!("it leads to the goal only later; end it with <wait {PATIENCE}>"),
                false => format!("it does not lead to the goal{missing}"),
            };
            tried.add(at, "solution", &problem, &simulator);
            if !is_late {
                break;
            }
        }
        if let Some(remark) = simulator.remarks().get(remarks) {
            let problem = format!("it is taken for a mistake ({})", place_of(&lesson, remark));
            tried.add(at, "solution", &problem, &simulator);
        }
        tried.steps += 1;
    }
    Ok(tried)
}

impl Tried {
    fn add(&mut self, step: usize, member: &str, problem: &str, simulator: &Simulator) {
        self.problems.push(Problem {
            place: format!("steps[{step}].{member}"),
            problem: problem.into(),
            screen: simulator.transcript(),
        });
    }

    /// Makes the mistakes of a step that is to be done; those of the lesson are made in the first.
    fn mistakes_of(&mut self, lesson: &Lesson, at: usize, simulator: &mut Simulator) {
        let own = lesson.steps.get(at).map_or(0, |step| step.mistakes().len());
        let all = lesson::teacher::all_mistakes(lesson, lesson.steps.get(at));
        for (place, mistake) in all.enumerate() {
            if place >= own && at > 0 {
                break;
            }
            let remark = Remark {
                at: simulator.world().now(),
                step: at,
                mistake: place,
            };
            let name = place_of(lesson, &remark);
            let Some(example) = &mistake.example else {
                self.untried.push(name);
                continue;
            };
            let before = simulator.remarks().len();
            let lines: Vec<&str> = example.iter().map(|line| line.0.as_str()).collect();
            simulator.perform(&lines);
            simulator.settle();
            let said = simulator.remarks().iter().skip(before);
            let count = said.filter(|r| r.step == at && r.mistake == place).count();
            let problem = match count {
                _ if simulator.at() > at => Some("its example reaches the goal".into()),
                0 => {
                    let missing = simulator.missing(Some(place));
                    Some(format!("its example is not noticed{missing}"))
                }
                1 => None,
                _ => Some("its example is noticed more than once".into()),
            };
            match problem {
                None => self.mistakes += 1,
                Some(problem) => self.problems.push(Problem {
                    place: name,
                    problem,
                    screen: simulator.transcript(),
                }),
            }
            simulator.restart_step();
        }
    }
}

/// Where a mistake stands in the document.
fn place_of(lesson: &Lesson, remark: &Remark) -> String {
    let own = lesson
        .steps
        .get(remark.step)
        .map_or(0, |step| step.mistakes().len());
    match remark.mistake.checked_sub(own) {
        None => format!("steps[{}].mistakes[{}]", remark.step, remark.mistake),
        Some(place) => format!("mistakes[{place}]"),
    }
}

impl Simulator {
    fn at(&self) -> usize {
        self.teacher().map_or(usize::MAX, Teacher::at)
    }

    /// What has not come to hold of the present step's goal, or of a mistake, as the end of a sentence.
    fn missing(&self, mistake: Option<usize>) -> String {
        let (world, own) = (self.world(), &self.workstation().host);
        let missing = self.teacher().and_then(|teacher| match mistake {
            None => teacher.missing(world, own),
            Some(mistake) => teacher.unmade(mistake, world, own),
        });
        let Some((place, condition)) = missing else {
            return String::new();
        };
        let said = match condition {
            Condition::Reply(_)
            | Condition::Greeted(_)
            | Condition::Sender(_)
            | Condition::Recipients(_)
            | Condition::Accepted(_)
            | Condition::Authenticated(_) => self.replied(),
            _ => None,
        };
        let said = said.map_or(String::new(), |said| {
            format!("; the last reply is “{said}”")
        });
        // `LogRead(…)` is `log_read` in a document.
        let mut name = String::new();
        for letter in format!("{condition:?}")
            .chars()
            .take_while(|c| c.is_ascii_alphabetic())
        {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        }
        format!(": {place}.{name} has not come to hold{said}")
    }

    /// What a server has said last, as the terminal shows it.
    fn replied(&self) -> Option<String> {
        let screen = self.transcript();
        let mut replies = screen
            .lines()
            .map(|row| row.trim_start_matches(['<', '-', '~', '*', ' ']));
        let is_reply = |row: &&str| {
            let mut bytes = row.bytes();
            let digits = bytes.by_ref().take(3).filter(u8::is_ascii_digit).count();
            digits == 3 && matches!(bytes.next(), Some(b' ' | b'-'))
        };
        replies.rfind(is_reply).map(str::to_string)
    }

    fn remarks(&self) -> &[Remark] {
        self.teacher().map_or(&[], Teacher::remarks)
    }
}
