//! What a front end does with a lesson: hints, mistakes, solutions, undo, memory, results.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use smtp_terminal::lesson::inputs::Input;
use smtp_terminal::lesson::{progress, submission, Hint, Standing};
use smtp_terminal::simulator::{Outside, Simulator};
use smtp_terminal::workstation::line::key::Key;

const FIRST: &str = include_str!("../www/lessons/first-mail.json");

fn first() -> Simulator {
    Simulator::teach(FIRST, "", Outside::default()).unwrap()
}

fn at(simulator: &Simulator) -> usize {
    simulator.teacher().unwrap().at()
}

fn say(simulator: &mut Simulator, lines: &str) {
    simulator.run(lines);
    simulator.settle();
}

/// Types as a page does: the line as it grows, Enter, and the clock.
fn type_in(simulator: &mut Simulator, line: &str, clock: &mut Duration) {
    for end in 1..=line.len() {
        simulator.set_line(&line[..end], end);
        *clock += Duration::from_millis(90);
        simulator.tick(*clock);
    }
    simulator.press(Key::Enter);
    for _ in 0..20 {
        *clock += Duration::from_millis(16);
        simulator.tick(*clock);
    }
}

#[test]
fn free_ways_count() {
    let mut simulator = first();
    say(
        &mut simulator,
        "nc smtp.safeer.in 25\nmail from:<safeer@safeer.in>\nrcpt to:<asha@safeer.in>\ndata\nsubject: hello\n\nhello\n.\nquit",
    );
    let teacher = simulator.teacher().unwrap();
    assert!(
        teacher.is_done(),
        "{:?}\n{}",
        teacher.standing(),
        simulator.transcript()
    );
    assert_eq!(
        teacher.standing()[1],
        Standing::Passed,
        "HELO may be left out"
    );
    assert!(teacher.remarks().is_empty());
    let mut simulator = first();
    say(
        &mut simulator,
        "swaks -f safeer@safeer.in -t praveen@gmail.com -s smtp.safeer.in",
    );
    let teacher = simulator.teacher().unwrap();
    assert!(
        teacher.is_done(),
        "{:?}\n{}",
        teacher.standing(),
        simulator.transcript()
    );
}

/// Messages that are none yet, as they were typed into the first lesson: how many steps are done then, and how
/// what is said begins.
const WRONG: [(&str, usize, &[&str]); 7] = [
    (
        "Hello\n.",
        4,
        &["There is no empty line", "The server has taken the message"],
    ),
    ("Subject Happy", 4, &["Between the name of a header"]),
    (
        "Subject Happy New: Year",
        4,
        &["Between the name of a header"],
    ),
    (
        "From safeer@safeer.in",
        4,
        &["Between the name of a header"],
    ),
    ("\nHello", 4, &["No header stands before"]),
    (
        "\nTo whom it may concern\n.",
        4,
        &[
            "No header stands before",
            "The server has taken the message",
        ],
    ),
    // It looks like a header, but stands in the text.
    (
        "\nSubject: x\n\nHello\n.",
        4,
        &[
            "No header stands before",
            "The server has taken the message",
        ],
    ),
];

#[test]
fn a_message_has_headers() {
    const BEFORE: &str = "telnet smtp.safeer.in 25\nHELO x\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<asha@safeer.in>\nDATA\n";
    for (typed, done, wanted) in WRONG {
        let mut simulator = first();
        say(&mut simulator, &format!("{BEFORE}{typed}"));
        let teacher = simulator.teacher().unwrap();
        assert_eq!(teacher.at(), done, "{typed}");
        let said: Vec<&str> = teacher
            .remarks()
            .iter()
            .map(|remark| teacher.sentence(remark).unwrap().in_language("en"))
            .collect();
        assert_eq!(said.len(), wanted.len(), "{typed}: {said:?}");
        for (said, wanted) in said.iter().zip(wanted) {
            assert!(said.starts_with(wanted), "{typed}: {said}");
        }
    }
    // Whoever sent such a one begins another, and its dot is still to come.
    let mut simulator = first();
    say(
        &mut simulator,
        &format!(
            "{BEFORE}Hello\n.\nMAIL FROM:<>\nRCPT TO:<asha@safeer.in>\nDATA\nSubject: x\n\nHello"
        ),
    );
    assert_eq!(at(&simulator), 5);
    say(&mut simulator, ".");
    assert_eq!(at(&simulator), 6);
    // Headers alone are a message, and text may follow them at once.
    for typed in ["Subject: x\n.", "To: asha@safeer.in\nHello\n."] {
        let mut simulator = first();
        say(&mut simulator, &format!("{BEFORE}{typed}"));
        assert_eq!(at(&simulator), 6, "{typed}");
    }
}

