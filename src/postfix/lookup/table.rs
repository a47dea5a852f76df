//! Lookup tables: `type:name`, from the files of the scenario or written inline
//! (Postfix's DATABASE_README).

use crate::files::dictionary::Dictionary;
use crate::postfix::config::main_cf::{logical_lines, split_list};
use crate::postfix::lookup::fold::fold;
#[cfg(feature = "full")]
use crate::postfix::lookup::rules::Rules;

pub use crate::files::Files;

/// A table that has been opened.
#[derive(Clone, Debug)]
pub struct Table {
    /// As it is written in main.cf: `hash:/etc/postfix/access`.
    pub spec: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    /// Exact keys, folded to lower case.
    Map(Dictionary),
    /// The same answer to every key.
    Static(String),
    /// Networks or patterns, the first that matches.
    #[cfg(feature = "full")]
    Rules(Rules),
    /// The answers of all, joined with commas.
    #[cfg(feature = "full")]
    Union(Vec<Table>),
    /// The answer of each is the key of the next.
    #[cfg(feature = "full")]
    Pipe(Vec<Table>),
    /// Nothing but errors.
    Fail,
    /// It could not be opened, for this reason.
    Unavailable(String),
}

/// A look-up that failed for now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retry {
    /// What the one who asked logs about it, without `warning: `.
    #[cfg(feature = "full")]
    pub warnings: Vec<String>,
}

impl Retry {
    /// Adds a line for the log; a light build, where tables are few, says no more than that
    /// something failed.
    #[allow(unused_mut)]
    pub fn and(mut self, warning: impl FnOnce() -> String) -> Retry {
        #[cfg(feature = "full")]
        self.warnings.push(warning());
        #[cfg(not(feature = "full"))]
        let _ = warning;
        self
    }
}

impl Table {
    /// Opens a table. One that cannot be opened says so in the log, now and whenever it is
    /// asked (`error: open database …`).
    pub fn open(spec: &str, files: &Files, warnings: &mut Vec<String>) -> Table {
        Table::try_open(spec, files, warnings).unwrap_or_else(|reason| {
            warnings.push(format!("error: {reason}"));
            Table {
                spec: spec.into(),
                kind: Kind::Unavailable(reason),
            }
        })
    }

    fn try_open(spec: &str, files: &Files, warnings: &mut Vec<String>) -> Result<Table, String> {
        let (kind, name) = spec.split_once(':').unwrap_or(("hash", spec));
        let kind = match kind {
            "proxy" => return Table::try_open(name, files, warnings),
            "hash" | "btree" | "lmdb" | "cdb" | "dbm" | "sdbm" | "texthash" => {
                let text = read(kind, name, files)?;
                Kind::Map(parse_map(
                    &text,
                    cfg!(feature = "full") && name.ends_with("aliases"),
                ))
            }
            "inline" => Kind::Map(parse_inline(name).map_err(|e| format!("{spec}: {e}"))?),
            "static" => Kind::Static(unbrace(name).unwrap_or(name).trim().to_string()),
            #[cfg(feature = "full")]
            "cidr" => Kind::Rules(Rules::networks(name, &read(kind, name, files)?, warnings)),
            #[cfg(feature = "full")]
            "regexp" | "pcre" => Kind::Rules(Rules::patterns(
                kind,
                name,
                &read(kind, name, files)?,
                warnings,
            )),
            #[cfg(feature = "full")]
            "unionmap" | "pipemap" => {
                let inner = unbrace(name).ok_or_else(|| {
                    format!("bad syntax: \"{spec}\"; need \"{kind}:{{type:name...}}\"")
                })?;
                let tables = split_list(inner)
                    .iter()
                    .map(|t| Table::open(unbrace(t).unwrap_or(t), files, warnings))
                    .collect();
                if kind == "unionmap" {
                    Kind::Union(tables)
                } else {
                    Kind::Pipe(tables)
                }
            }
            "fail" => Kind::Fail,
            // No host of this network is in a NIS domain, so every such map is empty.
            "nis" => {
                warnings
                    .push("dict_nis_init: NIS domain name not set - NIS lookups disabled".into());
                Kind::Map(Dictionary::default())
            }
            "unix" => Kind::Map(parse_map(files.get(name).unwrap_or(""), false)),
            _ => return Err(format!("unsupported dictionary type: {kind}")),
        };
        Ok(Table {
            spec: spec.into(),
            kind,
        })
    }

