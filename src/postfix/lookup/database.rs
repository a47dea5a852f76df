//! Tables that Postfix asks elsewhere (`mysql:`, `pgsql:`, `sqlite:`, `ldap:`, `memcache:`, `tcp:`,
//! `socketmap:`), and indexed ones of libraries that come apart (`lmdb:`). What they hold is the
//! scenario's to say; what their own file says of keys and results is obeyed here. Nobody reads the
//! query itself: that it asks for parts of an address is all that is seen of it.

use crate::files::dictionary::Dictionary;
use crate::postfix::config::syntax::{logical_lines, split_list};
use crate::postfix::lookup::retry::{Found, Retry};
use crate::postfix::lookup::table::{Host, Lookup, Manner, Name, Opened};

/// Types that have a file with parameters, each with what their library says where no server answers
/// at its host. `{host}` is the host.
const SERVERS: [(&str, &str); 5] = [
    (
        "mysql",
        "connect to mysql server {host}: Can't connect to server on '{host}' (115)",
    ),
    (
        "pgsql",
        "connect to pgsql server {host}: connection to server at \"{host}\", port 5432 failed: \
         Connection refused??Is the server running on that host and accepting TCP/IP connections??",
    ),
    (
        "ldap",
        "dict_ldap_connect: Unable to bind to server {host} with dn empty or implicit: -1 (Can't \
         contact LDAP server)",
    ),
    ("sqlite", ""),
    ("memcache", ""),
];

/// What MySQL's library says of a server on this host.
const LOCAL_MYSQL: &str =
    "connect to mysql server {host}: Can't connect to local server through socket \
     '/run/mysqld/mysqld.sock' (2)";

/// Types that are part of every Postfix, where the others come in packages.
const BUILT_IN: [&str; 3] = ["memcache", "tcp", "socketmap"];

/// How often a TCP map is tried, with a second in between.
const TRIES: usize = 10;

/// How many values a key may have where nobody says so.
const MOST: usize = 10_000;

/// A table that is asked elsewhere.
#[derive(Debug)]
struct Database {
    kind: String,
    name: String,
    /// None where no server answers.
    values: Option<Dictionary>,
    manner: Manner,
    /// Parameters of its own file.
    own: Vec<(String, String)>,
}

/// Opens a table of a type that is none of Postfix's own.
///
/// # Errors
/// The type is not there, or its file is not.
pub(in crate::postfix::lookup) fn open(name: &Name, host: &mut dyn Host) -> Opened {
    let Name { kind, name } = name;
    let values = host.file(&format!("{kind}:{name}")).map(|text| {
        let mut values = Dictionary::default();
        for (key, value) in text.lines().filter_map(|line| line.split_once('\t')) {
            values.insert(host.manner().folded(key), value);
        }
        values
    });
    let has_file = SERVERS.iter().any(|(own, _)| own == kind);
    let is_built_in = BUILT_IN.contains(kind);
    let text = host.file(name).filter(|_| has_file);
    if values.is_none() && text.is_none() && !is_built_in {
        return Err(format!("unsupported dictionary type: {kind}"));
    }
    if has_file && text.is_none() {
        return Err(format!("open {name}: No such file or directory"));
    }
    let pair = |(_, line): &(usize, String)| {
        let (name, value) = line.split_once('=')?;
        Some((name.trim().to_string(), value.trim().to_string()))
    };
    Ok(Box::new(Database {
        kind: (*kind).into(),
        name: (*name).into(),
        values,
        manner: host.manner(),
        own: logical_lines(text.unwrap_or(""))
            .iter()
            .filter_map(pair)
            .collect(),
    }))
}

impl Database {
    fn parameter(&self, name: &str) -> &str {
        let found = self.own.iter().rfind(|(own, _)| own == name);
        found.map_or("", |(_, value)| value)
    }