#[test]
fn what_was_done_before_counts_unless_it_is_to_be_done_anew() {
    let lesson = r#"{ "id": "x", "title": "x", "steps": [
        { "title": "a", "text": "a", "solution": [], "goal": { "typed": { "matches": "a" } } },
        { "title": "b", "text": "b", "solution": [], "goal": { "typed": { "matches": "b" } } },
        { "title": "c", "text": "c", "solution": [], "anew": true, "goal": { "typed": { "matches": "b" } } } ] }"#;
    let mut simulator = Simulator::teach(lesson, "", Outside::default()).unwrap();
    say(&mut simulator, "echo bb");
    assert_eq!(at(&simulator), 0);
    say(&mut simulator, "echo aa");
    assert_eq!(at(&simulator), 2);
    say(&mut simulator, "echo bb");
    assert!(simulator.teacher().unwrap().is_done());
}

#[test]
fn what_was_said_of_a_mistake_stands_until_a_server_agrees() {
    let mut simulator = first();
    say(
        &mut simulator,
        "telnet smtp.safeer.in 25\nHELO a\nRCPT TO:<a@b.c>",
    );
    let remark = |s: &Simulator| s.teacher().unwrap().remark_now().is_some();
    assert!(remark(&simulator));
    say(&mut simulator, "NONSENSE");
    assert!(remark(&simulator));
    say(&mut simulator, "NOOP");
    assert!(!remark(&simulator));
    say(&mut simulator, "RCPT TO:<a@b.c>");
    assert!(remark(&simulator));
    assert_eq!(simulator.teacher().unwrap().remarks().len(), 2);
}

#[test]
fn hints_come_one_at_a_time() {
    let mut simulator = first();
    let count = |s: &Simulator| s.teacher().unwrap().hints().len();
    assert_eq!(count(&simulator), 0);
    assert!(!simulator.teacher().unwrap().offers(simulator.world().now()));
    simulator.skip(Duration::from_secs(91));
    assert!(
        simulator.teacher().unwrap().offers(simulator.world().now()),
        "after a pause"
    );
    simulator.hint();
    assert!(!simulator.teacher().unwrap().offers(simulator.world().now()));
    assert_eq!(count(&simulator), 1);
    for _ in 0..3 {
        say(&mut simulator, "telnet smtp.safeer.in 26");
        say(&mut simulator, "telnet smtp.safer.in 25");
    }
    assert!(
        simulator.teacher().unwrap().offers(simulator.world().now()),
        "after mistakes"
    );
    for _ in 0..5 {
        simulator.hint();
    }
    let teacher = simulator.teacher().unwrap();
    let hints = teacher.hints();
    assert_eq!(hints.len(), 3);
    assert_eq!(hints[2], Hint::Solution(vec!["telnet smtp.safeer.in 25"]));
    assert!(
        !teacher.offers(simulator.world().now() + Duration::from_secs(1_000)),
        "there is no more"
    );
    simulator.play();
    simulator.settle();
    assert_eq!(at(&simulator), 1);
    assert_eq!(simulator.claim().unwrap().score.0, 0, "by the solution");
    say(&mut simulator, "helo x");
    assert_eq!(simulator.claim().unwrap().score.0, 14);
}

