//! A lesson's file with its scenario.

use std::path::Path;

use smtp_terminal::lesson::{self, Lesson};

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
    let lesson = lesson::read(&text).map_err(|fault| format!("{name}: {fault}"))?;
    let scenario = match &lesson.scenario {
        None => String::new(),
        Some(named) => {
            let scenario = path.with_file_name(format!("{}.json", named.0));
            file::read(&scenario).map_err(|why| format!("{name}: lesson, at scenario: {why}"))?
        }
    };
    Ok(Loaded {
        text,
        scenario,
        lesson,
    })
}
