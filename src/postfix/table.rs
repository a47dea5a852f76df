//! Lookup tables: `type:name`, from the files of the scenario or written inline
//! (Postfix's DATABASE_README).

use std::collections::BTreeMap;

use super::cidr::Network;
use super::config::{logical_lines, split_list};
use super::pattern::Pattern;

/// The files of a host, by path.
pub type Files = BTreeMap<String, String>;

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
    Map(BTreeMap<String, String>),
    /// The same answer to every key.
    Static(String),
    /// Networks, the first that matches.
    Cidr(Vec<CidrRule>),
    /// Patterns, the first that matches.
    Pattern(Vec<PatternRule>),
    /// The answers of all, joined with commas.
    Union(Vec<Table>),
    /// The answer of each is the key of the next.
    Pipe(Vec<Table>),
    /// Nothing but errors.
    Fail,
}

#[derive(Clone, Debug)]
struct CidrRule {
    network: Network,
    negated: bool,
    result: String,
    /// An `if` opens a block that counts only where it matches.
    opens: bool,
    closes: bool,
}

#[derive(Clone, Debug)]
struct PatternRule {
    /// None for `endif`.
    pattern: Option<Pattern>,
    negated: bool,
    result: String,
    opens: bool,
}

/// A look-up that failed for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry;

impl Table {
    /// Opens a table.
    ///
    /// # Errors
    /// The text after `warning: ` that Postfix would log: an unknown type, a missing file.
    pub fn open(spec: &str, files: &Files) -> Result<Table, String> {
        let (kind, name) = spec.split_once(':').unwrap_or(("hash", spec));
        let kind = match kind {
            "proxy" => return Table::open(name, files),
            "hash" | "btree" | "lmdb" | "cdb" | "dbm" | "sdbm" | "texthash" => {
                Kind::Map(parse_map(&read(kind, name, files)?))
            }
            "inline" => Kind::Map(parse_inline(name).map_err(|e| format!("{spec}: {e}"))?),
            "static" => Kind::Static(unbrace(name).unwrap_or(name).trim().to_string()),
            "cidr" => Kind::Cidr(parse_cidr(&read(kind, name, files)?)),
            "regexp" | "pcre" | "pcre2" => Kind::Pattern(parse_patterns(&read(kind, name, files)?)),
            "unionmap" | "pipemap" => {
                let inner = unbrace(name).ok_or_else(|| {
                    format!("bad syntax: \"{spec}\"; need \"{kind}:{{type:name...}}\"")
                })?;
                let tables = split_list(inner)
                    .iter()
                    .map(|t| Table::open(unbrace(t).unwrap_or(t), files))
                    .collect::<Result<Vec<_>, _>>()?;
                if kind == "unionmap" {
                    Kind::Union(tables)
                } else {
                    Kind::Pipe(tables)
                }
            }
            "fail" => Kind::Fail,
            "unix" => Kind::Map(parse_map(files.get(name).map_or("", String::as_str))),
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
            Kind::Map(map) => Ok(map.get(&key.to_lowercase()).cloned()),
            Kind::Static(value) => Ok(Some(value.clone())),
            Kind::Cidr(rules) => Ok(cidr_lookup(rules, key)),
            Kind::Pattern(rules) => Ok(pattern_lookup(rules, key)),
            Kind::Union(tables) => {
                let mut found = Vec::new();
                for table in tables {
                    found.extend(table.get(key)?);
                }
                Ok((!found.is_empty()).then(|| found.join(",")))
            }
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
            Kind::Fail => Err(Retry),
        }
    }

    /// Whether keys are patterns: such a table is asked with whole addresses only, never with
    /// parts of them.
    pub fn is_pattern(&self) -> bool {
        matches!(self.kind, Kind::Pattern(_) | Kind::Cidr(_) | Kind::Static(_))
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
        Some(text) => Ok(text.clone()),
        None if matches!(kind, "hash" | "btree") => {
            Err(format!("open database {name}.db: No such file or directory"))
        }
        None => Err(format!("open {name}: No such file or directory")),
    }
}

fn unbrace(text: &str) -> Option<&str> {
    text.trim().strip_prefix('{')?.strip_suffix('}')
}

fn parse_map(text: &str) -> BTreeMap<String, String> {
    let mut map = BTreeMap::new();
    for (_, line) in logical_lines(text) {
        let (key, value) = match line.strip_prefix('"').and_then(|l| l.split_once('"')) {
            Some((key, value)) => (key, value),
            None => line.split_once(char::is_whitespace).unwrap_or((&line, "")),
        };
        map.entry(key.to_lowercase()).or_insert_with(|| value.trim().to_string());
    }
    map
}

fn parse_inline(text: &str) -> Result<BTreeMap<String, String>, String> {
    let inner = unbrace(text).ok_or("need \"inline:{name=value...}\"")?;
    let mut map = BTreeMap::new();
    for item in split_list(inner) {
        let item = unbrace(&item).unwrap_or(&item);
        let (key, value) = item
            .split_once('=')
            .ok_or_else(|| format!("missing '=' after attribute name: \"{item}\""))?;
        map.insert(key.trim().to_lowercase(), value.trim().to_string());
    }
    if map.is_empty() {
        return Err("empty table".into());
    }
    Ok(map)
}

