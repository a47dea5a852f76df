//! diff: what two files do not have in common.

use crate::workstation::programs::clock::strftime;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::meta::{base, join};
use crate::workstation::programs::options::{Known, Options};
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::side::Side;
use crate::workstation::programs::table::Program;

/// The program of this file.
pub const PROGRAMS: &[Program] = &[Program::new(
    "diff",
    diff,
    "[-u] [-c] [-q] [-r] [-N] [-i] [-w] [-b] [-B] [-s] FILE FILE|Shows what differs.",
)];

const DIFF: Known = Known {
    program: "diff",
    short: "uU:cC:qrNiwbBsyaedtx:I:L:W:lp",
    long: &[
        "unified=u",
        "context=c",
        "brief=q",
        "recursive=r",
        "new-file=N",
        "ignore-case=i",
        "ignore-all-space=w",
        "ignore-space-change=b",
        "ignore-blank-lines=B",
        "report-identical-files=s",
        "label=L",
        "side-by-side=y",
        "width=W",
        "left-column=l",
        "suppress-common-lines=p",
        "text=a",
        "minimal=d",
    ],
    status: 2,
};

/// So many lines on each side are compared one with each other.
const LINES: usize = 3_000;

/// These programs say who speaks in each line.
fn named(early: Output) -> Output {
    let text = early.error().replace("\nTry '", "\ndiff: Try '");
    Output::bad(text.trim_end(), early.status)
}

pub(super) fn mistake(known: &Known, what: &str) -> Output {
    let early = known.mistake(what);
    let try_it = format!("\n{}: Try '", known.program);
    let text = early.error().replace("\nTry '", &try_it);
    Output::bad(text.trim_end(), early.status)
}

/// A line as it is compared.
fn folded(line: &str, options: &Options) -> String {
    let mut text = line.to_string();
    if options.has('i') {
        text = crate::platform::lower(&text);
    }
    if options.has('w') {
        text.retain(|c| !c.is_whitespace());
    } else if options.has('b') {
        let words: Vec<&str> = text.split_whitespace().collect();
        let lead = if text.starts_with([' ', '\t']) && !words.is_empty() {
            " "
        } else {
            ""
        };
        text = format!("{lead}{}", words.join(" "));
    }
    text
}

/// A place where they differ: from where to where in each.
type Hunk = [usize; 4];

/// Lines as numbers, the same ones as the same, since each is compared with each.
fn numbered(old: &[String], new: &[String]) -> (Vec<usize>, Vec<usize>) {
    let mut all: Vec<&String> = old.iter().chain(new).collect();
    all.sort_unstable();
    let number = |line: &String| all.partition_point(|other| *other < line);
    let numbers = |lines: &[String]| lines.iter().map(number).collect();
    (numbers(old), numbers(new))
}

/// Where two lists of lines differ: the longest list that both have in common stays.
fn hunks(old: &[String], new: &[String]) -> Vec<Hunk> {
    let mut head = 0;
    while head < old.len() && head < new.len() && old[head] == new[head] {
        head += 1;
    }
    let mut tail = 0;
    while tail < old.len() - head
        && tail < new.len() - head
        && old[old.len() - 1 - tail] == new[new.len() - 1 - tail]
    {
        tail += 1;
    }
    let (rows, columns) = (old.len() - head - tail, new.len() - head - tail);
    if rows > LINES || columns > LINES {
        return vec![[head, old.len() - tail, head, new.len() - tail]];
    }
    let (old, new) = numbered(
        old.get(head..head + rows).unwrap_or(&[]),
        new.get(head..head + columns).unwrap_or(&[]),
    );
    // How much is in common from here on.
    let width = columns + 1;
    let mut common = vec![0_u16; (rows + 1) * width];
    for r in (0..rows).rev() {
        for c in (0..columns).rev() {
            common[r * width + c] = match old[r] == new[c] {
                true => common[(r + 1) * width + c + 1] + 1,
                false => common[(r + 1) * width + c].max(common[r * width + c + 1]),
            };
        }
    }
    let (mut r, mut c) = (0, 0);
    let mut found: Vec<Hunk> = Vec::new();
    while r < rows || c < columns {
        if r < rows && c < columns && old[r] == new[c] {
            r += 1;
            c += 1;
            continue;
        }
        let begin = [head + r, head + c];
        while r < rows || c < columns {
            if r < rows && c < columns && old[r] == new[c] {
                break;
            }
            let takes_old = r < rows
                && (c >= columns || common[(r + 1) * width + c] >= common[r * width + c + 1]);
            match takes_old {
                true => r += 1,
                false => c += 1,
            }
        }
        found.push([begin[0], head + r, begin[1], head + c]);
    }
    found
}

/// `3,5`, as ed(1) names lines.
fn range(from: usize, to: usize) -> String {
    match to - from {
        0 => from.to_string(),
        1 => to.to_string(),
        _ => format!("{},{to}", from + 1),
    }
}

