//! sort, as GNU coreutils have it: how lines are compared (`compare`), and put in order piece by piece (`order`).

mod compare;
mod order;

use compare::Key;
use order::{Begun, Order};

use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;
use crate::workstation::programs::work::Ends;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[Program::new(
    "sort",
    sort,
    "[-nrufhVkt] [FILE]...|Puts lines in order.",
)];

const SORT: Known = Known {
    program: "sort",
    short: "bcdfghik:Mmno:RrsS:t:T:uVzY:",
    long: &[
        "ignore-leading-blanks=b",
        "check=c",
        "dictionary-order=d",
        "ignore-case=f",
        "general-numeric-sort=g",
        "human-numeric-sort=h",
        "key=k",
        "month-sort=M",
        "merge=m",
        "numeric-sort=n",
        "output=o",
        "random-source=Y",
        "reverse=r",
        "stable=s",
        "field-separator=t",
        "unique=u",
        "version-sort=V",
        "zero-terminated=z",
    ],
    status: 2,
};

fn key(text: &str) -> Result<Key, Output> {
    let wrong = |what: &str, part: &str| {
        Output::bad(
            format!("sort: {what}: invalid field specification ‘{part}’"),
            2,
        )
    };
    let (from, to) = match text.split_once(',') {
        Some((from, to)) => (from, Some(to)),
        None => (text, None),
    };
    let mut kinds = String::new();
    let mut place = |part: &str| -> Option<(usize, usize)> {
        let end = part
            .find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(part.len());
        kinds.push_str(&part[end..]);
        match part[..end].split_once('.') {
            Some((field, column)) => Some((field.parse().ok()?, column.parse().ok()?)),
            None => Some((part[..end].parse().ok()?, 0)),
        }
    };
    let start =
        place(from).ok_or_else(|| match from.starts_with(|c: char| c.is_ascii_digit()) {
            true => wrong("stray character in field spec", text),
            false => Output::bad(
                format!("sort: invalid number at field start: invalid count at start of ‘{text}’"),
                2,
            ),
        })?;
    if start.0 == 0 {
        return Err(wrong("field number is zero", text));
    }
    let end = match to {
        Some(to) => Some(place(to).ok_or_else(|| {
            let what = "invalid number after ‘,’";
            Output::bad(format!("sort: {what}: invalid count at start of ‘{to}’"), 2)
        })?),
        None => None,
    };
    if let Some(odd) = kinds.chars().find(|c| !"bdfghiMnRrV".contains(*c)) {
        let _ = odd;
        return Err(wrong("stray character in field spec", text));
    }
    Ok(Key {
        from: start,
        to: end,
        kinds,
    })
}

fn sort(arguments: &[&str], at: &mut Machine) -> Outcome {
    let options = SORT.read(arguments)?;
    let mut keys = Vec::new();
    let mut global = String::new();
    let mut separator = None;
    for (letter, value) in &options.given {
        match letter {
            'k' => keys.push(key(value)?),
            't' => {
                let mut chars = value.chars();
                separator = match (chars.next(), chars.next()) {
                    (None, _) => return Err(Output::bad("sort: empty tab", 2)),
                    (Some('\\'), Some('0')) => Some('\0'),
                    (Some(c), None) => Some(c),
                    _ => {
                        let why = format!("sort: multi-character tab ‘{value}’");
                        return Err(Output::bad(why, 2));
                    }
                };
            }
            letter => global.push(*letter),
        }
    }
    for key in &mut keys {
        // A key without kinds of its own has those of the whole.
        if key.kinds.is_empty() {
            key.kinds = global.clone();
        }
    }
    let own = Some(&global).filter(|_| keys.is_empty());
    for kinds in keys.iter().map(|key| &key.kinds).chain(own) {
        let has = |letter: char| kinds.contains(letter);
        let odd = "VRid".chars().any(has);
        if "nghM".chars().filter(|l| has(*l)).count() + usize::from(odd) > 1 {
            let order = "dfghiMnRV"
                .chars()
                .filter(|l| has(*l) && (*l != 'i' || !has('d')));
            let why = format!(
                "sort: options '-{}' are incompatible",
                order.collect::<String>()
            );
            return Err(Output::bad(why, 2));
        }
    }
    if let Some(name) = options.value('Y').filter(|_| options.has('R')) {
        if let Err(why) = at.text(name) {
            return Err(Output::bad(format!("sort: open failed: {name}: {why}"), 2));
        }
    }
    let ends = Ends(options.has('z'));
    let mut text = String::new();
    for (name, source) in at.sources(&options.operands)? {
        match source {
            Ok(more) => {
                text.push_str(&ends.of(&more));
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
            }
            Err("Is a directory") => {
                return Err(Output::bad(
                    format!("sort: read failed: {name}: Is a directory"),
                    2,
                ));
            }
            Err(why) => return Err(Output::bad(format!("sort: cannot read: {name}: {why}"), 2)),
        }
    }
    let is_unique = options.has('u');
    let name = options.operands.first().copied().unwrap_or("-");
    let kinds = match keys.is_empty() {
        true => vec![global],
        false => keys.iter().map(|key| key.kinds.clone()).collect(),
    };
    let mut order = Order {
        text,
        keys,
        kinds,
        separator,
        ends,
        is_unique,
        is_stable: options.has('s') || is_unique,
        is_reversed: options.has('r'),
        checks: options.has('c').then(|| name.to_string()),
        into: options.value('o').map(str::to_string),
        begun: Begun::default(),
    };
    at.goes_on(move |at, output| order.go_on(at, output));
    Ok(Output::default())
}
