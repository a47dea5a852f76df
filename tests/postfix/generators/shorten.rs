//! An input that differs, made as short as it can be while it still differs.

use std::time::{Duration, Instant};

use super::{Input, Language};

/// How many rounds there are: each asks about all that is a step shorter at once.
const ROUNDS: usize = 60;

/// How many inputs a round asks about.
const MOST: usize = 60;

/// The shortest input that was found; none where the difference does not come back.
pub fn shorten(language: &dyn Language, long: &Input, patience: Duration) -> Option<Input> {
    let begun = Instant::now();
    let mut best = first(language, std::slice::from_ref(long))?;
    for _ in 0..ROUNDS {
        let shorter: Vec<Input> = steps(&best)
            .into_iter()
            .filter(|input| language.is_input(input))
            .take(MOST)
            .collect();
        match first(language, &shorter) {
            Some(input) if begun.elapsed() < patience => best = input,
            _ => break,
        }
    }
    Some(best)
}

/// The first that differs.
fn first(language: &dyn Language, inputs: &[Input]) -> Option<Input> {
    let (real, ours) = (language.real(inputs), language.ours(inputs));
    let at = (0..inputs.len()).find(|&at| real[at] != ours[at])?;
    Some(inputs[at].clone())
}

/// All that is a step shorter, big steps first.
fn steps(input: &Input) -> Vec<Input> {
    let mut steps = Vec::new();
    for at in input.fixed..input.lines.len() {
        let mut lines = input.lines.clone();
        lines.remove(at);
        steps.push(Input { lines, ..*input });
    }
    let longest = input.lines[input.fixed..].iter().map(|l| l.chars().count());
    let mut size = longest.max().unwrap_or(0).div_ceil(2);
    while size > 0 {
        for at in input.fixed..input.lines.len() {
            let line: Vec<char> = input.lines[at].chars().collect();
            for start in (0..line.len()).step_by(size) {
                let end = (start + size).min(line.len());
                let mut lines = input.lines.clone();
                lines[at] = line[..start].iter().chain(&line[end..]).collect();
                steps.push(Input { lines, ..*input });
            }
        }
        size /= 2;
    }
    steps
}
