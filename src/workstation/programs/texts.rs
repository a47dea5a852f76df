//! Programs that read text and print text.

use crate::postfix::lookup::pattern::{Parts, Pattern};
use crate::smtp::bytes::encode;
use crate::smtp::sasl::{from_base64, to_base64};
use crate::workstation::programs::io::{Read, Take};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::{invalid_option, Machine, Source};
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "base64",
        base64,
        "[-d] [FILE]|Encodes in base64; -d decodes.",
    ),
    Program::new("cat", cat, "[FILE]...|Shows files one after the other.").streaming(),
    Program::new(
        "grep",
        grep,
        "[-i] [-v] [-c] [-n] [-E] PATTERN [FILE]...|Shows the lines that match.",
    )
    .streaming(),
    Program::new("head", head, "[-n LINES] [FILE]...|Shows the first lines.").streaming(),
    Program::new(
        "printf",
        printf,
        "FORMAT [WORD]...|Shows words in a format; \\r\\n ends a line of SMTP.",
    ),
    Program::job(
        "tail",
        start_tail,
        "[-n LINES] [-f] FILE|Shows the last lines; -f waits for more.",
    ),
    Program::new(
        "wc",
        wc,
        "[-l] [-w] [-c] [FILE]...|Counts lines, words and bytes.",
    ),
];

/// Splits options of single letters from names.
fn letters<'a>(arguments: &[&'a str]) -> (Vec<char>, Vec<&'a str>) {
    let mut options = Vec::new();
    let mut names = Vec::new();
    for word in arguments {
        match word.strip_prefix('-').filter(|l| !l.is_empty()) {
            Some(letters) => options.extend(letters.chars()),
            None => names.push(*word),
        }
    }
    (options, names)
}

/// cat, with -n, -A and -E.
fn cat(arguments: &[&str], at: &mut Machine) -> Outcome {
    let (options, names) = letters(arguments);
    if let Some(odd) = options.iter().find(|c| !"nAEvu".contains(**c)) {
        return Err(invalid_option("cat", *odd));
    }
    let mut output = Output::default();
    let ends = options.iter().any(|c| matches!(c, 'A' | 'E'));
    let mut number = 0;
    for (name, text) in at.sources(&names)? {
        let text = match text {
            Ok(text) => text,
            Err(why) => {
                output.fail(1, format!("cat: {name}: {why}\n"));
                continue;
            }
        };
        for line in text.split_inclusive('\n') {
            if options.contains(&'n') && (output.text.is_empty() || output.text.ends_with('\n')) {
                number += 1;
                output.text.push_str(&format!("{number:6}\t"));
            }
            let line = match options.contains(&'A') {
                true => line.replace('\t', "^I").replace('\r', "^M"),
                false => line.to_string(),
            };
            match line.strip_suffix('\n') {
                Some(bare) if ends => output.text.push_str(&format!("{bare}$\n")),
                _ => output.text.push_str(&line),
            }
        }
    }
    Ok(output)
}

/// How many lines head and tail print, and of what.
fn line_count<'a>(program: &str, arguments: &[&'a str]) -> Result<(i64, Vec<&'a str>), Output> {
    let mut count = 10;
    let mut names = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let number = match word.strip_prefix('-').filter(|l| !l.is_empty()) {
            None => {
                names.push(*word);
                continue;
            }
            Some("n") => match words.next() {
                Some(number) => number,
                None => {
                    let text = format!("{program}: option requires an argument -- 'n'\nTry '{program} --help' for more information.");
                    return Err(Output::bad(text, 1));
                }
            },
            Some(letters) if letters.bytes().all(|b| b.is_ascii_digit()) => letters,
            Some(letters) => match letters.strip_prefix('n') {
                Some(number) => number,
                None => {
                    return Err(invalid_option(
                        program,
                        letters.chars().next().unwrap_or('-'),
                    ));
                }
            },
        };
        count = number.parse().map_err(|_| {
            Output::bad(format!("{program}: invalid number of lines: ‘{number}’"), 1)
        })?;
    }
    Ok((count, names))
}

