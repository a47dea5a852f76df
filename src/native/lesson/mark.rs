//! Results, played again by several threads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use serde_json::Value;
use smtp_terminal::json::shown;
use smtp_terminal::scenario::Fault;
use smtp_terminal::simulator::marked::{mark, Mark};

use super::load::{kind, load, Loaded};
use crate::native::file;

/// A larger file is no result.
const LARGEST: u64 = 8 << 20;

/// A result's file, and what was found of it, or why it cannot be read.
pub struct Marked {
    /// Its name.
    pub file: String,
    /// What was found.
    pub mark: Result<Mark, String>,
}

/// Marks results of a lesson.
///
/// # Errors
/// A lesson that cannot be read, or a file that is not there.
pub fn run(
    lesson: &Path,
    results: &[PathBuf],
    threads: Option<usize>,
) -> Result<(Loaded, Vec<Marked>), String> {
    let loaded = load(lesson)?;
    let mut files = Vec::new();
    for path in results {
        collect(path, &mut files)?;
    }
    let marked = mark_all(&loaded, &files, threads);
    twice(&marked);
    Ok((loaded, marked))
}

/// A file, or those of a folder, in order of name.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let complaint = |e: std::io::Error| format!("{}: {e}", path.display());
    if !std::fs::metadata(path).map_err(complaint)?.is_dir() {
        files.push(path.into());
        return Ok(());
    }
    let entries = std::fs::read_dir(path).map_err(complaint)?;
    let mut inside: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    if inside.is_empty() {
        return Err(format!("{}: there is no result in it", path.display()));
    }
    inside.sort();
    files.extend(inside);
    Ok(())
}

/// Says whose results there are several of; which of them counts is the teacher's to say.
fn twice(marked: &[Marked]) {
    let mut of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in marked {
        if let Ok(mark) = &one.mark {
            of.entry(mark.learner.trim()).or_default().push(&one.file);
        }
    }
    for (learner, files) in of {
        if !learner.is_empty() && files.len() > 1 {
            let (learner, files) = (shown(learner, 100), shown(&files.join(", "), 1_000));
            eprintln!("smtp-terminal: several results of {learner}: {files}");
        }
    }
}

/// Marks files, each by the next thread that is free; what was found, in their order.
fn mark_all(loaded: &Loaded, files: &[PathBuf], threads: Option<usize>) -> Vec<Marked> {
    let own = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.unwrap_or(own).clamp(1, 64).min(files.len().max(1));
    let next = AtomicUsize::new(0);
    let found: Mutex<Vec<(usize, Marked)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(file) = files.get(place) else {
                    return;
                };
                let marked = mark_one(loaded, file);
                if let Ok(mut found) = found.lock() {
                    found.push((place, marked));
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap_or_default();
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, marked)| marked).collect()
}

fn mark_one(loaded: &Loaded, path: &Path) -> Marked {
    let read = || -> Result<Mark, String> {
        let about = std::fs::metadata(path).map_err(|e| e.to_string())?;
        if !about.is_file() {
            return Err("no regular file; hand in the result as it was saved".into());
        }
        if about.len() > LARGEST {
            let length = about.len();
            return Err(format!("{length} bytes are too many, {LARGEST} at most"));
        }
        let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
        let text = file::text(&bytes)?;
        if text.trim().is_empty() {
            return Err("empty; ask for the result again".into());
        }
        let marked = mark(&loaded.text, &loaded.scenario, text.trim());
        marked.map_err(|fault| explained(&fault, text, loaded.lesson.version()))
    };
    Marked {
        file: path.display().to_string(),
        mark: read(),
    }
}

/// What is wrong with a result, and what to do.
fn explained(fault: &Fault, text: &str, version: u64) -> String {
    let of = |name: &str| {
        let value: Option<Value> = serde_json::from_str(text).ok();
        let found = value.and_then(|value| value.get("progress")?.get(name).cloned());
        found.map_or("?".into(), |value| shown(&value.to_string(), 100))
    };
    match (fault.document, fault.place.as_str()) {
        ("progress", "lesson") => format!("{fault}, {}", of("lesson")),
        ("progress", "version") if of("version") == version.to_string() => {
            format!(
                "{fault}, and its version is the same; mark it with the file that was handed out"
            )
        }
        ("progress", "version") => {
            format!(
                "{fault}; mark it with version {} of its file",
                of("version")
            )
        }
        ("result", _) => match kind(text) {
            None if text.trim_start().starts_with('{') && fault.problem.contains("EOF") => {
                format!("{fault}; it is cut off, ask for the result again")
            }
            None | Some("result") => fault.to_string(),
            Some(kind) => format!("result: this is a {kind}, and no result"),
        },
        _ => fault.to_string(),
    }
}
