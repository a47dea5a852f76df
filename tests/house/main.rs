//! The house itself: what a review found in `src` and what is not to come back is counted here.

mod builds;
mod circles;
mod source;

use circles::{circles, Circle};
use source::{File, Source, BUILDS};

/// Lines that say `feature = "full"`: at most so many.
const BUILD_LINES: usize = 59;

/// Those of them in the middle of code: none.
const BUILD_LINES_INSIDE: usize = 0;

/// A bound that is so far above what it bounds is to be lowered.
const SLACK: usize = 20;

/// Files of more lines are two things, or say why they are not.
const LONG: usize = 500;

/// The beginning of that sentence, in the comment at the head of the file.
const REASON: &str = "//! Over 500 lines because ";

#[test]
fn files_do_not_need_each_other() {
    let mut found: Vec<Circle> = Vec::new();
    let source = Source::read();
    for build in BUILDS {
        let files = source.files(build);
        let (steps, circles) = circles(&files, build);
        println!(
            "{build:?}: {} files, {steps} steps from one to another, {} circles",
            files.len(),
            circles.len()
        );
        assert!(files.len() > 90 && steps > 300, "the source was not read");
        for circle in circles {
            if !found.iter().any(|other| other.files == circle.files) {
                found.push(circle);
            }
        }
    }
    let told: Vec<String> = found
        .iter()
        .map(|circle| {
            format!(
                "{}\n    {}",
                circle.files.join(" "),
                circle.steps.join("\n    ")
            )
        })
        .collect();
    assert!(
        told.is_empty(),
        "files that need each other:\n{}",
        told.join("\n")
    );
}

#[test]
fn the_builds_part_in_few_places() {
    let source = Source::read();
    let mut lines = 0;
    let mut inside = 0;
    for file in source.all() {
        let own = builds::inside(file);
        lines += builds::count(file);
        inside += own.len();
        if !own.is_empty() {
            println!("{}: {} inside code, on lines {own:?}", file.name, own.len());
        }
    }
    println!("{lines} lines say feature = \"full\" (at most {BUILD_LINES}), {inside} of them inside code (at most {BUILD_LINES_INSIDE})");
    for (what, count, most) in [
        ("BUILD_LINES", lines, BUILD_LINES),
        ("BUILD_LINES_INSIDE", inside, BUILD_LINES_INSIDE),
    ] {
        assert!(count <= most, "{count} are more than {what}, {most}");
        assert!(
            count + SLACK >= most,
            "{count} are far fewer than {what}, {most}: lower it"
        );
    }
}

