//! A line that a program prints: of the log, of `mailq`, of a message, of main.cf, or its own.

use crate::explain::command::field;
use crate::explain::explanation::Section;
use crate::explain::host;
use crate::explain::model::{entry, find, find_in_any_case, Entry, Map};
use crate::explain::pattern::{fill, is_enhanced, pieces, Plain};
use crate::explain::reply;
use crate::explain::scene::{is_reply, Kind, Scene};
use crate::explain::writer::{rule, Rule, Writer};

/// What stands before the text of a line of the log.
const LOG: &str = "{stamp} {name} {process}: {text}";

/// Explains what was printed.
pub fn explain(writer: &mut Writer) {
    let line = writer.scene.text.clone();
    let is_known = log(writer, &line)
        || screen(writer, &line)
        || report(writer, &line)
        || field(writer, 0)
        || parameter(writer, 0)
        || dialogue(writer, &line);
    if is_known {
        return;
    }
    let (command, first) = (&writer.scene.command, writer.scene.program.clone());
    let texts = &writer.texts.screen;
    let name_of = |piece: &str| {
        let piece = piece.trim_start();
        let piece = piece.strip_prefix("sudo ").unwrap_or(piece);
        piece.split([' ', ';']).next().unwrap_or("").to_string()
    };
    // The last one of a pipe prints; or who was called first, or one of those after it.
    let last = command.rsplit('|').next().map(name_of);
    let others = command.rsplit([';', '&', '|']).map(name_of);
    let mut names = last.into_iter().chain([first.clone()]).chain(others);
    let found = names.find_map(|name| of_program(texts, &name).map(|entry| (name, entry)));
    let (program, found) = match found {
        Some((name, entry)) => (name, Some(entry)),
        None => (first, None),
    };
    writer.found.is_general = found.is_none();
    if let Some(entry) = found.or_else(|| entry(texts, "output")) {
        writer.entry(entry, &|_| Some(program.clone()));
    }
}

/// What there is to say of all that a program prints: an entry of which it is one of the names.
fn of_program<'a>(texts: &'a Map<Entry>, program: &str) -> Option<&'a Entry> {
    let is_named = |name: &str| {
        let names = name.strip_prefix("output of ");
        names.is_some_and(|names| names.split(' ').any(|name| name == program))
    };
    let found = texts.0.iter().find(|(name, _)| is_named(name))?;
    Some(&found.1)
}

const ANY: &dyn Fn(&Entry) -> bool = &|_| true;

/// A line of the log.
fn log(writer: &mut Writer, line: &str) -> bool {
    let texts = writer.texts;
    let plain = Plain::new(line, 0);
    let Some(found) = pieces(LOG, &plain.text) else {
        return false;
    };
    let mut text_at = line.len();
    let mut is_known = false;
    for piece in found {
        let (start, end) = (plain.place(piece.start), plain.place(piece.end));
        match piece.name {
            "process" => is_known = process(writer, start, line.get(start..end).unwrap_or("")),
            "text" => text_at = start,
            "stamp" => writer.part(start, end, find(&texts.fields, "stamp").unwrap_or("")),
            _ => {
                writer.part(start, end, find(&texts.fields, "log-host").unwrap_or(""));
                writer.host = host::find(writer.world, line.get(start..end).unwrap_or(""));
            }
        }
    }
    match rule(&texts.log, line, text_at, ANY) {
        Some(rule) => {
            writer.rule(&rule);
            deeper(writer, &rule);
        }
        // Nobody knows what a script has to say; who writes such lines is known.
        None if !is_known => {
            if let Some(entry) = of_program(&texts.screen, "logger") {
                writer.entry(entry, &|_| None);
            }
        }
        None => {
            writer.found.is_general = true;
            if let Some(entry) = entry(&texts.screen, "log") {
                writer.entry(entry, &|_| None);
            }
        }
    }
    true
}

/// `postfix/smtpd[1204]`; whether the texts know the program.
fn process(writer: &mut Writer, start: usize, text: &str) -> bool {
    let texts = writer.texts;
    let (name, pid) = text.split_once('[').unwrap_or((text, ""));
    let last = name.rsplit('/').next().unwrap_or(name);
    let what_it_is = find(&texts.processes, last).unwrap_or("");
    writer.part(start, start + name.len(), what_it_is);
    if !pid.is_empty() {
        let what = find(&texts.fields, "pid").unwrap_or("");
        writer.part(start + name.len(), start + text.len(), what);
    }
    !what_it_is.is_empty()
}

