//! A parameter that lists tables (`virtual_alias_maps`, `local_recipient_maps` …), and the
//! order in which parts of an address are looked up in them.

use crate::postfix::address::resolve::Resolver;
use crate::postfix::config::main_cf::{split_list, Config};
use crate::postfix::lookup::table::{Files, Retry, Table};
use crate::smtp::address::quote_local;

/// Tables that are asked in order.
#[derive(Clone, Debug, Default)]
pub struct Maps {
    /// The parameter that lists them.
    name: String,
    tables: Vec<Table>,
}

/// Which parts of an address are asked for, in this order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Strategy {
    /// `user` where the domain is this host's.
    pub local_part_if_local: bool,
    /// `@domain`.
    pub at_domain: bool,
    /// `domain`, and those above it.
    pub domain: bool,
    /// The domains above are asked for with their leading dot.
    pub dotted_parents: bool,
    /// `user@`.
    pub local_part_at: bool,
}

impl Strategy {
    /// The whole address, and without its extension.
    pub const FULL: Strategy = Strategy {
        local_part_if_local: false,
        at_domain: false,
        domain: false,
        dotted_parents: false,
        local_part_at: false,
    };
    /// Recipient tables: user@domain, user, @domain.
    pub const RECIPIENT: Strategy = Strategy {
        local_part_if_local: true,
        at_domain: true,
        ..Strategy::FULL
    };
    /// Access tables: user@domain, domain and its parents, user@.
    pub const ACCESS: Strategy = Strategy {
        domain: true,
        local_part_at: true,
        ..Strategy::FULL
    };
}

impl Maps {
    /// Opens the tables that a parameter lists.
    pub fn open(config: &Config, name: &str, files: &Files, warnings: &mut Vec<String>) -> Maps {
        Maps::parse(name, &config.get(name), files, warnings)
    }

    /// Opens the tables of a list, which stands in the parameter `name`.
    pub fn parse(name: &str, text: &str, files: &Files, warnings: &mut Vec<String>) -> Maps {
        let words = split_list(text);
        let tables = words.iter().map(|spec| Table::open(spec, files, warnings));
        Maps {
            name: name.into(),
            tables: tables.collect(),
        }
    }

    /// Whether there is no table at all.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The first answer to a whole key.
    ///
    /// # Errors
    /// A table could not be opened or asked.
    pub fn get(&self, key: &str) -> Result<Option<String>, Retry> {
        self.first(key, true)
    }

    /// The first answer to a part of an address: tables of patterns are not asked.
    ///
    /// # Errors
    /// A table could not be opened or asked.
    pub fn get_part(&self, key: &str) -> Result<Option<String>, Retry> {
        self.first(key, false)
    }

