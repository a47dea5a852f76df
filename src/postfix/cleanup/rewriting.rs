//! What cleanup does to addresses: canonical maps, masquerading, virtual aliases, automatic copies
//! (Postfix's ADDRESS_REWRITING_README).

use std::borrow::Cow;

use crate::postfix::address::resolve::Resolver;
use crate::postfix::config::main_cf::Config;
use crate::postfix::config::syntax::split_list;
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::list::{List, Style};
use crate::postfix::lookup::maps::{Maps, Strategy};
use crate::postfix::lookup::retry::Retry;
use crate::postfix::lookup::tables::Tables;
use crate::smtp::address::{internal, parse, quote_local, Token};
use crate::smtp::printable::head;

/// How often a canonical map may be asked about its own answer.
const CANONICAL_DEPTH: usize = 10;

/// How often virtual aliases may be asked for one message. Postfix has bounds for each recipient
/// alone, a thousand times a thousand, which in a page is too long.
const QUESTIONS: usize = 20_000;

/// Where an address stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// MAIL.
    EnvelopeSender,
    /// RCPT.
    EnvelopeRecipient,
    /// `From:` and the like.
    HeaderSender,
    /// `To:` and the like.
    HeaderRecipient,
}

impl Place {
    /// Its name in `canonical_classes` and `masquerade_classes`.
    fn name(self) -> &'static str {
        match self {
            Place::EnvelopeSender => "envelope_sender",
            Place::EnvelopeRecipient => "envelope_recipient",
            Place::HeaderSender => "header_sender",
            Place::HeaderRecipient => "header_recipient",
        }
    }

    fn is_sender(self) -> bool {
        matches!(self, Place::EnvelopeSender | Place::HeaderSender)
    }
}

/// Why cleanup does not take a message: the reply of smtpd's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A table could not be asked.
    Table,
    /// An alias that never ends.
    Expansion,
}

/// What goes wrong on the way, for the log and the reply.
#[derive(Debug, Default)]
pub struct Report {
    /// Lines without the queue ID, which stands at their start.
    pub warnings: Vec<String>,
    /// Why the message cannot be taken.
    pub trouble: Option<Trouble>,
    /// Why a table could not be asked, the first of them.
    pub retry: Option<Retry>,
    /// How often virtual aliases have been asked for this message.
    pub asked: usize,
}

impl Report {
    fn lack(&mut self, retry: Retry, what: String) {
        self.retry.get_or_insert(retry);
        self.fail(Trouble::Table, what);
    }

    fn fail(&mut self, trouble: Trouble, what: String) {
        let text = format!("{what} -- message not accepted, try again later");
        self.warnings.push(text);
        self.trouble.get_or_insert(trouble);
    }
}

/// A map that makes one address of another, and where it is asked.
#[derive(Clone, Debug)]
struct Canonical {
    name: &'static str,
    maps: Maps,
    places: Vec<String>,
}

/// The parameters of main.cf that rewrite addresses.
#[derive(Clone, Debug)]
pub struct Rewriting {
    sender: Canonical,
    recipient: Canonical,
    common: Canonical,
    masquerade_domains: Vec<String>,
    masquerade_exceptions: List,
    masquerade_places: Vec<String>,
    virtual_aliases: Maps,
    sender_bcc: Maps,
    recipient_bcc: Maps,
    /// `always_bcc`.
    pub always_bcc: String,
    recursion_limit: usize,
    expansion_limit: usize,
    length_limit: usize,
    /// `propagate_unmatched_extensions`.
    pub propagates: Vec<String>,
    /// `local_header_rewrite_clients`: who has headers completed.
    pub local_clients: Vec<String>,
    /// The tables of addresses in it.
    pub local_addresses: Maps,
    /// `remote_header_rewrite_domain`.
    pub remote_domain: String,
    /// `always_add_missing_headers`: strangers' mail has its headers completed as well.
    pub adds_headers: bool,
    /// `undisclosed_recipients_header`.
    pub undisclosed: String,
}

