//! Restrictions about the sender and the recipient: relaying, unknown users, malformed and
//! unknown domains.

use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::{Abort, Cause, Check, Status, Subject};
use crate::postfix::access::parameters::Code;
use crate::postfix::access::refusal::split_dsn;
use crate::postfix::access::restriction::{Call, Takes, Word};
use crate::postfix::address::class::{Class, Resolved};
use crate::postfix::lookup::maps::{Maps, Strategy};
use crate::smtp::hostname::is_utf8_hostname;
use crate::smtp::policy::Note;
use crate::smtp::release::Release;

/// Restrictions about the sender and the recipient.
pub(super) static WORDS: [Word; 12] = [
    Word::new("reject_unauth_destination", Takes::Nothing, |c, _| {
        let code = c.access.code(Code::RelayDomains);
        c.unauthorized(code, "5.7.1")
    }),
    Word::new("defer_unauth_destination", Takes::Nothing, |c, _| {
        let code = c.access.code(Code::RelayDomains);
        c.unauthorized(code.saturating_sub(100), "4.7.1")
    })
    .since(Release(2, 10)),
    Word::new("permit_auth_destination", Takes::Nothing, |c, call| {
        c.of_recipient(|c, recipient| {
            Ok(match c.is_authorized_destination(recipient)? {
                true => c.permit(call.word, Subject::Recipient, recipient, ""),
                false => Status::Dunno,
            })
        })
    }),
    Word::new(
        "reject_unlisted_recipient",
        Takes::Nothing,
        unlisted_recipient,
    ),
    Word::new("check_recipient_maps", Takes::Nothing, unlisted_recipient),
    Word::new("reject_unlisted_sender", Takes::Nothing, |c, _| {
        c.of_sender(Checker::unlisted_sender)
    }),
    Word::new("reject_non_fqdn_sender", Takes::Nothing, |c, _| {
        c.of_sender(|c, sender| Ok(c.non_fqdn(sender, Subject::Sender)))
    }),
    Word::new("reject_non_fqdn_recipient", Takes::Nothing, |c, _| {
        c.of_recipient(|c, recipient| Ok(c.non_fqdn(recipient, Subject::Recipient)))
    }),
    Word::new(
        "reject_unknown_sender_domain",
        Takes::Nothing,
        unknown_sender_domain,
    ),
    Word::new(
        "reject_unknown_address",
        Takes::Nothing,
        unknown_sender_domain,
    ),
    Word::new("reject_unknown_recipient_domain", Takes::Nothing, |c, _| {
        c.of_recipient(|c, recipient| c.unknown_domain(recipient, Subject::Recipient))
    }),
    Word::new(
        "reject_multi_recipient_bounce",
        Takes::Nothing,
        |c, call| Ok(c.multi_recipient_bounce(call)),
    ),
];

fn unlisted_recipient(c: &mut Checker, _: &Call) -> Check {
    c.of_recipient(|c, recipient| match recipient {
        "" => Ok(Status::Dunno),
        _ => c.unlisted_recipient(recipient),
    })
}

fn unknown_sender_domain(c: &mut Checker, _: &Call) -> Check {
    c.of_sender(|c, sender| c.unknown_domain(sender, Subject::Sender))
}

