//! Programs that take lines apart: cut, paste, tac, rev, yes, as GNU coreutils and
//! util-linux have them.

use crate::smtp::bytes::{decode, encode};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::{Program, HIDDEN};
use crate::workstation::programs::work::{piece, PIECE};

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "cut",
        cut,
        "-f LIST [-d C] [FILE]...|Shows fields (-f), characters (-c) or bytes (-b) of each line.",
    )
    .streaming(),
    Program::new(
        "paste",
        paste,
        "[-s] [-d C] [FILE]...|Puts lines beside one another.",
    ),
    Program::new("rev", rev, "[FILE]...|Turns each line round.").streaming(),
    Program::new(
        "tac",
        tac,
        "[FILE]...|Shows lines from the last to the first.",
    ),
    Program::new("yes", yes, "[WORD]...|Says y for ever."),
    Program::new("count", count, "").in_folder(HIDDEN),
];

/// The texts of the files one after the other, complaints in their place.
fn whole(
    program: &str,
    names: &[&str],
    at: &Machine,
    output: &mut Output,
) -> Result<String, Output> {
    let mut text = String::new();
    for (name, source) in at.sources(names)? {
        match source {
            Ok(more) => text.push_str(&more),
            Err(why) => output.fail(1, format!("{program}: {name}: {why}\n")),
        }
    }
    Ok(text)
}

fn lines(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let count = if text.is_empty() { 0 } else { usize::MAX };
    body.split('\n').filter(move |_| count > 0)
}

const CUT: Known = Known {
    program: "cut",
    short: "b:c:Cd:f:nO:sz",
    long: &[
        "bytes=b",
        "characters=c",
        "delimiter=d",
        "fields=f",
        "only-delimited=s",
        "complement=C",
        "output-delimiter=O",
    ],
    status: 1,
};

/// `1,3-5,7-`: from the one to the other, from 1.
fn ranges(list: &str, is_field: bool) -> Result<Vec<(usize, usize)>, Output> {
    let what = if is_field {
        "field"
    } else {
        "byte/character position"
    };
    let mut found = Vec::new();
    for part in list.split([',', ' ']) {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str, open: usize| match text {
            "" if part.contains('-') => Ok(open),
            text => text.parse::<usize>().map_err(|_| ()),
        };
        let (Ok(from), Ok(to)) = (number(from, 1), number(to, usize::MAX)) else {
            let what = if is_field {
                "field value"
            } else {
                "byte or character position"
            };
            return Err(CUT.mistake(&format!("invalid {what} ‘{part}’")));
        };
        if part == "-" {
            return Err(CUT.mistake("invalid range with no endpoint: -"));
        }
        if from == 0 || to == 0 {
            let what = if is_field {
                "fields are numbered from 1"
            } else {
                "byte/character positions are numbered from 1"
            };
            return Err(CUT.mistake(what));
        }
        if to < from {
            return Err(CUT.mistake("invalid decreasing range"));
        }
        let _ = what;
        found.push((from, to));
    }
    Ok(found)
}

fn cut(arguments: &[&str], at: &mut Machine) -> Outcome {
    let options = CUT.read(arguments)?;
    let lists: Vec<_> = options
        .given
        .iter()
        .filter(|(l, _)| "bcf".contains(*l))
        .collect();
    let (kind, list) = match lists.as_slice() {
        [] => return Err(CUT.mistake("you must specify a list of bytes, characters, or fields")),
        [(kind, list)] => (*kind, *list),
        _ => return Err(CUT.mistake("only one list may be specified")),
    };
    let is_field = kind == 'f';
    let delimiter = options.value('d').unwrap_or("\t");
    if delimiter.chars().count() > 1 {
        return Err(CUT.mistake("the delimiter must be a single character"));
    }
    if options.has('d') && !is_field {
        let why = "an input delimiter may be specified only when operating on fields";
        return Err(CUT.mistake(why));
    }
    if options.has('s') && !is_field {
        let why = "suppressing non-delimited lines makes sense\n\tonly when operating on fields";
        return Err(CUT.mistake(why));
    }
    let ranges = ranges(list, is_field)?;
    let (is_other, is_strict) = (options.has('C'), options.has('s'));
    let is_wanted = move |place: usize| {
        let is = ranges
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&place));
        is != is_other
    };
    let mut output = Output::default();
    let text = whole("cut", &options.operands, at, &mut output)?;
    output.forgets = options.operands.is_empty();
    let between = options.value('O').unwrap_or(delimiter).to_string();
    let (delimiter, mut place) = (delimiter.to_string(), 0);
    at.goes_on(move |_, output| {
        for line in lines(piece(&text, &mut place)) {
            if !is_field {
                // GNU cut counts bytes, also for -c.
                let bytes = encode(line);
                let kept = bytes.iter().enumerate().filter(|(i, _)| is_wanted(i + 1));
                let kept: Vec<u8> = kept.map(|(_, b)| *b).collect();
                output.text.push_str(&decode(&kept));
            } else if !line.contains(&delimiter) || delimiter.is_empty() {
                if is_strict {
                    continue;
                }
                output.text.push_str(line);
            } else {
                let fields = line.split(&*delimiter).enumerate();
                let kept = fields.filter(|(i, _)| is_wanted(i + 1)).map(|(_, f)| f);
                let kept = kept.collect::<Vec<_>>().join(&between);
                output.text.push_str(&kept);
            }
            output.text.push('\n');
        }
        place < text.len()
    });
    Ok(output)
}

