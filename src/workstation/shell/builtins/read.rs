//! read and mapfile.

use std::rc::Rc;
use std::time::Duration;

use crate::platform;
use crate::smtp::bytes::decode;
use crate::workstation::programs::io::{Io, Read, Sleep, Take};
use crate::workstation::screen::Voice;
use crate::workstation::shell::bash::{Bash, Outcome, Unwind};
use crate::workstation::shell::scan;
use crate::workstation::shell::variable::Value;
use crate::workstation::system::kernel::Kernel;

/// What one line may have.
const LENGTH: usize = 4 << 20;

/// What `read` is told.
#[derive(Default)]
struct Asked {
    raw: bool,
    secret: bool,
    array: Option<Rc<str>>,
    delimiter: Option<Rc<str>>,
    count: Option<usize>,
    exact: bool,
    prompt: Option<Rc<str>>,
    seconds: Option<f64>,
    descriptor: i32,
    names: Vec<Rc<str>>,
}

fn asked(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Result<Asked, i32> {
    let options = b.options(words, "ersa:d:i:n:N:p:t:u:", k)?;
    let mut asked = Asked::default();
    let mut wrong = None;
    for (letter, value) in &options.given {
        let value: Rc<str> = (*value).into();
        match letter {
            'r' => asked.raw = true,
            's' => asked.secret = true,
            'a' => asked.array = Some(value),
            'd' => asked.delimiter = Some(value),
            'n' | 'N' => match value.parse() {
                Ok(count) => {
                    asked.count = Some(count);
                    asked.exact = *letter == 'N';
                }
                Err(_) => wrong = Some(format!("{value}: invalid number")),
            },
            'p' => asked.prompt = Some(value),
            't' => match platform::number(&value) {
                Some(seconds) if seconds >= 0.0 => asked.seconds = Some(seconds.min(1e7)),
                _ => wrong = Some(format!("{value}: invalid timeout specification")),
            },
            'u' => match value.parse() {
                Ok(descriptor) => asked.descriptor = descriptor,
                Err(_) => {
                    wrong = Some(format!("{value}: invalid file descriptor specification"));
                }
            },
            _ => {}
        }
    }
    asked.names = options.operands.iter().map(|w| Rc::from(*w)).collect();
    if let Some(odd) = asked.names.iter().find(|n| {
        let bare = n.split('[').next().unwrap_or(n);
        !scan::is_identifier(bare)
    }) {
        wrong = wrong.or(Some(format!("`{odd}': not a valid identifier")));
    }
    match wrong {
        Some(text) => {
            b.complain_as("read", &text, k);
            Err(1)
        }
        None => Ok(asked),
    }
}

pub fn read(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let asked = match asked(b, words, k) {
        Ok(asked) => asked,
        Err(status) => return Outcome::Done(status),
    };
    let now = k.world.now();
    let talks = k.os.is_terminal(asked.descriptor);
    let Some(simple) = b.simple() else {
        return Outcome::Done(1);
    };
    let is_first = !simple.is_waiting();
    let until = match (simple.until, asked.seconds) {
        (None, Some(seconds)) => {
            let until = now + Duration::from_millis((seconds * 1_000.0) as u64);
            simple.until = Some(until);
            Some(until)
        }
        (until, _) => until,
    };
    let mut bytes = std::mem::take(&mut simple.bytes);
    if is_first && talks {
        if let Some(prompt) = &asked.prompt {
            let _ = k.os.write(2, Voice::Prompt, prompt, k.world);
        }
        if asked.secret {
            k.os.set_echo(false);
        }
    }
    let delimiter = match &asked.delimiter {
        Some(text) => text.bytes().next().unwrap_or(0),
        None => b'\n',
    };
    // A backslash before the end of a line joins it with the next.
    let goes_on = |bytes: &[u8]| {
        let backslashes = bytes
            .iter()
            .rev()
            .skip(1)
            .take_while(|b| **b == b'\\')
            .count();
        !asked.raw && delimiter == b'\n' && backslashes % 2 == 1
    };
    let mut status = 0;
    loop {
        let chars = || decode(&bytes).chars().count();
        if asked.count.is_some_and(|count| chars() >= count) {
            break;
        }
        let is_end = bytes.last() == Some(&delimiter) && !asked.exact && !bytes.is_empty();
        if is_end && !goes_on(&bytes) {
            bytes.pop();
            break;
        }
        let most = match asked.count {
            Some(_) => 1,
            None => usize::MAX,
        };
        let take = Take {
            most,
            until: (!asked.exact).then_some(delimiter),
        };
        match k.read(asked.descriptor, take) {
            Read::Bytes(more) => {
                bytes.extend(more);
                if bytes.len() > LENGTH {
                    status = 1;
                    break;
                }
            }
            Read::Wait => {
                if until.is_some_and(|until| until <= now) {
                    status = 142;
                    break;
                }
                if let Some(until) = until {
                    k.os.sleep(Sleep {
                        until,
                        patience: None,
                        is_endless: false,
                    });
                }
                if let Some(simple) = b.simple() {
                    simple.bytes = bytes;
                }
                return Outcome::Waits;
            }
            Read::End => {
                status = 1;
                break;
            }
            Read::Fault(why) => {
                let number = asked.descriptor;
                let text = match why {
                    "Bad file descriptor" => format!("{number}: invalid file descriptor: {why}"),
                    why => format!("read error: {number}: {why}"),
                };
                b.complain_as("read", &text, k);
                status = 1;
                break;
            }
        }
    }
    if talks && asked.secret {
        k.os.set_echo(true);
    }
    bytes.retain(|b| *b != 0);
    let text = decode(&bytes).into_owned();
    give(b, &asked, &text);
    Outcome::Done(status)
}

/// What a `select` asks before each turn: the name of its variable, and what there is to choose from.
pub fn select(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let [_, name, list @ ..] = words else {
        return Outcome::Done(1);
    };
    let mut asks = b.simple().is_some_and(|simple| !simple.is_waiting());
    loop {
        let reply = b.state.text("REPLY").unwrap_or_default();
        if list.is_empty() {
            return Outcome::Done(1);
        }
        if asks {
            let mut text = if reply.is_empty() {
                menu(list)
            } else {
                String::new()
            };
            text.push_str(&b.state.text("PS3").unwrap_or_else(|| "#? ".into()));
            let _ = k.os.write(2, Voice::Prompt, &text, k.world);
        }
        match read(b, &["read".into()], k) {
            Outcome::Done(0) => {}
            Outcome::Done(_) => {
                b.print("select", "\n", k);
                b.cut(Unwind::Break(1), 1);
                return Outcome::Done(1);
            }
            waits => return waits,
        }
        let reply = b.state.text("REPLY").unwrap_or_default();
        if !reply.is_empty() {
            let number = reply.trim().parse::<usize>().unwrap_or(0);
            let chosen = number.checked_sub(1).and_then(|place| list.get(place));
            b.state.set(name, chosen.cloned().unwrap_or_default());
            return Outcome::Done(0);
        }
        asks = true;
    }
}

/// The menu, in columns as bash has them on a screen of 80 characters.
fn menu(list: &[Rc<str>]) -> String {
    let digits = |number: usize| number.to_string().len();
    let wide = |text: &str| text.chars().count();
    let most = list.iter().map(|text| wide(text)).max().unwrap_or(0);
    let width = most + digits(list.len()) + 4;
    let rows = list.len().div_ceil((80 / width).max(1));
    let columns = list.len().div_ceil(rows.max(1));
    let rows = if rows == 1 { columns } else { rows };
    let mut out = String::new();
    for row in 0..rows {
        let mut place = 0;
        for at in (row..list.len()).step_by(rows) {
            let room = digits(if place == 0 { rows } else { list.len() });
            let text = list.get(at).map_or("", |text| &**text);
            out.push_str(&format!("{:room$}) {text}", at + 1));
            let mut from = place + room + 2 + wide(text);
            place += width;
            while at + rows < list.len() && from < place {
                let is_tab = place / 8 > from / 8;
                out.push(if is_tab { '\t' } else { ' ' });
                from += if is_tab { 8 - from % 8 } else { 1 };
            }
        }
        out.push('\n');
    }
    out
}

/// Characters, and whether a backslash stood before them.
fn without_backslashes(text: &str, raw: bool) -> Vec<(char, bool)> {
    let mut out = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if !raw => match chars.next() {
                Some('\n') | None => {}
                Some(c) => out.push((c, true)),
            },
            c => out.push((c, false)),
        }
    }
    out
}

