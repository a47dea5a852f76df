//! An explanation while it is written: which rule speaks, and what is marked in the line.

use crate::explain::explanation::{Explanation, Part, Section};
use crate::explain::host;
use crate::explain::model::{self, find, split_reference, text, Entry, Map, Texts};
use crate::explain::pattern::{fill, pieces, Piece, Plain};
use crate::explain::scene::Scene;
use crate::network::{Host, World};
use crate::smtp::trail::Said;

/// What is written on.
pub struct Writer<'a> {
    /// The texts of the language.
    pub texts: &'a Texts,
    /// The line and what came before it.
    pub scene: &'a Scene,
    /// The world, to look into.
    pub world: &'a World,
    /// The host that the line is about.
    pub host: Option<&'a Host>,
    /// What is written so far.
    pub found: Explanation,
    /// Where a piece of the line is laid down, for want of a place for the whole.
    of_piece: String,
}

/// A rule that fits, with the pieces of its pattern.
pub struct Rule<'a> {
    pub entry: &'a Entry,
    plain: Plain,
    pieces: Vec<Piece<'a>>,
}

impl Rule<'_> {
    /// The piece that a name stands for.
    pub fn piece(&self, name: &str) -> Option<String> {
        let piece = self.pieces.iter().find(|piece| piece.name == name)?;
        Some(self.plain.text.get(piece.start..piece.end)?.into())
    }

    /// The same with where it is in the line.
    pub fn place(&self, name: &str) -> Option<(usize, usize)> {
        let piece = self.pieces.iter().find(|piece| piece.name == name)?;
        Some(self.span(piece))
    }

    fn span(&self, piece: &Piece) -> (usize, usize) {
        let start = self.plain.place(piece.start);
        // A blank that follows is no part of it.
        let end = match piece.end > piece.start {
            true => self.plain.place(piece.end - 1) + 1,
            false => start,
        };
        (start, end)
    }
}

/// The first rule that fits the line from `start` on, among those that are asked for.
pub fn rule<'a>(
    rules: &'a Map<Entry>,
    line: &str,
    start: usize,
    is_wanted: &dyn Fn(&Entry) -> bool,
) -> Option<Rule<'a>> {
    let plain = Plain::new(line, start);
    let fitting = |(pattern, entry): &'a (String, Entry)| {
        let pieces = pieces(pattern, &plain.text).filter(|_| is_wanted(entry))?;
        Some((entry, pieces))
    };
    let (entry, pieces) = rules.0.iter().find_map(fitting)?;
    Some(Rule {
        entry,
        plain,
        pieces,
    })
}

impl<'a> Writer<'a> {
    /// One that has written nothing.
    pub fn new(texts: &'a Texts, scene: &'a Scene, world: &'a World) -> Writer<'a> {
        Writer {
            texts,
            scene,
            world,
            host: host::find(world, &scene.host),
            found: Explanation {
                line: scene.text.clone(),
                ..Explanation::default()
            },
            of_piece: String::new(),
        }
    }

    /// What has been written, its parts in order and none inside another.
    pub fn done(mut self) -> Explanation {
        self.found.parts.sort_by_key(|part| (part.start, part.end));
        let mut end = 0;
        self.found.parts.retain(|part| {
            let is_good = part.start >= end && part.end > part.start;
            if is_good {
                end = part.end;
            }
            is_good
        });
        if self.found.reference.is_empty() {
            self.found.reference = self.of_piece;
        }
        self.found
    }

    /// A text of the interface.
    pub fn word(&self, name: &str) -> &'a str {
        find(&self.texts.interface, name).unwrap_or("")
    }

    /// The title, if there is none yet.
    pub fn title(&mut self, title: &str) {
        if self.found.title.is_empty() {
            self.found.title = title.into();
        }
    }

    /// Marks a piece of the line.
    pub fn part(&mut self, start: usize, end: usize, what: &str) {
        let (what, reference) = split_reference(what);
        if !reference.is_empty() {
            self.of_piece = reference.into();
        }
        if !what.is_empty() && self.found.line.get(start..end).is_some() {
            let what = what.into();
            self.found.parts.push(Part { start, end, what });
        }
    }

    /// Adds a text under the heading of a name; without a name, none.
    pub fn say(&mut self, heading: &str, text: &str) {
        let (text, reference) = split_reference(text);
        self.refer(reference);
        let heading = self.word(heading).to_string();
        let is_said = self.found.says.iter().any(|section| section.text == text);
        if text.is_empty() || is_said {
            return;
        }
        match self.found.says.iter_mut().find(|s| s.heading == heading) {
            Some(section) => {
                section.text.push('\n');
                section.text.push_str(text);
            }
            None => self.found.says.push(Section {
                heading,
                text: text.into(),
            }),
        }
    }

    /// Where it is laid down, unless that has been said.
    pub fn refer(&mut self, reference: &str) {
        if self.found.reference.is_empty() {
            self.found.reference = reference.into();
        }
    }