const PASTE: Known = Known {
    program: "paste",
    short: "d:sz",
    long: &["delimiters=d", "serial=s"],
    status: 1,
};

fn paste(arguments: &[&str], at: &mut Machine) -> Outcome {
    let options = PASTE.read(arguments)?;
    let delimiters = options
        .value('d')
        .unwrap_or("\t")
        .replace("\\n", "\n")
        .replace("\\t", "\t");
    let delimiters: Vec<char> = delimiters.chars().collect();
    let delimiter = move |i: usize| delimiters.get(i % delimiters.len().max(1)).copied();
    let mut columns = Vec::new();
    for (name, source) in at.sources(&options.operands)? {
        match source {
            Ok(text) => columns.push(text),
            Err(why) => return Err(Output::bad(format!("paste: {name}: {why}"), 1)),
        }
    }
    // The input that is named more than once gives each its next line in turn.
    let is_input = |name: &&&str| **name == "-";
    let shares = options.operands.iter().filter(is_input).count().max(1);
    let mut taken = 0;
    let mut column = |(i, text): (usize, &'_ String)| {
        let mut all: Vec<String> = lines(text).map(str::to_string).collect();
        if options.operands.get(i) == Some(&"-") {
            let mine = all.into_iter().skip(taken).step_by(shares);
            all = mine.collect();
            taken += 1;
        }
        all
    };
    let columns: Vec<Vec<String>> = columns.iter().enumerate().map(&mut column).collect();
    let is_serial = options.has('s');
    let longest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let rows = if is_serial { columns.len() } else { longest };
    let mut next = 0;
    at.goes_on(move |_, output| {
        while next < rows && output.text.len() < PIECE {
            let count = match is_serial {
                true => columns.get(next).map_or(0, Vec::len),
                false => columns.len(),
            };
            for i in 0..count {
                if i > 0 {
                    output.text.extend(delimiter(i - 1));
                }
                let (column, row) = if is_serial { (next, i) } else { (i, next) };
                let cell = columns.get(column).and_then(|c| c.get(row));
                output.text.push_str(cell.map_or("", String::as_str));
            }
            output.text.push('\n');
            next += 1;
        }
        next < rows
    });
    Ok(Output::default())
}

fn rev(arguments: &[&str], at: &mut Machine) -> Outcome {
    let mut output = Output::good("");
    output.forgets = arguments.is_empty();
    let mut sources = at.sources(arguments)?.into_iter();
    let (mut text, mut place) = (String::new(), 0);
    at.goes_on(move |_, output| {
        while place == text.len() {
            (text, place) = match sources.next() {
                Some((_, Ok(text))) => (text, 0),
                Some((name, Err(why))) => {
                    output.fail(1, format!("rev: cannot open {name}: {why}\n"));
                    continue;
                }
                None => return false,
            };
        }
        for line in piece(&text, &mut place).split_inclusive('\n') {
            let bare = line.strip_suffix('\n').unwrap_or(line);
            output.text.extend(bare.chars().rev());
            output.text.push_str(line.get(bare.len()..).unwrap_or(""));
        }
        true
    });
    Ok(output)
}

fn tac(arguments: &[&str], at: &mut Machine) -> Outcome {
    let mut output = Output::default();
    for (name, source) in at.sources(arguments)? {
        match source {
            Ok(text) => text
                .split_inclusive('\n')
                .rev()
                .for_each(|l| output.text.push_str(l)),
            Err("Is a directory") => {
                output.fail(1, format!("tac: {name}: read error: Is a directory\n"));
            }
            Err(why) => {
                output.fail(
                    1,
                    format!("tac: failed to open '{name}' for reading: {why}\n"),
                );
            }
        }
    }
    Ok(output)
}

/// So many bytes `yes` says at most, and so many lines `yes` and `seq`: more than a screen takes, so that
/// `head -100000` has its lines.
const YES: usize = 4 << 20;
const MOST: usize = 200_000;

fn yes(arguments: &[&str], _: &mut Machine) -> Outcome {
    let line = match arguments {
        [] => "y\n".to_string(),
        words => words.join(" ") + "\n",
    };
    // More than a screen takes, so that `head -100000` has its lines.
    let count = (YES / line.len().max(1)).min(MOST);
    let mut output = Output::good(line.repeat(count));
    output.complain(format!("(yes: it ends here, after {count} lines.)\n"));
    Ok(output)
}

/// What `seq` says of whole numbers, which it leaves to this: from, by, to, how wide, and what is between them.
fn count(arguments: &[&str], _: &mut Machine) -> Outcome {
    let mut words = arguments.iter();
    let mut number = || words.next().and_then(|word| word.parse::<i64>().ok());
    let (Some(mut now), Some(by), Some(to), Some(width)) = (number(), number(), number(), number())
    else {
        return Ok(Output::status(1));
    };
    let (between, width) = (
        words.next().copied().unwrap_or("\n"),
        width.clamp(0, 20) as usize,
    );
    let mut text = String::new();
    let is_over = |now: i64| if by > 0 { now > to } else { now < to };
    for i in 0..MOST {
        if is_over(now) {
            break;
        }
        if i > 0 {
            text.push_str(between);
        }
        text.push_str(&format!("{now:0width$}"));
        now = now.saturating_add(by);
    }
    if !text.is_empty() {
        text.push('\n');
    }
    let mut output = Output::good(text);
    if !is_over(now) {
        output.complain(format!("(seq: it ends here, after {MOST} lines.)\n"));
    }
    Ok(output)
}