/// The lines of a file, and whether its last one has no end.
fn lines(text: &str) -> (Vec<&str>, bool) {
    (
        text.lines().collect(),
        !text.is_empty() && !text.ends_with('\n'),
    )
}

const NO_END: &str = "\\ No newline at end of file\n";

/// Whether anything differs, and what is shown of it in the form that was asked for.
fn compare(
    old: &str,
    new: &str,
    names: [&str; 2],
    options: &Options,
    at: &Machine,
) -> (bool, String) {
    let ((old, old_open), (new, new_open)) = (lines(old), lines(new));
    let mut folds = [Vec::new(), Vec::new()];
    for (side, (lines, open)) in [(&old, old_open), (&new, new_open)].into_iter().enumerate() {
        for line in lines.iter() {
            folds[side].push(folded(line, options));
        }
        if let Some(last) = folds[side].last_mut().filter(|_| open) {
            last.push('\u{1}');
        }
    }
    let mut found = hunks(&folds[0], &folds[1]);
    if options.has('B') {
        let blank = |lines: &[&str], from: usize, to: usize| {
            lines
                .get(from..to)
                .is_some_and(|l| l.iter().all(|l| l.is_empty()))
        };
        found.retain(|h| !(blank(&old, h[0], h[1]) && blank(&new, h[2], h[3])));
    }
    let mut text = String::new();
    if options.has('y') {
        let width = options.value('W').and_then(|w| w.parse().ok());
        let side = Side::new(width.unwrap_or(130), options.has('l'), options.has('p'));
        let sides = [(&*old, old_open), (&*new, new_open)];
        return (!found.is_empty(), side.show(sides, &found));
    }
    if found.is_empty() {
        return (false, text);
    }
    let put =
        |text: &mut String, mark: &str, lines: &[&str], from: usize, to: usize, open: bool| {
            for at in from..to {
                text.push_str(mark);
                text.push_str(lines.get(at).unwrap_or(&""));
                text.push('\n');
                if open && at + 1 == lines.len() {
                    text.push_str(NO_END);
                }
            }
        };
    let is_context = options.has('c') || options.has('C');
    if !options.has('u') && !options.has('U') && !is_context {
        for [a, b, c, d] in found {
            let what = match (a == b, c == d) {
                (true, _) => 'a',
                (_, true) => 'd',
                _ => 'c',
            };
            text.push_str(&format!("{}{what}{}\n", range(a, b), range(c, d)));
            put(&mut text, "< ", &old, a, b, old_open);
            if what == 'c' {
                text.push_str("---\n");
            }
            put(&mut text, "> ", &new, c, d, new_open);
        }
        return (true, text);
    }
    let around = options.value('U').or(options.value('C'));
    let around: usize = around.and_then(|n| n.parse().ok()).unwrap_or(3);
    let marks = if is_context {
        ["***", "---"]
    } else {
        ["---", "+++"]
    };
    let mut labels = options.given.iter().filter(|(letter, _)| *letter == 'L');
    for (mark, name) in marks.into_iter().zip(names) {
        if let Some((_, label)) = labels.next() {
            text.push_str(&format!("{mark} {label}\n"));
            continue;
        }
        let written = at
            .meta(name, true)
            .map_or_else(|_| at.world.now(), |m| m.written);
        text.push_str(&format!(
            "{mark} {name}\t{}\n",
            strftime("%F %T.%N %z", written)
        ));
    }
    let mut place = 0;
    while let Some(first) = found.get(place).copied() {
        let mut last = place;
        while let Some(next) = found.get(last + 1) {
            if next[0].saturating_sub(found[last][1]) > 2 * around {
                break;
            }
            last += 1;
        }
        let end = found[last];
        let from = [
            first[0].saturating_sub(around),
            first[2].saturating_sub(around),
        ];
        let to = [
            (end[1] + around).min(old.len()),
            (end[3] + around).min(new.len()),
        ];
        let unified = |from: usize, to: usize| match to - from {
            1 => to.to_string(),
            0 => format!("{from},0"),
            count => format!("{},{count}", from + 1),
        };
        let changes = found.get(place..=last).unwrap_or(&[]);
        place = last + 1;
        if is_context {
            text.push_str("***************\n");
            let sides = [
                (&old, old_open, 0, "***", '*', "- "),
                (&new, new_open, 2, "---", '-', "+ "),
            ];
            for (lines, open, side, mark, end, lone) in sides {
                let (from, to) = (from[side / 2], to[side / 2]);
                let end = end.to_string().repeat(4);
                text.push_str(&format!("{mark} {} {end}\n", range(from, to)));
                if changes.iter().all(|h| h[side] == h[side + 1]) {
                    continue;
                }
                let mut at = from;
                for h in changes {
                    let is_both = h[0] < h[1] && h[2] < h[3];
                    put(&mut text, "  ", lines, at, h[side], open);
                    put(
                        &mut text,
                        if is_both { "! " } else { lone },
                        lines,
                        h[side],
                        h[side + 1],
                        open,
                    );
                    at = h[side + 1];
                }
                put(&mut text, "  ", lines, at, to, open);
            }
            continue;
        }
        text.push_str(&format!(
            "@@ -{} +{} @@\n",
            unified(from[0], to[0]),
            unified(from[1], to[1])
        ));
        let mut at = from[0];
        for [a, b, c, d] in changes.iter().copied() {
            put(&mut text, " ", &old, at, a, old_open);
            put(&mut text, "-", &old, a, b, old_open);
            put(&mut text, "+", &new, c, d, new_open);
            at = b;
        }
        put(&mut text, " ", &old, at, to[0], old_open);
    }
    (true, text)
}