fn parse_cidr(text: &str) -> Vec<CidrRule> {
    let mut rules = Vec::new();
    for (_, line) in logical_lines(text) {
        let (opens, rest) = keyword(&line, "if");
        let closes = line.eq_ignore_ascii_case("endif");
        let (pattern, result) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let (negated, pattern) = match pattern.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, pattern),
        };
        match Network::parse(pattern) {
            Some(network) => rules.push(CidrRule {
                network,
                negated,
                result: result.trim().into(),
                opens,
                closes: false,
            }),
            None if closes => rules.push(CidrRule {
                network: Network::any(),
                negated: false,
                result: String::new(),
                opens: false,
                closes: true,
            }),
            None => {}
        }
    }
    rules
}

fn keyword<'a>(line: &'a str, word: &str) -> (bool, &'a str) {
    match line.get(..word.len()) {
        Some(start)
            if start.eq_ignore_ascii_case(word)
                && line[word.len()..].starts_with(|c: char| c.is_whitespace() || c == '/' || c == '!') =>
        {
            (true, line[word.len()..].trim_start())
        }
        _ => (false, line),
    }
}

fn parse_patterns(text: &str) -> Vec<PatternRule> {
    let mut rules = Vec::new();
    for (_, line) in logical_lines(text) {
        if line.eq_ignore_ascii_case("endif") {
            rules.push(PatternRule {
                pattern: None,
                negated: false,
                result: String::new(),
                opens: false,
            });
            continue;
        }
        let (opens, rest) = keyword(&line, "if");
        let (negated, rest) = match rest.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        if let Some((pattern, result)) = Pattern::parse(rest) {
            rules.push(PatternRule {
                pattern: Some(pattern),
                negated,
                result: result.trim().into(),
                opens,
            });
        }
    }
    rules
}

/// Keeps track of `if` blocks while rules are tried in order.
#[derive(Default)]
struct Blocks {
    depth: usize,
    /// The depth at which a block did not match.
    skipping_from: Option<usize>,
}

impl Blocks {
    fn skips(&self) -> bool {
        self.skipping_from.is_some()
    }

    fn open(&mut self, matched: bool) {
        self.depth += 1;
        if !self.skips() && !matched {
            self.skipping_from = Some(self.depth);
        }
    }

    fn close(&mut self) {
        if self.skipping_from == Some(self.depth) {
            self.skipping_from = None;
        }
        self.depth = self.depth.saturating_sub(1);
    }
}

fn cidr_lookup(rules: &[CidrRule], key: &str) -> Option<String> {
    let addr = key.parse().ok()?;
    let mut blocks = Blocks::default();
    for rule in rules {
        if rule.closes {
            blocks.close();
            continue;
        }
        let matched = !blocks.skips() && rule.network.contains(addr) != rule.negated;
        if rule.opens {
            blocks.open(matched);
        } else if matched {
            return Some(rule.result.clone());
        }
    }
    None
}

fn pattern_lookup(rules: &[PatternRule], key: &str) -> Option<String> {
    let mut blocks = Blocks::default();
    for rule in rules {
        let Some(pattern) = &rule.pattern else {
            blocks.close();
            continue;
        };
        let groups = (!blocks.skips()).then(|| pattern.captures(key)).flatten();
        let matched = !blocks.skips() && groups.is_some() != rule.negated;
        if rule.opens {
            blocks.open(matched);
        } else if matched {
            return Some(substitute(&rule.result, groups.as_deref().unwrap_or_default()));
        }
    }
    None
}

/// Puts what the groups matched in place of `$1`, `${1}` and `$(1)`.
fn substitute(text: &str, groups: &[String]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(tail) = rest.strip_prefix('$') {
            out.push('$');
            rest = tail;
            continue;
        }
        let inner = rest.strip_prefix(['{', '(']).unwrap_or(rest);
        let digits = inner.find(|c: char| !c.is_ascii_digit()).unwrap_or(inner.len());
        if let Ok(group) = inner[..digits].parse::<usize>() {
            out.push_str(groups.get(group).map_or("", String::as_str));
            rest = &inner[digits..];
            if inner.len() != digits && rest.starts_with(['}', ')']) {
                rest = &rest[1..];
            }
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(spec: &str, key: &str) -> Option<String> {
        let files = Files::from([(
            "/etc/postfix/access".to_string(),
            "# comment\nexample.com REJECT go away\n  please\nOK@x OK\n".to_string(),
        )]);
        Table::open(spec, &files).unwrap().get(key).unwrap()
    }

    #[test]
    fn maps() {
        assert_eq!(get("hash:/etc/postfix/access", "Example.COM").as_deref(), Some("REJECT go away please"));
        assert_eq!(get("inline:{a=b, {c = d e}}", "c").as_deref(), Some("d e"));
        assert_eq!(get("static:OK", "anything").as_deref(), Some("OK"));
        assert_eq!(get("unionmap:{inline:{a=1},inline:{a=2}}", "a").as_deref(), Some("1,2"));
        assert_eq!(get("pipemap:{inline:{a=b},inline:{b=c}}", "a").as_deref(), Some("c"));
    }

    #[test]
    fn networks_and_patterns() {
        assert_eq!(get("cidr:{{10.0.0.0/8 REJECT}}", "10.1.2.3").as_deref(), Some("REJECT"));
        assert_eq!(get("cidr:{{!10.0.0.0/8 REJECT}}", "10.1.2.3"), None);
        assert_eq!(get("regexp:{{/^(.*)@x$/ got $1}}", "JOE@X").as_deref(), Some("got JOE"));
        assert_eq!(get("regexp:{{/^[^A-Z]/ Bogus}}", "1x").as_deref(), Some("Bogus"));
    }
}
