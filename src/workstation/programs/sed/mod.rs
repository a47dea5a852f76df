//! sed, as GNU sed 4.9 has it.
//!
//! | file     | holds                              |
//! |----------|------------------------------------|
//! | `script` | what a script is made of           |
//! | `parse`  | how it is read                     |
//! | `delimited` | what stands between delimiters  |
//! | `escape` | backslashes                        |
//! | `run`    | what it does with lines            |
//! | `substitute` | what a line becomes            |

mod delimited;
mod escape;
mod parse;
mod run;
mod script;
mod substitute;

use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;
use crate::workstation::programs::work::Ends;

/// The program of this folder.
pub const PROGRAMS: &[Program] = &[Program::new("sed", sed, "")];

/// The first line of what sed says to a mistake; the rest of it is in the manual.
const USAGE: &str = "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n";

/// What the options ask for.
#[derive(Default)]
struct Options {
    script: Option<String>,
    /// How many characters each -e has.
    lengths: Vec<usize>,
    is_quiet: bool,
    is_extended: bool,
    is_separate: bool,
    /// `-z`
    ends: Ends,
    /// How wide a line of `l` is.
    width: usize,
    /// In place, with this suffix for a copy of what was there.
    in_place: Option<String>,
    names: Vec<String>,
}

impl Options {
    /// A complaint about the whole script, as one about the expression that it is in.
    fn placed(&self, why: String) -> String {
        let rest = why.strip_prefix("-e expression #1, char ");
        let Some((place, rest)) = rest.and_then(|r| r.split_once(':')) else {
            return why;
        };
        let (mut place, mut number) = (place.parse::<usize>().unwrap_or(0), 1);
        for length in &self.lengths {
            if place <= length + 1 {
                break;
            }
            (place, number) = (place - length - 1, number + 1);
        }
        format!("-e expression #{number}, char {place}:{rest}")
    }
}

/// sed.
fn sed(arguments: &[&str], at: &mut Machine) -> Outcome {
    let options = options(arguments, at)?;
    let script = options.script.as_deref().unwrap_or("");
    // `#n` on the first line is -n.
    let is_quiet = options.is_quiet || script == "#n" || script.starts_with("#n\n");
    let commands = match parse::parse(script, options.is_extended, options.ends) {
        Ok(commands) => commands,
        Err(why) => {
            let status = if why.starts_with('-') { 1 } else { 4 };
            let why = options.placed(why);
            return Err(Output::bad(format!("sed: {why}"), status));
        }
    };
    let reads = |name: &String| name == "-" || name == "/dev/stdin";
    let input = match options.names.is_empty() && options.in_place.is_none()
        || options.names.iter().any(reads)
    {
        true => at.input()?.to_string(),
        false => String::new(),
    };
    let mut output = Output::default();
    let mut texts: Vec<(String, String)> = Vec::new();
    if options.names.is_empty() {
        if options.in_place.is_some() {
            return Err(Output::bad("sed: no input files", 4));
        }
        texts.push(("-".into(), input.clone()));
    }
    for name in &options.names {
        let text = match name.as_str() {
            "-" => Some(input.clone()),
            name => at.read(name),
        };
        match text {
            Some(text) => texts.push((name.clone(), text)),
            None => {
                let why = match (at.is_directory(name), options.in_place.is_some()) {
                    (true, true) => format!("sed: couldn't edit {name}: not a regular file\n"),
                    (true, false) => format!("sed: read error on {name}: Is a directory\n"),
                    _ => format!("sed: can't read {name}: No such file or directory\n"),
                };
                output.complain(why);
                output.status = if at.is_directory(name) { 4 } else { 2 };
                if output.status == 4 && options.in_place.is_none() {
                    break;
                }
            }
        }
    }
    let ends = options.ends;
    let is_apart = options.is_separate || options.in_place.is_some();
    if !is_apart {
        // One stream: a file without an end of line gets one before the next begins.
        let mut whole = String::new();
        for (_, text) in &texts {
            if !whole.is_empty() && !whole.ends_with('\n') {
                whole.push('\n');
            }
            whole.push_str(&ends.of(text));
        }
        texts = vec![(String::new(), whole)];
    }
    let mut stream = run::Stream::new(commands, is_quiet);
    (stream.ends, stream.width) = (ends, options.width);
    let mut texts = texts.into_iter();
    let in_place = options.in_place;
    // The file that is being read: its name, its text where a copy is kept, and what it becomes.
    let mut file: Option<(String, String, String)> = None;
    at.goes_on(move |at, output| {
        if file.is_none() {
            let Some((name, text)) = texts.next() else {
                end(&mut stream, at, output);
                return false;
            };
            if is_apart {
                stream.number = 0;
            }
            let is_kept = in_place.as_ref().is_some_and(|suffix| !suffix.is_empty());
            let kept = if is_kept { text.clone() } else { String::new() };
            stream.open(if is_apart {
                ends.of(&text).into_owned()
            } else {
                text
            });
            file = Some((name, kept, String::new()));
        }
        let more = stream.go_on(&mut |name| match name {
            "/dev/stdin" => Some(input.clone()),
            name => at.read(name),
        });
        let printed = stream.take();
        let printed = ends.of(&printed);
        match (&in_place, &mut file) {
            (Some(_), Some((_, _, text))) => text.push_str(&printed),
            _ => output.text.push_str(&printed),
        }
        if more == Ok(true) {
            return true;
        }
        let read = file.take().unwrap_or_default();
        if let Err(why) = &more {
            output.fail(1, format!("sed: {why}\n"));
        } else if let Some(suffix) = &in_place {
            replace(read, suffix, at, output);
        }
        let is_over = more.is_err() || stream.status.is_some();
        if is_over {
            end(&mut stream, at, output);
        }
        !is_over
    });
    Ok(output)
}

