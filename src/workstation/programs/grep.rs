//! grep: lines with something in them.

use crate::platform;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::meta::{base, join};
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::paths::glob;
use crate::workstation::programs::search::{Begun, Lazy, Search, Wanted};
use crate::workstation::programs::table::Program;
use crate::workstation::programs::work::PIECE;

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

/// With more words than this, those are found first that stand in a line.
const MANY: usize = 8;

/// To open a file is as much work as so many bytes of one.
const OPEN: usize = 256;

const USAGE: &str =
    "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n";

/// Whether a name fits one of the globs.
fn fits(name: &str, globs: &[&str]) -> bool {
    globs.iter().any(|pattern| glob(pattern, name))
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

/// An extended expression without what repeats nothing, of which grep warns.
fn begun(text: &str, output: &mut Output) -> String {
    let (mut out, mut begins) = (String::new(), true);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let bounds = chars.as_str().split_once('}').filter(|(bounds, _)| {
            c == '{'
                && !bounds.is_empty()
                && bounds.bytes().all(|b| b.is_ascii_digit() || b == b',')
        });
        match (c, bounds) {
            ('*' | '+' | '?', _) if begins => {
                output.complain(format!("grep: warning: {c} at start of expression\n"));
                continue;
            }
            ('{', Some((_, rest))) if begins => {
                output.complain("grep: warning: {...} at start of expression\n");
                chars = rest.chars();
                continue;
            }
            _ => out.push(c),
        }
        begins = matches!(c, '(' | '|');
        match c {
            '\\' => out.extend(chars.next()),
            '[' => {
                // A set is taken over as it stands.
                let rest = chars.as_str();
                let end = rest.bytes().enumerate().skip(1).find(|(_, b)| *b == b']');
                let end = end.map_or(rest.len(), |(end, _)| end + 1);
                out.push_str(rest.get(..end).unwrap_or(""));
                chars = rest.get(end..).unwrap_or("").chars();
            }
            _ => {}
        }
    }
    out
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
    let is_plain = kind == 'F' && !"iywo".chars().any(has);
    let is_many = wanted.len() > MANY;
    let is_word = |word: &str| kind == 'F' || !word.contains(|c| ".[]*^$\\+?{}|()".contains(c));
    let ignores_case = has('i') || has('y');
    let mut looked = Wanted::default();
    if is_plain {
        in_order(&mut wanted, has('x'));
        looked.plain = Some(wanted);
        wanted = Vec::new();
    }
    let letters: String = options.given.iter().map(|(letter, _)| *letter).collect();
    let mut output = Output::default();
    for (place, mut text) in wanted.into_iter().enumerate() {
        if kind == 'E' {
            text = begun(&text, &mut output);
        }
        let mut pattern = Lazy::new(kind, text, letters.clone());
        match is_many && is_word(&pattern.text) {
            true => looked.words.push((
                match ignores_case {
                    true => platform::lower(&pattern.text),
                    false => pattern.text.clone(),
                },
                place,
            )),
            // Whether it can be read is known before anything is.
            false => {
                pattern.make()?;
                looked.others.push(place);
            }
        }
        looked.patterns.push(pattern);
    }
    looked.words.sort_unstable();
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
    // A line says nothing of the next; what is counted is not settled before the end.
    let quiet = has('q') || has('l') || has('L') || has('c');
    if quiet && !at.is_whole() {
        return Err(Output::waiting());
    }
    let is_input = matches!(sources.as_slice(), [(name, _)] if name == "-");
    output.forgets = is_input
        && !output.has_complained()
        && !has('n')
        && !has('b')
        && after + before == 0
        && most == usize::MAX;
    let mut search = Search {
        wanted: looked,
        letters,
        shows_names,
        has_context: options.last_of("ABC").is_some() && !has('g'),
        lists: options.last_of("lL") == Some('l'),
        after,
        before,
        most,
        begun: Begun::default(),
    };
    let mut sources = sources.into_iter();
    at.goes_on(move |_, output| {
        let mut done = 0;
        while done < PIECE {
            done = search.go_on(done + OPEN, output);
            if !search.is_over() {
                break;
            }
            let Some((name, text)) = sources.next() else {
                search.end(output);
                return false;
            };
            let name = match name.as_str() {
                "-" => "(standard input)".into(),
                _ => name,
            };
            match text {
                Ok(text) => search.open(name, text),
                Err(why) => {
                    if !search.has('s') {
                        output.complain(format!("grep: {name}: {why}\n"));
                    }
                    output.status = 2;
                    // It has been opened, and has no lines.
                    if why == "Is a directory" {
                        search.open(name, String::new());
                    }
                }
            }
        }
        true
    });
    Ok(output)
}
