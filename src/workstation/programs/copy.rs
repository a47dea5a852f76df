//! cp, mv and ln: files under another path.

use crate::files::errno::Errno;
use crate::files::node::{Kind, Node};
use crate::workstation::programs::files::settle;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::meta::{base, join, Meta};
use crate::workstation::programs::options::{Known, Options};
use crate::workstation::programs::output::{Become, Outcome, Output};
use crate::workstation::programs::predicates::quoted;
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "cp",
        cp,
        "[-a] [-r] [-p] [-f] [-n] [-u] [-v] [-b] [-t FOLDER] FROM... TO|Copies files.",
    ),
    Program::new("ln", ln, "[-s] [-f] [-n] [-v] TARGET [NAME]|Makes links."),
    Program::new(
        "mv",
        mv,
        "[-f] [-n] [-u] [-v] [-b] [-t FOLDER] FROM... TO|Moves files.",
    ),
];

const LONG: &[&str] = &[
    "archive=a",
    "recursive=r",
    "preserve=p",
    "force=f",
    "no-clobber=n",
    "update=u",
    "verbose=v",
    "backup=b",
    "suffix=S",
    "target-directory=t",
    "no-target-directory=T",
    "interactive=i",
    "symbolic=s",
    "no-dereference=P",
    "dereference=L",
    "parents=D",
    "mode=m",
    "owner=o",
    "group=g",
    "directory=d",
    "link=l",
    "symbolic-link=s",
    "relative=R",
];

pub(super) const CP: Known = Known {
    program: "cp",
    short: "arRpfnuvbS:t:TiLPdlsxHD",
    long: LONG,
    status: 1,
};
const MV: Known = Known {
    program: "mv",
    short: "fnuvbS:t:Tix",
    ..CP
};
const LN: Known = Known {
    program: "ln",
    short: "sfnvbS:t:TirLPR",
    ..CP
};

/// From where to where.
pub(super) struct Pairs(pub(super) Vec<(String, String)>);

/// Reads the operands: sources, and a place for them.
pub(super) fn pairs(known: &Known, options: &Options, at: &Machine) -> Result<Pairs, Output> {
    let mut names = options.operands.clone();
    let place = options.value('t').or_else(|| names.pop());
    let Some(place) = place.filter(|_| options.has('t') || !options.operands.is_empty()) else {
        return Err(known.mistake("missing file operand"));
    };
    if names.is_empty() && known.program == "ln" {
        return Ok(Pairs(vec![(place.into(), base(place).into())]));
    }
    if names.is_empty() {
        let text = format!("missing destination file operand after '{place}'");
        return Err(known.mistake(&text));
    }
    let there = at.meta(place, !options.has('n') || known.program != "ln");
    let is_directory = matches!(&there, Ok(meta) if meta.is_directory()) && !options.has('T');
    if !is_directory && (names.len() > 1 || options.has('t')) {
        let why = there.map_or_else(Errno::text, |_| "Not a directory");
        let what = if options.has('t') {
            "target directory"
        } else {
            "target"
        };
        let text = format!("{}: {what} '{place}': {why}", known.program);
        return Err(Output::bad(text, 1));
    }
    let to = |name: &str| match is_directory {
        true => join(place, base(name)),
        false => place.to_string(),
    };
    Ok(Pairs(
        names.iter().map(|n| (n.to_string(), to(n))).collect(),
    ))
}

/// Whether something that is there is to stay; where a copy of it is wanted, that is made.
fn is_kept(known: &Known, from: &Meta, to: &str, options: &Options, at: &mut Machine) -> bool {
    let Ok(there) = at.meta(to, false) else {
        return false;
    };
    if options.has('n') && known.program != "ln"
        || options.has('u') && there.written >= from.written
    {
        return true;
    }
    if options.has('b') || options.has('S') {
        let spare = format!("{to}{}", options.value('S').unwrap_or("~"));
        let (old, new) = (at.path(to), at.path(&spare));
        let _ = at.act(&mut |files, who| files.rename(&old, &new, who));
    }
    false
}

/// What `-i` does: a shell asks, and copies or moves one after the other.
fn asking(known: &Known, options: &Options, at: &Machine) -> Outcome {
    let program = known.program;
    let mut letters = String::from("-f");
    for (letter, _) in &options.given {
        if !"itSTb".contains(*letter) {
            letters.push(*letter);
        }
    }
    let mut script = String::new();
    for (from, to) in pairs(known, options, at)?.0 {
        let act = format!("{program} {letters} -- {} {}", quoted(&from), quoted(&to));
        match at.meta(&to, true) {
            Ok(meta) if !meta.is_directory() => {
                let question = quoted(&format!("{program}: overwrite '{to}'? "));
                script.push_str(&format!(
                    "printf %s {question} >&2; read -r a; case $a in [yY]*) {act};; esac\n"
                ));
            }
            _ => script.push_str(&format!("{act}\n")),
        }
    }
    let words = ["bash".into(), "-c".into(), script].to_vec();
    Ok(Output::becoming(Become {
        words,
        ..Become::default()
    }))
}

