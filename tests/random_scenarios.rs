//! Whatever a scenario says, the simulator starts or names the place of a fault: scenarios that
//! are nearly right, from those of `www/` and the README, with values of the wrong type, numbers
//! out of every range, odd texts, nested junk and torn JSON. Where one starts, a session is held
//! in it. `SEED=… CASE=… cargo test --test random_scenarios` plays one again, and `CASES=…` plays
//! as many.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::panic::{catch_unwind, AssertUnwindSafe};

use fastrand::Rng;
use serde_json::{json, Map, Value};
use smtp_terminal::simulator::Simulator;

const NUMBERS: [&str; 16] = [
    "0",
    "1",
    "-1",
    "25",
    "300",
    "0.5",
    "-0.0",
    "65535",
    "65536",
    "9e15",
    "253402300800",
    "1e12",
    "9007199254740993",
    "18446744073709551615",
    "-9223372036854775808",
    "1e308",
];

const TEXTS: [&str; 28] = [
    "",
    " ",
    "a",
    "a b",
    "é",
    "\u{0}",
    "\u{1b}[2J",
    "\r\n",
    "\u{feff}",
    "\u{f7e9}\u{f78a}",
    "\u{10ffff}",
    "\u{2028}",
    "e\u{301}\u{302}\u{303}",
    "\u{202e}abc",
    "ＡＢＣ．ＥＸＡＭＰＬＥ",
    ".",
    "..",
    "*",
    "10.25.0.1",
    "10.25.0.256",
    "::1",
    "fe80::1%eth0",
    "-",
    "smtp.safeer.in",
    "$myhostname",
    "${x",
    "inline:{{",
    "__proto__",
];

const LINES: [&str; 10] = [
    "mynetworks = 10.25.0.0/24",
    "smtpd_banner = $myhostname ESMTP {",
    "message_size_limit = -1",
    "smtpd_recipient_restrictions = permit_mynetworks, reject",
    "mydestination = ",
    "smtpd_tls_security_level = may",
    "queue_run_delay = 999999999s",
    "  continued",
    "alias_maps = inline:{{team = team, team}}",
    "soft_bounce = maybe",
];