/// Gives what was read to variables.
fn give(b: &mut Bash, asked: &Asked, text: &str) {
    let chars = without_backslashes(text, asked.raw);
    let separators: Rc<str> = match b.state.variables.find("IFS") {
        Some(variable) => variable.value.text().cloned().unwrap_or_default(),
        None => " \t\n".into(),
    };
    let plain = |part: &[(char, bool)]| part.iter().map(|(c, _)| *c).collect::<String>();
    if asked.names.is_empty() && asked.array.is_none() {
        b.state.set("REPLY", plain(&chars));
        return;
    }
    if asked.exact {
        for (i, name) in asked.names.iter().enumerate() {
            b.state
                .set(name, if i == 0 { plain(&chars) } else { String::new() });
        }
        return;
    }
    let is_separator = |(c, escaped): &(char, bool)| !escaped && separators.contains(*c);
    let is_blank = |c: &(char, bool)| is_separator(c) && matches!(c.0, ' ' | '\t' | '\n');
    let mut fields: Vec<String> = Vec::new();
    let mut at = 0;
    let most = match &asked.array {
        Some(_) => usize::MAX,
        None => asked.names.len(),
    };
    while chars.get(at).is_some_and(is_blank) {
        at += 1;
    }
    while at < chars.len() {
        let rest = chars.get(at..).unwrap_or(&[]);
        if fields.len() + 1 == most {
            // The last gets all that is left, without blanks at its end.
            let end = rest.iter().rposition(|c| !is_blank(c)).map_or(0, |e| e + 1);
            let mut part = rest.get(..end).unwrap_or(&[]);
            // A single separator at its end is none of it.
            if let Some(last) = part.last().filter(|c| is_separator(c)) {
                let others = part
                    .iter()
                    .filter(|c| is_separator(c) && !is_blank(c))
                    .count();
                if others == 1 && !is_blank(last) {
                    part = &part[..part.len() - 1];
                }
            }
            fields.push(plain(part));
            break;
        }
        let length = rest.iter().position(is_separator).unwrap_or(rest.len());
        fields.push(plain(rest.get(..length).unwrap_or(&[])));
        at += length;
        let mut seen = false;
        while let Some(c) = chars.get(at).filter(|c| is_separator(c)) {
            if !is_blank(c) {
                if seen {
                    break;
                }
                seen = true;
            }
            at += 1;
        }
    }
    if let Some(array) = &asked.array {
        let list = fields
            .into_iter()
            .zip(0..)
            .map(|(text, i)| (i, text.into()));
        b.state.variables.entry(array).value = Value::List(list.collect());
        return;
    }
    let mut fields = fields.into_iter();
    for name in &asked.names {
        let text: Rc<str> = fields.next().unwrap_or_default().into();
        match name.split_once('[') {
            Some((name, key)) => {
                let key = key.trim_end_matches(']');
                let variable = b.state.variables.entry(name);
                match key.parse() {
                    Ok(index) => variable.value.set_at(index, text),
                    Err(_) => variable.value.set_named(key, text),
                }
            }
            None => b.state.set(name, text),
        }
    }
}

