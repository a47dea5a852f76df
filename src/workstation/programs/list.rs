//! ls, stat and du: what there is to know of files.

use crate::files::errno::Errno;
use crate::files::node::Kind;
use crate::smtp::bytes::encode;
use crate::time::Time;
use crate::workstation::programs::clock::strftime;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::meta::{join, Meta};
use crate::workstation::programs::options::{Known, Options};
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "du",
        du,
        "[-a] [-c] [-h] [-s] [FILE]...|Shows how much room files take.",
    ),
    Program::new(
        "ls",
        ls,
        "[-l] [-a] [-d] [-R] [-t] [-r] [-S] [-h] [-n] [-i] [-F] [-1] [FILE]...|Lists files.",
    ),
    Program::new(
        "stat",
        stat,
        "[-L] [-c FORMAT] FILE...|Shows what there is to know of files.",
    ),
];

const LS: Known = Known {
    program: "ls",
    short: "1aAlhrtSRdnigoFLpCxXQUcuHsfGmNbqkvZ",
    long: &[
        "all=a",
        "almost-all=A",
        "human-readable=h",
        "reverse=r",
        "recursive=R",
        "directory=d",
        "numeric-uid-gid=n",
        "inode=i",
        "classify=F",
        "dereference=L",
        "size=s",
        "no-group=G",
        "full-time=f",
        "si=h",
    ],
    status: 2,
};

const IDLE: [&str; 3] = ["--color", "--group-d", "--time-style"];

/// `1.5K`, as `-h` shows a size.
pub fn human(size: usize) -> String {
    let mut unit = 1_usize;
    for name in ["", "K", "M", "G"] {
        if size < unit << 10 || name == "G" {
            let tenths = (size * 10).div_ceil(unit);
            return match name {
                "" => size.to_string(),
                name if tenths < 100 => format!("{}.{}{name}", tenths / 10, tenths % 10),
                name => format!("{}{name}", size.div_ceil(unit)),
            };
        }
        unit <<= 10;
    }
    String::new()
}

/// A moment as `ls -l` shows it: with the year where it is long ago.
fn moment(written: Time, now: Time) -> String {
    let age = now.seconds().saturating_sub(written.seconds());
    let format = match age > 15_778_476 || written > now {
        true => "%b %e  %Y",
        false => "%b %e %H:%M",
    };
    strftime(format, written)
}

/// A number that stands for the place of a file.
fn inode(path: &str) -> u32 {
    let mut number = 2_166_136_261_u32;
    for byte in path.bytes() {
        number = (number ^ u32::from(byte)).wrapping_mul(16_777_619);
    }
    number >> 12 | 0x20000
}

/// Puts columns beside each other; those named in `left` begin at the left.
fn align(rows: &[Vec<String>], left: &[usize], text: &mut String) {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; count];
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            if let Some(width) = widths.get_mut(at) {
                *width = cell.chars().count().max(*width);
            }
        }
    }
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            let pad = widths.get(at).unwrap_or(&0) - cell.chars().count();
            let is_last = at + 1 == row.len();
            if at > 0 {
                text.push(' ');
            }
            if !left.contains(&at) {
                text.push_str(&" ".repeat(pad));
            }
            text.push_str(cell);
            if left.contains(&at) && !is_last {
                text.push_str(&" ".repeat(pad));
            }
        }
        text.push('\n');
    }
}

