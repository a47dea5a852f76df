//! What kind of line a row is, and what came before it that gives it its meaning.

use std::rc::Rc;

use crate::workstation::screen::{Row, Voice};

/// So many rows before a line are looked at.
const MOST: usize = 2_000;

/// Programs that hand what is typed to a server.
const TALKERS: [&str; 6] = ["telnet", "nc", "netcat", "ncat", "openssl", "socat"];

/// What a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// What a server says.
    Reply,
    /// What a client says where a server reads a command.
    Command,
    /// What a client says in a dialogue of AUTH.
    Answer,
    /// A field of the head of a message that is being typed.
    Header,
    /// A line of a message that is being typed.
    Body,
    /// The dot that ends it.
    Dot,
    /// What is typed to a program that is no client of a server.
    Input,
    /// A prompt and what was typed there.
    Shell,
    /// What a program prints.
    #[default]
    Output,
}

/// A line, and what came before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// The line.
    pub text: String,
    /// What it is.
    pub kind: Kind,
    /// Where it begins: behind a prompt, or behind the mark of a program that shows a dialogue.
    pub start: usize,
    /// The host that it comes from or goes to, as far as the rows name one.
    pub host: String,
    /// The line that was typed last before it.
    pub command: String,
    /// The program in front.
    pub program: String,
    /// It is the second line of a reply, or a later one.
    pub goes_on: bool,
}

/// The marks with which programs show a dialogue: swaks, curl, msmtp, ssmtp; and those with which people write one
/// down, as RFC 5321 does.
const MARKS: [(&str, Kind); 20] = [
    ("<-  ", Kind::Reply),
    ("<~  ", Kind::Reply),
    ("<** ", Kind::Reply),
    ("<~* ", Kind::Reply),
    ("< ", Kind::Reply),
    (" -> ", Kind::Command),
    (" ~> ", Kind::Command),
    ("** -> ", Kind::Command),
    ("> EHLO", Kind::Command),
    ("> MAIL", Kind::Command),
    ("> RCPT", Kind::Command),
    ("> QUIT", Kind::Command),
    ("<-- ", Kind::Reply),
    ("--> ", Kind::Command),
    ("[<-] ", Kind::Reply),
    ("[->] ", Kind::Command),
    ("S: ", Kind::Reply),
    ("C: ", Kind::Command),
    ("<<< ", Kind::Reply),
    (">>> ", Kind::Command),
];

/// Whether a text begins as a reply does: three digits, and a blank, a hyphen or nothing.
pub fn is_reply(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|b| matches!(b, b'2'..=b'5'))
        && bytes
            .get(1..3)
            .is_some_and(|b| b.iter().all(u8::is_ascii_digit))
        && bytes.get(3).is_none_or(|b| matches!(b, b' ' | b'-'))
}

/// What a line of such a dialogue is, and what is said in it.
fn dialogue(line: &str) -> Option<(Kind, &str)> {
    let (mark, kind) = MARKS.iter().find(|(mark, kind)| {
        let rest = line.strip_prefix(mark);
        rest.is_some_and(|rest| *kind == Kind::Command || is_reply(rest))
    })?;
    let start = mark
        .trim_end_matches(|c: char| c.is_ascii_uppercase())
        .len();
    Some((*kind, line.get(start..)?))
}

impl Scene {
    /// A line of its own: what it is, is told by its form.
    pub fn alone(text: &str) -> Scene {
        let mut scene = Scene {
            text: text.into(),
            ..Scene::default()
        };
        if is_reply(text) {
            scene.kind = Kind::Reply;
        } else if !scene.show_dialogue() {
            if let Some((_, typed)) = text.split_once("$ ") {
                scene.kind = Kind::Shell;
                scene.start = text.len() - typed.len();
            }
        }
        scene
    }

    /// A row of a screen; `None` where there is none.
    pub fn of(rows: &[Rc<Row>], at: usize) -> Option<Scene> {
        let row = rows.get(at)?;
        let mut scene = Scene {
            text: row.text(),
            ..Scene::default()
        };
        match voice(row) {
            Some(Voice::Prompt) => {
                scene.kind = Kind::Shell;
                let prompt = row.spans.iter().take_while(|s| s.voice == Voice::Prompt);
                scene.start = prompt.map(|span| span.shown().len()).sum();
                scene.host = host_of_prompt(&scene.text);
            }
            Some(Voice::Server) if is_reply(&scene.text) => {
                scene.kind = Kind::Reply;
                let code = scene.text.get(..3).unwrap_or("");
                let before = at.checked_sub(1).and_then(|before| rows.get(before));
                scene.goes_on =
                    before.is_some_and(|row| row.text().starts_with(&format!("{code}-")));
            }
            Some(Voice::Typed) => scene.kind = Kind::Input,
            _ => {
                scene.show_dialogue();
            }
        }
        scene.look_back(rows.get(..at)?);
        Some(scene)
    }

    /// What was typed, or the line without the mark of a program.
    pub fn said(&self) -> &str {
        self.text.get(self.start..).unwrap_or("")
    }

    /// Takes a line of a dialogue that a program shows for what it is.
    fn show_dialogue(&mut self) -> bool {
        let found = dialogue(&self.text).map(|(kind, said)| (kind, said.len()));
        if let Some((kind, length)) = found {
            self.kind = kind;
            self.start = self.text.len() - length;
        }
        found.is_some()
    }

