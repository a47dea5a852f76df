//! Inputs as documents have them.

use std::time::Duration;

use serde::Deserialize;

use super::inputs::Input;
use super::typing::{key_name, key_named};
use crate::json::Writer;
use crate::scenario::model::GREATEST;
use crate::scenario::values::Whole;
use crate::time::micros;
use crate::workstation::answer::Asked;

/// One thing that was done.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Saved {
    /// A line was typed, and Enter.
    Line(String),
    /// A key was pressed: `a`, `^C`, `<Up>`.
    Key(String),
    /// The line that is being typed became this one.
    Set(Line),
    /// Time has passed until so many microseconds after the start.
    Tick(Whole<GREATEST>),
    /// The clock was put forward by so many microseconds.
    Skip(Whole<GREATEST>),
    /// A main.cf was written.
    MainCf(MainCf),
    /// The front end has an editor.
    Edits,
    /// An editor was told to save this.
    Save(String),
    /// An editor was told to save this, and to end.
    SaveAndClose(String),
    /// An editor was told to end.
    Close,
    /// What never ends was stopped.
    BreakOff,
    /// A hint was taken.
    Hint,
}

/// A line while it is being typed.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its text.
    text: String,
    /// The cursor stands after so many characters.
    cursor: Whole<GREATEST>,
}

/// A main.cf.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MainCf {
    /// Of which host.
    host: String,
    /// Its text.
    text: String,
}

/// What was done, as values; what no key has as its name is left out.
pub fn inputs(saved: Vec<Saved>) -> Vec<Input> {
    saved.into_iter().filter_map(input).collect()
}

fn input(saved: Saved) -> Option<Input> {
    let span = |micros: Whole<GREATEST>| Duration::from_micros(micros.0);
    Some(match saved {
        Saved::Line(line) => Input::Line(line),
        Saved::Key(key) => Input::Key(key_named(&key)?),
        Saved::Set(line) => Input::Set(line.text, line.cursor.0 as usize),
        Saved::Tick(elapsed) => Input::Tick(span(elapsed)),
        Saved::Skip(time) => Input::Skip(span(time)),
        Saved::MainCf(file) => Input::Configure(file.host, file.text),
        Saved::Edits => Input::Edits,
        Saved::Save(text) => Input::Edit(Asked::Save(text)),
        Saved::SaveAndClose(text) => Input::Edit(Asked::SaveAndClose(text)),
        Saved::Close => Input::Edit(Asked::Close),
        Saved::BreakOff => Input::BreakOff,
        Saved::Hint => Input::Hint,
    })
}

/// Writes what was done as a list.
pub fn write(inputs: &[Input], out: &mut Writer) {
    out.open("[");
    for input in inputs {
        let named = match input {
            Input::Edits => Some("edits"),
            Input::Edit(Asked::Close) => Some("close"),
            Input::BreakOff => Some("break_off"),
            Input::Hint => Some("hint"),
            _ => None,
        };
        if let Some(name) = named {
            out.text(name);
            continue;
        }
        out.open("{");
        match input {
            Input::Line(line) => out.member("line").text(line),
            Input::Key(key) => out.member("key").text(&key_name(*key)),
            Input::Set(text, cursor) => {
                out.member("set").open("{").member("text").text(text);
                out.member("cursor").number(*cursor as u64).close("}")
            }
            Input::Tick(elapsed) => out.member("tick").number(micros(*elapsed)),
            Input::Skip(time) => out.member("skip").number(micros(*time)),
            Input::Configure(host, text) => {
                out.member("main_cf").open("{").member("host").text(host);
                out.member("text").text(text).close("}")
            }
            Input::Edit(Asked::Save(text)) => out.member("save").text(text),
            Input::Edit(Asked::SaveAndClose(text)) => out.member("save_and_close").text(text),
            Input::Edits | Input::Edit(Asked::Close) | Input::BreakOff | Input::Hint => &mut *out,
        };
        out.close("}");
    }
    out.close("]");
}