/// Copies one file, link or empty directory.
fn copy_one(
    from: &str,
    to: &str,
    meta: &Meta,
    options: &Options,
    at: &mut Machine,
) -> Result<(), (bool, Errno)> {
    let keeps = options.has('a') || options.has('p');
    let mut umask = at.umask();
    if keeps {
        umask = 0;
    }
    let mode = meta.mode & 0o777 & !umask;
    let text = match meta.kind {
        Kind::File => at.text(from).map_err(|errno| (true, errno))?,
        _ => meta.target.clone(),
    };
    let full = at.path(to);
    let (old, now) = (meta.clone(), at.world.now());
    settle(at.world, at.host, &full);
    at.act(&mut |files, who| {
        match old.kind {
            Kind::File | Kind::Device | Kind::Socket => {
                files.write(&full, who, &text, false, mode)?
            }
            kind => {
                let node = Node {
                    kind,
                    mode: if kind == Kind::Link { 0o777 } else { mode },
                    ..Node::file(text.as_str())
                };
                match files.make(&full, who, node) {
                    Err(Errno::Exists) if kind == Kind::Directory => {}
                    done => done?,
                }
            }
        }
        let rules = who.is_root();
        if let Some(node) = files.node_mut(&full).filter(|_| keeps) {
            node.mode = old.mode;
            node.written = old.written.min(now);
            if rules {
                (node.uid, node.gid) = (old.uid, old.gid);
            }
        }
        Ok(())
    })
    .map_err(|errno| (false, errno))
}

fn cp(arguments: &[&str], at: &mut Machine) -> Outcome {
    let arguments: Vec<&str> = arguments
        .iter()
        .map(|w| {
            if w.starts_with("--preserve=") {
                "-p"
            } else {
                w
            }
        })
        .collect();
    let options = CP.read(&arguments)?;
    if options.has('i') && !options.has('n') {
        return asking(&CP, &options, at);
    }
    let mut output = Output::default();
    let has = |letter| options.has(letter);
    let recursive = has('r') || has('R') || has('a');
    for (from, to) in pairs(&CP, &options, at)?.0 {
        let follows = !(recursive || has('P') || has('d')) || has('L');
        let meta = match at.meta(&from, follows) {
            Ok(meta) => meta,
            Err(errno) => {
                output.fail(1, format!("cp: cannot stat '{from}': {errno}\n"));
                continue;
            }
        };
        if meta.is_directory() && !recursive {
            output.fail(
                1,
                format!("cp: -r not specified; omitting directory '{from}'\n"),
            );
            continue;
        }
        if at.path(&from) == at.path(&to) {
            output.fail(1, format!("cp: '{from}' and '{to}' are the same file\n"));
            continue;
        }
        if meta.is_directory() && join(&at.path(&to), "").starts_with(&join(&at.path(&from), "")) {
            output.fail(
                1,
                format!("cp: cannot copy a directory, '{from}', into itself, '{to}'\n"),
            );
            continue;
        }
        if at.meta(&to, true).is_ok_and(|m| m.is_directory()) && !meta.is_directory() {
            output.fail(
                1,
                format!("cp: cannot overwrite directory '{to}' with non-directory\n"),
            );
            continue;
        }
        let mut parts = vec![String::new()];
        if meta.is_directory() {
            parts.extend(at.below(&from));
        }
        for part in parts {
            let (old, new) = (format!("{from}{part}"), format!("{to}{part}"));
            let Ok(meta) = at.meta(&old, follows) else {
                continue;
            };
            if !meta.is_directory() && is_kept(&CP, &meta, &new, &options, at) {
                continue;
            }
            if has('l') || has('s') {
                let (full, target) = (at.path(&new), old.clone());
                let done =
                    at.act(&mut |files, who| files.make(&full, who, Node::link(target.as_str())));
                if let Err(errno) = done {
                    output.fail(
                        1,
                        format!("cp: cannot create symbolic link '{new}' to '{old}': {errno}\n"),
                    );
                }
                continue;
            }
            if has('v') {
                output.text.push_str(&format!("'{old}' -> '{new}'\n"));
            }
            let mut done = copy_one(&old, &new, &meta, &options, at);
            if done.is_err() && has('f') {
                let full = at.path(&new);
                let _ = at.act(&mut |files, who| files.unlink(&full, who));
                done = copy_one(&old, &new, &meta, &options, at);
            }
            match done {
                Err((true, errno)) => {
                    output.fail(1, format!("cp: cannot open '{old}' for reading: {errno}\n"))
                }
                Err((_, errno)) if meta.is_directory() => {
                    output.fail(1, format!("cp: cannot create directory '{new}': {errno}\n"));
                    break;
                }
                Err((_, errno)) if new.ends_with('/') => output.fail(
                    1,
                    format!(
                        "cp: cannot create regular file '{new}': {}\n",
                        if errno == Errno::IsDirectory {
                            "Not a directory"
                        } else {
                            errno.text()
                        }
                    ),
                ),
                Err((_, errno)) => output.fail(
                    1,
                    format!("cp: cannot create regular file '{new}': {errno}\n"),
                ),
                Ok(()) => {}
            }
        }
    }
    Ok(output)
}