/// The lines of some files: their names as shown, their paths, and what is known of them.
fn rows(
    options: &Options,
    mut files: Vec<(String, String, Meta)>,
    at: &Machine,
    output: &mut Output,
) {
    let has = |letter| options.has(letter);
    if has('S') {
        files.sort_by_key(|(_, _, meta)| std::cmp::Reverse(meta.size));
    } else if has('t') {
        files.sort_by_key(|(_, _, meta)| std::cmp::Reverse(meta.written));
    }
    if has('r') {
        files.reverse();
    }
    let mut rows = Vec::new();
    let is_long = has('l') || has('n') || has('g') || has('o') || (has('f') && !has('U'));
    for (name, path, meta) in files {
        let mut row = Vec::new();
        if has('i') {
            row.push(inode(&path).to_string());
        }
        if has('s') {
            row.push(meta.blocks().to_string());
        }
        let mut name = name;
        if is_long {
            row.push(meta.shown.clone());
            row.push(meta.links.to_string());
            let (owner, group) = match has('n') {
                true => (meta.uid.to_string(), meta.gid.to_string()),
                false => (
                    at.name_of("/etc/passwd", meta.uid),
                    at.name_of("/etc/group", meta.gid),
                ),
            };
            if !has('g') {
                row.push(owner);
            }
            if !has('o') && !has('G') {
                row.push(group);
            }
            row.push(match meta.kind {
                Kind::Device => "1, 3".into(),
                _ if has('h') => human(meta.size),
                _ => meta.size.to_string(),
            });
            row.push(match has('f') {
                true => strftime("%F %T.%N %z", meta.written),
                false => moment(meta.written, at.world.now()),
            });
            if meta.kind == Kind::Link {
                name = format!("{name} -> {}", meta.target);
            }
        }
        if (has('F') || has('p')) && meta.is_directory() {
            name.push('/');
        } else if has('F') && meta.kind == Kind::File && meta.mode & 0o111 != 0 {
            name.push('*');
        } else if has('F') && meta.kind == Kind::Link && !is_long {
            name.push('@');
        }
        row.push(name);
        rows.push(row);
    }
    if has('m') && !is_long {
        let mut length = 0;
        for (at, row) in rows.iter().enumerate() {
            let name = row.join(" ");
            let count = name.chars().count();
            let breaks = length + count + 2 >= 80;
            if at > 0 {
                output.text.push_str(if breaks { ",\n" } else { ", " });
            }
            length = if at == 0 || breaks {
                count
            } else {
                length + count + 2
            };
            output.text.push_str(&name);
        }
        output
            .text
            .push_str(if rows.is_empty() { "" } else { "\n" });
        return;
    }
    let first = usize::from(has('i')) + usize::from(has('s'));
    let owners = 2 - usize::from(has('g')) - usize::from(has('o') || has('G'));
    let mut left: Vec<usize> = (first + 2..first + 2 + owners).collect();
    left.extend([first, first + 4 + owners]);
    if !is_long {
        left = vec![first];
    }
    align(&rows, &left, &mut output.text);
}

fn ls(arguments: &[&str], at: &mut Machine) -> Outcome {
    // What follows `=` changes nothing here.
    let arguments: Vec<&str> = arguments
        .iter()
        .filter(|w| !IDLE.iter().any(|option| w.starts_with(option)))
        .copied()
        .collect();
    let mut options = LS.read(&arguments)?;
    if options.operands.is_empty() {
        options.operands.push(".");
    }
    let mut names = options.operands.clone();
    names.sort_unstable();
    let mut output = Output::default();
    let mut plain = Vec::new();
    let mut directories = Vec::new();
    let is_long = options.has('l') || options.has('n') || options.has('o') || options.has('g');
    for name in names {
        let follows = options.has('L') || !(is_long || options.has('d') || options.has('F'));
        let found = at.meta(name, follows).or_else(|errno| match errno {
            Errno::NoEntry if follows => at.meta(name, false),
            errno => Err(errno),
        });
        match found {
            Ok(meta) if meta.is_directory() && !options.has('d') => {
                directories.push(name.to_string());
            }
            Ok(meta) => plain.push((name.to_string(), at.path(name), meta)),
            Err(errno) => output.fail(2, format!("ls: cannot access '{name}': {errno}\n")),
        }
    }
    let shows_names = options.operands.len() > 1 || options.has('R');
    let mut is_first = plain.is_empty();
    rows(&options, plain, at, &mut output);
    if options.has('r') {
        directories.reverse();
    }
    directories.reverse();
    while let Some(name) = directories.pop() {
        let who = at.who();
        let path = at.path(&name);
        let list = at.files().map(|files| files.list(&path, &who));
        let list: Vec<String> = match list {
            Some(Ok(list)) => list.iter().map(|n| n.to_string()).collect(),
            Some(Err(errno)) => {
                output.fail(2, format!("ls: cannot open directory '{name}': {errno}\n"));
                continue;
            }
            None => Vec::new(),
        };
        let mut all = Vec::new();
        if options.has('a') || options.has('f') {
            all.extend([".".to_string(), "..".into()]);
        }
        let hides = !options.has('a') && !options.has('A') && !options.has('f');
        all.extend(list.into_iter().filter(|n| !hides || !n.starts_with('.')));
        let mut found = Vec::new();
        let mut inner = Vec::new();
        let mut blocks = 0;
        for entry in all {
            let full = join(&path, &entry);
            let Ok(meta) = at.meta(&full, options.has('L')) else {
                continue;
            };
            blocks += meta.blocks();
            if options.has('R') && meta.is_directory() && entry != "." && entry != ".." {
                inner.push(join(&name, &entry));
            }
            found.push((entry, full, meta));
        }
        if !std::mem::take(&mut is_first) {
            output.text.push('\n');
        }
        if shows_names {
            output.text.push_str(&format!("{name}:\n"));
        }
        if is_long || options.has('s') {
            let total = match options.has('h') {
                true => human(blocks * 1_024),
                false => blocks.to_string(),
            };
            output.text.push_str(&format!("total {total}\n"));
        }
        rows(&options, found, at, &mut output);
        directories.extend(inner.into_iter().rev());
    }
    Ok(output)
}

