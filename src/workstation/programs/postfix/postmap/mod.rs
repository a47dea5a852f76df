//! postmap, postalias and newaliases: lookup tables made, asked and shown.

mod make;

use std::sync::Arc;

use crate::files::errno::Errno;
use crate::postfix::cleanup::mime::{pieces, Piece, Rules};
use crate::postfix::config::main_cf::Config;
use crate::postfix::lookup::index;
use crate::postfix::lookup::table::{Manner, Second, Table};
use crate::postfix::lookup::tables::Tables;
use crate::postfix::queue::text::split;
use crate::smtp::bytes::{decode, encode};
use crate::smtp::sasl::from_base64;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::{Known, Options};
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::postfix::paths::main_cf;
use crate::workstation::programs::postfix::sendmail::TEMPORARY;

const POSTMAP: &str = "postmap";
const POSTALIAS: &str = "postalias";

/// postmap.
pub(super) fn postmap(words: &[&str], at: &mut Machine) -> Outcome {
    run(POSTMAP, words, at)
}

/// postalias.
pub(super) fn postalias(words: &[&str], at: &mut Machine) -> Outcome {
    run(POSTALIAS, words, at)
}

/// newaliases: postalias with each of `alias_database`.
pub(super) fn newaliases(words: &[&str], at: &mut Machine) -> Outcome {
    if words.iter().any(|word| !word.starts_with('-')) {
        let text = "alias initialization mode requires no recipient";
        return Err(at.fatal("newaliases", text.into()));
    }
    let config = main_cf(None, at).map_err(|fatal| {
        let mut output = at.refuse("newaliases", fatal);
        output.status = TEMPORARY;
        output
    })?;
    let databases = config.list("alias_database");
    at.starting("newaliases", |at| {
        if databases.is_empty() {
            return Ok(Output::default());
        }
        let databases: Vec<&str> = databases.iter().map(String::as_str).collect();
        run(POSTALIAS, &[&["--"], &databases[..]].concat(), at)
    })
}

/// What the program has been asked for.
struct Job<'w> {
    program: &'static str,
    config: Config,
    manner: Manner,
    options: Options<'w>,
    output: Output,
    /// What it prints when it ends: nothing, where it ends before its time.
    text: String,
}

fn run(program: &'static str, words: &[&str], at: &mut Machine) -> Outcome {
    let (short, usage) = match program {
        POSTALIAS => ("+Nc:d:finopq:rsuvw", "-Nfinoprsuvw"),
        _ => ("+bc:d:fFhimnNopq:rsuUvw", "-bfFhimnNoprsuUvw"),
    };
    let usage =
        format!("usage: {program} [{usage}] [-c config_dir] [-d key] [-q key] [map_type:]file...");
    let known = Known {
        program,
        short,
        long: &[],
        status: 1,
    };
    let options = match known.read(words) {
        Ok(options) => options,
        Err(said) => return Err(at.misused(program, said, usage)),
    };
    let mut acts = 0;
    for (letter, _) in &options.given {
        match letter {
            's' if acts > 0 && !options.given.starts_with(&[('s', "")]) => {
                return Err(at.fatal(program, "specify only one of -s or -q or -d".into()));
            }
            'q' | 'd' if acts > 0 => {
                return Err(at.fatal(program, "specify only one of -s -q or -d".into()));
            }
            's' | 'q' | 'd' => acts += 1,
            _ => {}
        }
    }
    let config = main_cf(options.value('c'), at).map_err(|fatal| at.refuse(program, fatal))?;
    let last = options.given.iter().rev();
    let second = last.clone().find_map(|(letter, _)| match letter {
        'r' => Some(Second::Replace),
        'w' => Some(Second::Ignore),
        _ => None,
    });
    let of_text = options.has('b') || options.has('h');
    let manner = Manner {
        is_exact: options.has('f'),
        is_utf8: config.flag("smtputf8_enable")
            && !options.has('u')
            && (!of_text || options.has('U')),
        names_files: options.has('F'),
        second: second.unwrap_or(Second::Warn),
        ..Manner::default()
    };
    let mut job = Job {
        program,
        config,
        manner,
        options,
        output: Output::default(),
        text: String::new(),
    };
    for warning in std::mem::take(&mut job.config.warnings) {
        job.warn(at, warning);
    }
    let done = job.run(of_text, &usage, at);
    let mut output = job.output;
    match done {
        Ok(status) => {
            output.status = status;
            output.text = job.text;
        }
        Err(Some(why)) => {
            at.report(program, &mut output, format!("fatal: {why}"));
            output.status = 1;
        }
        Err(None) => return Err(Output::waiting()),
    }
    Ok(output)
}

/// What ends the program before its time: a reason, or input that is not there yet.
type Early = Option<String>;

