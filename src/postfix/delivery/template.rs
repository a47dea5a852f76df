//! The words of notifications: templates, which are built in or a site's own (bounce(5)).

use std::cell::RefCell;

use crate::postfix::config::expansion::expand;
use crate::postfix::config::main_cf::Config;
use crate::postfix::config::template::{is_word, pieces, Piece};

/// The built-in ones, as `postconf -t` prints them.
const BUILT_IN: &str = include_str!("bounce.cf");
const BUILT_IN_NAME: &str = "[built-in]";

/// What a template is for; the first two have words for the postmaster as well.
pub const CLASSES: [&str; 4] = ["failure", "delay", "success", "verify"];

/// Units of time that follow the name of a parameter, in seconds.
const UNITS: [(&str, u64); 5] = [
    ("seconds", 1),
    ("minutes", 60),
    ("hours", 3_600),
    ("days", 86_400),
    ("weeks", 604_800),
];

/// The parameters that have a unit.
const TIMES: [&str; 2] = ["delay_warning_time", "maximal_queue_lifetime"];

/// The words of one kind of notification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    class: &'static str,
    /// The file that it is from.
    origin: String,
    /// The character set of its text (`Charset:`).
    pub charset: String,
    /// Who it is from (`From:`).
    pub from: String,
    /// The subject for the sender (`Subject:`).
    pub subject: String,
    /// The subject for the postmaster (`Postmaster-Subject:`), where there is one.
    pub copy_subject: Option<String>,
    text: String,
}

/// The texts of a file's templates, each read when it is asked for.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    origin: String,
    /// In the order of [`CLASSES`].
    own: [Option<String>; CLASSES.len()],
}

impl Templates {
    /// Reads a file; `said` hears what Postfix warns of.
    ///
    /// # Errors
    /// What Postfix cannot go on after.
    ///
    /// ```
    /// use smtp_terminal::postfix::delivery::template::Templates;
    /// let own = "failure_template = <<END\nSubject: Sorry\n\nNot delivered.\nEND\n";
    /// let own = Templates::read("bounce.cf", own, &mut Vec::new()).unwrap();
    /// let failure = own.of(0, &mut Vec::new());
    /// assert_eq!((failure.subject.as_str(), failure.charset.as_str()), ("Sorry", "us-ascii"));
    /// ```
    pub fn read(origin: &str, text: &str, said: &mut Vec<String>) -> Result<Templates, String> {
        let mut all = Templates {
            origin: origin.into(),
            ..Templates::default()
        };
        load(&mut all.own, origin, text, said)?;
        Ok(all)
    }

    /// The template at a place of [`CLASSES`]: the file's, or the one that is built in.
    pub fn of(&self, place: usize, said: &mut Vec<String>) -> Template {
        let class = CLASSES.get(place).copied().unwrap_or("");
        let nothing = Template {
            class,
            copy_subject: (place < 2).then(String::new),
            ..Template::default()
        };
        let mut built_in = Templates::default();
        // What is built in is read without a word.
        let _ = load(&mut built_in.own, BUILT_IN_NAME, BUILT_IN, &mut Vec::new());
        let own = |all: &Templates| all.own.get(place).cloned().flatten();
        let built_in = own(&built_in).and_then(|text| nothing.over(BUILT_IN_NAME, &text).ok());
        let built_in = built_in.unwrap_or(nothing);
        match own(self).map(|text| built_in.over(&self.origin, &text)) {
            Some(Ok(own)) => return own,
            Some(Err(why)) => said.extend(why.split('\n').map(String::from)),
            None => {}
        }
        built_in
    }
}

fn load(
    all: &mut [Option<String>; CLASSES.len()],
    origin: &str,
    text: &str,
    said: &mut Vec<String>,
) -> Result<(), String> {
    let mut lines = (2..).zip(text.lines()).peekable();
    while let Some((mut number, line)) = lines.next() {
        let it = line.trim();
        if it.is_empty() || it.starts_with('#') {
            continue;
        }
        let fatal = |why: String| Err(format!("{origin}, line {number}: {why}"));
        let Some((name, value)) = line.split_once('=') else {
            return fatal(format!("missing '=' after attribute name: \"{line}\""));
        };
        let (name, value) = (name.trim(), value.trim());
        let mut buffer = value.to_string();
        if let Some(end) = value.strip_prefix("<<").map(str::trim_start) {
            if !end.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                let what = if end.is_empty() {
                    "missing"
                } else {
                    "malformed"
                };
                return fatal(format!("{what} end marker after <<"));
            }
            buffer.clear();
            let mut is_ended = false;
            for (place, line) in lines.by_ref() {
                number = place;
                is_ended = line == end;
                if is_ended {
                    break;
                }
                if !buffer.is_empty() {
                    buffer.push('\n');
                }
                buffer.push_str(line);
            }
            if !is_ended {
                said.push(format!(
                    "{origin}, line {number}: missing \"{end}\" end marker"
                ));
            }
        }
        let class = name.strip_suffix("_template").unwrap_or("");
        let place = CLASSES.iter().position(|known| *known == class);
        match place.and_then(|place| all.get_mut(place)) {
            Some(own) => *own = Some(buffer),
            None => said.push(format!(
                "{origin}, line {number}: unknown template name: {name} -- ignoring this template"
            )),
        }
    }
    Ok(())
}

