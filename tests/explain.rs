//! Every line has an explanation of its own: what the code can reply, what is replied in the
//! transcripts and sessions, every command, keyword, code, restriction and parameter.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use smtp_terminal::explain::{Entry, Explain, Explanation, Kind, Scene};
use smtp_terminal::postfix::config::parameter;
use smtp_terminal::scenario::values::Map;
use smtp_terminal::simulator::Simulator;
use smtp_terminal::smtp::command::Verb;
use smtp_terminal::workstation::programs::TABLES;
use support::dialogue::mask;
use support::screen::{keys, Session};
use support::tests;

fn texts(language: &str) -> Explain {
    let path = root().join(format!("www/explain/{language}.json"));
    let text = fs::read_to_string(&path).unwrap();
    Explain::read(&text).unwrap_or_else(|fault| panic!("{fault}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).into()
}

/// All files of a folder, deep, that end so.
fn files(folder: &str, end: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                let name = path.strip_prefix(root()).unwrap();
                let text = fs::read_to_string(&path).unwrap_or_default();
                found.push((name.to_string_lossy().into_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// A source file without its tests and comments.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests").unwrap_or(text.len());
    let lines = text[..end].lines();
    let code = lines.filter(|line| !line.trim_start().starts_with("//"));
    // A text that goes on in the next line.
    code.collect::<Vec<_>>().join("\n").replace("\\\n", "")
}

/// What stands in quotes in the source.
fn literals(text: &str) -> Vec<String> {
    let literal = Regex::new(r#""((?:[^"\\\n]|\\.)*)""#).unwrap();
    let found = literal.captures_iter(text);
    found.map(|found| found[1].replace("\\\"", "\"")).collect()
}

/// Explains, and says which has no rule of its own.
struct Court {
    explain: Explain,
    simulator: Simulator,
    missing: BTreeSet<String>,
    count: usize,
}

impl Court {
    fn new() -> Court {
        Court {
            explain: texts("en"),
            simulator: Simulator::new("{}").unwrap(),
            missing: BTreeSet::new(),
            count: 0,
        }
    }

    fn explain(&self, scene: &Scene) -> Explanation {
        let found = self.explain.line(scene, self.simulator.world());
        found.unwrap_or_else(|| panic!("nothing is said of {scene:?}"))
    }

    fn reply(&mut self, text: &str, goes_on: bool, place: &str) {
        let scene = Scene {
            goes_on,
            ..Scene::alone(text)
        };
        assert_eq!(scene.kind, Kind::Reply, "{place}: {text}");
        let found = self.explain(&scene);
        self.count += 1;
        let is_refusal = text.starts_with(['4', '5']);
        let is_whole = !found.title.is_empty()
            && !found.says.is_empty()
            && !found.reference.is_empty()
            && found.parts.len() >= 3
            // A line that only goes on with a refusal is none of its own.
            && (!is_refusal || goes_on || !found.likely.is_empty());
        if found.is_general || !is_whole {
            self.missing.insert(format!("{place}: {text}"));
        }
    }

    fn line(&mut self, text: &str, place: &str) {
        let found = self.explain(&Scene {
            text: text.into(),
            ..Scene::default()
        });
        self.count += 1;
        if found.is_general {
            self.missing.insert(format!("{place}: {text}"));
        }
    }

    fn judge(self, what: &str, least: usize) {
        println!("{} {what}", self.count);
        assert!(self.count >= least, "only {} {what}", self.count);
        let missing: Vec<_> = self.missing.into_iter().collect();
        assert!(
            missing.is_empty(),
            "{} have no explanation of their own:\n{}",
            missing.len(),
            missing.join("\n")
        );
    }
}

/// What is put in the place of `{…}` in a text of the source.
fn filled(text: &str) -> String {
    let named = |name: &str| {
        match name.split(':').next().unwrap_or("") {
            "code" | "rbl_code" => "550",
            "size" => "12",
            "what" | "subject" | "who" => "Recipient address",
            "table" => " in local recipient table",
            "verb" => "HELO",
            "name" => "host.example",
            "option" | "missing" => "",
            _ => "x",
        }
        .to_string()
    };
    let gap = Regex::new(r"\{([^{}]*)\}").unwrap();
    let text = gap.replace_all(text, |found: &regex::Captures| named(&found[1]));
    text.into_owned()
}

/// Texts of the source that are half of a reply: behind them follows a reason, which is tried as it
/// stands in transcripts, or the words of an administrator's own rule.
const HALVES: [&str; 4] = [
    "535 5.7.8 Error: authentication failed",
    "454 4.7.0 Temporary authentication failure",
    "451 {reason}",
    "550 {reason}",
];

#[test]
fn every_reply_of_the_source_is_explained() {
    let mut court = Court::new();
    let reply = Regex::new(r"^[245][0-9][0-9] \S").unwrap();
    for (name, text) in files("src", ".rs") {
        if !name.starts_with("src/smtp/session") && !name.starts_with("src/postfix") {
            continue;
        }
        let text = code(&text);
        for literal in literals(&text) {
            if reply.is_match(&literal) && !HALVES.contains(&&*literal) {
                court.reply(&filled(&literal), false, &name);
            }
        }
        // A constant that a reply is made of: host names and queue IDs follow.
        for (start, end) in [
            ("250 ", "smtp.safeer.in"),
            ("220 ", "smtp.safeer.in ESMTP Postfix"),
        ] {
            court.reply(&format!("{start}{end}"), false, &name);
        }
        reasons(&mut court, &name, &text);
    }
    court.judge("replies of the source", 300);
}

/// The texts that restrictions refuse with, behind `rejected: ` and without it.
fn reasons(court: &mut Court, name: &str, text: &str) {
    if !name.starts_with("src/postfix/access") {
        return;
    }
    let behind =
        Regex::new(r#"call\.rejected\("([^"]+)"\)|reject_all\([^"]*"[^"]*", "([^"]+)""#).unwrap();
    for found in behind.captures_iter(text) {
        let why = found.get(1).or(found.get(2)).unwrap().as_str();
        let reply = format!("554 5.7.1 <x>: Recipient address rejected: {why}");
        court.reply(&reply, false, name);
    }
    for literal in literals(text) {
        let is_reason = literal.contains(" rejected: ")
            || literal.starts_with("<{") && literal.contains(">: ")
            || literal.starts_with("Client host rejected");
        // Of notes for the log, which begin so, no client is told.
        if is_reason && !literal.contains("{log}") {
            let mut text = filled(&literal);
            if text.starts_with("Client host rejected: cannot") {
                text += ", [192.0.2.1]";
            }
            court.reply(&format!("550 5.7.1 {text}"), false, name);
        }
    }
}

/// Replies whose words are a configuration's or a scenario's own; what their codes say is all there
/// is to say of them.
const OWN_WORDS: [&str; 3] = [
    // default_rbl_reply in tests/postfix/configs.
    "Blocked Sender address",
    "Blocked Client host",
    // Hosts of tests/worlds that speak in other words.
    "(challenge)",
];

#[test]
fn every_reply_of_the_transcripts_is_explained() {
    let mut court = Court::new();
    for (name, text) in files("tests/transcripts", ".txt") {
        let mut before = String::new();
        for line in text.lines() {
            let Some(reply) = line.strip_prefix("S: ") else {
                before.clear();
                continue;
            };
            let code = reply.get(..3).unwrap_or("");
            let goes_on = before.starts_with(&format!("{code}-"));
            before = reply.into();
            let is_own = OWN_WORDS.iter().any(|own| reply.contains(own));
            if reply.starts_with(|c: char| c.is_ascii_digit()) && !is_own {
                court.reply(reply, goes_on, &name);
            }
        }
    }
    court.judge("replies of transcripts", 1_000);
}

#[test]
fn every_line_of_the_sessions_is_explained() {
    let mut court = Court::new();
    let log = Regex::new(r"^[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} \S+ \S+\[[0-9]+\]: ").unwrap();
    let reply = Regex::new(r"^(<-  |<~  |<\*\* |<~\* )?([245][0-9][0-9][ -].*)").unwrap();
    for (name, text) in files("tests/sessions", ".txt") {
        let mut before = String::new();
        let output = text.split_once("----\n").map_or("", |(_, output)| output);
        for line in output.lines() {
            let line = line.trim_end_matches('|');
            if log.is_match(line) {
                court.line(line, &name);
            } else if let Some(found) = reply.captures(line) {
                let code = &found[2][..3];
                let goes_on = before.starts_with(&format!("{code}-"));
                before = found[2].into();
                let is_date = found[2].contains(" root ");
                if !is_date && found.get(1).is_some() {
                    court.reply(&found[2], goes_on, &name);
                }
            }
        }
    }
    court.judge("lines of sessions", 400);
}

#[test]
fn what_programs_of_mail_print_is_explained() {
    let mut court = Court::new();
    for line in [
        "Trying 10.25.0.1...",
        "Connected to smtp.safeer.in.",
        "Escape character is '^]'.",
        "Connection closed by foreign host.",
        "telnet: Unable to connect to remote host: Connection refused",
        "bash: nosuch: command not found",
        "C53E7265CB0      345 Tue Nov 24 10:00:00 safeer@safeer.in",
        "C53E7265CB0*     345 Tue Nov 24 10:00:00 safeer@safeer.in",
        "C53E7265CB0!     345 Tue Nov 24 10:00:00 MAILER-DAEMON",
        "              (connect to mail.down.example[10.28.0.1]:25: Connection refused)",
        "-- 0 Kbytes in 1 Request.",
        "Mail queue is empty",
        "Received: from penguinpower (penguinpower [10.25.0.57])",
        "\tby smtp.safeer.in (Postfix) with ESMTP id C53E7265CB0",
        "\tfor <praveen@gmail.com>; Tue, 24 Nov 2026 10:00:00 +0000 (UTC)",
        "From safeer@safeer.in  Tue Nov 24 10:00:00 2026",
        "Status: RO",
        "mydestination = $myhostname, localhost",
    ] {
        court.line(line, "by hand");
    }
    // What notifications say for programs.
    let (_, source) = &files("src/postfix/delivery", "notification.rs")[0];
    let field = Regex::new(r"(?:^|\\n)([A-Z][A-Za-z{0}-]+): ").unwrap();
    for literal in literals(&code(source)) {
        for found in field.captures_iter(&literal) {
            let name = found[1].replace("{0}", "Postfix");
            let value = if &name == "Status" { "5.1.1" } else { "x" };
            court.line(&format!("{name}: {value}"), "notification.rs");
        }
    }
    court.judge("lines of programs", 30);
}

#[test]
fn every_command_keyword_and_option_is_explained() {
    let explain = texts("en");
    let texts = explain.texts();
    let has = |map: &Map<Entry>, name: &str| map.0.iter().any(|(known, _)| known == name);
    for verb in Verb::ALL {
        let name = verb.name();
        assert!(
            name == "UNKNOWN" || has(&texts.commands, name),
            "no command {name}"
        );
    }
    let mut count = 0;
    let offers = Regex::new(r#"offer\(\s*"([A-Z0-9]+)",\s*(?:format!\()?"([A-Z0-9]+)"#).unwrap();
    let (_, greeting) = &files("src/smtp/session", "greeting.rs")[0];
    for found in offers.captures_iter(greeting) {
        assert!(has(&texts.keywords, &found[2]), "no keyword {}", &found[2]);
        count += 1;
    }
    let mut options = BTreeSet::new();
    let name = Regex::new(r#""(SIZE|BODY|AUTH|RET|ENVID|NOTIFY|ORCPT|SMTPUTF8|XVERP)=?""#).unwrap();
    for (_, text) in files("src/smtp/session", ".rs") {
        options.extend(name.captures_iter(&text).map(|found| found[1].to_string()));
    }
    for option in &options {
        let known = texts.options.0.iter().any(|(known, _)| known == option);
        assert!(known, "no option {option}");
    }
    println!("{count} keywords, {} options", options.len());
    assert!(count >= 8 && options.len() >= 7);
}

/// The registry of enhanced status codes: by subject, the details from 0 to the last one.
const REGISTRY: [(u8, u8); 8] = [
    (0, 0),
    (1, 10),
    (2, 4),
    (3, 6),
    (4, 7),
    (5, 6),
    (6, 10),
    (7, 30),
];

#[test]
fn every_enhanced_code_is_explained() {
    let explain = texts("en");
    let known = &explain.texts().enhanced;
    let has = |name: &str| known.0.iter().any(|(known, _)| known == name);
    let mut count = 0;
    for (subject, last) in REGISTRY {
        assert!(has(&format!("X.{subject}")));
        for detail in 0..=last {
            assert!(
                has(&format!("X.{subject}.{detail}")),
                "X.{subject}.{detail}"
            );
            count += 1;
        }
    }
    assert!(["2", "4", "5"].into_iter().all(has));
    // What is here is in the registry.
    assert_eq!(known.0.len(), count + 3 + REGISTRY.len());
    // And what the code says is here.
    let code_of =
        Regex::new(r"^[245]\.([0-9]+\.[0-9]+)$|^[245]\d\d [245]\.([0-9]+\.[0-9]+) ").unwrap();
    for (name, text) in files("src/postfix", ".rs")
        .into_iter()
        .chain(files("src/smtp", ".rs"))
    {
        for literal in literals(&code(&text)) {
            if let Some(found) = code_of.captures(&literal) {
                let numbers = found.get(1).or(found.get(2)).unwrap().as_str();
                assert!(has(&format!("X.{numbers}")), "{name}: {literal}");
            }
        }
    }
    println!("{count} enhanced codes");
}

#[test]
fn every_parameter_and_restriction_is_explained() {
    let explain = texts("en");
    let texts = explain.texts();
    let has = |name: &str| texts.parameters.0.iter().any(|(known, _)| known == name);
    let restricts = |name: &str| texts.restrictions.0.iter().any(|(known, _)| known == name);
    let missing: Vec<_> = parameter::all()
        .map(|p| p.name)
        .filter(|name| !has(name))
        .collect();
    assert!(missing.is_empty(), "parameters: {missing:?}");
    for (name, _) in &texts.parameters.0 {
        let is_one = parameter::find(name).is_some() || parameter::other(name).is_some();
        let is_own = ["mydomain", "mynetworks", "inet_interfaces"].contains(&name.as_str());
        assert!(is_one || is_own, "there is no parameter {name}");
    }
    let word = Regex::new(r#"Word::new\(\s*"([a-z_]+)""#).unwrap();
    let mut words = BTreeSet::new();
    for (_, text) in files("src/postfix/access", ".rs") {
        words.extend(word.captures_iter(&text).map(|found| found[1].to_string()));
    }
    let missing: Vec<_> = words.iter().filter(|name| !restricts(name)).collect();
    assert!(missing.is_empty(), "restrictions: {missing:?}");
    println!(
        "{} parameters, {} restrictions",
        texts.parameters.0.len(),
        words.len()
    );
    assert!(words.len() > 50);
    // What rules name is known.
    let maps = [&texts.replies, &texts.keywords, &texts.log, &texts.screen];
    for (pattern, entry) in maps.into_iter().flat_map(|map| &map.0) {
        for name in entry.because.iter().flatten().map(|name| &name.0) {
            assert!(has(name) || restricts(name), "{pattern}: {name}");
        }
    }
}

#[test]
fn every_program_is_explained() {
    let explain = texts("en");
    let known = &explain.texts().programs;
    let mut missing = Vec::new();
    for program in TABLES.iter().flat_map(|table| table.iter()) {
        let has_text = known.0.iter().any(|(name, _)| name == program.name);
        let has_help = !program
            .help
            .rsplit_once('|')
            .map_or("", |(_, what)| what)
            .is_empty();
        if !has_text
            && !has_help
            && program.folder.starts_with("/usr/")
            && !program.folder.contains("machine")
        {
            missing.push(program.name);
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

/// A line that fits a pattern.
fn sample(pattern: &str) -> String {
    let gap = Regex::new(r"\{([^{}]*)\}").unwrap();
    let text = gap.replace_all(pattern, |found: &regex::Captures| match &found[1] {
        "code" => "550",
        "dsn" => "5.1.1",
        "queue-id" => "C53E7265CB0",
        "reply" => "550 5.1.1 No",
        "count" | "number" | "size" | "pid" | "port" => "12",
        "delay" | "before" | "waited" | "connected" | "transferred" => "0.1",
        "stamp" => "Nov 24 10:00:00",
        "command" => "RCPT",
        "s" => "",
        _ => "word",
    });
    text.into_owned()
}

#[test]
fn every_rule_can_be_reached() {
    let explain = texts("en");
    let texts = explain.texts();
    let simulator = Simulator::new("{}").unwrap();
    let title_of = |scene: &Scene| {
        let found = explain.line(scene, simulator.world());
        found.map_or(String::new(), |found| {
            found.says.first().map_or(String::new(), |s| s.text.clone())
        })
    };
    let mut problems = Vec::new();
    let mut count = 0;
    let gap = Regex::new(r"\{[^{}]*\}").unwrap();
    let is_alike = |shown: &str, says: &str| {
        // The pieces between the names, in order.
        let mut rest = shown;
        gap.split(says.lines().next().unwrap_or("")).all(|piece| {
            match rest.find(piece.trim_end_matches(" [")) {
                Some(at) => {
                    rest = &rest[at + piece.len()..];
                    true
                }
                None => false,
            }
        })
    };
    let mut try_rule = |kind: Kind, line: String, start: usize, pattern: &str, entry: &Entry| {
        count += 1;
        let scene = Scene {
            text: line,
            kind,
            start,
            ..Scene::default()
        };
        let shown = title_of(&scene);
        if !is_alike(&shown, &entry.says.0) {
            problems.push(format!("{pattern}\n    another speaks: {shown}"));
        }
    };
    for (pattern, entry) in &texts.replies.0 {
        if matches!(pattern.as_str(), "334" | "footer") {
            continue;
        }
        let codes = entry.code.as_ref().map_or("550", |code| &code.0);
        let code = codes.split(' ').next().unwrap();
        try_rule(
            Kind::Reply,
            format!("{code} {}", sample(pattern)),
            0,
            pattern,
            entry,
        );
    }
    for (pattern, entry) in &texts.log.0 {
        let line = format!("Nov 24 10:00:00 smtp postfix/x[12]: {}", sample(pattern));
        try_rule(Kind::Output, line, 0, pattern, entry);
    }
    for (pattern, entry) in &texts.screen.0 {
        let is_of_all = pattern.starts_with("output of ");
        if !is_of_all && !matches!(pattern.as_str(), "output" | "log" | "recipient") {
            try_rule(Kind::Output, sample(pattern), 0, pattern, entry);
        }
    }
    for (pattern, entry) in &texts.shell.0 {
        try_rule(
            Kind::Shell,
            format!("$ {}", sample(pattern)),
            2,
            pattern,
            entry,
        );
    }
    println!("{count} rules");
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// German says du to its reader, as its lessons do: within a sentence there is no `Sie`.
#[test]
fn german_speaks_as_its_lessons_do() {
    let formal = Regex::new(r"[a-zäöüß,`] (Sie|Ihnen|Ihre?[mnrs]?)\b").unwrap();
    for name in ["explain", "languages"] {
        let path = root().join(format!("www/{name}/de.json"));
        let text = fs::read_to_string(path).unwrap();
        let found: Vec<&str> = text.lines().filter(|line| formal.is_match(line)).collect();
        assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
    }
}

/// The names of a map, in any order.
fn names<T>(map: &Map<T>) -> BTreeSet<&str> {
    map.0.iter().map(|(name, _)| name.as_str()).collect()
}

/// Another language says nothing that the English texts do not know, and what an entry of theirs
/// has it has as well.
#[test]
fn other_languages_fit() {
    for language in ["de", "es", "hi", "ja"] {
        let (english, other) = (texts("en"), texts(language));
        let (english, other) = (english.texts(), other.texts());
        assert_eq!(other.language.0, language);
        // German has all of it.
        let is_whole = language == "de";
        let pairs = [
            ("interface", &english.interface, &other.interface),
            ("digits", &english.digits, &other.digits),
            ("codes", &english.codes, &other.codes),
            ("enhanced", &english.enhanced, &other.enhanced),
            ("options", &english.options, &other.options),
            ("processes", &english.processes, &other.processes),
            ("fields", &english.fields, &other.fields),
            ("headers", &english.headers, &other.headers),
            ("report", &english.report, &other.report),
            ("programs", &english.programs, &other.programs),
            ("restrictions", &english.restrictions, &other.restrictions),
            ("parameters", &english.parameters, &other.parameters),
        ];
        let mut count = 0;
        for (map, english, other) in pairs {
            for (name, _) in &other.0 {
                let is_known = english.0.iter().any(|(known, _)| known == name);
                assert!(is_known, "{language}: {map}: {name}");
                count += 1;
            }
            assert!(
                !is_whole || names(other) == names(english),
                "{language}: {map}"
            );
        }
        assert_eq!(other.interface.0.len(), english.interface.0.len());
        let pairs = [
            ("replies", &english.replies, &other.replies),
            ("commands", &english.commands, &other.commands),
            ("keywords", &english.keywords, &other.keywords),
            ("screen", &english.screen, &other.screen),
            ("log", &english.log, &other.log),
            ("shell", &english.shell, &other.shell),
        ];
        for (map, english, other) in pairs {
            for (name, entry) in &other.0 {
                let found = english.0.iter().find(|(known, _)| known == name);
                let (_, known) = found.unwrap_or_else(|| panic!("{language}: {map}: {name}"));
                assert_eq!(entry.next.is_some(), known.next.is_some(), "{name}: next");
                assert_eq!(
                    entry.likely.is_some(),
                    known.likely.is_some(),
                    "{name}: likely"
                );
                for (own, theirs) in [
                    (&entry.parts, &known.parts),
                    (&entry.mistakes, &known.mistakes),
                ] {
                    let (own, theirs) = (own.as_ref().map(names), theirs.as_ref().map(names));
                    assert!(!is_whole || own == theirs, "{name}: {own:?}, {theirs:?}");
                }
                count += 1;
            }
            assert!(
                !is_whole || names(other) == names(english),
                "{language}: {map}"
            );
        }
        println!("{language}: {count} texts");
    }
}

#[test]
fn every_text_fills_its_gaps() {
    let explain = texts("en");
    let texts = explain.texts();
    let gap = Regex::new(r"\{([^{}]*)\}").unwrap();
    let names = |text: &str| -> BTreeSet<String> {
        gap.captures_iter(text)
            .map(|found| found[1].to_string())
            .collect()
    };
    let mut problems = Vec::new();
    let maps = BTreeMap::from([
        ("replies", &texts.replies),
        ("log", &texts.log),
        ("screen", &texts.screen),
        ("shell", &texts.shell),
    ]);
    for (map, rules) in maps {
        for (pattern, entry) in &rules.0 {
            let mut known = names(pattern);
            known.insert("command".into());
            if pattern == "334" || pattern.starts_with("output") {
                known.insert("text".into());
            }
            let text = |text: &Option<smtp_terminal::scenario::values::Text>| {
                text.as_ref().map_or(String::new(), |text| text.0.clone())
            };
            let all = [
                entry.title.0.clone(),
                entry.says.0.clone(),
                text(&entry.next),
                text(&entry.likely),
            ];
            for name in all.iter().flat_map(|text| names(text)) {
                if !known.contains(&name) {
                    problems.push(format!("{map}: {pattern}: {{{name}}}"));
                }
            }
            if pattern.contains("}{") {
                problems.push(format!(
                    "{map}: {pattern}: nothing stands between two names"
                ));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// A screen, each line with what is said of it: its title behind `=`, what probably went wrong
/// behind `!`.
fn annotated(session: &Session, explain: &Explain) -> String {
    let mut simulator = Simulator::new(&session.world).unwrap();
    let mut text = String::new();
    let mut shown = 0;
    for line in &session.typed {
        simulator.run(line);
        simulator.settle();
        let likely = simulator.likely(explain);
        let rows = simulator.screen().rows().len();
        for row in shown..rows {
            text += &format!("{}\n", mask(&simulator.screen().rows()[row].text()));
            if let Some(found) = simulator.explain(explain, row) {
                let mark = if found.is_general { "~" } else { "=" };
                text += &format!("    {mark} {}\n", mask(&found.title));
            }
            if let Some((_, said)) = likely.as_ref().filter(|(at, _)| *at == row) {
                text += &format!("    ! {}\n", mask(said));
            }
        }
        shown = rows;
    }
    text.trim_end().to_string()
}

/// Whole sessions, explained line by line. `RECORD=1` writes what is said now.
#[test]
fn sessions_are_explained_line_by_line() {
    let explain = texts("en");
    let mut problems = Vec::new();
    for session in Session::read_all(&tests("explain"), "") {
        let said = annotated(&session, &explain);
        if std::env::var_os("RECORD").is_some() {
            session.record(&said);
        } else if said != session.screen {
            problems.push(format!("{}:\n{said}\n", session.path.display()));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// Of the last reply it is known which restriction has decided, with its argument.
#[test]
fn who_has_decided_is_named() {
    let explain = texts("en");
    let world = r#"{ "hosts": [
        { "name": "penguinpower", "addresses": ["10.25.0.57"] },
        { "name": "mx.example.org", "addresses": ["10.25.0.9"], "main_cf": [
            "compatibility_level = 3.6",
            "myhostname = mx.example.org",
            "smtpd_helo_restrictions = check_helo_access inline:{x=OK}",
            "smtpd_sender_restrictions = check_sender_access pcre:{{/^boss@/ REJECT Not today}}, reject"
        ] }
    ] }"#;
    let mut simulator = Simulator::new(world).unwrap();
    let lines = [
        "telnet mx.example.org 25",
        "HELO x",
        "MAIL FROM:<boss@a.example>",
        "RCPT TO:<a@b.example>",
    ];
    simulator.run(&lines.join("\n"));
    simulator.settle();
    let last = simulator.screen().rows().len() - 1;
    let found = simulator.explain(&explain, last).unwrap();
    assert!(found.line.ends_with("Not today"), "{}", found.line);
    let why = found
        .says
        .iter()
        .find(|section| section.heading == explain.word("because"));
    let why = &why.unwrap().text;
    let decided = "`check_sender_access pcre:{{/^boss@/ REJECT Not today}}` in `smtpd_sender_restrictions` on mx.example.org has decided";
    assert!(why.contains(decided), "{why}");
    assert!(!why.contains("check_helo_access"), "{why}");
}

/// Whatever is on a screen can be asked: nothing panics, each piece is where it says, and of
/// nearly all there is more to say than which program has printed them. `GENERAL=1` shows the others.
#[test]
fn every_row_of_a_session_can_be_asked() {
    let explain = texts("en");
    // Of some it is said what their program prints, and no more of this very line.
    let of_programs = |title: &str| {
        let mut all = explain.texts().screen.0.iter();
        all.any(|(name, entry)| name.starts_with("output of ") && entry.title.0 == title)
    };
    let (mut rows, mut general, mut by_program) = (0, 0, 0);
    for session in Session::read_all(&tests("sessions"), "tutorial") {
        let mut simulator = Simulator::new(&session.world).unwrap();
        for line in &session.typed {
            keys(line).into_iter().for_each(|key| simulator.press(key));
            simulator.settle();
        }
        for (row, content) in simulator.screen().rows().iter().enumerate().take(400) {
            let Some(found) = simulator.explain(&explain, row) else {
                assert!(content.text().trim().is_empty(), "{}", content.text());
                continue;
            };
            assert!(
                !(found.title.is_empty() || found.says.is_empty() && found.parts.is_empty()),
                "{}",
                found.line
            );
            for part in &found.parts {
                assert!(
                    found.line.get(part.start..part.end).is_some(),
                    "{part:?}: {}",
                    found.line
                );
            }
            assert!(!format!("{found:?}").contains("{text}"), "{found:?}");
            rows += 1;
            general += usize::from(found.is_general);
            by_program += usize::from(of_programs(&found.title));
            if found.is_general && std::env::var_os("GENERAL").is_some() {
                println!("{}: {}", found.title, found.line);
            }
        }
    }
    println!(
        "{rows} rows: of {by_program} is said what their program prints, of {general} only which it is"
    );
    assert!(rows > 1_000, "only {rows} rows");
    assert!(general * 100 < rows, "{general} of {rows} rows say nothing");
}
