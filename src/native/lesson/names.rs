//! What a lesson names and what is not there, which its types do not say: hosts that nobody can reach, and of
//! which no condition comes to hold; commands of more than a word.

use std::collections::BTreeSet;

use serde_json::Value;
use smtp_terminal::lesson::markdown::{parse, Block, Inline};
use smtp_terminal::lesson::{Lesson, Words};
use smtp_terminal::network::World;
use smtp_terminal::simulator::Simulator;
use smtp_terminal::workstation::programs::address::addresses;

use super::load::Loaded;

/// Programs whose words are hosts. Of `swaks` and `openssl` only those behind an option are.
const PROGRAMS: [&str; 6] = ["telnet", "nc", "netcat", "ssh", "ping", "tracepath"];
const OPTIONS: [&str; 4] = ["--server", "-s", "-connect", "--connect"];

/// Is told of a text in a document: its place, the name of the member, the text.
pub type Found<'f> = dyn FnMut(String, &str, &str) + 'f;

/// Each with its place, and what is wrong there.
pub fn strangers(loaded: &Loaded, simulator: &Simulator) -> Vec<(String, String)> {
    let (world, own) = (simulator.world(), simulator.workstation().host.as_str());
    let mut found = Vec::new();
    let bom = '\u{feff}';
    if let Ok(document) = serde_json::from_str(loaded.text.trim_start_matches(bom)) {
        for name in ["steps", "mistakes"] {
            conditions(
                &document,
                name,
                name,
                &mut |place, member, text| match member {
                    "host" if !is_there(world, own, text) => {
                        found.push((place, unknown(world, text)))
                    }
                    _ => {}
                },
            );
        }
    }
    let tried = tried(&loaded.lesson);
    for (place, words) in texts(&loaded.lesson) {
        // The commands are the same in all languages.
        let Some((_, text)) = words.0.first() else {
            continue;
        };
        for line in commands(text) {
            // What the lesson itself types has been seen to work, or to fail as it should.
            if tried.contains(line.as_str()) {
                continue;
            }
            let names = hosts(&line).into_iter();
            for host in names.filter(|host| !is_there(world, own, host)) {
                found.push((place.clone(), format!("`{line}`: {}", unknown(world, host))));
            }
        }
    }
    found
}

fn is_there(world: &World, own: &str, name: &str) -> bool {
    world.host(name).is_some() || !addresses(world, own, name).is_empty()
}

fn unknown(world: &World, host: &str) -> String {
    let all: Vec<&str> = world.hosts.iter().map(|host| host.name.as_str()).collect();
    format!(
        "there is no host {host} in its world, but {}",
        all.join(", ")
    )
}

/// Members of conditions that are texts. What a whole world of the lesson's own says is not looked at.
pub fn conditions(value: &Value, name: &str, place: &str, found: &mut Found) {
    let Some(inside) = value.get(name) else {
        return;
    };
    for (at, one) in inside.as_array().into_iter().flatten().enumerate() {
        let place = format!("{place}[{at}]");
        for member in ["goal", "when"] {
            if let Some(condition) = one.get(member) {
                walk(condition, &format!("{place}.{member}"), found);
            }
        }
        conditions(one, "mistakes", &format!("{place}.mistakes"), found);
    }
}

fn walk(value: &Value, place: &str, found: &mut Found) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let place = format!("{place}.{name}");
                match value {
                    Value::String(text) => found(place, name, text),
                    _ => walk(value, &place, found),
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(item, &format!("{place}[{at}]"), found);
            }
        }
        _ => {}
    }
}

/// All lines that are typed by solutions and examples.
fn tried(lesson: &Lesson) -> BTreeSet<&str> {
    let steps = lesson.steps.iter();
    let own = lesson.mistakes.iter().flatten();
    let mistakes = steps.clone().flat_map(|step| step.mistakes()).chain(own);
    let examples = mistakes.flat_map(|mistake| mistake.example.iter().flatten());
    let solutions = steps.flat_map(|step| &step.solution);
    solutions
        .chain(examples)
        .map(|line| line.0.as_str())
        .collect()
}

/// All texts in which a command may be offered.
pub fn texts(lesson: &Lesson) -> Vec<(String, &Words)> {
    let mut found: Vec<(String, &Words)> = Vec::new();
    found.extend(lesson.intro.iter().map(|words| ("intro".into(), words)));
    for (at, step) in lesson.steps.iter().enumerate() {
        found.push((format!("steps[{at}].text"), &step.text));
        for (i, hint) in step.hints().iter().enumerate() {
            found.push((format!("steps[{at}].hints[{i}]"), hint));
        }
        for (i, mistake) in step.mistakes().iter().enumerate() {
            found.push((format!("steps[{at}].mistakes[{i}].say"), &mistake.say));
        }
    }
    for (i, mistake) in lesson.mistakes.iter().flatten().enumerate() {
        found.push((format!("mistakes[{i}].say"), &mistake.say));
    }
    found.extend(lesson.outro.iter().map(|words| ("outro".into(), words)));
    found
}

/// The commands that a text offers.
fn commands(text: &str) -> Vec<String> {
    fn take(inside: &[Inline], found: &mut Vec<String>) {
        for one in inside {
            match one {
                Inline::Command(line) => found.push(line.clone()),
                Inline::Emphasis(inside) | Inline::Strong(inside) => take(inside, found),
                Inline::Link { text, .. } => take(text, found),
                Inline::Text(_) | Inline::Code(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    for block in parse(text).unwrap_or_default() {
        match block {
            Block::Paragraph(inside) | Block::Heading(inside) => take(&inside, &mut found),
            Block::List { items, .. } => items.iter().for_each(|item| take(item, &mut found)),
            Block::Commands(lines) => found.extend(lines),
            Block::Code(_) => {}
        }
    }
    found
}

/// The hosts that a command of the shell goes to.
fn hosts(line: &str) -> Vec<&str> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let first = words.first().copied().unwrap_or("");
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate().skip(1) {
        let before = words.get(at - 1).copied().unwrap_or("");
        let is_host = match first {
            "swaks" | "openssl" => OPTIONS.contains(&before),
            first => PROGRAMS.contains(&first),
        };
        // What is behind a pipe or goes into a file is another matter.
        if word.contains(['|', '>', '<', ';', '&']) {
            break;
        }
        let name = word.rsplit('@').next().unwrap_or(word);
        let name = name.split(':').next().unwrap_or(name);
        let is_name = name.contains('.')
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b))
            && name.bytes().any(|b| b.is_ascii_alphabetic());
        if is_host && is_name {
            found.push(name);
        }
    }
    found
}
