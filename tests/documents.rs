//! `smtp-terminal doc check`: nothing in good documents, each planted fault in faulty ones and nothing
//! else, nothing in what the real Postfix has said, and no panic whatever a file holds.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

mod support;

use support::dialogue::{Dialogue, CLOSED};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_smtp-terminal"))
        .current_dir(root())
        .args(["doc", "check"])
        .args(arguments)
        .output()
        .unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What is found in files, as JSON.
fn report(arguments: &[&str]) -> Value {
    let output = run(&[&["--format", "json"], arguments].concat());
    let complaint = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(&said(&output)).unwrap_or_else(|e| panic!("{e}: {complaint}"))
}

/// One line for each finding.
fn findings(report: &Value) -> Vec<String> {
    let all = report["findings"].as_array().unwrap();
    let line = |f: &Value| {
        let text = |name: &str| f[name].as_str().unwrap().replace('\n', " / ");
        let place = format!("{}:{}", f["line"], f["column"]);
        let (rule, shown, expected) = (text("rule"), text("shown"), text("expected"));
        format!("{place} {rule}: {shown} => {expected}")
            .trim_end()
            .to_string()
    };
    all.iter().map(line).collect()
}

fn documents(folder: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(root().join("tests/documents").join(folder)).unwrap();
    let mut paths: Vec<PathBuf> = all.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        let name = path.to_string_lossy();
        !name.ends_with(".expected") && !name.ends_with(".json")
    });
    paths.sort();
    paths
}

/// A folder for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("st-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().into()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that is gone already needs no removing.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn good_documents_give_nothing() {
    let good = documents("good");
    assert!(good.len() >= 12);
    for path in good {
        let report = report(&[path.to_str().unwrap()]);
        let found: Vec<String> = findings(&report);
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
        assert!(
            report["conversations"].as_u64() >= Some(1),
            "{}: nothing was played",
            path.display()
        );
        let notes = report["notes"].as_array().unwrap();
        let others = notes
            .iter()
            .filter(|n| !n["text"].as_str().unwrap().contains("is no Postfix, but"));
        assert_eq!(others.count(), 0, "{}: {notes:?}", path.display());
    }
}

#[test]
fn our_own_documents_give_nothing() {
    let own = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "docs",
        "index.html",
        "www",
    ];
    let found = findings(&report(&own));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn faulty_documents_give_their_faults_and_nothing_else() {
    let faulty = documents("faulty");
    assert!(faulty.len() >= 12);
    for path in faulty {
        let expected = fs::read_to_string(format!("{}.expected", path.display())).unwrap();
        let found = findings(&report(&[path.to_str().unwrap()]));
        assert_eq!(found.join("\n") + "\n", expected, "{}", path.display());
    }
}

/// A dialogue as a document, where text can hold it; with one reply in other words, where that is
/// asked for.
fn document(dialogue: &Dialogue, changed: Option<usize>) -> Option<String> {
    // No document names the services of a master.cf.
    let has_services = |line: &String| line.starts_with("# master.cf: ");
    if dialogue.base.as_deref() == Some("postscreen") || dialogue.config.iter().any(has_services) {
        return None;
    }
    let mut text = String::from("<!-- smtp-terminal: postfix -->\n\n```\n");
    let mut number = 0;
    for turn in &dialogue.turns {
        for line in &turn.sends {
            match line.get(..2)? {
                "C:" => text.push_str(&format!("{line}\n")),
                "T:" => text.push_str("(TLS handshake)\n"),
                _ => return None,
            }
        }
        for line in turn.replies.iter().flatten().filter(|line| *line != CLOSED) {
            number += 1;
            match changed == Some(number) {
                true => text.push_str(&format!("S: {}9{}\n", line.get(..2)?, line.get(3..)?)),
                false => text.push_str(&format!("S: {line}\n")),
            }
        }
    }
    text.push_str("```\n");
    Some(text)
}

