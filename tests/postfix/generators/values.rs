//! Values of main.cf with `$`: what `postconf -x` makes of them.

use std::process::Command;

use fastrand::Rng;
use smtp_terminal::files::Files;

use super::alphabet::one;
use super::run::{each, output, text, Folder};
use super::{here, Input, Language};

/// What names stand for.
const GIVEN: &str = "compatibility_level = 3.6\nmyhostname = h.example\nset = value\nempty =\n\
                     number = 12\nlevel = 3.6.1\ndeep = <$set>\nloop = $loop\nspaced =  a  b \n";

/// Values with `$`.
pub struct Values;

impl Values {
    fn main_cf(input: &Input) -> String {
        let mut text = String::from(GIVEN);
        for (number, line) in input.lines.iter().enumerate() {
            let name = ["always_bcc", "second", "third"][number.min(2)];
            text.push_str(&format!("{name} = {line}\n"));
        }
        text
    }
}

/// What is said with its warnings in order: the real one goes by numbers that are different every
/// time. So nobody knows what it has warned of before its end but what led to that.
fn sorted(said: &str) -> String {
    // Where comparisons name themselves without an end, the real one's stack is full, and nothing is
    // said any more; unless what they bring forth has filled the memory before, which is the machine's.
    let is_said = |line: &str| !line.starts_with("postconf: warning: ") && !line.is_empty();
    let ends = [
        "fatal: the comparisons have no end",
        "fatal: myrealloc: insufficient memory",
    ];
    if !said.lines().any(is_said) || ends.iter().any(|end| said.contains(end)) {
        return "(it has crashed)".into();
    }
    let lines = said.lines().filter(|line| !line.is_empty());
    let (mut warnings, rest): (Vec<&str>, Vec<&str>) =
        lines.partition(|line| line.starts_with("postconf: warning: "));
    match rest
        .first()
        .is_some_and(|line| line.starts_with("postconf: fatal: "))
    {
        true => drop(warnings.drain(..warnings.len().saturating_sub(1))),
        false => warnings.sort(),
    }
    [warnings, rest].concat().join("\n")
}

/// A template.
fn template(random: &mut Rng, depth: usize) -> String {
    let mut text = String::new();
    for _ in 0..random.usize(1..=3) {
        text.push_str(&piece(random, depth));
    }
    text
}

fn piece(random: &mut Rng, depth: usize) -> String {
    let names = [
        "set",
        "empty",
        "number",
        "level",
        "deep",
        "spaced",
        "unset",
        "second",
        "third",
        "myhostname",
        "mydomain",
        "compatibility_level",
        "mynetworks_style",
    ];
    let name = one(random, &names);
    if depth == 0 {
        return match random.u8(..4) {
            0 => format!("${name}"),
            1 => format!("${{{name}}}"),
            2 => one(
                random,
                &["x", "two words", "12", "3.6", "$$", "", ", ", "a.b"],
            )
            .into(),
            _ => format!("$({name})"),
        };
    }
    let mut inner = || template(random, depth - 1);
    let [a, b, c, d] = [inner(), inner(), inner(), inner()];
    let blank = one(random, &["", "", "", " ", "  "]);
    match random.u8(..10) {
        0 => format!("${{{name}?{a}}}"),
        1 => format!("${{{name}:{a}}}"),
        2 => format!("${{{name}{blank}?{blank}{{{a}}}{blank}:{blank}{{{b}}}{blank}}}"),
        3 => format!("${{{name}?{{{a}}}}}"),
        4 => format!("${{{name}:{{{a}}}}}"),
        5..=7 => {
            let operators = [
                "==", "!=", "<", "<=", ">", ">=", "==level", "<level", "<=level", ">=level",
                ">level", "!=level", "=", "=>", "<>",
            ];
            let operator = one(random, &operators);
            let colon = one(random, &[":", ":", ":", " : ", ""]);
            format!("${{{blank}{{{a}}}{blank}{operator}{blank}{{{b}}}{blank}?{blank}{{{c}}}{colon}{{{d}}}}}")
        }
        8 => format!("$({name}?{a})"),
        _ => format!("{{{a}}}"),
    }
}

impl Language for Values {
    fn name(&self) -> &'static str {
        "values"
    }

    fn alphabet(&self) -> &'static [&'static str] {
        &[
            "$", "{", "}", "(", ")", "?", ":", " ", "=", "<", ">", "!", "level", "$$", "${", "}}",
            "{{", "set", "$set", "empty", "\\", "\"", ",", "-", "_", ".", "$1", "\t", "é", "1",
            "${set", "$deep", "==", "$loop", "#",
        ]
    }

    fn make(&self, random: &mut Rng) -> Input {
        let lines = (0..random.usize(1..=3)).map(|_| {
            let depth = random.usize(..=2);
            template(random, depth)
        });
        Input {
            lines: lines.collect(),
            fixed: 0,
        }
    }

    fn is_input(&self, input: &Input) -> bool {
        // The networks of this machine are not those of ours.
        let text = input.lines.join(" ").replace("mynetworks_style", "");
        !input.lines.is_empty() && !text.contains("mynetworks")
    }

    fn real(&self, inputs: &[Input]) -> Vec<String> {
        let prepare = |folder: &Folder| folder.write("master.cf", "");
        each("values", inputs, &prepare, &|folder, input| {
            folder.write("main.cf", &Values::main_cf(input));
            let mut command = Command::new("postconf");
            command.args(["-c", &folder.name(), "-x", "always_bcc"]);
            let (error, output) = output(command, &folder.0, b"");
            let said = text(&error, &output).replace(&folder.name(), "/etc/postfix");
            sorted(&said)
        })
    }

    fn ours(&self, inputs: &[Input]) -> Vec<String> {
        let mut world = here::world(
            "compatibility_level = 3.6\nmyhostname = h.example\n",
            Files::default(),
        )
        .unwrap();
        let mut said = |input: &Input| {
            let files = &mut world.hosts[0].server.as_mut().unwrap().files;
            files.insert("/etc/postfix/master.cf", "");
            files.insert("/etc/postfix/main.cf", Values::main_cf(input));
            sorted(&here::run(
                &mut world,
                "/",
                &["postconf", "-x", "always_bcc"],
                "",
            ))
        };
        inputs.iter().map(&mut said).collect()
    }
}
