//! What a server answers to its sessions.

use std::sync::Arc;

use crate::dns::Dns;
use crate::postfix::access::Ground;
use crate::postfix::config::settings::keywords;
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::list::List;
use crate::postfix::lookup::retry::Retry;
use crate::postfix::server::build::Built;
use crate::postfix::server::running::Server;
use crate::smtp::client::Client;
use crate::smtp::command::is_forbidden_by_default;
use crate::smtp::envelope::{Cleaned, Effect, Message};
use crate::smtp::policy::{
    Amended, Classes, Facts, InDoubt, Listed, Note, Policy, Question, Rate, Verdict,
};
use crate::smtp::sasl::proof::{Denied, Proof};
use crate::smtp::settings::{Proxy, Settings};
use crate::time::Time;

impl Server {
    /// Looks at the server through the eyes of a session.
    pub fn policy<'a>(&'a self, dns: &'a Dns) -> View<'a> {
        self.policy_of(0, dns)
    }

    /// What the sessions of a process obey.
    pub fn settings_of(&self, pid: u32) -> &Settings {
        &self.built_of(pid).settings
    }

    /// The same for a session that a process serves.
    pub fn policy_of<'a>(&'a self, pid: u32, dns: &'a Dns) -> View<'a> {
        View {
            server: self,
            built: self.built_of(pid),
            dns,
        }
    }
}

/// A server and the DNS that it asks: what answers its sessions.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub(super) server: &'a Server,
    built: &'a Built,
    pub(super) dns: &'a Dns,
}

impl Policy for View<'_> {
    fn settings(&self) -> &Settings {
        &self.built.settings
    }

    fn check(&self, question: Question, facts: &Facts) -> Verdict {
        let built = self.built;
        let ground = Ground {
            settings: &built.settings,
            resolver: &built.resolver,
            dns: self.dns,
            mail_name: &built.mail_name,
            neighbours: &self.server.neighbours,
            verified: &self.server.verified,
        };
        let mut verdict = built.access.check(question, facts, ground);
        self.server.ask_others(question, facts, &mut verdict);
        verdict
    }

    fn verify_sender(&self, address: &str) -> Option<&str> {
        let own = &self.built.verify_sender;
        (fold(address) == fold(own)).then_some(own.as_str())
    }

    fn is_address(&self, address: &str, _: &Facts, smtputf8: bool) -> bool {
        match self.built.resolver.resolve(address) {
            Ok(resolved) => {
                !resolved.error && (smtputf8 || resolved.domain().is_none_or(str::is_ascii))
            }
            Err(_) => true,
        }
    }

    fn queue_id(&self, now: Time) -> Arc<str> {
        self.server.id_at(now)
    }

    fn cleanup(&self, message: &Message) -> Result<Option<Box<Cleaned>>, (String, Vec<Note>)> {
        self.server.clean(message, self.built, self.dns)
    }

    fn rate(&self, rate: Rate, client: &Client, now: Time) -> usize {
        let unit = self.server.built.rate_unit();
        self.server.rates.with_next(rate, &client.addr, now, unit)
    }

    fn connections(&self, client: &Client) -> usize {
        self.server.connections.of(&client.addr)
    }

    fn is_exempt_from_rates(&self, client: &Client) -> Listed {
        // Without a limit nobody asks anvil.
        let own = &self.built.settings;
        let limits = [
            own.connection_count_limit,
            own.connection_rate_limit,
            own.message_rate_limit,
            own.recipient_rate_limit,
            own.auth_rate_limit,
            own.tls_rate_limit,
        ];
        match limits.iter().any(|limit| *limit > 0) {
            true => has_client(&self.built.rate_exceptions, client),
            false => Ok(true),
        }
    }

    fn authenticate(&self, user: &str, proof: &Proof) -> Result<(), Denied> {
        let name = user.split_once('@').map_or(user, |(name, _)| name);
        // To Dovecot a name is the whole of it, in small letters (`auth_username_format = %Lu`).
        let keeper = &self.built.settings.passwords;
        let is_it = |own: &str| match keeper.is_dovecot() {
            true => own == user.to_ascii_lowercase(),
            false => own == name || own == user,
        };
        if let Some(known) = self.server.asked_beside(keeper, user, proof) {
            return known;
        }
        let known = self.server.users.iter().find(|u| is_it(&u.name));
        let password = known
            .and_then(|u| u.password.as_deref())
            .ok_or(Denied::NoUser)?;
        match proof.holds(password) {
            true => Ok(()),
            false => Err(Denied::WrongPassword),
        }
    }

    fn secret(&self, user: &str) -> Option<String> {
        self.server.secret(&self.built.settings.passwords, user)
    }

    fn effects(&self) -> Vec<Effect> {
        self.built.effects()
    }

    fn proxy(&self) -> Option<Proxy<'_>> {
        self.built.proxy()
    }

    fn milter(&self, said: &str, facts: &Facts) -> (Vec<String>, String) {
        self.server.hear(self.built, said, facts, self.dns)
    }

    fn no_mechanisms(&self) -> Vec<Note> {
        self.built.no_mechanisms()
    }

    fn sasl_username(&self, user: &str) -> String {
        // The library adds `smtpd_sasl_local_domain` to a name that has no realm.
        let realm = &self.built.sasl_realm;
        if user.contains('@') || realm.is_empty() {
            user.to_string()
        } else {
            format!("{user}@{realm}")
        }
    }

    fn is_authorized(&self, verb: &str, client: &Client) -> Listed {
        let built = self.built;
        let list = match verb {
            "XCLIENT" => &built.xclient,
            "XFORWARD" => &built.xforward,
            _ => &built.verp,
        };
        has_client(list, client)
    }

    fn discarded_ehlo_keywords(&self, client: &Client) -> Result<Vec<String>, InDoubt> {
        match self.built.discard_maps.get(&client.addr) {
            Ok(Some(found)) => Ok(keywords(&found)),
            Ok(None) => Ok(self.settings().discard_ehlo.clone()),
            Err(retry) => Err(in_doubt(retry)),
        }
    }

    fn is_bare_newline_exception(&self, client: &Client) -> Listed {
        has_client(&self.built.bare_newline_exceptions, client)
    }

    fn is_sasl_exception(&self, client: &Client) -> Listed {
        has_client(&self.built.sasl_exceptions, client)
    }

    fn is_forbidden_command(&self, word: &str) -> Listed {
        match &self.built.forbidden_commands {
            Some(list) => list.has_name(word).map_err(in_doubt),
            None => Ok(is_forbidden_by_default(word)),
        }
    }

    fn is_noop_command(&self, word: &str) -> Listed {
        let list = &self.built.noop_commands;
        list.has_name(word).map_err(in_doubt)
    }

    fn amend(&self, what: Amended, text: &str, facts: &Facts) -> (Option<String>, Vec<Note>) {
        self.built.amend(what, text, facts)
    }

    fn notices(&self) -> (Classes, usize) {
        self.built.notices()
    }

    fn flush(&self, domain: &str) -> Listed {
        let list = &self.built.fast_flush;
        list.has_name(domain).map_err(in_doubt)
    }
}

fn has_client(list: &List, client: &Client) -> Listed {
    let found = list.has_client(&client.name, &client.addr);
    found.map_err(in_doubt)
}

/// Why a list cannot be asked, for the log.
fn in_doubt(retry: Retry) -> InDoubt {
    InDoubt(retry.warnings.lines().iter().map(Note::warning).collect())
}