/// What a rule's pieces have inside: a reply, an enhanced code, a parameter.
fn deeper(writer: &mut Writer, rule: &Rule) {
    let line = writer.scene.text.clone();
    if let Some((start, end)) = rule.place("dsn") {
        let before = writer.found.parts.len();
        let dsn = line.get(start..end).unwrap_or("");
        writer.found.parts.retain(|part| part.start != start);
        reply::status(writer, start, dsn);
        if writer.found.parts.len() < before {
            writer.part(start, end, find(&writer.texts.fields, "dsn").unwrap_or(""));
        }
    }
    if let Some((start, _)) = rule.place("reply") {
        let said = line.get(start..).unwrap_or("");
        let likely = writer.found.likely.clone();
        match is_reply(said) {
            true => reply_within(writer, rule, start),
            false => {
                reply::words(writer, start);
            }
        }
        // What went wrong is said of the line, not of what is in it.
        writer.found.likely = likely;
    }
    if let Some(name) = rule.piece("parameter") {
        let line = writer.parameter(&name).unwrap_or_default();
        writer.say("because", &line);
    }
}

/// A reply in the middle of a line: what its texts say, its code marked where it stands.
fn reply_within(writer: &mut Writer, rule: &Rule, start: usize) {
    let Some(text) = rule.piece("reply") else {
        return;
    };
    let scene = Scene {
        text,
        kind: Kind::Reply,
        ..Scene::default()
    };
    let mut inner = Writer::new(writer.texts, &scene, writer.world);
    // A reply of another server's is explained with what is in force there.
    inner.host = match rule.piece("host") {
        Some(place) => host::find(writer.world, place.split('[').next().unwrap_or("")),
        None => writer.host,
    };
    reply::explain(&mut inner);
    let inner = inner.done();
    writer.found.parts.retain(|part| part.start != start);
    for part in inner.parts {
        writer.part(start + part.start, start + part.end, &part.what);
    }
    let title = fill(writer.word("reply-inside"), &|_| Some(inner.title.clone()));
    writer.say("", &title);
    for section in inner.says {
        let text = section.text;
        match section.heading.as_str() {
            "" => writer.say("", &text),
            heading => writer.found.says.push(Section {
                heading: heading.into(),
                text,
            }),
        }
    }
    writer.refer(&inner.reference);
}

/// In the list of `mailq` a recipient stands so far from the left.
const MARGIN: &str = "                              ";

/// A line that a rule for the screen knows.
fn screen(writer: &mut Writer, line: &str) -> bool {
    let texts = writer.texts;
    let bare = line.trim_start();
    if line.starts_with(MARGIN) && bare.contains('@') && !bare.contains(' ') {
        let place = line.len() - bare.len();
        writer.part(place, line.len(), find(&texts.fields, "to").unwrap_or(""));
        return writer.named(&texts.screen, "recipient");
    }
    let found = rule(&texts.screen, line, 0, ANY);
    if let Some(rule) = &found {
        writer.rule(rule);
        deeper(writer, rule);
    }
    found.is_some()
}

/// A field of a delivery status notification.
fn report(writer: &mut Writer, line: &str) -> bool {
    let texts = writer.texts;
    let Some((name, value)) = line.split_once(": ") else {
        return false;
    };
    let Some(what) = find_in_any_case(&texts.report, name) else {
        return false;
    };
    let is_status = name.eq_ignore_ascii_case("Status");
    // A mail program notes something of the same name.
    if is_status && !is_enhanced(value.trim()) {
        return false;
    }
    writer.title(&fill(writer.word("report"), &|_| Some(name.to_string())));
    writer.part(0, name.len(), what);
    writer.say("", what);
    let at = name.len() + 2;
    if is_status {
        reply::status(writer, at, value.trim());
    } else if let Some((_, rest)) = value.split_once("; ") {
        let reply_at = line.len() - rest.len();
        writer.part(at, reply_at - 2, find(&texts.fields, "type").unwrap_or(""));
        if is_reply(rest) {
            // Which server said it, another field tells.
            writer.host = None;
            reply::inside(writer, reply_at);
            writer.found.likely.clear();
        }
    }
    true
}

/// `name = value`, as main.cf and postconf have it, at a place of the line.
pub fn parameter(writer: &mut Writer, start: usize) -> bool {
    let texts = writer.texts;
    let line = writer.scene.text.clone();
    let Some((name, value)) = line.get(start..).unwrap_or("").split_once('=') else {
        return false;
    };
    let name = name.trim();
    let Some(what) = find(&texts.parameters, name) else {
        return false;
    };
    writer.title(&fill(writer.word("parameter"), &|_| Some(name.to_string())));
    writer.part(start, start + name.len(), what);
    writer.say("", what);
    let mut at = line.len() - value.trim_start().len();
    for word in value.trim().split(' ') {
        let bare = word.trim_end_matches(',');
        if let Some(what) = find_in_any_case(&texts.restrictions, bare) {
            writer.part(at, at + bare.len(), what);
        }
        at += word.len() + 1;
    }
    let in_force = writer.parameter(name).unwrap_or_default();
    writer.say("in-force", &in_force);
    true
}

/// A reply that a program prints without a mark.
fn dialogue(writer: &mut Writer, line: &str) -> bool {
    is_reply(line) && reply::inside(writer, 0)
}