#[test]
fn long_files_say_why() {
    let says_why = |file: &File| {
        file.text
            .lines()
            .take_while(|l| l.starts_with("//!"))
            .any(|l| l.starts_with(REASON))
    };
    let mut problems = Vec::new();
    let source = Source::read();
    for file in source.all() {
        let lines = file.text.lines().count();
        let is_long = lines > LONG && !says_why(file);
        if is_long {
            problems.push(format!(
                "{}: {lines} lines; make two files of it, or write {REASON:?}…",
                file.name
            ));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn each_is_noticed() {
    // A circle of three, through a name that is handed on.
    let round = [
        File::new("src/a/mod.rs", "mod one; mod two; pub use two::Two;"),
        File::new("src/a/one.rs", "use super::Two; pub struct One(Box<Two>);"),
        File::new(
            "src/a/two.rs",
            "pub struct Two(Option<Box<super::three::Three>>);",
        ),
        File::new(
            "src/a/three.rs",
            "pub fn f() { println!(\"{}\", crate::a::one::One::SIZE) } pub struct Three;",
        ),
        File::new("src/b.rs", "use crate::a::one::One; use crate::a;"),
    ];
    let (steps, found) = circles(&round, BUILDS[0]);
    assert_eq!(steps, 4);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].files,
        ["src/a/one.rs", "src/a/three.rs", "src/a/two.rs"]
    );

    // Twins: a circle of the light build alone, and none of the one with the other.
    let texts = [
        ("src/main.rs", "mod native;"),
        ("src/native/mod.rs", ""),
        (
            "src/lib.rs",
            "#[cfg(feature = \"full\")] mod twin;
             #[cfg(not(feature = \"full\"))] #[path = \"no_twin/mod.rs\"] mod twin;
             #[cfg_attr(feature = \"full\", path = \"rare.rs\")]
             #[cfg_attr(not(feature = \"full\"), path = \"common.rs\")]
             mod seldom;
             #[path = \".\"] mod all { pub mod other; }
             #[cfg(test)] mod tests;",
        ),
        ("src/twin.rs", "pub struct T;"),
        ("src/no_twin/mod.rs", "mod part; pub use part::T;"),
        (
            "src/no_twin/part.rs",
            "pub struct T(Box<crate::all::other::O>);",
        ),
        ("src/rare.rs", "pub struct R;"),
        ("src/common.rs", "pub struct R;"),
        (
            "src/other.rs",
            "pub struct O(Box<crate::twin::T>); use crate::seldom::R;",
        ),
    ];
    let source = Source::of(texts.map(|(name, text)| File::new(name, text)));
    for build in BUILDS {
        let files = source.files(build);
        let (_, found) = circles(&files, build);
        let names: Vec<&[String]> = found.iter().map(|c| &c.files[..]).collect();
        match files.iter().any(|f| f.name == "src/rare.rs") {
            true => assert!(names.is_empty(), "{names:?}"),
            false => assert_eq!(names, [["src/no_twin/part.rs", "src/other.rs"]]),
        }
    }

    let full = "#[cfg(feature = \"full\")]";
    let not_full = "#[cfg(not(feature = \"full\"))]";
    let faults = [
        format!("fn f() {{ {full} g(); }}"),
        format!("fn f() {{ {full} let x = 1; }}"),
        format!("fn f() {{ {not_full} {{ g() }} }}"),
        format!("fn f() {{ {full} use std::fmt; }}"),
        format!("fn f() -> S {{ S {{ {full} a: 1 }} }}"),
        format!("fn f(s: S) {{ let S {{ {full} a, .. }} = s; }}"),
        format!("fn f(x: u8) {{ match x {{ {full} 1 => {{}} _ => {{}} }} }}"),
        format!("const S: S = S {{ {full} a: 1 }};"),
        format!("const T: [S; 1] = [S {{ {full} a: 1 }}];"),
        format!("fn f() {{ for _ in [{full} 1, 2] {{}} }}"),
        format!("fn f() {{ vec![{full} 1]; }}"),
        "fn f() -> bool { cfg!(feature = \"full\") }".into(),
        format!("impl S {{ fn f() {{ {full} g(); }} }}"),
        format!("fn f() {{ if a() {{ {full} g(); }} }}"),
    ];
    for text in &faults {
        let file = File::new("src/a.rs", text);
        assert_eq!(builds::inside(&file), [1], "{text}");
        assert_eq!(builds::count(&file), 1, "{text}");
    }
    let allowed = [
        format!("{full} fn f() {{}}"),
        format!("{full} mod a; {not_full} use b as a;"),
        format!("struct S {{ {full} a: u8 }}"),
        format!("enum E {{ {full} A }}"),
        format!("impl S {{ {full} fn f() {{}} }}"),
        format!("const T: [(&str, u8); 2] = [{full} (\"a\", 1), {full} (\"b\", 2)];"),
        format!("static T: &[F] = &[{full} f, g];"),
        format!("#[cfg(test)] mod tests {{ fn f() {{ {full} g(); }} }}"),
    ];
    for text in &allowed {
        assert!(
            builds::inside(&File::new("src/a.rs", text)).is_empty(),
            "{text}"
        );
    }
    println!(
        "{} places in code, each was noticed; {} others, none was",
        faults.len(),
        allowed.len()
    );
}