    /// Nobody answers.
    fn absence(&self) -> Retry {
        let name = &self.name;
        let refused = "Connection refused";
        match self.kind.as_str() {
            "tcp" => (0..TRIES).fold(Retry::default(), |retry, _| {
                retry.and(|| format!("connect to TCP map {name}: {refused}"))
            }),
            "socketmap" => {
                let place = name
                    .rsplit_once(':')
                    .map_or(name.as_str(), |(place, _)| place);
                let place = place.strip_prefix("inet:").unwrap_or(place);
                let why = || format!("table socketmap:{name} lookup error: {refused}");
                let retry = Retry::default().and(|| format!("connect to {place}: {refused}"));
                retry.and(why)
            }
            _ => Retry::default().and(|| self.server_absence()),
        }
    }

    /// Why no server answers.
    fn server_absence(&self) -> String {
        let hosts = [self.parameter("hosts"), self.parameter("server_host")].concat();
        let first = split_list(&hosts).into_iter().next();
        let host = first.unwrap_or("localhost".into());
        let words = SERVERS.iter().find(|(own, _)| *own == self.kind);
        let words = match self.kind.as_str() {
            "mysql" if host == "localhost" || host.starts_with("unix:") => LOCAL_MYSQL,
            _ => words.map_or("", |(_, words)| words),
        };
        words.replace("{host}", host.strip_prefix("inet:").unwrap_or(&host))
    }
}

impl Lookup for Database {
    fn get(&self, key: &str) -> Found<'_> {
        let domain = key.rsplit_once('@').map(|(_, domain)| domain);
        let domains = split_list(self.parameter("domain"));
        let is_asked = |domain: &str| domains.iter().any(|own| own.eq_ignore_ascii_case(domain));
        if !domains.is_empty() && !domain.is_some_and(is_asked) {
            return Ok(None);
        }
        let query = [self.parameter("query"), self.parameter("query_filter")].concat();
        if domain.is_none() && (query.contains("%d") || query.contains("%1")) {
            return Ok(None);
        }
        let Some(values) = &self.values else {
            return Err(self.absence());
        };
        let Some(found) = values.get(&self.manner.folded(key)) else {
            return Ok(None);
        };
        let format = match self.parameter("result_format") {
            "" => "%s",
            format => format,
        };
        let limit = self.parameter("expansion_limit").parse().unwrap_or(0);
        let mut all: Vec<String> = Vec::new();
        for value in found.split(',').map(str::trim) {
            all.extend(expand(format, value, key));
            if all.len() > if limit > 0 { limit } else { MOST } {
                let colon = if self.kind == "sqlite" { "" } else { ":" };
                let (kind, name) = (&self.kind, &self.name);
                return Err(Retry::default().and(|| {
                    format!("dict_{kind}_lookup: {name}: Expansion limit exceeded for key{colon} '{key}'")
                }));
            }
        }
        Ok((!all.is_empty()).then(|| all.join(",").into()))
    }
}

/// A value in the form that `result_format` has; none where that asks for what there is not. Small
/// letters are of the value, capital ones of the key.
fn expand(format: &str, value: &str, key: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let letter = after.chars().next()?;
        rest = after.get(letter.len_utf8()..)?;
        let of = if letter.is_ascii_uppercase() {
            key
        } else {
            value
        };
        let parts = of.rsplit_once('@');
        match letter.to_ascii_lowercase() {
            '%' => out.push('%'),
            's' => out.push_str(of),
            'u' => out.push_str(parts.map_or(of, |(user, _)| user)),
            'd' => out.push_str(parts?.1),
            digit @ '1'..='9' => {
                let number = digit.to_digit(10)? as usize;
                let domain = key.rsplit_once('@')?.1;
                out.push_str(domain.rsplit('.').nth(number - 1)?);
            }
            _ => {}
        }
    }
    Some(out + rest)
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn results_take_their_form() {
        let of = |format: &str| expand(format, "asha@far.example", "team@mail.near.example");
        assert_eq!(of("%u/%d/").as_deref(), Some("asha/far.example/"));
        assert_eq!(
            of("%U@%D %1.%2 %%").as_deref(),
            Some("team@mail.near.example example.near %")
        );
        assert_eq!(of("%9"), None);
        assert_eq!(expand("/%d/", "box", "x@y"), None);
        assert_eq!(expand("/%u/", "box", "x@y").as_deref(), Some("/box/"));
    }
}
