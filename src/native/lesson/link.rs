//! A lesson in a link.

use std::path::Path;

use serde_json::Value;
use smtp_terminal::lesson;
use smtp_terminal::smtp::sasl::to_base64;

use super::load::load;
use super::told::{well, Told};

/// The longest fragment: longer links are cut by what they are sent through.
const LONGEST: usize = 16_384;

/// Prints a link. Of a lesson in several languages it has those of `wanted`; without any, all if they
/// fit, else English and those that fit beside it.
///
/// # Errors
/// The lesson cannot be read, has none of the languages, or is too long even so.
pub fn run(path: &Path, page: &str, wanted: &[String]) -> Result<Told, String> {
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
    let all = languages(&value);
    let (text, left_out) = match wanted {
        [] => fitting(&value, &all),
        wanted => {
            if let Some(unknown) = wanted.iter().find(|tag| !all.contains(tag)) {
                let there = match &all[..] {
                    [] => "it is in one language, and does not say in which".into(),
                    all => format!("there are {}", all.join(", ")),
                };
                return Err(format!("{name}: there is no text in {unknown}; {there}"));
            }
            (in_languages(&value, &all, wanted), Vec::new())
        }
    };
    // What a reader of the link will be given is a lesson.
    lesson::read(&text).map_err(|fault| format!("{name}: {fault}"))?;
    let length = length(&text);
    if length > LONGEST {
        let hint = match all.len() {
            0 | 1 => "",
            _ => "choose languages with --lang, or ",
        };
        return Err(format!(
            "{name}: the link would have {length} characters, and {LONGEST} are the most; {hint}put the file on a web server"
        ));
    }
    if !left_out.is_empty() {
        let left_out = left_out.join(", ");
        eprintln!("smtp-terminal: {name}: left out, because the link would be too long: {left_out} (--lang chooses)");
    }
    let coded = to_base64(text.as_bytes());
    let coded = coded
        .trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_");
    well(format!("{page}#lesson={coded}\n"))
}

/// How long the fragment of a text is: base64 without what fills it up.
fn length(text: &str) -> usize {
    (text.len() * 4).div_ceil(3)
}

/// The languages that the title is in, in its order.
pub fn languages(value: &Value) -> Vec<String> {
    let title = value.get("title").and_then(Value::as_object);
    title.map_or(Vec::new(), |title| title.keys().cloned().collect())
}

/// The lesson in as many languages as fit, English before all, and those that do not.
fn fitting(value: &Value, all: &[String]) -> (String, Vec<String>) {
    let first = all.iter().position(|tag| tag == "en").unwrap_or(0);
    let Some(first) = all.get(first) else {
        return (value.to_string(), Vec::new());
    };
    let mut kept = vec![first.clone()];
    let mut left_out = Vec::new();
    for tag in all.iter().filter(|tag| *tag != first) {
        kept.push(tag.clone());
        if length(&in_languages(value, all, &kept)) > LONGEST {
            kept.pop();
            left_out.push(tag.clone());
        }
    }
    (in_languages(value, all, &kept), left_out)
}

/// The lesson with its texts in some of its languages; a text that has none of them stays.
fn in_languages(value: &Value, all: &[String], kept: &[String]) -> String {
    let mut value = value.clone();
    keep(&mut value, all, kept);
    value.to_string()
}

fn keep(value: &mut Value, all: &[String], kept: &[String]) {
    match value {
        Value::Object(members) => {
            let is_text = !members.is_empty() && members.keys().all(|name| all.contains(name));
            if is_text && members.keys().any(|name| kept.contains(name)) {
                members.retain(|name, _| kept.contains(name));
            }
            members
                .values_mut()
                .for_each(|value| keep(value, all, kept));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| keep(value, all, kept)),
        _ => {}
    }
}

/// Takes out what is for authors: comments, and how `lesson check` makes a mistake.
fn strip(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.shift_remove("$comment");
            members.shift_remove("$schema");
            if members.contains_key("when") && members.contains_key("say") {
                members.shift_remove("example");
            }
            members.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
