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
        Part::Repeat(inside, least, most) => {
            for _ in 0..*least {
                emit(inside, steps)?;
            }
            match most {
                None => {
                    let fork = steps.len();
                    steps.push(Step::Match);
                    emit(inside, steps)?;
                    steps.push(Step::Jump(fork));
                    steps[fork] = Step::Fork(fork + 1, steps.len());
                }
                Some(most) => {
                    let mut forks = Vec::new();
                    for _ in *least..*most {
                        forks.push(steps.len());
                        steps.push(Step::Match);
                        emit(inside, steps)?;
                    }
                    let end = steps.len();
                    forks
                        .into_iter()
                        .for_each(|i| steps[i] = Step::Fork(i + 1, end));
                }
            }
        }
    }
    match steps.len() > STEPS {
        true => Err("Regular expression too big"),
        false => Ok(()),
    }
}
