//! main.cf: a text of `name = value` lines, with Postfix's defaults for what it does not say.
//!
//! A line that starts with white space continues the one before it; empty lines and lines whose
//! first other character is `#` do not count (postconf(5)). `$name`, `${name?text}` and the
//! like are expanded when a value is read.

use std::fmt;

use crate::postfix::config::build;
use crate::postfix::config::expansion::{expand, Malformed};
use crate::postfix::config::parameter;
use crate::postfix::config::syntax::{logical_lines, misplaced, name_value, split_list};

/// A parsed main.cf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    values: build::Values,
    /// What Postfix would log about the text itself.
    pub warnings: Vec<String>,
}

/// The program of what stops all of them, `postfix reload` among them.
pub const EVERY_PROGRAM: &str = "every program";

/// In place of a program: this build has not what the value asks for.
pub const THIS_BUILD: &str = "this build";

/// A value that Postfix refuses to start with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fatal {
    /// Which program does not start: [`EVERY_PROGRAM`], `smtpd` … or [`THIS_BUILD`].
    pub program: &'static str,
    /// The text of its `fatal:` line.
    pub reason: String,
    /// What it warns of before.
    pub warnings: Vec<String>,
}

impl Fatal {
    /// A reason of smtpd's, without warnings.
    pub fn new(reason: impl Into<String>) -> Fatal {
        Fatal {
            program: "smtpd",
            reason: reason.into(),
            warnings: Vec::new(),
        }
    }
}

impl From<Malformed> for Fatal {
    fn from(malformed: Malformed) -> Fatal {
        let error = "dictionary mail_dict: macro processing error";
        Fatal {
            program: "smtpd",
            reason: malformed.fatal.unwrap_or_else(|| error.into()),
            warnings: malformed.warnings.lines().to_vec(),
        }
    }
}

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "fatal: {}", self.reason)
    }
}

impl std::error::Error for Fatal {}

/// Parameters that come from the host, and those that others than the mail system's programs read.
const ELSEWHERE: [&str; 6] = [
    "alias_database",
    "inet_interfaces",
    "mydomain",
    "mynetworks",
    "proxy_read_maps",
    "smtpd_tls_key_file",
];

/// Parameters with which Postfix does nothing that could be seen here: where its parts are, who they
/// belong to, what is kept to save time.
const SILENT: [&str; 20] = [
    "biff",
    "command_directory",
    "daemon_directory",
    "data_directory",
    "debug_peer_level",
    "default_privs",
    "html_directory",
    "mail_owner",
    "mailq_path",
    "manpage_directory",
    "meta_directory",
    "newaliases_path",
    "queue_directory",
    "readme_directory",
    "sample_directory",
    "sendmail_path",
    "setgid_group",
    "shlib_directory",
    "smtp_tls_session_cache_database",
    "smtpd_tls_session_cache_database",
];

