//! The parameters of main.cf that this program knows, as data: what each is, its range, and its
//! default as `postconf -d` prints it (`parameters.cf`, `delivery.cf`).

use crate::postfix::config::build::DELIVERY;

const PARAMETERS: &str = include_str!("parameters.cf");

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
pub fn find(name: &str) -> Option<Parameter> {
    all().find(|parameter| parameter.name == name)
}

/// All of them, in the order in which Postfix's programs read them.
pub fn all() -> impl Iterator<Item = Parameter> {
    let lines = PARAMETERS.lines().chain(DELIVERY.lines());
    let mut heading = "";
    let mut program = "";
    lines.filter_map(move |line| {
        if let Some(comment) = line.strip_prefix("# ") {
            program = comment.split(',').next().unwrap_or("");
        }
        if let Some(inner) = line.strip_prefix('[') {
            heading = inner.trim_end_matches(']');
        }
        let (name, default) = line.split_once('=')?;
        let mut words = heading.split(' ');
        let kind = match words.next()? {
            "int" => Kind::Int,
            "long" => Kind::Long,
            "time" => Kind::Time,
            "flag" => Kind::Flag,
            "raw" => Kind::Raw,
            _ => Kind::Text,
        };
        let mut limit = || words.next().and_then(|word| word.parse().ok());
        Some(Parameter {
            name: name.trim(),
            default: default.trim(),
            program,
            kind,
            least: limit().unwrap_or(0),
            most: limit().unwrap_or(0),
        })
    })
}
