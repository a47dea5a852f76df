//! What postmap, postalias and postconf say of tables and parameters, as the real ones said it
//! (`make conformance ONLY=tables RECORD=1`).

#![allow(clippy::unwrap_used)]

mod support;

use support::sabotage::Sabotage;
use support::tables::{parse, paths, text};

/// So many lines are typed at least.
const LEAST: usize = 600;

#[test]
fn as_recorded() {
    let mut problems = Vec::new();
    let mut count = 0;
    let mut sabotage = Sabotage::default();
    for path in paths() {
        for host in parse(&std::fs::read_to_string(&path).unwrap()) {
            let ours = host.ours();
            for ((command, said), ours) in host.asked.iter().zip(&ours) {
                count += 1;
                if said != ours {
                    let name = path.file_name().unwrap().to_string_lossy();
                    problems.push(format!(
                        "{name}: $ {command}\n--- Postfix\n{said}--- we\n{ours}"
                    ));
                }
            }
            sabotage.plant("tables", &ours, 2, |at, spoilt| {
                host.asked[at].1.as_bytes() != spoilt
            });
        }
    }
    println!("{count} lines typed, {} differ", problems.len());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(count >= LEAST, "there were {LEAST}");
    assert!(sabotage.verdict(&["tables"]));
}

#[test]
fn the_files_read_back_as_they_are() {
    for path in paths() {
        let read = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text(&parse(&read)), read, "{}", path.display());
    }
}
