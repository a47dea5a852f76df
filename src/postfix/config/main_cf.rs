//! main.cf: a text of `name = value` lines, with Postfix's defaults for what it does not say.
//!
//! A line that starts with white space continues the one before it; empty lines and lines whose
//! first other character is `#` do not count (postconf(5)). `$name`, `${name?text}` and the
//! like are expanded when a value is read.

use std::fmt;
use std::time::Duration;

use crate::files::dictionary::Dictionary;
use crate::postfix::config::defaults::default_of;
use crate::postfix::config::expansion::{self, parse_level};
#[cfg(feature = "full")]
use crate::smtp::release::Release;

/// A parsed main.cf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    values: Dictionary,
    /// What Postfix would log about the text itself.
    pub warnings: Vec<String>,
}

/// A value that Postfix refuses to start with: the text of its `fatal:` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fatal(pub String);

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "fatal: {}", self.0)
    }
}

impl std::error::Error for Fatal {}

impl Config {
    /// Reads a main.cf.
    ///
    /// ```
    /// use smtp_terminal::postfix::config::main_cf::Config;
    /// let config = Config::parse("myhostname = smtp.safeer.in\nsmtpd_banner = $myhostname\n  ESMTP").unwrap();
    /// assert_eq!(config.get("smtpd_banner"), "smtp.safeer.in ESMTP");
    /// assert_eq!(config.get("mydomain"), "safeer.in");
    /// ```
    ///
    /// # Errors
    /// A line without `=`, or without a name before it, is fatal, as it is to Postfix.
    pub fn parse(text: &str) -> Result<Config, Fatal> {
        let mut config = Config::default();
        for (number, line) in logical_lines(text) {
            let line = line.trim();
            let (name, value) = match line.split_once('=') {
                Some((name, value)) => (name.trim(), value.trim()),
                None => {
                    return Err(Fatal(format!(
                        "file /etc/postfix/main.cf: line {number}: missing '=' after attribute name: \"{line}\""
                    )))
                }
            };
            if name.is_empty() {
                return Err(Fatal(format!(
                    "file /etc/postfix/main.cf: line {number}: missing attribute name: \"{line}\""
                )));
            }
            if name.contains(char::is_whitespace) {
                return Err(Fatal(format!(
                    "file /etc/postfix/main.cf: line {number}: missing '=' after attribute name: \"{line}\""
                )));
            }
            if let Some(before) = config.values.insert(name, value) {
                if before != value {
                    config.warnings.push(format!(
                        "/etc/postfix/main.cf, line {number}: overriding earlier entry: {name}={before}"
                    ));
                }
            }
        }
        Ok(config)
    }

    /// Sets one parameter, as `postconf -e` does.
    pub fn set(&mut self, name: &str, value: &str) {
        self.values.insert(name, value);
    }

    /// What main.cf says itself, unexpanded, in order of name.
    pub fn explicit(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter()
    }

    /// What main.cf sets and this program does not model: neither a parameter that it knows, nor
    /// one of the site's own that another value or a restriction list uses.
    pub fn unmodelled(&self) -> Vec<&str> {
        let is_used = |name: &str| {
            let uses = |text: &str| {
                let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                words.any(|word| word == name)
            };
            self.values.iter().any(|(_, value)| uses(value))
        };
        self.values
            .iter()
            .map(|(name, _)| name)
            .filter(|name| default_of(name).is_none() && !is_used(name))
            .filter(|name| !matches!(*name, "compatibility_level" | "mydomain" | "mynetworks"))
            .collect()
    }

    /// Whether main.cf sets the parameter.
    pub fn is_set(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// The release of Postfix that main.cf asks for.
    #[cfg(feature = "full")]
    fn release(&self) -> Option<Release> {
        Release::parse(self.values.get("mail_version")?)
    }

    /// What main.cf says, unless the release that it asks for does not know the parameter.
    fn value(&self, name: &str) -> Option<&str> {
        #[cfg(feature = "full")]
        if self.release().is_some_and(|release| !release.knows(name)) {
            return None;
        }
        self.values.get(name)
    }

    /// The value before expansion: main.cf's, or the default.
    pub fn raw(&self, name: &str) -> Option<String> {
        if let Some(value) = self.value(name) {
            return Some(value.into());
        }
        #[cfg(feature = "full")]
        if let Some(value) = self.release().and_then(|r| r.default_of(name)) {
            return Some(value.into());
        }
        match name {
            "mydomain" => {
                let hostname = self.get("myhostname");
                Some(
                    hostname
                        .split_once('.')
                        .map_or("localdomain", |(_, d)| d)
                        .into(),
                )
            }
            "process_name" => Some("smtpd".into()),
            _ => default_of(name).map(str::to_string),
        }
    }

    /// The value, expanded; empty for a parameter that does not exist.
    pub fn get(&self, name: &str) -> String {
        self.expand(&self.raw(name).unwrap_or_default())
    }

    /// `compatibility_level` as (major, minor, patch).
    pub fn compatibility(&self) -> (u32, u32, u32) {
        let text = self.values.get("compatibility_level").unwrap_or("0");
        parse_level(text).unwrap_or_default()
    }

    /// A list: words separated by white space or commas, braces holding together.
    pub fn list(&self, name: &str) -> Vec<String> {
        split_list(&self.get(name))
    }

    /// Reads typed values, and remembers the first that Postfix would refuse.
    pub fn reader(&self) -> Reader<'_> {
        Reader {
            config: self,
            fatal: None,
        }
    }

