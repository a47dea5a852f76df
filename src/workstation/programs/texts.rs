//! Programs that read text and print text.

use crate::smtp::bytes::{decode, encode};
use crate::workstation::programs::io::{Read, Take};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::noise::{is_endless, noise, MOST};
use crate::workstation::programs::options::{Known, Options};
use crate::workstation::programs::output::{Next, Outcome, Output};
use crate::workstation::programs::table::Program;
use crate::workstation::programs::work::piece;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "cat",
        cat,
        "[-n] [-b] [-s] [-A] [-E] [-T] [-v] [FILE]...|Shows files one after the other.",
    )
    .streaming(),
    Program::new(
        "head",
        head,
        "[-n LINES] [-c BYTES] [-q] [-v] [FILE]...|Shows the first lines.",
    )
    .streaming(),
    Program::job(
        "tail",
        start_tail,
        "[-n LINES] [-c BYTES] [-q] [-v] [-f] [FILE]...|Shows the last lines; -f waits for more.",
    ),
];

/// cat.
fn cat(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "cat",
        short: "AbeEnstTuv",
        long: &[
            "show-all=A",
            "number-nonblank=b",
            "show-ends=E",
            "number=n",
            "squeeze-blank=s",
            "show-tabs=T",
            "show-nonprinting=v",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    let has = |letters: &str| letters.chars().any(|l| options.has(l));
    let (ends, tabs, control) = (has("AeE"), has("AtT"), has("Aetv"));
    let (squeezes, all, filled) = (has("s"), has("n"), has("b"));
    let mut output = Output::default();
    let mut number = 0;
    let mut blanks = 0;
    output.forgets = options.operands.is_empty() && !has("nbs");
    let is_plain = options.given.is_empty();
    let mut sources = at.sources(&options.operands)?.into_iter();
    let (mut text, mut place, mut begins) = (String::new(), 0, true);
    at.goes_on(move |at, output| {
        while place == text.len() {
            let (name, source) = match sources.next() {
                Some(next) => next,
                None => return false,
            };
            (text, place) = match source {
                Ok(text) => (text, 0),
                Err(why) => {
                    output.fail(1, format!("cat: {name}: {why}\n"));
                    continue;
                }
            };
            if !text.is_empty() && name != "-" && at.output_path() == Some(&at.path(&name)) {
                output.fail(1, format!("cat: {name}: input file is output file\n"));
                text = String::new();
                continue;
            }
            if is_plain {
                output.text.push_str(&text);
                text = String::new();
            }
        }
        for line in piece(&text, &mut place).split_inclusive('\n') {
            blanks = if line == "\n" { blanks + 1 } else { 0 };
            if squeezes && blanks > 1 {
                continue;
            }
            if begins && (filled && line != "\n" || all && !filled) {
                number += 1;
                output.text.push_str(&format!("{number:6}\t"));
            }
            begins = line.ends_with('\n');
            let bare = line.strip_suffix('\n').unwrap_or(line);
            shown(bare, (ends, tabs, control), &mut output.text);
            if bare.len() < line.len() {
                if ends {
                    if !control && bare.ends_with('\r') {
                        output.text.push_str("^M");
                    }
                    output.text.push('$');
                }
                output.text.push('\n');
            }
        }
        true
    });
    Ok(output)
}

/// A line as `cat` shows it, with -E, -T and -v.
fn shown(line: &str, (ends, tabs, control): (bool, bool, bool), text: &mut String) {
    if !control {
        let line = match ends {
            true => line.strip_suffix('\r').unwrap_or(line),
            false => line,
        };
        match tabs {
            true => text.push_str(&line.replace('\t', "^I")),
            false => text.push_str(line),
        }
        return;
    }
    for byte in encode(line) {
        if byte == b'\t' {
            text.push_str(if tabs { "^I" } else { "\t" });
            continue;
        }
        if byte >= 128 {
            text.push_str("M-");
        }
        match byte & 127 {
            127 => text.push_str("^?"),
            low @ 0..32 => {
                text.push('^');
                text.push((low + 64).into());
            }
            plain => text.push(plain.into()),
        }
    }
}

const LONG: &[&str] = &[
    "lines=n",
    "bytes=c",
    "quiet=q",
    "silent=q",
    "verbose=v",
    "follow=f",
    "retry=r",
    "zero-terminated=z",
];
const HEAD: Known = Known {
    program: "head",
    short: "c:n:qvz",
    long: LONG,
    status: 1,
};
const TAIL: Known = Known {
    program: "tail",
    short: "c:fFn:qrs:vz",
    long: LONG,
    status: 1,
};

/// `-5` and `+5` as the first word mean `-n 5` and `-n +5`.
fn modern(known: &Known, arguments: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = arguments.iter().map(|w| w.to_string()).collect();
    if let Some(first) = words.first_mut() {
        let digits = first.get(1..).unwrap_or("");
        let digits = digits.trim_end_matches('f');
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let follows = first.ends_with('f');
        if is_number
            && (first.starts_with('-') || first.starts_with('+') && known.program == "tail")
        {
            let number = if first.starts_with('-') {
                digits
            } else {
                first.trim_end_matches('f')
            };
            *first = format!("-n{number}");
            if follows {
                words.insert(0, "-f".into());
            }
        }
    }
    words
}

/// A number with its suffix; `+` or `-` stands before it.
fn amount(text: &str) -> Option<usize> {
    let digits = text.trim_start_matches(['+', '-']);
    let number = digits.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match digits.get(number.len()..)? {
        "" => 1,
        "b" => 512,
        "K" | "k" | "KiB" => 1_024,
        "kB" | "KB" => 1_000,
        "M" | "MiB" => 1 << 20,
        _ => return None,
    };
    Some(number.parse::<usize>().ok()?.saturating_mul(factor))
}

/// head and tail in one.
fn part(known: &Known, options: &Options, at: &Machine) -> Outcome {
    let program = known.program;
    let is_head = program == "head";
    let (unit, text) = match (options.value('c'), options.value('n')) {
        (Some(text), _) => ("bytes", text),
        (None, text) => ("lines", text.unwrap_or("10")),
    };
    let bad = || Output::bad(format!("{program}: invalid number of {unit}: ‘{text}’"), 1);
    let count = amount(text).ok_or_else(bad)?;
    let mut output = Output::default();
    if !is_head && count == 0 && !text.starts_with('+') {
        return Ok(output);
    }
    let many = options.operands.len() > 1 && !options.has('q') || options.has('v');
    for (name, source) in at.sources(&options.operands)? {
        if many && matches!(source, Ok(_) | Err("Is a directory")) {
            let gap = if output.text.is_empty() { "" } else { "\n" };
            let name = if name == "-" { "standard input" } else { &name };
            output.text.push_str(&format!("{gap}==> {name} <==\n"));
        }
        let whole = match source {
            Ok(_) if is_endless(&name) && unit == "bytes" => {
                if count > MOST {
                    output.fail(
                        1,
                        format!("({program}: it ends here, after {MOST} bytes.)\n"),
                    );
                }
                noise(&name, count)
            }
            Ok(text) => text,
            Err(why @ "Is a directory") => {
                output.fail(1, format!("{program}: error reading '{name}': {why}\n"));
                continue;
            }
            Err(why) => {
                let text = format!("{program}: cannot open '{name}' for reading: {why}\n");
                output.fail(1, text);
                continue;
            }
        };
        let bytes = encode(&whole);
        let end = if options.has('z') { 0 } else { b'\n' };
        // Where each of what is counted ends.
        let mut ends: Vec<usize> = Vec::new();
        if unit == "lines" {
            for (place, byte) in bytes.iter().enumerate() {
                if *byte == end {
                    ends.push(place + 1);
                }
            }
            if bytes.last().is_some_and(|b| *b != end) {
                ends.push(bytes.len());
            }
        }
        let size = if unit == "lines" {
            ends.len()
        } else {
            bytes.len()
        };
        // Whoever goes on writing to it gets SIGPIPE.
        output.next = match is_head && !text.starts_with('-') && size >= count {
            true => Next::Enough,
            false => Next::End,
        };
        let cut = match is_head {
            true if text.starts_with('-') => size.saturating_sub(count),
            true => count.min(size),
            false if text.starts_with('+') => count.saturating_sub(1).min(size),
            false => size.saturating_sub(count),
        };
        let cut = match unit {
            "lines" => cut
                .checked_sub(1)
                .and_then(|c| ends.get(c))
                .copied()
                .unwrap_or(0),
            _ => cut,
        };
        let (before, after) = bytes.split_at(cut.min(bytes.len()));
        output
            .text
            .push_str(&decode(if is_head { before } else { after }));
    }
    Ok(output)
}

/// head.
fn head(arguments: &[&str], at: &mut Machine) -> Outcome {
    let words = modern(&HEAD, arguments);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    part(&HEAD, &HEAD.read(&words)?, at)
}

/// tail, which may wait for more.
fn start_tail(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let arguments: Vec<&str> = arguments
        .iter()
        .map(|w| if w.starts_with("--follow") { "-f" } else { w })
        .collect();
    // The old form is for one file at most.
    let is_old = arguments.first().and_then(|w| w.strip_prefix('-'));
    if let Some(digit) = is_old
        .and_then(|w| w.chars().next())
        .filter(char::is_ascii_digit)
    {
        if arguments.len() > 2
            || arguments
                .get(1)
                .is_some_and(|w| w.len() > 1 && w.starts_with('-'))
        {
            let why = format!("tail: option used in invalid context -- {digit}");
            return Err(Output::bad(why, 1));
        }
    }
    let words = modern(&TAIL, &arguments);
    let borrowed: Vec<&str> = words.iter().map(String::as_str).collect();
    let options = TAIL.read(&borrowed)?;
    let names = &options.operands;
    Ok(Box::new(Tail {
        follows: options.has('f') || options.has('F'),
        files: names.iter().map(|n| (at.path(n), n.to_string())).collect(),
        reads: names.is_empty() || names.contains(&"-"),
        words: words.clone(),
        input: Vec::new(),
        seen: Vec::new(),
        shown: None,
    }))
}

/// A tail, which may wait for files to grow.
#[derive(Debug)]
struct Tail {
    words: Vec<String>,
    follows: bool,
    files: Vec<(String, String)>,
    reads: bool,
    input: Vec<u8>,
    /// How much of each file has been shown.
    seen: Vec<usize>,
    /// The file that was shown last.
    shown: Option<usize>,
}

impl Job for Tail {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        if self.seen.is_empty() {
            while self.reads {
                match at.read_input(Take::ALL) {
                    Read::Bytes(bytes) => self.input.extend(bytes),
                    Read::Wait => return None,
                    Read::End | Read::Fault(_) => self.reads = false,
                }
            }
            let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
            let input = crate::smtp::bytes::decode(&self.input).into_owned();
            let output = TAIL
                .read(&words)
                .and_then(|options| at.with_input(&input, |at| part(&TAIL, &options, at)));
            let output = output.unwrap_or_else(|early| early);
            for (is_error, piece) in output.pieces() {
                match is_error {
                    true => at.complain(piece),
                    false => at.print(piece),
                }
            }
            if !self.follows || self.files.is_empty() {
                return Some(output.status);
            }
            let files = std::mem::take(&mut self.files);
            self.files = files
                .into_iter()
                .filter(|(path, _)| at.text(path).is_ok())
                .collect();
            if self.files.is_empty() {
                at.complain("tail: no files remaining\n");
                return Some(1);
            }
            let length = |(path, _): &(String, String)| at.text(path).map_or(0, |t| t.len());
            self.seen = self.files.iter().map(length).collect();
            self.shown = Some(self.files.len() - 1);
        }
        for (i, (path, name)) in self.files.iter().enumerate() {
            let text = at.text(path).unwrap_or_default();
            let seen = self.seen.get_mut(i)?;
            if text.len() < *seen {
                at.complain(&format!("tail: {name}: file truncated\n"));
                *seen = 0;
            }
            let new = text.get(*seen..).unwrap_or("");
            *seen = text.len();
            if !new.is_empty() {
                if self.files.len() > 1 && self.shown != Some(i) {
                    at.print(&format!("\n==> {name} <==\n"));
                    self.shown = Some(i);
                }
                at.print(new);
            }
        }
        None
    }
}
