//! A lesson in a link.

use std::path::Path;

use serde_json::Value;
use smtp_terminal::lesson;
use smtp_terminal::smtp::sasl::to_base64;

use super::load::load;
use super::told::{well, Told};

/// The longest fragment: longer links are cut by what they are sent through.
const LONGEST: usize = 16_000;

/// Prints a link.
pub fn run(path: &Path, page: &str) -> Result<Told, String> {
    let loaded = load(path)?;
    let name = path.display();
    let mut value: Value =
        serde_json::from_str(&loaded.text).map_err(|e| format!("{name}: {e}"))?;
    strip(&mut value);
    if let (Some(members), false) = (value.as_object_mut(), loaded.scenario.is_empty()) {
        let world = serde_json::from_str(&loaded.scenario).map_err(|e| format!("{name}: {e}"))?;
        members.shift_remove("scenario");
        members.insert("world".into(), world);
    }
    let text = value.to_string();
    // What a reader of the link will be given is a lesson.
    lesson::read(&text).map_err(|fault| format!("{name}: {fault}"))?;
    let coded = to_base64(text.as_bytes());
    let coded = coded
        .trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_");
    if coded.len() > LONGEST {
        let length = coded.len();
        return Err(format!(
            "{name}: the link would have {length} characters, and {LONGEST} are the most; put the file on a web server"
        ));
    }
    well(format!("{page}#lesson={coded}\n"))
}

/// Takes out what is for authors.
fn strip(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.shift_remove("$comment");
            members.shift_remove("$schema");
            members.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