/// What the real Postfix said in the recorded dialogues that no document can be believed without its
/// main.cf: other codes (`relay_domains_reject_code`), commands that a table rewrites, letters that MIME checks refuse,
/// footers, releases that part in the middle.
const BEYOND_BELIEF: [(&str, usize); 33] = [
    ("auth-dovecot-noplaintext", 1),
    ("auth-plain-identity-realm", 2),
    ("backup-mx", 2),
    ("classes-of-one-another", 1),
    ("command-filter", 12),
    ("command-filter-tables", 3),
    ("commands-unavailable", 1),
    ("data-dots", 3),
    ("double-bounce-refused", 1),
    ("end-of-data-after-chunks", 2),
    ("forbidden-commands", 2),
    ("milter-reject", 2),
    ("milter-reject-commands", 3),
    ("milter-tempfail", 1),
    ("milter-tempfail-commands", 3),
    ("mime-7bit-headers", 1),
    ("mime-8bit", 1),
    ("mime-8bit-body", 1),
    ("mime-encoding-domain", 1),
    ("noop-commands", 1),
    ("old-unicode-default", 2),
    ("rcpt-unknown", 1),
    ("reject-all-at-once", 1),
    ("reject-footer-maps-alone", 4),
    ("relay-deny-code", 1),
    ("relay-domains-checked", 2),
    ("relay-domains-ignore", 1),
    ("release-3.0.15", 1),
    ("release-3.4.29", 1),
    ("release-3.6.20", 1),
    ("soft-bounce", 1),
    ("verp-delimiters", 1),
    ("xclient-port", 2),
];

#[test]
fn what_the_real_postfix_said_is_believed_and_one_wrong_code_is_not() {
    let folder = Folder::new("recorded");
    let mut random = seeded("recorded");
    let (mut good, mut wrong) = (Vec::new(), Vec::new());
    for (path, dialogue) in Dialogue::read_all(&root().join("tests/transcripts")) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let Some(text) = document(&dialogue, None) else {
            continue;
        };
        good.push(folder.write(&format!("{name}.md"), text));
        // Not the banner, which may be a refusal in any words, and not a 421.
        let lines = dialogue.turns.iter().flat_map(|t| &t.replies).flatten();
        let lines: Vec<&String> = lines.filter(|line| *line != CLOSED).collect();
        let is_own = |line: &str| {
            line.starts_with("250 2.") || line.starts_with("354") || line.starts_with("221 2.0.0")
        };
        let own: Vec<usize> = (1..lines.len()).filter(|i| is_own(lines[*i])).collect();
        if !own.is_empty() && !BEYOND_BELIEF.iter().any(|(beyond, _)| *beyond == name) {
            let changed = own[random.usize(..own.len())] + 1;
            if let Some(text) = document(&dialogue, Some(changed)) {
                wrong.push(folder.write(&format!("wrong-{name}.md"), text));
            }
        }
    }
    assert!(
        good.len() > 150 && wrong.len() > 80,
        "{} {}",
        good.len(),
        wrong.len()
    );
    let by_file = |files: &[String]| {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let report = report(&files);
        let mut by_file: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (finding, line) in report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .zip(findings(&report))
        {
            let path = Path::new(finding["file"].as_str().unwrap());
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            by_file.entry(name).or_default().push(line);
        }
        by_file
    };
    let found = by_file(&good);
    let surprising: Vec<_> = found
        .iter()
        .filter(|(name, lines)| !BEYOND_BELIEF.contains(&(name.as_str(), lines.len())))
        .collect();
    assert!(surprising.is_empty(), "{surprising:#?}");
    let found = by_file(&wrong);
    let unseen: Vec<&String> = wrong
        .iter()
        .filter(|path| {
            !found.contains_key(&*Path::new(path).file_stem().unwrap().to_string_lossy())
        })
        .collect();
    assert!(unseen.is_empty(), "not noticed: {unseen:?}");
}

#[test]
fn a_report_is_of_the_form_that_was_asked_for() {
    let file = "tests/documents/faulty/codes.md";
    let text = run(&[file]);
    assert_eq!(text.status.code(), Some(1));
    assert!(said(&text).starts_with(&format!("{file}:12:1: wrong-code: ")));
    assert!(said(&text).contains("the document: 251 2.1.0 Ok\n    Postfix:      250 2.1.0 Ok\n"));

    let github = said(&run(&["--format", "github", file]));
    let first =
        format!("::error file={file},line=12,col=1,endColumn=13,title=wrong-code::Postfix says");
    assert!(github.starts_with(&first), "{github}");

    let sarif: Value = serde_json::from_str(&said(&run(&["--format", "sarif", file]))).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 12);
    assert_eq!(
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        file
    );
    let index = result["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(
        run["tool"]["driver"]["rules"][index]["id"],
        result["ruleId"]
    );
}

