//! uniq, as GNU coreutils have it.

use crate::platform;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;
use crate::workstation::programs::work::piece;

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
    let has = |letter| options.has(letter);
    let ignores_case = has('i');
    let compared = move |line: &str| {
        let mut rest = line;
        for _ in 0..fields {
            rest = rest.trim_start_matches([' ', '\t']);
            rest = rest.trim_start_matches(|c| c != ' ' && c != '\t');
        }
        let part: String = rest.chars().skip(skipped).take(width).collect();
        match ignores_case {
            true => platform::lower(&part),
            false => part,
        }
    };
    let (counts, only_many, only_one, all) = (has('c'), has('d'), has('u'), has('D'));
    let into = options.operands.get(1).filter(|name| **name != "-");
    let (into, mut written) = (into.map(|name| name.to_string()), String::new());
    let mut place = 0;
    // The group that is being read: its first line, what is compared of it, how many lines, where it begins.
    let mut group: Option<(String, String, usize, usize)> = None;
    at.goes_on(move |at, output| {
        let begin = place;
        let lines = piece(&text, &mut place);
        let is_over = place >= text.len();
        let mut from = begin;
        let mut lines = lines.split_inclusive('\n');
        loop {
            let line = lines.next();
            let bare = line.map_or("", |line| line.strip_suffix('\n').unwrap_or(line));
            let now = line.map(|_| compared(bare));
            match (&mut group, &now) {
                (Some((_, before, count, _)), Some(now)) if before == now => *count += 1,
                (_, None) if !is_over => break,
                _ => {
                    if let Some((line, _, count, first)) = group.take() {
                        let wanted = match (only_many, only_one) {
                            (true, true) => false,
                            (true, false) => count > 1,
                            (false, true) => count == 1,
                            _ => true,
                        };
                        if wanted && all && count > 1 {
                            let lines = text.get(first..from).unwrap_or("");
                            output.text.push_str(lines);
                            if !lines.ends_with('\n') {
                                output.text.push('\n');
                            }
                        } else if wanted && !all {
                            if counts {
                                output.text.push_str(&format!("{count:7} "));
                            }
                            output.text.push_str(&line);
                            output.text.push('\n');
                        }
                    }
                    let Some(now) = now else { break };
                    group = Some((bare.to_string(), now, 1, from));
                }
            }
            from += line.map_or(0, str::len);
        }
        if let Some(name) = &into {
            written.push_str(&std::mem::take(&mut output.text));
            if is_over {
                if let Err(why) = at.write(name, &written, false) {
                    output.fail(1, format!("uniq: {why}\n"));
                }
            }
        }
        !is_over
    });
    Ok(Output::default())
}