impl Config {
    /// Reads a main.cf.
    ///
    /// ```
    /// use smtp_terminal::postfix::config::main_cf::Config;
    /// let config = Config::parse("myhostname = smtp.safeer.in\nsmtpd_banner = $myhostname\n  ESMTP").unwrap();
    /// assert_eq!(config.get("smtpd_banner"), "smtp.safeer.in  ESMTP");
    /// assert_eq!(config.get("mydomain"), "safeer.in");
    /// ```
    ///
    /// # Errors
    /// A line without `=`, or without a name before it, is fatal, as it is to Postfix.
    pub fn parse(text: &str) -> Result<Config, Fatal> {
        let mut config = Config::default();
        for (number, line) in logical_lines(text) {
            if let Some(warning) = misplaced("/etc/postfix/main.cf", &line) {
                config.warnings.push(warning);
                continue;
            }
            let (name, value) = name_value(&line).map_err(|what| {
                let line = line.trim_ascii();
                Fatal {
                    program: EVERY_PROGRAM,
                    ..Fatal::new(format!(
                        "/etc/postfix/main.cf, line {number}: {what}: \"{line}\""
                    ))
                }
            })?;
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

    /// Sets a parameter, as an option `-o` of a program does.
    pub fn set(&mut self, name: &str, value: &str) {
        self.values.insert(name, value);
    }

    /// Leaves out what a program does not start with, so that the others can go on with the rest:
    /// what the reason names, else what has a word that it quotes, else all that is smtpd's, else all.
    /// Whether there was any.
    pub fn forget(&mut self, fatal: &Fatal) -> bool {
        let reason = &fatal.reason;
        // Whoever relays is of no interest where smtpd does not start.
        const GUARD: &str = "smtpd_relay_restrictions";
        let before = self.values.len();
        let is_between = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        let is_named = |name: &str| reason.split(is_between).any(|word| word == name);
        if fatal.program == "smtpd"
            && self.values.insert(GUARD, "reject").as_deref() != Some("reject")
        {
            return true;
        }
        // Without it proxymap has what most use.
        let lists = |name: &str| name == "proxy_read_maps" && reason.starts_with("proxymap ");
        self.values
            .retain(&|name| name == GUARD || !(is_named(name) || lists(name)));
        if self.values.len() == before {
            let said = fatal.warnings.iter().chain([reason]);
            let quoted: Vec<&str> = said.flat_map(|t| t.split('"').skip(1).step_by(2)).collect();
            let bare = |w: &str| quoted.contains(&w.trim_start_matches("proxy:"));
            let has_it = |value: &str| bare(value) || value.split([',', ' ', '\n']).any(bare);
            let odd = self.values.iter().filter(|(_, value)| has_it(value));
            let odd: Vec<String> = odd.map(|(name, _)| name.to_string()).collect();
            self.values
                .retain(&|name| !odd.iter().any(|odd| odd == name));
        }
        if self.values.len() == before {
            // What cannot be expanded; names of the site's own are nobody's to read.
            let is_bad = |name: &&str| {
                (*name == "mynetworks" || parameter::find(name).is_some())
                    && self.try_get(name).is_err()
            };
            let bad: Vec<String> = self
                .values
                .iter()
                .map(|(name, _)| name)
                .filter(is_bad)
                .map(String::from)
                .collect();
            self.values
                .retain(&|name| !bad.iter().any(|bad| bad == name));
        }
        if self.values.len() == before {
            let is_others = |name: &str| name == GUARD || !name.starts_with("smtpd_");
            self.values.retain(&is_others);
        }
        if self.values.len() == before {
            // The level decides what other defaults are.
            self.values
                .retain(&|name| name == GUARD || name == "compatibility_level");
        }
        self.values.len() < before
    }

    /// What main.cf says itself, unexpanded, in order of name.
    pub fn explicit(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter()
    }

    /// What main.cf sets and this program does not model: neither a parameter that it knows, nor
    /// one of the site's own that another value, a default or a restriction list uses.
    pub fn unmodelled(&self) -> Vec<&str> {
        let is_between = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        let known = parameter::all().map(|known| (known.name, known.default));
        // A table is often called as its own parameter is.
        let words = self.values.iter().chain(known).flat_map(|(name, value)| {
            let words = value.split(is_between);
            words.filter(move |word| *word != name)
        });
        let mut used: Vec<&str> = words.collect();
        used.sort_unstable();
        self.values
            .iter()
            .filter(|(name, _)| {
                parameter::find(name).is_none() && used.binary_search(name).is_err()
            })
            .filter(|(name, _)| !ELSEWHERE.contains(name) && !SILENT.contains(name))
            .filter(|(name, value)| !build::is_obeyed(name, value))
            .map(|(name, _)| name)
            .collect()
    }

    /// Whether main.cf sets the parameter.
    pub fn is_set(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// What main.cf says, unless the release that it asks for does not know the parameter.
    fn value(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .filter(|_| build::knows(self.version(), name))
    }

    /// `mail_version`, as main.cf has it.
    fn version(&self) -> Option<&str> {
        self.values.get("mail_version")
    }

    /// The value before expansion: main.cf's, or the default.
    pub fn raw(&self, name: &str) -> Option<String> {
        if let Some(value) = self.value(name) {
            return Some(value.into());
        }
        if let Some(value) = build::default_of(self.version(), name) {
            return Some(value.into());
        }
        match name {
            "mydomain" => {
                let hostname = self.hostname().unwrap_or_default();
                let domain = hostname.split_once('.').map(|(_, domain)| domain);
                Some(domain.unwrap_or("localdomain").into())
            }
            "process_name" => Some("smtpd".into()),
            "service_name" => Some("smtp".into()),
            _ => {
                let known = parameter::find(name).map(|known| known.default);
                known.or_else(|| parameter::other(name)).map(String::from)
            }
        }
    }

    /// The value, expanded; empty for a parameter that does not exist, and for one that Postfix
    /// would not start with (of which [`verify`](Config::verify) tells).
    pub fn get(&self, name: &str) -> String {
        self.try_get(name).unwrap_or_default()
    }

    /// The value, expanded; empty for a parameter that does not exist.
    ///
    /// # Errors
    /// The value is malformed, or there is no end to it.
    pub fn try_get(&self, name: &str) -> Result<String, Malformed> {
        match name {
            "myhostname" => self.hostname(),
            name => self.expand(&self.raw(name).unwrap_or_default()),
        }
    }

    /// `myhostname`, which is read before there is a `mydomain` that is made of it.
    fn hostname(&self) -> Result<String, Malformed> {
        let value = |name: &str| match name {
            "mydomain" => self.value(name).map(str::to_string),
            name => self.raw(name),
        };
        expand(&value("myhostname").unwrap_or_default(), &value, true)
    }

    /// A list: words separated by white space or commas, braces holding together.
    pub fn list(&self, name: &str) -> Vec<String> {
        split_list(&self.get(name))
    }

    /// Expands a text with the values of main.cf.
    ///
    /// # Errors
    /// The text is malformed, or there is no end to it.
    pub fn expand(&self, text: &str) -> Result<String, Malformed> {
        expand(text, &|name| self.raw(name), true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_does_not_start_with_is_left_out_alone() {
        let text = "myhostname = mx.example\ncanonical_maps = static:one, two\nsmtpd_banner = hi\n";
        let mut config = Config::parse(text).unwrap();
        let reason = "open dictionary: expecting \"type:name\" form instead of \"two\"";
        let fatal = Fatal::new(reason);
        // Whoever relays is left out first.
        assert!(config.forget(&fatal) && config.forget(&fatal));
        let left: Vec<&str> = config.explicit().map(|(name, _)| name).collect();
        let expected = ["myhostname", "smtpd_banner", "smtpd_relay_restrictions"];
        assert_eq!(left, expected);
    }

    #[test]
    fn a_line_without_equals_is_fatal() {
        let error = Config::parse("a = b\nnonsense\n").unwrap_err();
        assert!(error.reason.contains("line 2"), "{error}");
    }
}
