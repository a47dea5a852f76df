//! Lines of main.cf and master.cf written anew, taken out, or made comments.

use crate::postfix::config::syntax::name_value;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::postfix::postconf::book::Book;
use crate::workstation::programs::postfix::postconf::service::{parse, words, Service, FIELDS};
use crate::workstation::programs::postfix::postconf::show::{field, fits, pattern};

/// What is to be changed.
struct Request<'r> {
    raw: &'r str,
    name: &'r str,
    value: &'r str,
    parts: Vec<String>,
    count: usize,
}

/// Does what is asked for.
///
/// # Errors
/// What postconf does not go on after.
pub(super) fn run(book: &mut Book, names: &[&str], at: &mut Machine) -> Result<(), String> {
    if names.is_empty() {
        return Err("missing service argument".into());
    }
    let of_services = book.mode.contains(['M', 'F', 'P']);
    let what = match of_services {
        true => "-Me, -Fe, -Pe, -X, or -# accept",
        false => "-e, -X, or -# accepts",
    };
    let mut requests: Vec<Request> = Vec::new();
    for raw in names {
        let start = raw.trim_ascii_start();
        if raw.contains('\n') {
            return Err(format!("{what} no multi-line input"));
        }
        if start.starts_with('#') {
            return Err(format!("{what} no comment input"));
        }
        let (name, value) = match book.has('e') {
            true if start.is_empty() => return Err("missing attribute name: \"\"".into()),
            true => name_value(start).map_err(|why| format!("{why}: \"{start}\""))?,
            false if start.contains('=') => {
                let names = if of_services {
                    "names"
                } else {
                    "parameter names"
                };
                return Err(format!("-X or -# requires {names} without value"));
            }
            false if start.is_empty() && !of_services => {
                return Err("-X or -# requires non-blank parameter names".into());
            }
            false => (start.trim_ascii_end(), ""),
        };
        if !of_services {
            if let Some(before) = requests.iter().position(|r| r.name == name) {
                let value = requests.remove(before).value;
                book.warn(format!("ignoring earlier request: '{name} = {value}'"));
            }
        }
        let parts = if of_services {
            service(book, name, value)?
        } else {
            Vec::new()
        };
        requests.push(Request {
            raw,
            name,
            value,
            parts,
            count: 0,
        });
    }
    let file = if of_services { "master.cf" } else { "main.cf" };
    let path = format!("{}/{file}", book.directory);
    let text = at.text(&path);
    let text = text.map_err(|errno| format!("open {path} for reading: {errno}"))?;
    let text = match of_services {
        true => edit_services(book, &mut requests, &path, &text)?,
        false => edit_parameters(book, &mut requests, &path, &text),
    };
    at.write(&path, &text, false)
        .map_err(|why| format!("open {}", why.replacen(&path, &format!("{path}.tmp"), 1)))
}

