//! Restrictions about the sender and the recipient: relaying, unknown users, malformed and
//! unknown domains.

use crate::postfix::access::{Abort, Cause, Check, Checker, Status, Subject};
use crate::postfix::address::class::{Class, Resolved};
use crate::postfix::lookup::maps::{Maps, Strategy};
use crate::smtp::hostname::is_utf8_hostname;

impl Checker<'_> {
    /// A restriction of this kind, or `None` where `word` is none.
    pub(in crate::postfix) fn address(&mut self, word: &str) -> Result<Option<Status>, Abort> {
        let recipient = self.facts.recipient.clone();
        let sender = self.facts.sender.clone().filter(|s| !s.is_empty());
        let dunno = Ok(Some(Status::Dunno));
        let status = match word {
            "reject_unauth_destination" | "defer_unauth_destination" => {
                let Some(recipient) = recipient else {
                    return dunno;
                };
                if self.is_authorized_destination(&recipient)? {
                    return dunno;
                }
                let code = self.access.code("relay_domains_reject_code");
                let (code, dsn) = if word.starts_with("defer") {
                    (code.saturating_sub(100), "4.7.1")
                } else {
                    (code, "5.7.1")
                };
                let reason = format!("<{recipient}>: Relay access denied");
                self.reject(Cause::Policy, code, dsn, &reason)
            }
            "permit_auth_destination" => {
                let Some(recipient) = recipient else {
                    return dunno;
                };
                if self.is_authorized_destination(&recipient)? {
                    self.permit(word, Subject::Recipient, &recipient, "")
                } else {
                    Status::Dunno
                }
            }
            "reject_unlisted_recipient" | "check_recipient_maps" => {
                match recipient.filter(|r| !r.is_empty()) {
                    Some(recipient) => self.unlisted_recipient(&recipient)?,
                    None => Status::Dunno,
                }
            }
            "reject_unlisted_sender" => match sender {
                Some(sender) => self.unlisted_sender(&sender)?,
                None => Status::Dunno,
            },
            "reject_non_fqdn_sender" => match sender {
                Some(sender) => self.non_fqdn(&sender, Subject::Sender),
                None => Status::Dunno,
            },
            "reject_non_fqdn_recipient" => match recipient {
                Some(recipient) => self.non_fqdn(&recipient, Subject::Recipient),
                None => Status::Dunno,
            },
            "reject_unknown_sender_domain" | "reject_unknown_address" => match sender {
                Some(sender) => self.unknown_domain(&sender, Subject::Sender)?,
                None => Status::Dunno,
            },
            "reject_unknown_recipient_domain" => match recipient {
                Some(recipient) => self.unknown_domain(&recipient, Subject::Recipient)?,
                None => Status::Dunno,
            },
            "reject_multi_recipient_bounce" => self.multi_recipient_bounce(),
            // Nothing answers address verification probes in this network but the tables.
            "reject_unverified_sender" | "reject_unverified_recipient" => Status::Dunno,
            _ => return Ok(None),
        };
        Ok(Some(status))
    }

    pub(in crate::postfix) fn resolve(&mut self, address: &str) -> Result<Resolved, Abort> {
        let resolved = self.resolver.resolve(address);
        self.found(address, resolved)
    }

    /// Mail for this recipient ends here, or is relayed for everybody.
    pub(in crate::postfix) fn is_authorized_destination(
        &mut self,
        recipient: &str,
    ) -> Result<bool, Abort> {
        let resolved = self.resolve(recipient)?;
        if resolved.domain().is_none() {
            return Ok(true);
        }
        if resolved.routed && !self.access.flag("allow_untrusted_routing") {
            return Ok(false);
        }
        Ok(resolved.class.is_final() || resolved.class == Class::Relay)
    }

    fn non_fqdn(&mut self, address: &str, subject: Subject) -> Status {
        let domain = address.rsplit_once('@').map_or("", |(_, d)| d);
        if domain.starts_with('[') && domain.ends_with(']') {
            return Status::Dunno;
        }
        let bare = match domain.strip_suffix('.') {
            Some(short) if !short.is_empty() && !short.ends_with('.') => short,
            _ => domain,
        };
        if !bare.is_empty() && is_utf8_hostname(bare, self.facts.smtputf8) && bare.contains('.') {
            return Status::Dunno;
        }
        let code = self.access.code("non_fqdn_reject_code");
        let reason = format!(
            "<{address}>: {} rejected: need fully-qualified address",
            subject.name()
        );
        self.reject(Cause::Policy, code, "4.5.2", &reason)
    }

    fn unknown_domain(&mut self, address: &str, subject: Subject) -> Check {
        let resolved = self.resolve(address)?;
        let Some(domain) = resolved.domain() else {
            return Ok(Status::Dunno);
        };
        if resolved.class.is_final() || domain.starts_with('[') {
            return Ok(Status::Dunno);
        }
        Ok(self.unknown_mail_host(domain, address, subject))
    }

    fn multi_recipient_bounce(&mut self) -> Status {
        let others = usize::from(self.facts.command != "RCPT");
        if self.facts.sender.as_deref() != Some("") || self.facts.recipient_count <= others {
            return Status::Dunno;
        }
        let (name, what) = match self.facts.command {
            "DATA" | "BDAT" => ("DATA".to_string(), Subject::Data.name()),
            "RCPT" => (
                self.facts.recipient.as_deref().unwrap_or_default().into(),
                Subject::Recipient.name(),
            ),
            other => (other.to_string(), Subject::EndOfData.name()),
        };
        let code = self.access.code("multi_recipient_bounce_reject_code");
        let reason = format!("<{name}>: {what} rejected: Multi-recipient bounce");
        self.reject(Cause::Policy, code, "5.5.3", &reason)
    }

    pub(in crate::postfix) fn unlisted_recipient(&mut self, recipient: &str) -> Check {
        if self.recipient_checked {
            return Ok(Status::Dunno);
        }
        self.recipient_checked = self.warn_if_reject == 0;
        self.unlisted(recipient, Subject::Recipient)
    }

    pub(in crate::postfix) fn unlisted_sender(&mut self, sender: &str) -> Check {
        if self.sender_checked {
            return Ok(Status::Dunno);
        }
        self.sender_checked = self.warn_if_reject == 0;
        self.unlisted(sender, Subject::Sender)
    }

    /// Whether an address of this server's own domains exists.
    fn unlisted(&mut self, address: &str, subject: Subject) -> Check {
        let resolved = self.resolve(address)?;
        let access = self.access;
        let is_sender = subject == Subject::Sender;
        let mut aliases: Vec<&Maps> = vec![&access.recipient_canonical_maps];
        if is_sender {
            aliases.push(&access.sender_canonical_maps);
        }
        aliases.extend([&access.canonical_maps, &access.virtual_alias_maps]);
        for maps in aliases {
            let found = maps.find(&resolved.recipient, Strategy::RECIPIENT, self.resolver);
            if self.found(address, found)?.is_some() {
                return Ok(Status::Dunno);
            }
        }
        let what = subject.name();
        let permanent = if is_sender { "5.1.0" } else { "5.1.1" };
        if resolved.transport == "error" || resolved.transport == "retry" {
            let is_error = resolved.transport == "error";
            let default = match (is_error, is_sender) {
                (true, _) => permanent,
                (false, true) => "4.1.0",
                (false, false) => "4.1.1",
            };
            let (dsn, text) = crate::postfix::access::split_dsn(default, &resolved.nexthop);
            let dsn = self.fix_dsn(dsn, subject);
            let code = match (is_error, resolved.class) {
                (true, Class::VirtualAlias) => access.code("unknown_virtual_alias_reject_code"),
                (true, _) => 550,
                (false, _) => 450,
            };
            let reason = format!("<{address}>: {what} rejected: {text}");
            return Ok(self.reject(Cause::Policy, code, &dsn, &reason));
        }
        let (maps, code, table) = match resolved.class {
            Class::Local => {
                let local = resolved.recipient.split('@').next().unwrap_or("");
                let always = ["postmaster", "mailer-daemon"];
                if always.contains(&local) || access.text("double_bounce_sender") == local {
                    return Ok(Status::Dunno);
                }
                let code = "unknown_local_recipient_reject_code";
                (&access.local_recipient_maps, code, "local recipient table")
            }
            Class::VirtualMailbox => {
                let code = "unknown_virtual_mailbox_reject_code";
                (&access.virtual_mailbox_maps, code, "virtual mailbox table")
            }
            Class::Relay => {
                let code = "unknown_relay_recipient_reject_code";
                (&access.relay_recipient_maps, code, "relay recipient table")
            }
            _ => return Ok(Status::Dunno),
        };
        if maps.is_empty() {
            return Ok(Status::Dunno);
        }
        let found = maps.find(&resolved.recipient, Strategy::RECIPIENT, self.resolver);
        if self.found(address, found)?.is_some() {
            return Ok(Status::Dunno);
        }
        let table = if access.flag("show_user_unknown_table_name") {
            format!(" in {table}")
        } else {
            String::new()
        };
        let reason = format!("<{address}>: {what} rejected: User unknown{table}");
        Ok(self.reject(Cause::Policy, access.code(code), permanent, &reason))
    }

    /// An enhanced status code that speaks of a sender, where the context is a recipient, or
    /// the other way round, is turned into its counterpart.
    pub(in crate::postfix) fn fix_dsn(&mut self, dsn: &str, subject: Subject) -> String {
        let detail = match dsn.get(1..4) {
            Some(".1.") => &dsn[4..],
            _ => return dsn.to_string(),
        };
        let fixed = match (subject, detail) {
            (Subject::Sender, "1" | "3" | "4" | "6" | "7") => "1.7",
            (Subject::Sender, "2" | "8") => "1.8",
            (Subject::Sender, _) => "1.0",
            (Subject::Recipient, "1") => "1.1",
            (Subject::Recipient, "2" | "8") => "1.2",
            (Subject::Recipient, "3" | "7") => "1.3",
            (Subject::Recipient, "4") => "1.4",
            (Subject::Recipient, "5") => "1.5",
            (Subject::Recipient, "6") => "1.6",
            (Subject::Recipient, _) => "1.0",
            _ => "0.0",
        };
        let result = format!("4.{fixed}");
        if dsn[2..] != result[2..] {
            let class = &dsn[..1];
            self.note(crate::smtp::policy::Note::info(format!(
                "mapping DSN status {dsn} into {} status {class}{}",
                subject.name(),
                &result[1..]
            )));
        }
        result
    }
}
