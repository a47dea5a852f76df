//! Address rewriting and resolution: which address a command really names, and which class of
//! domain it belongs to (Postfix's trivial-rewrite and ADDRESS_CLASS_README).

use crate::dns::numeric;
use crate::postfix::address::class::{Class, Resolved};
use crate::postfix::address::rewrite::Rewriter;
use crate::postfix::address::route::Router;
use crate::postfix::config::main_cf::Config;
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::list::{List, Style};
use crate::postfix::lookup::maps::Locality;
use crate::postfix::lookup::retry::Retry;
use crate::postfix::lookup::tables::Tables;
use crate::smtp::address::{internal, quote_local, scan, Token};
use crate::smtp::hostname::{is_hostaddr, is_mailhost_literal, is_utf8_hostname, mailhost_addr};

/// Rewrites and resolves addresses by one main.cf.
#[derive(Clone, Debug)]
pub struct Resolver {
    rewriter: Rewriter,
    router: Router,
    mydestination: List,
    /// Where mail for this host arrives: at its own addresses, and at others' (`proxy_interfaces`).
    own_addresses: Vec<String>,
    myhostname: String,
    /// `empty_address_recipient`.
    pub(in crate::postfix) empty_address: String,
    delimiters: String,
    resolve_dequoted: bool,
    resolve_null_domain: bool,
    resolve_numeric_domain: bool,
    allow_min_user: bool,
    smtputf8: bool,
}

impl Locality for Resolver {
    fn origin(&self) -> &str {
        &self.rewriter.myorigin
    }

    fn delimiters(&self) -> &str {
        Resolver::delimiters(self)
    }

    fn is_local(&self, domain: &str) -> Result<bool, Retry> {
        Resolver::is_local(self, domain)
    }
}

impl Resolver {
    /// Reads what it needs from main.cf.
    pub fn new(config: &Config, own_addresses: &[String], tables: &mut Tables) -> Resolver {
        let before = tables.enter("trivial-rewrite");
        let router = Router::new(config, tables);
        tables.enter(before);
        // Which is opened when it is asked for the first time.
        let mydestination = List::open(config, "mydestination", Style::Exact, tables);
        Resolver {
            mydestination,
            router: router.with_style(config, tables),
            rewriter: Rewriter::new(config, tables),
            own_addresses: [own_addresses, &config.list("proxy_interfaces")].concat(),
            myhostname: config.get("myhostname"),
            empty_address: config.get("empty_address_recipient"),
            delimiters: config.get("recipient_delimiter"),
            resolve_dequoted: config.flag("resolve_dequoted_address"),
            resolve_null_domain: config.flag("resolve_null_domain"),
            resolve_numeric_domain: config.flag("resolve_numeric_domain"),
            allow_min_user: config.flag("allow_min_user"),
            smtputf8: config.flag("smtputf8_enable"),
        }
    }

    /// What extensions of local parts begin with (`recipient_delimiter`).
    pub fn delimiters(&self) -> &str {
        &self.delimiters
    }

    /// `owner-list` and `list-request` are split at a `-` as any others
    /// (`owner_request_special = no`).
    // The light build does not know it.
    #[allow(dead_code)]
    pub(in crate::postfix) fn split_owners(&mut self) {
        self.delimiters = self.delimiters.replace('-', "--");
    }

    /// The same where mail goes other ways.
    // The light build delivers none.
    #[allow(dead_code)]
    pub(in crate::postfix) fn routed_by(&self, router: &Router) -> Resolver {
        Resolver {
            router: router.clone(),
            ..self.clone()
        }
    }

    /// The same for a process that has a `recipient_delimiter` of its own.
    // The light build has one service.
    #[allow(dead_code)]
    pub(in crate::postfix) fn split_as(self, own: &Resolver) -> Resolver {
        Resolver {
            delimiters: own.delimiters.clone(),
            ..self
        }
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
        let addr = inner.and_then(mailhost_addr);
        Ok(addr.is_some_and(|addr| self.is_own(addr)))
    }

    /// Whether mail that is sent to an address arrives here.
    pub fn is_own(&self, addr: &str) -> bool {
        let addr = numeric(addr);
        let is_it = |own: &String| numeric(own) == addr;
        addr.is_some() && self.own_addresses.iter().any(is_it)
    }

    /// The complete form of an address, in internal form.
    pub fn rewrite(&self, address: &str) -> String {
        self.rewriter.rewrite(address)
    }

    /// The complete form of an address as it is written in a header; what a stranger left
    /// incomplete is in the domain that is given.
    pub fn rewrite_written(&self, address: &str, domain: Option<&str>) -> String {
        self.rewriter.rewrite_written(address, domain)
    }

    /// What an address resolves to.
    ///
    /// # Errors
    /// A table could not be asked.
    pub fn resolve(&self, address: &str) -> Result<Resolved, Retry> {
        // trivial-rewrite logs why, not smtpd.
        self.resolved(address).map_err(|retry| Retry {
            daemon: Some("trivial-rewrite"),
            ..retry
        })
    }

    /// What trivial-rewrite warns of when it resolves an address.
    // The light build writes no such line.
    #[allow(dead_code)]
    pub(in crate::postfix) fn both(&self, address: &str) -> Vec<String> {
        match self.resolved(address) {
            Ok(found) => self.router.both(found.class, found.domain().unwrap_or("")),
            Err(retry) => self.router.failure(retry),
        }
    }

    fn resolved(&self, address: &str) -> Result<Resolved, Retry> {
        let rewriter = &self.rewriter;
        let address = rewriter.rewrite(address);
        let mut tokens = scan(&quote_local(&address));
        // What has once been put under an empty address belongs to it for good.
        let mut spaced = true;
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
                let name = internal(&tokens[position + 1..], spaced);
                if position + 1 < tokens.len() && !self.is_local(&name)? {
                    break;
                }
                removed = Some(tokens.split_off(position));
                domain = None;
            }
            let has = |op| tokens.contains(&Token::Op(op));
            if has('@')
                || (rewriter.swap_bangpath && has('!'))
                || (rewriter.percent_hack && has('%'))
            {
                spaced &= rewriter.complete(&mut tokens);
                continue;
            }
            if let ([Token::Quoted(text)], true) = (tokens.as_slice(), self.resolve_dequoted) {
                let operator = text
                    .rfind('@')
                    .or_else(|| text.rfind('%').filter(|_| rewriter.percent_hack))
                    .or_else(|| text.rfind('!').filter(|_| rewriter.swap_bangpath));
                if let Some(operator) = operator {
                    let mut text = text.clone();
                    if text.as_bytes()[operator] == b'%' {
                        text.replace_range(operator..=operator, "@");
                    }
                    if text.as_bytes()[operator] == b'@' {
                        text = quote_local(&text);
                    }
                    tokens = scan(&text);
                    spaced = tokens.is_empty() || rewriter.complete(&mut tokens);
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
        let mut recipient = internal(&tokens, spaced);
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
            address: recipient.clone(),
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
        self.router.route(&mut resolved, &name, is_remote, self)?;
        if !self.allow_min_user && recipient.starts_with('-') {
            resolved.error = true;
        }
        Ok(resolved)
    }
}
