//! echo, printf, test, type, hash.

use std::rc::Rc;

use crate::platform;
use crate::workstation::conversion::{from_bytes, to_bytes, Conversion, WIDEST};
use crate::workstation::programs::io::Io;
use crate::workstation::programs::others::PATH;
use crate::workstation::shell::assign::{make, Assign};
use crate::workstation::shell::bash::{Bash, Outcome};
use crate::workstation::shell::condition;
use crate::workstation::shell::launch::{look_up, Found};
use crate::workstation::shell::parser::RESERVED;
use crate::workstation::shell::place::Place;
use crate::workstation::shell::print;
use crate::workstation::shell::quote::{self, unescape, Kind};
use crate::workstation::shell::scan;
use crate::workstation::system::kernel::Kernel;

pub fn echo(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let (mut newline, mut escapes) = (true, b.state.is_on("xpg_echo"));
    let mut words = &words[1..];
    while let Some((option, rest)) = words.split_first() {
        let letters = option.strip_prefix('-').unwrap_or("");
        if letters.is_empty() || !letters.chars().all(|c| "neE".contains(c)) {
            break;
        }
        for c in letters.chars() {
            match c {
                'n' => newline = false,
                'e' => escapes = true,
                _ => escapes = false,
            }
        }
        words = rest;
    }
    let mut text = words.join(" ");
    if escapes {
        let (plain, ends) = unescape(&text, Kind::Echo);
        text = plain;
        newline &= !ends;
    }
    if newline {
        text.push('\n');
    }
    Outcome::Done(b.print("echo", &text, k))
}

pub fn test(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let name = words[0].clone();
    let mut rest: Vec<&str> = words.iter().skip(1).map(|w| &**w).collect();
    if &*name == "[" && rest.pop() != Some("]") {
        b.complain_as("[", "missing `]'", k);
        return Outcome::Done(2);
    }
    let terminals: Vec<i32> = (0..10).filter(|d| k.os.is_terminal(*d)).collect();
    match condition::test(&rest, &Place::of(k), &terminals, &b.state) {
        Ok(is) => Outcome::Done(i32::from(!is)),
        Err(why) => {
            b.complain_as(&name, &why, k);
            Outcome::Done(2)
        }
    }
}

/// What a number in an argument of printf is.
fn number(word: &str) -> Result<i128, (i128, &'static str)> {
    let text = word.trim_start();
    if let Some(c) = text.strip_prefix(['\'', '"']) {
        return Ok(c.chars().next().map_or(0, |c| c as i128));
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
        Some(digits) => (16, digits),
        None if digits.len() > 1 && digits.starts_with('0') => (8, digits),
        None => (10, digits),
    };
    let end = digits
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(digits.len());
    let mut value =
        i128::from_str_radix(digits.get(..end).unwrap_or(""), radix).unwrap_or(0) * sign;
    let is_big = value > i64::MAX as i128 || value < i64::MIN as i128;
    value = value.clamp(i64::MIN as i128, u64::MAX as i128);
    match () {
        () if end < digits.len() || (end == 0 && !word.is_empty()) => {
            let second = word.as_bytes().get(1);
            Err((
                value,
                match word.starts_with('0') {
                    true if second.is_some_and(u8::is_ascii_digit) => "invalid octal number",
                    true if second == Some(&b'x') => "invalid hex number",
                    _ => "invalid number",
                },
            ))
        }
        () if is_big => Err((value.min(i64::MAX as i128), "Numerical result out of range")),
        () => Ok(value),
    }
}

/// What printf prints at most, but for its last word.
const MOST: usize = 4 << 20;

/// What printf makes of its words.
struct Printed {
    text: String,
    status: i32,
    /// Each with the place in the text before which it is said.
    complaints: Vec<(usize, String)>,
}

impl Printed {
    fn complain(&mut self, text: String) {
        self.complaints.push((self.text.len(), text));
    }
}