/// head and tail in one: `first` says which end.
fn part(program: &str, arguments: &[&str], at: &Machine, first: bool) -> Outcome {
    let (count, names) = line_count(program, arguments)?;
    let mut output = Output::default();
    for (name, text) in at.sources(&names)? {
        let text = match text {
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
        if names.len() > 1 {
            let gap = if output.text.is_empty() { "" } else { "\n" };
            output.text.push_str(&format!("{gap}==> {name} <==\n"));
        }
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let size = lines.len();
        let wanted = count.unsigned_abs() as usize;
        let kept = match (first, count < 0) {
            (true, false) => &lines[..wanted.min(size)],
            (true, true) => &lines[..size.saturating_sub(wanted)],
            (false, _) => &lines[size.saturating_sub(wanted)..],
        };
        output.text.push_str(&kept.concat());
    }
    Ok(output)
}

/// head, with -n.
fn head(arguments: &[&str], at: &mut Machine) -> Outcome {
    part("head", arguments, at, true)
}

/// tail, with -n and -f.
fn start_tail(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let follows = |word: &&str| matches!(*word, "-f" | "-F" | "--follow");
    let words: Vec<&str> = arguments.iter().copied().filter(|w| !follows(w)).collect();
    let names = line_count("tail", &words)?.1;
    Ok(Box::new(Tail {
        words: words.iter().map(|w| w.to_string()).collect(),
        follows: arguments.iter().any(follows),
        files: names.iter().map(|n| (at.path(n), n.to_string())).collect(),
        reads: names.is_empty() || names.contains(&"-"),
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
            let output = at.with_input(&input, |at| part("tail", &words, at, false));
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

/// grep, with -i, -v, -c, -n, -E and -F.
fn grep(arguments: &[&str], at: &mut Machine) -> Outcome {
    let (options, names) = letters(arguments);
    let usage =
        "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.";
    if let Some(odd) = options.iter().find(|c| !"ivcnEFh".contains(**c)) {
        return Err(Output::bad(
            format!("grep: invalid option -- '{odd}'\n{usage}"),
            2,
        ));
    }
    let Some((wanted, names)) = names.split_first() else {
        return Err(Output::bad(usage, 2));
    };
    let has = |c| options.contains(&c);
    // Postfix's patterns ignore case unless told otherwise, grep's do not.
    let source = match has('F') {
        true => escape(wanted),
        false => wanted.to_string(),
    };
    let flags = if has('i') { "" } else { "i" };
    let parts = Parts {
        source: &source,
        flags,
    };
    let pattern = match Pattern::compile(parts, true) {
        Ok(pattern) => pattern,
        Err(_) => {
            return Err(Output::bad(
                format!("grep: {wanted}: not a regular expression"),
                2,
            ))
        }
    };
    let mut output = Output::default();
    let mut any = false;
    for (name, text) in at.sources(names)? {
        let text = match text {
            Ok(text) => text,
            Err(why) => {
                output.fail(2, format!("grep: {name}: {why}\n"));
                continue;
            }
        };
        let before = if names.len() > 1 {
            format!("{name}:")
        } else {
            String::new()
        };
        let mut count = 0;
        for (i, line) in text.lines().enumerate() {
            if pattern.captures(line).is_some() == has('v') {
                continue;
            }
            count += 1;
            if !has('c') {
                let number = if has('n') {
                    format!("{}:", i + 1)
                } else {
                    String::new()
                };
                output.text.push_str(&format!("{before}{number}{line}\n"));
            }
        }
        if has('c') {
            output.text.push_str(&format!("{before}{count}\n"));
        }
        any |= count > 0;
    }
    if output.status == 0 && !any {
        output.status = 1;
    }
    Ok(output)
}

/// What could be read, and complaints about the rest.
fn named(sources: Vec<Source>, program: &str) -> (Vec<(String, String)>, Output) {
    let mut output = Output::default();
    let mut found = Vec::new();
    for (name, text) in sources {
        match text {
            Ok(text) => found.push((name, text)),
            Err(why) => output.fail(1, format!("{program}: {name}: {why}\n")),
        }
    }
    (found, output)
}

fn escape(text: &str) -> String {
    let special = |c: char| "\\.^$*+?()[]{}|".contains(c);
    text.chars()
        .flat_map(|c| special(c).then_some('\\').into_iter().chain([c]))
        .collect()
}

/// wc, with -l, -w and -c.
fn wc(arguments: &[&str], at: &mut Machine) -> Outcome {
    let (options, names) = letters(arguments);
    if let Some(odd) = options.iter().find(|c| !"lwc".contains(**c)) {
        return Err(invalid_option("wc", *odd));
    }
    let (found, mut output) = named(at.sources(&names)?, "wc");
    let count = |text: &str| {
        [
            ('l', text.matches('\n').count()),
            ('w', text.split_whitespace().count()),
            ('c', encode(text).len()),
        ]
    };
    let mut rows: Vec<(String, [(char, usize); 3])> = found
        .iter()
        .map(|(name, text)| (name.clone(), count(text)))
        .collect();
    if rows.len() > 1 {
        let all: String = found.iter().map(|(_, text)| text.as_str()).collect();
        rows.push(("total".into(), count(&all)));
    }
    let shown = |c: &char| options.is_empty() || options.contains(c);
    let widest = rows
        .iter()
        .flat_map(|(_, counts)| counts)
        .map(|(_, n)| n.to_string().len())
        .max();
    let alone = options.len() == 1 && rows.len() == 1;
    let width = match (names.is_empty(), alone) {
        (_, true) => 1,
        (true, _) => 7,
        _ => widest.unwrap_or(1),
    };
    for (name, counts) in rows {
        let name = if names.is_empty() { "" } else { &name };
        let numbers: Vec<String> = counts
            .iter()
            .filter(|(c, _)| shown(c))
            .map(|(_, n)| format!("{n:width$}"))
            .collect();
        let line = format!("{} {name}", numbers.join(" "));
        output.text.push_str(&format!("{}\n", line.trim_end()));
    }
    Ok(output)
}

/// base64, with -d and -w.
fn base64(arguments: &[&str], at: &mut Machine) -> Outcome {
    let mut decodes = false;
    let mut width = 76;
    let mut names = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match *word {
            "-d" | "--decode" | "-D" => decodes = true,
            "-w" => width = words.next().and_then(|w| w.parse().ok()).unwrap_or(76),
            "-w0" | "--wrap=0" => width = 0,
            word if word.starts_with('-') && word.len() > 1 => {
                return Err(invalid_option("base64", word.chars().nth(1).unwrap_or('-')));
            }
            name => names.push(name),
        }
    }
    let (found, mut output) = named(at.sources(&names)?, "base64");
    let text: String = found.into_iter().map(|(_, text)| text).collect();
    if output.status != 0 {
        return Ok(output);
    }
    if decodes {
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        match from_base64(&bare) {
            Ok(decoded) => output.text = decoded,
            Err(_) => return Err(Output::bad("base64: invalid input", 1)),
        }
        return Ok(output);
    }
    let coded = to_base64(&encode(&text));
    if width == 0 {
        output.text = coded;
        return Ok(output);
    }
    let chars: Vec<char> = coded.chars().collect();
    for line in chars.chunks(width) {
        output.text.extend(line);
        output.text.push('\n');
    }
    Ok(output)
}

/// printf, with %s, %d, %% and the escapes of C.
fn printf(arguments: &[&str], _: &mut Machine) -> Outcome {
    const USAGE: &str = "printf: usage: printf [-v var] format [arguments]";
    let wrong = |why: &str| Output::bad(format!("bash: printf: {why}\n{USAGE}"), 2);
    let arguments = match arguments {
        ["--", rest @ ..] => rest,
        ["-v"] => return Err(wrong("-v: option requires an argument")),
        [option, ..]
            if option.len() > 1 && option.starts_with('-') && !option.starts_with("-v") =>
        {
            let letter: String = option.chars().take(2).collect();
            return Err(wrong(&format!("{letter}: invalid option")));
        }
        all => all,
    };
    let Some((format, values)) = arguments.split_first() else {
        return Err(Output::bad(USAGE, 2));
    };
    let mut output = Output::default();
    let mut values = values.iter();
    let mut first = true;
    // The format is used again while there are values left.
    while first || values.len() > 0 {
        let before = values.len();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => output.text.push_str(&escaped(&mut chars)),
                '%' => match chars.next() {
                    Some('%') => output.text.push('%'),
                    Some('d' | 'i') => {
                        let value = values.next().copied().unwrap_or("0");
                        match value.parse::<i64>() {
                            Ok(number) => output.text.push_str(&number.to_string()),
                            Err(_) => {
                                output.fail(1, format!("bash: printf: {value}: invalid number\n"));
                                output.text.push('0');
                            }
                        }
                    }
                    Some('b') => {
                        let mut value = values.next().copied().unwrap_or("").chars();
                        while let Some(c) = value.next() {
                            match c {
                                '\\' => output.text.push_str(&escaped(&mut value)),
                                c => output.text.push(c),
                            }
                        }
                    }
                    Some(_) => output.text.push_str(values.next().copied().unwrap_or("")),
                    None => output.text.push('%'),
                },
                c => output.text.push(c),
            }
        }
        first = false;
        if values.len() == before {
            break;
        }
    }
    Ok(output)
}

/// What follows a backslash.
fn escaped(chars: &mut std::str::Chars) -> String {
    match chars.next() {
        Some('n') => "\n".into(),
        Some('r') => "\r".into(),
        Some('t') => "\t".into(),
        Some('a') => "\u{7}".into(),
        Some('0') => {
            // Octal, as in `printf '\0user\0password' | base64`; three digits may follow.
            let rest = chars.as_str();
            let digits: String = rest
                .chars()
                .take(3)
                .take_while(|c| ('0'..='7').contains(c))
                .collect();
            (0..digits.len()).for_each(|_| {
                chars.next();
            });
            octal(&digits)
        }
        Some(c @ '1'..='7') => {
            let rest = chars.as_str();
            let more: String = rest
                .chars()
                .take(2)
                .take_while(|c| ('0'..='7').contains(c))
                .collect();
            (0..more.len()).for_each(|_| {
                chars.next();
            });
            octal(&format!("{c}{more}"))
        }
        Some('x') => {
            let rest = chars.as_str();
            let digits: String = rest
                .chars()
                .take(2)
                .take_while(char::is_ascii_hexdigit)
                .collect();
            (0..digits.len()).for_each(|_| {
                chars.next();
            });
            byte(u8::from_str_radix(&digits, 16).unwrap_or(0))
        }
        Some(c @ ('\\' | '"' | '\'')) => c.into(),
        Some(c) => format!("\\{c}"),
        None => "\\".into(),
    }
}

fn octal(digits: &str) -> String {
    byte(u32::from_str_radix(digits, 8).unwrap_or(0) as u8)
}

fn byte(byte: u8) -> String {
    crate::smtp::bytes::decode(&[byte]).into_owned()
}
