//! grep: lines with something in them.

use crate::regex::{Flags, Regex, Syntax};
use crate::smtp::bytes::encode;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::meta::{base, join};
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::paths::glob;
use crate::workstation::programs::table::Program;

/// The program of this file, and its other names.
pub const PROGRAMS: &[Program] = &[
    Program::new("egrep", |words, at| run("-E", words, at), HELP).streaming(),
    Program::new("fgrep", |words, at| run("-F", words, at), HELP).streaming(),
    Program::new("grep", |words, at| run("-G", words, at), HELP).streaming(),
    Program::new("rgrep", |words, at| run("-r", words, at), HELP).streaming(),
];

const HELP: &str = "[-E | -F | -P] [-i] [-v] [-w] [-x] [-c] [-l] [-L] [-n] [-o] [-q] [-s] [-r] [-A NUMBER] [-B NUMBER] [-C NUMBER] [-m NUMBER] [-e PATTERN] PATTERN [FILE]...|Shows lines that match.";

const KNOWN: Known = Known {
    program: "grep",
    short: "EFGPe:f:iyvwxclLnHhoqsrRA:B:C:m:azbUTZ0123456789",
    long: &[
        "extended-regexp=E",
        "fixed-strings=F",
        "basic-regexp=G",
        "perl-regexp=P",
        "regexp=e",
        "file=f",
        "ignore-case=i",
        "invert-match=v",
        "word-regexp=w",
        "line-regexp=x",
        "count=c",
        "files-with-matches=l",
        "files-without-match=L",
        "line-number=n",
        "with-filename=H",
        "no-filename=h",
        "only-matching=o",
        "quiet=q",
        "silent=q",
        "no-messages=s",
        "recursive=r",
        "dereference-recursive=R",
        "after-context=A",
        "before-context=B",
        "context=C",
        "max-count=m",
        "text=a",
        "line-buffered=U",
        "byte-offset=b",
        "null=Z",
        "no-group-separator=g",
    ],
    status: 2,
};

const USAGE: &str =
    "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n";

/// Whether a name fits one of the globs.
fn fits(name: &str, globs: &[&str]) -> bool {
    globs.iter().any(|pattern| glob(pattern, name))
}

/// An expression of Perl's, and the group that is shown: what stands before `\K` is not.
fn perl(text: &str, has: &dyn Fn(char) -> bool) -> Option<(Regex, usize)> {
    let flags = Flags {
        ignores_case: has('i') || has('y'),
        ..Flags::default()
    };
    let (mut source, mut group) = (text.to_string(), 0);
    if let Some((before, after)) = text.split_once("\\K") {
        group = 1 + Regex::perl(before, flags)?.groups();
        source = format!("{before}({after})");
    }
    if has('x') {
        source = format!("^(?:{source})$");
    }
    Regex::perl(&source, flags).map(|regex| (regex, group))
}

/// Where an expression matches first; with -w there is no letter on either side, and GNU's grep looks
/// for a shorter match in the same place before it goes on.
fn place(
    (regex, group): &(Regex, usize),
    line: &str,
    from: usize,
    is_word: bool,
) -> Option<(usize, usize)> {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let find = |text, from| regex.find(text, from)?.place(*group);
    let (mut start, mut end) = find(line, from)?;
    loop {
        let (before, after) = (line.get(..start)?, line.get(end..)?);
        let stands_apart = !letter(before.chars().next_back()) && !letter(after.chars().next());
        if !is_word || stands_apart {
            break;
        }
        let last = line.get(start..end)?.chars().next_back();
        let shorter = last.and_then(|c| find(line.get(..end - c.len_utf8())?, start));
        (start, end) = match shorter.filter(|(s, e)| *s == start && e > s) {
            Some(shorter) => shorter,
            None => find(line, start + line.get(start..)?.chars().next()?.len_utf8())?,
        };
    }
    Some((start, end))
}

/// Puts words in order, so that one look tells which of them stand in a line, however many there are. Of
/// those for which a place in the line will do, none begins with another: that one is found already.
fn in_order(wanted: &mut Vec<String>, is_whole: bool) {
    wanted.sort_unstable();
    wanted.dedup_by(|next, kept| match is_whole {
        true => next == kept,
        false => next.starts_with(kept.as_str()),
    });
}

/// Whether one of the words in order is the line, or stands in it.
fn holds(line: &str, wanted: &[String], is_whole: bool) -> bool {
    let begins = |from: usize| {
        let rest = line.get(from..).unwrap_or("");
        let before = wanted.partition_point(|word| word.as_str() <= rest);
        let near = before.checked_sub(1).and_then(|at| wanted.get(at));
        near.is_some_and(|word| match is_whole {
            true => word == rest,
            false => rest.starts_with(word.as_str()),
        })
    };
    let last = if is_whole { 0 } else { line.len() };
    (0..=last).any(|from| line.is_char_boundary(from) && begins(from))
}

