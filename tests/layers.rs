//! Imports point only upward in DESIGN's list of layers; `ui` and `native` are on top.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

/// Each layer with those that it may use.
const LAYERS: [(&str, &[&str]); 12] = [
    ("time", &[]),
    ("smtp", &["time"]),
    ("json", &[]),
    ("dns", &[]),
    ("regex", &[]),
    ("files", &["time"]),
    ("postfix", &["time", "smtp", "dns", "files", "regex"]),
    (
        "network",
        &["time", "smtp", "dns", "files", "regex", "postfix"],
    ),
    (
        "scenario",
        &[
            "time", "smtp", "json", "dns", "files", "regex", "postfix", "network",
        ],
    ),
    (
        "workstation",
        &[
            "time", "smtp", "dns", "files", "regex", "postfix", "network", "scenario",
        ],
    ),
    ("views", &["time", "smtp", "postfix", "network"]),
    (
        "simulator",
        &["time", "network", "views", "scenario", "workstation"],
    ),
];

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            files(&entry.unwrap().path(), found);
        }
    } else if path.extension().is_some_and(|e| e == "rs") {
        found.push(path.to_path_buf());
    }
}

/// The layers that a file names with `crate::…`, and where; what its tests and examples do is
/// their own affair.
fn used(text: &str) -> Vec<(usize, String)> {
    let code = text.split("#[cfg(test)]").next().unwrap_or("");
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        for part in line.split("crate::").skip(1) {
            let name: String = part
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            found.push((number + 1, name));
        }
    }
    found
}

#[test]
fn imports_point_upward() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut problems = Vec::new();
    let mut checked = 0;
    for (layer, may_use) in LAYERS {
        let mut sources = Vec::new();
        files(&src.join(layer), &mut sources);
        files(&src.join(format!("{layer}.rs")), &mut sources);
        sources.retain(|path| path.exists());
        assert!(!sources.is_empty(), "there is no layer {layer}");
        for path in sources {
            let text = std::fs::read_to_string(&path).unwrap();
            for (line, name) in used(&text) {
                checked += 1;
                if name != layer && !may_use.contains(&name.as_str()) {
                    problems.push(format!(
                        "{}:{line}: {layer} must not use {name}",
                        path.display()
                    ));
                }
            }
        }
    }
    assert!(checked > 50, "only {checked} imports were seen");
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn front_ends_use_the_simulator_alone() {
    // The page shows the simulator's screen and the views of its world, and forwards keys; it knows
    // no server.
    let may_use = [
        "time",
        "simulator",
        "workstation",
        "views",
        "network",
        "smtp",
        "ui",
    ];
    let mut sources = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui"),
        &mut sources,
    );
    assert!(!sources.is_empty());
    for path in sources {
        for (line, name) in used(&std::fs::read_to_string(&path).unwrap()) {
            assert!(
                may_use.contains(&name.as_str()),
                "{}:{line}: ui must not use {name}",
                path.display()
            );
        }
    }
}

#[test]
fn the_protocol_stands_on_std_alone() {
    let mut sources = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/smtp"),
        &mut sources,
    );
    for path in sources {
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|l| l.starts_with("use ")) {
            let root = line[4..].split([':', ';']).next().unwrap();
            assert!(
                matches!(
                    root,
                    "std" | "crate" | "super" | "self" | "content" | "state" | "transaction"
                ),
                "{}: {line}",
                path.display()
            );
        }
    }
}