#[test]
fn a_mistake_gets_its_sentence_each_time() {
    let mut simulator = first();
    for _ in 0..2 {
        say(&mut simulator, "telnet smtp.safeer.in 26");
        say(&mut simulator, "ls");
    }
    let teacher = simulator.teacher().unwrap();
    let said: Vec<&str> = teacher
        .remarks()
        .iter()
        .map(|r| teacher.sentence(r).unwrap().in_language("en"))
        .collect();
    assert_eq!(said.len(), 2);
    assert!(said[0].starts_with("The server is there, but nobody answers at that port."));
    assert_eq!(said[0], said[1]);
}

#[test]
fn lines_are_taken_back() {
    let mut simulator = first();
    let start = simulator.transcript();
    assert!(!simulator.can_undo() && !simulator.undo());
    let mut screens = vec![start];
    let lines = [
        "telnet smtp.safeer.in 25",
        "HELO x",
        "MAIL FROM:<a@safeer.in>",
        "RCPT TO:<asha@safeer.in>",
        "DATA",
        "hello",
        ".",
    ];
    let mut steps = vec![0];
    for line in lines {
        say(&mut simulator, line);
        screens.push(simulator.transcript());
        steps.push(at(&simulator));
    }
    let queued = |s: &Simulator| {
        s.world()
            .host("smtp.safeer.in")
            .unwrap()
            .server
            .as_ref()
            .unwrap()
            .accepted
            .len()
    };
    assert_eq!(queued(&simulator), 1);
    for count in (0..lines.len()).rev() {
        let generation = simulator.screen().generation;
        assert!(simulator.undo());
        assert!(
            simulator.screen().generation > generation,
            "the front end draws anew"
        );
        assert!(
            simulator.poll().is_none(),
            "what has happened before is no news"
        );
        simulator.settle();
        assert_eq!(
            simulator.transcript(),
            screens[count],
            "before line {count}"
        );
        assert_eq!(at(&simulator), steps[count]);
    }
    assert_eq!(queued(&simulator), 0);
    assert!(!simulator.can_undo());
    say(&mut simulator, "telnet smtp.safeer.in 25");
    assert_eq!(simulator.transcript(), screens[1], "and the same again");
}

#[test]
fn in_a_page_lines_are_taken_back_and_time_goes_on_from_there() {
    let mut simulator = first();
    let mut clock = Duration::from_secs(5);
    type_in(&mut simulator, "telnet smtp.safeer.in 25", &mut clock);
    let before = simulator.transcript();
    type_in(&mut simulator, "EHLO x", &mut clock);
    clock += Duration::from_secs(200);
    simulator.tick(clock);
    assert!(simulator.transcript().contains("250 CHUNKING"));
    assert!(simulator.undo());
    assert_eq!(simulator.transcript(), before);
    assert_eq!(simulator.line().0, "", "the line is empty again");
    let now = simulator.world().now();
    // smtpd waits for five minutes; the minutes that were taken back are no part of them.
    clock += Duration::from_secs(200);
    simulator.tick(clock);
    assert_eq!((simulator.world().now() - now).as_secs(), 200);
    assert_eq!(simulator.transcript(), before);
    let deadline = simulator.deadline().unwrap();
    assert!(
        deadline > clock && deadline < clock + Duration::from_secs(101),
        "{deadline:?}"
    );
    type_in(&mut simulator, "HELO x", &mut clock);
    assert!(
        simulator
            .transcript()
            .ends_with("HELO x\n250 smtp.safeer.in\n"),
        "{}",
        simulator.transcript()
    );
    assert!(simulator.restart_step());
    assert_eq!(at(&simulator), 2);
}