impl Template {
    /// This template with what another text says.
    fn over(&self, origin: &str, buffer: &str) -> Result<Template, String> {
        let mut own = self.clone();
        own.origin = origin.into();
        let class = self.class;
        let ignored = |what: String| {
            Err(format!(
                "{origin}: {what} in {class} template -- ignoring this template"
            ))
        };
        let mut rest = Some(buffer);
        while let Some(text) = rest {
            let (line, after_it) = cut(text);
            let label = line.split([':', ' ', '\t']).next().unwrap_or("");
            let after = line.get(label.len()..).unwrap_or("");
            let is_header = !label.is_empty() && after.trim_start().starts_with(':');
            if !is_header {
                break;
            }
            let value = after.trim_start_matches(|c: char| c == ':' || c.is_ascii_whitespace());
            if value.is_empty() {
                return ignored(format!("empty \"{label}\" header value"));
            }
            if !value.is_ascii() {
                return ignored(format!("non-ASCII \"{label}\" header value"));
            }
            let value = value.to_string();
            match (label.to_ascii_lowercase().as_str(), &own.copy_subject) {
                ("charset", _) => own.charset = value,
                ("from", _) => own.from = value,
                ("subject", _) => own.subject = value,
                ("postmaster-subject", Some(_)) => own.copy_subject = Some(value),
                ("postmaster-subject", None) => {
                    return ignored(format!("inapplicable \"{label}\" header label"))
                }
                _ => return ignored(format!("unknown \"{label}\" header label")),
            }
            rest = after_it;
        }
        while let Some(text) = rest {
            let (first, after) = cut(text);
            if !first.trim().is_empty() {
                break;
            }
            rest = after;
        }
        let Some(text) = rest else {
            return ignored("missing message text".into());
        };
        if !text.is_ascii() && own.is_ascii() {
            return Err(format!(
                "{origin}: 8-bit message text in {class} template\n\
                 please specify a charset value other than us-ascii\n\
                 -- ignoring this template for now"
            ));
        }
        own.text = text.into();
        Ok(own)
    }

    /// Whether its character set is US-ASCII, which an address in a report may change.
    pub fn is_ascii(&self) -> bool {
        self.charset.eq_ignore_ascii_case("us-ascii")
    }

    /// Its text with the values of main.cf; `said` hears what Postfix warns of.
    ///
    /// # Errors
    /// What Postfix cannot go on after.
    pub fn expand(&self, config: &Config, said: &mut Vec<String>) -> Result<String, String> {
        let (origin, class) = (&self.origin, self.class);
        let warnings = RefCell::new(Vec::new());
        let fatal = RefCell::new(None);
        let value = |name: &str| match timed(name) {
            None => config.raw(name).map(|_| config.get(name)),
            Some((parameter, unit)) => {
                let Some((_, seconds)) = UNITS.iter().find(|(name, _)| *name == unit) else {
                    let why = format!("unrecognized suffix \"{unit}\" in parameter \"{name}\"");
                    *fatal.borrow_mut() = Some(format!("{origin}: {why}"));
                    return None;
                };
                let time = config.time(parameter).as_secs();
                let result = time / seconds;
                let of = format!("{class} template conversion of parameter \"{name}\"");
                let (problem, what) = match result {
                    1_000.. if *seconds < 86_400 => {
                        (format!("excessive result \"{result}\" in {of}"), "increase")
                    }
                    0 if time > 0 && *seconds > 1 => (format!("zero result in {of}"), "reduce"),
                    _ => return Some(result.to_string()),
                };
                warnings.borrow_mut().extend([
                    format!("{origin}: {problem}"),
                    format!("please {what} time unit \"{unit}\" of \"{name}\" in {class} template"),
                    "for instructions see the bounce(5) manual".into(),
                ]);
                Some(result.to_string())
            }
        };
        let mut out = String::new();
        for line in self.text.split('\n') {
            let mut is_known = true;
            let meet = |piece: Piece| {
                if let Piece::Name(name) = piece {
                    let is_plain = name.bytes().all(is_word);
                    is_known &= !is_plain || timed(name).is_some() || config.raw(name).is_some();
                }
                true
            };
            // What is malformed is so for whoever expands it.
            let _ = pieces(line, meet);
            let expanded = expand(line, &value, false);
            said.append(&mut warnings.borrow_mut());
            let why = match expanded {
                _ if fatal.borrow().is_some() => return Err(fatal.take().unwrap_or_default()),
                Ok(text) if is_known => {
                    out.push_str(&text);
                    out.push('\n');
                    continue;
                }
                Ok(_) => "undefined $name",
                Err(malformed) => {
                    said.extend_from_slice(malformed.warnings.lines());
                    "bad $name syntax"
                }
            };
            return Err(format!("{origin}: {why} in {class} template: {line}"));
        }
        Ok(out)
    }

    /// As `postconf -t` prints it.
    pub fn dump(&self) -> String {
        let copy = self.copy_subject.as_ref();
        let copy = copy.map_or(String::new(), |copy| {
            format!("Postmaster-Subject: {copy}\n")
        });
        let Template {
            charset,
            from,
            subject,
            text,
            ..
        } = self;
        format!("Charset: {charset}\nFrom: {from}\nSubject: {subject}\n{copy}\n{text}\n")
    }
}

/// A parameter of [`TIMES`], and the unit in which it is wanted.
fn timed(name: &str) -> Option<(&'static str, &str)> {
    let mut all = TIMES.iter();
    all.find_map(|parameter| Some((*parameter, name.strip_prefix(parameter)?.strip_prefix('_')?)))
}

/// The first line, and what follows it.
fn cut(text: &str) -> (&str, Option<&str>) {
    let parts = text.split_once('\n');
    parts.map_or((text, None), |(first, rest)| (first, Some(rest)))
}
