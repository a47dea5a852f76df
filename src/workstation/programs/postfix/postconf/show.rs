//! What is shown of main.cf and master.cf.

use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::postfix::postconf::book::Book;
use crate::workstation::programs::postfix::postconf::service::{FIELDS, INDENT, WIDTH};

/// Shows what is asked for.
///
/// # Errors
/// What postconf does not go on after.
pub(super) fn run(book: &mut Book, names: &[&str], class: u8, _: &Machine) -> Result<(), String> {
    if !book.mode.contains(['M', 'F', 'P']) {
        parameters(book, names, class)?;
        if !book.has('d') {
            book.flag_unused(true);
        }
        return Ok(());
    }
    services(book, names)?;
    book.flag_unused(false);
    Ok(())
}

fn parameters(book: &mut Book, names: &[&str], class: u8) -> Result<(), String> {
    if names.is_empty() {
        let all = book.rows.iter().filter(|row| row.flags & class != 0);
        let all: Vec<String> = all.map(|row| row.name.clone()).collect();
        return all.iter().try_for_each(|name| parameter(book, name));
    }
    for name in names {
        match book.row(name) {
            Some(_) => parameter(book, name)?,
            None => book.warn(format!("{name}: unknown parameter")),
        }
    }
    Ok(())
}

fn parameter(book: &mut Book, name: &str) -> Result<(), String> {
    let Some(mut value) = book.value(name, None, book.has('n')) else {
        return Ok(());
    };
    if book.has('x') && !book.row(name).is_some_and(|row| row.is_raw()) && !book.has('H') {
        value = book.expanded(&value, None)?;
    }
    print(book, name, &value);
    Ok(())
}

/// A parameter, as it is wanted.
fn print(book: &mut Book, name: &str, value: &str) {
    let whole = match (book.has('H'), book.has('h')) {
        (true, _) => name.into(),
        (_, true) => value.into(),
        _ => format!("{name} = {value}"),
    };
    let folds = book.has('f');
    let mut length = 0;
    for word in whole.split_ascii_whitespace() {
        if length > 0 {
            match folds && length + word.len() >= WIDTH {
                true => {
                    book.text.push_str(INDENT);
                    length = 4;
                }
                false => {
                    book.text.push(' ');
                    length += 1;
                }
            }
        }
        book.text.push_str(word);
        length += word.len();
    }
    book.text.push('\n');
}

/// `name/type/more` in at least and at most so many parts; what is not there is any.
pub(super) fn pattern(text: &str, least: usize, most: usize) -> Option<Vec<String>> {
    let parts = text.split('/').filter(|part| !part.is_empty());
    let mut parts: Vec<String> = parts.map(String::from).collect();
    let is_wild = |part: &String| part != "*" && part.contains('*');
    if text.starts_with('/') || !(least..=most).contains(&parts.len()) || parts.iter().any(is_wild)
    {
        return None;
    }
    parts.resize(most, "*".into());
    Some(parts)
}

/// Whether a part of a pattern stands for a text.
pub(super) fn fits(part: Option<&String>, text: Option<&String>) -> bool {
    part.is_some_and(|part| part == "*") || part == text
}

/// The number of a field; `None` for all.
///
/// # Errors
/// There is none of that name.
pub(super) fn field(name: &str) -> Result<Option<usize>, String> {
    match FIELDS.iter().position(|field| *field == name) {
        None if name != "*" => Err(format!("invalid service attribute name: \"{name}\"")),
        number => Ok(number),
    }
}

fn services(book: &mut Book, names: &[&str]) -> Result<(), String> {
    let letter = book
        .mode
        .chars()
        .find(|c| "MFP".contains(*c))
        .unwrap_or('M');
    let (most, what) = match letter {
        'M' => (2, "-M option requires service_name[/type]"),
        'F' => (3, "-F option requires service_name[/type[/field]]"),
        _ => (3, "-P option requires service_name[/type[/parameter]]"),
    };
    let mut wanted = Vec::new();
    for name in names {
        let parts = pattern(name, 1, most).ok_or(what)?;
        if letter == 'F' {
            field(parts.get(2).map_or("*", String::as_str))?;
        }
        wanted.push((*name, parts, 0));
    }
    if names.is_empty() {
        wanted.push(("", vec!["*".into(); 3], 1));
    }
    for number in 0..book.services.len() {
        for (_, parts, count) in &mut wanted {
            let Some(service) = book.services.get(number) else {
                continue;
            };
            let fits = |at: usize| fits(parts.get(at), service.fields.get(at));
            if fits(0) && fits(1) {
                let third = parts.get(2).map_or("*", String::as_str);
                *count += match letter {
                    'M' => entry(book, number),
                    'F' => fields(book, number, third),
                    _ => settings(book, number, third),
                }?;
            }
        }
    }
    for (name, _, count) in wanted {
        if count == 0 {
            book.warn(format!("unmatched request: \"{name}\""));
        }
    }
    Ok(())
}

/// A text with what its names stand for, where that is wanted.
fn shown(book: &mut Book, text: &str, service: usize) -> Result<String, String> {
    match book.has('x') {
        true => book.expanded(text, Some(service)),
        false => Ok(text.into()),
    }
}

fn entry(book: &mut Book, number: usize) -> Result<usize, String> {
    if let Some(service) = book.services.get(number).cloned() {
        let folds = book.has('f');
        let line = service.line(folds, &mut |text| shown(book, text, number))?;
        book.text.push_str(&line);
    }
    Ok(1)
}

fn fields(book: &mut Book, number: usize, wanted: &str) -> Result<usize, String> {
    let wanted = field(wanted)?;
    let Some(service) = book.services.get(number).cloned() else {
        return Ok(1);
    };
    for (at, name) in FIELDS.iter().enumerate() {
        if wanted.is_some_and(|wanted| wanted != at) {
            continue;
        }
        let mut line = String::new();
        if !book.has('h') {
            line = format!("{}/{name}", service.space());
            if !book.has('H') {
                line.push_str(" = ");
            }
        }
        if book.has('H') {
            book.text.push_str(&line);
            book.text.push('\n');
            continue;
        }
        line.push_str(service.fields.get(at).map_or("", String::as_str));
        if at + 1 == FIELDS.len() {
            let folds = book.has('f');
            line = service.arguments(line, folds, &mut |text| shown(book, text, number))?;
        } else {
            line.push('\n');
        }
        book.text.push_str(&line);
    }
    Ok(1)
}

fn settings(book: &mut Book, number: usize, wanted: &str) -> Result<usize, String> {
    let Some(service) = book.services.get(number).cloned() else {
        return Ok(0);
    };
    let mut count = usize::from(wanted == "*" && service.params.is_some());
    for (name, value) in service.params.iter().flat_map(|all| all.iter()) {
        if wanted == "*" || wanted == name {
            count = 1;
            let value = shown(book, value, number)?;
            print(book, &format!("{}/{name}", service.space()), &value);
        }
    }
    Ok(count)
}
