//! Address rewriting and resolution: which address a command really names, and which class of
//! domain it belongs to (Postfix's trivial-rewrite and ADDRESS_CLASS_README).

use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::list::{List, Style};
use crate::postfix::lookup::maps::{Maps, Strategy};
use crate::postfix::lookup::table::{Files, Retry};
use crate::smtp::address::{internal, quote_local, scan, unquote_local, Token};
use crate::smtp::hostname::{is_hostaddr, is_mailhost_literal, is_utf8_hostname, mailhost_addr};

/// The class of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// `mydestination`, and literals of this host's addresses.
    Local,
    /// `virtual_alias_domains`.
    VirtualAlias,
    /// `virtual_mailbox_domains`.
    VirtualMailbox,
    /// `relay_domains`.
    Relay,
    /// Everything else.
    Default,
}

impl Class {
    /// This server is where mail for the domain ends.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Class::Local | Class::VirtualAlias | Class::VirtualMailbox
        )
    }
}

/// What an address resolves to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The address, rewritten, in internal form, folded to lower case.
    pub recipient: String,
    /// The class of its domain.
    pub class: Class,
    /// The address cannot be resolved at all.
    pub error: bool,
    /// It names a route in its local part (`user%host@relay`).
    pub routed: bool,
    /// The transport that delivers it.
    pub transport: String,
    /// Where that transport sends it.
    pub nexthop: String,
}

impl Resolved {
    /// The domain, after the last `@`.
    pub fn domain(&self) -> Option<&str> {
        self.recipient.rsplit_once('@').map(|(_, domain)| domain)
    }
}

/// Rewrites and resolves addresses by one main.cf.
#[derive(Clone, Debug)]
pub struct Resolver {
    /// `mydestination`.
    pub mydestination: List,
    relay_domains: List,
    virtual_alias_domains: List,
    virtual_mailbox_domains: List,
    transport_maps: Maps,
    relocated_maps: Maps,
    own_addresses: Vec<String>,
    /// `myorigin`.
    pub myorigin: String,
    mydomain: String,
    myhostname: String,
    empty_address: String,
    local_transport: String,
    virtual_transport: String,
    relay_transport: String,
    default_transport: String,
    relayhost: String,
    /// `recipient_delimiter`.
    pub delimiter: String,
    append_at_myorigin: bool,
    append_dot_mydomain: bool,
    swap_bangpath: bool,
    percent_hack: bool,
    resolve_dequoted: bool,
    resolve_null_domain: bool,
    resolve_numeric_domain: bool,
    allow_min_user: bool,
    show_table_name: bool,
    smtputf8: bool,
}

impl Resolver {
    /// Reads what it needs from main.cf.
    ///
    /// # Errors
    /// A value that Postfix refuses.
    pub fn new(
        config: &Config,
        files: &Files,
        own_addresses: &[String],
        warnings: &mut Vec<String>,
    ) -> Result<Resolver, Fatal> {
        let mut list =
            |name: &str, style| List::parse(name, &config.get(name), style, files, warnings);
        let mydestination = list("mydestination", Style::Exact);
        let virtual_alias_domains = list("virtual_alias_domains", Style::Exact);
        let virtual_mailbox_domains = list("virtual_mailbox_domains", Style::Exact);
        let relay_domains = list("relay_domains", parent_style(config, "relay_domains"));
        let mut read = config.reader();
        let resolver = Resolver {
            mydestination,
            relay_domains,
            virtual_alias_domains,
            virtual_mailbox_domains,
            transport_maps: Maps::open(config, "transport_maps", files, warnings),
            relocated_maps: Maps::open(config, "relocated_maps", files, warnings),
            own_addresses: own_addresses.to_vec(),
            myorigin: config.get("myorigin"),
            mydomain: config.get("mydomain"),
            myhostname: config.get("myhostname"),
            empty_address: config.get("empty_address_recipient"),
            local_transport: config.get("local_transport"),
            virtual_transport: config.get("virtual_transport"),
            relay_transport: config.get("relay_transport"),
            default_transport: config.get("default_transport"),
            relayhost: config.get("relayhost"),
            delimiter: config.get("recipient_delimiter"),
            append_at_myorigin: read.flag("append_at_myorigin"),
            append_dot_mydomain: read.flag("append_dot_mydomain"),
            swap_bangpath: read.flag("swap_bangpath"),
            percent_hack: read.flag("allow_percent_hack"),
            resolve_dequoted: read.flag("resolve_dequoted_address"),
            resolve_null_domain: read.flag("resolve_null_domain"),
            resolve_numeric_domain: read.flag("resolve_numeric_domain"),
            allow_min_user: read.flag("allow_min_user"),
            show_table_name: read.flag("show_user_unknown_table_name"),
            smtputf8: read.flag("smtputf8_enable"),
        };
        read.finish()?;
        Ok(resolver)
    }