impl Rewriting {
    /// Reads what it needs from main.cf.
    pub fn new(config: &Config, tables: &mut Tables) -> Rewriting {
        // It is smtpd that knows whose mail it is.
        let own = "local_header_rewrite_clients";
        let local_clients = split_list(&config.get(own));
        let is_table = |word: &&String| word.contains(':');
        let asked: Vec<String> = local_clients.iter().filter(is_table).cloned().collect();
        let before = tables.enter("smtpd");
        let local_addresses = Maps::parse(own, &asked.join(", "), tables);
        tables.enter(before);
        let mut canonical = |name, classes| Canonical {
            name,
            maps: Maps::open(config, name, tables),
            places: config.list(classes),
        };
        Rewriting {
            sender: canonical("sender_canonical_maps", "sender_canonical_classes"),
            recipient: canonical("recipient_canonical_maps", "recipient_canonical_classes"),
            common: canonical("canonical_maps", "canonical_classes"),
            masquerade_domains: config.list("masquerade_domains"),
            masquerade_exceptions: List::open(
                config,
                "masquerade_exceptions",
                Style::Exact,
                tables,
            ),
            masquerade_places: config.list("masquerade_classes"),
            virtual_aliases: Maps::open(config, "virtual_alias_maps", tables),
            sender_bcc: Maps::open(config, "sender_bcc_maps", tables),
            recipient_bcc: Maps::open(config, "recipient_bcc_maps", tables),
            always_bcc: config.get("always_bcc"),
            recursion_limit: config.count("virtual_alias_recursion_limit"),
            expansion_limit: config.count("virtual_alias_expansion_limit"),
            length_limit: config.count("virtual_alias_address_length_limit"),
            propagates: config.list("propagate_unmatched_extensions"),
            local_addresses,
            local_clients,
            remote_domain: config.get("remote_header_rewrite_domain"),
            adds_headers: config.flag("always_add_missing_headers"),
            undisclosed: config.get("undisclosed_recipients_header"),
        }
    }

    /// An address, complete already, as canonical maps and masquerading leave it.
    pub fn address(
        &self,
        address: &str,
        place: Place,
        resolver: &Resolver,
        report: &mut Report,
    ) -> String {
        let mut address = address.to_string();
        let own = match place.is_sender() {
            true => &self.sender,
            false => &self.recipient,
        };
        for canonical in [own, &self.common] {
            if has(&canonical.places, place.name()) {
                address = self.canonical(canonical, address, resolver, report);
            }
        }
        if has(&self.masquerade_places, place.name()) {
            address = self.masqueraded(address, report);
        }
        address
    }

    fn canonical(
        &self,
        canonical: &Canonical,
        mut address: String,
        resolver: &Resolver,
        report: &mut Report,
    ) -> String {
        let name = canonical.name;
        let propagates = has(&self.propagates, "canonical");
        for _ in 0..CANONICAL_DEPTH {
            let shown = quote_local(&address);
            match mapped(&canonical.maps, &address, propagates, resolver) {
                Ok(Some(found)) => {
                    if found.len() > 1 {
                        let warning = format!("multi-valued {name} entry for {shown}");
                        report.warnings.push(warning);
                    }
                    let new = found.into_iter().next().unwrap_or_default();
                    let is_same = new.eq_ignore_ascii_case(&address);
                    address = new;
                    if is_same {
                        return address;
                    }
                }
                Ok(None) => return address,
                Err(retry) => {
                    let what = format!("{name} map lookup problem for {shown}");
                    report.lack(retry, what);
                    return address;
                }
            }
        }
        // It says that the message is not accepted, and accepts it.
        report.warnings.push(format!(
            "unreasonable {name} map nesting for {} -- message not accepted, try again later",
            quote_local(&address)
        ));
        address
    }

    fn masqueraded(&self, address: String, report: &mut Report) -> String {
        let Some((user, domain)) = address.rsplit_once('@') else {
            return address;
        };
        match self.masquerade_exceptions.has_name(&quoted_local(user)) {
            Ok(true) => return address,
            Ok(false) => {}
            Err(retry) => {
                let what = "masquerade_exceptions map lookup problem";
                report.lack(retry, what.into());
            }
        }
        let domain = fold(domain);
        for pattern in &self.masquerade_domains {
            let hidden = pattern.trim_start_matches('!');
            let is_kept = (pattern.len() - hidden.len()) % 2 == 1;
            let hidden = fold(hidden);
            if domain == hidden {
                break;
            }
            let is_below = domain
                .strip_suffix(&hidden)
                .is_some_and(|start| start.ends_with('.') && !hidden.is_empty());
            if is_below {
                if !is_kept {
                    return format!("{user}@{hidden}");
                }
                break;
            }
        }
        address
    }

