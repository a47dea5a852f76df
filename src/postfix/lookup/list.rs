//! Lists of hosts, domains and networks as main.cf has them: `mydestination`, `mynetworks`,
//! `relay_domains` … Items may be names, networks, `type:table`, `/file`, and `!` turns a match
//! into its opposite.

use std::sync::Arc;

use crate::postfix::config::main_cf::Config;
use crate::postfix::config::syntax::next_word;
use crate::postfix::lookup::cidr::Network;
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::retry::Retry;
use crate::postfix::lookup::table::{Host, Table};
use crate::postfix::lookup::tables::Tables;

/// How many files one list may read, one within another or one after another. Postfix opens a
/// file that names itself again and again, until the system gives it no more.
const FILES: usize = 100;

/// A list of patterns, tried in order.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The parameter that it stands in.
    parameter: String,
    items: Vec<(bool, Item)>,
    style: Style,
}

/// What a name in a list stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Itself (`mydestination`, `virtual_alias_domains`).
    #[default]
    Exact,
    /// Itself and the domains below it (`parent_domain_matches_subdomains`).
    Parents,
    /// Itself; `.example.com` stands for the domains below `example.com`.
    Dotted,
}

#[derive(Clone, Debug)]
enum Item {
    Text(String),
    Table(Arc<Table>),
}

impl List {
    /// Reads the list of a parameter.
    pub fn open(config: &Config, parameter: &str, style: Style, tables: &mut Tables) -> List {
        List::parse(parameter, &config.get(parameter), style, tables)
    }

    /// Reads a list that is the value of a parameter.
    pub fn parse(parameter: &str, text: &str, style: Style, tables: &mut Tables) -> List {
        let mut list = List {
            parameter: parameter.into(),
            items: Vec::new(),
            style,
        };
        list.extend(text, true, tables, &mut { FILES });
        list
    }

