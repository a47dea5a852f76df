//! cmp: the first byte in which two files differ.

use crate::workstation::programs::diff::mistake;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The program of this file.
pub const PROGRAMS: &[Program] = &[Program::new(
    "cmp",
    cmp,
    "[-s] [-l] FILE FILE|Compares files byte by byte.",
)];

fn cmp(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "cmp",
        short: "slb",
        long: &["silent=s", "quiet=s", "verbose=l"],
        status: 2,
    };
    let options = KNOWN.read(arguments)?;
    let [first, second] = options.operands.as_slice() else {
        return Err(mistake(&KNOWN, "missing operand after 'cmp'"));
    };
    let mut texts = Vec::new();
    for (name, text) in at.sources(&[first, second])? {
        match text {
            Ok(text) => texts.push(crate::smtp::bytes::encode(&text)),
            Err(why) => return Err(Output::bad(format!("cmp: {name}: {why}"), 2)),
        }
    }
    let (one, other) = (
        texts.first().map_or(&[][..], |t| t),
        texts.get(1).map_or(&[][..], |t| t),
    );
    let mut output = Output::default();
    let place = one.iter().zip(other).position(|(a, b)| a != b);
    if let Some(place) = place {
        output.status = 1;
        if options.has('l') {
            for (at, (a, b)) in one
                .iter()
                .zip(other)
                .enumerate()
                .filter(|(_, (a, b))| a != b)
            {
                output
                    .text
                    .push_str(&format!("{} {a:>3o} {b:>3o}\n", at + 1));
            }
        } else if !options.has('s') {
            let line = one.iter().take(place).filter(|b| **b == b'\n').count() + 1;
            output.text.push_str(&format!(
                "{first} {second} differ: byte {}, line {line}\n",
                place + 1
            ));
        }
    } else if one.len() != other.len() {
        output.status = 1;
        if !options.has('s') {
            let shorter = if one.len() < other.len() {
                (first, one)
            } else {
                (second, other)
            };
            let lines = shorter.1.iter().filter(|b| **b == b'\n').count();
            let text = match shorter.1.is_empty() {
                true => format!("cmp: EOF on {} which is empty\n", shorter.0),
                false if shorter.1.ends_with(b"\n") => format!(
                    "cmp: EOF on {} after byte {}, line {lines}\n",
                    shorter.0,
                    shorter.1.len()
                ),
                false => format!(
                    "cmp: EOF on {} after byte {}, in line {}\n",
                    shorter.0,
                    shorter.1.len(),
                    lines + 1
                ),
            };
            output.complain(text);
        }
    }
    Ok(output)
}