pub fn mapfile(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let options = match b.options(words, "d:n:O:s:tu:C:c:", k) {
        Ok(options) => options,
        Err(status) => return Outcome::Done(status),
    };
    let number = |letter| options.value(letter).and_then(|v| v.parse::<usize>().ok());
    let descriptor = number('u').unwrap_or(0) as i32;
    let (skip, most, origin) = (
        number('s').unwrap_or(0),
        number('n').unwrap_or(0),
        number('O'),
    );
    if let Some(odd) = options.value('O').filter(|o| o.parse::<u32>().is_err()) {
        let text = format!("mapfile: {odd}: invalid array origin");
        b.complain(&text, k);
        return Outcome::Done(1);
    }
    let delimiter = options
        .value('d')
        .map_or(b'\n', |d| d.bytes().next().unwrap_or(0));
    let trims = options.has('t');
    let name: Rc<str> = options
        .operands
        .first()
        .copied()
        .unwrap_or("MAPFILE")
        .into();
    let bytes = loop {
        let read = k.read(descriptor, Take::ALL);
        let Some(simple) = b.simple() else {
            return Outcome::Done(1);
        };
        match read {
            Read::Bytes(more) => {
                simple.bytes.extend(more);
                if simple.bytes.len() > LENGTH {
                    break std::mem::take(&mut simple.bytes);
                }
            }
            Read::Wait => return Outcome::Waits,
            Read::End | Read::Fault(_) => break std::mem::take(&mut simple.bytes),
        }
    };
    let lines = bytes.split_inclusive(|b| *b == delimiter).skip(skip);
    let lines = lines.take(if most == 0 { usize::MAX } else { most });
    let text = |line: &[u8]| {
        let line = match trims {
            true => line.strip_suffix(&[delimiter]).unwrap_or(line),
            false => line,
        };
        Rc::from(&*decode(line))
    };
    let start = origin.unwrap_or(0) as i64;
    let list: Vec<(i64, Rc<str>)> = (start..).zip(lines.map(text)).collect();
    let variable = b.state.variables.entry(&name);
    match origin {
        None => variable.value = Value::List(list),
        Some(_) => list
            .into_iter()
            .for_each(|(i, t)| variable.value.set_at(i, t)),
    }
    Outcome::Done(0)
}
