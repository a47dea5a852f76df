//! A parameter that lists tables (`virtual_alias_maps`, `local_recipient_maps` …), and the
//! order in which parts of an address are looked up in them.

use std::borrow::Cow;
use std::sync::Arc;

use crate::postfix::config::build::YES;
use crate::postfix::config::main_cf::Config;
use crate::postfix::config::syntax::split_list;
use crate::postfix::lookup::retry::{Found, Retry};
use crate::postfix::lookup::table::Table;
use crate::postfix::lookup::tables::Tables;
use crate::smtp::address::quote_local;

/// Tables that are asked in order.
#[derive(Clone, Debug, Default)]
pub struct Maps {
    /// The parameter that lists them.
    name: String,
    tables: Vec<Arc<Table>>,
}

/// An answer, and the extension that the address has and its key had not.
pub type WithExtension<'a> = (Cow<'a, str>, Option<String>);

/// What there is to know of the host whose tables are asked.
pub trait Locality {
    /// What mail from this host is from (`myorigin`).
    fn origin(&self) -> &str;

    /// What extensions begin with (`recipient_delimiter`).
    fn delimiters(&self) -> &str;

    /// Whether mail for a domain or literal ends at this host.
    ///
    /// # Errors
    /// A table could not be asked.
    fn is_local(&self, domain: &str) -> Result<bool, Retry>;
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
    pub fn open(config: &Config, name: &str, tables: &mut Tables) -> Maps {
        Maps::parse(name, &config.get(name), tables)
    }

    /// The same, of a parameter whose answers are what is written: who sends mail may not say where it
    /// goes, or who writes it.
    pub fn open_literal(config: &Config, name: &str, tables: &mut Tables) -> Maps {
        let before = tables.literal(YES);
        let maps = Maps::open(config, name, tables);
        tables.literal(before);
        maps
    }

    /// Opens the tables of a list, which is the value of the parameter `name`.
    pub fn parse(name: &str, text: &str, tables: &mut Tables) -> Maps {
        let words = split_list(text);
        Maps {
            name: name.into(),
            tables: words.iter().map(|spec| tables.open(spec)).collect(),
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
    pub fn get(&self, key: &str) -> Found<'_> {
        self.first(key, true)
    }

    /// The first answer to a part of an address: tables of patterns are not asked.
    ///
    /// # Errors
    /// A table could not be opened or asked.
    pub fn get_part(&self, key: &str) -> Found<'_> {
        self.first(key, false)
    }

    /// What the first table that knows a name holds for it, as local(8) asks for an alias.
    ///
    /// # Errors
    /// A table could not be opened or asked.
    pub fn get_alias(&self, name: &str) -> Found<'_> {
        for table in &self.tables {
            let failed =
                |retry: Retry| retry.and(|| format!("{}: lookup of '{name}' failed", table.spec));
            let found = table.get(name).map_err(failed)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn first(&self, key: &str, whole: bool) -> Found<'_> {
        if key.is_empty() {
            return Ok(None);
        }
        for table in self.tables.iter().filter(|t| whole || !t.is_pattern()) {
            let found = table.get(key).map_err(|retry| {
                retry.and(|| format!("{} lookup error for \"{key}\"", table.spec))
            })?;
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
    pub fn find(&self, address: &str, strategy: Strategy, here: &dyn Locality) -> Found<'_> {
        let found = self.find_key(address, strategy, here, true)?;
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
        here: &dyn Locality,
    ) -> Result<Option<WithExtension<'_>>, Retry> {
        self.find_key(address, strategy, here, false)
    }

