//! The transcripts against the library, without a network: fed turn by turn, byte by byte, and
//! in pieces of random length. What they should say was recorded from the real Postfix.

#![allow(clippy::unwrap_used)]

mod support;

use support::dialogue::Dialogue;
use support::ours::{play, Cut, Performance};
use support::sabotage::Sabotage;
use support::{difference, main_cf, scene, tests};

/// So many there are at least.
const LEAST: usize = 200;

fn check(cut: impl Fn(usize) -> Cut) {
    let mut problems = Vec::new();
    let mut sabotage = Sabotage::default();
    let dns = scene::dns();
    let dialogues = Dialogue::read_all(&tests("transcripts"));
    for (i, (_, dialogue)) in dialogues.iter().enumerate() {
        let recorded: Vec<_> = dialogue.turns.iter().map(|t| t.replies.clone()).collect();
        let server = scene::server(&main_cf(dialogue));
        let dns = scene::dns_with(&dns, dialogue.client());
        // postscreen looks at how much has come at once.
        let is_screened = main_cf(dialogue).contains("postscreen");
        let mut cut = if is_screened { Cut::Whole } else { cut(i) };
        let played = play(&server, dns, dialogue, &mut cut);
        let differs = |played: &Performance| {
            difference(dialogue, ["recorded", "we"], &recorded, &played.said())
        };
        let found = differs(&played);
        if found.is_none() {
            sabotage.plant("replies", &played.bytes(), 2, |turn, bytes| {
                differs(&played.with_bytes(turn, bytes)).is_some()
            });
        }
        problems.extend(found);
    }
    println!("{} transcripts, {} differ", dialogues.len(), problems.len());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(dialogues.len() >= LEAST, "there were {LEAST}");
    assert!(sabotage.verdict(&["replies"]));
}

#[test]
fn turn_by_turn() {
    check(|_| Cut::Whole);
}

#[test]
fn byte_by_byte() {
    check(|_| Cut::Bytes);
}

#[test]
fn in_random_pieces() {
    let given = std::env::var("SMTP_TERMINAL_SEED")
        .ok()
        .and_then(|v| v.parse().ok());
    let seed: u64 = given.unwrap_or(2026);
    println!("SMTP_TERMINAL_SEED={seed}");
    for round in 0..5 {
        check(|i| {
            let own = seed.wrapping_add(round * 1_000 + i as u64);
            Cut::Random(fastrand::Rng::with_seed(own))
        });
    }
}

#[test]
fn files_read_back_as_they_are() {
    for (path, dialogue) in Dialogue::read_all(&tests("transcripts")) {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(dialogue.to_string(), text, "{}", path.display());
        assert!(
            !dialogue.comments.is_empty(),
            "{}: say what it shows",
            path.display()
        );
    }
}
