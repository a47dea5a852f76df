//! chmod, chown and chgrp: who may do what with files.

use crate::files::errno::Errno;
use crate::files::node::Kind;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "chgrp",
        chown_group,
        "[-R] [-v] GROUP FILE...|Gives files to a group.",
    ),
    Program::new(
        "chmod",
        chmod,
        "[-R] [-v] MODE FILE...|Changes permissions.",
    ),
    Program::new(
        "chown",
        chown,
        "[-R] [-v] [-h] OWNER[:GROUP] FILE...|Gives files to somebody.",
    ),
];

/// What a mode such as `u+rwX,go-w` or `0640` makes of the bits that there are.
pub fn symbolic(text: &str, before: u16, is_directory: bool, umask: u16) -> Option<u16> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        let mode = u16::from_str_radix(text, 8).ok().filter(|m| *m <= 0o7777)?;
        // Of a directory, these stay unless five digits are given.
        let kept = if is_directory && text.len() < 5 {
            before & 0o6000
        } else {
            0
        };
        return Some(mode | kept);
    }
    let mut mode = before;
    for clause in text.split(',') {
        let start = clause.find(['+', '-', '='])?;
        let (who, mut rest) = clause.split_at(start);
        let mut mask = 0;
        for letter in who.chars() {
            mask |= match letter {
                'u' => 0o4700,
                'g' => 0o2070,
                'o' => 0o1007,
                'a' => 0o7777,
                _ => return None,
            };
        }
        let mut limit = 0o7777;
        if who.is_empty() {
            mask = 0o7777;
            limit = !umask & 0o7777;
        }
        while let Some(sign) = rest.chars().next() {
            rest = rest.get(1..)?;
            let end = rest.find(['+', '-', '=']).unwrap_or(rest.len());
            let (letters, more) = rest.split_at(end);
            rest = more;
            let mut bits = 0;
            for letter in letters.chars() {
                bits |= match letter {
                    'r' => 0o444,
                    'w' => 0o222,
                    'x' => 0o111,
                    'X' if is_directory || mode & 0o111 != 0 => 0o111,
                    'X' => 0,
                    's' => 0o6000,
                    't' => 0o1000,
                    'u' => (mode >> 6 & 7) * 0o111,
                    'g' => (mode >> 3 & 7) * 0o111,
                    'o' => (mode & 7) * 0o111,
                    _ => return None,
                };
            }
            bits &= mask & limit;
            mode = match sign {
                '+' => mode | bits,
                '-' => mode & !bits,
                _ => mode & !(mask & 0o777) | bits,
            };
        }
    }
    Some(mode)
}

/// Changes permissions and owners, as far as they are given.
///
/// # Errors
/// As chmod(2) and chown(2).
pub fn change(
    path: &str,
    mode: Option<u16>,
    [uid, gid]: [Option<u32>; 2],
    at: &mut Machine,
) -> Result<(), Errno> {
    let full = at.path(path);
    at.act(&mut |files, who| {
        if uid.is_some() || gid.is_some() {
            files.chown(&full, who, uid, gid)?;
        }
        match mode {
            Some(mode) => files.chmod(&full, who, mode),
            None => Ok(()),
        }
    })
}

const CHMOD: Known = Known {
    program: "chmod",
    short: "RvcfhHLP",
    long: &[
        "recursive=R",
        "verbose=v",
        "changes=c",
        "silent=f",
        "quiet=f",
        "no-dereference=h",
        "preserve-root=H",
    ],
    status: 1,
};
const CHOWN: Known = Known {
    program: "chown",
    ..CHMOD
};
const CHGRP: Known = Known {
    program: "chgrp",
    ..CHMOD
};

/// The words, with what `--reference=FILE` stands for in front.
fn referred(known: &Known, arguments: &[&str], at: &Machine) -> Result<Vec<String>, Output> {
    let mut words: Vec<String> = arguments.iter().map(|w| w.to_string()).collect();
    let place = words.iter().position(|w| w.starts_with("--reference="));
    if let Some(place) = place {
        let name = words.remove(place).replace("--reference=", "");
        let program = known.program;
        let bad = |errno| {
            let text = format!("{program}: failed to get attributes of '{name}': {errno}");
            Output::bad(text, 1)
        };
        let meta = at.meta(&name, true).map_err(bad)?;
        let text = match program {
            "chmod" => format!("{:05o}", meta.mode),
            "chgrp" => at.name_of("/etc/group", meta.gid),
            _ => {
                let owner = at.name_of("/etc/passwd", meta.uid);
                format!("{owner}:{}", at.name_of("/etc/group", meta.gid))
            }
        };
        words.insert(0, text);
    }
    Ok(words)
}

/// The files that are meant, and those below them.
fn all<'a>(names: &[&'a str], recursive: bool, at: &Machine) -> Vec<(&'a str, String)> {
    let mut found = Vec::new();
    for name in names {
        found.push((*name, name.to_string()));
        if recursive && at.meta(name, false).is_ok_and(|m| m.is_directory()) {
            for part in at.below(name) {
                found.push((*name, format!("{}{part}", name.trim_end_matches('/'))));
            }
        }
    }
    found
}

