//! What the types do not say of a lesson.

use super::condition::Condition;
use super::event::{pattern_of, regex};
use super::markdown;
use super::model::{Lesson, Mistake, LESSON};
use super::words::Words;
use crate::json::{self, quote, Fault};

/// How deep a document may be: conditions within conditions, and a whole scenario.
const DEEPEST: usize = 48;

/// How many steps a lesson may have.
const STEPS: usize = 200;

/// Reads a lesson.
///
/// ```
/// let fault = smtp_terminal::lesson::read(r#"{ "id": "x", "title": "x", "steps": [] }"#);
/// assert_eq!(fault.unwrap_err().to_string(), "lesson, at steps: a lesson has a step at least");
/// ```
///
/// # Errors
/// What is wrong, and where.
pub fn read(text: &str) -> Result<Lesson, Fault> {
    let fault = |place: &str, problem: &str| Fault {
        document: LESSON,
        place: place.into(),
        problem: problem.into(),
    };
    if depth(text) > DEEPEST {
        return Err(fault("", "there is too much inside of each other"));
    }
    let lesson: Lesson = json::read(LESSON, text)?;
    match check(&lesson) {
        None => Ok(lesson),
        Some((place, problem)) => Err(fault(&place, &problem)),
    }
}

/// How deep a JSON text goes, which is known before it is parsed.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    let (mut is_text, mut is_escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

type Problem = (String, String);

fn check(lesson: &Lesson) -> Option<Problem> {
    let problem = |place: &str, problem: &str| Some((place.to_string(), problem.to_string()));
    if lesson.steps.is_empty() {
        return problem("steps", "a lesson has a step at least");
    }
    if lesson.steps.len() > STEPS {
        return problem("steps", "a lesson has 200 steps at most");
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !lesson.id.0.chars().all(is_plain) || lesson.id.0.len() > 64 {
        return problem("id", "an id has letters, digits and hyphens, 64 at most");
    }
    if lesson.scenario.is_some() && lesson.world.is_some() {
        return problem("world", "there is a scenario already; write one of the two");
    }
    if let Some(name) = lesson
        .scenario
        .as_ref()
        .filter(|name| !name.0.chars().all(is_plain))
    {
        let name = quote(&name.0);
        return problem(
            "scenario",
            &format!("{name} is no name of a file without .json"),
        );
    }
    for (place, text) in [("intro", &lesson.intro), ("outro", &lesson.outro)] {
        if let Some(found) = text.as_ref().and_then(|words| in_words(words, place)) {
            return Some(found);
        }
    }
    for (i, step) in lesson.steps.iter().enumerate() {
        let place = format!("steps[{i}]");
        let found = in_words(&step.text, &format!("{place}.text"))
            .or_else(|| in_condition(&step.goal, &format!("{place}.goal")))
            .or_else(|| in_mistakes(step.mistakes(), &place));
        if found.is_some() {
            return found;
        }
        if step.title.is_empty() {
            return problem(&format!("{place}.title"), "it is empty");
        }
        let hints = step.hints().iter().enumerate();
        for (i, hint) in hints {
            if let Some(found) = in_words(hint, &format!("{place}.hints[{i}]")) {
                return Some(found);
            }
        }
    }
    in_mistakes(lesson.mistakes.as_deref().unwrap_or_default(), "")
}

fn in_mistakes(mistakes: &[Mistake], place: &str) -> Option<Problem> {
    let dot = if place.is_empty() { "" } else { "." };
    mistakes.iter().enumerate().find_map(|(i, mistake)| {
        let place = format!("{place}{dot}mistakes[{i}]");
        in_condition(&mistake.when, &format!("{place}.when"))
            .or_else(|| in_words(&mistake.say, &format!("{place}.say")))
    })
}

fn in_words(words: &Words, place: &str) -> Option<Problem> {
    if words.is_empty() {
        return Some((place.into(), "it is empty".into()));
    }
    words.0.iter().find_map(|(tag, text)| {
        let place = match tag.as_str() {
            "" => place.to_string(),
            tag => format!("{place}.{tag}"),
        };
        markdown::parse(text).err().map(|why| (place, why))
    })
}

fn in_condition(condition: &Condition, place: &str) -> Option<Problem> {
    let list = |name: &str, list: &[Condition]| match list.is_empty() {
        true => Some((
            format!("{place}.{name}"),
            "there is no condition in it".into(),
        )),
        false => list
            .iter()
            .enumerate()
            .find_map(|(i, one)| in_condition(one, &format!("{place}.{name}[{i}]"))),
    };
    match condition {
        Condition::All(all) => return list("all", all),
        Condition::Any(any) => return list("any", any),
        Condition::Sequence(sequence) => return list("sequence", sequence),
        Condition::Not(inner) => return in_condition(inner, &format!("{place}.not")),
        Condition::Within(within) => {
            return in_condition(&within.goal, &format!("{place}.within.goal"))
        }
        Condition::Times(times) => {
            return in_condition(&times.goal, &format!("{place}.times.goal"))
        }
        _ => {}
    }
    let pattern = pattern_of(condition)?;
    let why = regex(pattern).err()?;
    let problem = format!("{} is no regular expression: {why}", quote(pattern));
    Some((place.into(), problem))
}