    /// Whether mail for a domain or literal ends at this host.
    ///
    /// # Errors
    /// A table could not be asked.
    pub fn is_local(&self, domain: &str) -> Result<bool, Retry> {
        let domain = domain.strip_suffix('.').unwrap_or(domain);
        if domain.is_empty() || domain.ends_with('.') {
            return Ok(false);
        }
        if self.mydestination.has_name(domain)? {
            return Ok(true);
        }
        let inner = domain.strip_prefix('[').and_then(|d| d.strip_suffix(']'));
        Ok(inner
            .and_then(mailhost_addr)
            .is_some_and(|addr| self.own_addresses.iter().any(|own| is_same(own, addr))))
    }

    /// Makes an address complete: route, bang path and percent forms become `user@domain`,
    /// a missing domain is added (rewrite_tree of trivial-rewrite).
    fn rewrite_tokens(&self, tokens: &mut Vec<Token>) {
        let at = Token::Op('@');
        match tokens.as_slice() {
            [Token::Quoted(text)] if text.is_empty() => return,
            [only] if *only == at => {
                *tokens = vec![Token::Quoted(String::new())];
                return;
            }
            _ => {}
        }
        if tokens.first() == Some(&at) {
            let colon = tokens.iter().position(|t| *t == Token::Op(':'));
            if let Some(colon) = colon.filter(|&c| c + 1 != tokens.len()) {
                tokens.drain(..=colon);
            }
        }
        if !tokens.contains(&at) {
            let bang = tokens.iter().position(|t| *t == Token::Op('!'));
            let percent = tokens.iter().rposition(|t| *t == Token::Op('%'));
            if let Some(bang) = bang.filter(|_| self.swap_bangpath) {
                let local = tokens.split_off(bang + 1);
                tokens.truncate(bang);
                let host = std::mem::replace(tokens, local);
                tokens.push(at.clone());
                tokens.extend(host);
            } else if let Some(percent) = percent.filter(|_| self.percent_hack) {
                tokens[percent] = at.clone();
            } else if self.append_at_myorigin && !self.myorigin.is_empty() {
                tokens.push(at.clone());
                tokens.extend(scan(&self.myorigin));
            }
        }
        if self.append_dot_mydomain && !self.mydomain.is_empty() {
            let domain = tokens.iter().rposition(|t| *t == at);
            let is_short = domain.is_some_and(|at| {
                at + 1 != tokens.len()
                    && !tokens[at..]
                        .iter()
                        .any(|t| matches!(t, Token::Literal(_) | Token::Op('.')))
            });
            if is_short {
                tokens.push(Token::Op('.'));
                tokens.extend(scan(&self.mydomain));
            }
        }
        if let [.., before, Token::Op('.')] = tokens.as_slice() {
            if !matches!(before, Token::Op('.' | '@')) {
                tokens.pop();
            }
        }
    }

    /// The complete form of an address, in internal form.
    pub fn rewrite(&self, address: &str) -> String {
        if address.is_empty() {
            return String::new();
        }
        let mut tokens = scan(&quote_local(address));
        if !tokens.is_empty() {
            self.rewrite_tokens(&mut tokens);
        }
        unquote_local(&quote_local(&internal(&tokens, true)))
    }

    /// What an address resolves to.
    ///
    /// # Errors
    /// A table could not be asked.
    pub fn resolve(&self, address: &str) -> Result<Resolved, Retry> {
        // trivial-rewrite logs why, not smtpd.
        self.resolved(address).map_err(|_| Retry::default())
    }

