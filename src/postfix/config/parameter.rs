//! The parameters of main.cf that this program knows, as data: what each is, its range, and its
//! default as `postconf -d` of Postfix 3.7.11 (Debian) prints it. myhostname, mydomain and mynetworks
//! come from the host itself.
//!
//! In `parameters.cf` (and `delivery.cf`, for what happens after the dot, in the full build) a line
//! after `#` names the program that reads those below it first; they stand in the order in which
//! they are read, because the first that is wrong is what is complained of. A line in brackets says
//! what they are, then the least and the most that Postfix takes (of texts: the length), where 0
//! is no limit: int (32 bits), long (64 bits), time, flag (yes or no), text, or raw (text that is
//! not expanded when it is read).

use crate::postfix::config::build::{OTHERS, PARAMETERS};

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// `smtpd_soft_error_limit`.
    pub name: &'static str,
    /// The default, unexpanded.
    pub default: &'static str,
    /// Which program reads it first: `every program`, `smtpd` …
    pub program: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// The least that Postfix takes, of texts the shortest; 0 is no limit, as in its own tables.
    pub least: i64,
    /// The most that Postfix takes; 0 is no limit.
    pub most: i64,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number of 32 bits.
    Int,
    /// A number of 64 bits.
    Long,
    /// A span of time.
    Time,
    /// `yes` or `no`.
    Flag,
    /// Text.
    Text,
    /// Text that is expanded when it is used, if at all.
    Raw,
}

/// The parameter with a name; `None` where this program does not know it.
///
/// ```
/// use smtp_terminal::postfix::config::parameter;
/// assert_eq!(parameter::find("smtpd_soft_error_limit").unwrap().default, "10");
/// assert_eq!(parameter::find("no_such_parameter"), None);
/// ```
#[cfg(not(feature = "full"))]
pub fn find(name: &str) -> Option<Parameter> {
    all().find(|parameter| parameter.name == name)
}

/// The parameter with a name; `None` where this program does not know it. The table is read once,
/// because a world of many servers asks some ten thousand times.
#[cfg(feature = "full")]
pub fn find(name: &str) -> Option<Parameter> {
    static ALL: std::sync::OnceLock<Vec<Parameter>> = std::sync::OnceLock::new();
    let mut known = ALL.get_or_init(|| all().collect()).iter();
    known.find(|parameter| parameter.name == name).copied()
}

/// The default of a parameter that nothing here obeys.
pub fn other(name: &str) -> Option<&'static str> {
    let twin = name.strip_prefix("lmtp_");
    let is_it = |marks: &str, other: &str| {
        let same = other.strip_prefix("smtp_").filter(|_| marks.contains('+'));
        other == name || twin.is_some() && same == twin
    };
    let found = others().find(|(marks, other, _)| is_it(marks, other));
    found.map(|(_, _, default)| default)
}

/// The parameters of Postfix that nothing here obeys: marks, the name, the default. `+` marks one
/// of smtp's that lmtp has, too, `~` one whose value is not expanded when it is read, `^` one of
/// older releases, `!` one of which there is nothing to see here.
pub fn others() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    OTHERS.lines().filter_map(|line| {
        let (name, default) = line.split_once('=')?;
        let start = name.trim_start_matches(['+', '~', '^', '!']);
        let marks = name.strip_suffix(start)?;
        Some((marks, start, default))
    })
}

/// All of them, in the order in which Postfix's programs read them.
pub fn all() -> impl Iterator<Item = Parameter> {
    let mut next = Parameter {
        name: "",
        default: "",
        program: "",
        kind: Kind::Text,
        least: 0,
        most: 0,
    };
    PARAMETERS.lines().filter_map(move |line| {
        if let Some(program) = line.strip_prefix('#') {
            next.program = program.trim_ascii();
        } else if let Some(heading) = line.strip_prefix('[') {
            let mut words = heading.trim_end_matches(']').split(' ');
            next.kind = match words.next()? {
                "int" => Kind::Int,
                "long" => Kind::Long,
                "time" => Kind::Time,
                "flag" => Kind::Flag,
                "raw" => Kind::Raw,
                _ => Kind::Text,
            };
            [next.least, next.most] = [(); 2].map(|()| {
                let limit = words.next().and_then(|word| word.parse().ok());
                limit.unwrap_or(0)
            });
        } else if let Some((name, default)) = line.split_once('=') {
            (next.name, next.default) = (name.trim_ascii(), default.trim_ascii());
            return Some(next);
        }
        None
    })
}
