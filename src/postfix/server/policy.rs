//! What a server answers to its sessions.

use std::sync::Arc;

use crate::dns::Dns;
use crate::postfix::access::Ground;
#[cfg(feature = "full")]
use crate::postfix::config::expansion::{attribute, expand};
use crate::postfix::config::settings::keywords;
use crate::postfix::lookup::fold::fold;
#[cfg(feature = "full")]
use crate::postfix::queue::size;
use crate::postfix::server::rates::RATE_TIME_UNIT;
use crate::postfix::server::Server;
use crate::smtp::client::Client;
#[cfg(feature = "full")]
use crate::smtp::envelope::Message;
use crate::smtp::policy::{
    is_forbidden_by_default, Denied, Facts, Flush, Note, Policy, Question, Rate, Verdict,
};
#[cfg(feature = "full")]
use crate::smtp::reply::Reply;
use crate::smtp::sasl::Proof;
use crate::smtp::settings::Settings;
use crate::time::Time;

/// A server and the DNS that it asks: what answers its sessions.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub(super) server: &'a Server,
    pub(super) dns: &'a Dns,
}

impl Policy for View<'_> {
    fn settings(&self) -> &Settings {
        &self.server.built.settings
    }

    fn check(&self, question: Question, facts: &Facts) -> Verdict {
        let built = &self.server.built;
        #[allow(unused_mut)]
        let ground = Ground {
            settings: &built.settings,
            resolver: &built.resolver,
            dns: self.dns,
            mail_name: &built.mail_name,
        };
        let mut verdict = built.access.check(question, facts, ground);
        #[cfg(feature = "full")]
        if let (Question::Recipient(_), None, Some(delay)) =
            (question, &verdict.refusal, self.server.greylist)
        {
            let (refusal, notes) =
                crate::postfix::access::full::greylist::judge(facts, delay, &self.server.log);
            verdict.refusal = refusal;
            verdict.notes.extend(notes);
        }
        verdict
    }

    fn verify_sender(&self, address: &str) -> Option<&str> {
        let own = &self.server.built.verify_sender;
        (fold(address) == fold(own)).then_some(own.as_str())
    }

    fn is_address(&self, address: &str, _: &Facts, smtputf8: bool) -> bool {
        match self.server.built.resolver.resolve(address) {
            Ok(resolved) => {
                !resolved.error && (smtputf8 || resolved.domain().is_none_or(str::is_ascii))
            }
            Err(_) => true,
        }
    }

    fn queue_id(&self, now: Time) -> Arc<str> {
        format!("{:05X}{:X}", now.micros(), self.server.next_inode).into()
    }

    // The light build leaves it at what the session has counted, without the envelope's records.
    #[cfg(feature = "full")]
    fn cleanup(&self, message: &Message) -> (Option<Reply>, Vec<Note>) {
        let server = self.server;
        let settings = self.settings();
        let receiver = server.receiver();
        let limit = settings.message_size_limit;
        let may_exceed = limit > 0 && size::bound(message) > limit;
        if may_exceed && size::size(message, &receiver, &server.built.resolver) > limit {
            let note = Note {
                program: "cleanup",
                text: format!(
                    "warning: {}: queue file size limit exceeded",
                    message.queue_id
                ),
            };
            let reply = "552 5.3.4 Error: message file too big";
            return (Some(Reply::from(reply)), vec![note]);
        }
        // A browser has no thousand sessions a second, and every byte of this would weigh there.
        if !cfg!(target_arch = "wasm32") && server.cleanup().is_safe(&message.content) {
            return (None, Vec::new());
        }
        let cleaned = server.cleaned(message);
        match cleaned.refusal {
            Some(refusal) => {
                let note = |text| Note {
                    program: "cleanup",
                    text,
                };
                let notes = cleaned.notes.into_iter().map(note).collect();
                (Some(Reply::from(refusal)), notes)
            }
            None => (None, Vec::new()),
        }
    }

    fn rate(&self, rate: Rate, client: &Client, now: Time) -> usize {
        let counted = self
            .server
            .rates
            .iter()
            .find(|c| c.rate == rate && c.addr == client.addr);
        match counted {
            Some(c) if now - c.since < RATE_TIME_UNIT => c.count + 1,
            _ => 1,
        }
    }

    fn connections(&self, client: &Client) -> usize {
        let open = self
            .server
            .connections
            .iter()
            .find(|(addr, _)| *addr == client.addr);
        open.map_or(1, |(_, count)| *count)
    }

    fn is_exempt_from_rates(&self, client: &Client) -> bool {
        let list = &self.server.built.rate_exceptions;
        list.has_client(&client.name, &client.addr).unwrap_or(false)
    }

    fn authenticate(&self, user: &str, proof: &Proof) -> Result<(), Denied> {
        let name = user.split_once('@').map_or(user, |(name, _)| name);
        let known = self
            .server
            .users
            .iter()
            .find(|u| u.name == name || u.name == user);
        let password = known
            .and_then(|u| u.password.as_deref())
            .ok_or(Denied::NoUser)?;
        let good = match proof {
            Proof::Password(given) => *given == password,
            #[cfg(feature = "full")]
            Proof::CramMd5 { challenge, digest } => {
                crate::smtp::sasl::hmac::hmac_md5(password.as_bytes(), challenge.as_bytes())
                    == *digest
            }
            #[cfg(not(feature = "full"))]
            Proof::CramMd5 { .. } => false,
        };
        if !good {
            return Err(Denied::WrongPassword);
        }
        Ok(())
    }

    fn sasl_username(&self, user: &str) -> String {
        // The library adds `smtpd_sasl_local_domain` to a name that has no realm.
        let realm = &self.server.built.sasl_realm;
        if user.contains('@') || realm.is_empty() {
            user.to_string()
        } else {
            format!("{user}@{realm}")
        }
    }

    fn is_authorized(&self, verb: &str, client: &Client) -> bool {
        let built = &self.server.built;
        let list = match verb {
            "XCLIENT" => &built.xclient,
            "XFORWARD" => &built.xforward,
            _ => &built.verp,
        };
        list.has_client(&client.name, &client.addr).unwrap_or(false)
    }

    fn discarded_ehlo_keywords(&self, client: &Client) -> Vec<String> {
        match self.server.built.discard_maps.get(&client.addr) {
            Ok(Some(found)) => keywords(&found),
            _ => self.settings().discard_ehlo.clone(),
        }
    }

    fn is_bare_newline_exception(&self, client: &Client) -> bool {
        let list = &self.server.built.bare_newline_exceptions;
        list.has_client(&client.name, &client.addr).unwrap_or(false)
    }

    fn is_sasl_exception(&self, client: &Client) -> bool {
        let list = &self.server.built.sasl_exceptions;
        list.has_client(&client.name, &client.addr).unwrap_or(false)
    }

    fn is_forbidden_command(&self, word: &str) -> bool {
        match &self.server.built.forbidden_commands {
            Some(list) => list.has_name(word).unwrap_or(false),
            None => is_forbidden_by_default(word),
        }
    }

    fn is_noop_command(&self, word: &str) -> bool {
        self.server
            .built
            .noop_commands
            .has_name(word)
            .unwrap_or(false)
    }

    #[cfg(feature = "full")]
    fn reject_footer(&self, facts: &Facts) -> String {
        let settings = self.settings();
        let value = |name: &str| attribute(facts, &settings.myhostname, name);
        expand(&settings.reject_footer, &value, false)
    }

    fn flush(&self, domain: &str) -> Flush {
        match self.server.built.fast_flush.has_name(domain) {
            Ok(true) => Flush::Ok,
            Ok(false) => Flush::Deny,
            Err(_) => Flush::Bad,
        }
    }
}
