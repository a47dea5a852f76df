//! find: files below a folder that are as is asked.
//!
//! What `-exec` names is run by a shell that takes find's place, in the order in which find would.

use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::{Become, Next, Outcome, Output};
use crate::workstation::programs::predicates::{quoted, say, test, Visit};
use crate::workstation::programs::table::Program;

/// The program of this file.
pub const PROGRAMS: &[Program] = &[Program::new("find", find, "[FOLDER]... [-name GLOB] [-type f|d|l] [-size N] [-mtime N] [-user NAME] [-perm MODE] [-maxdepth N] [-print | -delete | -exec COMMAND ;]|Lists files below a folder.")];

/// A part of the expression.
enum Part {
    Open,
    Close,
    Not,
    And,
    Or,
    /// A test or an action, with its word.
    Test(String, Vec<String>),
}

/// A path that is to be visited, how deep it lies, whether what is below it has been seen, and how long that of
/// the folder is that was asked for.
type Place = (String, usize, bool, usize);

/// So many are visited in one piece.
const FILES: usize = 100;

/// How many levels of brackets there may be.
const DEPTH: usize = 50;

/// `+3`, `-3`, `3`, `0.5`.
fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix(['+', '-']).unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn find(arguments: &[&str], at: &mut Machine) -> Outcome {
    let mut words: Vec<&str> = arguments.to_vec();
    while matches!(words.first(), Some(&("-L" | "-P" | "-H"))) {
        words.remove(0);
    }
    let is_place = |w: &&&str| !w.starts_with('-') && !matches!(**w, "(" | ")" | "!" | ",");
    let places = words.iter().take_while(|w| is_place(w)).count();
    let mut starts: Vec<&str> = words.drain(..places).collect();
    if starts.is_empty() {
        starts.push(".");
    }
    let mut parts = Vec::new();
    let (mut least, mut most) = (0, usize::MAX);
    let mut acts = false;
    let mut depth_first = false;
    let mut collected: Vec<(usize, Vec<String>)> = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let part = match word {
            "(" => Part::Open,
            ")" => Part::Close,
            "!" | "-not" => Part::Not,
            "-a" | "-and" => Part::And,
            "-o" | "-or" => Part::Or,
            "-depth" | "-d" => {
                depth_first = true;
                continue;
            }
            "-mount" | "-xdev" | "-noleaf" | "-daystart" => continue,
            "-exec" | "-execdir" | "-ok" => {
                let mut command = Vec::new();
                let mut ends = false;
                for end in words.by_ref() {
                    if end == ";" || end == "+" && command.last().is_some_and(|w| w == "{}") {
                        if end == "+" && word != "-execdir" {
                            collected.push((parts.len(), Vec::new()));
                        }
                        ends = true;
                        break;
                    }
                    command.push(end.to_string());
                }
                if !ends || command.is_empty() {
                    return Err(Output::bad(
                        format!("find: missing argument to `{word}'"),
                        1,
                    ));
                }
                acts = true;
                Part::Test(word.into(), command)
            }
            "-print" | "-print0" | "-delete" | "-ls" | "-quit" | "-prune" | "-empty" | "-true"
            | "-false" | "-readable" | "-writable" | "-executable" | "-nouser" | "-nogroup" => {
                acts |= matches!(word, "-print" | "-print0" | "-delete" | "-ls" | "-quit");
                depth_first |= word == "-delete";
                Part::Test(word.into(), Vec::new())
            }
            "-name" | "-iname" | "-path" | "-wholename" | "-ipath" | "-type" | "-size"
            | "-mtime" | "-mmin" | "-ctime" | "-cmin" | "-atime" | "-amin" | "-newer" | "-user"
            | "-group" | "-uid" | "-gid" | "-perm" | "-maxdepth" | "-mindepth" | "-printf"
            | "-regex" | "-iregex" | "-links" => {
                let Some(value) = words.next() else {
                    return Err(Output::bad(
                        format!("find: missing argument to `{word}'"),
                        1,
                    ));
                };
                let level = || {
                    let bad = || {
                        Output::bad(format!("find: Expected a positive decimal integer argument to {word}, but got ‘{value}’"), 1)
                    };
                    value.parse().map_err(|_| bad())
                };
                match word {
                    "-maxdepth" => {
                        most = level()?;
                        continue;
                    }
                    "-mindepth" => {
                        least = level()?;
                        continue;
                    }
                    "-type"
                        if !value
                            .split(',')
                            .all(|v| matches!(v, "f" | "d" | "l" | "s" | "c" | "b" | "p")) =>
                    {
                        return Err(Output::bad(
                            format!("find: Unknown argument to -type: {value}"),
                            1,
                        ));
                    }
                    "-user" if at.number_of("/etc/passwd", value).is_none() => {
                        return Err(Output::bad(
                            format!("find: ‘{value}’ is not the name of a known user"),
                            1,
                        ));
                    }
                    "-group" if at.number_of("/etc/group", value).is_none() => {
                        return Err(Output::bad(
                            format!("find: ‘{value}’ is not the name of an existing group"),
                            1,
                        ));
                    }
                    "-size" => {
                        let bare = value.trim_end_matches(|c| "bcwkMG".contains(c));
                        let last = value.chars().last().filter(|c| !c.is_ascii_digit());
                        let why = match last {
                            _ if value.is_empty() => "invalid null argument to -size".into(),
                            Some(c) if !"bcwkMG".contains(c) => format!("invalid -size type `{c}'"),
                            _ if value.len() - bare.len() < 2 && is_number(bare) => String::new(),
                            _ => format!("Invalid argument `{value}' to -size"),
                        };
                        if !why.is_empty() {
                            return Err(Output::bad(format!("find: {why}"), 1));
                        }
                    }
                    "-mtime" | "-ctime" | "-atime" | "-mmin" | "-cmin" | "-amin" | "-links"
                    | "-uid" | "-gid"
                        if !is_number(value) =>
                    {
                        let text = format!("find: invalid argument `{value}' to `{word}'");
                        return Err(Output::bad(text, 1));
                    }
                    "-newer" => {
                        let bad = |errno| Output::bad(format!("find: ‘{value}’: {errno}"), 1);
                        at.meta(value, true).map_err(bad)?;
                    }
                    _ => {}
                }
                acts |= word == "-printf";
                Part::Test(word.into(), vec![value.into()])
            }
            other if other.starts_with('-') => {
                return Err(Output::bad(format!("find: unknown predicate `{other}'"), 1));
            }
            other => {
                let text = format!("find: paths must precede expression: `{other}'");
                let hint = "find: possible unquoted pattern after predicate `-name'?";
                let after_name = arguments.contains(&"-name");
                return Err(Output::bad(
                    if after_name {
                        format!("{text}\n{hint}")
                    } else {
                        text
                    },
                    1,
                ));
            }
        };
        parts.push(part);
    }
    let mut script = String::new();
    let now = at.world.now();
    let mut rest: Vec<Place> = starts
        .iter()
        .map(|s| (s.to_string(), 0, false, s.len()))
        .collect();
    rest.reverse();
    at.goes_on(move |at, output| {
        for _ in 0..FILES {
            let Some((path, level, seen, start)) = rest.pop() else {
                act(&parts, &collected, &mut script, output);
                return false;
            };
            let meta = match at.meta(&path, false) {
                Ok(meta) => meta,
                Err(errno) => {
                    if level == 0 {
                        output.fail(1, format!("find: ‘{path}’: {errno}\n"));
                    }
                    continue;
                }
            };
            let goes_down = meta.is_directory() && level < most;
            if goes_down && depth_first && !seen {
                rest.push((path.clone(), level, true, start));
                below(&path, level, start, at, &mut rest, output);
                continue;
            }
            let mut is_pruned = false;
            if level >= least {
                let mut visit = Visit {
                    path: &path,
                    start,
                    level,
                    meta: &meta,
                    now,
                    output,
                    script: &mut script,
                    collected: &mut collected,
                    is_pruned: false,
                    ends: false,
                };
                let mut place = 0;
                let fits = match parts.is_empty() {
                    true => Ok(true),
                    false => either(&parts, &mut place, &mut visit, at, true, 0),
                };
                let ends = visit.ends;
                is_pruned = visit.is_pruned;
                match fits {
                    Ok(true) if !acts => say(&format!("{path}\n"), output, &mut script),
                    Ok(_) => {}
                    Err(early) => {
                        output.fail(early.status, early.error());
                        return false;
                    }
                }
                if ends {
                    rest.clear();
                    continue;
                }
            }
            if goes_down && !depth_first && !is_pruned {
                below(&path, level, start, at, &mut rest, output);
            }
        }
        true
    });
    Ok(Output::default())
}