fn edit_parameters(book: &mut Book, requests: &mut [Request], path: &str, text: &str) -> String {
    let mut out = String::new();
    let mut is_wanted = false;
    for line in text.split_inclusive('\n') {
        let start = line.trim_ascii_start();
        if start.is_empty() || start.starts_with('#') {
            out.push_str(line);
            continue;
        }
        let continues = start.len() < line.len();
        let end = line
            .find([' ', '\t', '\r', '\n', '='])
            .unwrap_or(line.len());
        let name = line.get(..end).unwrap_or("");
        let found = requests.iter_mut().find(|r| r.name == name);
        if !continues {
            is_wanted = found.is_some();
            if let Some(request) = found {
                request.count += 1;
                if request.count == 2 {
                    book.warn(format!("{path}: multiple entries for \"{name}\""));
                }
                if book.has('e') {
                    out.push_str(&format!("{name} = {}\n", request.value));
                    continue;
                }
            }
        }
        if !is_wanted {
            out.push_str(line);
        } else if book.has('#') {
            out.push('#');
            out.push_str(line);
        }
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    for request in requests.iter().filter(|r| r.count == 0 && book.has('e')) {
        out.push_str(&format!("{} = {}\n", request.name, request.value));
    }
    out
}

/// The parts of a name that stands for a service, a field or a parameter of one.
fn service(book: &Book, name: &str, value: &str) -> Result<Vec<String>, String> {
    let has_blank = value.contains([' ', '\t', '\r', '\n']);
    if book.has('M') {
        let parts = pattern(name, 2, 2);
        return parts.ok_or_else(|| "-Me, -MX or -M# requires service_name/type".into());
    }
    let (letter, what) = match book.has('F') {
        true => ('F', "field_name"),
        false => ('P', "parameter"),
    };
    let parts = pattern(name, 3, 3)
        .ok_or_else(|| format!("-{letter}e or -{letter}X requires service_name/type/{what}"))?;
    let third = parts.get(2).map_or("", String::as_str);
    if letter == 'P' {
        return match third {
            "*" => Err("-Pe does not accept wild-card parameter name".into()),
            _ if has_blank => Err("-Pe does not accept whitespace in parameter value".into()),
            _ => Ok(parts),
        };
    }
    match field(third)? {
        None => Err("-Fe does not accept wild-card field name".into()),
        Some(number) if has_blank && number < 7 => {
            Err("-Fe does not accept whitespace in non-command field".into())
        }
        Some(_) => Ok(parts),
    }
}

fn written(entry: &Service) -> String {
    let line = entry.line(true, &mut |text| Ok(text.into()));
    line.unwrap_or_default()
}

fn edit_services(
    book: &mut Book,
    requests: &mut [Request],
    path: &str,
    text: &str,
) -> Result<String, String> {
    let mut out = String::new();
    let mut said = Vec::new();
    let is_entry = book.has('M') && book.has('e');
    let mut lines = text.split_inclusive('\n').enumerate().peekable();
    let mut is_matched = false;
    while let Some((number, line)) = lines.next() {
        let start = line.trim_ascii_start();
        if start.is_empty() || start.starts_with('#') {
            out.push_str(line);
            continue;
        }
        let mut new: Option<Service> = None;
        if start.len() == line.len() {
            is_matched = false;
            let own = words(line);
            if own.len() < 2 {
                return Err(format!(
                    "file {path}: line {}: specify service name and type on the same line",
                    number + 1
                ));
            }
            for request in requests.iter_mut() {
                let tentative = match is_entry {
                    true => Some(parsed(request, &mut said)?),
                    false => None,
                };
                let fits = |parts: &[String]| {
                    fits(parts.first(), own.first()) && fits(parts.get(1), own.get(1))
                };
                if !fits(&request.parts) {
                    let is_same = |entry: &Service| fits(&entry.fields);
                    if let Some(entry) = tentative.filter(is_same) {
                        is_matched = true;
                        request.count += 1;
                        if request.count == 1 {
                            new = Some(entry);
                        }
                    }
                    continue;
                }
                is_matched = true;
                request.count += 1;
                if let Some(entry) = tentative {
                    if request.count == 1 {
                        new = Some(entry);
                    }
                } else if book.has('e') || book.has('P') {
                    if new.is_none() {
                        let mut whole = line.to_string();
                        while let Some((_, more)) = lines.next_if(|(_, l)| {
                            l.starts_with(|c: char| c == '#' || c.is_ascii_whitespace())
                        }) {
                            let start = more.trim_ascii_start();
                            match start.is_empty() || start.starts_with('#') {
                                true => out.push_str(more),
                                false => whole.push_str(more),
                            }
                        }
                        let entry = parse(&whole, &mut said);
                        let place = |why| format!("file {path}: line {}: {why}", number + 1);
                        new = Some(entry.map_err(place)?);
                    }
                    if let Some(entry) = &mut new {
                        change(book, entry, request, &mut said)?;
                    }
                }
            }
        }
        match &new {
            Some(entry) => out.push_str(&written(entry)),
            None if !is_matched => out.push_str(line),
            None if book.has('#') => {
                out.push('#');
                out.push_str(line);
            }
            None => {}
        }
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    for request in requests.iter().filter(|r| r.count == 0) {
        if is_entry {
            out.push_str(&written(&parsed(request, &mut said)?));
        } else if !book.has('M') {
            said.push(format!("unmatched service_name/type: \"{}\"", request.raw));
        }
    }
    said.into_iter().for_each(|text| book.warn(text));
    Ok(out)
}

fn parsed(request: &Request, said: &mut Vec<String>) -> Result<Service, String> {
    parse(request.value, said).map_err(|why| match why.starts_with("bad field") {
        true => format!("{why}: \"{}\"", request.raw),
        false => why,
    })
}

/// Changes a field, or a parameter, of a service.
fn change(
    book: &Book,
    entry: &mut Service,
    request: &Request,
    said: &mut Vec<String>,
) -> Result<(), String> {
    let third = request.parts.get(2).map_or("", String::as_str);
    if book.has('F') {
        let number = field(third)?.unwrap_or(0);
        if number + 1 == FIELDS.len() {
            entry.fields.truncate(number);
            entry.fields.extend(words(request.value));
            entry.normalize(said);
        } else if let Some(field) = entry.fields.get_mut(number) {
            *field = request.value.into();
        }
        return entry.check(request.value);
    }
    let own = format!("{third}=");
    let new = format!("{own}{}", request.value);
    let mut number = FIELDS.len();
    let mut is_there = false;
    while let Some(argument) = entry.fields.get(number) {
        if !argument.starts_with('-') || argument == "--" {
            break;
        }
        let takes = argument.get(1..2) == Some("o");
        let is_it = argument == "-o"
            && entry
                .fields
                .get(number + 1)
                .is_some_and(|v| v.starts_with(&own));
        if is_it && book.has('X') {
            entry.fields.drain(number..number + 2);
            continue;
        }
        if let Some(field) = entry.fields.get_mut(number + 1).filter(|_| is_it) {
            field.clone_from(&new);
            is_there = true;
        }
        number += 1 + usize::from(takes);
    }
    if !is_there && book.has('e') {
        let number = number.min(entry.fields.len());
        entry.fields.splice(number..number, ["-o".into(), new]);
    }
    Ok(())
}
