//! What serde says of a value that does not fit, in our words.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

/// What is wrong with a value, without its place. In a box, because it travels through every
/// reader of a value: unboxed it would weigh 860 bytes more.
#[derive(Debug)]
#[allow(clippy::box_collection)]
pub struct Problem(pub Box<String>);

impl Problem {
    /// What is wrong, in a sentence.
    pub fn new(problem: String) -> Problem {
        Problem(Box::new(problem))
    }
}

/// A text of the document as a message shows it: cut where it is long, and without characters
/// that a terminal would obey.
pub fn shown(text: &str, longest: usize) -> String {
    let mut shown = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == longest {
            shown.push('…');
            break;
        }
        let is_control = c < ' ' || ('\u{7f}'..'\u{a0}').contains(&c);
        shown.push(if is_control { '\u{fffd}' } else { c });
    }
    shown
}

/// A name or text of the document in quotes, as a message shows it.
///
/// ```
/// use smtp_terminal::json::quote;
/// assert_eq!(quote("usr"), "\"usr\"");
/// assert_eq!(quote(&"a\n".repeat(100)).chars().count(), 43);
/// ```
pub fn quote(text: &str) -> String {
    format!("\"{}\"", shown(text, 40))
}

/// Whether a name has all letters of another but one, at its start and at its end.
fn is_near(name: &str, other: &str) -> bool {
    let (name, other) = (name.as_bytes(), other.as_bytes());
    let start = name.iter().zip(other).take_while(|(a, b)| a == b);
    let (backward, other_backward) = (name.iter().rev(), other.iter().rev());
    let end = backward.zip(other_backward).take_while(|(a, b)| a == b);
    start.count() + end.count() + 1 >= other.len().max(3)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

impl Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Problem {
        Problem::new(message.to_string())
    }

    fn invalid_type(found: Unexpected, expected: &dyn Expected) -> Problem {
        let found = match found {
            Unexpected::Bool(_) => "; this is true or false",
            Unexpected::Str(_) => "; this is a text",
            Unexpected::Unit => "; there is nothing",
            Unexpected::Seq => "; this is a list",
            Unexpected::Map => "; this is an object",
            // What is expected says already which numbers fit.
            _ => "",
        };
        Problem::new(format!("expected {expected}{found}"))
    }

    fn invalid_value(found: Unexpected, expected: &dyn Expected) -> Problem {
        Problem::invalid_type(found, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Problem {
        Problem::new(format!("expected {expected}; there are {length}"))
    }

    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Problem {
        let near = known.iter().find(|known| is_near(name, known));
        let near = near.map_or(String::new(), |near| format!(". Did you mean \"{near}\"?"));
        let (name, known) = (quote(name), known.join(", "));
        Problem::new(format!("there is no {name} here; use {known}{near}"))
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Problem {
        Problem::unknown_variant(name, known)
    }

    fn missing_field(name: &'static str) -> Problem {
        Problem::new(format!("\"{name}\" is missing here"))
    }

    fn duplicate_field(name: &'static str) -> Problem {
        Problem::new(format!("\"{name}\" is here twice"))
    }
}