fn formatted(format: &str, values: &[&str], now: crate::time::Time) -> Printed {
    let mut out = Printed {
        text: String::new(),
        status: 0,
        complaints: Vec::new(),
    };
    let mut values = values.iter().copied();
    loop {
        let before = values.len();
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            out.text
                .push_str(&unescape(rest.get(..at).unwrap_or(""), Kind::Format).0);
            rest = rest.get(at + 1..).unwrap_or("");
            let mut chars = rest.chars();
            let mut star = || {
                let value = values.next().and_then(|v| v.parse().ok());
                Some(value.unwrap_or(0))
            };
            let Some(spec) = Conversion::read(&mut chars, &mut star) else {
                out.complain("`%': missing format character".into());
                out.status = 1;
                return out;
            };
            if spec.letter == '(' {
                let inside = chars.as_str();
                let end = inside.find(")T").unwrap_or(inside.len());
                let seconds = values.next().and_then(|v| v.parse::<i64>().ok());
                let time = match seconds {
                    None | Some(-1 | -2) => now,
                    Some(seconds) => {
                        crate::time::Time((seconds.max(0) as u64).saturating_mul(1_000_000))
                    }
                };
                out.text
                    .push_str(&crate::workstation::programs::clock::strftime(
                        inside.get(..end).unwrap_or(""),
                        time,
                    ));
                rest = inside.get(end + 2..).unwrap_or("");
                continue;
            }
            rest = chars.as_str();
            if spec.is_cut {
                out.complain(format!("(no more than {WIDEST} columns here)"));
            }
            match spec.letter {
                '%' => out.text.push('%'),
                's' => out
                    .text
                    .push_str(&padded(&spec, values.next().unwrap_or(""))),
                'b' => {
                    let (text, ends) = unescape(values.next().unwrap_or(""), Kind::Argument);
                    out.text.push_str(&padded(&spec, &text));
                    if ends {
                        return out;
                    }
                }
                'q' | 'Q' => {
                    let text = quote::backslashes(values.next().unwrap_or(""));
                    out.text.push_str(&padded(&spec, &text));
                }
                'c' => {
                    let text: String = values.next().unwrap_or("").chars().take(1).collect();
                    out.text.push_str(&padded(&spec, &text));
                }
                'd' | 'i' | 'o' | 'u' | 'x' | 'X' => {
                    let word = values.next().unwrap_or("");
                    let value = match number(word) {
                        Ok(value) => value,
                        Err((value, why)) => {
                            let is_bad = why.starts_with("invalid");
                            let warning = if is_bad { "" } else { "warning: " };
                            out.complain(format!("{warning}{word}: {why}"));
                            out.status = i32::from(is_bad);
                            value
                        }
                    };
                    let is_signed = matches!(spec.letter, 'd' | 'i');
                    let bits = match is_signed {
                        true => value.unsigned_abs() as u64,
                        false => value as u64,
                    };
                    out.text.push_str(&spec.whole(is_signed && value < 0, bits));
                }
                'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'a' | 'A' => {
                    let word = values.next().unwrap_or("0");
                    let value = match platform::number(word.trim()) {
                        Some(value) => value,
                        None if word.is_empty() => 0.0,
                        None => match number(word) {
                            Ok(value) => value as f64,
                            Err((value, _)) => {
                                out.complain(format!("{word}: invalid number"));
                                out.status = 1;
                                value as f64
                            }
                        },
                    };
                    out.text.push_str(&spec.real(value));
                }
                other => {
                    out.complain(format!("`{other}': invalid format character"));
                    out.status = 1;
                    return out;
                }
            }
            if out.text.len() > MOST {
                break;
            }
        }
        out.text.push_str(&unescape(rest, Kind::Format).0);
        if out.text.len() > MOST {
            out.complain("(it ends here)".into());
            return out;
        }
        // The format is used again while there are values left.
        if values.len() == 0 || values.len() == before {
            return out;
        }
    }
}

/// A text, of which width and precision count the bytes.
fn padded(spec: &Conversion, text: &str) -> String {
    from_bytes(&spec.text(&to_bytes(text)))
}

pub fn printf(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let options = match b.options(words, "v:", k) {
        Ok(options) => options,
        Err(status) => return Outcome::Done(status),
    };
    let variable = options.value('v');
    let Some((format, values)) = options.operands.split_first() else {
        let _ = k.write(2, "printf: usage: printf [-v var] format [arguments]\n");
        return Outcome::Done(2);
    };
    if let Some(name) = variable {
        let bare = name.split('[').next().unwrap_or(name);
        if !scan::is_identifier(bare) {
            b.complain_as("printf", &format!("`{name}': not a valid identifier"), k);
            return Outcome::Done(2);
        }
    }
    let printed = formatted(format, values, k.world.now());
    let (mut status, mut shown) = (printed.status, 0);
    for (place, complaint) in &printed.complaints {
        // Whole lines have been written before it is said.
        let lines = printed.text.get(shown..*place).unwrap_or("");
        let lines = lines.rfind('\n').map_or("", |end| &lines[..=end]);
        if variable.is_none() && !lines.is_empty() {
            shown += lines.len();
            status = status.max(b.print("printf", lines, k));
        }
        b.complain_as("printf", complaint, k);
    }
    let Some(name) = variable else {
        let rest = printed.text.get(shown..).unwrap_or("");
        return Outcome::Done(status.max(b.print("printf", rest, k)));
    };
    let (name, subscript) = match name.split_once('[') {
        Some((name, key)) => (name, Some(key.trim_end_matches(']').into())),
        None => (name, None),
    };
    let assign = Assign {
        name: name.into(),
        subscript,
        adds: false,
        text: printed.text.into(),
        list: None,
    };
    match b.expand(k, |e| make(&assign, e)) {
        Ok(()) => Outcome::Done(printed.status),
        Err(_) => Outcome::Done(1),
    }
}

