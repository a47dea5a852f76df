//! check_*_access: what access tables are asked for (Postfix's access(5)).

use crate::postfix::access::servers::server_check;
use crate::postfix::access::{Abort, Check, Checker, Status, Subject};
use crate::postfix::lookup::maps::{Maps, Strategy};
use crate::postfix::lookup::table::Retry;
use crate::smtp::hostname::is_hostaddr;
use crate::smtp::printable::printable;

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
    pub(super) fn forbid_ok(&mut self, word: &str, status: Status, target: &str) -> Check {
        if self.discard || status != Status::Ok {
            return Ok(status);
        }
        self.warn(format!("restriction {word} returns OK for {target}"));
        self.warn("this is not allowed for security reasons");
        self.warn("use DUNNO instead of OK if you want to make an exception");
        Err(self.server_error())
    }

    pub(super) fn maps(&self, table: &str) -> Maps {
        let found = self
            .access
            .access_maps
            .iter()
            .find(|(name, _)| name == table);
        found.map(|(_, maps)| maps.clone()).unwrap_or_default()
    }

    /// One look-up.
    pub(super) fn ask(&mut self, maps: &Maps, key: &str, whole: bool) -> Option<String> {
        let found = if whole {
            maps.get(key)
        } else {
            maps.get_part(key)
        };
        self.answer(found)
    }

    /// The answer of a table; one that cannot be asked answers with an error of the server's.
    pub(super) fn answer(&mut self, found: Result<Option<String>, Retry>) -> Option<String> {
        found.unwrap_or_else(|retry| {
            self.failed(retry);
            Some("451 4.3.5 Server configuration error".into())
        })
    }

    pub(super) fn key_access(
        &mut self,
        table: &str,
        key: &str,
        name: &str,
        subject: Subject,
    ) -> Check {
        let maps = self.maps(table);
        match self.ask(&maps, key, true) {
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
    pub(super) fn addr_access(
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

    pub(super) fn host_access(
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

    pub(super) fn mail_access(&mut self, table: &str, address: &str, subject: Subject) -> Check {
        let resolved = self.resolver.resolve(address);
        let resolved = self.found(address, resolved)?;
        let strategy = Strategy {
            dotted_parents: self.access.dotted_parents,
            ..Strategy::ACCESS
        };
        let found = self
            .maps(table)
            .find(&resolved.recipient, strategy, self.resolver);
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
}
