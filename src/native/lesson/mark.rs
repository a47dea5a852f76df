//! Results, played again by several threads.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use smtp_terminal::simulator::marked::{mark, Mark};

use super::load::{load, Loaded};

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
    inside.sort();
    files.extend(inside);
    Ok(())
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

fn mark_one(loaded: &Loaded, file: &Path) -> Marked {
    let read = || -> Result<Mark, String> {
        let about = std::fs::metadata(file).map_err(|e| e.to_string())?;
        if !about.is_file() {
            return Err("no regular file; hand in the result as it was saved".into());
        }
        if about.len() > LARGEST {
            let length = about.len();
            return Err(format!("{length} bytes are too many, {LARGEST} at most"));
        }
        let bytes = std::fs::read(file).map_err(|e| e.to_string())?;
        // Editors on Windows put a byte order mark before it.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let text = std::str::from_utf8(bytes)
            .map_err(|e| format!("no UTF-8 from byte {} on; save it again", e.valid_up_to()))?;
        if text.trim().is_empty() {
            return Err("empty; ask for the result again".into());
        }
        let marked = mark(&loaded.text, &loaded.scenario, text.trim());
        marked.map_err(|fault| fault.to_string())
    };
    Marked {
        file: file.display().to_string(),
        mark: read(),
    }
}