#[test]
fn the_exit_status_tells_what_was_found() {
    let folder = Folder::new("status");
    let plain = folder.write("nothing.md", "# Nothing\n\n    $ ls\n    a b\n");
    let output = run(&["--quiet", &plain]);
    assert_eq!(
        (output.status.code(), said(&output).as_str()),
        (Some(0), "")
    );
    // Whoever hears nothing does not know whether anything was looked at.
    let counted = "1 document, 0 conversations, 0 replies: 0 findings\n";
    assert_eq!(said(&run(&[&plain])), counted);
    assert_eq!(said(&run(&["--verbose", &plain])), counted);
    for style in ["json", "sarif", "github"] {
        let text = said(&run(&["--format", style, &plain]));
        assert!(!text.contains(counted), "{style}: {text}");
    }
    let other = "tests/documents/good/other-servers.md";
    let counted = said(&run(&[other]));
    assert_eq!(
        counted,
        "1 document, 1 conversation (4 left out: --verbose says why), 7 replies: 0 findings\n"
    );
    assert_eq!(run(&["tests/documents/faulty"]).status.code(), Some(1));
    assert_eq!(run(&["/nowhere/at/all.md"]).status.code(), Some(2));
    assert_eq!(run(&[]).status.code(), Some(2));
}

#[test]
fn a_server_that_does_not_say_what_it_is_is_left_out_until_it_is_asked_for() {
    let folder = Folder::new("unknown");
    let text = "```\n220 mx.example.org ESMTP\nHELO me\n250 mx.example.org\nMAIL FROM:<a@example.org>\n250 OK\n```\n";
    let file = folder.write("unknown.md", text);
    let unknown = report(&[&file]);
    assert_eq!(findings(&unknown).len(), 0);
    assert!(unknown["notes"][0]["text"]
        .as_str()
        .unwrap()
        .contains("does not say that it is a Postfix"));
    let all = findings(&report(&["--postfix", &file]));
    assert_eq!(all, ["6:1 wrong-text: 250 OK => 250 2.1.0 Ok"]);
}

/// Random numbers whose seed is printed; `SEED` plays them again.
fn seeded(what: &str) -> fastrand::Rng {
    let given = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or(2026);
    println!("{what}: SEED={seed}");
    fastrand::Rng::with_seed(seed)
}

#[test]
fn no_file_makes_it_panic() {
    let folder = Folder::new("random");
    let mut random = seeded("mutations");
    let texts: Vec<(String, Vec<u8>)> = documents("good")
        .into_iter()
        .chain(documents("faulty"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    let mut files = Vec::new();
    for round in 0..2 {
        for (name, text) in &texts {
            let (_, other) = &texts[random.usize(..texts.len())];
            files.push(folder.write(
                &format!("{round}-{name}"),
                mutated(text, other, &mut random),
            ));
        }
        let noise: Vec<u8> = (0..2_000).map(|_| random.u8(..)).collect();
        for end in ["md", "html", "txt"] {
            files.push(folder.write(&format!("{round}-noise.{end}"), &noise));
        }
    }
    let arguments: Vec<&str> = files.iter().map(String::as_str).collect();
    let output = run(&arguments);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{complaint}");
}

/// A document with lines and bytes moved, doubled, lost, changed, or those of another.
fn mutated(text: &[u8], other: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = text.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    let others: Vec<&[u8]> = other.split(|b| *b == b'\n').collect();
    for _ in 0..random.usize(1..12) {
        let at = random.usize(..lines.len());
        match random.usize(..6) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => {
                let to = random.usize(..lines.len());
                lines.swap(at, to);
            }
            3 => lines.insert(at, others[random.usize(..others.len())].to_vec()),
            4 if !lines[at].is_empty() => {
                let byte = random.usize(..lines[at].len());
                lines[at][byte] = random.u8(..);
            }
            _ => {
                let keep = random.usize(..=lines[at].len());
                lines[at].truncate(keep);
            }
        }
        if lines.is_empty() {
            lines.push(Vec::new());
        }
    }
    lines.join(&b'\n')
}