#[test]
fn a_solution_is_typed_where_its_step_began() {
    let mut simulator = first();
    for line in [
        "telnet smtp.safeer.in 25",
        "HELO x",
        "MAIL FROM <a@b>",
        "VRFY asha",
    ] {
        say(&mut simulator, line);
    }
    assert_eq!(at(&simulator), 2);
    simulator.play();
    simulator.settle();
    assert_eq!(at(&simulator), 3);
    assert!(
        !simulator.transcript().contains("VRFY"),
        "{}",
        simulator.transcript()
    );
    assert!(!simulator.is_playing());
}

#[test]
fn a_lesson_starts_over() {
    let mut simulator = first();
    let start = simulator.transcript();
    say(&mut simulator, "telnet smtp.safeer.in 25\nHELO x");
    simulator.reset();
    assert_eq!(simulator.transcript(), start);
    assert_eq!(at(&simulator), 0);
    assert!(simulator.inputs().is_empty());
}

#[test]
fn who_leaves_can_come_back() {
    let outside = Outside {
        seed: u64::MAX - 3,
        ..Outside::default()
    };
    let mut simulator = Simulator::teach(FIRST, "", outside).unwrap();
    let mut clock = Duration::from_secs(1);
    type_in(&mut simulator, "telnet smtp.safeer.in 25", &mut clock);
    type_in(&mut simulator, "HELLO x", &mut clock);
    simulator.hint();
    type_in(&mut simulator, "HELO x", &mut clock);
    simulator.set_line("MAIL \"ü\u{1F427}\u{2028}", 4);
    let kept = simulator.progress().unwrap();
    assert!(
        serde_json::from_str::<serde_json::Value>(&kept).is_ok(),
        "{kept}"
    );
    let mut again = first();
    again.resume(&kept).unwrap();
    assert_eq!(again.transcript(), simulator.transcript());
    assert_eq!(again.line(), simulator.line());
    assert_eq!(again.claim(), simulator.claim());
    assert_eq!(again.progress().unwrap(), kept, "and it is kept as it was");
    again.set_line("", 0);
    let mut clock = Duration::ZERO;
    type_in(&mut again, "MAIL FROM:<safeer@safeer.in>", &mut clock);
    assert_eq!(at(&again), 3);
    // What does not fit is refused, and nothing is changed.
    let refused = |text: &str| first().resume(text).unwrap_err().to_string();
    assert_eq!(
        refused(&kept.replace("first-mail", "other")),
        "progress, at lesson: it is of another lesson"
    );
    assert_eq!(
        refused(&kept.replace("\"version\":1", "\"version\":2")),
        "progress, at version: the lesson has changed since"
    );
    assert_eq!(
        refused(&kept.replace("\"format\":1", "\"format\":7")),
        "progress, at format: only 1 is known here"
    );
    assert_eq!(
        refused(&kept.replace("\"tick\"", "\"tock\""))
            .split("; use")
            .next(),
        Some("progress, at inputs[1]: there is no \"tock\" here")
    );
}

#[test]
fn a_result_says_what_was_reached_and_can_be_played_again() {
    let mut simulator = first();
    say(&mut simulator, "telnet smtp.safeer.in 26");
    say(&mut simulator, "telnet smtp.safeer.in 25\nhelo x\nmail from:<>\nrcpt to:<asha@safeer.in>\ndata\nto: asha\n\nx\n.\nquit");
    let text = simulator.submission("Asha").unwrap();
    let result = submission::read(&text).unwrap();
    assert_eq!(result.learner, "Asha");
    assert!(result.claim.done);
    assert_eq!(result.claim.score.0, 100);
    assert_eq!(result.claim.steps[0].mistakes.0, 1);
    assert_eq!(result.claim.transcript, simulator.transcript());
    let body = text.rsplit_once(",\"checksum\"").unwrap().0;
    assert_eq!(result.checksum, progress::checksum(body));
    let mut again = first();
    let lesson = smtp_terminal::lesson::read(FIRST).unwrap();
    let run = result.progress.run(&lesson, FIRST).unwrap();
    again.replay(&run.inputs).unwrap();
    assert_eq!(again.claim().unwrap(), result.claim);
    assert_eq!(again.submission("Asha").unwrap(), text);
}