impl Job<'_> {
    fn run(&mut self, of_text: bool, usage: &str, at: &mut Machine) -> Result<i32, Early> {
        let has = |letter| self.options.has(letter);
        let (query, key) = (self.options.value('q'), self.options.value('d'));
        let (sequence, adds) = (has('s'), has('i'));
        if query != Some("-") && (of_text || has('m')) {
            return Err(Some("specify -b -h or -m only with \"-q -\"".into()));
        }
        let specs = self.options.operands.clone();
        let reads = query == Some("-") || key == Some("-") || adds && query.or(key).is_none();
        let input = match reads && !sequence {
            true => at.input().map_err(|_| None)?,
            false => "",
        };
        if has('m') && !of_text {
            self.warn(at, "ignoring -m option without -b or -h".into());
        }
        let specs: Vec<(String, &str)> = specs.iter().map(|spec| self.split(spec)).collect();
        if specs.is_empty() && !sequence {
            return Err(Some(usage.into()));
        }
        let lines = input.strip_suffix('\n').unwrap_or(input);
        let lines = || lines.split('\n').filter(|_| !input.is_empty());
        let mut found = false;
        if let Some(key) = key {
            if key == "-" {
                let mut tables = Vec::new();
                for (kind, path) in &specs {
                    tables.push(self.held_by(kind, path, at)?);
                }
                for key in lines() {
                    for ((kind, path), map) in specs.iter().zip(&mut tables) {
                        found |= self.delete(kind, path, map, key)?;
                    }
                }
                for ((kind, path), map) in specs.iter().zip(&tables) {
                    self.write(kind, path, map, false, at)?;
                }
            } else {
                for (kind, path) in &specs {
                    let mut map = self.held_by(kind, path, at)?;
                    if self.delete(kind, path, &mut map, key)? {
                        found = true;
                        self.write(kind, path, &map, false, at)?;
                    }
                }
            }
        } else if let Some(query) = query {
            if query == "-" {
                let mut open: Vec<Option<Arc<Table>>> = vec![None; specs.len()];
                let keys = match of_text {
                    true => self.keys(input),
                    false => lines().map(String::from).collect(),
                };
                for key in keys {
                    for (number, (kind, path)) in specs.iter().enumerate() {
                        let table = match open.get(number).cloned().flatten() {
                            Some(table) => table,
                            None => self.open(kind, path, at)?,
                        };
                        if let Some(slot) = open.get_mut(number) {
                            *slot = Some(table.clone());
                        }
                        let Some(value) = self.ask(&table, kind, path, &key, at)? else {
                            continue;
                        };
                        self.print(&key, &value);
                        found = true;
                        break;
                    }
                }
            } else {
                for (kind, path) in &specs {
                    let table = self.open(kind, path, at)?;
                    if let Some(value) = self.ask(&table, kind, path, query, at)? {
                        self.text.push_str(&value);
                        self.text.push('\n');
                        found = true;
                        break;
                    }
                }
            }
        } else if sequence {
            if let Some((kind, path)) = specs.first() {
                self.show(kind, path, at)?;
                found = true;
            }
        } else {
            for (kind, path) in &specs {
                self.make(kind, path, adds.then_some(input), at)?;
            }
            found = true;
        }
        Ok(i32::from(!found))
    }

    /// The type and the name of a table; `default_database_type` where there is no type.
    fn split<'s>(&self, spec: &'s str) -> (String, &'s str) {
        match spec.split_once(':') {
            Some((kind, name)) => (kind.into(), name),
            None => (self.config.get("default_database_type"), spec),
        }
    }

    fn warn(&mut self, at: &mut Machine, text: String) {
        at.report(self.program, &mut self.output, format!("warning: {text}"));
    }

    /// A key with its value, on a line.
    fn print(&mut self, key: &str, value: &str) {
        let colon = if self.program == POSTALIAS { ":" } else { "" };
        self.text.push_str(&format!("{key}{colon}\t{value}\n"));
    }

    /// Opens a table, whose complaints are said.
    fn open(&mut self, kind: &str, path: &str, at: &mut Machine) -> Result<Arc<Table>, Early> {
        let files = at.files().cloned().unwrap_or_default();
        let (what, end) = match kind {
            "hash" | "btree" => ("database ", ".db"),
            "texthash" => ("database ", ""),
            _ => ("", ""),
        };
        let name = format!("{path}{end}");
        if let Err(why @ Errno::Denied) = files.read(&at.path(&name), &at.who()) {
            return Err(Some(format!("open {what}{name}: {why}")));
        }
        let tables = Tables::new(&self.config, &files);
        let mut tables = tables.in_manner(self.manner, at.directory);
        let table = tables.open(&format!("{kind}:{path}"));
        // The first that is wrong ends the program, whatever would be wrong with the next.
        let mut notes = Vec::new();
        let ending = tables.finish_into(&mut notes);
        for note in notes {
            if let Some(why) = note.text.strip_prefix("error: ") {
                self.tell_of_format(why, at);
                return Err(Some(why.into()));
            }
            at.report(self.program, &mut self.output, note.text);
        }
        ending.map_err(|fatal| Some(fatal.reason))?;
        Ok(table)
    }

    /// What the library itself says of a table of another type.
    fn tell_of_format(&mut self, why: &str, at: &Machine) {
        let path = why.strip_prefix("open database ");
        let path = path.and_then(|rest| rest.strip_suffix(": Invalid argument"));
        let is_table = |path: &&str| at.read(path).is_some_and(|text| text.starts_with('\0'));
        if let Some(path) = path.filter(is_table) {
            let here = if path.starts_with('/') { "" } else { "./" };
            let what = "unexpected file type or format";
            self.output
                .complain(format!("BDB0641 __db_meta_setup: {here}{path}: {what}\n"));
        }
    }

    fn ask(
        &mut self,
        table: &Table,
        kind: &str,
        path: &str,
        key: &str,
        at: &mut Machine,
    ) -> Result<Option<String>, Early> {
        let shown = shown(kind, path);
        let value = match table.get(key) {
            Ok(Some(value)) => value.into_owned(),
            Ok(None) => return Ok(None),
            Err(retry) => {
                for warning in retry.warnings.lines() {
                    self.warn(at, warning.clone());
                }
                let last = retry.warnings.lines().last();
                let why = last.and_then(|text| text.rsplit(": ").next());
                let why = why.filter(|_| matches!(kind, "tcp" | "socketmap"));
                let why = why.unwrap_or("Application error");
                return Err(Some(format!("table {shown}: query error: {why}")));
            }
        };
        if value.is_empty() {
            let what = format!("table {shown}: key {key}: empty string result is not allowed");
            self.warn(at, what);
            let what = format!("table {shown} should return NO RESULT in case of NOT FOUND");
            self.warn(at, what);
        }
        if !self.manner.names_files {
            return Ok(Some(value));
        }
        match from_base64(&value) {
            Ok(value) => Ok(Some(value)),
            Err(_) => {
                self.malformed(&shown, key, &value, at);
                Err(Some(format!("table {shown}: query error")))
            }
        }
    }

    fn malformed(&mut self, shown: &str, key: &str, value: &str, at: &mut Machine) {
        let value: String = value.chars().take(30).collect();
        let what = format!("table {shown}: key {key}: malformed BASE64 value: {value}");
        self.warn(at, what);
    }

    /// The keys that a message is made of: its headers (`-h`), the lines of its body (`-b`).
    fn keys(&self, message: &str) -> Vec<String> {
        let content = encode(message);
        let has = |letter| self.options.has(letter);
        let (parts, rest) = match has('m') {
            true => (&content[..], None),
            false => {
                let size = content.len() - split(&content).1.len();
                let (head, body) = content.split_at(size);
                (head, Some(body))
            }
        };
        let mut keys = Vec::new();
        let mut is_over = false;
        pieces(parts, &Rules::default(), &mut |piece| match piece {
            _ if is_over => {}
            Piece::Header(_, header) if has('h') => keys.push(decode(&header).into_owned()),
            Piece::Body(_, line) if has('b') => keys.push(decode(line).into_owned()),
            // What follows belongs to parts.
            Piece::EndOfHeaders => is_over = !has('b') && !has('m'),
            _ => {}
        });
        let body = rest.filter(|body| has('b') && !body.is_empty());
        if let Some(body) = body {
            let body = body.strip_suffix(b"\n").unwrap_or(body);
            keys.extend(
                body.split(|&b| b == b'\n')
                    .map(|line| decode(line).into_owned()),
            );
        }
        keys
    }

    /// All that a table holds, printed.
    fn show(&mut self, kind: &str, path: &str, at: &mut Machine) -> Result<(), Early> {
        if kind == "proxy" {
            return Err(Some("can't sequence maps via the proxy service".into()));
        }
        let table = self.open(kind, path, at)?;
        let shown = shown(kind, path);
        let Some(entries) = table.entries() else {
            return Err(Some(match kind {
                "fail" => format!("table {shown}: sequence error: Application error"),
                _ => format!("table {shown}: sequence operation is not supported"),
            }));
        };
        for (key, value) in index::in_order(kind, entries) {
            if !self.manner.names_files {
                self.print(key, value);
                continue;
            }
            match from_base64(value) {
                Ok(value) => self.print(key, &value),
                Err(_) => self.malformed(&shown, key, value, at),
            }
        }
        Ok(())
    }
}

/// A table as postmap names it.
fn shown(kind: &str, path: &str) -> String {
    let index = if matches!(kind, "hash" | "btree") {
        ".db"
    } else {
        ""
    };
    format!("{kind}:{path}{index}")
}
