//! The interface's languages (`www/languages`): each says the same, with the same gaps, and there is no
//! text in the code that they do not have, nor one in them that nobody says.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 4] = ["de", "es", "hi", "ja"];

fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn words(language: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(root(&format!("www/languages/{language}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The files in a folder and below it.
fn files(folder: &Path, end: &str, to: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, end, to);
        } else if path.to_string_lossy().ends_with(end) {
            to.push(path);
        }
    }
}

/// All that says something to a reader, string literals in one piece.
fn sources() -> String {
    let mut all = vec![root("src/smtp/session/state.rs")];
    files(&root("src/ui"), ".rs", &mut all);
    files(&root("src/views"), ".rs", &mut all);
    for name in fs::read_dir(root("www")).unwrap() {
        let path = name.unwrap().path();
        if path.extension().is_some_and(|e| e == "js" || e == "html") {
            all.push(path);
        }
    }
    let mut text = String::new();
    for path in all {
        let mut lines = fs::read_to_string(path).unwrap();
        while let Some(at) = lines.find("\\\n") {
            let rest = lines[at + 2..].trim_start().to_string();
            lines.truncate(at);
            lines.push_str(&rest);
        }
        text.push_str(&lines);
    }
    text
}

#[test]
fn each_language_says_the_same() {
    let first = words(LANGUAGES[0]);
    for language in LANGUAGES {
        let own = words(language);
        let names = |words: &BTreeMap<String, String>| words.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&own), names(&first), "{language}");
        for (english, said) in &own {
            let gaps = |text: &str| text.matches("{}").count();
            assert_eq!(gaps(said), gaps(english), "{language}: {english}");
            assert!(!said.trim().is_empty(), "{language}: {english}");
        }
    }
    println!(
        "{} texts in each of {} languages",
        first.len(),
        LANGUAGES.len()
    );
}

#[test]
fn nothing_is_kept_that_nobody_says() {
    let text = sources();
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    let unsaid: Vec<String> = words("de")
        .into_keys()
        .filter(|english| {
            let literal = format!("\"{english}\"");
            let (bare, broken) = (format!(">{english}<"), format!("> {english} <"));
            ![literal, bare, broken]
                .iter()
                .any(|form| text.contains(form))
        })
        .collect();
    assert_eq!(unsaid, [""; 0]);
}

/// The texts that are handed to what says them in the reader's language: the last literal of a call.
#[test]
fn every_text_of_the_code_is_there() {
    const SAYS: [&str; 7] = [
        " say(",
        "&say(",
        "(say(",
        "fill(",
        " said(",
        "told(",
        "Sentence::of(",
    ];
    let text = sources();
    let known: BTreeSet<String> = words("de").into_keys().collect();
    let (mut missing, mut count) = (BTreeSet::new(), 0);
    for says in SAYS {
        for (at, _) in text.match_indices(says) {
            let call = text.get(at + says.len()..).unwrap_or("");
            let mut rest = call.trim_start();
            let mut last = None;
            // Names of elements and classes stand before the text.
            while let Some(inside) = rest.strip_prefix('"') {
                let Some((literal, after)) = inside.split_once('"') else {
                    break;
                };
                let is_fill = says == "fill(" || says == "Sentence::of(";
                if last.is_none() || !is_fill {
                    last = Some(literal);
                }
                rest = after.trim_start().trim_start_matches(',').trim_start();
            }
            let is_name = |literal: &str| {
                matches!(says, " said(" | "told(")
                    && rest.starts_with(|c: char| c.is_ascii_lowercase())
                    && !literal.contains(' ')
            };
            if let Some(literal) = last.filter(|literal| !is_name(literal)) {
                count += 1;
                if !known.contains(literal) {
                    missing.insert(literal.to_string());
                }
            }
        }
    }
    assert!(count > 60, "only {count} texts were found");
    assert!(missing.is_empty(), "{missing:#?}");
}
