//! What find asks of a file, and does with it.

use crate::files::node::Kind;
use crate::platform::lower;
use crate::regex::{Regex, Syntax};
use crate::time::Time;
use crate::workstation::programs::clock::strftime;
use crate::workstation::programs::list::row;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::meta::{base, Meta};
use crate::workstation::programs::modes::symbolic;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::paths::glob;

/// One file, and what has come of it.
pub struct Visit<'a> {
    /// Its path.
    pub path: &'a str,
    /// How long that of the folder is that was asked for.
    pub start: usize,
    /// How deep below that it lies.
    pub level: usize,
    /// What is known of it.
    pub meta: &'a Meta,
    /// The time.
    pub now: Time,
    /// What is printed.
    pub output: &'a mut Output,
    /// What a shell is to do.
    pub script: &'a mut String,
    /// Files for `-exec … +`, by the place of that.
    pub collected: &'a mut [(usize, Vec<String>)],
    /// What is below is left alone.
    pub is_pruned: bool,
    /// It ends here.
    pub ends: bool,
}

/// `'word'`, as a shell reads it.
pub fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Prints, or lets the shell print in its turn.
pub fn say(text: &str, output: &mut Output, script: &mut String) {
    match script.is_empty() {
        true => output.text.push_str(text),
        false => script.push_str(&format!("printf %s {}\n", quoted(text))),
    }
}

/// `+3`, `-3` or `3` of a number.
fn compares(word: &str, number: u64) -> bool {
    let wanted = word.trim_start_matches(['+', '-']).parse().unwrap_or(0);
    match word.chars().next() {
        Some('+') => number > wanted,
        Some('-') => number < wanted,
        _ => number == wanted,
    }
}

/// Asks one question, or does one thing.
///
/// # Errors
/// A word that cannot be meant.
pub fn test(
    place: usize,
    name: &str,
    words: &[String],
    v: &mut Visit,
    at: &mut Machine,
) -> Result<bool, Output> {
    let word = words.first().map_or("", String::as_str);
    let meta = v.meta;
    let age = v.now.seconds().saturating_sub(meta.written.seconds());
    Ok(match name {
        "-name" => glob(word, base(v.path)),
        "-iname" => glob(&lower(word), &lower(base(v.path))),
        "-path" | "-wholename" => glob(word, v.path),
        "-ipath" => glob(&lower(word), &lower(v.path)),
        "-regex" | "-iregex" => {
            let regex = Regex::new(&format!("^\\({word}\\)$"), Syntax::Basic, name == "-iregex");
            regex.is_ok_and(|regex| regex.is_match(v.path))
        }
        "-type" => word.split(',').any(|letter| {
            letter
                == match meta.kind {
                    Kind::File => "f",
                    Kind::Directory => "d",
                    Kind::Link => "l",
                    Kind::Device => "c",
                    Kind::Socket => "s",
                }
        }),
        "-size" => {
            let digits = word.trim_end_matches(['c', 'k', 'M', 'G', 'b', 'w']);
            let unit = match word.chars().last() {
                Some('c') => 1,
                Some('w') => 2,
                Some('k') => 1_024,
                Some('M') => 1 << 20,
                Some('G') => 1 << 30,
                _ => 512,
            };
            compares(digits, meta.size.div_ceil(unit) as u64)
        }
        "-mtime" | "-ctime" | "-atime" => compares(word, age / 86_400),
        "-mmin" | "-cmin" | "-amin" => compares(word, age.div_ceil(60)),
        "-newer" => at
            .meta(word, true)
            .is_ok_and(|other| meta.written > other.written),
        "-user" => at.number_of("/etc/passwd", word) == Some(meta.uid),
        "-group" => at.number_of("/etc/group", word) == Some(meta.gid),
        "-uid" => compares(word, meta.uid.into()),
        "-gid" => compares(word, meta.gid.into()),
        "-links" => compares(word, meta.links as u64),
        "-nouser" => at.name_of("/etc/passwd", meta.uid) == meta.uid.to_string(),
        "-nogroup" => at.name_of("/etc/group", meta.gid) == meta.gid.to_string(),
        "-perm" => {
            let bits = word.trim_start_matches(['-', '/', '+']);
            let Some(wanted) = symbolic(bits, 0, false, 0) else {
                return Err(Output::bad(format!("find: invalid mode ‘{word}’"), 1));
            };
            match word.chars().next() {
                Some('-') => meta.mode & wanted == wanted,
                Some('/') => wanted == 0 || meta.mode & wanted != 0,
                _ => meta.mode == wanted,
            }
        }
        "-empty" => match meta.kind {
            Kind::File => meta.size == 0,
            Kind::Directory => at.below(v.path).is_empty(),
            _ => false,
        },
        "-readable" | "-writable" | "-executable" => {
            let access = match name {
                "-readable" => crate::files::who::Access::Read,
                "-writable" => crate::files::who::Access::Write,
                _ => crate::files::who::Access::Execute,
            };
            let (full, who) = (at.path(v.path), at.who());
            at.files()
                .is_some_and(|files| files.check(&full, &who, access).is_ok())
        }
        "-false" => false,
        "-prune" => {
            v.is_pruned = true;
            true
        }
        "-quit" => {
            v.ends = true;
            true
        }
        "-print" => {
            say(&format!("{}\n", v.path), v.output, v.script);
            true
        }
        "-print0" => {
            say(&format!("{}\0", v.path), v.output, v.script);
            true
        }
        "-ls" => {
            let text = row(v.path, meta, at);
            say(&text, v.output, v.script);
            true
        }
        "-printf" => {
            let text = printed(word, v, at);
            say(&text, v.output, v.script);
            true
        }
        "-delete" => {
            let full = at.path(v.path);
            let is_directory = meta.is_directory();
            let done = at.act(&mut |files, who| match is_directory {
                true => files.remove_directory(&full, who),
                false => files.unlink(&full, who),
            });
            if let Err(errno) = &done {
                v.output
                    .fail(1, format!("find: cannot delete ‘{}’: {errno}\n", v.path));
            }
            done.is_ok()
        }
        "-execdir" => {
            let (above, name) = v.path.rsplit_once('/').unwrap_or((".", v.path));
            let above = if above.is_empty() { "/" } else { above };
            v.script.push_str(&format!("(cd {} && ", quoted(above)));
            for word in words {
                let word = word.replace("{}", &format!("./{name}"));
                v.script.push_str(&format!("{} ", quoted(&word)));
            }
            v.script.push_str(")\n");
            true
        }
        "-exec" | "-ok" => {
            if let Some((_, paths)) = v.collected.iter_mut().find(|(p, _)| *p == place) {
                paths.push(v.path.to_string());
                return Ok(true);
            }
            for word in words {
                let word = word.replace("{}", v.path);
                v.script.push_str(&quoted(&word));
                v.script.push(' ');
            }
            v.script.push('\n');
            true
        }
        _ => true,
    })
}

