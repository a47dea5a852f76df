//! A lesson's file with its scenario.

use std::path::Path;

use serde_json::Value;
use smtp_terminal::lesson::{self, Lesson};
use smtp_terminal::scenario::Scenario;

use crate::native::file;

/// What was read.
pub struct Loaded {
    /// The lesson's text.
    pub text: String,
    /// The text of the scenario that it names; empty where it names none.
    pub scenario: String,
    /// The lesson.
    pub lesson: Lesson,
}

/// Reads a lesson.
///
/// # Errors
/// A file that cannot be read, or what is wrong with the lesson.
pub fn load(path: &Path) -> Result<Loaded, String> {
    let name = path.display();
    let text = file::read(path)?;
    if text.trim().is_empty() {
        return Err(format!(
            "{name}: the file is empty (`smtp-terminal lesson new` writes a lesson to begin with)"
        ));
    }
    let lesson = lesson::read(&text).map_err(|fault| match kind(&text) {
        None | Some("lesson") => format!("{name}: {fault}"),
        Some(kind) => format!("{name}: this is a {kind}, and no lesson"),
    })?;
    let scenario = match &lesson.scenario {
        None => String::new(),
        Some(named) => {
            let scenario = path.with_file_name(format!("{}.json", named.0));
            let complaint = |why| format!("{name}: lesson, at scenario: {why}");
            let text = file::read(&scenario).map_err(complaint)?;
            // Whoever packs, links or marks is told as well.
            let fault = Scenario::parse(&text).err();
            if let Some(fault) = fault {
                return Err(complaint(format!("{}: {fault}", scenario.display())));
            }
            text
        }
    };
    Ok(Loaded {
        text,
        scenario,
        lesson,
    })
}

/// What a document is, as far as its members tell.
pub fn kind(text: &str) -> Option<&'static str> {
    let value: Value = serde_json::from_str(text).ok()?;
    let has = |name: &str| value.get(name).is_some();
    let kinds = [
        ("claim", "result"),
        ("steps", "lesson"),
        ("groups", "course"),
        ("hosts", "scenario"),
        ("workstation", "scenario"),
    ];
    let found = kinds.iter().find(|(member, _)| has(member));
    found.map(|(_, kind)| *kind)
}