    fn first(&self, key: &str, whole: bool) -> Result<Option<String>, Retry> {
        for table in self.tables.iter().filter(|t| whole || !t.is_pattern()) {
            let failed =
                |retry: Retry| retry.and(|| format!("{} lookup error for \"{key}\"", table.spec));
            let found = match key {
                "" => None,
                _ => table.get(key).map_err(failed)?,
            };
            if found.as_deref() == Some("") {
                let name = &self.name;
                return Err(Retry::default()
                    .and(|| format!("{name} lookup of {key} returns an empty string result"))
                    .and(|| format!("{name} should return NO RESULT in case of NOT FOUND")));
            }
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The first answer to an address or one of its parts.
    ///
    /// # Errors
    /// A table could not be opened or asked.
    pub fn find(
        &self,
        address: &str,
        strategy: Strategy,
        resolver: &Resolver,
    ) -> Result<Option<String>, Retry> {
        let found = self.find_with_extension(address, strategy, resolver)?;
        Ok(found.map(|(text, _)| text))
    }

    /// The first answer to an address or one of its parts, and the extension of the address where
    /// the answer is for the address without it.
    ///
    /// # Errors
    /// A table could not be opened or asked.
    pub fn find_with_extension(
        &self,
        address: &str,
        strategy: Strategy,
        resolver: &Resolver,
    ) -> Result<Option<(String, Option<String>)>, Retry> {
        if self.tables.is_empty() {
            return Ok(None);
        }
        let quoted = quote_local(address);
        let with_quotes = |maps: &Maps, key: &str, whole: bool| -> Result<Option<String>, Retry> {
            let external = quote_local(key);
            if external != key {
                if let Some(found) = maps.first(&external, whole)? {
                    return Ok(Some(found));
                }
            }
            maps.first(key, whole)
        };
        if let Some(found) = with_quotes(self, address, true)? {
            return Ok(Some((found, None)));
        }
        let bare = without_extension(address, &resolver.delimiter);
        let extension = bare.as_ref().map(|bare| {
            let start = bare.rfind('@').unwrap_or(bare.len());
            address[start..start + address.len() - bare.len()].to_string()
        });
        if let Some(bare) = &bare {
            if let Some(found) = with_quotes(self, bare, false)? {
                return Ok(Some((found, extension)));
            }
        }
        let Some((local, domain)) = address.rsplit_once('@') else {
            return Ok(None);
        };
        let bare_local = bare
            .as_deref()
            .and_then(|b| b.rsplit_once('@'))
            .map(|(l, _)| (l, extension));
        let local_parts = [Some((local, None)), bare_local];
        if strategy.local_part_if_local
            && (domain.eq_ignore_ascii_case(&resolver.myorigin) || resolver.is_local(domain)?)
        {
            for (local, extension) in local_parts.iter().flatten() {
                if let Some(found) = self.first(local, false)? {
                    return Ok(Some((found, extension.clone())));
                }
            }
        }
        if strategy.at_domain {
            let start = quoted.rfind('@').unwrap_or(0);
            if let Some(found) = self.first(&quoted[start..], false)? {
                return Ok(Some((found, None)));
            }
        }
        if strategy.domain {
            let mut key = domain.to_string();
            loop {
                if let Some(found) = self.first(&key, false)? {
                    return Ok(Some((found, None)));
                }
                let bare = key.strip_prefix('.').unwrap_or(&key);
                let Some(dot) = bare.find('.') else { break };
                let from = if strategy.dotted_parents {
                    dot
                } else {
                    dot + 1
                };
                key = bare[from..].to_string();
            }
        }
        if strategy.local_part_at {
            for (local, _) in local_parts.iter().flatten() {
                if let Some(found) = self.first(&format!("{local}@"), false)? {
                    return Ok(Some((found, None)));
                }
            }
        }
        Ok(None)
    }
}

/// The address without its extension (`recipient_delimiter`), where it has one.
///
/// ```
/// use smtp_terminal::postfix::lookup::maps::without_extension;
/// assert_eq!(without_extension("joe+list@x", "+").as_deref(), Some("joe@x"));
/// assert_eq!(without_extension("joe@x", "+"), None);
/// ```
pub fn without_extension(address: &str, delimiters: &str) -> Option<String> {
    let (local, domain) = match address.rsplit_once('@') {
        Some((local, domain)) => (local, Some(domain)),
        None => (address, None),
    };
    const NEVER: [&str; 3] = ["mailer-daemon", "double-bounce", "postmaster"];
    if delimiters.is_empty() || NEVER.contains(&local.to_ascii_lowercase().as_str()) {
        return None;
    }
    // owner-list and list-request keep their hyphens.
    let lower = local.to_ascii_lowercase();
    if delimiters.contains('-') && (lower.starts_with("owner-") || lower.ends_with("-request")) {
        return None;
    }
    let at = local
        .find(|c| delimiters.contains(c))
        .filter(|&at| at > 0)?;
    Some(match domain {
        Some(domain) => format!("{}@{domain}", &local[..at]),
        None => local[..at].to_string(),
    })
}
