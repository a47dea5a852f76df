//! What a program says when it starts.

use crate::smtp::policy::Note;

/// What a program will say of its configuration when it starts.
pub(in crate::postfix::server) fn note(
    notes: &mut Vec<Note>,
    program: &'static str,
    warnings: &[String],
) {
    let note = |warning: &String| Note {
        program,
        text: match warning.starts_with("error: ") {
            true => warning.clone(),
            false => format!("warning: {warning}"),
        },
    };
    notes.extend(warnings.iter().map(note));
}
