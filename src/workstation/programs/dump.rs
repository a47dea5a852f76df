//! od, hexdump and xxd: bytes made visible, CR and LF among them.

use crate::smtp::bytes::encode;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;
use crate::workstation::programs::work::PIECE;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "hd",
        |words, at| hexdump(&[&["-C"], words].concat(), at),
        "[FILE]...|Shows bytes as hexdump -C does.",
    ),
    Program::new(
        "hexdump",
        hexdump,
        "[-C] [FILE]...|Shows bytes in hexadecimal.",
    ),
    Program::new(
        "od",
        od,
        "[-c] [-b] [-x] [-A n|o|d|x] [-t c|x1|o1] [FILE]...|Shows bytes.",
    ),
    Program::new(
        "xxd",
        xxd,
        "[-p] [-r] [FILE]|Shows bytes in hexadecimal, or makes them of that.",
    ),
];

/// Where a row begins, and what it shows.
type Place = dyn Fn(usize) -> String;
type Row = dyn Fn(&[u8]) -> String;

/// What the operands hold, and complaints.
fn bytes(
    program: &str,
    names: &[&str],
    at: &Machine,
    output: &mut Output,
) -> Result<Vec<u8>, Output> {
    let mut all = Vec::new();
    for (name, text) in at.sources(names)? {
        match text {
            Ok(text) => all.extend(encode(&text)),
            Err(why) => output.fail(1, format!("{program}: {name}: {why}\n")),
        }
    }
    Ok(all)
}

/// A byte as `od -c` has it.
fn letter(byte: u8) -> String {
    match byte {
        0 => "\\0".into(),
        7 => "\\a".into(),
        8 => "\\b".into(),
        9 => "\\t".into(),
        10 => "\\n".into(),
        11 => "\\v".into(),
        12 => "\\f".into(),
        13 => "\\r".into(),
        32..127 => char::from(byte).into(),
        byte => format!("{byte:03o}"),
    }
}

/// Rows of sixteen, each after the place where it begins; the same ones are shown once.
fn rows(all: Vec<u8>, place: Box<Place>, row: Box<Row>, at: &mut Machine) {
    let (mut next, mut starred) = (0, false);
    at.goes_on(move |_, output| {
        let text = &mut output.text;
        let far = all.len().min(next + PIECE / 4);
        while next < far {
            let chunk = all.get(next..all.len().min(next + 16)).unwrap_or(&[]);
            let last = next.checked_sub(16).and_then(|last| all.get(last..next));
            match last == Some(chunk) {
                true if !starred => text.push_str("*\n"),
                true => {}
                false => {
                    text.push_str(&place(next));
                    text.push_str(&row(chunk));
                    text.push('\n');
                }
            }
            starred = last == Some(chunk);
            next += chunk.len();
        }
        let end = place(all.len());
        if far == all.len() && far > 0 && !end.is_empty() {
            text.push_str(&end);
            text.push('\n');
        }
        far < all.len()
    });
}

/// Pairs of bytes as numbers of the machine, the low one first.
fn words(chunk: &[u8], before: &str, octal: bool) -> String {
    let mut text = String::new();
    for pair in chunk.chunks(2) {
        let number = u16::from(pair[0]) | u16::from(pair.get(1).copied().unwrap_or(0)) << 8;
        text.push_str(before);
        text.push_str(&if octal {
            format!("{number:06o}")
        } else {
            format!("{number:04x}")
        });
    }
    text
}