/// Lets a shell do what is to be done with what was found.
fn act(
    parts: &[Part],
    collected: &[(usize, Vec<String>)],
    script: &mut String,
    output: &mut Output,
) {
    for (place, paths) in collected {
        if let (Some(Part::Test(_, command)), false) = (parts.get(*place), paths.is_empty()) {
            for word in command.iter().filter(|w| *w != "{}").chain(paths) {
                script.push_str(&quoted(word));
                script.push(' ');
            }
            script.push('\n');
        }
    }
    if !script.is_empty() {
        script.insert_str(0, "trap 'exit 1' PIPE\n");
        let words = vec!["bash".into(), "-c".into(), script.clone(), "find".into()];
        output.next = Next::Become(Box::new(Become {
            words,
            ..Become::default()
        }));
    }
}

fn below(
    path: &str,
    level: usize,
    start: usize,
    at: &Machine,
    rest: &mut Vec<Place>,
    output: &mut Output,
) {
    let who = at.who();
    let full = at.path(path);
    match at.files().map(|files| files.list(&full, &who)) {
        Some(Ok(names)) => {
            for name in names.into_iter().rev() {
                rest.push((
                    crate::workstation::programs::meta::join(path, name),
                    level + 1,
                    false,
                    start,
                ));
            }
        }
        Some(Err(errno)) => output.fail(1, format!("find: ‘{path}’: {errno}\n")),
        None => {}
    }
}

