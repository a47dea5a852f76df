//! wc, as GNU coreutils have it.

use crate::files::node::Kind;
use crate::smtp::bytes::encode;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The program of this file.
pub const PROGRAMS: &[Program] = &[Program::new(
    "wc",
    wc,
    "[-l] [-w] [-c] [-m] [-L] [FILE]...|Counts lines, words and bytes.",
)];

/// wc.
fn wc(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "wc",
        short: "clLmw",
        long: &[
            "bytes=c",
            "lines=l",
            "max-line-length=L",
            "chars=m",
            "words=w",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    let names = &options.operands;
    let mut letters: Vec<char> = Vec::new();
    for letter in "lwmcL".chars() {
        if options.has(letter) || options.given.is_empty() && "lwc".contains(letter) {
            letters.push(letter);
        }
    }
    let mut output = Output::default();
    let mut rows: Vec<(String, Vec<usize>)> = Vec::new();
    let mut complaints = Vec::new();
    let mut total = vec![0; letters.len()];
    let mut widest = 0;
    let mut is_odd = (names.is_empty() || names.contains(&"-")) && !at.reads_file();
    for (name, text) in at.sources(names)? {
        let text = match text {
            Ok(text) => text,
            Err(why) => {
                complaints.push((rows.len(), format!("wc: {name}: {why}\n")));
                if why != "Is a directory" {
                    continue;
                }
                is_odd = true;
                String::new()
            }
        };
        // What is read there has no length beforehand.
        is_odd |= at
            .meta(&name, true)
            .is_ok_and(|meta| meta.kind == Kind::Device);
        let bytes = encode(&text).len();
        widest += bytes;
        let mut counts = Vec::new();
        for (place, letter) in letters.iter().enumerate() {
            let count = match letter {
                'l' => text.matches('\n').count(),
                'w' => text.split_whitespace().count(),
                'm' => text.chars().count(),
                'c' => bytes,
                _ => {
                    let wide = |at: usize, c| if c == '\t' { (at | 7) + 1 } else { at + 1 };
                    let lines = text.lines().map(|l| l.chars().fold(0, wide));
                    lines.max().unwrap_or(0)
                }
            };
            total[place] = if *letter == 'L' {
                count.max(total[place])
            } else {
                count + total[place]
            };
            counts.push(count);
        }
        rows.push((name, counts));
    }
    if names.len() > 1 {
        rows.push(("total".into(), total));
    }
    // Columns are as wide as the bytes of all need; what is no plain file may have more.
    let width = match names.len() < 2 && letters.len() == 1 {
        true => 1,
        false if is_odd => 7,
        false => widest.to_string().len(),
    };
    // Each complaint stands before the row that comes next.
    let mut complaints = complaints.into_iter().peekable();
    for (number, (name, counts)) in rows.into_iter().enumerate() {
        while let Some((_, why)) = complaints.next_if(|(place, _)| *place == number) {
            output.fail(1, why);
        }
        for (place, count) in counts.into_iter().enumerate() {
            let gap = if place > 0 { " " } else { "" };
            output.text.push_str(&format!("{gap}{count:width$}"));
        }
        if !names.is_empty() {
            output.text.push(' ');
            output.text.push_str(&name);
        }
        output.text.push('\n');
    }
    for (_, why) in complaints {
        output.fail(1, why);
    }
    Ok(output)
}
