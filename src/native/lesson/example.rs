//! What a new lesson begins with.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use smtp_terminal::lesson;

use super::told::{well, Told};

/// The lesson; `ID` stands for its id.
const EXAMPLE: &str = include_str!("example.json");

/// Writes it. A file that is there already stays as it is.
pub fn run(id: Option<&str>, output: Option<&Path>) -> Result<Told, String> {
    // `lesson check` wants it called as its file is.
    let stem = output.filter(|path| *path != Path::new("-"));
    let stem = stem.and_then(|path| path.file_stem()?.to_str());
    let id = id.or(stem).unwrap_or("my-lesson");
    let text = EXAMPLE.replace("\"ID\"", &serde_json::Value::from(id).to_string());
    lesson::read(&text).map_err(|fault| fault.to_string())?;
    let path = match output {
        Some(path) if path == Path::new("-") => return well(text),
        Some(path) => path.to_path_buf(),
        None => PathBuf::from(format!("{id}.json")),
    };
    let name = path.display();
    if path.is_dir() {
        return Err(format!("{name}: this is a folder; add the file's name"));
    }
    let file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path);
    let mut file = file.map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => format!("{name}: there is such a file already"),
        _ => format!("{name}: {e}"),
    })?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(|e| format!("{name}: {e}"))?;
    well(format!(
        "{name} is a lesson of two steps; try it with\n    smtp-terminal lesson check {name}\n"
    ))
}
