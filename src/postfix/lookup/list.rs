//! Lists of hosts, domains and networks as main.cf has them: `mydestination`, `mynetworks`,
//! `relay_domains` … Items may be names, networks, `type:table`, `/file`, and `!` turns a match
//! into its opposite.

use crate::postfix::config::main_cf::split_list;
use crate::postfix::lookup::cidr::Network;
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::table::{Files, Retry, Table};

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
    Network(Network),
    Table(Table),
    /// A file that could not be opened.
    Broken(String),
}

impl List {
    /// Reads a list. Warnings are those that Postfix would log.
    pub fn parse(
        parameter: &str,
        text: &str,
        style: Style,
        files: &Files,
        warnings: &mut Vec<String>,
    ) -> List {
        let mut list = List {
            parameter: parameter.into(),
            items: Vec::new(),
            style,
        };
        list.extend(text, true, files, warnings);
        list
    }

    fn extend(&mut self, text: &str, positive: bool, files: &Files, warnings: &mut Vec<String>) {
        for word in split_list(text) {
            if word.starts_with('#') {
                warnings.push(format!("comment at end of line is not supported: {word}"));
                break;
            }
            let bangs = word.bytes().take_while(|&b| b == b'!').count();
            let positive = positive == (bangs % 2 == 0);
            let word = &word[bangs..];
            if word.starts_with('/') {
                match files.get(word) {
                    Some(text) => {
                        for line in text.lines().filter(|l| !l.starts_with('#')) {
                            self.extend(line, positive, files, warnings);
                        }
                    }
                    None => {
                        let reason = format!("open file {word}: No such file or directory");
                        warnings.push(format!("{}: {reason}", self.parameter));
                        self.items.push((positive, Item::Broken(reason)));
                    }
                }
                continue;
            }
            let item = if let Some(network) = Network::parse(word) {
                Item::Network(network)
            } else if is_table(word) {
                Item::Table(Table::open(word, files, warnings))
            } else {
                Item::Text(fold(word))
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
        let parsed = addr.parse().ok();
        for (positive, item) in &self.items {
            let hit = self.names(item, &name)?
                || match item {
                    Item::Network(network) => parsed.is_some_and(|a| network.contains(a)),
                    Item::Table(table) => self.ask(table, addr)?,
                    Item::Text(text) => *text == addr,
                    Item::Broken(reason) => return Err(self.broken(reason)),
                };
            if hit {
                return Ok(*positive);
            }
        }
        Ok(false)
    }

    fn ask(&self, table: &Table, key: &str) -> Result<bool, Retry> {
        let problem = || format!("{}: {}: table lookup problem", self.parameter, table.spec);
        match table.get(key) {
            Ok(found) => Ok(found.is_some()),
            Err(retry) => Err(retry.and(problem)),
        }
    }

    fn broken(&self, reason: &str) -> Retry {
        Retry::default().and(|| format!("{}: {reason}", self.parameter))
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
            Item::Network(_) => Ok(false),
            Item::Broken(reason) => Err(self.broken(reason)),
        }
    }
}

/// Whether a word names a table: a type of letters, a colon, and no `[` before it.
pub fn is_table(word: &str) -> bool {
    word.split_once(':').is_some_and(|(kind, _)| {
        !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str, parents: bool) -> List {
        let style = if parents {
            Style::Parents
        } else {
            Style::Dotted
        };
        List::parse(
            "mynetworks",
            text,
            style,
            &Files::default(),
            &mut Vec::new(),
        )
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