fn run(kind: &str, arguments: &[&str], at: &mut Machine) -> Outcome {
    let mut words = vec![kind];
    let (mut includes, mut excludes) = (Vec::new(), Vec::new());
    for word in arguments {
        match word.split_once('=') {
            Some(("--include", glob)) => includes.push(glob),
            Some(("--exclude" | "--exclude-dir", glob)) => excludes.push(glob),
            _ if word.starts_with("--color") || word.starts_with("--colour") => {}
            _ => words.push(word),
        }
    }
    let usage = |early: Output| {
        let text = early.error();
        let first = text.lines().next().unwrap_or("");
        let mut output = Output::status(2);
        output.complain(format!("{first}\n{USAGE}"));
        output
    };
    let options = KNOWN.read(&words).map_err(usage)?;
    let has = |letter| options.has(letter);
    let mut names = options.operands.clone();
    let mut wanted: Vec<String> = Vec::new();
    for (letter, value) in &options.given {
        match letter {
            'e' => wanted.extend(value.split('\n').map(str::to_string)),
            'f' => match at.sources(&[value])?.pop() {
                Some((_, Ok(text))) => wanted.extend(text.lines().map(str::to_string)),
                Some((_, Err(why))) => return Err(Output::bad(format!("grep: {value}: {why}"), 2)),
                None => {}
            },
            _ => {}
        }
    }
    if !has('e') && !has('f') {
        if names.is_empty() {
            let mut output = Output::status(2);
            output.complain(USAGE);
            return Err(output);
        }
        wanted.extend(names.remove(0).split('\n').map(str::to_string));
    }
    let number = |letter| -> Result<Option<usize>, Output> {
        let Some(text) = options.value(letter) else {
            return Ok(None);
        };
        let what = if letter == 'm' {
            "max count"
        } else {
            "context length argument"
        };
        let bad = || match letter {
            'm' => Output::bad(format!("grep: invalid {what}"), 2),
            _ => Output::bad(format!("grep: {text}: invalid {what}"), 2),
        };
        text.parse().map(Some).map_err(|_| bad())
    };
    let mut around = number('C')?.unwrap_or(0);
    let digits: String = options
        .given
        .iter()
        .map(|(l, _)| *l)
        .filter(char::is_ascii_digit)
        .collect();
    if !digits.is_empty() {
        around = digits.parse().unwrap_or(0);
    }
    let (after, before) = (
        number('A')?.unwrap_or(around),
        number('B')?.unwrap_or(around),
    );
    let most = number('m')?.unwrap_or(usize::MAX);
    // The last of -E, -F, -G, -P counts.
    let mut kinds = options.given.iter().rev().map(|(l, _)| *l);
    let kind = kinds.find(|l| "EFGP".contains(*l)).unwrap_or('G');
    let mut patterns = Vec::new();
    let is_plain = kind == 'F' && !"iywo".chars().any(has);
    if is_plain {
        in_order(&mut wanted, has('x'));
    }
    for text in wanted.iter().filter(|_| !is_plain) {
        let mut source = text.clone();
        if kind == 'P' {
            match perl(text, &has) {
                Some(pattern) => patterns.push(pattern),
                None => return Err(Output::bad("grep: the expression cannot be read", 2)),
            }
            continue;
        }
        if kind == 'F' {
            source = String::new();
            for c in text.chars() {
                if ".[]*^$\\".contains(c) {
                    source.push('\\');
                }
                source.push(c);
            }
        }
        let extended = kind == 'E';
        if has('x') {
            let (open, close) = if extended { ("(", ")") } else { ("\\(", "\\)") };
            source = format!("^{open}{source}{close}$");
        }
        let syntax = if extended {
            Syntax::Extended
        } else {
            Syntax::Basic
        };
        match Regex::new(&source, syntax, has('i') || has('y')) {
            Ok(regex) => patterns.push((regex, 0)),
            Err(why) => {
                let brackets = why.starts_with("Unmatched [, ");
                let why = if brackets {
                    "Invalid regular expression"
                } else {
                    why
                };
                return Err(Output::bad(format!("grep: {why}"), 2));
            }
        }
    }
    let mut output = Output::default();
    let recursive = has('r') || has('R');
    let shows_names = match options.last_of("hH") {
        Some(letter) => letter == 'H',
        None => names.len() > 1 || recursive,
    };
    let mut sources = Vec::new();
    let is_here = names.is_empty();
    if is_here {
        names.push(if recursive { "." } else { "-" });
    }
    for name in names {
        if recursive && at.is_directory(name) {
            for part in at.below(name) {
                let path = match name {
                    "." if is_here => part.trim_start_matches('/').to_string(),
                    name => join(name.trim_end_matches('/'), part.trim_start_matches('/')),
                };
                let hidden = part.split('/').any(|p| fits(p, &excludes) && !p.is_empty());
                let is_file = at
                    .meta(&path, false)
                    .is_ok_and(|m| m.kind == crate::files::node::Kind::File);
                if is_file && !hidden && (includes.is_empty() || fits(base(&path), &includes)) {
                    let text = at.text(&path).map_err(|errno| errno.text());
                    sources.push((path, text));
                }
            }
        } else {
            let mut found = at.sources(&[name])?;
            sources.append(&mut found);
        }
    }
    let mut any = false;
    // A line says nothing of the next; what is counted is not settled before the end.
    let quiet = has('q') || has('l') || has('L') || has('c');
    if quiet && !at.is_whole() {
        return Err(Output::waiting());
    }
    let is_input = matches!(sources.as_slice(), [(name, _)] if name == "-");
    output.forgets =
        is_input && !has('n') && !has('b') && after + before == 0 && most == usize::MAX;
    for (name, text) in sources {
        let text = match text {
            Ok(text) => text,
            Err(why) => {
                if !has('s') {
                    output.complain(format!("grep: {name}: {why}\n"));
                }
                output.status = 2;
                // It has been opened, and has no lines.
                if why != "Is a directory" {
                    continue;
                }
                String::new()
            }
        };
        let name = if name == "-" {
            "(standard input)".into()
        } else {
            name
        };
        let has_context = options.last_of("ABC").is_some() && !has('g');
        let mut count = 0;
        let mut shown = 0;
        let mut due = 0;
        let whole = text.strip_suffix('\n').unwrap_or(&text);
        let lines: Vec<&str> = match text.is_empty() {
            true => Vec::new(),
            false => whole.split('\n').collect(),
        };
        let mut begins = vec![0];
        for line in lines.iter().filter(|_| has('b')) {
            begins.push(begins.last().unwrap_or(&0) + encode(line).len() + 1);
        }
        let label = |mark: char, number: usize, before: &str| {
            let mut label = String::new();
            if shows_names {
                label.push_str(&name);
                label.push(mark);
            }
            if has('n') {
                label.push_str(&format!("{}{mark}", number + 1));
            }
            if has('b') {
                let begin = begins.get(number).unwrap_or(&0) + encode(before).len();
                label.push_str(&format!("{begin}{mark}"));
            }
            label
        };
        for (place, line) in lines.iter().enumerate() {
            let is_in = |p| self::place(p, line, 0, has('w')).is_some();
            let is_found = || match is_plain {
                true => holds(line, &wanted, has('x')),
                false => patterns.iter().any(is_in),
            };
            let is_hit = count < most && is_found() != has('v');
            if !is_hit {
                if due > 0 && !quiet {
                    due -= 1;
                    shown = place + 1;
                    if !has('o') {
                        output.text.push_str(&label('-', place, ""));
                        output.text.push_str(line);
                        output.text.push('\n');
                    }
                }
                if count >= most && due == 0 {
                    break;
                }
                continue;
            }
            count += 1;
            due = after;
            if quiet {
                continue;
            }
            let first = place.saturating_sub(before).max(shown);
            let parts = shown > 0 && first > shown || shown == 0 && any && count == 1;
            if has_context && parts {
                output.text.push_str("--\n");
            }
            for (at, line) in lines.iter().enumerate().take(place).skip(first) {
                if !has('o') {
                    output.text.push_str(&label('-', at, ""));
                    output.text.push_str(line);
                    output.text.push('\n');
                }
            }
            shown = place + 1;
            if !has('o') {
                output.text.push_str(&label(':', place, ""));
                output.text.push_str(line);
                output.text.push('\n');
                continue;
            }
            let mut from = 0;
            while from <= line.len() && !has('v') {
                let spans = patterns
                    .iter()
                    .filter_map(|pattern| self::place(pattern, line, from, has('w')));
                let Some((start, end)) = spans.min_by_key(|(s, e)| (*s, usize::MAX - *e)) else {
                    break;
                };
                if end > start {
                    let before = line.get(..start).unwrap_or("");
                    output.text.push_str(&label(':', place, before));
                    output.text.push_str(line.get(start..end).unwrap_or(""));
                    output.text.push('\n');
                    from = end;
                } else {
                    let next = line.get(end..).and_then(|rest| rest.chars().next());
                    from = end + next.map_or(1, char::len_utf8);
                }
            }
        }
        any |= count > 0;
        if has('q') {
            continue;
        }
        if has('l') || has('L') {
            if (count > 0) == (options.last_of("lL") == Some('l')) {
                output.text.push_str(&name);
                output.text.push('\n');
            }
        } else if has('c') {
            if shows_names {
                output.text.push_str(&format!("{name}:"));
            }
            output.text.push_str(&format!("{count}\n"));
        }
    }
    if has('q') && any {
        output.status = 0;
    } else if output.status == 0 && !any {
        output.status = 1;
    }
    Ok(output)
}
