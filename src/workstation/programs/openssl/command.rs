//! What a command of openssl wants and is given, and how it reads and writes.

use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;

/// What a command wants before it can go on.
#[derive(Debug)]
pub(super) enum Want {
    /// All of its input.
    Input,
    /// An answer to this question.
    Line(String),
}

/// What a command has been given.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) input: Option<String>,
    pub(super) answers: Vec<String>,
    pub(super) phrases: Vec<String>,
}

/// A complaint about an option.
pub(super) fn unknown(command: &str, option: &str) -> Output {
    let text = format!("{command}: Unknown option: {option}\n{command}: Use -help for summary.");
    Output::bad(text, 1)
}

/// A file to be read; the complaint where that cannot be.
pub(super) fn read(path: &str, at: &Machine) -> Result<String, Output> {
    at.text(path).map_err(|errno| {
        let why = errno.text();
        Output::bad(format!("Can't open \"{path}\" for reading, {why}"), 1)
    })
}

/// Writes to a file, or prints.
pub(super) fn put(path: Option<&str>, text: &str, output: &mut Output, at: &mut Machine) {
    match path {
        None => output.text.push_str(text),
        Some(path) => {
            if let Err(why) = at.write(path, text, false) {
                let (path, why) = why.split_once(": ").unwrap_or((path, &why));
                output.fail(1, format!("Can't open \"{path}\" for writing, {why}\n"));
            }
        }
    }
}
