//! `check_policy_service`: what answers there decides. Where nothing does, Postfix says so in its log
//! before it does what `smtpd_policy_service_default_action` says.

use crate::postfix::access::checker::Checker;
use crate::postfix::access::full::servers::why_no_address;
use crate::postfix::access::full::service::{unreached, Service, POLICY};
use crate::postfix::access::judgement::Check;
use crate::postfix::access::lists::AccessControl;
use crate::postfix::access::restriction::{Call, Takes, Word};
use crate::postfix::delivery::destination::port;
use crate::smtp::policy::{Crash, Note};

/// The restriction.
pub(super) static WORDS: [Word; 1] = [Word::new(
    "check_policy_service",
    Takes::Service,
    |c, call| c.ask_service(call),
)];

impl AccessControl {
    /// Whether IPv4 and IPv6 are spoken.
    pub(in crate::postfix) fn speaks(&self) -> [bool; 2] {
        self.lookups.speaks
    }
}

impl Checker<'_> {
    fn ask_service(&mut self, call: &Call) -> Check {
        let Ok(service) = Service::parse(call.argument(), &POLICY) else {
            return Err(self.server_error());
        };
        let Ok((transport, place)) = service.endpoint(&POLICY) else {
            return Err(self.server_error());
        };
        let ground = self.ground;
        let host = &ground.settings.myhostname;
        let lookups = &self.access.lookups;
        let context = service.option("policy_context");
        let context = context.unwrap_or(&lookups.policy_context);
        let asked = [&*service.name, host, context];
        if let Some(answer) = ground.neighbours.ask(asked, &self.facts, ground.dns) {
            self.verdict.notes.extend(answer.notes);
            self.verdict.triplet = answer.triplet.or(self.verdict.triplet.take());
            let (table, name) = (call.argument(), call.name);
            return self.result(table, &answer.action, "policy query", name, call.subject);
        }
        let is_unix = transport != "inet";
        let missing = |host: &str| match host {
            "localhost" => None,
            host => ground.dns.hosts(host).err().map(why_no_address),
        };
        let is_known = |service: &str| {
            service.bytes().all(|b| b.is_ascii_digit()) || port(service, "", "").is_ok()
        };
        let (unfound, why) = match unreached(place, lookups.speaks, &missing, &is_known) {
            _ if is_unix => (None, "No such file or directory"),
            Ok(found) => found,
            Err(fatal) => {
                self.verdict
                    .notes
                    .push(Note::info(format!("fatal: {fatal}")));
                return Err(self.crash(Crash::Exit));
            }
        };
        let (tries, delay) = lookups.policy_tries;
        let tries = service
            .number("try_limit")
            .map_or(tries, |own| own.clamp(1, 100));
        let delay = service.number("retry_delay").unwrap_or(delay);
        for number in 1..=tries {
            if let Some(unfound) = &unfound {
                self.warn(unfound.clone());
            }
            self.warn(format!("connect to {place}: {why}"));
            // That there is no socket may change.
            if !is_unix || number == tries {
                self.warn(format!("problem talking to server {place}: {why}"));
            }
        }
        self.verdict.sleep = self.verdict.sleep.saturating_add((tries - 1) * delay);
        let default = &self.access.lookups.policy_default_action;
        let action = service
            .option("default_action")
            .unwrap_or(default)
            .to_string();
        let (table, name) = (call.argument(), call.name);
        self.result(table, &action, "policy query", name, call.subject)
    }
}