    /// What needs quotes is asked for with them, and then perhaps without.
    fn find_key(
        &self,
        address: &str,
        strategy: Strategy,
        here: &dyn Locality,
        may_be_bare: bool,
    ) -> Result<Option<WithExtension<'_>>, Retry> {
        if self.tables.is_empty() {
            return Ok(None);
        }
        let quoted = quote_local(address);
        let ask = |key: &str, external: &str, whole: bool| match self.first(external, whole)? {
            None if may_be_bare && external != key => self.first(key, whole),
            found => Ok(found),
        };
        let with_quotes = |key: &str, whole| ask(key, &quote_local(key), whole);
        if let Some(found) = with_quotes(address, true)? {
            return Ok(Some((found, None)));
        }
        let (whole_local, domain) = match address.rsplit_once('@') {
            Some((local, domain)) => (local, Some(domain)),
            None => (address, None),
        };
        // The local part as it is, and without its extension.
        let split = split_extension(whole_local, here.delimiters());
        if let Some((local, extension)) = split {
            let tail = domain.map_or(String::new(), |domain| format!("@{domain}"));
            if let Some(found) = with_quotes(&format!("{local}{tail}"), false)? {
                return Ok(Some((found, Some(extension.into()))));
            }
        }
        let Some(domain) = domain else {
            return Ok(None);
        };
        let locals = [Some((whole_local, None)), split.map(|(l, e)| (l, Some(e)))];
        let locals = || locals.iter().flatten();
        if strategy.local_part_if_local
            && (domain.eq_ignore_ascii_case(here.origin()) || here.is_local(domain)?)
        {
            for (local, extension) in locals() {
                let external = quote_local(&format!("{local}@"));
                let external = external.strip_suffix('@').unwrap_or(local);
                if let Some(found) = ask(local, external, false)? {
                    return Ok(Some((found, extension.map(str::to_string))));
                }
            }
        }
        if strategy.at_domain {
            let domain = quoted.rsplit_once('@').map_or("", |(_, domain)| domain);
            if let Some(found) = self.first(&format!("@{domain}"), false)? {
                return Ok(Some((found, None)));
            }
        }
        let mut key = strategy.domain.then_some(domain);
        while let Some(name) = key {
            if let Some(found) = self.first(name, false)? {
                return Ok(Some((found, None)));
            }
            key = parent(name, strategy.dotted_parents);
        }
        if strategy.local_part_at {
            for (local, _) in locals() {
                if let Some(found) = with_quotes(&format!("{local}@"), false)? {
                    return Ok(Some((found, None)));
                }
            }
        }
        Ok(None)
    }
}

/// The domain above one, with its leading dot where tables want that.
///
/// ```
/// use smtp_terminal::postfix::lookup::maps::parent;
/// assert_eq!(parent("mail.example.com", true), Some(".example.com"));
/// assert_eq!(parent(".example.com", false), Some("com"));
/// assert_eq!(parent("com", false), None);
/// ```
pub fn parent(domain: &str, dotted: bool) -> Option<&str> {
    let bare = domain.strip_prefix('.').unwrap_or(domain);
    let dot = bare.find('.')?;
    bare.get(if dotted { dot } else { dot + 1 }..)
}

/// The address without its extension (`recipient_delimiter`), where it has one.
///
/// ```
/// use smtp_terminal::postfix::lookup::maps::without_extension;
/// assert_eq!(without_extension("joe+list@x", "+").as_deref(), Some("joe@x"));
/// assert_eq!(without_extension("joe@x", "+"), None);
/// ```
pub fn without_extension(address: &str, delimiters: &str) -> Option<String> {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return Some(split_extension(address, delimiters)?.0.into());
    };
    let (user, _) = split_extension(local, delimiters)?;
    Some(format!("{user}@{domain}"))
}

/// A local part, and its extension with what it begins with.
fn split_extension<'a>(local: &'a str, delimiters: &str) -> Option<(&'a str, &'a str)> {
    const NEVER: [&str; 3] = ["mailer-daemon", "double-bounce", "postmaster"];
    let lower = local.to_ascii_lowercase();
    if NEVER.contains(&lower.as_str()) {
        return None;
    }
    // owner-list and list-request keep their hyphens; where they are not to, there are two.
    let is_special = delimiters.matches('-').count() == 1;
    if is_special && (lower.starts_with("owner-") || lower.ends_with("-request")) {
        return None;
    }
    let at = local.find(|c| delimiters.contains(c))?;
    (at > 0).then(|| local.split_at(at))
}
