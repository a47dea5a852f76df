//! What lessons cost: `cargo bench --bench lesson`. Times are those of the processor, as far as the system
//! says them. `RESULTS=100` marks fewer results.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use smtp_terminal::simulator::marked::{mark, Verdict};
use smtp_terminal::simulator::{Outside, Simulator};

const FIRST: &str = include_str!("../www/lessons/first-mail.json");

/// A whole mail.
const LINES: [&str; 8] = [
    "telnet smtp.safeer.in 25",
    "HELO penguinpower",
    "MAIL FROM:<safeer@safeer.in>",
    "RCPT TO:<asha@safeer.in>",
    "DATA",
    "Happy New Year",
    ".",
    "QUIT",
];

/// The time that this thread has had a processor, where the system says so: others who work here at
/// the same time do not count.
fn now() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|word| word.parse().ok());
    match nanoseconds {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        None => std::time::SystemTime::UNIX_EPOCH
            .elapsed()
            .unwrap_or_default(),
    }
}

/// The middle of some measurements.
fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

fn timed<T>(times: usize, mut act: impl FnMut() -> T) -> Duration {
    let all = (0..times).map(|_| {
        let begun = now();
        std::hint::black_box(act());
        now().saturating_sub(begun)
    });
    median(all.collect())
}

fn say(simulator: &mut Simulator, line: &str) {
    simulator.run(line);
    simulator.settle();
}

/// A lesson of a hundred steps, of all kinds of goals, of which none but the first is reached.
fn long() -> String {
    let goals = [
        r#"{ "greeted": { "by": "EHLO", "name": "nobody" } }"#,
        r#"{ "all": [ { "sender": { "is": "x@y" } }, { "recipients": { "are": ["a@b", "c@d"] } } ] }"#,
        r#"{ "sequence": [ { "reply": { "line": "^rcpt +to:", "code": "5xx" } }, { "accepted": { "header": { "Subject": "x" } } } ] }"#,
        r#"{ "mailbox": { "user": "asha", "header": { "Subject": "not here" } } }"#,
        r#"{ "any": [ { "queue": { "reason": "x", "least": 5 } }, { "shown": { "matches": "status=(sent|bounced) x" } } ] }"#,
        r#"{ "logged": { "matches": "status=deferred .*nothing" } }"#,
        r#"{ "times": { "least": 1000, "goal": { "said": { "matches": "^(mail|rcpt)" } } } }"#,
        r#"{ "file": { "path": "/var/mail/asha", "host": "smtp.safeer.in", "matches": "^nothing" } }"#,
    ];
    let mistakes: Vec<String> = goals
        .iter()
        .map(|goal| format!(r#"{{ "when": {goal}, "say": "no" }}"#))
        .collect();
    let step = |i: usize| {
        let goal = match i {
            0 => r#"{ "connected": {} }"#,
            i => goals[i % goals.len()],
        };
        let mistakes = mistakes.join(",");
        format!(
            r#"{{ "title": "a", "text": "a", "solution": [], "goal": {goal}, "mistakes": [{mistakes}] }}"#
        )
    };
    let steps: Vec<String> = (0..100).map(step).collect();
    format!(
        r#"{{ "id": "long", "title": "long", "steps": [{}] }}"#,
        steps.join(",")
    )
}

/// A session of whole mails, and how long each line took.
fn session(simulator: &mut Simulator, mails: usize) -> Duration {
    let begun = now();
    for _ in 0..mails {
        LINES.iter().for_each(|line| say(simulator, line));
    }
    now().saturating_sub(begun)
}

fn main() {
    let teach = timed(50, || {
        Simulator::teach(FIRST, "", Outside::default()).unwrap()
    });
    println!(
        "a lesson begins: {teach:?} (its world: {:?})",
        timed(50, || Simulator::new("{}").unwrap())
    );

    // Checks: the same mails with a lesson and without.
    for mails in [1, 20] {
        let long = long();
        let mut plain = Simulator::new("{}").unwrap();
        let mut taught = Simulator::teach(&long, "", Outside::default()).unwrap();
        session(&mut plain, mails);
        session(&mut taught, mails);
        let lines = 50 * LINES.len() as u32;
        let without = session(&mut plain, 50) / lines;
        let looks = taught.looks();
        let with = session(&mut taught, 50) / lines;
        let checks = (taught.looks() - looks) as u32 / lines;
        println!(
            "a line after {mails} mails: {without:?} without a lesson, {with:?} with 100 steps, in {checks} checks: {:?} each",
            with.saturating_sub(without) / checks.max(1)
        );
    }

    // Undo: the world copied at each line, or played again from the start.
    for mails in [1, 5, 20] {
        let mut simulator = Simulator::teach(FIRST, "", Outside::default()).unwrap();
        session(&mut simulator, mails);
        let copy = timed(20, || simulator.world().hosts.clone());
        let size: usize = simulator
            .world()
            .hosts
            .iter()
            .map(|host| {
                let files = host.server.as_ref().map_or(&host.files, |s| &s.files);
                files
                    .iter()
                    .map(|(path, text)| path.len() + text.len() + 160)
                    .sum::<usize>()
            })
            .sum();
        let inputs = simulator.inputs().to_vec();
        let kept = simulator.progress().unwrap().len();
        let again = timed(10, || simulator.replay(&inputs).unwrap());
        println!(
            "undo after {} lines: {copy:?} and {} KB for a copy of the hosts alone, at each line; {again:?} to play {} inputs again ({kept} bytes)",
            mails * LINES.len(),
            size / 1_000,
            inputs.len()
        );
    }

    // Marks.
    let mut simulator = Simulator::teach(FIRST, "", Outside::default()).unwrap();
    session(&mut simulator, 1);
    let result = simulator.submission("Asha").unwrap();
    let count = std::env::var("RESULTS")
        .ok()
        .and_then(|count| count.parse().ok());
    let count: usize = count.unwrap_or(10_000);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let begun = Instant::now();
    let worked: Duration = std::thread::scope(|scope| {
        let start = |thread: usize| {
            let result = &result;
            scope.spawn(move || {
                let begun = now();
                for _ in (thread..count).step_by(threads) {
                    let mark = mark(FIRST, "", result).unwrap();
                    assert_eq!(mark.verdict, Verdict::Agrees);
                }
                now().saturating_sub(begun)
            })
        };
        let all: Vec<_> = (0..threads).map(start).collect();
        all.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    let bytes = result.len();
    let each = worked / count as u32;
    let took = begun.elapsed();
    println!("{count} results of {bytes} bytes marked in {took:?} by {threads} threads: {each:?} of a processor each");
}
