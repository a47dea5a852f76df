//! What a layer names stands above it in ARCHITECTURE's list; `ui` and `native` are on top. Seen is
//! every path, wherever it stands and whatever way it takes: `crate::a::b` in the middle of code,
//! `super::` that climbs out of a layer, groups, macros, and names that another layer hands on.

use std::collections::BTreeMap;

#[allow(dead_code)]
#[path = "house/source.rs"]
mod source;

use source::{mentions, Build, File, Mention, Source, Target, Tree, BUILDS};

/// Each layer with those that it may use.
const LAYERS: [(&str, &[&str]); 15] = [
    ("time", &[]),
    ("platform", &[]),
    ("smtp", &["time", "platform"]),
    ("json", &[]),
    ("dns", &[]),
    ("regex", &["platform"]),
    ("files", &["time"]),
    (
        "postfix",
        &["time", "platform", "smtp", "dns", "files", "regex"],
    ),
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
            "time", "platform", "smtp", "dns", "files", "regex", "postfix", "network", "scenario",
        ],
    ),
    ("views", &["time", "smtp", "postfix", "network"]),
    (
        "explain",
        &[
            "smtp",
            "json",
            "postfix",
            "network",
            "scenario",
            "workstation",
        ],
    ),
    (
        "lesson",
        &[
            "time",
            "smtp",
            "json",
            "regex",
            "files",
            "postfix",
            "network",
            "scenario",
            "workstation",
        ],
    ),
    (
        "simulator",
        &[
            "time",
            "smtp",
            "json",
            "network",
            "views",
            "scenario",
            "workstation",
            "explain",
            "lesson",
        ],
    ),
];

/// What the page may use: it shows the simulator's screen and the views of its world, and forwards
/// keys; it knows no server.
const PAGE: [&str; 9] = [
    "time",
    "simulator",
    "lesson",
    "workstation",
    "views",
    "explain",
    "network",
    "smtp",
    "ui",
];

/// Packages that the protocol may use beside std, and natively alone.
const PROTOCOLS_PACKAGES: [&str; 2] = ["memchr", "smallvec"];

/// The layers that a file names: where, with which words, and which.
fn layers(tree: &Tree, file: &File, build: Build) -> Vec<(usize, String, String)> {
    let mut found = Vec::new();
    for mention in mentions(file, build) {
        let written = written(&mention);
        // What another layer hands on is of the layer that it comes from.
        let meant = match tree.resolve(&mention.module, &mention.words) {
            Some(Target::Module(module) | Target::Item(module)) => module.first().cloned(),
            None => None,
        };
        let names = [
            written,
            meant.filter(|name| LAYERS.iter().any(|(l, _)| l == name)),
        ];
        for name in names.into_iter().flatten() {
            found.push((mention.line, mention.words.join("::"), name));
        }
    }
    found
}

/// The first word below the crate's root of a path that says where it begins.
fn written(mention: &Mention) -> Option<String> {
    let mut place = mention.module.clone();
    let mut words = mention.words.iter();
    match words.next()?.as_str() {
        "crate" | "smtp_terminal" => place.clear(),
        "self" => {}
        "super" => {
            place.pop();
        }
        _ => return None,
    }
    for word in words {
        match word.as_str() {
            "super" => {
                place.pop();
            }
            word => place.push(word.into()),
        }
    }
    place.into_iter().next()
}

/// What a layer names that it must not, and how many paths lead to a layer.
fn trespasses(files: &[File], build: Build, layer: &str, may_use: &[&str]) -> (usize, Vec<String>) {
    let tree = Tree::of(files, build);
    trespasses_in(&tree, files, build, layer, may_use)
}

fn trespasses_in(
    tree: &Tree,
    files: &[File],
    build: Build,
    layer: &str,
    may_use: &[&str],
) -> (usize, Vec<String>) {
    let mut checked = 0;
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| is_of(layer, file)) {
        for (line, words, name) in layers(tree, file, build) {
            checked += 1;
            if name != layer && !may_use.contains(&name.as_str()) {
                let place = format!("{}:{line}", file.name);
                problems.push(format!("{place}: {layer} must not use {name} ({words})"));
            }
        }
    }
    (checked, problems)
}

fn is_of(layer: &str, file: &File) -> bool {
    file.module.first().is_some_and(|first| first == layer)
}

