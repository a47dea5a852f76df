//! What a lesson may say, a type for each object of the document. The comments here are the
//! descriptions of its JSON Schema, `www/schema/lesson.json`.

use serde::Deserialize;

use super::condition::Condition;
use super::words::Words;
use crate::scenario::model::Document as World;
use crate::scenario::values::{Name, Text, Whole};

/// What faults call the document.
pub const LESSON: &str = "lesson";

/// A lesson for smtp-terminal: what is to be done in a world, step by step, and how it is seen that
/// it was done.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "A lesson"))]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Where this schema is, for editors.
    #[serde(rename = "$schema")]
    pub schema: Option<Text>,
    /// A remark for who reads the file; nobody else sees it.
    #[serde(rename = "$comment")]
    pub comment: Option<Text>,
    /// Its name in links and results, as its file is called: `first-mail`.
    pub id: Name,
    /// Counted up when steps change, so that an older result is known for what it is; 1 where
    /// nothing is written.
    pub version: Option<Whole<1_000_000>>,
    /// Its title.
    pub title: Words,
    /// What there is to be learnt, a sentence each.
    pub learn: Option<Vec<Words>>,
    /// How long it takes, in minutes.
    pub minutes: Option<Whole<600>>,
    /// The lessons that come before, by their id.
    pub prerequisites: Option<Vec<Name>>,
    /// The world that it plays in: the name of a scenario's file in the folder of the lesson,
    /// without `.json`. The tutorial's world where neither this nor `world` is written.
    pub scenario: Option<Name>,
    /// The same, written here: a whole scenario.
    pub world: Option<World>,
    /// What is said before the first step (Markdown).
    pub intro: Option<Words>,
    /// The steps, in order. A lesson in which something is to be found out has one.
    pub steps: Vec<Step>,
    /// Mistakes that are likely at every step.
    pub mistakes: Option<Vec<Mistake>>,
    /// What is said after the last step (Markdown).
    pub outro: Option<Words>,
}

/// A step: what is to be done, and how it is seen that it was done.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// A remark for who reads the file; nobody else sees it.
    #[serde(rename = "$comment")]
    pub comment: Option<Text>,
    /// Its title, a few words.
    pub title: Words,
    /// What to do and why (Markdown: paragraphs, `*emphasis*`, `**strong**`, code, lists, links;
    /// `> command` in backquotes is a command to press).
    pub text: Words,
    /// The step is reached when this holds. What was done before the step counts.
    pub goal: Condition,
    /// Only what happens after the step before was reached counts.
    pub anew: Option<bool>,
    /// It may be left out: a later step's goal that holds passes over it.
    pub optional: Option<bool>,
    /// What helps, one at a time; after the last of them comes the solution.
    pub hints: Option<Vec<Words>>,
    /// How long a pause is, in seconds, after which a hint is offered; 90 where nothing is written.
    pub pause: Option<Whole<3_600>>,
    /// The likely mistakes.
    pub mistakes: Option<Vec<Mistake>>,
    /// What to type to reach the goal from where the step before ended. A line ends with Enter, but
    /// for one that ends with a key (`^C`, `^D`, `^]`, `<Up>`, `<Tab>`); `<wait 60>` lets a minute
    /// pass.
    pub solution: Vec<Text>,
}

/// A likely mistake, and the sentence that helps.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mistake {
    /// It was made when this holds; what happened before the step does not count.
    pub when: Condition,
    /// What is said then.
    pub say: Words,
    /// What to type to make it, where the step begins: `lesson check` tries it.
    pub example: Option<Vec<Text>>,
}

impl Lesson {
    /// Its version, 1 where nothing is written.
    pub fn version(&self) -> u64 {
        self.version.map_or(1, |version| version.0)
    }
}

impl Step {
    /// Its hints.
    pub fn hints(&self) -> &[Words] {
        self.hints.as_deref().unwrap_or_default()
    }

    /// Its mistakes.
    pub fn mistakes(&self) -> &[Mistake] {
        self.mistakes.as_deref().unwrap_or_default()
    }
}