fn printed(format: &str, v: &Visit, at: &Machine) -> String {
    let mut text = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match (c, chars.as_str().chars().next()) {
            ('\\', Some(next)) => {
                chars.next();
                text.push(match next {
                    'n' => '\n',
                    't' => '\t',
                    '0' => '\0',
                    other => other,
                });
            }
            ('%', Some(next)) => {
                chars.next();
                let value = match next {
                    'p' => v.path.to_string(),
                    'f' => base(v.path).to_string(),
                    'h' => v.path.rsplit_once('/').map_or(".", |(h, _)| h).to_string(),
                    'P' => v
                        .path
                        .get(v.start..)
                        .unwrap_or("")
                        .trim_start_matches('/')
                        .into(),
                    'd' => v.level.to_string(),
                    's' => v.meta.size.to_string(),
                    'm' => format!("{:o}", v.meta.mode),
                    'M' => v.meta.shown.clone(),
                    'u' => at.name_of("/etc/passwd", v.meta.uid),
                    'g' => at.name_of("/etc/group", v.meta.gid),
                    'U' => v.meta.uid.to_string(),
                    'G' => v.meta.gid.to_string(),
                    'l' => v.meta.target.clone(),
                    't' => strftime("%a %b %e %H:%M:%S.%N0 %Y", v.meta.written),
                    'T' => match chars.next() {
                        Some('@') => format!("{}.0000000000", v.meta.written.seconds()),
                        Some(letter) => strftime(&format!("%{letter}"), v.meta.written),
                        None => String::new(),
                    },
                    'y' => v
                        .meta
                        .shown
                        .get(..1)
                        .map_or("f", |c| if c == "-" { "f" } else { c })
                        .into(),
                    '%' => "%".into(),
                    other => format!("%{other}"),
                };
                text.push_str(&value);
            }
            (c, _) => text.push(c),
        }
    }
    text
}