#[test]
fn what_a_front_end_does_is_played_again() {
    let mut simulator = first();
    simulator.let_edit();
    say(&mut simulator, "nano letter");
    simulator.edit(smtp_terminal::workstation::answer::Asked::SaveAndClose(
        "hello\n".into(),
    ));
    simulator.settle();
    let _ = simulator.configure("smtp.safeer.in", "myhostname = other.example\n");
    simulator.skip(Duration::from_secs(60));
    say(
        &mut simulator,
        "cat letter; postconf myhostname; date\nsleep 1000",
    );
    simulator.press(Key::Ctrl('c'));
    simulator.catch_up(Duration::from_secs(4_000));
    say(&mut simulator, "ec");
    simulator.set_line("hist", 4);
    simulator.press(Key::Tab);
    simulator.break_off();
    simulator.settle();
    let kept = simulator.progress().unwrap();
    let mut again = first();
    again.resume(&kept).unwrap();
    assert_eq!(again.transcript(), simulator.transcript());
    assert_eq!(again.inputs(), simulator.inputs());
    let edits = again
        .inputs()
        .iter()
        .filter(|i| matches!(i, Input::Edits))
        .count();
    assert_eq!(edits, 1);
}

#[test]
fn faults_of_a_lesson_are_named() {
    let step = r#"{ "title": "a", "text": "a", "solution": [], "goal": { "accepted": {} } }"#;
    let with = |steps: &str| format!(r#"{{ "id": "x", "title": "x", "steps": [{steps}] }}"#);
    let deep = "{ \"not\": ".repeat(300) + "{ \"accepted\": {} }" + &"}".repeat(300);
    let cases: Vec<(String, &str)> = vec![
        (with(""), "lesson, at steps: a lesson has a step at least"),
        (
            with(&step.replace("accepted", "acepted")),
            "Did you mean \"accepted\"?",
        ),
        (
            with(&step.replace("\"text\": \"a\"", "\"text\": {}")),
            "lesson, at steps[0].text: there is no text in any language",
        ),
        (
            with(&step.replace(
                "\"text\": \"a\"",
                "\"text\": { \"de\": \"[x](javascript:y)\" }",
            )),
            "lesson, at steps[0].text.de: a link leads to http://, https:// or within the site",
        ),
        (
            with(&step.replace(
                "{ \"accepted\": {} }",
                "{ \"all\": [{ \"typed\": { \"matches\": \"(\" } }] }",
            )),
            "lesson, at steps[0].goal.all[0]: \"(\" is no regular expression: ",
        ),
        (
            with(&step.replace("{ \"accepted\": {} }", "{ \"any\": [] }")),
            "lesson, at steps[0].goal.any: there is no condition in it",
        ),
        (
            with(&step.replace("{ \"accepted\": {} }", "{ \"reply\": { \"code\": 5500 } }")),
            "lesson, at steps[0].goal.reply.code: \"5500\" is not a code",
        ),
        (
            with(&step.replace("{ \"accepted\": {} }", &deep)),
            "lesson: there is too much inside of each other",
        ),
        (
            with(step).replace("\"id\": \"x\"", "\"id\": \"../x\""),
            "lesson, at id: an id has letters, digits and hyphens",
        ),
        (
            with(step).replace("\"id\"", "\"scenario\": \"a\", \"world\": {}, \"id\""),
            "lesson, at world: there is a scenario already",
        ),
        (
            with(step).replace("\"id\"", "\"world\": { \"latncy\": 3 }, \"id\""),
            "lesson, at world: there is no \"latncy\" here",
        ),
        (
            with(step).replace("\"title\": \"x\"", "\"title\": 3"),
            "lesson, at title: expected a text in quotes, a list of lines, or texts by language",
        ),
    ];
    for (text, wanted) in cases {
        let fault = Simulator::teach(&text, "", Outside::default())
            .unwrap_err()
            .to_string();
        assert!(fault.contains(wanted), "{fault}\n{text}");
    }
}
