//! check_*_access: what access tables are asked for (Postfix's access(5)).

use crate::postfix::access::host::not_asked;
use std::borrow::Cow;

use crate::postfix::access::checker::Checker;
use crate::postfix::access::full::lookups::specified;
use crate::postfix::access::judgement::{Abort, Cause, Check, Status, Subject};
use crate::postfix::access::restriction::{Call, Takes, Word};
use crate::postfix::lookup::maps::Strategy;
use crate::postfix::lookup::retry::Found;
use crate::smtp::hostname::is_hostaddr;
use crate::smtp::printable::printable;
use crate::smtp::release::Release;

/// check_*_access.
pub(super) static WORDS: [Word; 8] = [
    Word::new("check_client_access", Takes::Table, |c, call| {
        let client = c.facts.client.clone();
        let named = client.namaddr();
        c.host_access(call, &client.name, &named, Subject::Client)
    }),
    Word::new(
        "check_reverse_client_hostname_access",
        Takes::Table,
        |c, call| {
            let client = c.facts.client.clone();
            let name = &client.reverse_name;
            let status = c.host_access(call, name, name, Subject::ReverseClient)?;
            c.forbid_ok(call, status, name)
        },
    ),
    Word::new("check_helo_access", Takes::Table, |c, call| {
        let Some(helo) = c.facts.helo.clone() else {
            return Ok(Status::Dunno);
        };
        let status = c.domain_access(call.argument(), &helo, &helo, Subject::Helo)?;
        Ok(status.unwrap_or(Status::Dunno))
    }),
    Word::new("check_etrn_access", Takes::Table, |c, call| {
        let Some(domain) = c.etrn.clone() else {
            return Ok(Status::Dunno);
        };
        let status = c.domain_access(call.argument(), &domain, &domain, Subject::Etrn)?;
        Ok(status.unwrap_or(Status::Dunno))
    }),
    Word::new("check_sender_access", Takes::Table, |c, call| {
        let table = call.argument();
        match c.facts.sender.clone() {
            Some(sender) if sender.is_empty() => {
                let key = &c.access.lookups.null_key;
                c.key_access(table, key, &sender, Subject::Sender)
            }
            Some(sender) => c.mail_access(table, &sender, Subject::Sender),
            None => Ok(Status::Dunno),
        }
    }),
    Word::new("check_recipient_access", Takes::Table, |c, call| {
        c.of_recipient(|c, recipient| c.mail_access(call.argument(), recipient, Subject::Recipient))
    }),
    Word::new("check_sasl_access", Takes::Table, |c, call| {
        if !c.has_sasl(call) {
            return Ok(Status::Dunno);
        }
        let Some(sasl) = c.facts.sasl.clone() else {
            return Ok(Status::Dunno);
        };
        let sane = printable(&sasl.username, '_', true);
        c.key_access(call.argument(), &sasl.username, &sane, Subject::SaslLogin)
    })
    .since(Release(2, 11)),
    // Clients of this network have no certificates.
    Word::new("check_ccert_access", Takes::Table, |c, call| {
        let table = call.argument();
        if specified(table).is_err() {
            c.warn(format!("See earlier parsing error messages for '{table}"));
            let why = "Server configuration error";
            return Ok(c.reject(Cause::Server, 451, "4.3.5", why));
        }
        not_asked(c, call.word);
        Ok(Status::Dunno)
    }),
];

impl Checker<'_> {
    /// These checks may refuse, never accept: who runs a zone could name any server in it.
    pub(super) fn forbid_ok(&mut self, call: &Call, status: Status, target: &str) -> Check {
        if self.discard || status != Status::Ok {
            return Ok(status);
        }
        let word = call.word;
        self.warn(format!("restriction {word} returns OK for {target}"));
        self.warn("this is not allowed for security reasons");
        self.warn("use DUNNO instead of OK if you want to make an exception");
        Err(self.server_error())
    }

    /// One look-up for a check, of a whole key or of a part of one.
    fn ask(&mut self, check: &str, table: &str, key: &str, whole: bool) -> Option<String> {
        let maps = self.access.lookups.maps(table, check);
        self.answer(maps.and_then(|maps| match whole {
            true => maps.get(key),
            false => maps.get_part(key),
        }))
    }

    /// The answer of a table; one that cannot be asked answers with an error of the server's.
    fn answer(&mut self, found: Found) -> Option<String> {
        match found {
            Ok(found) => found.map(Cow::into_owned),
            Err(retry) => {
                self.failed(retry);
                Some("451 4.3.5 Server configuration error".into())
            }
        }
    }

    fn key_access(&mut self, table: &str, key: &str, name: &str, subject: Subject) -> Check {
        match self.ask("access", table, key, true) {
            Some(value) => self.result(table, &value, key, name, subject),
            None => Ok(Status::Dunno),
        }
    }

    /// A domain and those above it; `None` where nothing was found.
    pub(super) fn domain_access(
        &mut self,
        table: &str,
        domain: &str,
        name: &str,
        subject: Subject,
    ) -> Result<Option<Status>, Abort> {
        let mut key = domain.to_string();
        let mut whole = true;
        while !key.is_empty() {
            if let Some(value) = self.ask("domain_access", table, &key, whole) {
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
            let from = if self.access.lookups.dotted_parents {
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
    pub(super) fn addr_access(
        &mut self,
        table: &str,
        addr: &str,
        name: &str,
        subject: Subject,
    ) -> Result<Option<Status>, Abort> {
        let delimiter = if addr.contains(':') { ':' } else { '.' };
        let mut key = addr;
        let mut whole = true;
        loop {
            if let Some(value) = self.ask("addr_access", table, key, whole) {
                return self.result(table, &value, addr, name, subject).map(Some);
            }
            whole = false;
            match key.rsplit_once(delimiter) {
                Some((shorter, _)) => key = shorter,
                None => return Ok(None),
            }
        }
    }

    fn host_access(&mut self, call: &Call, host: &str, name: &str, subject: Subject) -> Check {
        let table = call.argument();
        if let Some(status) = self.domain_access(table, host, name, subject)? {
            return Ok(status);
        }
        let addr = self.facts.client.addr.clone();
        let status = self.addr_access(table, &addr, name, subject)?;
        Ok(status.unwrap_or(Status::Dunno))
    }

    fn mail_access(&mut self, table: &str, address: &str, subject: Subject) -> Check {
        let resolved = self.ground.resolver.resolve(address);
        let resolved = self.found(address, resolved)?;
        let strategy = Strategy {
            dotted_parents: self.access.lookups.dotted_parents,
            ..Strategy::ACCESS
        };
        let maps = self.access.lookups.maps(table, "mail_access");
        let found =
            maps.and_then(|maps| maps.find(&resolved.recipient, strategy, self.ground.resolver));
        let Some(value) = self.answer(found) else {
            return Ok(Status::Dunno);
        };
        let status = self.result(table, &value, &resolved.recipient, address, subject)?;
        let suspicious = resolved.routed
            && subject == Subject::Recipient
            && !self.access.parameters.allow_untrusted_routing;
        Ok(if status == Status::Ok && suspicious {
            Status::Dunno
        } else {
            status
        })
    }
}
