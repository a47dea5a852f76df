//! A session that shows a difference, made as short as it can be while it still shows one.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::machine::{Account, Machine, Patience};
use super::support::dialogue::Dialogue;

/// How many shorter sessions are tried.
const ATTEMPTS: usize = 90;

/// The shortest session that was found, with what the servers say to it; `None` where the
/// difference does not come back.
pub fn shrink(
    machine: &Machine,
    dialogue: &Dialogue,
    dribbling: bool,
) -> Option<(Dialogue, [Account; 2])> {
    let mut best = machine.answered(dialogue);
    best.name.clone_from(&dialogue.name);
    let mut accounts = machine.difference(&best, dribbling, Patience::Short)?;
    let mut attempts = 0;
    let mut try_one = |mut candidate: Dialogue| {
        attempts += 1;
        if attempts > ATTEMPTS {
            return None;
        }
        candidate.client = candidate.client.as_deref().map(another);
        let candidate = machine.answered(&candidate);
        if !keeps_to_tls(&candidate) {
            return None;
        }
        let found = machine.difference(&candidate, dribbling, Patience::Short)?;
        Some((candidate, found))
    };
    // What comes after the first difference in the replies is of no interest.
    let differs = accounts[0]
        .said
        .iter()
        .zip(&accounts[1].said)
        .position(|(a, b)| a != b);
    if let Some(last) = differs {
        let mut shorter = best.clone();
        shorter.turns.truncate(last + 1);
        if let Some(found) = try_one(shorter) {
            (best, accounts) = found;
        }
    }
    let mut at = best.turns.len();
    while at > 1 {
        at -= 1;
        let mut shorter = best.clone();
        shorter.turns.remove(at);
        if let Some(found) = try_one(shorter) {
            (best, accounts) = found;
            at = at.min(best.turns.len());
        }
    }
    for turn in 1..best.turns.len() {
        let mut line = best.turns[turn].sends.len();
        while line > 0 && best.turns[turn].sends.len() > 1 {
            line -= 1;
            let mut shorter = best.clone();
            shorter.turns[turn].sends.remove(line);
            if let Some(found) = try_one(shorter) {
                (best, accounts) = found;
            }
        }
    }
    // Words of lines, from the end.
    for turn in 1..best.turns.len() {
        for line in 0..best.turns[turn].sends.len() {
            let mut count = best.turns[turn].sends[line].split(' ').count();
            while count > 2 {
                count -= 1;
                let mut shorter = best.clone();
                let mut words: Vec<&str> = best.turns[turn].sends[line].split(' ').collect();
                words.truncate(count);
                shorter.turns[turn].sends[line] = words.join(" ");
                match try_one(shorter) {
                    Some(found) => (best, accounts) = found,
                    None => break,
                }
            }
        }
    }
    Some((best, accounts))
}

/// Another client of the same network, for whom nothing has been counted yet.
fn another(client: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut parts: Vec<String> = client.split('.').map(String::from).collect();
    if let Some(third) = parts.get_mut(2) {
        *third = (254 - number % 120).to_string();
    }
    parts.join(".")
}

/// Whether the client starts TLS where the server is ready for it, and nowhere else.
fn keeps_to_tls(dialogue: &Dialogue) -> bool {
    dialogue.turns.windows(2).all(|pair| {
        let last = pair[0].replies.last().map(|r| r[0].as_str());
        last.is_some_and(|l| l.starts_with("220 2.0.0")) == pair[1].starts_tls()
    })
}