    /// Writes what an entry says; `piece` knows the pieces of the line.
    pub fn entry(&mut self, entry: &Entry, piece: &dyn Fn(&str) -> Option<String>) {
        let command = self.scene.command.clone();
        let known = |name: &str| match name {
            "command" => piece(name).or_else(|| Some(command.clone())),
            name => piece(name),
        };
        self.title(&fill(&entry.title.0, &known));
        self.refer(text(&entry.reference));
        self.say("", &fill(&entry.says.0, &known));
        let grammar = text(&entry.grammar);
        if !grammar.is_empty() {
            self.say("grammar", &format!("`{grammar}`"));
        }
        self.because(entry);
        self.say("next", &fill(text(&entry.next), &known));
        if self.found.likely.is_empty() {
            let mistakes = entry.mistakes.iter().flat_map(|mistakes| &mistakes.0);
            let asked = Plain::new(&command.to_ascii_lowercase(), 0);
            let made = mistakes
                .filter(|(pattern, _)| pieces(pattern, &asked.text).is_some())
                .map(|(_, what)| what.0.as_str())
                .next();
            self.found.likely = fill(made.unwrap_or(text(&entry.likely)), &known);
        }
    }

    /// Writes what a rule says, and marks the pieces that it names.
    pub fn rule(&mut self, rule: &Rule) {
        let parts = rule.entry.parts.as_ref();
        for piece in &rule.pieces {
            let own = parts.and_then(|parts| find(parts, piece.name));
            if let Some(what) = own.or_else(|| find(&self.texts.fields, piece.name)) {
                let (start, end) = rule.span(piece);
                let what = fill(what, &|name| rule.piece(name));
                self.part(start, end, &what);
            }
        }
        self.entry(rule.entry, &|name| rule.piece(name));
    }

    /// The restrictions and parameters behind a line, with the values in force.
    fn because(&mut self, entry: &Entry) {
        let names = entry.because.iter().flatten();
        let Some(server) = self.host.and_then(|host| host.server.as_deref()) else {
            return;
        };
        let host = self.host.map_or("", |host| host.name.as_str());
        let mut lines = Vec::new();
        let mut restrictions = Vec::new();
        let mut is_found = false;
        for name in names.map(|name| name.0.as_str()) {
            if let Some(what) = find(&self.texts.restrictions, name) {
                let places = host::places(server, name);
                let place = places.first().copied().unwrap_or("");
                let template = match place {
                    "" => "restriction",
                    place if place.ends_with("_restrictions") => "restriction-in",
                    _ => "restriction-by",
                };
                let piece = |field: &str| match field {
                    "name" => Some(name.to_string()),
                    "place" => Some(place.to_string()),
                    "what" => Some(split_reference(what).0.to_string()),
                    "host" => Some(host.to_string()),
                    _ => None,
                };
                let line = fill(self.word(template), &piece);
                restrictions.push((!place.is_empty(), line));
                is_found |= !place.is_empty();
            } else if let Some(line) = self.parameter(name) {
                lines.push(line);
            }
        }
        // Who has decided is known of the last reply. Of others, what is in force may have; where
        // nothing is, each might have.
        let mut all: Vec<String> = match self.decided(host) {
            Some(line) => vec![line],
            None => restrictions
                .into_iter()
                .filter(|(is_in_force, _)| *is_in_force || !is_found)
                .map(|(_, line)| line)
                .collect(),
        };
        all.append(&mut lines);
        self.say("because", &all.join("\n"));
    }

    /// The restriction that has decided, where the line is of the last reply of the learner's
    /// session: it was written down where it was evaluated.
    fn decided(&self, host: &str) -> Option<String> {
        let path = self.world.watched()?.facts.trail.path()?;
        let said = self.scene.said();
        let is_this = path.reply.split("\r\n").any(|line| line == said);
        let is_refusal = said.starts_with(['4', '5']);
        let mut steps = path.steps.iter().rev();
        let step = steps.find(|step| matches!(step.said, Said::Reject | Said::Died))?;
        let name = step.words.split(' ').next().unwrap_or("");
        let what = find(&self.texts.restrictions, name)?;
        let piece = |field: &str| match field {
            "name" => Some(step.words.clone()),
            "place" => Some(step.list.to_string()),
            "host" => Some(host.to_string()),
            "what" => Some(split_reference(what).0.to_string()),
            _ => None,
        };
        (is_this && is_refusal).then(|| fill(self.word("decided"), &piece))
    }

    /// A parameter with its value in force on the host, and what it does.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let host = self.host?;
        let (value, is_set) = host::value(host.server.as_deref()?, name)?;
        let what = find(&self.texts.parameters, name).unwrap_or("");
        let piece = |field: &str| match field {
            "name" => Some(name.to_string()),
            "value" => Some(value.clone()),
            "host" => Some(host.name.clone()),
            "what" => Some(split_reference(what).0.to_string()),
            _ => None,
        };
        let template = match (is_set, value.is_empty()) {
            (true, _) => "value-set",
            (false, true) => "value-empty",
            (false, false) => "value-default",
        };
        Some(fill(self.word(template), &piece))
    }

    /// Writes what the entry of a name says.
    pub fn named(&mut self, map: &'a Map<Entry>, name: &str) -> bool {
        let found = model::entry(map, name);
        if let Some(entry) = found {
            self.entry(entry, &|_| None);
        }
        found.is_some()
    }
}