#[test]
fn imports_point_upward() {
    let mut problems = Vec::new();
    // By layer: files, and paths that lead to a layer.
    let mut seen: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let source = Source::read();
    for build in BUILDS {
        let files = source.files(build);
        let tree = Tree::of(&files, build);
        for (layer, may_use) in LAYERS.into_iter().chain([("ui", &PAGE[..])]) {
            let count = files.iter().filter(|file| is_of(layer, file)).count();
            let (checked, found) = trespasses_in(&tree, &files, build, layer, may_use);
            problems.extend(found);
            let most = seen.entry(layer).or_default();
            *most = (most.0.max(count), most.1.max(checked));
        }
    }
    for (layer, (files, paths)) in &seen {
        println!("{layer}: {files} files, {paths} paths lead to a layer");
        assert!(*files > 0, "there is no layer {layer}");
    }
    let all: usize = seen.values().map(|(_, paths)| paths).sum();
    problems.sort();
    problems.dedup();
    assert!(all > 8_000, "only {all} paths were seen");
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// The packages of Cargo.toml, as the code writes them.
fn packages() -> Vec<String> {
    let text = include_str!("../Cargo.toml");
    let mut in_dependencies = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            in_dependencies = line.contains("dependencies");
        } else if let Some((name, _)) = line.split_once(" =").filter(|_| in_dependencies) {
            found.push(name.replace('-', "_"));
        }
    }
    found
}

/// The packages that the protocol names and may not.
fn packages_of_the_protocol(files: &[File], build: Build) -> Vec<String> {
    let packages = packages();
    let tree = Tree::of(files, build);
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| is_of("smtp", file)) {
        for Mention {
            line,
            module,
            words,
            imports,
            ..
        } in mentions(file, build)
        {
            let is_path = words.len() > 1 || imports.is_some();
            let is_own = tree.resolve(&module, &words).is_some();
            let is_package = packages.contains(&words[0]) && !is_own;
            if is_path && is_package && !PROTOCOLS_PACKAGES.contains(&words[0].as_str()) {
                problems.push(format!("{}:{line}: {}", file.name, words.join("::")));
            }
        }
    }
    problems
}

#[test]
fn the_protocol_stands_on_std_alone() {
    assert!(packages().len() > 10, "Cargo.toml was not read");
    let source = Source::read();
    let each = BUILDS.map(|build| packages_of_the_protocol(&source.files(build), build));
    let problems = each.concat();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_way_of_naming_another_layer_is_seen() {
    // Each of these files names `postfix` from `smtp`, in a way of its own.
    let ways = [
        "use crate::postfix::server;",
        "use crate::{time::Time, postfix::{log, server::Server}};",
        "use crate::postfix as p;",
        "use crate::postfix::server::*;",
        "use super::super::postfix::server;",
        "pub use crate::postfix::server::Server;",
        "pub(super) type S = crate::postfix::server::Server;",
        "fn f() { let _ = crate::postfix::server::start(); }",
        "fn f() { let _ = super::super::postfix::server::start(); }",
        "fn f() -> impl Iterator<Item = crate::postfix::server::Server> { todo!() }",
        "fn f(x: u8) { if let crate::postfix::server::ONE = x {} }",
        "fn f() { println!(\"{}\", crate::postfix::server::ONE); }",
        "macro_rules! m { () => { $crate::postfix::server::start() } }",
        "mod inner { use super::super::super::postfix::server; }",
        "#[serde(with = \"crate::postfix::server\")] struct S;",
        "fn f() { use crate::postfix::server::start; }",
        "use smtp_terminal::postfix::server;",
        "use crate::time::HandedOn;",
        "fn f() { crate::time::HandedOn::new(); }",
        "use crate::time::*; fn f(_: HandedOn) {}",
    ];
    let count = ways.len();
    for way in ways {
        let files = [
            File::new("src/lib.rs", "pub mod time; pub mod smtp; pub mod postfix;"),
            File::new(
                "src/time.rs",
                "pub use crate::postfix::server::Server as HandedOn; pub struct Time;",
            ),
            File::new("src/smtp/mod.rs", "mod one;"),
            File::new("src/smtp/one.rs", way),
            File::new("src/postfix/mod.rs", "pub mod server; pub mod log;"),
            File::new(
                "src/postfix/server.rs",
                "pub struct Server; pub fn start() {} pub const ONE: u8 = 1;",
            ),
        ];
        let (_, problems) = trespasses(&files, BUILDS[0], "smtp", &["time"]);
        assert!(!problems.is_empty(), "nobody saw {way}");
    }
    println!("{count} ways, each was seen");
    // What the tests of a file use is their own affair, and a comment uses nothing.
    let allowed = [
        "#[cfg(test)] mod tests { use crate::postfix::server::Server; }",
        "//! See [`crate::postfix::server`].",
        "use crate::smtp::two;",
        "use crate::time::Time;",
    ];
    for text in allowed {
        let files = [
            File::new("src/smtp/one.rs", text),
            File::new("src/postfix/server.rs", "pub struct Server;"),
        ];
        assert!(
            trespasses(&files, BUILDS[0], "smtp", &["time"])
                .1
                .is_empty(),
            "{text}"
        );
    }
    for text in ["use clap::Parser;", "fn f() { regex::Regex::new(\"\"); }"] {
        let files = [File::new("src/smtp/one.rs", text)];
        assert_eq!(
            packages_of_the_protocol(&files, BUILDS[0]).len(),
            1,
            "{text}"
        );
    }
}