fn diff(arguments: &[&str], at: &mut Machine) -> Outcome {
    let arguments: Vec<&str> = arguments
        .iter()
        .filter(|w| !w.starts_with("--color"))
        .copied()
        .collect();
    let options = DIFF.read(&arguments).map_err(named)?;
    let (first, second) = match options.operands.as_slice() {
        [] => return Err(mistake(&DIFF, "missing operand after 'diff'")),
        [one] => return Err(mistake(&DIFF, &format!("missing operand after '{one}'"))),
        [first, second] => (*first, *second),
        [_, _, extra, ..] => return Err(mistake(&DIFF, &format!("extra operand '{extra}'"))),
    };
    let mut output = Output::default();
    let folder = |name: &str| name != "-" && at.is_directory(name);
    let mut pairs = Vec::new();
    let is_tree = folder(first) && folder(second);
    match (folder(first), folder(second)) {
        (true, true) => {
            let mut names: Vec<String> = Vec::new();
            for top in [first, second] {
                let inner = match options.has('r') {
                    true => at.below(top),
                    false => {
                        let path = at.path(top);
                        let list = at.files().map_or(Vec::new(), |f| f.names(&path));
                        list.iter().map(|n| format!("/{n}")).collect()
                    }
                };
                names.extend(inner);
            }
            names.sort();
            names.dedup();
            for name in names {
                let name = name.trim_start_matches('/');
                pairs.push((join(first, name), join(second, name)));
            }
        }
        (true, false) => pairs.push((join(first, base(second)), second.to_string())),
        (false, true) => pairs.push((first.to_string(), join(second, base(first)))),
        _ => pairs.push((first.to_string(), second.to_string())),
    }
    let command = arguments
        .iter()
        .filter(|w| w.starts_with('-'))
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    let mut only: Vec<String> = Vec::new();
    for (old, new) in pairs {
        if is_tree {
            let there = [at.meta(&old, true), at.meta(&new, true)];
            if only
                .iter()
                .any(|o| old.starts_with(o) || new.starts_with(o))
            {
                continue;
            }
            match &there {
                [Ok(a), Ok(b)] if a.is_directory() && b.is_directory() => {
                    if !options.has('r') {
                        output
                            .text
                            .push_str(&format!("Common subdirectories: {old} and {new}\n"));
                    }
                    continue;
                }
                [Ok(_), Err(_)] | [Err(_), Ok(_)] if !options.has('N') => {
                    let name = if there[0].is_ok() { &old } else { &new };
                    let (above, name) = name.rsplit_once('/').unwrap_or((".", name));
                    output.text.push_str(&format!("Only in {above}: {name}\n"));
                    output.status = 1;
                    only.push(format!("{above}/{name}/"));
                    continue;
                }
                _ => {}
            }
        }
        let mut texts = Vec::new();
        for name in [&old, &new] {
            match at.sources(&[name])?.pop() {
                Some((_, Ok(text))) => texts.push(text),
                Some((_, Err("No such file or directory"))) if options.has('N') => {
                    texts.push(String::new())
                }
                Some((_, Err(why))) => output.fail(2, format!("diff: {name}: {why}\n")),
                None => {}
            }
        }
        let [one, other] = texts.as_slice() else {
            continue;
        };
        let (differs, text) = compare(one, other, [&old, &new], &options, at);
        if !differs {
            output.text.push_str(&text);
            if options.has('s') {
                output
                    .text
                    .push_str(&format!("Files {old} and {new} are identical\n"));
            }
            continue;
        }
        output.status = output.status.max(1);
        if options.has('q') {
            output
                .text
                .push_str(&format!("Files {old} and {new} differ\n"));
            continue;
        }
        if is_tree {
            let space = if command.is_empty() { "" } else { " " };
            output
                .text
                .push_str(&format!("diff{space}{command} {old} {new}\n"));
        }
        output.text.push_str(&text);
    }
    Ok(output)
}