/// What a name is, as `command -v` says it, or `type` and `command -V`.
pub fn kind(b: &Bash, name: &str, long: bool, k: &Kernel) -> Option<String> {
    if let Some((_, value)) = b.state.aliases.iter().find(|(n, _)| n == name) {
        return Some(match long {
            true => format!("{name} is aliased to `{value}'\n"),
            false => format!("alias {name}={}\n", quote::single(value)),
        });
    }
    if RESERVED.contains(&name) {
        return Some(match long {
            true => format!("{name} is a shell keyword\n"),
            false => format!("{name}\n"),
        });
    }
    if let Some(body) = b.state.function(name) {
        return Some(match long {
            true => format!("{name} is a function\n{}", print::function(name, &body)),
            false => format!("{name}\n"),
        });
    }
    if b.builtin(name).is_some() {
        return Some(match long {
            true => format!("{name} is a shell builtin\n"),
            false => format!("{name}\n"),
        });
    }
    let path = path_of(b, name, k)?;
    let path = if name.contains('/') {
        name.to_string()
    } else {
        path
    };
    Some(match long {
        true => format!("{name} is {path}\n"),
        false => format!("{path}\n"),
    })
}

/// type
pub fn kinds(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let (letters, names) = match b.options(words, "afptP", k) {
        Ok(options) => {
            let letters: String = options.given.iter().map(|(l, _)| *l).collect();
            (letters, options.operands)
        }
        Err(status) => return Outcome::Done(status),
    };
    let has = |letter| letters.contains(letter);
    let mut status = 0;
    for name in names {
        let path = path_of(b, name, k);
        let found = if has('P') || has('p') {
            let is_own = b.builtin(name).is_some() || b.state.function(name).is_some();
            match path {
                Some(path) if has('P') || !is_own => Some(format!("{path}\n")),
                _ if is_own => Some(String::new()),
                _ => None,
            }
        } else if has('t') {
            let word = match () {
                () if b.state.aliases.iter().any(|(n, _)| n == name) => Some("alias"),
                () if RESERVED.contains(&name) => Some("keyword"),
                () if b.state.function(name).is_some() => Some("function"),
                () if b.builtin(name).is_some() => Some("builtin"),
                () => path.map(|_| "file"),
            };
            word.map(|word| format!("{word}\n"))
        } else {
            let mut text = kind(b, name, true, k);
            if has('a') {
                let all = text.get_or_insert_default();
                if let Some(path) = path {
                    let line = format!("{name} is {path}\n");
                    if !all.contains(&line) {
                        all.push_str(&line);
                    }
                }
                text = text.filter(|t| !t.is_empty());
            }
            text
        };
        match found {
            Some(text) => {
                b.print("type", &text, k);
            }
            None => {
                if !has('t') && !has('p') && !has('P') {
                    b.complain_as("type", &format!("{name}: not found"), k);
                }
                status = 1;
            }
        }
    }
    Outcome::Done(status)
}

/// hash: nothing is remembered here, so there is nothing to forget.
pub fn hash(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let names: Vec<Rc<str>> = match b.options(words, "lrp:dt", k) {
        Ok(options) => options.operands.iter().map(|w| Rc::from(*w)).collect(),
        Err(status) => return Outcome::Done(status),
    };
    if words.len() == 1 {
        return Outcome::Done(b.print("hash", "hash: hash table empty\n", k));
    }
    let mut status = 0;
    for name in names {
        if path_of(b, &name, k).is_none() {
            b.complain_as("hash", &format!("{name}: not found"), k);
            status = 1;
        }
    }
    Outcome::Done(status)
}

/// ulimit: what there is is said; nothing here can be set.
pub fn ulimit(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let options = match b.options(words, "SHabcdefiklmnpqrstuvxPRT", k) {
        Ok(options) => options,
        Err(status) => return Outcome::Done(status),
    };
    if let Some(limit) = options.operands.first() {
        let is_word = matches!(*limit, "unlimited" | "hard" | "soft");
        if !is_word && limit.parse::<u64>().is_err() {
            b.complain_as("ulimit", &format!("{limit}: invalid number"), k);
            return Outcome::Done(1);
        }
        return Outcome::Done(0);
    }
    let text = match options.given.iter().rev().find(|(l, _)| !"SH".contains(*l)) {
        Some(('n', _)) => "1024\n",
        Some(('u', _)) => "120\n",
        Some(('s', _)) => "8192\n",
        Some(('c' | 'e' | 'r', _)) => "0\n",
        _ => "unlimited\n",
    };
    Outcome::Done(b.print("ulimit", text, k))
}

/// The path of the program of a name.
fn path_of(b: &Bash, name: &str, k: &Kernel) -> Option<String> {
    let folders = b.state.text("PATH").unwrap_or_else(|| PATH.into());
    match look_up(name, &folders, k) {
        Found::Program(_, path) | Found::File(path) => Some(path),
        Found::Unfit(..) | Found::Nothing => None,
    }
}
