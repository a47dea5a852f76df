//! basename, dirname, readlink, realpath, and tee: paths, and where they lead.

use crate::files::errno::Errno;
use crate::regex::{Regex, Syntax};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::meta::base;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "basename",
        basename,
        "NAME [SUFFIX]|Shows the last part of a path.",
    ),
    Program::new(
        "dirname",
        dirname,
        "NAME...|Shows a path without its last part.",
    ),
    Program::new(
        "readlink",
        readlink,
        "[-f] [-n] FILE...|Shows where a link leads.",
    ),
    Program::new(
        "realpath",
        realpath,
        "[-s] FILE...|Shows a path from the root, without links.",
    ),
    Program::new(
        "tee",
        tee,
        "[-a] [FILE]...|Writes its input to files and shows it.",
    ),
];

/// Whether a text fits a pattern of fnmatch(3).
pub fn glob(pattern: &str, text: &str) -> bool {
    let mut source = String::from("^");
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' => source.push_str(".*"),
            '?' => source.push('.'),
            '[' => {
                source.push('[');
                if chars.next_if(|c| *c == '!').is_some() {
                    source.push('^');
                }
            }
            '\\' => {
                source.push('\\');
                source.extend(chars.next());
            }
            '.' | '$' | '^' => {
                source.push('\\');
                source.push(c);
            }
            c => source.push(c),
        }
    }
    source.push('$');
    Regex::new(&source, Syntax::Basic, false).map_or(pattern == text, |regex| regex.is_match(text))
}

const BASENAME: Known = Known {
    program: "basename",
    short: "+as:z",
    long: &["multiple=a", "suffix=s", "zero=z"],
    status: 1,
};

fn basename(arguments: &[&str], _: &mut Machine) -> Outcome {
    let options = BASENAME.read(arguments)?;
    let mut names = options.operands.clone();
    let mut suffix = options.value('s');
    if names.is_empty() {
        return Err(BASENAME.mistake("missing operand"));
    }
    if !options.has('a') && !options.has('s') {
        if let Some(extra) = names.get(2) {
            return Err(BASENAME.mistake(&format!("extra operand ‘{extra}’")));
        }
        suffix = names.get(1).copied();
        names.truncate(1);
    }
    let mut output = Output::default();
    for name in names {
        let name = base(name);
        let cut = suffix
            .and_then(|s| name.strip_suffix(s))
            .filter(|n| !n.is_empty());
        output.text.push_str(cut.unwrap_or(name));
        output.text.push(if options.has('z') { '\0' } else { '\n' });
    }
    Ok(output)
}

fn dirname(arguments: &[&str], _: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "dirname",
        short: "z",
        long: &["zero=z"],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    if options.operands.is_empty() {
        return Err(KNOWN.mistake("missing operand"));
    }
    let mut output = Output::default();
    for name in options.operands {
        let trimmed = name.trim_end_matches('/');
        let above = match trimmed.rsplit_once('/') {
            Some((above, _)) => match above.trim_end_matches('/') {
                "" => "/",
                above => above,
            },
            None if trimmed.is_empty() && !name.is_empty() => "/",
            None => ".",
        };
        output.text.push_str(above);
        output.text.push('\n');
    }
    Ok(output)
}

/// Where a path leads over all links; `e` asks that it is there, `m` that nothing is.
fn canonical(name: &str, mode: char, at: &Machine) -> Result<String, Errno> {
    let full = at.path(name);
    let who = at.who();
    let files = at.files().ok_or(Errno::NoEntry)?;
    match files.follow(&full, &who) {
        Ok(path) if mode == 'e' && files.node(&path).is_none() => Err(Errno::NoEntry),
        Ok(path) if mode == 'm' || path == "/" => Ok(path),
        Ok(path) => {
            let above = path.rsplit_once('/').map_or("/", |(above, _)| above);
            match above.is_empty() || files.node(above).is_some() {
                true => Ok(path),
                false => Err(Errno::NoEntry),
            }
        }
        Err(_) if mode == 'm' => Ok(full),
        Err(errno) => Err(errno),
    }
}

fn readlink(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "readlink",
        short: "femnqsvz",
        long: &[
            "canonicalize=f",
            "canonicalize-existing=e",
            "canonicalize-missing=m",
            "no-newline=n",
            "quiet=q",
            "silent=s",
            "verbose=v",
            "zero=z",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    if options.operands.is_empty() {
        return Err(KNOWN.mistake("missing operand"));
    }
    let mode = options.last_of("fem");
    let mut output = Output::default();
    let count = options.operands.len();
    for name in options.operands.iter().copied() {
        let found = match mode {
            Some(mode) => canonical(name, mode, at),
            None => match at.meta(name, false) {
                Ok(meta) if meta.target.is_empty() => Err(Errno::Invalid),
                Ok(meta) => Ok(meta.target),
                Err(errno) => Err(errno),
            },
        };
        match found {
            Ok(path) => {
                output.text.push_str(&path);
                if !options.has('n') || count > 1 {
                    output.text.push('\n');
                }
            }
            Err(errno) => {
                if options.has('v') {
                    output.complain(format!("readlink: {name}: {errno}\n"));
                }
                output.status = 1;
            }
        }
    }
    Ok(output)
}

fn realpath(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "realpath",
        short: "emLPqsz",
        long: &[
            "canonicalize-existing=e",
            "canonicalize-missing=m",
            "quiet=q",
            "strip=s",
            "no-symlinks=s",
            "zero=z",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    if options.operands.is_empty() {
        return Err(KNOWN.mistake("missing operand"));
    }
    let mode = options.last_of("em");
    let mut output = Output::default();
    for name in options.operands.iter().copied() {
        let found = match options.has('s') {
            true => Ok(at.path(name)),
            false => canonical(name, mode.unwrap_or('f'), at),
        };
        match found {
            Ok(path) => {
                output.text.push_str(&path);
                output.text.push('\n');
            }
            Err(errno) => {
                if !options.has('q') {
                    output.complain(format!("realpath: {name}: {errno}\n"));
                }
                output.status = 1;
            }
        }
    }
    Ok(output)
}

fn tee(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "tee",
        short: "aip",
        long: &["append=a", "ignore-interrupts=i"],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    let text = at.input()?.to_string();
    let mut output = Output::default();
    for name in options.operands.iter().copied() {
        if let Err(why) = at.write(name, &text, options.has('a')) {
            output.fail(1, format!("tee: {why}\n"));
        }
    }
    output.text = text;
    Ok(output)
}
