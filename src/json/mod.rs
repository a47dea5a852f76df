//! Documents: JSON texts, read into serde types.
//!
//! The host's own parser reads the text (in the browser `JSON.parse`, natively `serde_json`), so
//! that the bundle carries none. What it makes of it stays where it is and is opened one level at
//! a time, as far as the types ask, so that no depth of nesting costs anything. Numbers are those
//! of JavaScript on either host.
//!
//! A type of a document derives `Deserialize`. A member that may be missing is an `Option`, and
//! `null` is as good as missing; names that a struct does not know are refused. `serde(alias)`
//! does not work here (see `reader`).

#[cfg_attr(target_arch = "wasm32", path = "browser.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "native.rs")]
mod host;
mod node;
mod path;
mod problem;
mod reader;
mod write;

use std::fmt;

use serde::de::DeserializeOwned;

use host::{parse, refusal, Value};
use path::Path;
use problem::Problem;
pub use problem::{quote, shown};
use reader::Reader;
pub use write::Writer;

/// Longer texts are refused, in bytes.
const LONGEST: usize = 1 << 23;

/// What is wrong with a document: where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What the document is: `scenario`.
    pub document: &'static str,
    /// The place, as a path: `hosts[1].main_cf`; empty for the whole.
    pub place: String,
    /// What is wrong there.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.document)?;
        if !self.place.is_empty() {
            write!(f, ", at {}", self.place)?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for Fault {}

/// Reads a document, of which faults say what it is.
///
/// ```
/// use smtp_terminal::json::read;
/// let ports: Vec<u16> = read("list", "[25, 587]").unwrap();
/// assert_eq!(ports, [25, 587]);
/// let fault = read::<Vec<u16>>("list", "[25, true]").unwrap_err();
/// assert_eq!(fault.to_string(), "list, at [1]: expected u16; this is true or false");
/// ```
///
/// # Errors
/// A text that is too long or not JSON, or what the type says of it.
pub fn read<T: DeserializeOwned>(document: &'static str, text: &str) -> Result<T, Fault> {
    let path = Path::default();
    let value = open(text);
    let read = value.and_then(|value| T::deserialize(Reader::new(value, &path)));
    read.map_err(|Problem(problem)| Fault {
        document,
        place: path.text(),
        problem: *problem,
    })
}

fn open(text: &str) -> Result<Value, Problem> {
    if text.len() > LONGEST {
        return Err(Problem::new(
            "it is too long: at most 8 MiB are read".into(),
        ));
    }
    parse(text).map_err(|why| Problem::new(refusal(why)))
}

#[cfg(test)]
mod tests;
