//! mkdir, rmdir, rm, touch, truncate, mktemp: files that come and go.

use crate::files::errno::Errno;
use crate::files::node::{Kind, Node};
use crate::files::who::Access;
use crate::time::Time;
use crate::workstation::programs::clock::moment;
use crate::workstation::programs::files::settle;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::meta::{base, join};
use crate::workstation::programs::modes::symbolic;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Become, Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "mkdir",
        mkdir,
        "[-p] [-m MODE] [-v] FOLDER...|Makes folders.",
    ),
    Program::new(
        "mktemp",
        mktemp,
        "[-d] [-u] [-p FOLDER] [-t] [TEMPLATE]|Makes a file with a name of its own.",
    ),
    Program::new("rm", rm, "[-r] [-f] [-d] [-v] FILE...|Removes files."),
    Program::new("rmdir", rmdir, "[-p] [-v] FOLDER...|Removes empty folders."),
    Program::new(
        "touch",
        touch,
        "[-c] [-d MOMENT] [-r FILE] FILE...|Makes empty files, or makes files new.",
    ),
    Program::new(
        "truncate",
        truncate,
        "-s SIZE FILE...|Cuts files off, or fills them up.",
    ),
    Program::new("unlink", unlink, "FILE|Removes a file."),
];

fn mkdir(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "mkdir",
        short: "pm:vZ",
        long: &["parents=p", "mode=m", "verbose=v"],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    if options.operands.is_empty() {
        return Err(KNOWN.mistake("missing operand"));
    }
    let umask = at.umask();
    let mut mode = 0o777 & !umask;
    if let Some(text) = options.value('m') {
        let bad = || Output::bad(format!("mkdir: invalid mode ‘{text}’"), 1);
        mode = symbolic(text, 0o777, true, umask).ok_or_else(bad)?;
    }
    let mut output = Output::default();
    for &name in &options.operands {
        let mut parts = vec![name.trim_end_matches('/')];
        if options.has('p') {
            let ends = name.trim_end_matches('/').match_indices('/');
            let ends: Vec<usize> = ends.map(|(end, _)| end).filter(|end| *end > 0).collect();
            parts.splice(0..0, ends.iter().filter_map(|end| name.get(..*end)));
        }
        let last = parts.len() - 1;
        for (place, part) in parts.into_iter().enumerate() {
            let full = at.path(part);
            let mode = if place == last {
                mode
            } else {
                0o777 & !umask | 0o300
            };
            let node = || Node {
                mode,
                ..Node::directory()
            };
            match at.act(&mut |files, who| files.make(&full, who, node())) {
                Ok(()) if options.has('v') => {
                    let text = format!("mkdir: created directory '{part}'\n");
                    output.text.push_str(&text);
                }
                Ok(()) => {}
                Err(_) if options.has('p') && at.is_directory(part) => {}
                Err(errno) => {
                    let text = format!("mkdir: cannot create directory ‘{part}’: {errno}\n");
                    output.fail(1, text);
                    break;
                }
            }
        }
    }
    Ok(output)
}

fn rmdir(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "rmdir",
        short: "pv",
        long: &["parents=p", "verbose=v", "ignore-fail-on-non-empty=i"],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    if options.operands.is_empty() {
        return Err(KNOWN.mistake("missing operand"));
    }
    let mut output = Output::default();
    for name in options.operands.iter().copied() {
        let mut part = name;
        loop {
            if options.has('v') {
                let text = format!("rmdir: removing directory, '{part}'\n");
                output.text.push_str(&text);
            }
            let full = at.path(part);
            let done = match base(part) {
                "." => Err(Errno::Invalid),
                _ => at.act(&mut |files, who| files.remove_directory(&full, who)),
            };
            if let Err(errno) = done {
                let what = if part == name { "" } else { "directory " };
                output.fail(
                    1,
                    format!("rmdir: failed to remove {what}'{part}': {errno}\n"),
                );
                break;
            }
            match part.rsplit_once('/').filter(|_| options.has('p')) {
                Some((above, _)) if !above.is_empty() => part = above,
                _ => break,
            }
        }
    }
    Ok(output)
}

/// Whether a path ends in `.` or `..`.
fn is_dots(path: &str) -> bool {
    matches!(base(path), "." | "..")
}

/// What `rm -i` does.
const ASKING: &str = r#"for f; do
 k=$(stat -c %F -- "$f" 2>/dev/null) || { rm -- "$f"; r=1; continue; }
 printf %s "rm: remove $k '$f'? " >&2; read -r a <&0
 case $a in [yY]*) rm -rf -- "$f";; esac
done; exit $r"#;

