//! An expression as a list of small steps.

use crate::regex::parse::{Edge, Part, Set};

/// One step.
#[derive(Clone, Debug)]
pub enum Step {
    /// This character.
    Char(char),
    /// Any character.
    Any,
    /// One of a set.
    Set(Set),
    /// This place.
    Edge(Edge),
    /// What a group has matched.
    Back(usize),
    /// Notes the place.
    Save(usize),
    /// Goes on there.
    Jump(usize),
    /// Goes on at both, rather at the first.
    Fork(usize, usize),
    /// The steps up to that one fit here, or so many characters before, or do not where that is
    /// negated.
    Look(usize, usize, bool),
    /// The whole has matched.
    Match,
}

/// How many steps an expression may have.
const STEPS: usize = 20_000;

/// Makes the steps.
pub fn compile(part: &Part) -> Result<Vec<Step>, &'static str> {
    let mut steps = Vec::new();
    emit(part, &mut steps)?;
    steps.push(Step::Match);
    Ok(steps)
}

/// Recursion is as deep as the parser let groups be.
fn emit(part: &Part, steps: &mut Vec<Step>) -> Result<(), &'static str> {
    if steps.len() > STEPS {
        return Err("Regular expression too big");
    }
    match part {
        Part::Empty => {}
        Part::Char(c) => steps.push(Step::Char(*c)),
        Part::Any => steps.push(Step::Any),
        Part::Set(set) => steps.push(Step::Set(set.clone())),
        Part::Edge(edge) => steps.push(Step::Edge(*edge)),
        Part::Back(number) => steps.push(Step::Back(*number)),
        Part::Group(number, inside) => {
            steps.push(Step::Save(2 * number));
            emit(inside, steps)?;
            steps.push(Step::Save(2 * number + 1));
        }
        Part::Row(parts) => {
            for part in parts {
                emit(part, steps)?;
            }
        }
        Part::Either(parts) => {
            let mut ends = Vec::new();
            for (i, part) in parts.iter().enumerate() {
                if i + 1 == parts.len() {
                    emit(part, steps)?;
                    break;
                }
                let fork = steps.len();
                steps.push(Step::Match);
                emit(part, steps)?;
                ends.push(steps.len());
                steps.push(Step::Match);
                steps[fork] = Step::Fork(fork + 1, steps.len());
            }
            let end = steps.len();
            ends.into_iter().for_each(|i| steps[i] = Step::Jump(end));
        }
        Part::Look(inside, back, is_negated) => {
            let look = steps.len();
            steps.push(Step::Match);
            emit(inside, steps)?;
            steps.push(Step::Match);
            steps[look] = Step::Look(steps.len(), *back, *is_negated);
        }
        Part::Repeat(inside, least, most, is_lazy) => {
            let fork = |at: usize, end: usize| match is_lazy {
                true => Step::Fork(end, at + 1),
                false => Step::Fork(at + 1, end),
            };
            // What may come again goes back to its last copy.
            let is_endless = most.is_none() && *least > 0;
            for _ in 0..*least - usize::from(is_endless) {
                emit(inside, steps)?;
            }
            match most {
                None if is_endless => {
                    let begin = steps.len();
                    emit(inside, steps)?;
                    let end = steps.len() + 1;
                    steps.push(match is_lazy {
                        true => Step::Fork(end, begin),
                        false => Step::Fork(begin, end),
                    });
                }
                None => {
                    let at = steps.len();
                    steps.push(Step::Match);
                    emit(inside, steps)?;
                    steps.push(Step::Jump(at));
                    steps[at] = fork(at, steps.len());
                }
                Some(most) => {
                    let mut forks = Vec::new();
                    for _ in *least..*most {
                        forks.push(steps.len());
                        steps.push(Step::Match);
                        emit(inside, steps)?;
                    }
                    let end = steps.len();
                    forks.into_iter().for_each(|at| steps[at] = fork(at, end));
                }
            }
        }
    }
    match steps.len() > STEPS {
        true => Err("Regular expression too big"),
        false => Ok(()),
    }
}
