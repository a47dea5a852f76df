//! awk, as Debian's mawk 1.3.4 has it: the language whole.
//!
//! | file     | holds                                     |
//! |----------|-------------------------------------------|
//! | `lexer`  | a program as tokens                       |
//! | `tree`   | what a program is made of                 |
//! | `parse`  | tokens as a tree                          |
//! | `value`  | numbers and texts                         |
//! | `format` | printf                                    |
//! | `run`    | a tree at work                            |
//!
//! mawk counts bytes, so a program and its texts have one character a byte here.

mod format;
mod lexer;
mod parse;
mod run;
mod tree;
mod value;

use std::rc::Rc;

use crate::smtp::bytes::encode;
use crate::workstation::conversion::{from_bytes, to_bytes};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The program of this folder, under both of its names.
pub const PROGRAMS: &[Program] = &[Program::new("awk", awk, ""), Program::new("mawk", awk, "")];

struct Files<'a, 'b>(&'a mut Machine<'b>);

impl run::Outside for Files<'_, '_> {
    fn read(&mut self, path: &str) -> Result<String, String> {
        let text = self.0.read(&from_bytes(path));
        let text = text.ok_or_else(|| "No such file or directory".to_string())?;
        Ok(to_bytes(&text))
    }

    fn write(&mut self, path: &str, text: &str, appends: bool) -> Result<(), String> {
        let path = from_bytes(path);
        let written = self.0.write(&path, &from_bytes(text), appends);
        written.map_err(|why| why.rsplit(": ").next().unwrap_or("").to_string())
    }

    fn command(&mut self, line: &str, input: &str) -> (String, String, i32) {
        let words = ["sh".into(), "-c".into(), from_bytes(line)];
        let (output, error, status) = self.0.aside(&words, &encode(&from_bytes(input)));
        (to_bytes(&output), to_bytes(&error), status.unwrap_or(256))
    }

    fn seconds(&self) -> u64 {
        self.0.world.now().seconds()
    }
}

const USAGE: &str = "Usage: mawk [Options] [Program] [file ...]

Program:
    The -f option value is the name of a file containing program text.
    If no -f option is given, a \"--\" ends option processing; the following
    parameters are the program text.

Options:
    -f program-file  Program  text is read from file instead of from the
                     command-line.  Multiple -f options are accepted.
    -F value         sets the field separator, FS, to value.
    -v var=value     assigns value to program variable var.
    --               unambiguous end of options.
";

/// On its output, and on its error output.
const VERSION: [&str; 2] = [
    "mawk 1.3.4 20200120
Copyright 2008-2019,2020, Thomas E. Dickey
Copyright 1991-1996,2014, Michael D. Brennan

",
    "random-funcs:       srandom/random
regex-funcs:        internal
compiled limits:
sprintf buffer      8192
maximum-integer     2147483647
",
];

/// Whether a name stands for what is piped in.
fn is_input(name: &str) -> bool {
    matches!(name, "-" | "/dev/stdin")
}

/// awk, with -F, -v, -f.
fn awk(arguments: &[&str], at: &mut Machine) -> Outcome {
    let mut words = arguments.iter().copied();
    let mut variables: Vec<(String, String)> = Vec::new();
    let mut source: Option<String> = None;
    let mut rest: Vec<String> = Vec::new();
    while let Some(word) = words.next() {
        if word == "--" {
            rest.extend(words.map(to_bytes));
            break;
        }
        let Some(option) = word.strip_prefix('-').filter(|o| !o.is_empty()) else {
            rest.push(to_bytes(word));
            rest.extend(words.map(to_bytes));
            break;
        };
        let letter = option.chars().next().unwrap_or('-');
        if !"FvfW".contains(letter) {
            return Err(Output::bad(format!("awk: not an option: {word}"), 2));
        }
        let value = match &option[letter.len_utf8()..] {
            "" => match words.next() {
                Some(value) => value,
                None => {
                    return Err(Output::bad(
                        format!("awk: missing value for option: {word}"),
                        2,
                    ))
                }
            },
            value => value,
        };
        match letter {
            'W' if "version".starts_with(value) => {
                let mut output = Output::good(VERSION[0]);
                output.complain(VERSION[1]);
                return Err(output);
            }
            'W' => at.complain(&format!("awk: vacuous option: -W {value}\n")),
            'F' => {
                let separator = if value == "t" { "\t" } else { value };
                variables.push(("FS".into(), to_bytes(separator)));
            }
            'v' => match run::assignment(value) {
                Some((name, value)) => variables.push((name.into(), to_bytes(value))),
                None => {
                    let why = format!("awk: improper assignment: -v {value}");
                    return Err(Output::bad(why, 2));
                }
            },
            _ => {
                let text = match is_input(value) {
                    true => Some(at.input()?.to_string()),
                    false => at.read(value),
                };
                let Some(text) = text else {
                    let why = "No such file or directory";
                    return Err(Output::bad(format!("awk: cannot open {value} ({why})"), 2));
                };
                let before = source.unwrap_or_default();
                source = Some(before + &to_bytes(&text));
            }
        }
    }
    let source = match source {
        Some(source) => source,
        None if rest.is_empty() => {
            return Err(Output::bad(USAGE.trim_end(), 2));
        }
        None => rest.remove(0),
    };
    let program = match parse::parse(&source) {
        Ok(program) => program,
        Err(why) => return Err(Output::bad(format!("awk: {}", from_bytes(&why)), 2)),
    };
    let has_input = rest
        .iter()
        .all(|word| is_input(word) || run::assignment(word).is_some());
    let has_records = |(when, _): &(tree::When, _)| !matches!(when, tree::When::Begin);
    // `BEGIN { …; exit }` reads nothing.
    let leaves = |(when, body): &(tree::When, Option<Rc<tree::Statement>>)| match body.as_deref() {
        Some(tree::Statement::Block(all)) if matches!(when, tree::When::Begin) => all
            .iter()
            .any(|own| matches!(**own, tree::Statement::Return("exit", _))),
        _ => false,
    };
    let reads = program.has_getline
        || program.rules.iter().any(has_records) && !program.rules.iter().any(leaves);
    let input = match has_input && reads || rest.iter().any(|word| is_input(word)) {
        true => to_bytes(at.input()?),
        false => String::new(),
    };
    let mut state = run::State::new(program, &rest, input);
    state.fill("ENVIRON", at.environment());
    let words = ["awk"].into_iter().chain(rest.iter().map(String::as_str));
    let words = words
        .enumerate()
        .map(|(i, word)| (i.to_string(), word.into()));
    state.fill("ARGV", words.collect());
    for (name, value) in &variables {
        state.set(name, value::Value::Field(lexer::unescape(value).into()));
    }
    at.goes_on(move |at, output| {
        let mut files = Files(at);
        let mut machine = run::Machine::new(&mut state, &mut files);
        let mut status = machine.go_on();
        if !matches!(status, Ok(None)) {
            let ended = machine.flush();
            status = status.and_then(|status| ended.map(|()| status));
        }
        for (is_error, piece) in state.take().pieces() {
            match is_error {
                true => output.complain(from_bytes(piece)),
                false => output.text.push_str(&from_bytes(piece)),
            }
        }
        match &status {
            Ok(status) => output.status = status.unwrap_or(0),
            Err(run::Fatal(why)) => output.fail(2, format!("awk: {}\n", from_bytes(why))),
        }
        matches!(status, Ok(None))
    });
    Ok(Output::default())
}