fn chmod(arguments: &[&str], at: &mut Machine) -> Outcome {
    let arguments = referred(&CHMOD, arguments, at)?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // `-x` and the like are modes.
    let is_mode = |w: &&str| {
        w.strip_prefix('-').is_some_and(|rest| {
            rest.starts_with(['r', 'w', 'x', 'X', 's', 't']) && !rest.starts_with('-')
        })
    };
    let bare: Vec<&str> = arguments.iter().filter(|w| is_mode(w)).copied().collect();
    let rest: Vec<&str> = arguments.iter().filter(|w| !is_mode(w)).copied().collect();
    let options = CHMOD.read(&rest)?;
    let mut names = options.operands.clone();
    let mode = match bare.first() {
        Some(mode) => *mode,
        None if names.is_empty() => return Err(CHMOD.mistake("missing operand")),
        None => names.remove(0),
    };
    let umask = at.umask();
    if symbolic(mode, 0, false, umask).is_none() {
        return Err(CHMOD.mistake(&format!("invalid mode: ‘{mode}’")));
    }
    if names.is_empty() {
        return Err(CHMOD.mistake(&format!("missing operand after ‘{mode}’")));
    }
    let mut output = Output::default();
    for (_, name) in all(&names, options.has('R'), at) {
        let meta = match at.meta(&name, true) {
            Ok(meta) => meta,
            Err(errno) => {
                if !options.has('f') {
                    output.complain(format!("chmod: cannot access '{name}': {errno}\n"));
                }
                output.status = 1;
                continue;
            }
        };
        let new = symbolic(mode, meta.mode, meta.is_directory(), umask).unwrap_or(meta.mode);
        if let Err(errno) = change(&name, Some(new), [None, None], at) {
            output.fail(
                1,
                format!("chmod: changing permissions of '{name}': {errno}\n"),
            );
            continue;
        }
        if options.has('v') || options.has('c') && new != meta.mode {
            let bits = |mode: u16| {
                let node = crate::files::node::Node {
                    mode,
                    ..crate::files::node::Node::file("")
                };
                format!("{mode:04o} ({})", node.permissions().get(1..).unwrap_or(""))
            };
            let text = match new == meta.mode {
                true => format!("mode of '{name}' retained as {}\n", bits(new)),
                false => format!(
                    "mode of '{name}' changed from {} to {}\n",
                    bits(meta.mode),
                    bits(new)
                ),
            };
            output.text.push_str(&text);
        }
    }
    Ok(output)
}

fn chown(arguments: &[&str], at: &mut Machine) -> Outcome {
    give(&CHOWN, arguments, at)
}

fn chown_group(arguments: &[&str], at: &mut Machine) -> Outcome {
    give(&CHGRP, arguments, at)
}

fn give(known: &Known, arguments: &[&str], at: &mut Machine) -> Outcome {
    let arguments = referred(known, arguments, at)?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let options = known.read(&arguments)?;
    let Some((whom, names)) = options.operands.split_first() else {
        return Err(known.mistake("missing operand"));
    };
    if names.is_empty() {
        return Err(known.mistake(&format!("missing operand after ‘{whom}’")));
    }
    let is_group = known.program == "chgrp";
    let (owner, group) = match whom.split_once([':', '.']) {
        _ if is_group => ("", Some(*whom)),
        Some((owner, group)) => (owner, Some(group)),
        None => (*whom, None),
    };
    let program = known.program;
    let bad = |what: &str| Output::bad(format!("{program}: invalid {what}: ‘{whom}’"), 1);
    let mut ids = [None, None];
    if !owner.is_empty() {
        ids[0] = Some(
            at.number_of("/etc/passwd", owner)
                .ok_or_else(|| bad("user"))?,
        );
    }
    match group {
        // A colon alone means the group that the owner has.
        Some("") if !owner.is_empty() => {
            let passwd = at.files().and_then(|f| f.get("/etc/passwd")).unwrap_or("");
            let own = crate::files::who::Who::named(owner, passwd, "");
            ids[1] = own.map(|who| who.gid);
        }
        Some(group) if !group.is_empty() => {
            ids[1] = Some(
                at.number_of("/etc/group", group)
                    .ok_or_else(|| bad("group"))?,
            );
        }
        _ => {}
    }
    let mut output = Output::default();
    for (_, name) in all(names, options.has('R'), at) {
        let meta = at.meta(&name, !options.has('h') && !options.has('R'));
        let meta = match meta {
            Ok(meta) => meta,
            Err(errno) => {
                if !options.has('f') {
                    output.complain(format!("{program}: cannot access '{name}': {errno}\n"));
                }
                output.status = 1;
                continue;
            }
        };
        if options.has('R') && meta.kind == Kind::Link {
            continue;
        }
        if let Err(errno) = change(&name, None, ids, at) {
            let what = if is_group || ids[0].is_none() {
                "group"
            } else {
                "ownership"
            };
            output.fail(
                1,
                format!("{program}: changing {what} of '{name}': {errno}\n"),
            );
            continue;
        }
        if options.has('v') {
            let old = (
                at.name_of("/etc/passwd", meta.uid),
                at.name_of("/etc/group", meta.gid),
            );
            let (old, new) = match (is_group, ids[1]) {
                (true, _) => (old.1, whom.to_string()),
                (false, None) => (old.0, owner.to_string()),
                (false, Some(gid)) => (
                    format!("{}:{}", old.0, old.1),
                    format!("{owner}:{}", at.name_of("/etc/group", gid)),
                ),
            };
            let what = if is_group { "group" } else { "ownership" };
            let text = match old == new {
                true => format!("{what} of '{name}' retained as {new}\n"),
                false => format!("changed {what} of '{name}' from {old} to {new}\n"),
            };
            output.text.push_str(&text);
        }
    }
    Ok(output)
}
