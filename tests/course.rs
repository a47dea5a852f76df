//! The course of `www/lessons`: its order, its links, its languages, and the commands in its texts.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use smtp_terminal::lesson::markdown::{parse, Block, Inline};
use smtp_terminal::lesson::{read, Lesson, Words};
use smtp_terminal::simulator::{Outside, Simulator};

/// The lessons that are there in all of these languages.
const TRANSLATED: [&str; 4] = [
    "first-mail",
    "replies",
    "envelope-and-headers",
    "many-recipients",
];
const LANGUAGES: [&str; 5] = ["en", "de", "es", "hi", "ja"];
/// Those that are there in German as well.
const IN_GERMAN: [&str; 6] = [
    "ehlo",
    "server-says-no",
    "dots-and-lines",
    "auth-by-hand",
    "starttls",
    "mime-by-hand",
];

/// What the page and its tools read of the course.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Course {
    #[serde(rename = "$comment")]
    _comment: Option<String>,
    groups: Vec<Group>,
}

/// Lessons that belong together, in order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    title: Words,
    lessons: Vec<String>,
}

fn www() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("www")
}

fn course() -> Course {
    let text = std::fs::read_to_string(www().join("lessons/course.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn ids() -> Vec<String> {
    course()
        .groups
        .into_iter()
        .flat_map(|group| group.lessons)
        .collect()
}

fn text(id: &str) -> String {
    std::fs::read_to_string(www().join(format!("lessons/{id}.json"))).unwrap()
}

fn lesson(id: &str) -> Lesson {
    read(&text(id)).unwrap_or_else(|fault| panic!("{id}: {fault}"))
}

/// All texts of a lesson, each with its place. Titles are not Markdown, but have no marks either.
fn texts(lesson: &Lesson) -> Vec<(String, &Words)> {
    let mut found = vec![("title".to_string(), &lesson.title)];
    let learn = lesson
        .learn
        .iter()
        .flatten()
        .map(|words| ("learn".to_string(), words));
    found.extend(learn);
    found.extend(
        lesson
            .intro
            .iter()
            .map(|words| ("intro".to_string(), words)),
    );
    for (at, step) in lesson.steps.iter().enumerate() {
        found.push((format!("steps[{at}].title"), &step.title));
        found.push((format!("steps[{at}].text"), &step.text));
        let hints = step
            .hints()
            .iter()
            .map(|words| (format!("steps[{at}].hints"), words));
        found.extend(hints);
        let mistakes = step.mistakes().iter();
        found.extend(mistakes.map(|mistake| (format!("steps[{at}].mistakes"), &mistake.say)));
    }
    let mistakes = lesson.mistakes.iter().flatten();
    found.extend(mistakes.map(|mistake| ("mistakes".to_string(), &mistake.say)));
    found.extend(
        lesson
            .outro
            .iter()
            .map(|words| ("outro".to_string(), words)),
    );
    found
}

/// Commands to press and addresses of links, in order.
#[derive(Debug, Default, PartialEq)]
struct Marks {
    commands: Vec<String>,
    links: Vec<String>,
}

impl Marks {
    fn of(text: &str) -> Marks {
        let mut marks = Marks::default();
        for block in parse(text).unwrap() {
            match block {
                Block::Paragraph(inside) | Block::Heading(inside) => marks.take(&inside),
                Block::List { items, .. } => items.iter().for_each(|item| marks.take(item)),
                Block::Commands(lines) => marks.commands.extend(lines),
                Block::Code(_) => {}
            }
        }
        marks
    }

    fn take(&mut self, inside: &[Inline]) {
        for one in inside {
            match one {
                Inline::Command(line) => self.commands.push(line.clone()),
                Inline::Emphasis(inside) | Inline::Strong(inside) => self.take(inside),
                Inline::Link { text, address } => {
                    self.links.push(address.clone());
                    self.take(text);
                }
                Inline::Text(_) | Inline::Code(_) => {}
            }
        }
    }
}

#[test]
fn every_lesson_is_in_the_course_once() {
    let listed = ids();
    let distinct: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(distinct.len(), listed.len(), "a lesson is listed twice");
    let names = std::fs::read_dir(www().join("lessons"))
        .unwrap()
        .map(|e| e.unwrap().path());
    let names = names.filter(|path| path.extension().is_some_and(|e| e == "json"));
    let mut there: BTreeSet<String> = names
        .map(|path| path.file_stem().unwrap().to_string_lossy().into())
        .collect();
    assert!(there.remove("course"));
    for id in &listed {
        if let Some(scenario) = lesson(id).scenario {
            there.remove(&scenario.0);
        }
    }
    assert_eq!(distinct, there, "the course, and what is in the folder");
    assert!(listed.len() >= 16);
}

#[test]
fn ids_prerequisites_and_links_lead_somewhere() {
    let listed = ids();
    let pages = |address: &str| {
        let file = address.split(['#', '?']).next().unwrap();
        www().join(file).exists() || www().join("..").join(file).exists()
    };
    for (at, id) in listed.iter().enumerate() {
        let lesson = lesson(id);
        assert_eq!(&lesson.id.0, id, "its id is not its file's name");
        for before in lesson.prerequisites.iter().flatten() {
            assert!(
                listed[..at].contains(&before.0),
                "{id}: {} does not come before it",
                before.0
            );
        }
        assert!(
            lesson
                .minutes
                .as_ref()
                .is_some_and(|m| (5..=15).contains(&m.0)),
            "{id}: minutes"
        );
        assert!(
            lesson.learn.is_some() && lesson.intro.is_some() && lesson.outro.is_some(),
            "{id}"
        );
        for (place, words) in texts(&lesson) {
            for (_, text) in &words.0 {
                for address in Marks::of(text).links {
                    let is_web = address.starts_with("https://");
                    assert!(
                        is_web || pages(&address),
                        "{id}, {place}: no page {address}"
                    );
                }
            }
        }
    }
}

#[test]
fn languages_say_the_same() {
    for group in course().groups {
        for language in LANGUAGES {
            assert!(
                group.title.0.iter().any(|(tag, _)| tag == language),
                "a group in {language}"
            );
        }
    }
    for id in ids() {
        let lesson = lesson(&id);
        for (place, words) in texts(&lesson) {
            let tags: Vec<&str> = words.0.iter().map(|(tag, _)| tag.as_str()).collect();
            if TRANSLATED.contains(&id.as_str()) {
                assert_eq!(tags, LANGUAGES, "{id}, {place}");
            }
            if IN_GERMAN.contains(&id.as_str()) {
                assert_eq!(tags, ["en", "de"], "{id}, {place}");
            }
            // Commands and pages are the same in each of them.
            let (_, first) = words.0.first().unwrap();
            for (tag, text) in &words.0 {
                assert_eq!(Marks::of(text), Marks::of(first), "{id}, {place}, {tag}");
                assert!(!text.contains("  "), "{id}, {place}, {tag}: two blanks");
            }
        }
    }
}

/// What nobody should get who presses what a text offers.
fn is_trouble(row: &str) -> bool {
    let is_refusal = row.starts_with('5') && row.get(1..3).is_some_and(|d| d.parse::<u8>().is_ok());
    is_refusal || row.contains("command not found") || row.contains("No such file")
}

/// What nobody is to be sent to, not by a solution either.
const DENIED: &str = "Permission denied";

/// Each step is played line by line. Commands that its text offers and its solution does not need are
/// pressed before it.
#[test]
fn what_a_text_offers_can_be_pressed() {
    let mut problems = Vec::new();
    for id in ids() {
        let start = |text: &str| Simulator::teach(text, "", Outside::default()).unwrap();
        let mut simulator = start(&text(&id));
        let steps = simulator.lesson().unwrap().steps.len();
        for step in 0..steps {
            let lesson = simulator.lesson().unwrap();
            let Some(it) = lesson.steps.get(step) else {
                continue;
            };
            let solution: Vec<String> = it.solution.iter().map(|line| line.0.clone()).collect();
            let offered = Marks::of(it.text.in_language("en")).commands;
            let others: Vec<&String> = offered
                .iter()
                .filter(|line| !solution.contains(line))
                .collect();
            for line in others {
                let before = simulator.transcript().lines().count();
                simulator.perform(&[line]);
                simulator.settle();
                let shown = simulator.transcript();
                if let Some(row) = shown.lines().skip(before).find(|row| is_trouble(row)) {
                    problems.push(format!("{id}: step {step}: {line:?} gets {row:?}"));
                }
            }
            // Whoever reads a step's text lets a message travel meanwhile.
            simulator.skip(Duration::from_secs(5));
            let mut reached = None;
            for (at, line) in solution.iter().enumerate() {
                let before = simulator.transcript().lines().count();
                simulator.perform(&[line]);
                simulator.settle();
                let shown = simulator.transcript();
                if let Some(row) = shown.lines().skip(before).find(|row| row.contains(DENIED)) {
                    problems.push(format!("{id}: step {step}: {line:?} gets {row:?}"));
                }
                if reached.is_none() && simulator.teacher().unwrap().at() > step {
                    reached = Some(at);
                }
            }
            // What comes after the goal would go out of the learner's sight.
            if reached != Some(solution.len() - 1) {
                problems.push(format!(
                    "{id}: step {step} is reached by its line {reached:?}"
                ));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// Who types faster than programs end has done the same.
#[test]
fn a_solution_that_is_typed_ahead_counts() {
    let mut problems = Vec::new();
    for id in ids() {
        let mut simulator = Simulator::teach(&text(&id), "", Outside::default()).unwrap();
        let steps = simulator.lesson().unwrap().steps.len();
        for step in 0..steps {
            let lines = solution_of(&simulator, step);
            let is_key = |line: &String| line.starts_with(['^', '<']);
            if lines.iter().any(is_key) {
                simulator.perform(&lines.iter().map(String::as_str).collect::<Vec<_>>());
            } else {
                for line in lines {
                    simulator.run(&line);
                    simulator.skip(Duration::from_millis(100));
                }
            }
            simulator.settle();
            simulator.skip(Duration::from_secs(5));
            simulator.settle();
            if simulator.teacher().unwrap().at() <= step {
                problems.push(format!("{id}: step {step} is not reached"));
                break;
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// The lines that a lesson gives for a step.
fn solution_of(simulator: &Simulator, step: usize) -> Vec<String> {
    let steps = &simulator.lesson().unwrap().steps;
    let lines = steps.get(step).map(|step| &step.solution);
    lines
        .into_iter()
        .flatten()
        .map(|line| line.0.clone())
        .collect()
}

/// Other ways than the lesson's own: small letters, other programs, another order.
const WAYS: [(&str, &[&str]); 3] = [
    (
        "first-mail",
        &[
            r"printf 'helo x\r\nmail from:<safeer@safeer.in>\r\nrcpt to:<praveen@gmail.com>\r\ndata\r\nsubject: hi\r\n\r\nhello\r\n.\r\nquit\r\n' | nc smtp.safeer.in 25",
        ],
    ),
    (
        "many-recipients",
        &[
            "nc -C smtp.safeer.in 25",
            "helo x",
            "mail from:safeer@safeer.in",
            "rcpt to:praveen@gmail.com",
            "rcpt to:asha@safeer.in",
            "rcpt to:nobody-here@safeer.in",
            "rset",
            "data",
            "mail from:asha@safeer.in",
            "rcpt to:postmaster@safeer.in",
            "rcpt to:asha@safeer.in",
            "data",
            "",
            "hello",
            ".",
            "mail from:<>",
            "rcpt to:praveen@gmail.com",
            "data",
            "",
            "hello",
            ".",
            "quit",
        ],
    ),
    (
        "no-mail-goes-out",
        &[
            "ssh root@smtp.safeer.in",
            "sed -i -e 's/10.52/10.25/' -e '/^relayhost/d' /etc/postfix/main.cf",
            "systemctl reload postfix",
            "exit",
            r"printf 'helo x\r\nmail from:<safeer@safeer.in>\r\nrcpt to:<praveen@gmail.com>\r\ndata\r\n\r\nhello\r\n.\r\nquit\r\n' | nc smtp.safeer.in 25",
            "<wait 5>",
        ],
    ),
];

#[test]
fn other_ways_count() {
    for (id, lines) in WAYS {
        let mut simulator = Simulator::teach(&text(id), "", Outside::default()).unwrap();
        simulator.perform(lines);
        simulator.settle();
        let teacher = simulator.teacher().unwrap();
        assert!(
            teacher.is_done(),
            "{id}: step {}\n{}",
            teacher.at(),
            simulator.transcript()
        );
        assert!(
            teacher.remarks().is_empty(),
            "{id}: {:?}",
            teacher.remarks()
        );
    }
}