fn rm(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "rm",
        short: "rRfivdI",
        long: &[
            "recursive=r",
            "force=f",
            "verbose=v",
            "dir=d",
            "interactive=i",
            "no-preserve-root=R",
            "preserve-root=d",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    if options.operands.is_empty() && !options.has('f') {
        return Err(KNOWN.mistake("missing operand"));
    }
    let has = |letter| options.has(letter);
    let recursive = has('r') || has('R');
    if has('i') && !has('f') {
        let mut words: Vec<String> = ["bash", "-c", ASKING, "rm"].map(String::from).to_vec();
        words.extend(options.operands.iter().map(|w| w.to_string()));
        return Ok(Output::becoming(Become {
            words,
            ..Become::default()
        }));
    }
    let mut output = Output::default();
    for name in options.operands.iter().copied() {
        let meta = match at.meta(name, false) {
            Ok(meta) => meta,
            Err(Errno::NoEntry | Errno::NotDirectory) if has('f') => continue,
            Err(errno) => {
                output.fail(1, format!("rm: cannot remove '{name}': {errno}\n"));
                continue;
            }
        };
        if meta.is_directory() && !recursive && !has('d') {
            output.fail(1, format!("rm: cannot remove '{name}': Is a directory\n"));
            continue;
        }
        if is_dots(name) {
            let text = format!("rm: refusing to remove '.' or '..' directory: skipping '{name}'\n");
            output.fail(1, text);
            continue;
        }
        if at.path(name) == "/" {
            output.fail(1, "rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe\n");
            continue;
        }
        let mut parts = vec![String::new()];
        if meta.is_directory() && recursive {
            parts.extend(at.below(name));
        }
        // What is in a folder goes before the folder.
        parts.reverse();
        let name = name.trim_end_matches('/');
        for part in parts {
            let path = format!("{name}{part}");
            let full = at.path(&path);
            let is_directory = at.meta(&path, false).is_ok_and(|m| m.is_directory());
            settle(at.world, at.host, &full);
            let done = at.act(&mut |files, who| match is_directory {
                true => files.remove_directory(&full, who),
                false => files.unlink(&full, who),
            });
            match done {
                // The one below has been complained about.
                Err(Errno::NotEmpty) if recursive && output.has_complained() => {}
                Err(errno) => output.fail(1, format!("rm: cannot remove '{path}': {errno}\n")),
                Ok(()) if has('v') => {
                    let what = if is_directory { "directory " } else { "" };
                    output.text.push_str(&format!("removed {what}'{path}'\n"));
                }
                Ok(()) => {}
            }
        }
    }
    Ok(output)
}

fn unlink(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "unlink",
        short: "",
        long: &[],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    let name = match options.operands.as_slice() {
        [] => return Err(KNOWN.mistake("missing operand")),
        [name] => *name,
        [_, extra, ..] => return Err(KNOWN.mistake(&format!("extra operand ‘{extra}’"))),
    };
    let full = at.path(name);
    let done = at.act(&mut |files, who| files.unlink(&full, who));
    match done {
        Ok(()) => Ok(Output::default()),
        Err(errno) => Err(Output::bad(
            format!("unlink: cannot unlink '{name}': {errno}"),
            1,
        )),
    }
}

/// A time of `touch -t`, as `-d` has it.
fn stamp(text: &str, now: Time) -> String {
    let (digits, seconds) = text.split_once('.').unwrap_or((text, "00"));
    let year = match digits.len() {
        8 => now.calendar().year.to_string(),
        10 if digits >= "69" => "19".into(),
        10 => "20".into(),
        _ => String::new(),
    };
    let all = year + digits;
    match (all.get(..8), all.get(8..10), all.get(10..)) {
        (Some(day), Some(hour), Some(minute)) => format!("{day} {hour}:{minute}:{seconds}"),
        _ => String::from("x"),
    }
}

fn touch(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "touch",
        short: "acd:fhmr:t:",
        long: &[
            "no-create=c",
            "date=d",
            "reference=r",
            "time=:",
            "no-dereference=h",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    if options.operands.is_empty() {
        return Err(KNOWN.mistake("missing file operand"));
    }
    let now = at.world.now();
    let mut when = None;
    // `[[CC]YY]MMDDhhmm[.ss]` is what `-d` reads as well, written otherwise.
    let stamp = options.value('t').map(|text| (text, stamp(text, now)));
    if let Some((text, written)) = stamp.or(options.value('d').map(|text| (text, text.into()))) {
        let bad = || Output::bad(format!("touch: invalid date format ‘{text}’"), 1);
        when = Some(moment(&written, now).ok_or_else(bad)?);
    }
    if let Some(name) = options.value('r') {
        let meta = at.meta(name, true);
        let fail = |errno| {
            Output::bad(
                format!("touch: failed to get attributes of '{name}': {errno}"),
                1,
            )
        };
        when = Some(meta.map_err(fail)?.written);
    }
    let mode = 0o666 & !at.umask();
    let mut output = Output::default();
    for name in options.operands.iter().copied() {
        let full = at.path(name);
        let is_there = at.meta(name, true).is_ok();
        if !is_there && options.has('c') {
            continue;
        }
        let done = at.act(&mut |files, who| {
            if !is_there {
                files.write(&full, who, "", false, mode)?;
            }
            let path = files.follow(&full, who)?;
            if is_there && files.node(&path).is_some_and(|n| n.uid != who.uid) {
                files.check(&path, who, Access::Write)?;
            }
            if let Some(node) = files.node_mut(&path) {
                node.written = when.unwrap_or(now);
            }
            Ok(())
        });
        if let Err(errno) = done {
            let what = if is_there && when.is_some() {
                "setting times of"
            } else {
                "cannot touch"
            };
            output.fail(1, format!("touch: {what} '{name}': {errno}\n"));
        }
    }
    Ok(output)
}

fn truncate(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "truncate",
        short: "cs:or:",
        long: &["no-create=c", "size=s", "reference=r", "io-blocks=o"],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    let Some(size) = options.value('s') else {
        return Err(KNOWN.mistake("you must specify either ‘--size’ or ‘--reference’"));
    };
    if options.operands.is_empty() {
        return Err(KNOWN.mistake("missing file operand"));
    }
    let digits = size.trim_start_matches(['+', '-', '<', '>']);
    let sign = size.chars().next().filter(|c| !c.is_ascii_digit());
    let (number, factor) = match digits.trim_end_matches(['K', 'M', 'k', 'B']) {
        number if digits.ends_with(['K', 'k']) => (number, 1_024),
        number if digits.ends_with('M') => (number, 1_024 * 1_024),
        _ => (digits, 1),
    };
    let bad = || Output::bad(format!("truncate: Invalid number: ‘{size}’"), 1);
    let number: usize = number.parse().map_err(|_| bad())?;
    // More than a host keeps is not made.
    let number = number.saturating_mul(factor).min(32 << 20);
    let mode = 0o666 & !at.umask();
    let mut output = Output::default();
    for name in options.operands.iter().copied() {
        let full = at.path(name);
        let text = at.text(name);
        if text.is_err() && options.has('c') {
            continue;
        }
        let mut bytes = crate::smtp::bytes::encode(&text.unwrap_or_default());
        let length = match sign {
            Some('+') => bytes.len() + number,
            Some('-') => bytes.len().saturating_sub(number),
            Some('<') => bytes.len().min(number),
            Some('>') => bytes.len().max(number),
            _ => number,
        };
        bytes.resize(length, 0);
        let text = crate::smtp::bytes::decode(&bytes).into_owned();
        settle(at.world, at.host, &full);
        let done = at.act(&mut |files, who| files.write(&full, who, &text, false, mode));
        if let Err(errno) = done {
            output.fail(
                1,
                format!("truncate: cannot open '{name}' for writing: {errno}\n"),
            );
        }
    }
    Ok(output)
}

fn mktemp(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "mktemp",
        short: "duqp:ts:",
        long: &[
            "directory=d",
            "dry-run=u",
            "quiet=q",
            "tmpdir=p",
            "suffix=s",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    let template = options.operands.first().copied();
    let folder = match (options.value('p'), template) {
        (Some(folder), _) => folder.to_string(),
        (None, Some(_)) if !options.has('t') => String::new(),
        _ => at.variable("TMPDIR").unwrap_or_else(|| "/tmp".into()),
    };
    let template = template.unwrap_or("tmp.XXXXXXXXXX");
    let end = template.rfind('X').map_or(0, |end| end + 1);
    let begin = template
        .get(..end)
        .unwrap_or("")
        .trim_end_matches('X')
        .len();
    if end - begin.min(end) < 3 {
        return Err(Output::bad(
            format!("mktemp: too few X's in template ‘{template}’"),
            1,
        ));
    }
    let mut seed = at.world.now().micros();
    for _ in 0..100 {
        let mut name = template.get(..begin).unwrap_or("").to_string();
        for _ in begin..end {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            const LETTERS: &[u8; 62] =
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
            name.push(LETTERS[(seed >> 33) as usize % 62].into());
        }
        name.push_str(template.get(end..).unwrap_or(""));
        name.push_str(options.value('s').unwrap_or(""));
        let path = if folder.is_empty() {
            name
        } else {
            join(&folder, &name)
        };
        let full = at.path(&path);
        if at.meta(&path, false).is_ok() {
            continue;
        }
        let kind = if options.has('d') {
            Kind::Directory
        } else {
            Kind::File
        };
        let mode = if options.has('d') { 0o700 } else { 0o600 };
        let node = || Node {
            kind,
            mode,
            ..Node::file("")
        };
        if !options.has('u') {
            if let Err(errno) = at.act(&mut |files, who| files.make(&full, who, node())) {
                let what = if options.has('d') {
                    "directory"
                } else {
                    "file"
                };
                let path = path
                    .get(..path.len() - (end - begin))
                    .unwrap_or("")
                    .to_string()
                    + template.get(begin..).unwrap_or("");
                return Err(Output::bad(
                    format!("mktemp: failed to create {what} via template ‘{path}’: {errno}"),
                    1,
                ));
            }
        }
        return Ok(Output::good(path + "\n"));
    }
    Err(Output::status(1))
}
