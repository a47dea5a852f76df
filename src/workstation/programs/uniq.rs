//! uniq, as GNU coreutils have it.

use crate::platform;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::sort::Lines;
use crate::workstation::programs::table::Program;

/// The program of this file.
pub const PROGRAMS: &[Program] = &[Program::new(
    "uniq",
    uniq,
    "[-cdui] [INPUT]|Takes out lines that repeat the one before.",
)];

const UNIQ: Known = Known {
    program: "uniq",
    short: "cdDf:is:uw:z",
    long: &[
        "count=c",
        "repeated=d",
        "skip-fields=f",
        "ignore-case=i",
        "skip-chars=s",
        "unique=u",
        "check-chars=w",
        "zero-terminated=z",
    ],
    status: 1,
};

fn uniq(arguments: &[&str], at: &mut Machine) -> Outcome {
    let options = UNIQ.read(arguments)?;
    if let Some(extra) = options.operands.get(2) {
        return Err(UNIQ.mistake(&format!("extra operand ‘{extra}’")));
    }
    if options.has('c') && options.has('D') {
        return Err(UNIQ.mistake("printing all duplicated lines and repeat counts is meaningless"));
    }
    let count = |letter: char, what: &str| match options.value(letter) {
        None => Ok(None),
        Some(text) => text
            .parse::<usize>()
            .map(Some)
            .map_err(|_| Output::bad(format!("uniq: {text}: invalid number of {what}"), 1)),
    };
    let fields = count('f', "fields to skip")?.unwrap_or(0);
    let skipped = count('s', "bytes to skip")?.unwrap_or(0);
    let width = count('w', "bytes to compare")?.unwrap_or(usize::MAX);
    let input = options.operands.first().copied().unwrap_or("-");
    let mut text = String::new();
    for (name, source) in at.sources(&[input])? {
        match source {
            Ok(more) => text = more,
            Err("Is a directory") => {
                return Err(Output::bad(format!("uniq: error reading '{name}'"), 1));
            }
            Err(why) => return Err(Output::bad(format!("uniq: {name}: {why}"), 1)),
        }
    }
    let compared = |line: &str| {
        let mut rest = line;
        for _ in 0..fields {
            rest = rest.trim_start_matches([' ', '\t']);
            rest = rest.trim_start_matches(|c| c != ' ' && c != '\t');
        }
        let part: String = rest.chars().skip(skipped).take(width).collect();
        match options.has('i') {
            true => platform::lower(&part),
            false => part,
        }
    };
    let mut printed = String::new();
    let lines = text.lines_of();
    for group in lines.chunk_by(|a, b| compared(a) == compared(b)) {
        let wanted = match (options.has('d'), options.has('u')) {
            (true, true) => false,
            (true, false) => group.len() > 1,
            (false, true) => group.len() == 1,
            _ => true,
        };
        let all = if options.has('D') && group.len() > 1 {
            group.len()
        } else {
            1
        };
        if !wanted || options.has('D') && group.len() == 1 {
            continue;
        }
        for line in &group[..all] {
            if options.has('c') {
                printed.push_str(&format!("{:7} ", group.len()));
            }
            printed.push_str(line);
            printed.push('\n');
        }
    }
    match options.operands.get(1) {
        Some(name) if *name != "-" => match at.write(name, &printed, false) {
            Ok(()) => Ok(Output::default()),
            Err(why) => Err(Output::bad(format!("uniq: {why}"), 1)),
        },
        _ => Ok(Output::good(printed)),
    }
}