impl Checker<'_> {
    /// What is said of the recipient; nothing where there is none.
    pub(super) fn of_recipient(&mut self, look: impl FnOnce(&mut Self, &str) -> Check) -> Check {
        match self.facts.recipient.clone() {
            Some(recipient) => look(self, &recipient),
            None => Ok(Status::Dunno),
        }
    }

    /// What is said of the sender; nothing of the null address, or where there is none.
    pub(super) fn of_sender(&mut self, look: impl FnOnce(&mut Self, &str) -> Check) -> Check {
        match self
            .facts
            .sender
            .clone()
            .filter(|sender| !sender.is_empty())
        {
            Some(sender) => look(self, &sender),
            None => Ok(Status::Dunno),
        }
    }

    fn unauthorized(&mut self, code: i32, dsn: &str) -> Check {
        self.of_recipient(|c, recipient| {
            if c.is_authorized_destination(recipient)? {
                return Ok(Status::Dunno);
            }
            let reason = format!("<{recipient}>: Relay access denied");
            Ok(c.reject(Cause::Policy, code, dsn, &reason))
        })
    }

    pub(super) fn resolve(&mut self, address: &str) -> Result<Resolved, Abort> {
        let resolved = self.ground.resolver.resolve(address);
        self.found(address, resolved)
    }

    /// Mail for this recipient ends here, or is relayed for everybody.
    pub(super) fn is_authorized_destination(&mut self, recipient: &str) -> Result<bool, Abort> {
        let resolved = self.resolve(recipient)?;
        if resolved.domain().is_none() {
            return Ok(true);
        }
        if resolved.routed && !self.access.parameters.allow_untrusted_routing {
            return Ok(false);
        }
        if let (Class::Relay, Some(domain)) = (resolved.class, resolved.domain()) {
            self.uses_old_relay_domains("domain", domain);
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
        let code = self.access.code(Code::NonFqdn);
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

    fn multi_recipient_bounce(&mut self, call: &Call) -> Status {
        let others = usize::from(self.facts.command != "RCPT");
        if self.facts.sender.as_deref() != Some("") || self.facts.recipient_count <= others {
            return Status::Dunno;
        }
        let code = self.access.code(Code::MultiRecipientBounce);
        let reason = call.rejected("Multi-recipient bounce");
        self.reject(Cause::Policy, code, "5.5.3", &reason)
    }

    pub(super) fn unlisted_recipient(&mut self, recipient: &str) -> Check {
        if self.memory.recipient_checked {
            return Ok(Status::Dunno);
        }
        self.memory.recipient_checked = self.warn_if_reject == 0;
        self.unlisted(recipient, Subject::Recipient)
    }

    pub(super) fn unlisted_sender(&mut self, sender: &str) -> Check {
        if self.memory.sender_checked {
            return Ok(Status::Dunno);
        }
        self.memory.sender_checked = self.warn_if_reject == 0;
        self.unlisted(sender, Subject::Sender)
    }

    /// Whether an address of this server's own domains exists.
    fn unlisted(&mut self, address: &str, subject: Subject) -> Check {
        if !self.access.lookups.asks_unlisted() {
            return Ok(Status::Dunno);
        }
        let mut resolved = self.resolve(address)?;
        let access = self.access;
        let is_sender = subject == Subject::Sender;
        // Of a sender it is asked as if its recipient had sent it.
        let other = match is_sender {
            true => &self.facts.recipient,
            false => &self.facts.sender,
        };
        let (lookups, resolver) = (&access.lookups, self.ground.resolver);
        lookups.redirect(&mut resolved, other.as_deref(), resolver);
        let mut aliases: Vec<&Maps> = vec![&access.recipient_canonical_maps];
        if is_sender {
            aliases.push(&access.sender_canonical_maps);
        }
        aliases.extend([&access.canonical_maps, &access.virtual_alias_maps]);
        for maps in aliases {
            let found = maps.find(
                &resolved.recipient,
                Strategy::RECIPIENT,
                self.ground.resolver,
            );
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
            let (dsn, text) = split_dsn(default, &resolved.nexthop);
            let dsn = self.fix_dsn(dsn, subject);
            let code = match (is_error, resolved.class) {
                (true, Class::VirtualAlias) => access.code(Code::UnknownVirtualAlias),
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
                let bounces = &access.parameters.double_bounce_sender;
                if always.contains(&local) || bounces.eq_ignore_ascii_case(local) {
                    return Ok(Status::Dunno);
                }
                let code = Code::UnknownLocalRecipient;
                (&access.local_recipient_maps, code, "local recipient table")
            }
            Class::VirtualMailbox => {
                let code = Code::UnknownVirtualMailbox;
                (&access.virtual_mailbox_maps, code, "virtual mailbox table")
            }
            Class::Relay => {
                let code = Code::UnknownRelayRecipient;
                (&access.relay_recipient_maps, code, "relay recipient table")
            }
            _ => return Ok(Status::Dunno),
        };
        let found = match maps.is_empty() {
            true => true,
            false => {
                let found = maps.find(
                    &resolved.recipient,
                    Strategy::RECIPIENT,
                    self.ground.resolver,
                );
                self.found(address, found)?.is_some()
            }
        };
        if found {
            if resolved.class == Class::Relay {
                self.uses_old_relay_domains("address", address);
            }
            return Ok(Status::Dunno);
        }
        let table = if access.parameters.show_table_name {
            format!(" in {table}")
        } else {
            String::new()
        };
        let reason = format!("<{address}>: {what} rejected: User unknown{table}");
        Ok(self.reject(Cause::Policy, access.code(code), permanent, &reason))
    }

    /// An enhanced status code that speaks of a sender, where the context is a recipient, or
    /// the other way round, is turned into its counterpart.
    pub(super) fn fix_dsn(&mut self, dsn: &str, subject: Subject) -> String {
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
            self.note(Note::info(format!(
                "mapping DSN status {dsn} into {} status {class}{}",
                subject.name(),
                &result[1..]
            )));
        }
        result
    }
}
