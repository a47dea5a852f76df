//! A package for a learning platform: a page, the lesson, the bundle, and what says so.

use std::path::{Path, PathBuf};

use smtp_terminal::lesson::Lesson;

use super::load::load;
use super::scorm::{manifest, Edition};
use super::told::{well, Told};
use super::zip::Zip;

const PAGE: &str = include_str!("package/index.html");
const SCRIPT: &str = include_str!("package/scorm.js");

/// The bundle has so many files at most, in folders so deep, of so many bytes all together.
const FILES: usize = 500;
const DEEPEST: usize = 3;
const LARGEST: u64 = 64 << 20;

/// Writes a package.
pub fn run(
    path: &Path,
    bundle: &Path,
    edition: Edition,
    output: Option<&Path>,
) -> Result<Told, String> {
    let loaded = load(path)?;
    let element = bundle.join("smtp-terminal.js");
    if !element.is_file() {
        return Err(format!(
            "{}: there is no bundle (`make dist` writes one; --bundle says where it is)",
            element.display()
        ));
    }
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("index.html".into(), page(&loaded.lesson).into_bytes()),
        ("scorm.js".into(), SCRIPT.into()),
        ("lesson.json".into(), loaded.text.clone().into_bytes()),
    ];
    if let Some(name) = &loaded.lesson.scenario {
        files.push((
            format!("{}.json", name.0),
            loaded.scenario.clone().into_bytes(),
        ));
    }
    let mut size = 0;
    add(bundle, "", DEEPEST, &mut size, &mut files)?;
    let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let mut zip = Zip::default();
    let manifest = manifest(&loaded.lesson, &names, edition);
    zip.add("imsmanifest.xml", manifest.as_bytes())?;
    for (name, content) in &files {
        zip.add(name, content)?;
    }
    let bytes = zip.done()?;
    let id = &loaded.lesson.id.0;
    let output = match output {
        Some(output) => output.to_path_buf(),
        None => PathBuf::from(format!("{id}-{}.zip", edition.name())),
    };
    let name = output.display();
    std::fs::write(&output, &bytes).map_err(|e| format!("{name}: {e}"))?;
    let count = files.len() + 1;
    well(format!("{name}: {count} files, {} bytes\n", bytes.len()))
}

/// The page, with the lesson's title.
fn page(lesson: &Lesson) -> String {
    let title = lesson.title.in_language("en");
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    PAGE.replace("TITLE", &title)
}

/// Adds the files of a folder; schemas are for editors.
fn add(
    folder: &Path,
    prefix: &str,
    depth: usize,
    size: &mut u64,
    files: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), String> {
    let complaint = |path: &Path, e: std::io::Error| format!("{}: {e}", path.display());
    let entries = std::fs::read_dir(folder).map_err(|e| complaint(folder, e))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    paths.sort();
    for path in paths {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let is_left_out = name.starts_with('.') || name == "schema" || name.ends_with(".map");
        if is_left_out || path.is_symlink() {
            continue;
        }
        let inside = format!("{prefix}{name}");
        if path.is_dir() {
            if depth > 0 {
                add(&path, &format!("{inside}/"), depth - 1, size, files)?;
            }
            continue;
        }
        *size += std::fs::metadata(&path)
            .map_err(|e| complaint(&path, e))?
            .len();
        if files.len() >= FILES || *size > LARGEST {
            return Err(format!(
                "{}: that is no bundle; it is too large",
                folder.display()
            ));
        }
        if files.iter().any(|(known, _)| *known == inside) {
            continue;
        }
        let content = std::fs::read(&path).map_err(|e| complaint(&path, e))?;
        files.push((inside, content));
    }
    Ok(())
}