fn mv(arguments: &[&str], at: &mut Machine) -> Outcome {
    let options = MV.read(arguments)?;
    if options.has('i') && !options.has('n') {
        return asking(&MV, &options, at);
    }
    let mut output = Output::default();
    for (from, to) in pairs(&MV, &options, at)?.0 {
        let meta = match at.meta(&from, false) {
            Ok(meta) => meta,
            Err(errno) => {
                output.fail(1, format!("mv: cannot stat '{from}': {errno}\n"));
                continue;
            }
        };
        let (old, new) = (at.path(&from), at.path(&to));
        if old == new {
            output.fail(1, format!("mv: '{from}' and '{to}' are the same file\n"));
            continue;
        }
        if is_kept(&MV, &meta, &to, &options, at) {
            continue;
        }
        let there = at.meta(&to, false);
        settle(at.world, at.host, &old);
        match at.act(&mut |files, who| files.rename(&old, &new, who)) {
            Ok(()) if options.has('v') => output
                .text
                .push_str(&format!("renamed '{from}' -> '{to}'\n")),
            Ok(()) => {}
            Err(Errno::Invalid) => output.fail(
                1,
                format!("mv: cannot move '{from}' to a subdirectory of itself, '{to}'\n"),
            ),
            Err(Errno::IsDirectory) => output.fail(
                1,
                format!("mv: cannot overwrite directory '{to}' with non-directory\n"),
            ),
            Err(Errno::NotDirectory) if there.is_ok() => output.fail(
                1,
                format!("mv: cannot overwrite non-directory '{to}' with directory '{from}'\n"),
            ),
            Err(errno) => output.fail(1, format!("mv: cannot move '{from}' to '{to}': {errno}\n")),
        }
    }
    Ok(output)
}

fn ln(arguments: &[&str], at: &mut Machine) -> Outcome {
    let options = LN.read(arguments)?;
    let mut output = Output::default();
    let kind = if options.has('s') { "symbolic" } else { "hard" };
    for (target, name) in pairs(&LN, &options, at)?.0 {
        let full = at.path(&name);
        let old = at.meta(&target, false);
        if let (false, Err(errno)) = (options.has('s'), &old) {
            output.fail(1, format!("ln: failed to access '{target}': {errno}\n"));
            continue;
        }
        if !options.has('s') && old.is_ok_and(|m| m.is_directory()) {
            output.fail(
                1,
                format!("ln: {target}: hard link not allowed for directory\n"),
            );
            continue;
        }
        if options.has('f') || options.has('b') {
            let _ = at.act(&mut |files, who| files.unlink(&full, who));
        }
        // There are no hard links here: another name is a link to the first.
        let leads = if options.has('s') {
            target.clone()
        } else {
            at.path(&target)
        };
        let done = at.act(&mut |files, who| files.make(&full, who, Node::link(leads.as_str())));
        match done {
            Ok(()) if options.has('v') => {
                let arrow = if options.has('s') { "->" } else { "=>" };
                output
                    .text
                    .push_str(&format!("'{name}' {arrow} '{target}'\n"));
            }
            Ok(()) => {}
            Err(errno) => {
                let to = if errno == Errno::Exists || options.has('s') {
                    String::new()
                } else {
                    format!(" => '{target}'")
                };
                output.fail(
                    1,
                    format!("ln: failed to create {kind} link '{name}'{to}: {errno}\n"),
                );
            }
        }
    }
    Ok(output)
}
