//! Values in a lesson that its types take and that can never come true: people, parameters and programs that are not
//! there, commands that no server answers, marks that expressions have elsewhere; languages that nobody speaks, and
//! mistakes that nobody has tried.

use smtp_terminal::lesson::{Lesson, Words};
use smtp_terminal::simulator::Simulator;
use smtp_terminal::workstation::programs::TABLES;

use super::load::Loaded;
use super::names::{conditions, texts};
use crate::native::near::meant;
use crate::native::unused::unused;

/// Commands that smtpd knows, and what else is answered.
const ANSWERED: [&str; 19] = [
    "connect", "content", "HELO", "EHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "VRFY",
    "ETRN", "QUIT", "AUTH", "STARTTLS", "HELP", "EXPN", "XCLIENT", "XFORWARD",
];

/// Letters that mean something behind a backslash (regex(7), and those of the GNU library).
const ESCAPED: &str = "wWsSbB<>`'";

/// Languages of two letters (ISO 639-1).
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv \
    cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig \
    ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn \
    mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk \
    sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za \
    zh zu";

/// Each with its place, and what is wrong there.
pub fn misspelled(loaded: &Loaded, simulator: &Simulator) -> Vec<(String, String)> {
    let bom = '\u{feff}';
    let document: serde_json::Value =
        serde_json::from_str(loaded.text.trim_start_matches(bom)).unwrap_or_default();
    let typed = typed(&loaded.lesson);
    // Who or what a lesson makes itself is there in time.
    let told = format!("{}\n{}\n{typed}", loaded.scenario, document["world"]);
    let mut people: Vec<&str> = Vec::new();
    for server in simulator
        .world()
        .hosts
        .iter()
        .filter_map(|host| host.server.as_ref())
    {
        people.extend(server.users.iter().map(|user| user.name.as_str()));
    }
    people.sort_unstable();
    people.dedup();
    let mut found = Vec::new();
    for name in ["steps", "mistakes"] {
        conditions(&document, name, name, &mut |place, member, text| {
            let problem = match member {
                "user" => person(text, &people, &told),
                "matches" | "line" => expression(text),
                "program" => program(text, &typed),
                "to" => answered(text, &typed),
                "name" if place.ends_with("parameter.name") => parameter(text, simulator, &typed),
                _ => None,
            };
            found.extend(problem.map(|problem| (place, problem)));
        });
    }
    let lesson = &loaded.lesson;
    let mut all = texts(lesson);
    all.push(("title".into(), &lesson.title));
    for (at, words) in lesson.learn.iter().flatten().enumerate() {
        all.push((format!("learn[{at}]"), words));
    }
    for (at, step) in lesson.steps.iter().enumerate() {
        all.push((format!("steps[{at}].title"), &step.title));
    }
    for (place, words) in all {
        found.extend(language(words).map(|problem| (place, problem)));
    }
    found
}

/// All that solutions and examples type.
fn typed(lesson: &Lesson) -> String {
    let mistakes = lesson.steps.iter().flat_map(|step| step.mistakes());
    let examples = mistakes
        .chain(lesson.mistakes.iter().flatten())
        .flat_map(|mistake| mistake.example.iter().flatten());
    let solutions = lesson.steps.iter().flat_map(|step| &step.solution);
    solutions
        .chain(examples)
        .map(|line| line.0.as_str())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Whether a text has a word, in whatever letters.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.split(|c| !is_part(c))
        .any(|one| one.eq_ignore_ascii_case(word) || one.trim_matches(['.', '-']) == word)
}

fn person(name: &str, people: &[&str], told: &str) -> Option<String> {
    let local = name.split('@').next().unwrap_or(name);
    let is_there = |one: &&str| one.eq_ignore_ascii_case(local);
    if people.iter().any(is_there) || has_word(told, local) {
        return None;
    }
    Some(format!(
        "there is no user {name} in its world, but {}{}",
        people.join(", "),
        meant(local, people.iter().copied())
    ))
}

fn parameter(name: &str, simulator: &Simulator, typed: &str) -> Option<String> {
    let mut hosts = simulator.world().hosts.iter();
    let is_set = hosts.any(|host| {
        let server = host.server.as_ref();
        server.is_some_and(|server| server.config.is_set(name))
    });
    if is_set || has_word(typed, name) {
        return None;
    }
    unused(&format!("{name} = x\n")).pop()
}

fn program(name: &str, typed: &str) -> Option<String> {
    let all = || TABLES.iter().flat_map(|table| table.iter()).map(|p| p.name);
    // A function or a file of the learner's own, or what is not to be found, is typed.
    if all().any(|one| one == name) || has_word(typed, name) {
        return None;
    }
    Some(format!("there is no program {name}{}", meant(name, all())))
}

fn answered(to: &str, typed: &str) -> Option<String> {
    if to.contains([' ', ':']) {
        let only = "MAIL, RCPT, connect, content";
        return Some(format!("a command is one word here: {only}"));
    }
    let is_same = |one: &&str| one.eq_ignore_ascii_case(to);
    if ANSWERED.iter().any(is_same) || has_word(typed, to) {
        return None;
    }
    Some(format!(
        "no server answers {to}; write one of {}",
        ANSWERED.join(", ")
    ))
}

/// Marks of other kinds of expressions are letters here.
fn expression(pattern: &str) -> Option<String> {
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            continue;
        }
        let escaped = letters.next().filter(char::is_ascii_alphabetic);
        if let Some(escaped) = escaped.filter(|c| !ESCAPED.contains(*c)) {
            let instead = match escaped {
                'd' => "[0-9]",
                'D' => "[^0-9]",
                't' | 'n' | 'r' => "[[:space:]]",
                _ => "the letter alone",
            };
            return Some(format!(
                "\\{escaped} is the letter {escaped} in such an expression (POSIX extended); write {instead}"
            ));
        }
    }
    None
}

/// Languages that nobody asks for, and English, which stands in for those that are missing.
fn language(words: &Words) -> Option<String> {
    let mut tags = words.0.iter().map(|(tag, _)| tag.as_str());
    if tags.clone().eq([""]) {
        return None;
    }
    let primary = |tag: &str| tag.split('-').next().unwrap_or("").to_ascii_lowercase();
    let is_spoken = |tag: &str| {
        let primary = primary(tag);
        // Of three letters there are thousands, but none for what has two.
        let has_two = [
            "eng", "deu", "ger", "spa", "hin", "jpn", "fra", "fre", "ita", "por",
        ];
        LANGUAGES.split(' ').any(|one| one == primary)
            || primary.len() == 3 && !has_two.contains(&primary.as_str())
    };
    if let Some(strange) = tags.clone().find(|tag| !is_spoken(tag)) {
        return Some(format!(
            "there is no language {strange}; write one as en, de, pt-BR (RFC 5646)"
        ));
    }
    if tags.any(|tag| primary(tag) == "en") {
        return None;
    }
    Some("there is no English (en), which is shown where a language is missing".into())
}
