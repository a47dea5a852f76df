//! Lines of the main.cf of a lesson's world that do nothing: a slip, or what the learner is to find.

use serde_json::Value;

use super::load::Loaded;
use crate::native::unused::unused;

/// Parameters that Postfix does not have, with their places.
pub fn idle(loaded: &Loaded) -> Vec<(String, String)> {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let (world, place) = match loaded.lesson.scenario {
        Some(_) => (read(&loaded.scenario), "scenario"),
        None => (read(&loaded.text)["world"].take(), "world"),
    };
    let mut found = Vec::new();
    for (at, host) in world["hosts"].as_array().into_iter().flatten().enumerate() {
        let main_cf = lines(&host["main_cf"]);
        if main_cf.is_empty() {
            continue;
        }
        let master_cf = lines(&host["master_cf"]);
        for sentence in unused(&main_cf) {
            // A service may refer to what nothing else reads.
            let is_used = sentence
                .split([' ', ';'])
                .any(|word| word.contains('_') && master_cf.contains(&format!("${word}")));
            if !is_used {
                found.push((format!("{place}.hosts[{at}].main_cf"), sentence));
            }
        }
    }
    found
}

/// A text, or a list of its lines.
fn lines(value: &Value) -> String {
    match value {
        Value::Array(lines) => {
            let lines = lines.iter().filter_map(Value::as_str);
            lines.map(|line| format!("{line}\n")).collect()
        }
        value => value.as_str().unwrap_or("").into(),
    }
}
