//! Every lesson of `www/lessons`: its solutions reach its steps, and the mistakes that it names get
//! the sentences that help.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use smtp_terminal::simulator::tried::try_out;

/// So many wrong ways a lesson tries at least.
const WRONG_WAYS: usize = 3;

/// The lessons of a folder: what has steps.
fn lessons() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/lessons");
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.retain(|path| {
        let is_json = path.extension().is_some_and(|e| e == "json");
        is_json && std::fs::read_to_string(path).unwrap().contains("\"steps\"")
    });
    paths
}

/// What is wrong with a lesson.
fn problems(path: &Path) -> Vec<String> {
    let name = path.file_name().unwrap().to_string_lossy();
    let lesson = std::fs::read_to_string(path).unwrap();
    let value: serde_json::Value = serde_json::from_str(&lesson).unwrap();
    let scenario = value["scenario"].as_str().map_or(String::new(), |name| {
        std::fs::read_to_string(path.with_file_name(format!("{name}.json"))).unwrap()
    });
    let tried = match try_out(&lesson, &scenario) {
        Ok(tried) => tried,
        Err(fault) => return vec![format!("{name}: {fault}")],
    };
    let mut problems: Vec<String> = tried
        .problems
        .iter()
        .map(|p| format!("{name}: {}: {}\n{}", p.place, p.problem, p.screen))
        .collect();
    let (steps, mistakes) = (tried.steps, tried.mistakes);
    println!(
        "{name}: {steps} steps, {mistakes} wrong ways, {} not tried",
        tried.untried.len()
    );
    if mistakes < WRONG_WAYS {
        problems.push(format!(
            "{name}: only {mistakes} wrong ways, of which {WRONG_WAYS} are needed"
        ));
    }
    problems
}

#[test]
fn every_lesson_is_as_its_author_thinks() {
    let paths = lessons();
    assert!(!paths.is_empty());
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let problems = problems(path);
                    found.lock().unwrap().extend(problems);
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort();
    assert!(found.is_empty(), "\n{}", found.join("\n\n"));
}