    /// Looks for the command, the host and the program in the rows before.
    fn look_back(&mut self, before: &[Rc<Row>]) {
        let mut last_reply = String::new();
        let mut has_empty_line = false;
        let mut is_found = !self.host.is_empty();
        for row in before.iter().rev().take(MOST) {
            let begins = row.spans.first().map_or("", |span| span.text.as_str());
            match voice(row) {
                Some(Voice::Prompt) if is_of_shell(begins) => {
                    self.note_prompt(row);
                    break;
                }
                Some(Voice::Prompt) => {}
                Some(Voice::Typed) if self.command.is_empty() => self.command = row.text(),
                Some(Voice::Typed) => {}
                // An empty row has no voice: an empty line of a message.
                None => has_empty_line |= last_reply.is_empty(),
                Some(Voice::Server) => {
                    if last_reply.is_empty() {
                        last_reply = row.text();
                    }
                    self.note_banner(begins);
                }
                Some(Voice::Workstation) => {
                    let shown = begins.starts_with(['<', ' ', '*', '>', '-', '[', 'S', 'C']);
                    if let Some((kind, said)) = shown.then(|| dialogue(begins)).flatten() {
                        match kind {
                            Kind::Reply if last_reply.is_empty() => last_reply = said.into(),
                            Kind::Reply => {}
                            _ => {
                                has_empty_line |= said.is_empty() && last_reply.is_empty();
                                // Where a program hides the replies.
                                last_reply = match said {
                                    _ if !last_reply.is_empty() => last_reply,
                                    "." => "250".into(),
                                    _ if said.eq_ignore_ascii_case("DATA") => "354".into(),
                                    _ => last_reply,
                                };
                                if self.command.is_empty() {
                                    self.command = said.into();
                                }
                            }
                        }
                        self.note_banner(said);
                    } else if let Some((_, name)) =
                        begins.split_once("Connected to ").filter(|_| !is_found)
                    {
                        // A banner may say anything.
                        is_found = true;
                        let name = name.split([' ', '(']).next().unwrap_or("");
                        self.host = name.trim_end_matches('.').into();
                    }
                }
            }
        }
        let is_typed = self.kind == Kind::Input && TALKERS.contains(&self.program.as_str());
        if is_typed || self.kind == Kind::Command {
            let said = self.said();
            self.kind = match last_reply.get(..3) {
                Some("354") if said == "." => Kind::Dot,
                Some("354") if has_empty_line || !is_field(said) => Kind::Body,
                Some("354") => Kind::Header,
                Some("334") => Kind::Answer,
                _ => Kind::Command,
            };
        }
    }

    /// The prompt at which the program was called.
    fn note_prompt(&mut self, row: &Row) {
        let typed = typed(row);
        let mut words = typed.split_whitespace();
        let first = words
            .find(|word| *word != "sudo" && !is_setting(word))
            .unwrap_or("");
        let first = if first.starts_with('-') {
            "sudo"
        } else {
            first
        };
        let first = first.trim_start_matches('(').trim_end_matches(';');
        self.program = first.rsplit('/').next().unwrap_or("").into();
        if is_here(&self.host) {
            self.host = host_of_prompt(&row.text());
        }
        if self.command.is_empty() {
            self.command = typed;
        }
    }

    fn note_banner(&mut self, text: &str) {
        let banner = text.strip_prefix("220 ").or(text.strip_prefix("220-"));
        let name = banner.and_then(|banner| banner.split(' ').next());
        if let Some(name) = name.filter(|name| self.host.is_empty() && name.contains('.')) {
            // `220 2.0.0 Ready to start TLS` names nobody.
            if !name.starts_with(|c: char| c.is_ascii_digit()) {
                self.host = name.into();
            }
        }
    }
}

fn voice(row: &Row) -> Option<Voice> {
    row.spans.first().map(|span| span.voice)
}

fn typed(row: &Row) -> String {
    let spans = row.spans.iter().filter(|span| span.voice != Voice::Prompt);
    spans.map(|span| span.shown().into_owned()).collect()
}

/// Whether a prompt asks for a command: that of a line that goes on (`> `) does not, nor what a script or
/// `select` asks.
pub fn is_of_shell(prompt: &str) -> bool {
    prompt.contains('@') || prompt.trim_end().ends_with(['$', '#', '%'])
}

/// Whether a name means the host that one sits at, or there is none.
fn is_here(name: &str) -> bool {
    matches!(name, "" | "localhost" | "::1") || name.starts_with("127.")
}

/// `user@host:folder$ `: the host.
fn host_of_prompt(text: &str) -> String {
    let host = text.split_once('@').map_or("", |(_, rest)| rest);
    let end = host.find([':', ' ', '$', '#', ']']).unwrap_or(0);
    host.get(..end).unwrap_or("").into()
}

/// Whether a line is a field of a message's head, or goes on with one.
fn is_field(text: &str) -> bool {
    let name = text.split_once(':').map_or("", |(name, _)| name);
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
    is_name || text.starts_with([' ', '\t'])
}

/// `NAME=value` before a command.
fn is_setting(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.bytes().all(|b| b == b'_' || b.is_ascii_uppercase())
}