    /// What virtual aliases make of an address: itself, where there is none.
    pub fn expand(&self, address: &str, resolver: &Resolver, report: &mut Report) -> Vec<String> {
        let unexpanded = vec![address.to_string()];
        if self.virtual_aliases.is_empty() {
            return unexpanded;
        }
        let propagates = has(&self.propagates, "virtual");
        let mut found = unexpanded.clone();
        let mut been_here: Vec<String> = Vec::new();
        let mut place = 0;
        while place < found.len() {
            if found.len() > self.expansion_limit {
                let what =
                    format!("unreasonable virtual_alias_maps map expansion size for {address}");
                report.fail(Trouble::Expansion, what);
                return unexpanded;
            }
            let mut count = 0;
            loop {
                let current = found[place].clone();
                if been_here.contains(&fold(&current)) {
                    break;
                }
                report.asked += 1;
                if count >= self.recursion_limit || report.asked > QUESTIONS {
                    let what = format!("unreasonable virtual_alias_maps map nesting for {address}");
                    report.fail(Trouble::Expansion, what);
                    return unexpanded;
                }
                match mapped(&self.virtual_aliases, &current, propagates, resolver) {
                    Ok(None) => break,
                    Ok(Some(targets)) => {
                        let is_long = |t: &&String| t.len() > self.length_limit;
                        if let Some(long) = targets.iter().find(is_long) {
                            let start = head(long, 300);
                            let what = format!("unreasonable virtual_alias_maps result {start}...");
                            report.fail(Trouble::Expansion, what);
                            return unexpanded;
                        }
                        // An alias may keep a copy where it is.
                        if targets.iter().any(|t| fold(t) == fold(&current)) {
                            been_here.push(fold(&current));
                        }
                        let mut targets = targets.into_iter();
                        if let Some(first) = targets.next() {
                            found[place] = first;
                        }
                        found.extend(targets);
                    }
                    Err(retry) => {
                        let what = format!("virtual_alias_maps map lookup problem for {address}");
                        report.lack(retry, what);
                        return unexpanded;
                    }
                }
                count += 1;
            }
            place += 1;
        }
        found
    }

    /// Where a copy of mail from (or to) an address goes.
    pub fn copy_to(
        &self,
        address: &str,
        is_sender: bool,
        resolver: &Resolver,
        report: &mut Report,
    ) -> Option<String> {
        let (maps, name) = match is_sender {
            true => (&self.sender_bcc, "sender_bcc_maps"),
            false => (&self.recipient_bcc, "recipient_bcc_maps"),
        };
        match maps.find(address, Strategy::RECIPIENT, resolver) {
            Ok(found) => found.map(Cow::into_owned),
            Err(retry) => {
                report.lack(retry, format!("{name} map lookup problem"));
                None
            }
        }
    }
}

fn has(list: &[String], name: &str) -> bool {
    list.iter().any(|n| n == name)
}

/// The local part of an address in the form in which it is written.
fn quoted_local(user: &str) -> String {
    let whole = quote_local(&format!("{user}@x"));
    whole.strip_suffix("@x").unwrap_or(user).to_string()
}

/// The addresses that a table gives for an address, made complete; `@domain` keeps the user, and
/// an extension that the table did not look at is kept where that is wanted.
///
/// # Errors
/// A table could not be asked.
pub fn mapped(
    maps: &Maps,
    address: &str,
    propagates: bool,
    resolver: &Resolver,
) -> Result<Option<Vec<String>>, Retry> {
    let found = maps.find_with_extension(address, Strategy::RECIPIENT, resolver)?;
    let Some((mut text, extension)) = found else {
        return Ok(None);
    };
    let extension = extension.filter(|_| propagates).unwrap_or_default();
    if text.starts_with('@') {
        let user = address.rsplit_once('@').map_or(address, |(user, _)| user);
        let user = user.strip_suffix(extension.as_str()).unwrap_or(user);
        text = quote_local(&format!("{user}{text}")).into();
    }
    if matches!(&*text, "" | "<>") {
        text = "\"\"".into();
    }
    let complete = |token: &Token| match token {
        Token::Address(inner) => {
            let address = resolver.rewrite(&internal(inner, false));
            Some(match address.rsplit_once('@') {
                Some((user, domain)) => format!("{user}{extension}@{domain}"),
                None => address + &extension,
            })
        }
        _ => None,
    };
    Ok(Some(parse(&text).iter().filter_map(complete).collect()))
}