fn od(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "od",
        short: "A:t:N:j:abcdosxvw::",
        long: &[
            "address-radix=A",
            "format=t",
            "read-bytes=N",
            "skip-bytes=j",
            "output-duplicates=v",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    let mut output = Output::default();
    let mut all = bytes("od", &options.operands, at, &mut output)?;
    let number = |letter| options.value(letter).and_then(|n| n.parse::<usize>().ok());
    let skip = number('j').unwrap_or(0).min(all.len());
    all.drain(..skip);
    all.truncate(number('N').unwrap_or(usize::MAX));
    let radix = options.value('A').unwrap_or("o").to_string();
    let place = move |at: usize| match radix.as_str() {
        "n" => String::new(),
        "d" => format!("{:07}", at + skip),
        "x" => format!("{:06x}", at + skip),
        _ => format!("{:07o}", at + skip),
    };
    let mut kind = 'o';
    for (letter, value) in &options.given {
        kind = match (letter, *value) {
            ('c', _) | ('t', "c") => 'c',
            ('b', _) | ('t', "o1") => 'b',
            ('x', _) | ('t', "x2" | "x") => 'x',
            ('t', "x1" | "x1z") => 'h',
            ('t', "u1" | "d1") => 'u',
            _ => kind,
        };
    }
    let shows = options.value('t') == Some("x1z");
    let row = move |chunk: &[u8]| {
        let mut text = String::new();
        for byte in chunk.iter().filter(|_| "cbhu".contains(kind)) {
            text.push_str(&match kind {
                'c' => format!("{:>4}", letter(*byte)),
                'b' => format!(" {byte:03o}"),
                'u' => format!("{byte:>4}"),
                _ => format!(" {byte:02x}"),
            });
        }
        if shows {
            text.push_str(&"   ".repeat(16 - chunk.len()));
            text.push_str(&format!("  >{}<", plain(chunk)));
        }
        match kind {
            'o' => words(chunk, " ", true),
            'x' => words(chunk, " ", false),
            _ => text,
        }
    };
    if all.is_empty() && !place(0).is_empty() && !output.has_complained() {
        output.text = place(0) + "\n";
    }
    rows(all, Box::new(place), Box::new(row), at);
    Ok(output)
}

/// Letters, and a dot for what is none.
fn plain(chunk: &[u8]) -> String {
    let shown = |b: &u8| {
        if (32..127).contains(b) {
            char::from(*b)
        } else {
            '.'
        }
    };
    chunk.iter().map(shown).collect()
}

fn hexdump(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "hexdump",
        short: "bcCdovn:s:x",
        long: &["canonical=C", "length=n", "skip=s", "no-squeezing=v"],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    let mut output = Output::default();
    let mut all = bytes("hexdump", &options.operands, at, &mut output)?;
    all.truncate(
        options
            .value('n')
            .and_then(|n| n.parse().ok())
            .unwrap_or(usize::MAX),
    );
    let is_canonical = options.has('C');
    let is_letters = options.has('c');
    let place = move |at: usize| {
        if is_canonical {
            format!("{at:08x}")
        } else {
            format!("{at:07x}")
        }
    };
    let row = move |chunk: &[u8]| {
        let mut text = String::new();
        if is_canonical {
            for at in 0..16 {
                text.push_str(if at % 8 == 0 { "  " } else { " " });
                text.push_str(
                    &chunk
                        .get(at)
                        .map_or("  ".into(), |byte| format!("{byte:02x}")),
                );
            }
            text.push_str(&format!("  |{}|", plain(chunk)));
        } else if is_letters {
            for byte in chunk {
                text.push_str(&format!("{:>4}", letter(*byte)));
            }
            text.push_str(&"    ".repeat(16 - chunk.len()));
        } else {
            text = words(chunk, " ", false);
            text.push_str(&"     ".repeat(8 - chunk.len().div_ceil(2)));
        }
        text
    };
    rows(all, Box::new(place), Box::new(row), at);
    Ok(output)
}

fn xxd(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "xxd",
        short: "prul:s:c:g:i",
        long: &["plain=p"],
        status: 1,
    };
    // Its options are whole words.
    let arguments: Vec<&str> = arguments
        .iter()
        .map(|w| {
            if matches!(*w, "-ps" | "-plain" | "-postscript") {
                "-p"
            } else {
                *w
            }
        })
        .collect();
    let options = KNOWN.read(&arguments)?;
    let mut output = Output::default();
    let mut all = bytes("xxd", &options.operands, at, &mut output)?;
    all.truncate(
        options
            .value('l')
            .and_then(|n| n.parse().ok())
            .unwrap_or(usize::MAX),
    );
    let number = |letter| options.value(letter).and_then(|n| n.parse().ok());
    let skipped = number('s').unwrap_or(0).min(all.len());
    all.drain(..skipped);
    let width = number('c').filter(|n| (1..=256).contains(n));
    if options.has('r') {
        let source = String::from_utf8_lossy(&all).into_owned();
        let mut made = Vec::new();
        for line in source.lines() {
            let line = match options.has('p') {
                true => line,
                false => line.split_once(':').map_or(line, |(_, rest)| {
                    rest.trim_start().split("  ").next().unwrap_or("")
                }),
            };
            let digits: Vec<u8> = line
                .chars()
                .filter_map(|c| c.to_digit(16))
                .map(|d| d as u8)
                .collect();
            made.extend(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]));
        }
        output.text = crate::smtp::bytes::decode(&made).into_owned();
        return Ok(output);
    }
    let (is_plain, mut next) = (options.has('p'), 0);
    let width = width.unwrap_or(if is_plain { 30 } else { 16 });
    at.goes_on(move |_, output| {
        let text = &mut output.text;
        let far = all.len().min(next + PIECE / 4);
        while next < far {
            let chunk = all.get(next..all.len().min(next + width)).unwrap_or(&[]);
            if !is_plain {
                text.push_str(&format!("{:08x}: ", skipped + next));
            }
            next += chunk.len();
            for at in 0..width {
                match chunk.get(at) {
                    Some(byte) => text.push_str(&format!("{byte:02x}")),
                    None if is_plain => break,
                    None => text.push_str("  "),
                }
                if !is_plain && (at % 2 == 1 || at + 1 == width) {
                    text.push(' ');
                }
            }
            if !is_plain {
                text.push(' ');
                text.push_str(&plain(chunk));
            }
            text.push('\n');
        }
        next < all.len()
    });
    Ok(output)
}