    fn resolved(&self, address: &str) -> Result<Resolved, Retry> {
        let address = self.rewrite(address);
        let mut tokens = scan(&quote_local(&address));
        let at = Token::Op('@');
        let mut removed: Option<Vec<Token>> = None;
        let mut domain: Option<usize> = None;
        // Each turn removes or rewrites something, so this many are enough.
        for _ in 0..address.len() + 100 {
            if let [.., before, Token::Op('.')] = tokens.as_slice() {
                if !matches!(before, Token::Op('.' | '@')) && tokens.contains(&at) {
                    tokens.pop();
                }
            }
            if self.resolve_null_domain && tokens.last() == Some(&at) {
                tokens.pop();
            }
            domain = tokens.iter().rposition(|t| *t == at);
            if let Some(position) = domain {
                let name = internal(&tokens[position + 1..], true);
                if position + 1 < tokens.len() && !self.is_local(&name)? {
                    break;
                }
                removed = Some(tokens.split_off(position));
                domain = None;
            }
            let has = |op| tokens.contains(&Token::Op(op));
            if has('@') || (self.swap_bangpath && has('!')) || (self.percent_hack && has('%')) {
                self.rewrite_tokens(&mut tokens);
                continue;
            }
            if let ([Token::Quoted(text)], true) = (tokens.as_slice(), self.resolve_dequoted) {
                let operator = text
                    .rfind('@')
                    .or_else(|| text.rfind('%').filter(|_| self.percent_hack))
                    .or_else(|| text.rfind('!').filter(|_| self.swap_bangpath));
                if let Some(operator) = operator {
                    let mut text = text.clone();
                    if text.as_bytes()[operator] == b'%' {
                        text.replace_range(operator..=operator, "@");
                    }
                    if text.as_bytes()[operator] == b'@' {
                        text = quote_local(&text);
                    }
                    tokens = scan(&text);
                    if !tokens.is_empty() {
                        self.rewrite_tokens(&mut tokens);
                    }
                    continue;
                }
            }
            if matches!(tokens.as_slice(), [Token::Quoted(text)] if text.is_empty()) {
                tokens.clear();
            }
            if tokens.is_empty() {
                tokens = scan(&self.empty_address);
                continue;
            }
            if removed.is_none() {
                tokens.push(at.clone());
                tokens.extend(scan(&self.myhostname));
                continue;
            }
            break;
        }
        let is_remote = domain.is_some();
        if !is_remote {
            tokens.extend(removed.unwrap_or_else(|| {
                let mut own = vec![at];
                own.extend(scan(&self.myhostname));
                own
            }));
        }
        let mut recipient = internal(&tokens, true);
        let mut name = recipient
            .rsplit_once('@')
            .map_or("", |(_, d)| d)
            .to_string();
        let mut is_remote = is_remote;
        let mut error = false;
        if name.starts_with('[') {
            error = !is_mailhost_literal(&name);
        } else if !is_utf8_hostname(&name, self.smtputf8) {
            if self.resolve_numeric_domain && is_hostaddr(&name) {
                let start = recipient.len() - name.len();
                name = format!("[{name}]");
                recipient.replace_range(start.., &name);
                is_remote = is_remote && !self.is_local(&name)?;
            } else {
                error = true;
            }
        }
        let mut resolved = Resolved {
            routed: false,
            recipient: fold(&recipient),
            class: Class::Default,
            error,
            transport: String::new(),
            nexthop: String::new(),
        };
        if error {
            return Ok(resolved);
        }
        let first = recipient
            .find(['@', '!', '%'])
            .map_or(recipient.len(), |i| i + 1);
        resolved.routed = recipient.get(first..).unwrap_or("") != name;
        self.classify(&mut resolved, &name, is_remote)?;
        if !self.allow_min_user && recipient.starts_with('-') {
            resolved.error = true;
        }
        Ok(resolved)
    }

    /// Whether a domain is one that is relayed for (`relay_domains`).
    ///
    /// # Errors
    /// A table could not be asked.
    pub fn is_relayed(&self, domain: &str) -> Result<bool, Retry> {
        self.relay_domains.has_name(domain)
    }

