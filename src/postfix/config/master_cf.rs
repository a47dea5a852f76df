//! master.cf: the services that master(8) offers, each with its program and the program's options
//! (master(5)).

use crate::postfix::config::syntax::{in_braces, logical_lines};
use crate::postfix::config::template::curly;

/// What master and `postconf` read.
pub const MASTER_CF: &str = "/etc/postfix/master.cf";

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The number of its first line.
    pub line: usize,
    /// Name, type, private, unprivileged, chroot, wakeup, limit of processes, program; then the
    /// program's arguments, those in braces without them.
    pub words: Vec<String>,
}

impl Entry {
    /// A field by its place.
    pub fn field(&self, place: usize) -> &str {
        self.words.get(place).map_or("", String::as_str)
    }

    /// The program's arguments.
    pub fn arguments(&self) -> &[String] {
        self.words.get(FIELDS..).unwrap_or_default()
    }
}

/// The fields before the arguments.
const FIELDS: usize = 8;

/// A master.cf that cannot be read: which program says so (`postconf`, `master`), and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub &'static str, pub String);

/// Reads a master.cf.
///
/// ```
/// use smtp_terminal::postfix::config::master_cf::parse;
/// let services = parse("587 inet n - y - - smtpd\n  -o { smtpd_banner = hello there }\n").unwrap();
/// assert_eq!(services[0].arguments(), ["-o", "smtpd_banner = hello there"]);
/// let said = parse("587 inte n - y - - smtpd\n").unwrap_err().1;
/// assert_eq!(said, "invalid type field \"inte\" in \"587 inte n - y - - smtpd\"");
/// ```
///
/// # Errors
/// What is said of the first line that is none.
pub fn parse(text: &str) -> Result<Vec<Entry>, Unreadable> {
    let mut entries = Vec::new();
    for (line, text) in logical_lines(text) {
        let mut words = Vec::new();
        let mut rest = text.as_str();
        let mut fault = None;
        loop {
            rest = rest.trim_ascii_start();
            let is_braced = words.len() >= FIELDS && rest.starts_with('{');
            let behind = match is_braced {
                true => curly(rest).map_or("", |(_, behind)| behind),
                false => rest,
            };
            let after = behind.trim_start_matches(|c: char| !c.is_ascii_whitespace());
            let (word, after) = rest.split_at(rest.len() - after.len());
            if word.is_empty() {
                break;
            }
            rest = after;
            words.push(match in_braces(word) {
                _ if !is_braced => word.to_string(),
                Ok(inner) => inner.trim_ascii().to_string(),
                Err(why) => {
                    fault.get_or_insert(why);
                    word.to_string()
                }
            });
        }
        if words.len() < FIELDS {
            let said = format!("file {MASTER_CF}: line {line}: bad field count");
            return Err(Unreadable("postconf", said));
        }
        for (word, (name, is_good)) in words.iter().skip(1).zip(FORMS) {
            if !is_good(word) {
                let said = format!("invalid {name} field \"{word}\" in \"{text}\"");
                return Err(Unreadable("postconf", said));
            }
        }
        let entry = Entry { line, words };
        if entry.field(1) == "inet" && entry.field(2) == "y" {
            fault.get_or_insert("inet service cannot be private".into());
        }
        if let Some(why) = fault {
            return Err(Unreadable("master", at(line, &why)));
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// What master says of a line.
pub fn at(line: usize, why: &str) -> String {
    format!("{MASTER_CF}: line {line}: {why}")
}

/// A field's name, and whether a word may be it.
type Form = (&'static str, fn(&str) -> bool);

/// The fields after the name, and what they may be.
const FORMS: [Form; 6] = [
    ("type", |w| {
        matches!(w, "inet" | "unix" | "fifo" | "pass" | "unix-dgram")
    }),
    ("private", is_flag),
    ("unprivileged", is_flag),
    ("chroot", is_flag),
    ("wakeup", |w| is_number(w.strip_suffix('?').unwrap_or(w))),
    ("process_limit", is_number),
];

fn is_flag(word: &str) -> bool {
    matches!(word, "y" | "n" | "-")
}

fn is_number(word: &str) -> bool {
    word == "-" || (!word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()))
}

/// What the options of a program change in main.cf, in order: names and values.
///
/// # Errors
/// What the program says of an option before it ends.
pub fn overrides(arguments: &[String]) -> Result<Vec<(String, String)>, String> {
    let mut changes = Vec::new();
    let mut words = arguments.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix('-').filter(|l| !l.is_empty()) else {
            return Err(format!("unexpected command-line argument: {word}"));
        };
        for (place, letter) in letters.char_indices() {
            match letter {
                'D' | 'S' | 'V' | 'c' | 'd' | 'l' | 'u' | 'v' | 'z' => continue,
                'i' | 'm' | 'n' | 'o' | 's' | 't' => {}
                _ => return Err(format!("invalid option: {letter}")),
            }
            let rest = letters.get(place + 1..).unwrap_or("");
            let value = match rest.is_empty() {
                true => words.next(),
                false => Some(rest),
            };
            let Some(value) = value else {
                return Err(format!("invalid option: {letter}"));
            };
            if letter == 'o' {
                let (name, text) = value.split_once('=').ok_or_else(|| {
                    format!("invalid \"-o {value}\" option value: missing '=' after attribute name")
                })?;
                changes.push((name.trim_ascii().into(), text.trim_ascii().into()));
            }
            break;
        }
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, String)>, String> {
        let entries = parse(text).map_err(|Unreadable(by, why)| format!("{by}: {why}"))?;
        entries
            .first()
            .map_or(Ok(Vec::new()), |e| overrides(e.arguments()))
    }

    /// What Postfix 3.7.11 says.
    #[test]
    fn recorded() {
        for (text, said) in [
            (
                "a inet n",
                "postconf: file /etc/postfix/master.cf: line 1: bad field count",
            ),
            (
                "\n2525 inet x - n - - smtpd",
                "postconf: invalid private field \"x\" in \"2525 inet x - n - - smtpd\"",
            ),
            (
                "2525 inet n - n 1x - smtpd",
                "postconf: invalid wakeup field \"1x\" in \"2525 inet n - n 1x - smtpd\"",
            ),
            (
                "2525 inet n - n - x smtpd",
                "postconf: invalid process_limit field \"x\" in \"2525 inet n - n - x smtpd\"",
            ),
            (
                "2525 inet y - n - - smtpd",
                "master: /etc/postfix/master.cf: line 1: inet service cannot be private",
            ),
            (
                "2525 inet n - n - - smtpd -o {smtpd_banner = a b",
                "master: /etc/postfix/master.cf: line 1: missing '}' in \"{smtpd_banner = a b\"",
            ),
            (
                "2525 inet n - n - - smtpd -o smtpd_banner = x",
                "invalid \"-o smtpd_banner\" option value: missing '=' after attribute name",
            ),
            (
                "2525 inet n - n - - smtpd\n -o smtpd_banner=a b",
                "unexpected command-line argument: b",
            ),
            ("2525 inet n - n - - smtpd -o", "invalid option: o"),
            ("2525 inet n - n - - smtpd -Z", "invalid option: Z"),
        ] {
            assert_eq!(read(text), Err(said.to_string()), "{text}");
        }
        let two = read("25 inet n - n - - smtpd -v -o {a = b c} -od=e # f");
        assert_eq!(two, Err("unexpected command-line argument: #".to_string()));
        let changes = read("25 inet n - n - - smtpd -vv\n  -o {a = b c} -od=e").unwrap();
        let expected = [("a", "b c"), ("d", "e")].map(|(n, v)| (n.to_string(), v.to_string()));
        assert_eq!(changes, expected);
    }
}
