//! Parameters of main.cf that a document writes. One that Postfix does not have is a slip where it is all but
//! one that it has: nothing in Postfix reads it, and so nothing comes of the line.

use std::sync::OnceLock;

use crate::native::doc::compare::Rule;
use crate::native::doc::document::{Block, Line, Place};
use crate::native::doc::finding::Finding;
use crate::native::doc::marks::prompt;
use crate::native::doc::transcript::{Event, Piece};
use crate::native::doc::words::is_gap;
use crate::native::near::slip;
use crate::native::unused::parameters;

/// So many names are asked for at most.
const MOST: usize = 10_000;

/// Releases whose parameters are known: what has gone and what is new.
const RELEASES: [&str; 3] = ["2.8", "3.7", "3.11"];

/// What a document has written.
#[derive(Default)]
pub struct Settings {
    names: Vec<Name>,
}

/// A parameter's name, with its line.
struct Name {
    name: String,
    at: Place,
    line: String,
    /// A listing shows it, which may be of another program.
    is_listed: bool,
}

impl Settings {
    /// Looks at a listing: whether all of it may be a main.cf is seen by its lines.
    pub fn look(&mut self, block: &Block) {
        let mut found = Vec::new();
        for line in &block.lines {
            let text = line.text.trim_end();
            let is_more = text.starts_with([' ', '\t']) || text.is_empty();
            if is_more || text.starts_with('#') || is_gap(text) || line.is_accepted {
                continue;
            }
            match text.split_once('=') {
                Some((name, _)) if is_name(name.trim_end()) && prompt(text).is_none() => {
                    found.push(listed(name.trim_end(), line));
                }
                _ => return,
            }
        }
        let known = |name: &Name| all().contains(&name.name);
        // Of another program's settings nothing is known.
        let is_main_cf = found.iter().any(known)
            && found
                .iter()
                .all(|name| known(name) || meant(&name.name).is_some());
        if is_main_cf || found.len() == 1 {
            self.add(found);
        }
    }

    /// Looks at the commands among what happens: `postconf` sets, or is asked for.
    pub fn hear(&mut self, events: &[Event]) {
        for event in events {
            if let Event::Command(command, output) = event {
                let says = |line: &Piece| line.text.contains("unknown parameter");
                if !command.is_accepted && !output.iter().any(says) {
                    let found = asked(command);
                    self.add(found);
                }
            }
        }
    }

    fn add(&mut self, found: Vec<Name>) {
        if self.names.len() < MOST {
            self.names.extend(found);
        }
    }

    /// Tells of names that are none.
    pub fn tell(&self, file: &str, document: &str, findings: &mut Vec<Finding>) {
        if self.names.is_empty() {
            return;
        }
        let is_its = document.contains("main.cf") && !document.to_lowercase().contains("exim");
        for Name {
            name,
            at,
            line,
            is_listed,
        } in &self.names
        {
            let Some(meant) = meant(name).filter(|_| is_its || !is_listed) else {
                continue;
            };
            // What another parameter refers to is the author's own.
            let is_used = ["$", "${", "$("].iter().any(|sign| {
                let used = format!("{sign}{name}");
                document.contains(&used)
            });
            if is_used {
                continue;
            }
            findings.push(Finding {
                file: file.into(),
                at: *at,
                end_column: at.column + name.chars().count(),
                rule: Rule::UnknownParameter,
                shown: line.clone(),
                expected: String::new(),
                command: String::new(),
                note: format!("Postfix has no parameter {name}; did you mean {meant}?"),
            });
        }
    }
}

fn listed(name: &str, line: &Line) -> Name {
    Name {
        name: name.into(),
        at: line.at,
        line: line.text.trim_end().into(),
        is_listed: true,
    }
}

/// The names behind `postconf -e`, `-X` and `-#`, or those whose values are asked for.
fn asked(said: &Piece) -> Vec<Name> {
    let words = words(&said.text);
    let mut words = words.iter().skip_while(|word| *word == "sudo");
    let program = words.next().and_then(|word| word.rsplit('/').next());
    let words: Vec<&String> = words.collect();
    let options: String = words
        .iter()
        .filter(|word| word.starts_with('-'))
        .map(|word| word.as_str())
        .collect();
    // Those are about master.cf, classes of parameters, tables, or another folder.
    let is_other = options.contains([
        'M', 'P', 'F', 'C', 'c', 'o', 'T', 'm', 'l', 'a', 'A', 'b', 't',
    ]);
    if program != Some("postconf") || is_other {
        return Vec::new();
    }
    let sets = options.contains('e') || words.iter().any(|word| word.contains('='));
    let mut found = Vec::new();
    for word in words.iter().filter(|word| !word.starts_with('-')) {
        let name = match word.split_once('=') {
            Some((name, _)) => name.trim(),
            None if sets => continue,
            None => word.as_str(),
        };
        let before = said.text.find(name).unwrap_or(0);
        let before = said
            .text
            .get(..before)
            .map_or(0, |text| text.chars().count());
        if is_name(name) {
            found.push(Name {
                name: name.into(),
                at: Place {
                    column: said.at.column + before,
                    ..said.at
                },
                line: said.text.clone(),
                is_listed: false,
            });
        }
    }
    found
}

/// A command's words, up to where another one or a file comes.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.push(c),
            (None, '\'' | '"') => quote = Some(c),
            (None, '|' | ';' | '&' | '>' | '<') => break,
            (None, ' ' | '\t') => words.push(std::mem::take(&mut word)),
            (None, c) => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a word can be the name of a parameter.
fn is_name(word: &str) -> bool {
    let is_of_it = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (5..100).contains(&word.len()) && word.bytes().all(is_of_it)
}

/// The parameter that was meant by a name that is none.
fn meant(name: &str) -> Option<&'static str> {
    let is_known = all().iter().any(|known| known == name);
    // Every transport has its own of these.
    let of_transport = [
        "_destination_",
        "_delivery_slot_",
        "_recipient_limit",
        "_time_limit",
        "_transport_",
    ];
    let is_of_transport = of_transport.iter().any(|part| name.contains(part));
    if is_known || is_of_transport {
        return None;
    }
    slip(name, all().iter().map(String::as_str))
}

/// The names of all parameters.
fn all() -> &'static [String] {
    static ALL: OnceLock<Vec<String>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<String> = RELEASES.into_iter().flat_map(parameters).collect();
        all.sort();
        all.dedup();
        all
    })
}