/// `a -o b`. What is not asked any more is read all the same, with `live` false.
fn either(
    parts: &[Part],
    place: &mut usize,
    v: &mut Visit,
    at: &mut Machine,
    live: bool,
    depth: usize,
) -> Result<bool, Output> {
    let mut is_true = both(parts, place, v, at, live, depth)?;
    while let Some(Part::Or) = parts.get(*place) {
        *place += 1;
        let next = both(parts, place, v, at, live && !is_true, depth)?;
        is_true |= next;
    }
    Ok(is_true)
}

/// `a b`.
fn both(
    parts: &[Part],
    place: &mut usize,
    v: &mut Visit,
    at: &mut Machine,
    live: bool,
    depth: usize,
) -> Result<bool, Output> {
    let mut is_true = one(parts, place, v, at, live, depth)?;
    while !matches!(parts.get(*place), None | Some(Part::Or | Part::Close)) {
        if let Some(Part::And) = parts.get(*place) {
            *place += 1;
        }
        let next = one(parts, place, v, at, live && is_true, depth)?;
        is_true &= next;
    }
    Ok(is_true)
}

fn one(
    parts: &[Part],
    place: &mut usize,
    v: &mut Visit,
    at: &mut Machine,
    live: bool,
    depth: usize,
) -> Result<bool, Output> {
    let part = parts.get(*place);
    *place += 1;
    if depth > DEPTH {
        return Err(Output::bad("find: too many levels", 1));
    }
    match part {
        Some(Part::Not) => Ok(!one(parts, place, v, at, live, depth + 1)?),
        Some(Part::Open) => {
            let is_true = either(parts, place, v, at, live, depth + 1)?;
            if !matches!(parts.get(*place), Some(Part::Close)) {
                return Err(Output::bad("find: invalid expression; I was expecting to find a ')' somewhere but did not see one.", 1));
            }
            *place += 1;
            Ok(is_true)
        }
        Some(Part::Test(name, words)) if live => test(*place - 1, name, words, v, at),
        Some(Part::Test(..)) => Ok(false),
        Some(Part::Or) => Err(Output::bad("find: invalid expression; you have used a binary operator '-o' with nothing before it.", 1)),
        _ => Err(Output::bad("find: invalid expression", 1)),
    }
}
