//! A command of the shell: its programs, and what a rule says of the line.

use crate::explain::command::is_verb;
use crate::explain::model::{entry, find, Entry};
use crate::explain::output;
use crate::explain::scene::is_of_shell;
use crate::explain::writer::{rule, Writer};
use crate::workstation::programs::catalogue;

/// Words after which a program is named.
const BEFORE: [&str; 9] = ["|", "||", "&&", ";", "sudo", "then", "do", "(", "!"];

/// Explains a prompt and what was typed there.
pub fn explain(writer: &mut Writer) {
    let texts = writer.texts;
    let (start, line) = (writer.scene.start, writer.scene.text.clone());
    let typed = line.get(start..).unwrap_or("").trim_end();
    let prompt = line.get(..start).unwrap_or("");
    if !is_of_shell(prompt) {
        let name = match prompt {
            // A main.cf that is being written.
            "> " if output::parameter(writer, start) => return,
            "> " => "continued",
            _ if typed.is_empty() => "asks",
            _ => "input",
        };
        let program = writer.scene.program.clone();
        if let Some(entry) = entry(&texts.commands, name) {
            writer.entry(entry, &|_| Some(program.clone()));
        }
        return;
    }
    writer.part(0, start, find(&texts.fields, "prompt").unwrap_or(""));
    if typed.is_empty() {
        writer.title(writer.word("prompt"));
        writer.say("", find(&texts.fields, "prompt").unwrap_or(""));
        return;
    }
    let first = typed.split(' ').next().unwrap_or("");
    let is_smtp = is_verb(first) && program(writer, first).is_empty();
    if let Some(entry) = entry(&texts.commands, "in the shell").filter(|_| is_smtp) {
        writer.part(start, start + first.len(), &entry.title.0);
        return writer.entry(entry, &|_| Some(first.to_string()));
    }
    let is_wanted = |_: &Entry| true;
    let known = rule(&texts.shell, line.trim_end(), start, &is_wanted);
    if let Some(rule) = &known {
        writer.rule(rule);
    }
    let mut is_name = true;
    let mut first = true;
    let mut at = start;
    for word in typed.split(' ') {
        let end = at + word.len();
        if is_name && !word.is_empty() && !word.contains('=') {
            let what = program(writer, word);
            writer.part(at, end, &what);
            if first && known.is_none() {
                writer.title(word);
                writer.found.is_general = what.is_empty();
            }
            writer.say("", &sentence(word, &what));
            first = false;
        } else if let Some(what) = find(&texts.fields, word) {
            // `>`, `|` and their kind.
            writer.part(at, end, what);
        }
        if !word.is_empty() {
            is_name = BEFORE.contains(&word) || word.ends_with(';');
        }
        at = end + 1;
    }
    if writer.found.says.is_empty() {
        writer.title(typed.split(' ').next().unwrap_or(""));
        writer.say("", writer.word("program-unknown"));
        writer.found.is_general = true;
    }
}

fn sentence(word: &str, what: &str) -> String {
    match what {
        "" => String::new(),
        what => format!("`{word}`: {what}"),
    }
}

/// What a program is: as the texts say, or as its own help does.
fn program(writer: &Writer, word: &str) -> String {
    let name = word
        .rsplit('/')
        .next()
        .unwrap_or(word)
        .trim_end_matches(';')
        .trim_start_matches('(');
    if let Some(what) = find(&writer.texts.programs, name) {
        return what.into();
    }
    let host = writer.host.map_or("", |host| host.name.as_str());
    let found = catalogue::find(writer.world, host, name);
    let help = found.map_or("", |program| program.help);
    help.rsplit_once('|').map_or("", |(_, what)| what).into()
}
