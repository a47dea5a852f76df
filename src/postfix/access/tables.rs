//! check_*_access: what access tables say (Postfix's access(5)).

use std::borrow::Cow;

use crate::dns::{Data, Kind, Missing};
use crate::postfix::access::host::{why_no_address, why_no_record};
use crate::postfix::access::{split_dsn, words_of, Abort, Cause, Check, Checker, Status, Subject};
use crate::postfix::lookup::maps::{Maps, Strategy};
use crate::postfix::lookup::retry::Found;
use crate::smtp::command::is_header;
use crate::smtp::envelope::Effect;
use crate::smtp::hostname::{is_hostaddr, mailhost_addr};
use crate::smtp::idn::to_ascii;
use crate::smtp::printable::printable;
use crate::smtp::release::Change;

impl Checker<'_> {
    /// A check_ restriction, or `None` where there is none of that name.
    pub(in crate::postfix) fn check_table(
        &mut self,
        word: &str,
        table: &str,
        name: &str,
        subject: Subject,
    ) -> Result<Option<Status>, Abort> {
        let client = self.facts.client.clone();
        let sender = self.facts.sender.as_deref().map(String::from);
        let recipient = self.facts.recipient.as_deref().map(String::from);
        let helo = self.facts.helo.as_deref().map(String::from);
        let dunno = Ok(Some(Status::Dunno));
        let (who, what, found) = match word {
            "check_client_access" => {
                let named = client.namaddr();
                let status =
                    self.host_access(table, &client.name, &client.addr, &named, Subject::Client)?;
                return Ok(Some(status));
            }
            "check_reverse_client_hostname_access" => {
                let name = client.reverse_name.to_string();
                let subject = Subject::ReverseClient;
                let status = self.host_access(table, &name, &client.addr, &name, subject)?;
                return self.forbid_ok(word, status, &name).map(Some);
            }
            "check_helo_access" => {
                let Some(helo) = helo else { return dunno };
                let status = self.domain_access(table, &helo, &helo, Subject::Helo)?;
                return Ok(Some(status.unwrap_or(Status::Dunno)));
            }
            "check_etrn_access" => {
                let Some(domain) = self.etrn.clone() else {
                    return dunno;
                };
                let status = self.domain_access(table, &domain, &domain, Subject::Etrn)?;
                return Ok(Some(status.unwrap_or(Status::Dunno)));
            }
            "check_sender_access" => {
                let Some(sender) = sender else { return dunno };
                if sender.is_empty() {
                    let key = self.access.text("smtpd_null_access_lookup_key");
                    return self
                        .key_access(table, &key, &sender, Subject::Sender)
                        .map(Some);
                }
                return self.mail_access(table, &sender, Subject::Sender).map(Some);
            }
            "check_recipient_access" => {
                let Some(recipient) = recipient else {
                    return dunno;
                };
                return self
                    .mail_access(table, &recipient, Subject::Recipient)
                    .map(Some);
            }
            "check_sasl_access" => {
                if !self.access.flag("smtpd_sasl_auth_enable") {
                    self.warn(format!("restriction `{word}' ignored: no SASL support"));
                    return dunno;
                }
                let Some(sasl) = self.facts.sasl.clone() else {
                    return dunno;
                };
                let sane = printable(&sasl.username, '_', true);
                let subject = Subject::SaslLogin;
                return self
                    .key_access(table, &sasl.username, &sane, subject)
                    .map(Some);
            }
            "check_ccert_access" => return dunno,
            _ => {
                let Some((who, kind)) = server_check(word) else {
                    return Ok(None);
                };
                let (key, shown, what) = match who {
                    "client" => (
                        Some(client.name.to_string()),
                        client.namaddr(),
                        Subject::Client,
                    ),
                    "reverse" => {
                        let name = client.reverse_name.to_string();
                        (Some(name.clone()), name, Subject::ReverseClient)
                    }
                    "helo" => (helo.clone(), helo.unwrap_or_default(), Subject::Helo),
                    "sender" => (
                        sender.clone().filter(|s| !s.is_empty()),
                        sender.unwrap_or_default(),
                        Subject::Sender,
                    ),
                    _ => (
                        recipient.clone().filter(|r| !r.is_empty()),
                        recipient.unwrap_or_default(),
                        Subject::Recipient,
                    ),
                };
                let Some(key) = key.filter(|k| k != "unknown") else {
                    return dunno;
                };
                let status = self.server_access(table, &key, kind, &shown, what)?;
                (key, shown, status)
            }
        };
        let _ = (what, name, subject);
        self.forbid_ok(word, found, &who).map(Some)
    }

    /// These checks may refuse, never accept: who runs a zone could name any server in it.
    fn forbid_ok(&mut self, word: &str, status: Status, target: &str) -> Check {
        if self.discard || status != Status::Ok {
            return Ok(status);
        }
        self.warn(format!("restriction {word} returns OK for {target}"));
        self.warn("this is not allowed for security reasons");
        self.warn("use DUNNO instead of OK if you want to make an exception");
        Err(self.server_error())
    }

    fn maps(&self, table: &str) -> Maps {
        let found = self
            .access
            .access_maps
            .iter()
            .find(|(name, _)| name == table);
        found.map(|(_, maps)| maps.clone()).unwrap_or_default()
    }

    /// One look-up.
    fn ask(&mut self, maps: &Maps, key: &str, whole: bool) -> Option<String> {
        let found = if whole {
            maps.get(key)
        } else {
            maps.get_part(key)
        };
        self.answer(found)
    }

    /// The answer of a table; one that cannot be asked answers with an error of the server's.
    fn answer(&mut self, found: Found) -> Option<String> {
        found.map_or_else(
            |retry| {
                self.failed(retry);
                Some("451 4.3.5 Server configuration error".into())
            },
            |found| found.map(Cow::into_owned),
        )
    }

    fn key_access(&mut self, table: &str, key: &str, name: &str, subject: Subject) -> Check {
        let maps = self.maps(table);
        match self.ask(&maps, key, true) {
            Some(value) => self.result(table, &value, key, name, subject),
            None => Ok(Status::Dunno),
        }
    }

    /// A domain and those above it; `None` where nothing was found.
    fn domain_access(
        &mut self,
        table: &str,
        domain: &str,
        name: &str,
        subject: Subject,
    ) -> Result<Option<Status>, Abort> {
        let maps = self.maps(table);
        let mut key = domain.to_string();
        let mut whole = true;
        while !key.is_empty() {
            if let Some(value) = self.ask(&maps, &key, whole) {
                return self.result(table, &value, domain, name, subject).map(Some);
            }
            if whole && is_hostaddr(domain) {
                break;
            }
            let Some(dot) = key
                .char_indices()
                .skip(1)
                .find(|(_, c)| *c == '.')
                .map(|(i, _)| i)
            else {
                break;
            };
            let from = if self.access.dotted_parents {
                dot
            } else {
                dot + 1
            };
            key = key[from..].to_string();
            whole = false;
        }
        Ok(None)
    }

    /// An address and the networks that its leading parts name.
    fn addr_access(
        &mut self,
        table: &str,
        addr: &str,
        name: &str,
        subject: Subject,
    ) -> Result<Option<Status>, Abort> {
        let maps = self.maps(table);
        let delimiter = if addr.contains(':') { ':' } else { '.' };
        let mut key = addr;
        let mut whole = true;
        loop {
            if let Some(value) = self.ask(&maps, key, whole) {
                return self.result(table, &value, addr, name, subject).map(Some);
            }
            whole = false;
            match key.rsplit_once(delimiter) {
                Some((shorter, _)) => key = shorter,
                None => return Ok(None),
            }
        }
    }

    fn host_access(
        &mut self,
        table: &str,
        host: &str,
        addr: &str,
        name: &str,
        subject: Subject,
    ) -> Check {
        if let Some(status) = self.domain_access(table, host, name, subject)? {
            return Ok(status);
        }
        let status = self.addr_access(table, addr, name, subject)?;
        Ok(status.unwrap_or(Status::Dunno))
    }

    fn mail_access(&mut self, table: &str, address: &str, subject: Subject) -> Check {
        let resolved = self.resolver.resolve(address);
        let resolved = self.found(address, resolved)?;
        let strategy = Strategy {
            dotted_parents: self.access.dotted_parents,
            ..Strategy::ACCESS
        };
        let maps = self.maps(table);
        let found = maps.find(&resolved.recipient, strategy, self.resolver);
        let Some(value) = self.answer(found) else {
            return Ok(Status::Dunno);
        };
        let status = self.result(table, &value, &resolved.recipient, address, subject)?;
        let suspicious = resolved.routed
            && subject == Subject::Recipient
            && !self.access.flag("allow_untrusted_routing");
        Ok(if status == Status::Ok && suspicious {
            Status::Dunno
        } else {
            status
        })
    }

    /// The hosts behind a domain: its mail exchangers, name servers or addresses.
    fn server_access(
        &mut self,
        table: &str,
        target: &str,
        kind: Kind,
        name: &str,
        subject: Subject,
    ) -> Check {
        let mut domain = target.rsplit_once('@').map_or(target, |(_, d)| d);
        if let Some(literal) = domain.strip_prefix('[') {
            let addr = literal.strip_suffix(']').and_then(mailhost_addr);
            return match addr.filter(|_| kind != Kind::Ns) {
                Some(addr) => {
                    let status = self.addr_access(table, addr, name, subject)?;
                    Ok(status.unwrap_or(Status::Dunno))
                }
                None => Ok(Status::Dunno),
            };
        }
        let ascii = to_ascii(domain);
        domain = &ascii;
        let mut servers = vec![domain.to_string()];
        if kind != Kind::A {
            let mut found = self.look_up(domain, kind);
            let absent =
                |r: &Result<_, Missing>| matches!(r, Err(Missing::NoDomain | Missing::NoData));
            while kind == Kind::Ns && absent(&found) {
                let Some((_, parent)) = domain.split_once('.').filter(|(_, p)| !p.is_empty())
                else {
                    break;
                };
                domain = parent;
                found = self.look_up(domain, kind);
            }
            match found {
                Ok(records) => {
                    servers = records
                        .into_iter()
                        .filter_map(|r| match r {
                            Data::Mx(_, host) | Data::Ns(host) => Some(host),
                            _ => None,
                        })
                        .collect();
                }
                Err(Missing::NullMx) => return Ok(Status::Dunno),
                Err(Missing::NoDomain | Missing::NoData) if kind == Kind::Mx => {}
                Err(why) => {
                    let kind = if kind == Kind::Mx { "MX" } else { "NS" };
                    // Of a domain whose parents have been asked in vain nothing is left.
                    let domain = match why {
                        Missing::Timeout => domain,
                        _ => target,
                    };
                    self.warn(format!(
                        "Unable to look up {kind} host for {domain}: {}",
                        why_no_record(why)
                    ));
                    return Ok(Status::Dunno);
                }
            }
        }
        for server in servers {
            if is_hostaddr(&server) {
                if let Some(status) = self.addr_access(table, &server, name, subject)? {
                    return Ok(status);
                }
                continue;
            }
            if kind != Kind::A {
                if let Some(status) = self.domain_access(table, &server, name, subject)? {
                    return Ok(status);
                }
            }
            match self.addresses(&server) {
                Ok(addresses) => {
                    for addr in addresses {
                        if let Some(status) = self.addr_access(table, &addr, name, subject)? {
                            return Ok(status);
                        }
                    }
                }
                Err(why) if kind != Kind::A => {
                    let why = why_no_address(why);
                    let kind = if kind == Kind::Mx { "MX" } else { "NS" };
                    self.warn(format!(
                        "Unable to look up {kind} host {server} for {} {name}: {why}",
                        subject.name()
                    ));
                }
                Err(_) => {}
            }
        }
        Ok(Status::Dunno)
    }

    /// Carries out what a table says.
    fn result(
        &mut self,
        table: &str,
        value: &str,
        key: &str,
        name: &str,
        subject: Subject,
    ) -> Check {
        let (action, text) = match value.find([' ', '\t']) {
            Some(space) => (&value[..space], value[space..].trim_start()),
            None => (value, ""),
        };
        let what = subject.name();
        let reason = |text: &str, default: &str| {
            let text = if text.is_empty() { default } else { text };
            format!("<{name}>: {what} rejected: {text}")
        };
        let upper = action.to_ascii_uppercase();
        let is_new = matches!(upper.as_str(), "INFO" | "BCC");
        let status = match upper.as_str() {
            // Which is taken for the name of a restriction, then.
            _ if is_new && !self.has(Change::AccessInfo) => {
                return self.generic(&words_of(value), name, subject);
            }
            "DUNNO" => Status::Dunno,
            "REJECT" | "DEFER" => {
                let is_reject = action.eq_ignore_ascii_case("REJECT");
                let (default, code) = if is_reject {
                    ("5.7.1", "access_map_reject_code")
                } else {
                    ("4.7.1", "access_map_defer_code")
                };
                let (dsn, text) = split_dsn(default, text);
                let dsn = self.fix_dsn(dsn, subject);
                let code = self.access.code(code);
                self.reject(Cause::Policy, code, &dsn, &reason(text, "Access denied"))
            }
            "INFO" | "WARN" => {
                self.log(&action.to_ascii_lowercase(), text);
                Status::Dunno
            }
            "FILTER" | "HOLD" | "DISCARD" | "REDIRECT" | "BCC" => self.effect(
                &action.to_ascii_uppercase(),
                text,
                table,
                key,
                name,
                subject,
            ),
            "DEFER_IF_PERMIT" => {
                let (dsn, text) = split_dsn("4.7.1", text);
                let dsn = self.fix_dsn(dsn, subject);
                let code = self.access.code("access_map_defer_code");
                self.defer_if_permit(false, code, &dsn, &reason(text, "Service unavailable"))
            }
            "DEFER_IF_REJECT" => {
                let (dsn, text) = split_dsn("4.7.1", text);
                let dsn = self.fix_dsn(dsn, subject);
                let code = self.access.code("access_map_defer_code");
                self.defer_if_reject(code, &dsn, &reason(text, "Service unavailable"));
                Status::Dunno
            }
            "PREPEND" => {
                if self.is_too_early("PREPEND", table) {
                } else if self.facts.command == "END-OF-MESSAGE" {
                    self.warn(format!(
                        "access table {table}: action PREPEND must be used before smtpd_end_of_data_restrictions"
                    ));
                } else if !is_header(text) && !text.split(' ').next().is_some_and(is_header) {
                    self.warn(format!(
                        "access table {table} entry \"{key}\" requires header: text"
                    ));
                } else {
                    self.verdict.prepend.push(text.into());
                }
                Status::Dunno
            }
            "OK" | "RELAY" => self.permit(action, subject, name, &format!("from {table}")),
            _ if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) => {
                self.permit(action, subject, name, &format!("from {table}"))
            }
            _ if action.len() == 3
                && !text.is_empty()
                && action.starts_with(['4', '5'])
                && action.bytes().all(|b| b.is_ascii_digit()) =>
            {
                let default = if action.starts_with('4') {
                    "4.7.1"
                } else {
                    "5.7.1"
                };
                let (dsn, text) = split_dsn(default, text);
                let dsn = self.fix_dsn(dsn, subject);
                let code = action.parse().unwrap_or(450);
                self.reject(Cause::Policy, code, &dsn, &reason(text, "Access denied"))
            }
            _ if value.contains(':') => {
                self.warn(format!(
                    "access table {table} has entry with lookup table: {value}"
                ));
                self.warn("do not specify lookup tables inside SMTPD access maps");
                self.warn("define a restriction class and specify its name instead.");
                return Err(self.server_error());
            }
            _ if self.recursion > 100 => {
                self.warn(format!(
                    "access table {table} entry {value} causes unreasonable recursion"
                ));
                return Err(self.server_error());
            }
            _ => return self.generic(&words_of(value), name, subject),
        };
        Ok(status)
    }

    /// Actions on a message need one: without `smtpd_delay_reject` there is none yet.
    fn is_too_early(&mut self, action: &str, table: &str) -> bool {
        let early = self.facts.sender.is_none();
        if early {
            self.warn(format!(
                "access table {table}: with smtpd_delay_reject=no, action {action} is always skipped in Client host or Helo command restrictions"
            ));
        }
        early
    }

    fn effect(
        &mut self,
        action: &str,
        text: &str,
        table: &str,
        key: &str,
        name: &str,
        subject: Subject,
    ) -> Status {
        if self.facts.command == "ETRN" {
            self.warn(format!(
                "access table {table}: action {action} is unavailable in smtpd_etrn_restrictions"
            ));
            return Status::Dunno;
        }
        if self.is_too_early(action, table) {
            return Status::Dunno;
        }
        let what = subject.name();
        let lower = action.to_ascii_lowercase();
        let (effect, log) = match action {
            "FILTER" if text.is_empty() => {
                self.warn(format!(
                    "access table {table} entry \"{key}\" has FILTER entry without value"
                ));
                return Status::Dunno;
            }
            "FILTER" if !text.contains(':') => {
                self.warn(format!(
                    "access table {table} entry \"{key}\" requires transport:destination"
                ));
                return Status::Dunno;
            }
            "REDIRECT" | "BCC" if !text.contains('@') => {
                self.warn(format!(
                    "access table {table} entry \"{key}\" requires user@domain target"
                ));
                return Status::Dunno;
            }
            "FILTER" => (
                Effect::Filter(text.into()),
                format!("triggers FILTER {text}"),
            ),
            "REDIRECT" => (
                Effect::Redirect(text.into()),
                format!("triggers REDIRECT {text}"),
            ),
            "BCC" => (Effect::Bcc(text.into()), format!("triggers BCC {text}")),
            _ => {
                let effect = if action == "HOLD" {
                    Effect::Hold
                } else {
                    Effect::Discard
                };
                let said = if text.is_empty() {
                    format!("triggers {action} action")
                } else {
                    text.to_string()
                };
                (effect, said)
            }
        };
        let is_hold = effect == Effect::Hold;
        if !is_hold || !self.memory.hold {
            self.memory.hold |= is_hold;
            self.log(&lower, &format!("<{name}>: {what} {log}"));
            self.verdict.effects.push(effect);
        }
        if action == "DISCARD" {
            self.discard = true;
            return self.permit(action, subject, name, &format!("from {table}"));
        }
        Status::Dunno
    }
}

/// `check_sender_mx_access` and its kin: whose servers, and which kind of record.
fn server_check(word: &str) -> Option<(&'static str, Kind)> {
    let rest = word.strip_prefix("check_")?.strip_suffix("_access")?;
    let (who, kind) = rest.rsplit_once('_')?;
    let kind = match kind {
        "mx" => Kind::Mx,
        "ns" => Kind::Ns,
        "a" => Kind::A,
        _ => return None,
    };
    let who = match who {
        "client" => "client",
        "reverse_client_hostname" => "reverse",
        "helo" => "helo",
        "sender" => "sender",
        "recipient" => "recipient",
        _ => return None,
    };
    Some((who, kind))
}
