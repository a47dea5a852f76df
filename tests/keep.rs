//! What a front end keeps of a terminal in which no lesson is done, and takes up again.

#![allow(clippy::unwrap_used)]

use smtp_terminal::simulator::{Outside, Simulator};
use smtp_terminal::workstation::line::key::Key;

const WORLD: &str = r#"{ "workstation": { "user": "asha" } }"#;

fn kept() -> Simulator {
    let outside = Outside {
        seed: 77,
        ..Outside::default()
    };
    let mut simulator = Simulator::keep(WORLD, outside).unwrap();
    simulator.let_edit();
    simulator
}

fn say(simulator: &mut Simulator, lines: &str) {
    simulator.run(lines);
    simulator.settle();
}

#[test]
fn closed_in_the_middle_of_data_and_opened_again() {
    let mut first = kept();
    say(
        &mut first,
        "cd /tmp\necho kept > f\ntelnet smtp.safeer.in 25\nHELO penguinpower\nMAIL FROM:<a@b.c>\n\
         RCPT TO:<praveen@gmail.com>\nDATA\nSubject: half",
    );
    first.set_line("of a li", 3);
    let document = first.progress().unwrap();
    let mut second = kept();
    second.resume(&document).unwrap();
    assert_eq!(second.transcript(), first.transcript());
    assert_eq!(second.line(), ("of a li".into(), 3));
    second.set_line("", 0);
    // It goes on where it was, files and history and all.
    for simulator in [&mut first, &mut second] {
        simulator.set_line("", 0);
        say(simulator, "\nHello\n.\nQUIT\ncat f\npwd");
    }
    assert_eq!(second.transcript(), first.transcript());
    assert!(second.transcript().contains("queued as"));
    second.press(Key::Up);
    assert_eq!(second.line().0, "pwd");
    assert_eq!(second.progress().unwrap(), {
        first.press(Key::Up);
        first.progress().unwrap()
    });
}

#[test]
fn no_lesson_is_seen_of_it() {
    let mut simulator = kept();
    say(&mut simulator, "whoami");
    assert!(simulator.teacher().is_none());
    assert!(simulator.lesson().is_none());
    assert!(simulator.submission("x").is_none());
    assert!(simulator.statement("").is_none());
    simulator.reset();
    say(&mut simulator, "whoami");
    assert!(simulator
        .transcript()
        .ends_with("whoami\nasha\nasha@penguinpower:~$ "));
    // After a fresh start, what is kept is what came then.
    assert!(simulator.progress().unwrap().len() < 400);
}

#[test]
fn what_is_of_another_world_is_not_taken() {
    let document = kept().progress().unwrap();
    let mut other = Simulator::keep("{}", Outside::default()).unwrap();
    let fault = other.resume(&document).unwrap_err().to_string();
    assert!(fault.contains("has changed"), "{fault}");
    for bad in ["", "null", "[]", "{", "{\"format\":1}", "\u{202e}"] {
        let before = other.transcript();
        assert!(other.resume(bad).is_err(), "{bad:?}");
        assert_eq!(other.transcript(), before);
    }
}

/// A message of so many lines, pasted at once, and what comes after it.
fn paste(simulator: &mut Simulator, lines: usize) {
    say(
        simulator,
        "telnet smtp.safeer.in 25\nHELO a\nMAIL FROM:<a@b.c>\nRCPT TO:<praveen@gmail.com>\nDATA",
    );
    let line = "\"a line\" of a message, as long as lines in messages are, \\ and with what JSON escapes\n";
    say(simulator, line.repeat(lines).trim_end());
    say(simulator, ".\nQUIT\nwhoami");
}

#[test]
fn a_pasted_message_of_twenty_thousand_lines_comes_back() {
    let mut first = kept();
    paste(&mut first, 20_000);
    assert!(!first.is_cut());
    let mut second = kept();
    second.resume(&first.progress().unwrap()).unwrap();
    assert!(second
        .transcript()
        .ends_with("whoami\nasha\nasha@penguinpower:~$ "));
    assert_eq!(second.transcript(), first.transcript());
    assert!(second.undo());
    second.settle();
    let text = second.transcript();
    assert!(text.ends_with("closed by foreign host.\nasha@penguinpower:~$ "));
}

#[test]
fn what_is_more_than_is_kept_is_said_and_the_rest_comes_back() {
    let mut first = kept();
    paste(&mut first, 40_000);
    assert!(first.is_cut());
    let document = first.progress().unwrap();
    let mut second = kept();
    second.resume(&document).unwrap();
    assert!(!second.is_cut());
    assert_eq!(second.progress().unwrap(), document);
    assert!(!first.undo());
    first.reset();
    assert!(!first.is_cut());
}
