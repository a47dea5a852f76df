//! A package for a learning platform: a page, the lesson, the bundle, and what says so.

use std::path::{Path, PathBuf};

use serde_json::Value;
use smtp_terminal::lesson::Lesson;

use super::link::languages;
use super::load::load;
use super::scorm::{manifest, Edition};
use super::told::{well, Told};
use super::zip::Zip;

const PAGE: &str = include_str!("package/index.html");
const SCRIPT: &str = include_str!("package/scorm.js");

/// What the page loads of the bundle, in English.
const LOADED: [&str; 4] = [
    "smtp-terminal.js",
    "smtp-terminal-full.js",
    "smtp-terminal-full_bg.wasm",
    "explain/en.json",
];
/// Languages that the bundle has besides.
const LANGUAGES: [&str; 4] = ["de", "es", "hi", "ja"];
/// Whoever hands these on hands on their licence.
const LICENCES: [&str; 3] = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];

/// A file of the bundle has so many bytes at most.
const LARGEST: u64 = 64 << 20;

/// Writes a package.
pub fn run(
    path: &Path,
    bundle: &Path,
    edition: Edition,
    language: &str,
    output: Option<&Path>,
) -> Result<Told, String> {
    let loaded = load(path)?;
    let value: Value = serde_json::from_str(&loaded.text).unwrap_or_default();
    let all = languages(&value);
    if language != "en" && !all.iter().any(|tag| tag == language) {
        let there = match all.as_slice() {
            [] => "en".into(),
            all => all.join(", "),
        };
        let name = path.display();
        return Err(format!(
            "{name}: there is no text in {language}; there are {there}"
        ));
    }
    let mut files: Vec<(String, Vec<u8>)> = vec![
        (
            "index.html".into(),
            page(&loaded.lesson, language).into_bytes(),
        ),
        ("scorm.js".into(), SCRIPT.into()),
        ("lesson.json".into(), loaded.text.clone().into_bytes()),
    ];
    if let Some(name) = &loaded.lesson.scenario {
        files.push((
            format!("{}.json", name.0),
            loaded.scenario.clone().into_bytes(),
        ));
    }
    // What is said around the lesson, where there are words for it.
    let main = language.split('-').next().unwrap_or(language);
    let own = LANGUAGES.into_iter().filter(|known| *known == main);
    let own = own.flat_map(|known| ["languages", "explain"].map(|f| format!("{f}/{known}.json")));
    for name in LOADED.into_iter().map(String::from).chain(own) {
        let content = part(bundle, &name).map_err(|why| {
            let path = bundle.join(&name);
            format!(
                "{}: there is no bundle: {why} (`make dist` writes one; --bundle says where it is)",
                path.display()
            )
        })?;
        files.push((name, content));
    }
    for name in LICENCES {
        files.extend(
            part(bundle, name)
                .ok()
                .map(|content| (name.into(), content)),
        );
    }
    let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let mut zip = Zip::default();
    let manifest = manifest(&loaded.lesson, &names, edition, language);
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
    if output.is_dir() {
        return Err(format!("{name}: this is a folder; add the file's name"));
    }
    std::fs::write(&output, &bytes).map_err(|e| format!("{name}: {e}"))?;
    let count = files.len() + 1;
    well(format!("{name}: {count} files, {} bytes\n", bytes.len()))
}

/// The page, with the lesson's title.
fn page(lesson: &Lesson, language: &str) -> String {
    let title = lesson.title.in_language(language);
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    let page = PAGE.replace("lang=\"en\"", &format!("lang=\"{language}\""));
    page.replace("TITLE", &title)
}

/// A file of the bundle.
fn part(bundle: &Path, name: &str) -> Result<Vec<u8>, String> {
    let path = bundle.join(name);
    let length = std::fs::metadata(&path).map_err(|e| e.to_string())?.len();
    match length > LARGEST {
        true => Err(format!("{length} bytes are too many")),
        false => std::fs::read(&path).map_err(|e| e.to_string()),
    }
}
