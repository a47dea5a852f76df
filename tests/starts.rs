//! What smtpd says of a main.cf when it starts, or why it does not, against what the real one said
//! (`make conformance ONLY=starts` asks it again).

#![allow(clippy::unwrap_used)]

mod support;

use support::starts::{path, read_all, text};

/// So many there are at least.
const LEAST: usize = 80;

#[test]
fn as_recorded() {
    let all = read_all();
    let mut problems = Vec::new();
    for start in &all {
        let ours = start.ours();
        if ours != start.said {
            problems.push(format!("{start}we:\n{ours:#?}\n"));
        }
    }
    println!("{} main.cf, {} differ", all.len(), problems.len());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(all.len() >= LEAST, "there were {LEAST}");
}

#[test]
fn the_file_reads_back_as_it_is() {
    assert_eq!(text(&read_all()), std::fs::read_to_string(path()).unwrap());
}