    fn classify(
        &self,
        resolved: &mut Resolved,
        domain: &str,
        is_remote: bool,
    ) -> Result<(), Retry> {
        let (class, transport, nexthop) = if !is_remote {
            (
                Class::Local,
                self.local_transport.clone(),
                domain.to_string(),
            )
        } else if self.virtual_alias_domains.has_name(domain)? {
            let table = if self.show_table_name {
                " in virtual alias table"
            } else {
                ""
            };
            let nexthop = format!("5.1.1 User unknown{table}");
            (Class::VirtualAlias, "error".into(), nexthop)
        } else if self.virtual_mailbox_domains.has_name(domain)? {
            (
                Class::VirtualMailbox,
                self.virtual_transport.clone(),
                domain.into(),
            )
        } else {
            let nexthop = if self.relayhost.is_empty() {
                domain.into()
            } else {
                self.relayhost.clone()
            };
            if self.relay_domains.has_name(domain)? {
                (Class::Relay, self.relay_transport.clone(), nexthop)
            } else {
                (Class::Default, self.default_transport.clone(), nexthop)
            }
        };
        resolved.class = class;
        resolved.nexthop = nexthop;
        self.set_transport(resolved, &transport, domain);
        if class != Class::VirtualAlias {
            if let Some(found) = self.transport_for(&resolved.recipient, domain)? {
                self.set_transport(resolved, &found, domain);
            }
        }
        let strategy = Strategy::RECIPIENT;
        if let Some(moved) = self
            .relocated_maps
            .find(&resolved.recipient, strategy, self)?
        {
            resolved.transport = "error".into();
            resolved.nexthop = format!("5.1.6 User has moved to {moved}");
        }
        Ok(())
    }

    /// `transport:nexthop`; a part that is missing leaves what was there.
    fn set_transport(&self, resolved: &mut Resolved, text: &str, domain: &str) {
        let (transport, nexthop) = text.split_once(':').unwrap_or((text, ""));
        if resolved.transport.is_empty() || !transport.is_empty() {
            resolved.transport = transport.into();
        }
        if !nexthop.is_empty() {
            resolved.nexthop = nexthop.into();
        } else if !transport.is_empty() && resolved.nexthop.is_empty() {
            resolved.nexthop = domain.into();
        }
    }

    /// The entry of `transport_maps` for an address: the whole, without extension, the domain,
    /// `.domain` for those above it, `*`.
    fn transport_for(&self, recipient: &str, domain: &str) -> Result<Option<String>, Retry> {
        if self.transport_maps.is_empty() {
            return Ok(None);
        }
        let strategy = Strategy::FULL;
        if let Some(found) = self.transport_maps.find(recipient, strategy, self)? {
            return Ok(Some(found));
        }
        let mut key = domain.to_string();
        loop {
            if let Some(found) = self.transport_maps.get_part(&key)? {
                return Ok(Some(found));
            }
            match key.strip_prefix('.').unwrap_or(&key).find('.') {
                Some(dot) => {
                    let bare = key.strip_prefix('.').unwrap_or(&key);
                    key = bare[dot..].to_string();
                }
                None => return self.transport_maps.get_part("*"),
            }
        }
    }
}

/// Whether two addresses are the same, however many zeros they are written with.
fn is_same(one: &str, other: &str) -> bool {
    let numbers = |addr: &str| -> Option<Vec<u8>> {
        let parts = addr.split('.').map(|part| part.parse().ok());
        parts.collect()
    };
    one == other || numbers(one).is_some_and(|own| numbers(other) == Some(own))
}

/// How the names of a list stand for the domains below them.
pub fn parent_style(config: &Config, name: &str) -> Style {
    let listed = config.list("parent_domain_matches_subdomains");
    if listed.iter().any(|l| l == name) {
        Style::Parents
    } else {
        Style::Dotted
    }
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn leading_zeros_do_not_matter() {
        assert!(is_same("127.0.0.1", "127.00.0.01"));
        assert!(!is_same("127.0.0.1", "127.0.0.2"));
        assert!(is_same("::1", "::1"));
        assert!(!is_same("::1", "2001:db8::1"));
    }
}
