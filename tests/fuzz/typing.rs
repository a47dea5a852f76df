//! What is typed: the shell's language, and what is taken back again.

use smtp_terminal::simulator::{Outside, Simulator};
use smtp_terminal::smtp::bytes::decode;
use smtp_terminal::workstation::line::key::Key;

use crate::machine::fuzz;

const WORDS: [&str; 40] = [
    "echo ",
    "$(",
    "`",
    "${x:-",
    "${#x}",
    "$((",
    "))",
    "if ",
    "then ",
    "fi",
    "for i in a b; do ",
    "done",
    "while read x; do ",
    "case x in ",
    "esac",
    "f() { ",
    "}",
    "[ ",
    " ]",
    "[[ ",
    "]]",
    ">f ",
    "2>&1 ",
    "<<E\nx\nE\n",
    "<<<x",
    " | cat",
    " & ",
    "wait\n",
    "trap ",
    "set -e\n",
    "local x=1\n",
    "declare -a a\n",
    "eval ",
    "printf '%s' ",
    "IFS=: ",
    "read x\n",
    "shift\n",
    "x=(a b)\n",
    "${x[@]}",
    "sed s/a/b/ ",
];

#[test]
fn the_shell() {
    fuzz("shell", 60, &WORDS, |input, _| {
        let mut simulator = Simulator::new("{}").unwrap();
        simulator.run(&decode(input));
        simulator.settle();
        simulator.press(Key::Ctrl('c'));
        simulator.settle();
    });
}

/// All of a world, once the front end has heard what has happened.
fn world(simulator: &mut Simulator) -> String {
    while simulator.poll().is_some() {}
    format!("{:?}\n{}", simulator.world(), simulator.transcript())
}

#[test]
fn undo_gives_the_very_world_of_before() {
    let lesson = include_str!("corpus/lesson/small.json");
    fuzz("undo", 8, &WORDS, |input, _| {
        let mut simulator = Simulator::teach(lesson, "", Outside::default()).unwrap();
        for line in decode(input).lines().take(12) {
            if !simulator.is_resting() {
                break;
            }
            let before = world(&mut simulator);
            simulator.run(line);
            simulator.settle();
            if !simulator.can_undo() {
                break;
            }
            simulator.undo();
            let after = world(&mut simulator);
            if before != after {
                let at = before
                    .bytes()
                    .zip(after.bytes())
                    .take_while(|(a, b)| a == b)
                    .count();
                let near = |text: &str| {
                    text.chars()
                        .skip(at.saturating_sub(200))
                        .take(400)
                        .collect::<String>()
                };
                panic!(
                    "{line:?} is not undone:\n{}\n---\n{}",
                    near(&before),
                    near(&after)
                );
            }
            simulator.run(line);
            simulator.settle();
        }
    });
}