fn stat(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "stat",
        short: "Lc:ft",
        long: &[
            "dereference=L",
            "format=c",
            "printf=c",
            "file-system=f",
            "terse=t",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    if options.operands.is_empty() {
        return Err(KNOWN.mistake("missing operand"));
    }
    const LONG: &str = "  File: %N\n  Size: %s        \tBlocks: %b          IO Block: 4096   %F\nDevice: 8,1\tInode: %i      Links: %h\nAccess: (%a4/%A)  Uid: (%u5/%U8)   Gid: (%g5/%G8)\nAccess: %x\nModify: %y\nChange: %z\n Birth: %w";
    let mut output = Output::default();
    for name in options.operands.iter().copied() {
        let meta = match at.meta(name, options.has('L')) {
            Ok(meta) => meta,
            Err(errno) => {
                let text = format!("stat: cannot statx '{name}': {errno}\n");
                output.fail(1, text);
                continue;
            }
        };
        let format = options.value('c');
        let mut chars = format.unwrap_or(LONG).chars().peekable();
        let text = &mut output.text;
        while let Some(c) = chars.next() {
            if c != '%' {
                text.push(c);
                continue;
            }
            let letter = chars.next().unwrap_or('%');
            let owner = || at.name_of("/etc/passwd", meta.uid);
            let group = || at.name_of("/etc/group", meta.gid);
            let written = meta.written;
            let value = match letter {
                'n' => name.to_string(),
                'N' => match meta.kind {
                    Kind::Link => format!("'{name}' -> '{}'", meta.target),
                    _ if format.is_none() => name.to_string(),
                    _ => format!("'{name}'"),
                },
                's' => meta.size.to_string(),
                'b' => (meta.blocks() * 2).to_string(),
                'B' => "512".into(),
                'o' => "4096".into(),
                'F' => meta.kind_name().into(),
                'i' => inode(&at.path(name)).to_string(),
                'h' => meta.links.to_string(),
                'a' => format!("{:o}", meta.mode),
                'A' => meta.shown.clone(),
                'u' => meta.uid.to_string(),
                'U' => owner(),
                'g' => meta.gid.to_string(),
                'G' => group(),
                'x' | 'y' | 'z' | 'w' => strftime("%F %T.%N %z", written),
                'X' | 'Y' | 'Z' | 'W' => written.seconds().to_string(),
                'd' => "2049".into(),
                '%' => "%".into(),
                other => format!("%{other}"),
            };
            // A width stands after the letter in our own format alone.
            let width = match format {
                None => chars
                    .next_if(char::is_ascii_digit)
                    .and_then(|c| c.to_digit(10)),
                Some(_) => None,
            };
            let pad = (width.unwrap_or(0) as usize).saturating_sub(value.len());
            let fill = if letter == 'a' { "0" } else { " " };
            text.push_str(&fill.repeat(pad));
            text.push_str(&value);
        }
        text.push('\n');
    }
    Ok(output)
}

fn du(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "du",
        short: "achsbkmd:xlLHDS0",
        long: &[
            "all=a",
            "total=c",
            "human-readable=h",
            "summarize=s",
            "bytes=b",
            "max-depth=d",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    let names = match options.operands.is_empty() {
        true => vec!["."],
        false => options.operands.clone(),
    };
    let mut output = Output::default();
    let depth = match options.has('s') {
        true => 0,
        false => options
            .value('d')
            .and_then(|d| d.parse().ok())
            .unwrap_or(usize::MAX),
    };
    let size = |blocks: usize| match options.has('h') {
        true => human(blocks * 1_024),
        false if options.has('b') => (blocks * 1_024).to_string(),
        false if options.has('m') => blocks.div_ceil(1_024).to_string(),
        false => blocks.to_string(),
    };
    let mut total = 0;
    for name in names {
        let meta = match at.meta(name, false) {
            Ok(meta) => meta,
            Err(errno) => {
                output.fail(1, format!("du: cannot access '{name}': {errno}\n"));
                continue;
            }
        };
        let mut paths = at.below(name);
        if !meta.is_directory() {
            paths.clear();
        }
        if options.has('b') && !meta.is_directory() {
            let size = at.text(name).map_or(0, |text| encode(&text).len());
            output.text.push_str(&format!("{size}\t{name}\n"));
            total += meta.blocks();
            continue;
        }
        let mut all = vec![(String::new(), meta.blocks(), true)];
        for path in paths {
            if let Ok(meta) = at.meta(&format!("{name}{path}"), false) {
                all.push((path, meta.blocks(), meta.is_directory()));
            }
        }
        // What is below comes first, and counts for what is above.
        for place in (1..all.len()).rev() {
            let (path, blocks) = (all[place].0.clone(), all[place].1);
            let above = path.rsplit_once('/').map_or("", |(above, _)| above);
            if let Some(parent) = all
                .iter_mut()
                .take(place)
                .rev()
                .find(|(p, _, _)| p == above)
            {
                parent.1 += blocks;
            }
        }
        total += all.first().map_or(0, |(_, blocks, _)| *blocks);
        let mut shown: Vec<_> = all.iter().collect();
        shown.sort_by(|a, b| match () {
            () if a.0.starts_with(&format!("{}/", b.0)) => std::cmp::Ordering::Less,
            () if b.0.starts_with(&format!("{}/", a.0)) => std::cmp::Ordering::Greater,
            () => a.0.cmp(&b.0),
        });
        for (path, blocks, is_directory) in shown {
            let level = path.matches('/').count();
            if level <= depth && (*is_directory || options.has('a')) {
                let name = name.trim_end_matches('/');
                output
                    .text
                    .push_str(&format!("{}\t{name}{path}\n", size(*blocks)));
            }
        }
    }
    if options.has('c') {
        output.text.push_str(&format!("{}\ttotal\n", size(total)));
    }
    Ok(output)
}

/// A line as `find -ls` prints it.
pub(super) fn row(path: &str, meta: &Meta, at: &Machine) -> String {
    let owner = at.name_of("/etc/passwd", meta.uid);
    let group = at.name_of("/etc/group", meta.gid);
    let when = moment(meta.written, at.world.now());
    let (number, blocks, size) = (inode(&at.path(path)), meta.blocks(), meta.size);
    let arrow = if meta.target.is_empty() {
        String::new()
    } else {
        format!(" -> {}", meta.target)
    };
    let (shown, links) = (&meta.shown, meta.links);
    format!("{number:>9} {blocks:>6} {shown} {links:>3} {owner:<8} {group:<8} {size:>8} {when} {path}{arrow}\n")
}