/// Puts a file in its own place, and what it was beside it.
fn replace(
    (name, was, text): (String, String, String),
    suffix: &str,
    at: &mut Machine,
    output: &mut Output,
) {
    let copy = match suffix.contains('*') {
        true => suffix.replace('*', &name),
        false => format!("{name}{suffix}"),
    };
    let kept = match suffix.is_empty() {
        true => Ok(()),
        false => at.write(&copy, &was, false),
    };
    if let Err(why) = kept.and_then(|()| at.write(&name, &text, false)) {
        output.fail(4, format!("sed: couldn't open file {why}\n"));
    }
}

/// Writes the files that the script has named, once it has come to its end.
fn end(stream: &mut run::Stream, at: &mut Machine, output: &mut Output) {
    for (name, text) in std::mem::take(&mut stream.written) {
        match name.as_str() {
            "/dev/stderr" => output.complain(text),
            name => {
                if let Err(why) = at.write(name, &text, false) {
                    output.fail(4, format!("sed: couldn't open file {why}\n"));
                }
            }
        }
    }
    if let Some(status) = stream.status {
        output.status = status;
    }
}

fn options(arguments: &[&str], at: &Machine) -> Result<Options, Output> {
    let usage = |why: String| Err(Output::bad((why + USAGE).trim_end(), 1));
    let mut options = Options {
        width: 70,
        ..Options::default()
    };
    let add = |text: &str, options: &mut Options| {
        options.lengths.push(text.chars().count());
        match &mut options.script {
            Some(script) => {
                script.push('\n');
                script.push_str(text);
            }
            None => options.script = Some(text.to_string()),
        }
    };
    let mut words = arguments.iter().copied();
    let mut has_ended = false;
    while let Some(word) = words.next() {
        if has_ended || word == "-" || !word.starts_with('-') {
            options.names.push(word.to_string());
            continue;
        }
        if word == "--" {
            has_ended = true;
            continue;
        }
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            match name {
                "quiet" | "silent" => options.is_quiet = true,
                "regexp-extended" => options.is_extended = true,
                "separate" => options.is_separate = true,
                "null-data" | "zero-terminated" => options.ends = Ends(true),
                "unbuffered" | "posix" | "follow-symlinks" | "debug" | "sandbox" => {}
                "in-place" => options.in_place = Some(value.unwrap_or("").to_string()),
                "version" => return Err(Output::good("sed (GNU sed) 4.9\n")),
                "help" => return Err(Output::good(USAGE)),
                "expression" | "file" => {
                    let Some(value) = value.or_else(|| words.next()) else {
                        return usage(format!("sed: option '--{name}' requires an argument\n"));
                    };
                    let text = script_of(name == "file", value, at)?;
                    add(&text, &mut options);
                }
                _ => return usage(format!("sed: unrecognized option '{word}'\n")),
            }
            continue;
        }
        let letters = word.char_indices().skip(1);
        for (place, letter) in letters {
            let rest = &word[place + letter.len_utf8()..];
            match letter {
                'n' => options.is_quiet = true,
                'E' | 'r' => options.is_extended = true,
                's' => options.is_separate = true,
                'u' => {}
                'z' => options.ends = Ends(true),
                'i' => {
                    options.in_place = Some(rest.to_string());
                    break;
                }
                'e' | 'f' | 'l' => {
                    let value = match rest.is_empty() {
                        true => words.next(),
                        false => Some(rest),
                    };
                    let Some(value) = value else {
                        let why = format!("sed: option requires an argument -- '{letter}'\n");
                        return usage(why);
                    };
                    if letter != 'l' {
                        let text = script_of(letter == 'f', value, at)?;
                        add(&text, &mut options);
                    } else if let Ok(width) = value.parse() {
                        // Here 1 means what 0 does.
                        options.width = if width == 1 { 0 } else { width };
                    }
                    break;
                }
                letter => return usage(format!("sed: invalid option -- '{letter}'\n")),
            }
        }
    }
    if options.script.is_none() {
        if options.names.is_empty() {
            return usage(String::new());
        }
        options.script = Some(options.names.remove(0));
    }
    Ok(options)
}

/// A script, or the file that holds it.
fn script_of(is_file: bool, value: &str, at: &Machine) -> Result<String, Output> {
    if !is_file {
        return Ok(value.to_string());
    }
    let text = at
        .read(value)
        .map(|text| text.trim_end_matches('\n').to_string());
    text.ok_or_else(|| {
        let why = "No such file or directory";
        Output::bad(format!("sed: couldn't open file {value}: {why}"), 1)
    })
}