fn bases() -> Vec<Value> {
    let readme = include_str!("../README.md");
    let example = readme.split("```json\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let default: Value =
        serde_json::from_str(include_str!("../www/scenarios/default.json")).unwrap();
    let internet: Value =
        serde_json::from_str(include_str!("../www/scenarios/internet.json")).unwrap();
    let mut whole = default.clone();
    for list in ["hosts", "dns"] {
        let more = internet[list].as_array().unwrap().clone();
        whole[list].as_array_mut().unwrap().extend(more);
    }
    let services = [
        include_str!("worlds/suite.json"),
        include_str!("worlds/panel.json"),
        include_str!("worlds/odds.json"),
    ];
    let services = services.map(|text| serde_json::from_str(text).unwrap());
    let mut bases = vec![
        json!({}),
        json!({ "workstation": { "user": "asha" }, "latency": 0, "start": 1_795_514_400, "seed": 7 }),
        serde_json::from_str(example).unwrap(),
        default,
        whole,
    ];
    bases.extend(services);
    bases
}

/// Every place of a document, as JSON Pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.into());
    match value {
        Value::Array(list) => {
            for (i, item) in list.iter().enumerate() {
                places(item, &format!("{at}/{i}"), found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(member, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

fn text(random: &mut Rng) -> String {
    let words = random.usize(1..3);
    let some: String = (0..words)
        .map(|_| TEXTS[random.usize(..TEXTS.len())])
        .collect();
    match random.u8(..20) {
        0 => some.repeat(1_000),
        _ => some,
    }
}

/// A value that nobody has asked for.
fn junk(random: &mut Rng, depth: usize) -> Value {
    match random.u8(..if depth == 0 { 5 } else { 8 }) {
        0 => Value::Null,
        1 => Value::Bool(random.bool()),
        2 => serde_json::from_str(NUMBERS[random.usize(..NUMBERS.len())]).unwrap(),
        3 | 4 => Value::String(text(random)),
        5 => (0..random.usize(..4))
            .map(|_| junk(random, depth - 1))
            .collect(),
        6 => {
            let member = |random: &mut Rng| (text(random), junk(random, depth - 1));
            Value::Object((0..random.usize(..4)).map(|_| member(random)).collect())
        }
        _ => (0..random.usize(..100)).fold(Value::Null, |inner, _| json!([inner])),
    }
}

/// Changes one thing.
fn change(document: &mut Value, random: &mut Rng) {
    let mut all = Vec::new();
    places(document, "", &mut all);
    let elsewhere = document
        .pointer(&all[random.usize(..all.len())])
        .unwrap()
        .clone();
    let value = document
        .pointer_mut(&all[random.usize(..all.len())])
        .unwrap();
    let is_long = value.as_array().is_some_and(|list| list.len() > 100);
    match (random.u8(..10), &mut *value) {
        (0, _) => *value = junk(random, 4),
        (1, _) => *value = elsewhere,
        (2, Value::Array(list)) if !is_long => list.push(elsewhere),
        (3, Value::Array(list)) if !is_long => list.extend(list.clone()),
        (4, Value::Array(list)) => list.truncate(random.usize(..=list.len())),
        (5, Value::Array(list)) => {
            let line = LINES[random.usize(..LINES.len())];
            list.insert(random.usize(..=list.len()), line.into());
        }
        (2 | 3, Value::Object(members)) => {
            members.insert(text(random), elsewhere);
        }
        (4 | 5, Value::Object(members)) => {
            let mut kept = std::mem::take(members).into_iter().collect::<Vec<_>>();
            if !kept.is_empty() {
                let at = random.usize(..kept.len());
                match random.bool() {
                    true => drop(kept.remove(at)),
                    false => kept[at].0.push_str(&text(random)),
                }
            }
            *members = kept.into_iter().collect::<Map<_, _>>();
        }
        (_, Value::String(old)) => {
            let at = random.usize(..=old.chars().count());
            let (start, end): (String, String) = (
                old.chars().take(at).collect(),
                old.chars().skip(at).collect(),
            );
            *old = match random.u8(..4) {
                0 => start,
                1 => end,
                2 => start + &text(random) + &end,
                _ => text(random),
            };
        }
        (_, Value::Number(_)) => {
            *value = serde_json::from_str(NUMBERS[random.usize(..NUMBERS.len())]).unwrap();
        }
        (_, Value::Bool(old)) => *old = !*old,
        (6.., Value::Array(list)) if !list.is_empty() => {
            let at = random.usize(..list.len());
            list.swap_remove(at);
        }
        _ => {}
    }
}

/// Tears the text of a document, or puts into it what no value holds.
fn tear(text: &mut String, random: &mut Rng) {
    let at = random.usize(..=text.len());
    let at = (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap();
    match random.u8(..5) {
        0 => text.truncate(at),
        1 => text.insert_str(
            at,
            [
                "\\ud800", "\\u0000", "}", ",", "\"", "//", "NaN", "\u{feff}",
            ][random.usize(..8)],
        ),
        2 => text.insert_str(at, &"[".repeat(random.usize(..2_000))),
        3 => text.insert_str(at, &" ".repeat(random.usize(..2_000_000))),
        _ => {
            *text = format!(
                "{}{}",
                &text[..at],
                &text[at..].replacen(':', ":{\"a\":", 1)
            )
        }
    }
}

/// Whether a place is one of the document, or one that could be written into it.
fn leads(place: &str, value: &Value) -> bool {
    if place.is_empty() {
        return true;
    }
    let step = |before: &str, name: &str, after: &str| {
        let name: String = name
            .chars()
            .map(|c| if c.is_control() { '\u{fffd}' } else { c })
            .collect();
        // A long name is cut where a message quotes it.
        let cut: String = name.chars().take(40).chain(['…']).collect();
        let rest = place.strip_prefix(before)?;
        let rest = rest.strip_prefix(&*name).or(rest.strip_prefix(&*cut));
        rest.and_then(|rest| rest.strip_prefix(after))
    };
    match value {
        Value::Array(list) => list
            .iter()
            .enumerate()
            .any(|(i, item)| step("[", &i.to_string(), "]").is_some_and(|rest| leads(rest, item))),
        Value::Object(members) => {
            let is_new =
                |name: &&str| !name.contains(['.', '[', ' ']) && !members.contains_key(*name);
            place.strip_prefix('.').is_some_and(|name| is_new(&name))
                || members.iter().any(|(name, member)| {
                    [step(".", name, ""), step("[\"", name, "\"]")]
                        .into_iter()
                        .flatten()
                        .any(|rest| leads(rest, member))
                })
        }
        _ => false,
    }
}

/// A short session, wherever the learner sits.
fn session(simulator: &mut Simulator, random: &mut Rng) {
    let hosts: Vec<String> = simulator
        .world()
        .hosts
        .iter()
        .map(|host| host.name.clone())
        .collect();
    let host = &hosts[random.usize(..hosts.len())];
    simulator.run(&format!(
        "telnet {host} 25\nEHLO me\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<asha@{host}>\nDATA\n\
         Subject: x\n\nx\n.\nQUIT\nhost {host}\necho x | mail -s x asha@{host}\nsleep 60\nwhoami"
    ));
    simulator.settle();
    // A program that still waits is left as a person would leave it.
    simulator.press(smtp_terminal::workstation::line::key::Key::Ctrl('c'));
    simulator.settle();
    assert!(!simulator.transcript().is_empty());
}

/// What was done.
#[derive(Debug, Default)]
struct Done {
    documents: usize,
    torn: usize,
    sessions: usize,
    faults: usize,
    places: BTreeSet<String>,
    problems: BTreeSet<String>,
}

fn play(seed: u64, case: u64, bases: &[Value], done: &mut Done) {
    let mut random = Rng::with_seed(seed.wrapping_add(case.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    let mut document = bases[random.usize(..bases.len())].clone();
    for _ in 0..random.usize(..4) {
        change(&mut document, &mut random);
    }
    let mut text = document.to_string();
    let is_torn = random.u8(..10) == 0;
    if is_torn {
        tear(&mut text, &mut random);
        done.torn += 1;
    }
    done.documents += 1;
    match Simulator::new(&text) {
        Ok(mut simulator) => {
            assert!(text.len() <= 1 << 23);
            session(&mut simulator, &mut random);
            done.sessions += 1;
        }
        Err(fault) => {
            let place = format!(".{}", fault.place).replacen(".[", "[", 1);
            let is_whole = fault.place.is_empty() || fault.place.ends_with('…');
            // What is not written is the tutorial's.
            let is_standard = fault.place == "workstation.host";
            assert!(
                is_whole || is_standard || is_torn || leads(&place, &document),
                "there is no {}",
                fault.place
            );
            assert!(
                !fault.problem.is_empty() && fault.problem.chars().count() < 1_000,
                "{fault}"
            );
            done.faults += 1;
            done.places.insert(fault.place);
            done.problems.insert(fault.problem);
        }
    }
}

#[test]
fn whatever_a_scenario_says() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let seed = number("SEED").unwrap_or(2026);
    let cases = match number("CASE") {
        Some(case) => case..case + 1,
        None => 0..number("CASES").unwrap_or(400),
    };
    println!("SEED={seed}");
    let bases = bases();
    let mut done = Done::default();
    for case in cases.clone() {
        let played = catch_unwind(AssertUnwindSafe(|| play(seed, case, &bases, &mut done)));
        assert!(played.is_ok(), "SEED={seed} CASE={case} plays it again");
    }
    println!(
        "{} documents, {} of them torn: {} sessions, {} faults of {} kinds in {} places",
        done.documents,
        done.torn,
        done.sessions,
        done.faults,
        done.problems.len(),
        done.places.len(),
    );
    if cases.end - cases.start >= 400 {
        assert!(done.torn >= 20 && done.sessions >= 100 && done.faults >= 100);
        assert!(done.problems.len() >= 50 && done.places.len() >= 25);
    }
}