    /// Expands `$name`, `$(name)`, `${name}`, `${name?text}`, `${name:text}` and
    /// `${name?{text}:{text}}`, and comparisons such as `${{a} == {b} ? {x} : {y}}`.
    pub fn expand(&self, text: &str) -> String {
        expansion::expand(text, &|name| self.raw(name), true)
    }
}

/// Reads typed values one after another. A faulty one reads as zero or `no` and is remembered,
/// so that a long list of parameters reads as a list; [`finish`](Reader::finish) tells.
///
/// ```
/// use smtp_terminal::postfix::config::main_cf::Config;
/// let config = Config::parse("smtpd_soft_error_limit = ten\nsmtpd_helo_required = yes").unwrap();
/// let mut reader = config.reader();
/// assert!(reader.flag("smtpd_helo_required"));
/// reader.number("smtpd_soft_error_limit");
/// let fatal = reader.finish().unwrap_err();
/// assert_eq!(fatal.0, "bad numerical configuration: smtpd_soft_error_limit = ten");
/// ```
pub struct Reader<'a> {
    config: &'a Config,
    fatal: Option<Fatal>,
}

impl Reader<'_> {
    fn value<T: Default>(&mut self, value: Option<T>, problem: impl FnOnce() -> String) -> T {
        value.unwrap_or_else(|| {
            self.fail(problem());
            T::default()
        })
    }

    /// Remembers a fault that the caller has found.
    pub fn fail(&mut self, problem: String) {
        self.fatal.get_or_insert(Fatal(problem));
    }

    /// The text, expanded.
    pub fn text(&self, name: &str) -> String {
        self.config.get(name)
    }

    /// A number.
    pub fn number(&mut self, name: &str) -> u64 {
        let text = self.config.get(name);
        self.value(text.parse().ok(), || {
            format!("bad numerical configuration: {name} = {text}")
        })
    }

    /// A number within bounds.
    pub fn number_within(&mut self, name: &str, least: u64, most: u64) -> u64 {
        let number = self.number(name);
        if self.fatal.is_none() && !(least..=most).contains(&number) {
            let (sign, bound) = if number < least {
                ('<', least)
            } else {
                ('>', most)
            };
            self.fail(format!(
                "invalid {name} parameter value {number} {sign} {bound}"
            ));
        }
        number
    }

    /// A number of things, one at least.
    pub fn limit(&mut self, name: &str) -> usize {
        self.number_within(name, 1, u64::MAX) as usize
    }

    /// A number of things.
    pub fn size(&mut self, name: &str) -> usize {
        self.number(name) as usize
    }

    /// `yes` or `no`, in either case.
    pub fn flag(&mut self, name: &str) -> bool {
        let text = self.config.get(name).to_ascii_lowercase();
        let value = match text.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        self.value(value, || {
            format!("bad boolean configuration: {name} = {text}")
        })
    }

    /// A span of time such as `300s` or `2h`; without a unit, seconds.
    pub fn time(&mut self, name: &str) -> Duration {
        let text = self.config.get(name);
        self.value(parse_time(&text), || {
            format!("parameter {name}: bad time value or unit: {text}")
        })
    }

    /// Whether all values were good.
    ///
    /// # Errors
    /// The first that was not.
    pub fn finish(self) -> Result<(), Fatal> {
        self.fatal.map_or(Ok(()), Err)
    }
}

/// A span of time in Postfix's notation.
pub fn parse_time(text: &str) -> Option<Duration> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let number: u64 = text[..end].parse().ok()?;
    let unit = match text[end..].to_ascii_lowercase().as_str() {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    Some(Duration::from_secs(number.checked_mul(unit)?))
}

/// Cuts a list at white space and commas; what stands in braces holds together and keeps them.
///
/// ```
/// use smtp_terminal::postfix::config::main_cf::split_list;
/// assert_eq!(split_list("a, b  inline:{x=1, y=2}"), ["a", "b", "inline:{x=1, y=2}"]);
/// ```
pub fn split_list(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut level = 0usize;
    for c in text.chars() {
        match c {
            ' ' | '\t' | '\r' | '\n' | ',' if level == 0 => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                continue;
            }
            '{' => level += 1,
            '}' => level = level.saturating_sub(1),
            _ => {}
        }
        word.push(c);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Joins continued lines; each comes with the number of its first line.
pub fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        match lines.last_mut() {
            Some((_, last)) if line.starts_with([' ', '\t']) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push((i + 1, line.trim_end().to_string())),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions() {
        let config = Config::parse("a = x\nb =\nc = ${a?{yes}:{no}} ${b?{yes}:{no}} ${b:z} ${a:z}\nd = ${{$a} == {x} ? {same} : {other}}").unwrap();
        assert_eq!(config.get("c"), "yes no z x");
        assert_eq!(config.get("d"), "same");
    }

    #[test]
    fn a_line_without_equals_is_fatal() {
        let error = Config::parse("a = b\nnonsense\n").unwrap_err();
        assert!(error.0.contains("line 2"), "{error}");
    }

    #[test]
    fn times() {
        assert_eq!(parse_time("2h"), Some(Duration::from_secs(7200)));
        assert_eq!(parse_time("5x"), None);
    }
}