    fn extend(&mut self, text: &str, positive: bool, tables: &mut Tables, files: &mut usize) {
        let mut rest = text;
        while let Some(word) = next_word(&mut rest) {
            if word.starts_with('#') {
                let name = &self.parameter;
                tables.warn(format!(
                    "{name}: comment at end of line is not supported: {word} {rest}"
                ));
                break;
            }
            let item = word.trim_start_matches('!');
            let positive = positive == ((word.len() - item.len()) % 2 == 0);
            if item.is_empty() {
                tables.fail(format!("{}: no pattern after '!'", self.parameter));
            }
            if item.starts_with('/') {
                if tables.is_directory(item) {
                    tables.fail(format!(
                        "match_list_parse: read file {item}: Is a directory"
                    ));
                }
                match tables.text(item).filter(|_| *files > 0) {
                    Some(text) => {
                        *files -= 1;
                        for line in text.lines().filter(|l| !l.starts_with('#')) {
                            self.extend(line, positive, tables, files);
                        }
                    }
                    None => {
                        let reason = match files {
                            0 => "Too many open files",
                            _ => tables.absence(item),
                        };
                        let reason = format!("open file {item}: {reason}");
                        let table = tables.unavailable(&format!("non-existent:{item}"), reason);
                        self.items.push((true, Item::Table(table)));
                    }
                }
                continue;
            }
            let item = if !item.starts_with('[') && item.contains(':') {
                Item::Table(tables.open(item))
            } else {
                Item::Text(fold(item))
            };
            self.items.push((positive, item));
        }
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether a string or domain is in the list.
    ///
    /// # Errors
    /// A table could not be asked.
    pub fn has_name(&self, name: &str) -> Result<bool, Retry> {
        let name = fold(name);
        for (positive, item) in &self.items {
            if self.names(item, &name)? {
                return Ok(*positive);
            }
        }
        Ok(false)
    }

    /// Whether a client, known by name and address, is in the list.
    ///
    /// # Errors
    /// A table could not be asked.
    pub fn has_client(&self, name: &str, addr: &str) -> Result<bool, Retry> {
        let name = fold(name);
        for (positive, item) in &self.items {
            let hit = self.names(item, &name)?
                || match item {
                    Item::Table(table) => self.ask(table, addr)?,
                    Item::Text(text) => self.has_address(text, addr)?,
                };
            if hit {
                return Ok(*positive);
            }
        }
        Ok(false)
    }

    /// Whether a pattern stands for an address. Names of hosts and of networks that are none have
    /// to be told from networks with a mistake.
    fn has_address(&self, pattern: &str, addr: &str) -> Result<bool, Retry> {
        const NAMES: &str = "0123456789.";
        let only = |chars: &str, more: &str| {
            let mut all = pattern.chars();
            all.all(|c| chars.contains(c) || more.contains(c))
        };
        if pattern == addr
            || pattern.strip_prefix('[').and_then(|p| p.strip_suffix(']')) == Some(addr)
        {
            return Ok(true);
        }
        if addr.contains(':') != pattern.contains(':')
            || !pattern.contains([':', '/'])
            || only(NAMES, "")
            || !only(NAMES, "abcdefABCDEF:[]/")
        {
            return Ok(false);
        }
        let Ok(address) = addr.parse() else {
            return Ok(false);
        };
        match Network::parse(pattern) {
            Ok(network) => Ok(network.contains(address)),
            Err(fault) => {
                Err(Retry::default().and(|| format!("{}: {}", self.parameter, fault.text())))
            }
        }
    }

    fn ask(&self, table: &Table, key: &str) -> Result<bool, Retry> {
        let problem = || format!("{}: {}: table lookup problem", self.parameter, table.spec);
        match table.get(key) {
            Ok(found) => Ok(found.is_some()),
            Err(retry) => Err(retry.and(problem)),
        }
    }

    fn names(&self, item: &Item, name: &str) -> Result<bool, Retry> {
        match item {
            Item::Text(text) => {
                let below = name.strip_suffix(text.as_str()).is_some_and(|start| {
                    !start.is_empty() && (start.ends_with('.') || text.starts_with('.'))
                });
                let may = match self.style {
                    Style::Exact => false,
                    Style::Parents => !text.starts_with('.'),
                    Style::Dotted => text.starts_with('.'),
                };
                Ok(text == name || (below && may))
            }
            Item::Table(table) => {
                if self.ask(table, name)? {
                    return Ok(true);
                }
                let mut rest = name;
                if self.style == Style::Exact || table.is_pattern() {
                    return Ok(false);
                }
                while let Some((_, parent)) = rest.split_once('.') {
                    let key = if self.style == Style::Parents {
                        parent.to_string()
                    } else {
                        format!(".{parent}")
                    };
                    if !parent.is_empty() && self.ask(table, &key)? {
                        return Ok(true);
                    }
                    rest = parent;
                }
                Ok(false)
            }
        }
    }
}

/// How the names of a list stand for the domains below them. What cannot be asked ends the program.
pub fn parent_style(config: &Config, name: &str, tables: &mut Tables) -> Style {
    let parameter = "parent_domain_matches_subdomains";
    match List::open(config, parameter, Style::Exact, tables).has_name(name) {
        Ok(false) => Style::Dotted,
        Ok(true) => Style::Parents,
        Err(retry) => {
            if let Some((last, before)) = retry.warnings.lines().split_last() {
                before.iter().for_each(|text| tables.warn(text.clone()));
                tables.fail(last.clone());
            }
            Style::Dotted
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;

    fn list(text: &str, parents: bool) -> List {
        let style = if parents {
            Style::Parents
        } else {
            Style::Dotted
        };
        let files = Files::default();
        let mut tables = Tables::new(&Config::default(), &files);
        List::parse("mynetworks", text, style, &mut tables)
    }

    #[test]
    fn names_and_parents() {
        assert_eq!(list("a.com", true).has_name("x.A.com"), Ok(true));
        assert_eq!(list("a.com", false).has_name("x.a.com"), Ok(false));
        assert_eq!(list(".a.com", false).has_name("x.a.com"), Ok(true));
        assert_eq!(list("!x.a.com a.com", true).has_name("x.a.com"), Ok(false));
    }

    #[test]
    fn clients() {
        let networks = list("127.0.0.0/8 [::1]/128", true);
        assert_eq!(networks.has_client("unknown", "127.0.0.9"), Ok(true));
        assert_eq!(networks.has_client("unknown", "::1"), Ok(true));
        assert_eq!(networks.has_client("unknown", "10.0.0.1"), Ok(false));
    }
}