    /// What the table says to a key.
    ///
    /// # Errors
    /// `fail:` tables, and tables built on them, cannot be asked now.
    pub fn get(&self, key: &str) -> Result<Option<String>, Retry> {
        match &self.kind {
            Kind::Map(map) => Ok(map.get(&fold(key)).map(str::to_string)),
            Kind::Static(value) => Ok(Some(value.clone())),
            #[cfg(feature = "full")]
            Kind::Rules(rules) => Ok(rules.get(key)),
            #[cfg(feature = "full")]
            Kind::Union(tables) => {
                let mut found = Vec::new();
                for table in tables {
                    found.extend(table.get(key)?);
                }
                Ok((!found.is_empty()).then(|| found.join(",")))
            }
            #[cfg(feature = "full")]
            Kind::Pipe(tables) => {
                let mut key = key.to_string();
                for table in tables {
                    match table.get(&key)? {
                        Some(next) => key = next,
                        None => return Ok(None),
                    }
                }
                Ok(Some(key))
            }
            Kind::Fail => Err(Retry::default()),
            Kind::Unavailable(reason) => {
                Err(Retry::default().and(|| format!("{} is unavailable. {reason}", self.spec)))
            }
        }
    }

    /// All keys with their values, where the table can be read through.
    #[cfg(feature = "full")]
    pub fn entries(&self) -> Option<Vec<(&str, &str)>> {
        match &self.kind {
            Kind::Map(map) => Some(map.iter().collect()),
            _ => None,
        }
    }

    /// Whether keys are patterns: such a table is asked with whole addresses only, never with
    /// parts of them.
    pub fn is_pattern(&self) -> bool {
        match self.kind {
            Kind::Static(_) | Kind::Unavailable(_) => true,
            #[cfg(feature = "full")]
            Kind::Rules(_) => true,
            _ => false,
        }
    }
}

fn read(kind: &str, name: &str, files: &Files) -> Result<String, String> {
    if let Some(inner) = unbrace(name) {
        let rules: Vec<String> = split_list(inner)
            .iter()
            .map(|rule| unbrace(rule).unwrap_or(rule).trim().to_string())
            .collect();
        return Ok(rules.join("\n"));
    }
    let stored = files.get(name).or_else(|| {
        // An indexed table is made from the text file beside it.
        files.get(name.strip_suffix(".db").unwrap_or(name))
    });
    match stored {
        Some(text) => Ok(text.into()),
        None if matches!(kind, "hash" | "btree") => Err(format!(
            "open database {name}.db: No such file or directory"
        )),
        None => Err(format!("open {name}: No such file or directory")),
    }
}

fn unbrace(text: &str) -> Option<&str> {
    text.trim().strip_prefix('{')?.strip_suffix('}')
}

/// `key value` lines; in a file of aliases the key ends with a colon.
#[cfg_attr(not(feature = "full"), allow(unused_variables))]
fn parse_map(text: &str, aliases: bool) -> Dictionary {
    let mut map = Dictionary::default();
    for (_, line) in logical_lines(text) {
        let (key, value) = match line.strip_prefix('"').and_then(|l| l.split_once('"')) {
            Some((key, value)) => (key, value),
            None => line.split_once(char::is_whitespace).unwrap_or((&line, "")),
        };
        #[cfg(feature = "full")]
        let key = if aliases {
            key.trim_end_matches(':')
        } else {
            key
        };
        map.insert_new(fold(key), value.trim());
    }
    map
}

fn parse_inline(text: &str) -> Result<Dictionary, String> {
    let inner = unbrace(text).ok_or("need \"inline:{name=value...}\"")?;
    let mut map = Dictionary::default();
    for item in split_list(inner) {
        let item = unbrace(&item).unwrap_or(&item);
        let (key, value) = item
            .split_once('=')
            .ok_or_else(|| format!("missing '=' after attribute name: \"{item}\""))?;
        map.insert(fold(key.trim()), value.trim());
    }
    if map.is_empty() {
        return Err("empty table".into());
    }
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(spec: &str, key: &str) -> Option<String> {
        let mut files = Files::default();
        files.insert(
            "/etc/postfix/access",
            "# comment\nexample.com REJECT go away\n  please\nOK@x OK\n",
        );
        Table::open(spec, &files, &mut Vec::new()).get(key).unwrap()
    }

    #[test]
    fn maps() {
        assert_eq!(
            get("hash:/etc/postfix/access", "Example.COM").as_deref(),
            Some("REJECT go away please")
        );
        assert_eq!(get("inline:{a=b, {c = d e}}", "c").as_deref(), Some("d e"));
        assert_eq!(get("static:OK", "anything").as_deref(), Some("OK"));
        assert_eq!(
            get("unionmap:{inline:{a=1},inline:{a=2}}", "a").as_deref(),
            Some("1,2")
        );
        assert_eq!(
            get("pipemap:{inline:{a=b},inline:{b=c}}", "a").as_deref(),
            Some("c")
        );
    }
}
