//! Makes inputs and plays them: each is a text of the corpus that is spoilt in a few places, and comes from a
//! seed and a number, so that it can be had again.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;
use std::time::{Duration, Instant};

use fastrand::Rng;

/// So long may an input be.
const LONGEST: usize = 20_000;

fn asked<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// What a target was given of the corpus.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder.join(target))
        .map(|found| found.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.sort();
    files.iter().flat_map(std::fs::read).collect()
}

/// Pieces that matter to some reader or other.
const PIECES: [&str; 48] = [
    "\r\n",
    "\n",
    "\r",
    "\0",
    " ",
    "\t",
    "\"",
    "'",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "@",
    ",",
    ";",
    ":",
    "=",
    "$",
    "${",
    "$$",
    "%",
    "/",
    "#",
    "*",
    "?",
    "..",
    "0",
    "-1",
    "18446744073709551616",
    "é",
    "\u{202e}",
    "\u{f7e9}",
    "\n.\n",
    "\r\n.\r\n",
    "=?utf-8?B?",
    "null",
    "if /x/\n",
    "endif\n",
    "!",
    "|",
    "&&",
    "<<E\n",
    "`",
];

/// One input: the same for the same corpus, seed and number.
pub fn input(corpus: &[Vec<u8>], more: &[&str], seed: u64, number: u64) -> Vec<u8> {
    let mut random = Rng::with_seed(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    // The first ones are the corpus itself.
    if let Some(own) = usize::try_from(number).ok().and_then(|at| corpus.get(at)) {
        return own.clone();
    }
    let pick = |random: &mut Rng| match corpus.len() {
        0 => Vec::new(),
        many => corpus[random.usize(..many)].clone(),
    };
    let mut made = pick(&mut random);
    for _ in 0..1 << random.u8(0..5) {
        let at = random.usize(..=made.len());
        let end = at + random.usize(..=(made.len() - at).min(40));
        match random.u8(..10) {
            0 if at < made.len() => made[at] ^= 1 << random.u8(..8),
            1 if at < made.len() => made[at] = random.u8(..),
            2 => drop(made.drain(at..end)),
            3 => {
                let twice = made[at..end].to_vec();
                made.splice(end..end, twice);
            }
            4 => {
                let other = pick(&mut random);
                let from = random.usize(..=other.len());
                let to = from + random.usize(..=(other.len() - from).min(80));
                made.splice(at..at, other[from..to].iter().copied());
            }
            5 => {
                // Much of one thing.
                let piece = made[at..end].to_vec();
                let many = piece.repeat(random.usize(..60));
                made.splice(at..at, many);
            }
            6 if !more.is_empty() => {
                let piece = more[random.usize(..more.len())].bytes();
                made.splice(at..at, piece);
            }
            7 if !made.is_empty() => made.truncate(at),
            _ => {
                let piece = PIECES[random.usize(..PIECES.len())].bytes();
                made.splice(at..end, piece);
            }
        }
        made.truncate(LONGEST);
    }
    made
}

/// Plays inputs to a target: `count` of them, or for as long as `FUZZ_SECONDS` says. `more` are words of its
/// language. `FUZZ_SEED` and `FUZZ_INPUT` bring back one, `FUZZ_TARGET` leaves out all others.
///
/// # Panics
/// Of an input of which the target does.
pub fn fuzz(target: &str, count: u64, more: &[&str], play: impl Fn(&[u8], &mut Rng)) {
    let only: Option<String> = asked("FUZZ_TARGET");
    if only.is_some_and(|only| !only.is_empty() && only != target) {
        return;
    }
    // Who looks for a time looks elsewhere each time; a test says the same each time.
    let seed = asked("FUZZ_SEED").unwrap_or_else(|| match asked::<u64>("FUZZ_SECONDS") {
        Some(_) => fastrand::u64(..),
        None => 2026,
    });
    let (first, count) = match asked("FUZZ_INPUT") {
        Some(one) => (one, 1),
        None => (0, count),
    };
    let span = asked("FUZZ_SECONDS").map(Duration::from_secs);
    let corpus = corpus(target);
    assert!(!corpus.is_empty(), "tests/fuzz/corpus/{target} is empty");
    // The last one that is named is the one that hangs.
    let is_traced = asked::<u8>("FUZZ_TRACE").is_some();
    let begun = Instant::now();
    let mut done = 0;
    for number in first.. {
        let is_enough = match span {
            Some(span) if count != 1 => begun.elapsed() > span,
            _ => done >= count,
        };
        if is_enough {
            break;
        }
        let made = input(&corpus, more, seed, number);
        let mut random = Rng::with_seed(seed ^ number);
        let started = Instant::now();
        if is_traced {
            println!("{target}: FUZZ_SEED={seed} FUZZ_INPUT={number}");
        }
        let played = catch_unwind(AssertUnwindSafe(|| play(&made, &mut random)));
        if played.is_err() {
            panic!(
                "FUZZ_TARGET={target} FUZZ_SEED={seed} FUZZ_INPUT={number} cargo test --test fuzz -- --nocapture\n{}",
                made.escape_ascii()
            );
        }
        // For who looks; nothing depends on it.
        if started.elapsed() > Duration::from_secs(5) {
            println!(
                "{target}: {:?} for FUZZ_SEED={seed} FUZZ_INPUT={number}",
                started.elapsed()
            );
        }
        done += 1;
    }
    println!("{target}: {done} inputs, FUZZ_SEED={seed}");
}

/// Somebody with a mailbox.
pub fn asha() -> smtp_terminal::postfix::server::User {
    smtp_terminal::postfix::server::User {
        name: "asha".into(),
        password: None,
    }
}
