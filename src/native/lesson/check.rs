//! What is wrong with lessons.

use std::path::{Path, PathBuf};

use smtp_terminal::simulator::tried::{try_out, Problem};
use smtp_terminal::simulator::{Outside, Simulator};

use super::idle::idle;
use super::keys::strange_keys;
use super::load::load;
use super::names::strangers;
use super::told::Told;
use super::values::misspelled;

/// So many rows of the terminal are shown of a problem.
const ROWS: usize = 12;

/// Checks lessons.
pub fn run(files: &[PathBuf], verbose: bool) -> Result<Told, String> {
    let mut text = String::new();
    let mut is_well = true;
    for path in files {
        let problem = |e| format!("{}: {e}", path.display());
        // What is not there or may not be read is a mistake in the command.
        let is_folder = std::fs::metadata(path).map_err(problem)?.is_dir();
        let inside = match is_folder {
            true => lessons(path).map_err(problem)?,
            false => vec![path.clone()],
        };
        if inside.is_empty() {
            return Err(format!("{}: there is no lesson in it", path.display()));
        }
        for path in inside {
            std::fs::File::open(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let (said, is_good) = check(&path, verbose);
            text.push_str(&said);
            is_well &= is_good;
        }
    }
    Ok(Told { text, is_well })
}

/// The lessons of a folder, by their names: files of JSON but those that are plainly something else, such as a
/// scenario or the list of a course.
fn lessons(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_named = path.extension().is_some_and(|end| end == "json") && path.is_file();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let read = serde_json::from_str::<serde_json::Value>(&text);
        let is_other = read.is_ok_and(|value| value.get("steps").is_none());
        if is_named && !is_other {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// What is to be said of a lesson, and whether it is good.
fn check(path: &Path, verbose: bool) -> (String, bool) {
    let name = path.display();
    let loaded = match load(path) {
        Ok(loaded) => loaded,
        Err(problem) => return (format!("{problem}\n"), false),
    };
    let mut problems: Vec<Problem> = Vec::new();
    let mut complain = |place: &str, problem: &str| {
        problems.push(Problem {
            place: place.into(),
            problem: problem.into(),
            screen: String::new(),
        });
    };
    let id = &loaded.lesson.id.0;
    if path.file_stem().is_some_and(|stem| stem != id.as_str()) {
        complain("id", "it is not what the file is called");
    }
    for (i, before) in loaded.lesson.prerequisites.iter().flatten().enumerate() {
        if !path.with_file_name(format!("{}.json", before.0)).exists() {
            let place = format!("prerequisites[{i}]");
            complain(&place, "there is no such lesson in the same folder");
        }
    }
    let keys = strange_keys(&loaded.lesson);
    let taught = Simulator::teach(&loaded.text, &loaded.scenario, Outside::default());
    let (strangers, misspelled) = match &taught {
        Ok(simulator) => (
            strangers(&loaded, simulator),
            misspelled(&loaded, simulator),
        ),
        Err(_) => Default::default(),
    };
    for (place, problem) in strangers.into_iter().chain(keys).chain(misspelled) {
        complain(&place, &problem);
    }
    let tried = match try_out(&loaded.text, &loaded.scenario) {
        Ok(tried) => tried,
        Err(fault) => return (format!("{name}: {fault}\n"), false),
    };
    problems.extend(tried.problems);
    let mut text = String::new();
    for problem in &problems {
        let Problem {
            place,
            problem,
            screen,
        } = problem;
        text.push_str(&format!("{name}: lesson, at {place}: {problem}\n"));
        let rows: Vec<&str> = screen.lines().collect();
        let first = rows.len().saturating_sub(ROWS);
        for row in rows.iter().skip(first).filter(|_| verbose) {
            text.push_str(&format!("    {row}\n"));
        }
    }
    // A lesson that a page makes of its own HTML has none, and is good all the same.
    for place in &tried.untried {
        text.push_str(&format!(
            "{name}: note, at {place}: it has no example, and was not tried; write what to type to make it\n"
        ));
    }
    // A broken server may be what the lesson is about.
    for (place, sentence) in idle(&loaded) {
        text.push_str(&format!("{name}: note, at {place}: {sentence}\n"));
    }
    let is_good = problems.is_empty();
    if is_good {
        let untried = match tried.untried.len() {
            0 => String::new(),
            count => format!(", {count} without an example"),
        };
        text.push_str(&format!(
            "{name}: good: {} steps, {} mistakes{untried}\n",
            tried.steps, tried.mistakes
        ));
    }
    (text, is_good)
}
